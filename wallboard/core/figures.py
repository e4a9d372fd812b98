"""Reading figures off a snapshot: any KPI, over any window, for any group, with its parts."""

from typing import Literal

from msgspec import Struct

from wallboard.core.snapshot import By, Snapshot

Unit = Literal["count", "ms", "share", "erlang", "score", "money", "rate"]


class Measure(Struct, frozen=True, gc=False):
    """One figure and where it came from. ``value`` is ``None`` when unknown; ms are ints, shares 0-1."""

    kpi: str
    value: float | None
    unit: Unit
    parts: tuple[tuple[str, int | None], ...]
    """Named integer facts behind it, numerator and denominator first (e.g. ``("met", 25), ("of", 31)``)."""
    window: str
    by: By
    group: str
    variant: str | None = None
    supplied: bool = True
    """``False``: this feed cannot supply it at all (not the same as no data yet)."""
    threshold_ms: int | None = None
    """The service-level threshold, where one applies to the whole group."""


class Figures:
    """Measures over one snapshot; remembers group sums, so asking twice is free."""

    def __init__(self, snapshot: Snapshot) -> None:
        self.snapshot = snapshot

    def measure(
        self, kpi: str, window: str = "today", by: By = "total", group: str = "", variant: str | None = None
    ) -> Measure:
        """One figure. Raises ``KeyError`` for a KPI or window that does not exist; an unknown group has no facts."""
        raise NotImplementedError

    def names(self, by: By) -> tuple[str, ...]:
        """Every group there is of that kind, in a stable order."""
        raise NotImplementedError

    def series(
        self, kpi: str, step: int, by: By = "total", group: str = "", variant: str | None = None
    ) -> tuple[tuple[int, float | None], ...]:
        """The KPI per clock interval: (start in ms, value), oldest first. ``step`` is 60 000 or 900 000 ms."""
        raise NotImplementedError
