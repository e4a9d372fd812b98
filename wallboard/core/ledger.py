"""Facts waiting to be summed: one flat list of ints per kind, expanded into additions many rows at a time."""

import math

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

from wallboard.core.facts import AGENT, CELL, KINDS, WAIT_BUCKETS_S, Add, Kind

BINS = 240
"""Bins of a percentile histogram: bin 0 is up to one second, then each is ``GROWTH`` times the one before."""
GROWTH = 1.05
"""Relative error of a percentile is at most half of this growth: 2.5 %."""
_FLOOR_MS = 1000

Ints = NDArray[np.int64]
_BIN_EDGES = np.array([math.floor(_FLOOR_MS * math.pow(GROWTH, index)) for index in range(BINS - 1)], np.int64)
_EDGES = np.array([edge * 1000 for edge in WAIT_BUCKETS_S], np.int64)


class Additions(Struct):
    """Additions to one space: where (``row * width + column``), how much, and the two seconds they belong to."""

    sec: Ints
    born: Ints
    flat: Ints
    delta: Ints


class Ledger:
    """Pending facts. ``rows[kind]`` is a flat list: ``sec, born, *columns`` a row; handlers extend it directly."""

    def __init__(self) -> None:
        self.rows: dict[str, list[int]] = {kind: [] for kind in KINDS}

    def pending(self) -> bool:
        """Whether any row waits to be summed."""
        return any(self.rows.values())

    def take(self) -> dict[str, Ints]:
        """All pending rows as (rows x columns) arrays by kind; the ledger is empty afterwards."""
        taken = {}
        for name, pending in self.rows.items():
            if pending:
                taken[name] = np.array(pending, np.int64).reshape(-1, len(KINDS[name].columns) + 2)
                pending.clear()
        return taken


def expand(taken: dict[str, Ints]) -> dict[str, Additions]:
    """Rows of facts as additions by space: ``cell``, ``agent`` and ``histogram``."""
    parts: dict[str, list[Additions]] = {"cell": [], "agent": [], "histogram": []}
    for name, rows in taken.items():
        for plan in _PLANS[name]:
            parts[plan.space].append(plan.place(rows))
    return {space: _join(found) for space, found in parts.items() if found}


def bin_of(ms: int) -> int:
    """The histogram bin of a duration in ms."""
    return int(_bins(np.array([ms], np.int64))[0])


def bin_value(index: int) -> int:
    """The duration in ms that stands for a bin: its geometric middle."""
    if index == 0:
        return _FLOOR_MS // 2
    return round(_FLOOR_MS * math.pow(GROWTH, index - 0.5))


def _bins(ms: Ints) -> Ints:
    return np.searchsorted(_BIN_EDGES, ms, "left")


def _join(parts: list[Additions]) -> Additions:
    if len(parts) == 1:
        return parts[0]
    return Additions(
        np.concatenate([part.sec for part in parts]),
        np.concatenate([part.born for part in parts]),
        np.concatenate([part.flat for part in parts]),
        np.concatenate([part.delta for part in parts]),
    )


class _Counters:
    """The counters of one kind in one space, all at once."""

    def __init__(self, space: str, names: tuple[str, ...], kind: Kind, adds: tuple[Add, ...]) -> None:
        self.space = space
        self._who = kind.columns.index(space) + 2
        self._width = len(names)
        self._counters = np.array([names.index(add.counter) for add in adds], np.int64)
        named = [(i, kind.columns.index(add.column) + 2) for i, add in enumerate(adds) if add.column]
        self._named = [i for i, _ in named]
        self._columns = [column for _, column in named]

    def place(self, rows: Ints) -> Additions:
        who = rows[:, self._who]
        if self.space == "agent" and who.min() < 0:
            rows = rows[who >= 0]
            who = rows[:, self._who]
        many = len(self._counters)
        delta = np.ones((len(rows), many), np.int64)
        if self._named:
            delta[:, self._named] = rows[:, self._columns]
        flat = who[:, None] * self._width + self._counters
        if many == 1:
            return Additions(rows[:, 0], rows[:, 1], flat[:, 0], delta[:, 0])
        return Additions(rows[:, 0].repeat(many), rows[:, 1].repeat(many), flat.ravel(), delta.ravel())


class _Binned:
    """One more in the wait bucket, or the histogram bin, that a column falls into."""

    def __init__(self, kind: Kind, add: Add) -> None:
        self.space = "cell" if add.space == "wait-bucket" else "histogram"
        self._bucketed = add.space == "wait-bucket"
        self._first = CELL.index(add.counter) if self._bucketed else (BINS if add.space == "handles" else 0)
        self._width = len(CELL) if self._bucketed else 2 * BINS
        self._who = kind.columns.index("cell") + 2
        self._column = kind.columns.index(str(add.column)) + 2

    def place(self, rows: Ints) -> Additions:
        spent = rows[:, self._column]
        where = np.searchsorted(_EDGES, spent, "left") if self._bucketed else _bins(spent)
        flat = rows[:, self._who] * self._width + self._first + where
        return Additions(rows[:, 0], rows[:, 1], flat, np.ones(len(rows), np.int64))


def _plans(kind: Kind) -> tuple[_Counters | _Binned, ...]:
    plans: list[_Counters | _Binned] = []
    for space, names in (("cell", CELL), ("agent", AGENT)):
        adds = tuple(add for add in kind.adds if add.space == space)
        if adds:
            plans.append(_Counters(space, names, kind, adds))
    plans.extend(_Binned(kind, add) for add in kind.adds if add.space not in ("cell", "agent"))
    return tuple(plans)


_PLANS = {name: _plans(kind) for name, kind in KINDS.items()}
