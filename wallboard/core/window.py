"""Sums of facts over time: windows that slide by the second, windows that begin again, and clock intervals.

Every sum is an int64 matrix that is added to as facts come and subtracted from as they age out; nothing is recomputed.
Facts of the last ``keep`` seconds are remembered in buckets of one second, so a late fact finds its own second.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from wallboard.core.facts import AGENT, CELL
from wallboard.core.ledger import BINS, Additions, Ints
from wallboard.core.snapshot import Interval, Series

WIDTHS = {"cell": len(CELL), "agent": len(AGENT), "histogram": 2 * BINS}
"""Columns of each space's matrix."""
Packed = NDArray[np.int64] | NDArray[np.int32]
"""Remembered additions take half the room when they fit."""
_HALF = 2**31


class Sums:
    """One growing matrix per space; rows appear as they are first added to. ``changes`` counts mutations."""

    def __init__(self) -> None:
        self.flat = {space: np.zeros(width, np.int64) for space, width in WIDTHS.items()}
        self.changes = 0

    def add(self, space: str, flat: Ints, delta: Ints) -> None:
        """Add ``delta`` at ``flat``."""
        if not len(flat):
            return
        self.changes += 1
        sums = self.flat[space]
        need = flat.max().item() + 1
        if need > len(sums):
            rows = max(need // WIDTHS[space] + 1, 2 * len(sums) // WIDTHS[space])
            grown = np.zeros(rows * WIDTHS[space], np.int64)
            grown[: len(sums)] = sums
            self.flat[space] = sums = grown
        np.add.at(sums, flat, delta)

    def matrix(self, space: str, rows: int) -> Ints:
        """A read-only copy, exactly ``rows`` rows high."""
        width = WIDTHS[space]
        copy = np.zeros(rows * width, np.int64)
        have = self.flat[space][: rows * width]
        copy[: len(have)] = have
        copy.flags.writeable = False
        return copy.reshape(rows, width)

    def clear(self, space: str, rows: Ints) -> None:
        """Zero whole rows."""
        width = WIDTHS[space]
        inside = rows[rows < len(self.flat[space]) // width]
        if len(inside):
            self.flat[space].reshape(-1, width)[inside] = 0
            self.changes += 1


class Buckets:
    """Additions of the last seconds, by second: what a sliding window will have to take back."""

    def __init__(self) -> None:
        self._by_second: dict[str, dict[int, list[Packed]]] = {space: {} for space in WIDTHS}
        self._dropped = -1

    def put(self, space: str, sec: Ints, flat: Ints, delta: Ints) -> None:
        """Remember additions under their seconds; those already forgotten stay forgotten."""
        live = sec > self._dropped
        if not live.all():
            sec, flat, delta = sec[live], flat[live], delta[live]
        if not len(sec):
            return
        order = np.argsort(sec, kind="stable")
        ordered = sec[order]
        packed = np.stack((flat[order], delta[order]))
        if delta.min() >= -_HALF and delta.max() < _HALF and flat.max() < _HALF:
            packed = packed.astype(np.int32)
        edges = np.flatnonzero(np.diff(ordered)) + 1
        starts = [0, *edges.tolist()]
        ends = [*edges.tolist(), len(ordered)]
        seconds = self._by_second[space]
        for second, start, end in zip(ordered[starts].tolist(), starts, ends, strict=True):
            seconds.setdefault(second, []).append(packed[:, start:end])

    def between(self, space: str, after: int, upto: int) -> Ints | None:
        """All additions with ``after < second <= upto`` as (2 x n): flat and delta."""
        seconds = self._by_second[space]
        span: Iterable[int] = range(after + 1, upto + 1)
        if upto - after > len(seconds):
            span = sorted(second for second in seconds if after < second <= upto)
        found = [part for second in span for part in seconds.get(second, ())]
        return np.concatenate(found, axis=1, dtype=np.int64) if found else None

    def drop(self, upto: int) -> None:
        """Forget everything up to and including a second."""
        if upto <= self._dropped:
            return
        for seconds in self._by_second.values():
            span: Iterable[int] = range(self._dropped + 1, upto + 1)
            if upto - self._dropped > len(seconds):
                span = [second for second in seconds if second <= upto]
            for second in span:
                seconds.pop(second, None)
        self._dropped = upto


class Sliding:
    """The last ``seconds`` seconds: facts with ``cutoff < second``."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.cutoff = -1
        self.sums = Sums()

    def expire(self, second: int, buckets: Buckets) -> None:
        """Move on to ``second`` and take back what has aged out."""
        cutoff = second - self.seconds
        if cutoff <= self.cutoff:
            return
        for space in WIDTHS:
            old = buckets.between(space, self.cutoff, cutoff)
            if old is not None:
                self.sums.add(space, old[0], -old[1])
        self.cutoff = cutoff

    def add(self, space: str, sec: Ints, flat: Ints, delta: Ints) -> None:
        """Add the facts that are still inside."""
        inside = sec > self.cutoff
        if inside.all():
            self.sums.add(space, flat, delta)
        else:
            self.sums.add(space, flat[inside], delta[inside])


class Resetting:
    """A window that begins again at a moment of each row's own calendar (today, a shift, a clock interval).

    ``begins`` holds, per space, the second at which each row's current period began; nothing counts from ``until`` on.
    """

    def __init__(self, until: int | None = None) -> None:
        self._until = until
        self.sums = Sums()
        self.begins: dict[str, Ints] = {space: np.zeros(0, np.int64) for space in WIDTHS}

    def begin(self, space: str, begins: Ints) -> None:
        """Each row's current period begins at this second; rows whose period is new start from zero."""
        old = self.begins[space]
        known = begins[: len(old)]
        self.sums.clear(space, np.flatnonzero(known != old[: len(known)]))
        self.begins[space] = begins

    def add(self, space: str, sec: Ints, flat: Ints, delta: Ints) -> None:
        """Add the facts that belong to their row's current period."""
        inside = sec >= self.begins[space][flat // WIDTHS[space]]
        if self._until is not None:
            inside &= sec < self._until
        self.sums.add(space, flat[inside], delta[inside])


class Intervals:
    """Cell facts per clock interval of ``step`` seconds, the last ``keep`` of them, kept sparse."""

    def __init__(self, step: int, keep: int) -> None:
        self.step = step
        self.keep = keep
        self._facts: dict[int, list[tuple[Ints, Ints]]] = {}
        self._frozen: dict[int, Interval] = {}
        self._forgotten = -1

    def add(self, sec: Ints, flat: Ints, delta: Ints) -> None:
        """Add facts to their intervals; those of intervals already forgotten are dropped."""
        first, last = sec.min().item() // self.step, sec.max().item() // self.step
        if first == last:
            self._put(first, flat, delta)
            return
        index = sec // self.step
        for one in np.unique(index).tolist():
            chosen = index == one
            self._put(one, flat[chosen], delta[chosen])

    def _put(self, one: int, flat: Ints, delta: Ints) -> None:
        if one <= self._forgotten:
            return
        parts = self._facts.setdefault(one, [])
        parts.append((flat, delta))
        self._frozen.pop(one, None)
        if len(parts) > 64:  # noqa: PLR2004 - parts are merged now and then, not on every tick
            parts[:] = [_merge(parts)]

    def expire(self, second: int) -> None:
        """Forget intervals older than ``keep``, and pack those that have passed."""
        now = second // self.step
        for one, parts in self._facts.items():
            if one < now and len(parts) > 1:
                parts[:] = [_merge(parts)]
        self._forgotten = now - self.keep
        for one in [one for one in self._facts if one <= self._forgotten]:
            del self._facts[one]
            self._frozen.pop(one, None)

    def series(self) -> Series:
        """The intervals, oldest first."""
        for one, parts in self._facts.items():
            if one not in self._frozen:
                flat, delta = _merge(parts)
                parts[:] = [(flat, delta)]
                self._frozen[one] = Interval(one * self.step * 1000, flat, delta)
        return Series(self.step * 1000, tuple(self._frozen[one] for one in sorted(self._facts)))


def _merge(parts: list[tuple[Ints, Ints]]) -> tuple[Ints, Ints]:
    flat, where = np.unique(np.concatenate([part[0] for part in parts]), return_inverse=True)
    delta = np.zeros(len(flat), np.int64)
    np.add.at(delta, where, np.concatenate([part[1] for part in parts]))
    return flat, delta


def signed(additions: Additions) -> Additions:
    """The same additions, taken back."""
    return Additions(additions.sec, additions.born, additions.flat, -additions.delta)
