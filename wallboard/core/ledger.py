"""Facts waiting to be summed: one flat list of ints per kind, expanded into additions many rows at a time."""

import math
from collections.abc import Callable

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
    parts: dict[str, list[tuple[Ints, Ints, Ints, Ints]]] = {"cell": [], "agent": [], "histogram": []}
    for name, rows in taken.items():
        kind = KINDS[name]
        for add in kind.adds:
            target, placed = _PLACE[add.space](kind, add, rows)
            parts[target].append(placed)
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
    scaled = np.ceil(np.log(np.maximum(ms, _FLOOR_MS) / _FLOOR_MS) / math.log(GROWTH) - 1e-9)
    return np.minimum(scaled, BINS - 1).astype(np.int64)


def _join(parts: list[tuple[Ints, Ints, Ints, Ints]]) -> Additions:
    return Additions(*(np.concatenate(column) for column in zip(*parts, strict=True)))


def _column(kind: Kind, rows: Ints, name: str | None) -> Ints:
    return np.ones(len(rows), np.int64) if name is None else rows[:, kind.columns.index(name) + 2]


def _in_cell(kind: Kind, add: Add, rows: Ints) -> tuple[str, tuple[Ints, Ints, Ints, Ints]]:
    flat = _column(kind, rows, "cell") * len(CELL) + CELL.index(add.counter)
    return "cell", (rows[:, 0], rows[:, 1], flat, _column(kind, rows, add.column))


def _in_agent(kind: Kind, add: Add, rows: Ints) -> tuple[str, tuple[Ints, Ints, Ints, Ints]]:
    known = rows[_column(kind, rows, "agent") >= 0]
    flat = _column(kind, known, "agent") * len(AGENT) + AGENT.index(add.counter)
    return "agent", (known[:, 0], known[:, 1], flat, _column(kind, known, add.column))


def _in_bucket(kind: Kind, add: Add, rows: Ints) -> tuple[str, tuple[Ints, Ints, Ints, Ints]]:
    bucket = np.searchsorted(_EDGES, _column(kind, rows, add.column), "left")
    flat = _column(kind, rows, "cell") * len(CELL) + CELL.index(add.counter) + bucket
    return "cell", (rows[:, 0], rows[:, 1], flat, np.ones(len(rows), np.int64))


def _in_histogram(offset: int) -> Callable[[Kind, Add, Ints], tuple[str, tuple[Ints, Ints, Ints, Ints]]]:
    def place(kind: Kind, add: Add, rows: Ints) -> tuple[str, tuple[Ints, Ints, Ints, Ints]]:
        flat = _column(kind, rows, "cell") * (2 * BINS) + offset + _bins(_column(kind, rows, add.column))
        return "histogram", (rows[:, 0], rows[:, 1], flat, np.ones(len(rows), np.int64))

    return place


_PLACE = {
    "cell": _in_cell,
    "agent": _in_agent,
    "wait-bucket": _in_bucket,
    "waits": _in_histogram(0),
    "handles": _in_histogram(BINS),
}
