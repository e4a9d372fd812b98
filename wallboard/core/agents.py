"""Agents: one shown state out of open segments and routability.

The shown state is the highest of talking > hold > ringing > wrapping > not-ready > ready > offline of all that is open:

    segment inputs (per contact)   offered -> ringing -> answered -> talking <-> hold -> released -> wrapping -> closed
    routability (agent.state)      set, never counted; leaving the wrap-up state closes open wrap-ups

Inputs of the last seconds are kept, so one that comes late is put in its place and everything after it is told again;
of one millisecond, those of contacts come before routability: an agent said to be ready is not wrapping up.
"""

from bisect import insort
from collections.abc import Iterable
from typing import Final

from mypy_extensions import mypyc_attr

from wallboard.core.ledger import Moves
from wallboard.core.snapshot import STATES
from wallboard.core.timeline import LEVELS
from wallboard.core.vocabulary import State

OFFLINE: Final = 0
READY: Final = 1
NOT_READY: Final = 2
WRAPPING: Final = 3
RINGING: Final = 4
HOLD: Final = 5
TALKING: Final = 6
"""State codes, lowest claim first."""
CLOSED: Final = -1
CODES: Final[dict[State, int]] = {
    "offline": OFFLINE,
    "ready": READY,
    "not-ready": NOT_READY,
    "wrapping": WRAPPING,
    "ringing": RINGING,
    "hold": HOLD,
    "talking": TALKING,
}
NAMES: Final[tuple[State, ...]] = tuple(CODES)
_COLUMN: Final = tuple(STATES.index(name) for name in NAMES)
_GENERATION: Final = 32
"""Inputs between two remembered statuses."""

Entry = tuple[int, str, int, str | None, int]
"""An input: at, contact ("" for routability), phase or state code, reason, since."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Status:
    """Where an agent stands: routability, open segments, and what is shown since when (ms)."""

    __slots__ = ("login", "open", "reason", "shown", "shown_reason", "since", "state", "state_since")

    def __init__(self, at: int) -> None:
        self.state = OFFLINE
        self.reason: str | None = None
        self.state_since = at
        self.open: dict[str, int] = {}
        self.shown = OFFLINE
        self.shown_reason: str | None = None
        self.since = at
        self.login: int | None = None

    def copy(self) -> "Status":
        """A twin that can go its own way."""
        twin = Status(self.since)
        twin.state, twin.reason, twin.state_since = self.state, self.reason, self.state_since
        twin.open = self.open.copy()
        twin.shown, twin.shown_reason, twin.since, twin.login = self.shown, self.shown_reason, self.since, self.login
        return twin


@mypyc_attr(allow_interpreted_subclasses=True)
class Agent:
    """One agent: who, and a status that inputs move. ``row`` is its row in every agent matrix."""

    __slots__ = (
        "_base",
        "_middle",
        "_newer",
        "_older",
        "_said",
        "_settled",
        "capacity",
        "declared",
        "key",
        "last",
        "moved",
        "name",
        "queues",
        "row",
        "site",
        "skills",
        "status",
        "team",
    )

    def __init__(self, key: str, site: str | None, row: int, at: int) -> None:
        self.key = key
        self.site = site
        self.row = row
        self.name: str | None = None
        self.team: str | None = None
        self.skills: tuple[str, ...] = ()
        self.capacity: int | None = None
        self.queues: dict[str, int] = {}
        self.declared = -1
        self.moved: dict[str, int] = {}
        """When it was last said to join or leave each queue (ms)."""
        self.last = 0
        self._said = -1
        self._settled = -1
        self.status = Status(at)
        self._base = Status(at)
        self._middle = Status(at)
        self._older: list[Entry] = []
        self._newer: list[Entry] = []

    def feed(self, entry: Entry, moves: Moves, reasons: "Reasons") -> None:
        """One input. In order it is a step; out of order it is put in its place and the rest is told again."""
        at = entry[0]
        if at < self.last or (at == self._said and entry[1]):
            self.revise((), (entry,), moves, reasons)
            return
        self.last = at
        if not entry[1]:
            self._said = at
        newer = self._newer
        newer.append(entry)
        step(self.status, entry, self.row * LEVELS, moves, reasons)
        if len(newer) >= _GENERATION:
            self._roll()

    def _roll(self) -> None:
        if self._older:
            self._settled = self._older[-1][0]
        self._base, self._middle = self._middle, self.status.copy()
        self._older, self._newer = self._newer, []

    def revise(self, gone: Iterable[Entry], come: Iterable[Entry], moves: Moves, reasons: "Reasons") -> None:
        """Take inputs back and put others in, each in its own place in time."""
        told = self._older + self._newer
        new = list(told)
        for entry in gone:
            if entry in new:
                new.remove(entry)
        for entry in come:
            if entry[0] >= self._settled:
                insort(new, entry, key=_place)
            elif entry[1] or entry[0] > self._base.state_since:  # too late to be told where it belongs
                insort(new, (self._settled, *entry[1:]), key=_place)
            self._said = max(self._said, entry[0]) if not entry[1] else self._said
        base = self.row * LEVELS
        _tell(self._base.copy(), told, base, moves, reasons, -1)
        self.status = _tell(self._base.copy(), new, base, moves, reasons)
        self.last = max(self.last, new[-1][0]) if new else self.last
        self._older, self._newer = new[: len(self._older)], new[len(self._older) :]
        self._middle = _tell(self._base.copy(), self._older, base, Moves(), reasons)
        if len(self._newer) >= _GENERATION:
            self._roll()


def _place(entry: Entry) -> tuple[int, bool]:
    return entry[0], not entry[1]


@mypyc_attr(allow_interpreted_subclasses=True)
class Reasons:
    """Not-ready reasons, numbered as they appear; those past the last column share it."""

    def __init__(self, columns: int) -> None:
        self.names: list[str] = []
        self._columns = columns
        self._number: dict[str, int] = {}

    def column(self, reason: str) -> int:
        """The column of a reason among the reason columns."""
        number = self._number.get(reason)
        if number is None:
            if len(self.names) < self._columns - 1:
                self.names.append(reason)
                number = self._number[reason] = len(self.names) - 1
            else:
                number = self._columns - 1
        return number


def step(status: Status, entry: Entry, base: int, moves: Moves, reasons: Reasons, worth: int = 1) -> None:
    """Move a status by one input, and write what it entered and left into ``moves``; ``worth`` -1 takes that back."""
    at, contact, code, reason, since = entry
    held = status.open
    if contact:
        if code == CLOSED:
            held.pop(contact, None)
        else:
            held[contact] = code
    else:
        _stand(status, code, reason, since)
    shown = status.state
    for claim in held.values():
        shown = claim if claim > shown else shown  # noqa: FURB136 - this is the hot path
    shown_reason = status.reason if shown == status.state else None
    old, old_reason = status.shown, status.shown_reason
    if shown == old and shown_reason == old_reason:
        return
    status.since = since if not contact and shown == code else at
    status.shown, status.shown_reason = shown, shown_reason
    if old and shown and old_reason is None and shown_reason is None:
        moves.add(at, base + _COLUMN[old], -worth)
        moves.add(at, base + _COLUMN[shown], worth)
        return
    _move(at, base, old, old_reason, -worth, moves, reasons)
    _move(at, base, shown, shown_reason, worth, moves, reasons)
    if old == OFFLINE:
        status.login = at
    elif shown == OFFLINE:
        status.login = None


def _stand(status: Status, code: int, reason: str | None, since: int) -> None:
    """Routability is set; leaving the wrap-up state closes open wrap-ups."""
    if (code, reason) != (status.state, status.reason):
        status.state, status.reason, status.state_since = code, reason, since
    if status.open and code <= NOT_READY:
        for key in [key for key, phase in status.open.items() if phase == WRAPPING]:
            del status.open[key]


def _move(at: int, base: int, state: int, reason: str | None, sign: int, moves: Moves, reasons: Reasons) -> None:
    """Enter (+1) or leave (-1) a state, and its reason's level when it is not-ready."""
    if state != OFFLINE:
        moves.add(at, base + _COLUMN[state], sign)
        if state == NOT_READY and reason:
            moves.add(at, base + len(STATES) + reasons.column(reason), sign)


def _tell(status: Status, entries: list[Entry], base: int, moves: Moves, reasons: Reasons, worth: int = 1) -> Status:
    for entry in entries:
        step(status, entry, base, moves, reasons, worth)
    return status
