"""One line of a queue_log: ``epoch|uniqueid|queue|agent|event|data...``, read with all its bad habits.

Nothing in the file is escaped, so a reason with a ``|`` makes more fields; the meaning of the data depends on the
event and the version. Here lines become fields; what they mean is the business of `calls` and `agents`.
"""

import re

from msgspec import Struct

NOBODY = "NONE"
NO_CALL = frozenset({"", NOBODY, "MANAGER", "CLI", "REALTIME"})
NOWHERE = frozenset({"", NOBODY})
LONGEST = 8192
MOST = 10**9
_EPOCH = re.compile(r"\d{9,10}(\.\d{1,6})?")
_EVENT = re.compile(r"[A-Za-z][A-Za-z0-9_ -]{0,39}")

WHOLE = {
    "ABANDON": 3,
    "ADDMEMBER": 1,
    "AGENTDUMP": 1,
    "ATTENDEDTRANSFER": 5,
    "BLINDTRANSFER": 5,
    "COMPLETEAGENT": 3,
    "COMPLETECALLER": 3,
    "CONFIGRELOAD": 1,
    "CONNECT": 3,
    "ENTERQUEUE": 3,
    "EXITEMPTY": 3,
    "EXITWITHKEY": 4,
    "EXITWITHTIMEOUT": 3,
    "PAUSE": 1,
    "PAUSEALL": 1,
    "PENALTY": 1,
    "QUEUESTART": 1,
    "REMOVEMEMBER": 1,
    "RINGCANCELED": 1,
    "RINGNOANSWER": 1,
    "UNPAUSE": 1,
    "UNPAUSEALL": 1,
    "WITHDRAW": 3,
}
"""How many data fields (an empty one counts) show that an unended last line was not cut before its last field."""


class Line(Struct, frozen=True):
    """A parsed line. ``at`` is ms since the epoch; the data fields are as written."""

    at: int
    call: str
    queue: str
    agent: str
    event: str
    data: tuple[str, ...]
    raw: bytes

    def number(self, index: int) -> int | None:
        """The data field at `index` (negative: from the end) as a count, 0 to 10**9; `None` if it is not one."""
        try:
            return min(max(int(self.data[index]), 0), MOST)
        except (IndexError, ValueError):
            return None

    def milliseconds(self, index: int) -> int | None:
        """The data field at `index`, given in seconds, as ms."""
        seconds = self.number(index)
        return None if seconds is None else seconds * 1000

    @property
    def rest(self) -> str:
        """All data as it was before the splitting: reasons may hold a ``|``."""
        return "|".join(self.data)


def parse(raw: bytes) -> Line | str:
    """The line, or in a few words why it is none."""
    if len(raw) > LONGEST:
        return "too long"
    clean = raw.strip(b"\r\n\0")
    fields = clean.decode("utf-8", "replace").split("|")
    if not _EPOCH.fullmatch(fields[0]):
        return "not a queue_log line"
    if len(fields) < 5 or not _EVENT.fullmatch(fields[4]):  # noqa: PLR2004 - the five fields of every line
        return "incomplete"
    whole, _, part = fields[0].partition(".")
    at = int(whole) * 1000 + int(part.ljust(3, "0")[:3] if part else 0)
    call, queue, agent, event = (field.strip() for field in fields[1:5])
    return Line(at, call, queue, agent, event.upper(), tuple(fields[5:]), clean)


def is_whole(line: Line) -> bool:
    """Whether a line without its line end has every field its event must have."""
    return len(line.data) >= WHOLE.get(line.event, LONGEST)
