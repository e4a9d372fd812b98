"""One row becomes one call: its moments in an order that can be, and the durations the table vouches for.

Where clocks and durations disagree, the durations win and the talk is moved as a whole: an answer is never before the
end of the wait, and the release follows it by the talk. Two clocks that are a second or two apart so change no wait
and no talk.
"""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from msgspec import Struct

from feeds.adapters.call_records.clocks import Clocks
from feeds.adapters.call_records.record_map import Outcome, RecordMap
from feeds.adapters.call_records.table import Row
from feeds.adapters.pen import bounded
from wallboard.core.vocabulary import Channel, Direction, UnqueueReason

LONGEST_S = 31 * 86_400
FURTHEST = 1_000_000
OPENS = {"queued": "unqueued", "answered": "released"}
Choice = TypeVar("Choice", Channel, Direction)


class UnreadableError(ValueError):
    """A row that makes no call; says why in a few words, without quoting the row."""


class Record(Struct, frozen=True):
    """A call. Moments are ms since the epoch; ``queued`` is `None` for a caller who never came to a queue."""

    contact: str
    outcome: UnqueueReason
    queue: str
    agent: str
    customer: str | None
    priority: int | None
    entry: str | None
    channel: Channel
    direction: Direction
    credit_ms: int
    started: int
    automated_left: int | None
    queued: int | None
    unqueued: int
    answered: int
    released: int
    clock_back_ms: int


class Moments(Struct):
    """The moments of a row as its clocks have them."""

    started: int | None = None
    automated_left: int | None = None
    queued: int | None = None
    unqueued: int | None = None
    answered: int | None = None
    released: int | None = None


class RecordReader:
    """Reads rows by a map. `hashed` turns a raw customer into what may be kept."""

    def __init__(self, mapped: RecordMap, hashed: Callable[[str], str | None]) -> None:
        self._map = mapped
        self._columns = mapped.columns
        self._clocks = Clocks(mapped.clocks, dated=mapped.columns.day is not None)
        self._hashed = hashed

    def read(self, row: Row) -> Record | None:
        """The call in a row; `None` if the map drops its outcome. Raises UnreadableError."""
        outcome = self._outcome(row)
        if outcome == "drop":
            return None
        clocks = self._moments(row)
        arrived = clocks.started if clocks.automated_left is None else clocks.automated_left
        joined = clocks.queued is not None or outcome != "abandoned" or self._columns.queued is None
        first = arrived if clocks.queued is None else clocks.queued
        if first is None:
            raise UnreadableError("no moment to begin at")
        left = None if clocks.automated_left is None else min(clocks.automated_left, first)
        began = first if clocks.started is None else clocks.started
        started = min(began, first if left is None else left)
        unqueued = first + self._wait(row, clocks, outcome, first)
        answered = unqueued if clocks.queued is None else max(clocks.answered or 0, unqueued)
        return Record(
            **self._facts(row),
            outcome=outcome,
            started=started,
            automated_left=left,
            queued=first if joined else None,
            unqueued=unqueued,
            answered=answered,
            released=answered + self._talk(row, clocks),
            clock_back_ms=began - started,
        )

    def _facts(self, row: Row) -> dict[str, Any]:
        """All but the moments."""
        columns, constant = self._columns, self._map.constant
        priority = self._fact(row, columns.priority)
        agent, customer = self._fact(row, columns.agent), self._fact(row, columns.customer)
        return {
            "contact": bounded("-".join(self._fact(row, column) or "" for column in columns.id)) or "-",
            "queue": bounded(self._fact(row, columns.queue) or constant.queue),
            "agent": bounded(constant.unknown_agent if not agent or agent in self._map.nobody.agent else agent),
            "customer": None if not customer or customer in self._map.nobody.customer else self._hashed(customer),
            "priority": self._whole(priority, "priority"),
            "entry": bounded(self._fact(row, columns.entry) or "") or None,
            "channel": self._choice(row, columns.channel, self._map.channels, constant.channel),
            "direction": self._choice(row, columns.direction, self._map.directions, constant.direction),
            "credit_ms": self._map.credit.get(priority or "", 0) * 1000,
        }

    def _outcome(self, row: Row) -> Outcome:
        column = self._columns.outcome
        if column is None:
            answered = self._columns.answered
            return "answered" if answered and not self._clocks.never(row.get(answered)) else "abandoned"
        outcome = self._map.outcomes.get(self._fact(row, column) or "")
        if outcome is None:
            raise UnreadableError(f"the map has no such value of '{column}'")
        return outcome

    def _moments(self, row: Row) -> Moments:
        """Every clock of the row, each placed by the one before it."""
        moments = Moments()
        try:
            day = self._clocks.day(row.get(self._columns.day)) if self._columns.day else None
            before: int | None = None
            for name in Moments.__struct_fields__:
                if self._happened(row, name):
                    before = self._clocks.moment(row.get(getattr(self._columns, name)), day, before)
                    setattr(moments, name, before)
        except (ValueError, OverflowError, OSError) as error:
            raise UnreadableError("a day or clock that cannot be read") from error
        return moments

    def _happened(self, row: Row, name: str) -> bool:
        """Whether a clock was set. One that shows "never" was, at that very moment, if the one it opens was set."""
        column = getattr(self._columns, name)
        if column is None:
            return False
        if not self._clocks.never(row.get(column)):
            return True
        closing = getattr(self._columns, OPENS.get(name, ""), None)
        return bool(self._fact(row, column)) and closing is not None and not self._clocks.never(row.get(closing))

    def _wait(self, row: Row, clocks: Moments, outcome: UnqueueReason, first: int) -> int:
        """Ms; by the table's word, else by its clocks."""
        told = self._duration(row, self._columns.waited)
        if told is not None:
            return told
        if self._columns.queued is not None and clocks.queued is None:
            return 0
        ended = clocks.unqueued
        if ended is None:
            ended = clocks.answered if outcome == "answered" else clocks.released
        return 0 if ended is None else max(ended - first, 0)

    def _talk(self, row: Row, clocks: Moments) -> int:
        """Ms; by the table's word, else by its clocks."""
        told = self._duration(row, self._columns.talked)
        if told is not None:
            return told
        if clocks.answered is None or clocks.released is None:
            return 0
        return max(clocks.released - clocks.answered, 0)

    def _duration(self, row: Row, column: str | None) -> int | None:
        text = self._fact(row, column)
        if text is None:
            return None
        try:
            seconds = float(text)
        except ValueError as error:
            raise UnreadableError(f"no number of seconds in '{column}'") from error
        if not abs(seconds) <= LONGEST_S:
            raise UnreadableError(f"more than a month in '{column}'")
        return max(round(seconds * 1000), 0)

    def _fact(self, row: Row, column: str | None) -> str | None:
        value = None if column is None else row.get(column)
        return None if value is None else str(value).strip() or None

    def _whole(self, text: str | None, what: str) -> int | None:
        if text is None:
            return None
        try:
            return max(-FURTHEST, min(FURTHEST, int(text)))
        except ValueError as error:
            raise UnreadableError(f"no whole number in {what}") from error

    def _choice(self, row: Row, column: str | None, table: Mapping[str, Choice], otherwise: Choice) -> Choice:
        text = self._fact(row, column)
        if text is None:
            return otherwise
        if text not in table:
            raise UnreadableError(f"the map has no such value of '{column}'")
        return table[text]
