"""Callers who left a queue by a way the manager interface does not name, until something tells which it was.

It publishes one event, QueueCallerAbandon, for callers who hung up, timed out, found nobody or were withdrawn, and none
at all for a key. What tells them apart, surest first:

- the dialplan: ``QUEUESTATUS``, as a UserEvent with a ``QueueStatus`` header or as a VarSet (class dialplan);
- the queue_log beside it, where the bridge is given one;
- the caller's own line: a hang-up is requested *before* the queue notices, so without such a request the caller lives
  on, and was not lost but taken out (``diverted``). Needs the class call;
- an answer follows a leave within milliseconds: a leave without one for `UNDECIDED_MS` was by key.

Where the class call is not sent either, every such event is an abandon, as the ACD's own totals have it.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

from feeds.adapters.asterisk.lines import NOBODY, Line

UNDECIDED_MS = 1500
REMEMBERED = 10_000
STATUS = {
    "ABANDON": "ABANDON",
    "TIMEOUT": "EXITWITHTIMEOUT",
    "LEAVEEMPTY": "EXITEMPTY",
    "LEAVEUNAVAIL": "EXITEMPTY",
    "WITHDRAW": "WITHDRAW",
    "CONTINUE": "EXITWITHKEY",
}
WAYS_OUT = frozenset({*STATUS.values(), "SYSCOMPAT"})
Key = tuple[str, str]


class Leave(NamedTuple):
    """A caller left at `at` (ms); `event` is what it was if nothing better is heard."""

    at: int
    raw: bytes
    event: str


class Departures:
    """Callers waiting by (uniqueid, queue), those of them who hung up, and those who left undecided."""

    def __init__(self, *, logged: bool = False) -> None:
        self.logged = logged
        """Whether a queue_log is read beside: then nothing is decided before it had its time."""
        self.lines_seen = False
        """Whether hang-up requests reach us at all."""
        self._waiting: dict[Key, None] = {}
        self._callers: dict[str, int] = {}
        self._hung: set[str] = set()
        self._undecided: dict[Key, Leave] = {}
        self._written: dict[Key, str] = {}

    def clear(self) -> None:
        """Nobody waits any more."""
        for things in (self._waiting, self._callers, self._hung, self._undecided, self._written):
            things.clear()

    def restated(self, waiting: Iterable[Key]) -> list[Key]:
        """These wait and no others. Returns those who left, and it is not decided yet how."""
        for things in (self._waiting, self._callers, self._hung, self._written):
            things.clear()
        for key in waiting:
            self.entered(key)
        return list(self._undecided)

    def entered(self, key: Key) -> list[Line]:
        """A caller waits. Whoever enters again has left before: that is decided now."""
        again = [line for line in (self._close(old) for old in list(self._undecided) if old[0] == key[0]) if line]
        if key not in self._waiting:
            self._waiting[key] = None
            self._callers[key[0]] = self._callers.get(key[0], 0) + 1
        self._written.pop(key, None)
        return again

    def waits(self, key: Key) -> bool:
        """Whether this caller is known to wait there."""
        return key in self._waiting

    def requested(self, call: str) -> None:
        """A hang-up of this line was asked for. Only those of waiting callers matter."""
        self.lines_seen = True
        if call in self._callers:
            self._hung.add(call)

    def lost(self, key: Key, at: int, raw: bytes) -> Line | None:
        """QueueCallerAbandon."""
        hung = key[0] in self._hung or not self.lines_seen
        self._gone(key)
        leave = Leave(at, raw, "LOST" if hung and not self.lines_seen else "ABANDON" if hung else "TAKEN")
        return self._undecide(key, leave, sure=hung and not self.logged)

    def left(self, key: Key, at: int, raw: bytes) -> Line | None:
        """QueueCallerLeave: of no interest after a QueueCallerAbandon."""
        if key not in self._waiting:
            return None
        self._gone(key)
        return self._undecide(key, Leave(at, raw, "EXITWITHKEY"), sure=False)

    def answered(self, key: Key) -> None:
        """AgentConnect: so that was the leave."""
        self._gone(key)
        self._undecided.pop(key, None)

    def status(self, key: Key, status: str) -> Line | None:
        """The dialplan says how the queue ended for a caller."""
        event = STATUS.get(status.upper())
        return self._close(key, event) if event else None

    def status_of(self, call: str, status: str) -> Line | None:
        """The same, where the queue is not said: it is the one the caller left last."""
        left = [key for key in self._undecided if key[0] == call]
        return self.status(left[-1], status) if left else None

    def written(self, key: Key, event: str) -> Line | None:
        """A queue_log line says it; it may come before or after the event."""
        if event not in WAYS_OUT:
            return None
        if key in self._undecided:
            return self._close(key, event)
        if key in self._waiting and len(self._written) < REMEMBERED:
            self._written[key] = event
        return None

    def overdue(self, now: int) -> Iterator[Line]:
        """Those of whom nothing more was heard in time, by `now` (ms)."""
        for key, leave in list(self._undecided.items()):
            if leave.at + UNDECIDED_MS > now:
                return
            if line := self._close(key):
                yield line

    def _undecide(self, key: Key, leave: Leave, *, sure: bool) -> Line | None:
        self._undecided.pop(key, None)
        self._undecided[key] = leave
        known = self._written.pop(key, None)
        return self._close(key, known) if sure or known else None

    def _close(self, key: Key, event: str | None = None) -> Line | None:
        leave = self._undecided.pop(key, None)
        return leave and Line(leave.at, *key, NOBODY, event or leave.event, (), leave.raw)

    def _gone(self, key: Key) -> None:
        if key not in self._waiting:
            return
        del self._waiting[key]
        self._callers[key[0]] -= 1
        if not self._callers[key[0]]:
            del self._callers[key[0]]
            self._hung.discard(key[0])
