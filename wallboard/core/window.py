"""Sums of facts over time: windows that slide by the second, windows that begin again, and clock intervals.

Every sum is an int64 matrix that is added to as facts come and subtracted from as they age out; nothing is recomputed.
Facts of the last seconds are remembered with theirs, so that a late fact leaves when its own second does.
"""

from collections.abc import Iterator
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from wallboard.core.additions import BINS, Additions, Ints
from wallboard.core.facts import AGENT, CELL
from wallboard.core.snapshot import Interval, Series

WIDTHS = {"cell": len(CELL), "agent": len(AGENT), "histogram": 2 * BINS}
"""Columns of each space's matrix."""
Packed = NDArray[np.int64] | NDArray[np.int32]
"""Remembered additions take half the room when they fit."""
_HALF = 2**31
_CROWDED = 4
"""Additions to no more than so many places each are summed in an array of all places; fewer are sorted."""
_PART = 8192
"""Parts smaller than half of this are joined with those that come next."""


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


class Past:
    """Additions of the last seconds, in parts as they came: what sliding windows will have to take back."""

    def __init__(self) -> None:
        self._parts: dict[str, list[_Part]] = {space: [] for space in WIDTHS}
        self._forgotten = -1

    def put(self, space: str, additions: Additions) -> None:
        """Remember additions; those of seconds already forgotten stay forgotten."""
        live = additions.after(self._forgotten)
        if not len(live.sec):
            return
        parts = self._parts[space]
        fresh = _Part(live.sec, live.flat, live.delta)
        while parts and len(parts[-1].sec) <= min(len(fresh.sec), _PART // 2):
            fresh = parts.pop().joined(fresh)
        parts.append(fresh)

    def between(self, space: str, after: int, upto: int) -> Iterator[tuple[Ints, Ints]]:
        """All additions with ``after < second <= upto``, part by part: flat and delta."""
        for part in self._parts[space]:
            start, stop = part.upto(after), part.upto(upto)
            if start < stop:
                yield part.flat[start:stop].astype(np.int64), part.delta[start:stop].astype(np.int64)

    def forget(self, upto: int) -> None:
        """Forget everything up to and including a second."""
        self._forgotten = max(self._forgotten, upto)
        for space, parts in self._parts.items():
            if parts and parts[0].last <= upto:
                self._parts[space] = [part for part in parts if part.last > upto]


class _Part:
    """Additions that came together, in order of their seconds and as small as they fit."""

    __slots__ = ("delta", "first", "flat", "last", "sec")

    def __init__(self, sec: Packed, flat: Packed, delta: Packed) -> None:
        self.first, self.last = sec[0].item(), sec[-1].item()
        self.sec, self.flat, self.delta = _packed(sec), _packed(flat), _packed(delta)

    def upto(self, second: int) -> int:
        """How many are of this second or before it."""
        if not self.first <= second < self.last:
            return len(self.sec) if second >= self.last else 0
        return self.sec.searchsorted(self.sec.dtype.type(second), "right").item()

    def joined(self, other: "_Part") -> "_Part":
        sec, flat, delta = _join(self.sec, other.sec), _join(self.flat, other.flat), _join(self.delta, other.delta)
        if other.first < self.last:
            order = sec.argsort(kind="stable")
            sec, flat, delta = sec[order], flat[order], delta[order]
        return _Part(sec, flat, delta)


def _join(some: Packed, more: Packed) -> Packed:
    joined: Packed = np.concatenate((some, more), dtype=np.int64)
    return joined


def _packed(values: Packed) -> Packed:
    return values.astype(np.int32) if values.min() >= -_HALF and values.max() < _HALF else values


class Sliding:
    """The last ``seconds`` seconds: facts with ``cutoff < second``."""

    def __init__(self, seconds: int) -> None:
        self.seconds = seconds
        self.cutoff = -1
        self.sums = Sums()

    def expire(self, second: int, past: Past) -> None:
        """Move on to ``second`` and take back what has aged out."""
        cutoff = second - self.seconds
        if cutoff <= self.cutoff:
            return
        for space in WIDTHS:
            for flat, delta in past.between(space, self.cutoff, cutoff):
                self.sums.add(space, flat, -delta)
        self.cutoff = cutoff

    def add(self, space: str, additions: Additions) -> None:
        """Add the facts that are still inside."""
        inside = additions.after(self.cutoff)
        self.sums.add(space, inside.flat, inside.delta)


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

    def add(self, space: str, additions: Additions) -> None:
        """Add the facts that belong to their row's current period."""
        sec, flat, delta = additions.sec, additions.flat, additions.delta
        begins = self.begins[space]
        inside = np.ones(len(sec), np.bool_) if self._until is None else sec < self._until
        if sec[0] < begins.max():
            inside &= sec >= begins[flat // WIDTHS[space]]
        if not inside.all():
            flat, delta = flat[inside], delta[inside]
        self.sums.add(space, flat, delta)


class Intervals:
    """Cell facts per clock interval of ``step`` seconds, the last ``keep`` of them, kept sparse."""

    def __init__(self, step: int, keep: int) -> None:
        self.step = step
        self.keep = keep
        self._facts: dict[int, list[tuple[Ints, Ints]]] = {}
        self._frozen: dict[int, Interval] = {}
        self._forgotten = -1

    def add(self, additions: Additions) -> None:
        """Add facts to their intervals; those of intervals already forgotten are dropped."""
        sec, flat, delta = additions.sec, additions.flat, additions.delta
        first, last = sec[0].item() // self.step, sec[-1].item() // self.step
        if first == last:
            self._put(first, flat, delta)
            return
        edges = np.arange(first, last + 2) * self.step
        for one, (start, stop) in enumerate(pairwise(sec.searchsorted(edges).tolist()), first):
            if start < stop:
                self._put(one, flat[start:stop].copy(), delta[start:stop].copy())

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
    """What the parts come to: where, each place once and in order, and how much."""
    flat, delta = np.concatenate([part[0] for part in parts]), np.concatenate([part[1] for part in parts])
    size = flat.max().item() + 1
    if size <= _CROWDED * len(flat):
        sums = np.zeros(size, np.int64)
        np.add.at(sums, flat, delta)
        found = np.flatnonzero(sums)
        return found, sums[found]
    order = flat.argsort()
    flat = flat[order]
    first = np.flatnonzero(np.diff(flat, prepend=-1))
    return flat[first], np.add.reduceat(delta[order], first)
