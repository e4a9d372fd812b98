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
_BIN_EDGES = np.array([math.floor(_FLOOR_MS * math.pow(GROWTH, index)) for index in range(BINS - 1)], np.int64)
_WAIT_EDGES = np.array([edge * 1000 for edge in WAIT_BUCKETS_S], np.int64)


class Additions(Struct):
    """Additions to one space: where (``row * width + column``), how much, and the two seconds they belong to."""

    sec: Ints
    born: Ints
    flat: Ints
    delta: Ints


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
                kind.values.index(add.value) + _VALUES if add.value else -1
                for kind, some in zip(KINDS.values(), adds, strict=True)
                for add in some
            ],
            np.int64,
        )

    def place(self, rows: Ints) -> Additions:
        """Every addition the rows make to this space."""
        if self._of_agents:
            rows = rows[rows[:, _AGENT] >= 0]
        kinds = rows[:, _KIND]
        counts = self._count[kinds]
        row = np.repeat(np.arange(len(rows)), counts)
        add = np.arange(len(row)) + np.repeat(self._start[kinds] - np.cumsum(counts) + counts, counts)
        flat = rows[row, self._who] * self._width + self._counter[add]
        column = self._column[add]
        delta = np.where(column < 0, 1, rows[row, column]) if rows.shape[1] > _PLAIN else np.ones(len(row), np.int64)
        return Additions(rows[row, _SEC], rows[row, _BORN], flat, delta)


_CELLS, _AGENTS = Table("cell", CELL), Table("agent", AGENT)
_FIRST_BUCKET = CELL.index("wait_8")


def moves_of(moves: Moves) -> Ints:
    """(moves x 3) all pending moves: at, place, sign."""
    return np.frombuffer(moves.rows(), np.int64).reshape(-1, 3)


def rows_of(ledger: Ledger) -> tuple[Ints, Ints]:
    """All pending rows as (rows x 5) and (rows x 10) arrays; the ledger is empty afterwards."""
    plain, wide = ledger.take()
    return np.frombuffer(plain, np.int64).reshape(-1, _PLAIN), np.frombuffer(wide, np.int64).reshape(-1, _WIDE)


def expand(plain: Ints, wide: Ints) -> dict[str, Additions]:
    """Rows of facts as additions by space: ``cell``, ``agent`` and ``histogram``; spaces without any are absent."""
    cells = [_CELLS.place(rows) for rows in (plain, wide) if len(rows)]
    agents = [_AGENTS.place(rows) for rows in (plain, wide) if len(rows)]
    histogram: list[Additions] = []
    answered = answered_rows(wide)
    if len(answered):
        wait = answered[:, _VALUES]
        cells.append(_counted(answered, len(CELL), _FIRST_BUCKET + np.searchsorted(_WAIT_EDGES, wait, "left")))
        histogram.append(_counted(answered, 2 * BINS, _bins(wait)))
    talked = wide[(wide[:, _KIND] == NUMBER["released"]) & (wide[:, _VALUES] > 0)]
    if len(talked):
        cells.append(_counted(talked, len(CELL), np.full(len(talked), CELL.index("talked"))))
    handled = wide[wide[:, _KIND] == NUMBER["handle_time"]]
    if len(handled):
        histogram.append(_counted(handled, 2 * BINS, BINS + _bins(handled[:, _VALUES])))
    found = {"cell": cells, "agent": agents, "histogram": histogram}
    joined = {space: _join(parts) for space, parts in found.items()}
    return {space: additions for space, additions in joined.items() if len(additions.sec)}


def answered_rows(wide: Ints) -> Ints:
    """The rows of the ``answered`` kind."""
    rows: Ints = wide[wide[:, _KIND] == NUMBER["answered"]]
    return rows


def bin_value(index: int) -> int:
    """The duration in ms that stands for a bin: its geometric middle."""
    if index == 0:
        return _FLOOR_MS // 2
    return round(_FLOOR_MS * math.pow(GROWTH, index - 0.5))


def _bins(ms: Ints) -> Ints:
    return np.searchsorted(_BIN_EDGES, ms, "left")


def _counted(rows: Ints, width: int, column: Ints) -> Additions:
    return Additions(rows[:, _SEC], rows[:, _BORN], rows[:, _CELL] * width + column, np.ones(len(rows), np.int64))


def _join(parts: list[Additions]) -> Additions:
    if len(parts) == 1:
        return parts[0]
    if not parts:
        return Additions(*(np.zeros(0, np.int64),) * 4)
    return Additions(
        np.concatenate([part.sec for part in parts]),
        np.concatenate([part.born for part in parts]),
        np.concatenate([part.flat for part in parts]),
        np.concatenate([part.delta for part in parts]),
    )
