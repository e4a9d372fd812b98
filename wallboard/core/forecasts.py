"""What is planned for queues: of all that was declared of a moment, the newest word counts."""

from itertools import pairwise

from msgspec.structs import replace

from wallboard.core.snapshot import ForecastRow


class Forecasts:
    """Every declaration that may still count, and what they come to, worked out anew when one is added or let go."""

    def __init__(self) -> None:
        self._declared: dict[tuple[str, int, int], tuple[int, ForecastRow]] = {}
        self._rows: tuple[ForecastRow, ...] | None = ()

    def declare(self, at: int, row: ForecastRow) -> None:
        """Take a declaration made ``at`` (ms), in whatever order they come; of two at once, the one told last."""
        key = (row.queue, row.begin, row.end)
        known = self._declared.pop(key, (at, row))
        self._declared[key] = known if known[0] > at else (at, row)
        self._rows = None

    def prune(self, before: int) -> None:
        """Let go of what ended before a moment (ms)."""
        stale = [key for key, (_, row) in self._declared.items() if row.end < before]
        for key in stale:
            del self._declared[key]
        if stale:
            self._rows = None

    def rows(self) -> tuple[ForecastRow, ...]:
        """What counts: intervals of a queue do not overlap. What is left of an older one has its part of contacts."""
        if self._rows is None:
            by_queue: dict[str, list[tuple[int, ForecastRow]]] = {}
            for at, row in self._declared.values():
                by_queue.setdefault(row.queue, []).append((at, row))
            self._rows = tuple(row for told in by_queue.values() for row in _laid(told))
        return self._rows


def _laid(told: list[tuple[int, ForecastRow]]) -> list[ForecastRow]:
    """Declarations of one queue laid over one another, the newest on top; by their beginnings."""
    rows = sorted((row for _, row in told), key=lambda row: row.begin)
    if all(row.end <= after.begin for row, after in pairwise(rows)):
        return rows
    laid: list[tuple[ForecastRow, int, int]] = []
    for _, row in sorted(told, key=lambda each: each[0]):
        laid = [(older, *span) for older, *left in laid for span in _beside((left[0], left[1]), (row.begin, row.end))]
        laid.append((row, row.begin, row.end))
    return [_part(*each) for each in sorted(laid, key=lambda each: each[1])]


def _beside(older: tuple[int, int], newer: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """What the newer leaves of the older: all of it, a part at either end or both, or nothing."""
    if older[1] <= newer[0] or newer[1] <= older[0]:
        return (older,)
    return tuple((begin, end) for begin, end in ((older[0], newer[0]), (newer[1], older[1])) if begin < end)


def _part(row: ForecastRow, begin: int, end: int) -> ForecastRow:
    """A part of an interval, with the whole contacts that fall into it."""
    before, until = (round(row.offered * (at - row.begin) / (row.end - row.begin)) for at in (begin, end))
    return replace(row, begin=begin, end=end, offered=until - before)
