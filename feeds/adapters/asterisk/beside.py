"""The queue_log beside the manager interface: why callers left, and what happened while nobody listened.

What both tell must be told once. Each thing has a `Mark` that an event and a line of the log agree on; a line whose
mark was told near it is a repeat. The log has whole seconds, and the two are written by different threads.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from feeds.adapters.asterisk.departures import WAYS_OUT
from feeds.adapters.asterisk.files import read_head
from feeds.adapters.asterisk.lines import LONGEST, Line, parse
from feeds.adapters.tail import Tail
from wallboard.core.events import ContactQueued, ContactReleased, ContactUnanswered, ContactUnqueued
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError

NEAR_MS = 2500
EARLY_MS = 1000
"""An event is hardly before its line, whose second is rounded down."""
MANY = 8192
"""Marks before old ones are let go."""
FARTHEST = 64 * 1024 * 1024
"""How far back a log is read for what was missed, in bytes."""
FIRST = 64 * 1024
"""So many bytes have a line."""
ENDS = ("COMPLETEAGENT", "COMPLETECALLER", "BLINDTRANSFER", "ATTENDEDTRANSFER")
KINDS = {
    "ENTERQUEUE": "in",
    "CONNECT": "out",
    **dict.fromkeys(WAYS_OUT, "out"),
    **dict.fromkeys(ENDS, "end"),
    **dict.fromkeys(("RINGNOANSWER", "AGENTDUMP"), "no"),
}


class Mark(NamedTuple):
    """What an event and a line are the same by: of a wait its caller and queue, of the rest its agent."""

    kind: str
    who: str
    where: str


class Told:
    """The marks of the last seconds."""

    def __init__(self) -> None:
        self._marks: dict[Mark, list[int]] = {}
        self.newest = 0

    def add(self, events: Iterable[Event]) -> None:
        """Remember what was told."""
        for event in events:
            if mark := _mark_of(event):
                self.note(mark, event.at)
        if len(self._marks) > MANY:
            near = self.newest - 60_000
            self._marks = {m: kept for m, all_ in self._marks.items() if (kept := [at for at in all_ if at > near])}

    def note(self, mark: Mark, at: int) -> None:
        """Remember one mark, at `at` (ms)."""
        self._marks.setdefault(mark, []).append(at)
        self.newest = max(self.newest, at)

    def take(self, line: Line) -> bool:
        """Whether this line's thing was told already; once for each time it was."""
        mark = _mark_of_line(line)
        moments = self._marks.get(mark, []) if mark else []
        near = [at for at in moments if line.at - EARLY_MS <= at <= line.at + NEAR_MS]
        if near:  # an agent's phone may ring out once a second: the nearest to the middle of the line's own
            moments.remove(min(near, key=lambda at: abs(at - line.at - 500)))
        return bool(near)


class QueueLogBeside:
    """Follows the log: from its end, or, where something was told before, from `since` (ms). Raises DataError."""

    def __init__(self, path: Path, since: int | None) -> None:
        offset = 0
        self._path = path
        if path.exists() and path.stat().st_size:
            if not any(isinstance(parse(raw), Line) for raw in read_head(path, "a queue_log has lines").splitlines()):
                raise DataError(f"{path}: is not an Asterisk queue_log: no line reads 'epoch|uniqueid|queue|agent|...'")
            size = path.stat().st_size
            offset = size if since is None else _line_start(path, max(size - FARTHEST, 0))
        self.begins = _moment_at(path, offset) if since is not None else None
        """Where reading began, in ms; `None` at the end, or where there was nothing."""
        self._tail = Tail(path, offset)
        self._since = since or 0

    @property
    def there(self) -> bool:
        """Whether the log is to be seen."""
        return self._path.exists()

    def poll(self) -> list[Line]:
        """Lines of calls since the last time; never waits."""
        parsed = (parse(raw) for raw in self._tail.poll())
        return [p for p in parsed if isinstance(p, Line) and p.event in KINDS and p.at >= self._since - NEAR_MS]

    def close(self) -> None:
        """Let go of the file."""
        self._tail.close()


def _mark_of_line(line: Line) -> Mark | None:
    """The mark of a line of the log; `None` for one that is not about a call."""
    kind = KINDS.get(line.event)
    if kind is None:
        return None
    return Mark(kind, line.call, line.queue) if kind in {"in", "out"} else Mark(kind, line.agent, "")


def _mark_of(event: Event) -> Mark | None:
    if isinstance(event, ContactQueued):
        return Mark("in", event.contact.partition("~")[0], event.queue)
    if isinstance(event, ContactUnqueued):
        return Mark("out", event.contact.partition("~")[0], event.queue)
    if isinstance(event, ContactReleased):
        return Mark("end", event.agent, "")
    if isinstance(event, ContactUnanswered) and event.reason in {"no-answer", "rejected"}:
        return Mark("no", event.agent, "")
    return None


def _moment_at(path: Path, offset: int) -> int | None:
    """The moment (ms) of the first line at or after `offset`; `None` where there is none."""
    if not path.exists():
        return None
    with path.open("rb") as stream:
        stream.seek(offset)
        parsed = (parse(raw) for raw in stream.readlines(FIRST))
        return next((line.at for line in parsed if isinstance(line, Line)), None)


def _line_start(path: Path, offset: int) -> int:
    """The first line's beginning at or after `offset`."""
    if not offset:
        return 0
    with path.open("rb") as stream:
        stream.seek(offset)
        stream.readline(LONGEST)
        return stream.tell()
