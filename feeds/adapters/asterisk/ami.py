"""Manager interface events as the queue_log lines they stand beside, so that both dialects are one translation.

What the interface knows better: moments to the microsecond, when a phone begins to ring, who is on hold, and whether an
agent's phone can be reached at all. What it does not tell is the business of `departures`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from feeds.adapters.asterisk.beside import ENDS, Mark
from feeds.adapters.asterisk.blocks import Block, Blocks
from feeds.adapters.asterisk.departures import REMEMBERED, UNDECIDED_MS, WAYS_OUT, Departures, Key
from feeds.adapters.asterisk.files import open_log, read_head
from feeds.adapters.asterisk.lines import NOBODY, Line
from feeds.adapters.asterisk.standing import Standing, Wait
from feeds.adapters.asterisk.translator import Translator
from feeds.adapters.options import Options
from feeds.adapters.report import Report
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError

LATEST = 10**10
RESTARTED_MS = 5000
COMPLETED = {"agent": "COMPLETEAGENT", "caller": "COMPLETECALLER"}
MARKED = {
    "QueueCallerJoin": "in",
    "QueueCallerAbandon": "out",
    "QueueCallerLeave": "out",
    "AgentConnect": "out",
    "AgentComplete": "end",
    "AgentRingNoAnswer": "no",
    "AgentDump": "no",
}
CHUNK = 64 * 1024
Step = Callable[[Block, bytes, int], Line | None]


class AmiTranslator:
    """Holds what must be remembered between blocks. Give it bytes as they arrive, or whole blocks."""

    def __init__(self, options: Options, report: Report, *, live: bool = False) -> None:
        self.translator = Translator(options, report, plain=True)
        self.departures = Departures(logged=live and options.queue_log is not None)
        self._blocks = Blocks()
        self._report = report
        self._live = live
        self._phones: dict[str, Line] = {}
        self._transfers: dict[str, str] = {}
        self._names: dict[str, str] = {}
        self._booted: int | None = None
        self.newest = 0
        self._steps = self._table()

    def feed(self, chunk: bytes, now: int) -> list[Event]:
        """Events of the blocks that `chunk` completes. `now` (ms) dates blocks without a timestamp; 0: the last one."""
        events: list[Event] = []
        for block, raw in self._blocks.feed(chunk):
            events += self.block(block, raw, now)
        return events

    def block(self, block: Block, raw: bytes, now: int) -> list[Event]:
        """Events of one whole block; `now` as for `feed`."""
        self._report.read += 1
        at = moment(block, now or self.newest)
        events = self._decide(at)
        self.newest = max(self.newest, at)
        name = block.get("Event", "")
        if name == "FullyBooted":
            return events + self._boot(block, raw, at)
        if name == "QueueCallerJoin":
            events += self._lines(self.departures.entered(_key(block)))
        step = self._steps.get(name)
        line = step(block, raw, at) if step else None
        return events + self._lines([line] if line else [])

    def settle(self, now: int) -> list[Event]:
        """What the passing of time alone decides by `now`, ms since the epoch."""
        return self._decide(now) + self.translator.settle(now)

    def finish(self) -> list[Event]:
        """The end of a closed capture."""
        return self._decide(self.newest + UNDECIDED_MS) + self.translator.finish()

    def lacks(self, line: Line) -> bool:
        """Whether a line that is over for its caller is not over for us: its event came too early to be heard."""
        call = self.translator.calls.open.get(line.call)
        if call is None:
            return False
        if line.event == "CONNECT" or line.event in WAYS_OUT:
            return line.queue in call.waiting
        return line.event in ENDS and line.queue in call.talking

    def written(self, line: Line) -> list[Event]:
        """A line of the queue_log beside the interface may say how a caller left."""
        said = self.departures.written((line.call, line.queue), line.event)
        return self._lines([said] if said else [])

    def agent(self, block: Block) -> str:
        """The one identity of the agent in a block: the first name seen with its interface, else the interface."""
        interface, name = (
            block.get("Interface") or block.get("Location", ""),
            block.get("MemberName") or block.get("Name"),
        )
        if interface and name and name != interface and len(self._names) < REMEMBERED:
            self._names.setdefault(interface, name)
        return self._names.get(interface) or name or interface or NOBODY

    def mark(self, block: Block) -> Mark | None:
        """What this block and a line of the queue_log are the same by."""
        kind = MARKED.get(block.get("Event", ""))
        if kind is None:
            return None
        return Mark(kind, *_key(block)) if kind in {"in", "out"} else Mark(kind, self.agent(block), "")

    def restate(self, floor: Standing, at: int, why: str, unheard_since: int | None = None) -> list[Event]:
        """How the floor stands at `at` (ms), in full, and since when (ms; 0: who knows) nobody listened, if so.

        Whoever left a moment ago, and nobody knows yet how, is told as if still there: the end of that wait follows.
        """
        self.newest = max(self.newest, at)
        self._phones.clear()
        leaving = {key: Wait(at, "") for key in self.departures.restated(floor.waiting) if self._waits(key)}
        for call, talk in (floor.talks or {}).items():
            self._talk(Line(talk.since, call, talk.queue, talk.agent, "CONNECT", (), b""), talk.phone)
        floor = replace(floor, waiting={**floor.waiting, **leaving})
        return self.translator.restate(floor, at, why, unheard_since)

    def _waits(self, key: Key) -> bool:
        call = self.translator.calls.open.get(key[0])
        return call is not None and key[1] in call.waiting

    def restarted(self) -> None:
        """Nothing that was going on goes on."""
        self.departures.clear()
        self._phones.clear()

    def _talk(self, line: Line, phone: str) -> None:
        """A talk goes on: remember by which line of the agent's."""
        if phone and len(self._phones) < REMEMBERED:
            self._phones[phone] = line

    def _lines(self, lines: Sequence[Line]) -> list[Event]:
        return [event for line in lines for event in self.translator.translate(line)]

    def _decide(self, now: int) -> list[Event]:
        return self._lines(list(self.departures.overdue(now)))

    def _table(self) -> Mapping[str, Step]:
        return {
            "AgentCalled": self._named("RINGING"),
            "AgentComplete": self._complete,
            "AgentConnect": self._connect,
            "AgentDump": self._offer,
            "AgentRingNoAnswer": self._offer,
            "AttendedTransfer": self._attended,
            "HangupRequest": self._hang_up,
            "Hold": self._hold,
            "QueueCallerAbandon": lambda block, raw, at: self.departures.lost(_key(block), at, raw),
            "QueueCallerJoin": self._named("ENTERQUEUE", "", "CallerIDNum"),
            "QueueCallerLeave": lambda block, raw, at: self.departures.left(_key(block), at, raw),
            "QueueMember": self._added,
            "QueueMemberAdded": self._added,
            "QueueMemberPause": self._paused,
            "QueueMemberPenalty": self._named("PENALTY", "Penalty"),
            "QueueMemberRemoved": self._named("REMOVEMEMBER"),
            "QueueMemberStatus": self._named("DEVICE", "Status", "Paused", "PausedReason"),
            "SoftHangupRequest": self._hang_up,
            "Unhold": self._hold,
            "UserEvent": self._status,
            "VarSet": self._variable,
        }

    def _boot(self, block: Block, raw: bytes, at: int) -> list[Event]:
        """Sent at every login: the ACD began `Uptime` seconds ago. If that is after the last time, it restarted."""
        uptime = block.get("Uptime", "")
        before = self._booted
        self._booted = at - int(uptime[:9]) * 1000 if uptime.isdecimal() else None
        if before is None or self._booted is None or self._booted - before < RESTARTED_MS:
            return []
        self.restarted()
        if self._live:  # a restatement follows, and knows better who is a member
            return []
        return self.translator.translate(Line(at, NOBODY, NOBODY, NOBODY, "QUEUESTART", (), raw))

    def _hang_up(self, block: Block, _raw: bytes, _at: int) -> None:
        self.departures.requested(block.get("Uniqueid", ""))

    def _status(self, block: Block, _raw: bytes, _at: int) -> Line | None:
        return self.departures.status(_key(block), block.get("QueueStatus", ""))

    def _variable(self, block: Block, _raw: bytes, _at: int) -> Line | None:
        if block.get("Variable") != "QUEUESTATUS":
            return None
        call = block.get("Uniqueid", "")
        return self.departures.status_of(call, block.get("Value", ""))

    def _connect(self, block: Block, raw: bytes, at: int) -> Line:
        self.departures.answered(_key(block))
        times = (block.get("HoldTime", ""), "", block.get("RingTime", ""))
        line = self._line(block, raw, at, "CONNECT", *times)
        self._talk(line, block.get("DestUniqueid", ""))
        return line

    def _complete(self, block: Block, raw: bytes, at: int) -> Line | None:
        """The caller's channel may be gone already: then it is the oldest talk of this agent in this queue."""
        queue = block.get("Queue", "")
        call = block.get("Uniqueid") or self.translator.calls.talking_at(self.agent(block), queue)
        if not call:
            self._report.ignore("AgentComplete of no known call")
            return None
        for phone in [phone for phone, line in self._phones.items() if (line.call, line.queue) == (call, queue)]:
            del self._phones[phone]
        moved = self._transfers.pop(call, "BLINDTRANSFER")
        event = COMPLETED.get(block.get("Reason", ""), moved)
        times = (block.get("HoldTime", ""), block.get("TalkTime", ""), "")
        return self._line({**block, "Uniqueid": call}, raw, at, event, *times)

    def _offer(self, block: Block, raw: bytes, at: int) -> Line:
        """An offer that came to nothing. Where the caller's channel is gone, it is whoever rings this agent there."""
        event = "AGENTDUMP" if block["Event"] == "AgentDump" else "RINGNOANSWER"
        if not block.get("Uniqueid"):
            call = self.translator.calls.ringing_at(self.agent(block), block.get("Queue", ""))
            block = {**block, "Uniqueid": call}
        return self._line(block, raw, at, event, block.get("RingTime", ""))

    def _attended(self, block: Block, _raw: bytes, _at: int) -> None:
        """Said of both calls that the agent joined; the one that was in a queue will be completed."""
        if len(self._transfers) < REMEMBERED:
            for role in ("Transferee", "TransferTarget", "OrigTransferer"):
                if call := block.get(f"{role}Uniqueid"):
                    self._transfers[call] = "ATTENDEDTRANSFER"

    def _hold(self, block: Block, raw: bytes, at: int) -> Line | None:
        """Told of the agent's line; the talk is the one it was connected to."""
        talk = self._phones.get(block.get("Uniqueid", ""))
        return talk and Line(at, talk.call, talk.queue, talk.agent, block["Event"].upper(), (), raw)

    def _added(self, block: Block, raw: bytes, at: int) -> Line:
        paused = "PAUSED" if block.get("Paused") == "1" else ""
        return self._line(block, raw, at, "ADDMEMBER", paused, block.get("Penalty", ""), block.get("Status", ""))

    def _paused(self, block: Block, raw: bytes, at: int) -> Line:
        event = "PAUSE" if block.get("Paused") == "1" else "UNPAUSE"
        return self._line(block, raw, at, event, block.get("PausedReason") or block.get("Reason", ""))

    def _named(self, event: str, *fields: str) -> Step:
        """A step that needs no memory: the line of that event with these headers as its data."""
        return lambda block, raw, at: self._line(block, raw, at, event, *(block.get(field, "") for field in fields))

    def _line(self, block: Block, raw: bytes, at: int, event: str, *data: str) -> Line:
        return Line(at, block.get("Uniqueid", ""), block.get("Queue", ""), self.agent(block), event, data, raw)


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


def moment(block: Block, now: int) -> int:
    """The block's own timestamp in ms, if it has one that can be; else `now`."""
    try:
        seconds = float(block.get("Timestamp", ""))
    except ValueError:
        return now
    return round(seconds * 1000) if 0 <= seconds < LATEST else now


def _key(block: Block) -> Key:
    return block.get("Uniqueid", ""), block.get("Queue", "")
