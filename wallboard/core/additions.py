"""What rows of facts add to which counters: thousands of rows expanded into additions at once."""

import math

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from wallboard.core.facts import AGENT, CELL, KINDS, NUMBER, WAIT_BUCKETS_S
from wallboard.core.ledger import Ledger, Moves

BINS = 240
"""Bins of a percentile histogram: bin 0 is up to one second, then each is ``GROWTH`` times the one before."""
GROWTH = 1.05
"""Relative error of a percentile is at most half of this growth: 2.5 %."""
_FLOOR_MS = 1000
_PLAIN, _WIDE = 5, 10
"""Columns of a row without values, and with five."""
_KIND, _SEC, _BORN, _CELL, _AGENT, _VALUES = range(6)

Ints = NDArray[np.int64]
Columns = tuple[Ints, Ints, Ints, Ints]
"""The second, the second born, where and how much of additions, in any order."""
_BIN_EDGES = np.array([math.floor(_FLOOR_MS * math.pow(GROWTH, index)) for index in range(BINS - 1)], np.int64)
_WAIT_EDGES = np.array([edge * 1000 for edge in WAIT_BUCKETS_S], np.int64)


class Additions(Struct):
    """Additions to one space, in order of the second they belong to.

    ``flat`` is where (``row * width + column``), ``delta`` how much, ``born`` the second that counts for cohorts.
    """

    sec: Ints
    born: Ints
    flat: Ints
    delta: Ints

    def after(self, second: int) -> "Additions":
        """Those of later seconds."""
        return self.part(self.sec.searchsorted(second, "right").item(), len(self.sec))

    def part(self, start: int, stop: int) -> "Additions":
        """Some of them, by their places."""
        if start == 0 and stop == len(self.sec):
            return self
        some = slice(start, stop)
        return Additions(self.sec[some], self.born[some], self.flat[some], self.delta[some])

    def of_cohorts(self) -> "Additions":
        """The same, each belonging to the second that counts for cohorts."""
        return _ordered(self.born, self.born, self.flat, self.delta)

    def taken_back(self) -> "Additions":
        """The same, taken back."""
        return Additions(self.sec, self.born, self.flat, -self.delta)


def _ordered(sec: Ints, born: Ints, flat: Ints, delta: Ints) -> Additions:
    order = sec.argsort(kind="stable")
    return Additions(sec[order], born[order], flat[order], delta[order])


class Table:
    """What rows of each kind add to one space: for kind k, ``count[k]`` additions from ``start[k]`` on."""

    def __init__(self, space: str, names: tuple[str, ...]) -> None:
        self._who = _CELL if space == "cell" else _AGENT
        self._width = len(names)
        self._of_agents = space == "agent"
        adds = [[add for add in kind.adds if add.space == space] for kind in KINDS.values()]
        self._count = np.array([len(some) for some in adds], np.int64)
        self._start = np.cumsum(self._count) - self._count
        self._counter = np.array([names.index(add.counter) for some in adds for add in some], np.int64)
        self._column = np.array(
            [
                kind.values.index(add.value) + _VALUES if add.value else _WIDE
                for kind, some in zip(KINDS.values(), adds, strict=True)
                for add in some
            ],
            np.int64,
        )

    def place(self, facts: Ints) -> Columns:
        """Every addition that facts (columns x facts) make to this space."""
        kinds, height = facts[_KIND], facts.shape[1]
        counts = self._count[kinds]
        if self._of_agents:
            counts[facts[_AGENT] < 0] = 0
        fact = np.repeat(np.arange(height), counts)
        add = np.arange(len(fact)) + np.repeat(self._start[kinds] - np.cumsum(counts) + counts, counts)
        flat = facts[self._who].take(fact) * self._width + self._counter.take(add)
        delta = np.ones(len(fact), np.int64)
        if len(facts) > _PLAIN:
            values = np.concatenate((facts, np.ones((1, height), np.int64)))  # the column after the last is all ones
            delta = values.ravel().take(self._column.take(add) * height + fact)
        return facts[_SEC].take(fact), facts[_BORN].take(fact), flat, delta


_CELLS, _AGENTS = Table("cell", CELL), Table("agent", AGENT)
_FIRST_BUCKET = CELL.index("wait_8")


def moves_of(moves: Moves) -> Ints:
    """(3 x moves) all pending moves: at, place, sign."""
    return _columns(moves.rows(), 3)


def facts_of(ledger: Ledger) -> tuple[Ints, Ints]:
    """All pending facts as (5 x facts) and (10 x facts) arrays; the ledger is empty afterwards."""
    plain, wide = ledger.take()
    return _columns(plain, _PLAIN), _columns(wide, _WIDE)


def _columns(rows: bytes, width: int) -> Ints:
    return np.ascontiguousarray(np.frombuffer(rows, np.int64).reshape(-1, width).T)


def expand(plain: Ints, wide: Ints) -> dict[str, Additions]:
    """Facts as additions by space: ``cell``, ``agent`` and ``histogram``; spaces without any are absent."""
    cells = [_CELLS.place(facts) for facts in (plain, wide) if facts.size]
    agents = [_AGENTS.place(facts) for facts in (plain, wide) if facts.size]
    histogram: list[Columns] = []
    answered = answered_of(wide)
    if answered.size:
        wait = answered[_VALUES]
        cells.append(_counted(answered, len(CELL), _FIRST_BUCKET + np.searchsorted(_WAIT_EDGES, wait, "left")))
        histogram.append(_counted(answered, 2 * BINS, _bins(wait)))
    talked = wide[:, (wide[_KIND] == NUMBER["released"]) & (wide[_VALUES] > 0)]
    if talked.size:
        cells.append(_counted(talked, len(CELL), np.full(talked.shape[1], CELL.index("talked"))))
    handled = wide[:, wide[_KIND] == NUMBER["handle_time"]]
    if handled.size:
        histogram.append(_counted(handled, 2 * BINS, BINS + _bins(handled[_VALUES])))
    mended = wide[:, wide[_KIND] == NUMBER["handle_time_mended"]]
    if mended.size:
        histogram.append(_counted(mended, 2 * BINS, BINS + _bins(mended[_VALUES]), -1))
        histogram.append(_counted(mended, 2 * BINS, BINS + _bins(mended[_VALUES + 1])))
    found = {"cell": cells, "agent": agents, "histogram": histogram}
    joined = {space: _join(parts) for space, parts in found.items() if parts}
    return {space: additions for space, additions in joined.items() if len(additions.sec)}


def answered_of(wide: Ints) -> Ints:
    """The facts of the ``answered`` kind."""
    facts: Ints = wide[:, wide[_KIND] == NUMBER["answered"]]
    return facts


def bin_value(index: int) -> int:
    """The duration in ms that stands for a bin: its geometric middle."""
    if index == 0:
        return _FLOOR_MS // 2
    return round(_FLOOR_MS * math.pow(GROWTH, index - 0.5))


def _bins(ms: Ints) -> Ints:
    return np.searchsorted(_BIN_EDGES, ms, "left")


def _counted(facts: Ints, width: int, column: Ints, worth: int = 1) -> Columns:
    return facts[_SEC], facts[_BORN], facts[_CELL] * width + column, np.full(facts.shape[1], worth)


def _join(parts: list[Columns]) -> Additions:
    sec, born, flat, delta = (np.concatenate(column) for column in zip(*parts, strict=True))
    return _ordered(sec, born, flat, delta)
