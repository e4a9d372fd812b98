"""Manager interface events as the queue_log lines they stand beside, so that both dialects are one translation.

What the interface knows better: moments to the microsecond, and when a phone begins to ring. What it does not tell:
a caller who timed out, found nobody or was withdrawn is published as an abandon, and one who left by a key only as a
leave. Since an answer follows the leave within milliseconds, a leave without one for `UNDECIDED_MS` was a key.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

from feeds.adapters.asterisk.blocks import Block, Blocks
from feeds.adapters.asterisk.files import open_log, read_head
from feeds.adapters.asterisk.lines import NOBODY, Line
from feeds.adapters.asterisk.translator import Translator
from feeds.adapters.options import Options
from feeds.adapters.report import Report
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError

UNDECIDED_MS = 1500
LATEST = 10**10
RESTARTED_MS = 5000
TRANSFERS = 10_000
COMPLETED = {"agent": "COMPLETEAGENT", "caller": "COMPLETECALLER"}


class Leave(NamedTuple):
    """A caller left a queue, and it is not yet known how."""

    at: int
    raw: bytes


CHUNK = 64 * 1024
Step = Callable[[Block, bytes, int], Line | None]


class AmiTranslator:
    """Holds what must be remembered between blocks. Give it bytes as they arrive."""

    def __init__(self, options: Options, report: Report) -> None:
        self._blocks = Blocks()
        self._report = report
        self._translator = Translator(options, report)
        self._waiting: dict[tuple[str, str], None] = {}
        self._leaves: dict[tuple[str, str], Leave] = {}
        self._talks: dict[tuple[str, str], list[str]] = {}
        self._transfers: dict[str, str] = {}
        self._booted: int | None = None
        self._newest = 0
        self._steps = self._table()

    def feed(self, chunk: bytes, now: int) -> list[Event]:
        """Events of the blocks that `chunk` completes. `now` (ms) dates blocks without a timestamp; 0: the last one."""
        events: list[Event] = []
        for block, raw in self._blocks.feed(chunk):
            self._report.read += 1
            events += self._block(block, raw, _moment(block, now or self._newest))
        return events

    def settle(self, now: int) -> list[Event]:
        """What the passing of time alone decides by `now`, ms since the epoch."""
        return self._decide(now) + self._translator.settle(now)

    def finish(self) -> list[Event]:
        """The end of a closed capture."""
        return self._decide(self._newest + UNDECIDED_MS) + self._translator.finish()

    def _block(self, block: Block, raw: bytes, at: int) -> list[Event]:
        events = self._decide(at)
        self._newest = max(self._newest, at)
        name = block.get("Event", "")
        if name == "FullyBooted":
            return events + self._boot(block, raw, at)
        step = self._steps.get(name)
        line = step(block, raw, at) if step else None
        return events + self._translator.translate(line) if line else events

    def _table(self) -> Mapping[str, Step]:
        return {
            "AgentCalled": _named("RINGING"),
            "AgentComplete": self._complete,
            "AgentConnect": self._connect,
            "AgentDump": _named("AGENTDUMP"),
            "AgentRingNoAnswer": _named("RINGNOANSWER", "RingTime"),
            "AttendedTransfer": self._attended,
            "QueueCallerAbandon": self._abandon,
            "QueueCallerJoin": self._join,
            "QueueCallerLeave": self._leave,
            "QueueMember": _added,
            "QueueMemberAdded": _added,
            "QueueMemberPause": _paused,
            "QueueMemberPenalty": _named("PENALTY", "Penalty"),
            "QueueMemberRemoved": _named("REMOVEMEMBER"),
        }

    def _boot(self, block: Block, raw: bytes, at: int) -> list[Event]:
        """Sent at every login: the ACD began `Uptime` seconds ago. If that is after the last time, it restarted."""
        uptime = block.get("Uptime", "")
        before = self._booted
        self._booted = at - int(uptime[:9]) * 1000 if uptime.isdecimal() else None
        if before is None or self._booted is None or self._booted - before < RESTARTED_MS:
            return []
        self._waiting.clear()
        self._leaves.clear()
        self._talks.clear()
        return self._translator.translate(Line(at, NOBODY, NOBODY, NOBODY, "QUEUESTART", (), raw))

    def _decide(self, now: int) -> list[Event]:
        """Leaves that no answer followed were by key."""
        events: list[Event] = []
        while self._leaves:
            (call, queue), leave = next(iter(self._leaves.items()))
            if leave.at + UNDECIDED_MS > now:
                break
            del self._leaves[call, queue]
            events += self._translator.translate(Line(leave.at, call, queue, NOBODY, "EXITWITHKEY", (), leave.raw))
        return events

    def _join(self, block: Block, raw: bytes, at: int) -> Line:
        self._waiting[_key(block)] = None
        return _line(block, raw, at, "ENTERQUEUE", "", block.get("CallerIDNum", ""))

    def _abandon(self, block: Block, raw: bytes, at: int) -> Line:
        self._waiting.pop(_key(block), None)
        return _line(block, raw, at, "LOST")

    def _leave(self, block: Block, raw: bytes, at: int) -> None:
        key = _key(block)
        if key in self._waiting:
            del self._waiting[key]
            self._leaves[key] = Leave(at, raw)

    def _connect(self, block: Block, raw: bytes, at: int) -> Line:
        self._waiting.pop(_key(block), None)
        self._leaves.pop(_key(block), None)
        self._talks.setdefault(_desk(block), []).append(block.get("Uniqueid", ""))
        return _line(block, raw, at, "CONNECT", block.get("HoldTime", ""), "", block.get("RingTime", ""))

    def _complete(self, block: Block, raw: bytes, at: int) -> Line | None:
        """The caller's channel may be gone already: then it is the oldest talk of this agent in this queue."""
        talks = self._talks.get(_desk(block), [])
        call = block.get("Uniqueid") or (talks[0] if talks else "")
        if call in talks:
            talks.remove(call)
        if not talks:
            self._talks.pop(_desk(block), None)
        if not call:
            self._report.ignore("AgentComplete of no known call")
            return None
        moved = self._transfers.pop(call, "BLINDTRANSFER")
        event = COMPLETED.get(block.get("Reason", ""), moved)
        times = (block.get("HoldTime", ""), block.get("TalkTime", ""), "")
        return _line({**block, "Uniqueid": call}, raw, at, event, *times)

    def _attended(self, block: Block, _raw: bytes, _at: int) -> None:
        """Said of both calls that the agent joined; the one that was in a queue will be completed."""
        if len(self._transfers) < TRANSFERS:
            for role in ("Transferee", "TransferTarget", "OrigTransferer"):
                if call := block.get(f"{role}Uniqueid"):
                    self._transfers[call] = "ATTENDEDTRANSFER"


def import_ami(paths: Sequence[Path], options: Options, report: Report) -> Iterator[Event]:
    """The events of captured manager interface bytes, ``timestampevents=yes``, in files in the order given.

    Raises DataError at once for a file that is missing, empty or not such a capture.
    """
    for path in paths:
        head = read_head(path, "a capture has blocks of headers")
        if b"Event: " not in head or b"Timestamp: " not in head:
            raise DataError(f"{path}: is not a capture of the manager interface with timestampevents=yes")
    return _translate(paths, AmiTranslator(options, report))


def _translate(paths: Sequence[Path], translator: AmiTranslator) -> Iterator[Event]:
    for path in paths:
        with open_log(path) as stream:
            while chunk := stream.read(CHUNK):
                yield from translator.feed(chunk, 0)
    yield from translator.finish()


def _named(event: str, *fields: str) -> Step:
    """A step that needs no memory: the line of that event with these headers as its data."""
    return lambda block, raw, at: _line(block, raw, at, event, *(block.get(field, "") for field in fields))


def _added(block: Block, raw: bytes, at: int) -> Line:
    return _line(block, raw, at, "ADDMEMBER", "PAUSED" if block.get("Paused") == "1" else "")


def _paused(block: Block, raw: bytes, at: int) -> Line:
    event = "PAUSE" if block.get("Paused") == "1" else "UNPAUSE"
    return _line(block, raw, at, event, block.get("PausedReason") or block.get("Reason", ""))


def _key(block: Block) -> tuple[str, str]:
    return block.get("Uniqueid", ""), block.get("Queue", "")


def _desk(block: Block) -> tuple[str, str]:
    return block.get("Queue", ""), block.get("Interface", "")


def _line(block: Block, raw: bytes, at: int, event: str, *data: str) -> Line:
    agent = block.get("MemberName") or block.get("Name") or block.get("Interface") or NOBODY
    return Line(at, block.get("Uniqueid", ""), block.get("Queue", ""), agent, event, data, raw)


def _moment(block: Block, now: int) -> int:
    """The block's own timestamp in ms, if it has one that can be."""
    try:
        seconds = float(block.get("Timestamp", ""))
    except ValueError:
        return now
    return round(seconds * 1000) if 0 <= seconds < LATEST else now
