"""What is usual: figures of the same weekdays before, by quarter of an hour of the local day; median and band.

Numerators and denominators are kept, so any stretch of the day is summed first and divided once. The band is p20 to
p80, or the lowest and highest of fewer than five days.
"""

import math
from collections.abc import Iterable

from msgspec import Struct

from wallboard.core.kpis import CATALOGUE

STEP_MS = 900_000
SLOTS = 96
"""Quarters of an hour in a day by its wall clock; an hour that a clock change repeats counts once, the first time."""
WEEK = 7
MOST_DAYS = 8
"""Same weekdays that are looked back on."""
FEW = 5
COMPARED: tuple[str, ...] = (
    "offered", "answered", "abandoned", "handled", "abandon_rate", "service_level", "asa", "aht",
)  # fmt: skip
"""KPIs that are kept of past days."""
Numbers = tuple[int | None, ...]


class PastDay(Struct, frozen=True):
    """One KPI of one group ("" is all queues) on one local day, by slot; ``None`` where nothing was recorded."""

    day: int
    """The local date, counted in days."""
    kpi: str
    group: str
    tops: Numbers
    bottoms: Numbers
    """1 for counts."""

    def over(self, shares: tuple[tuple[int, float], ...]) -> float | None:
        """The KPI over slots, each in part: sums first, then one division. A count needs every slot recorded."""
        kpi, top, bottom = CATALOGUE[self.kpi], 0.0, 0.0
        for slot, share in shares:
            more, under = self.tops[slot], self.bottoms[slot]
            if more is not None and under is not None:
                top, bottom = top + more * share, bottom + under * share
            elif kpi.read == "sum":
                return None
        if kpi.read == "sum":
            return top if shares else None
        return top * kpi.scale / bottom if bottom else None


class Band(Struct, frozen=True, gc=False):
    """What is usual over some stretch: the median of so many days, and the band around it."""

    low: float
    median: float
    high: float
    days: int


class Usual(Struct, frozen=True):
    """Past days of one KPI and group, laid over the day that began at ``begins[0]`` (ms; one moment a slot)."""

    kpi: str
    group: str
    begins: tuple[int, ...]
    days: tuple[PastDay, ...]

    def band(self, begin: int, end: int) -> Band | None:
        """Over a stretch of the day (ms), slots in part counting in part; ``None`` where no day says.

        Slots of which no day has a record are taken for closed hours.
        """
        shares = tuple(
            (slot, share)
            for slot, start in enumerate(self.begins)
            if (share := (min(end, self.end(slot)) - max(begin, start)) / STEP_MS) > 0
            and any(day.tops[slot] is not None for day in self.days)
        )
        return band(value for day in self.days if (value := day.over(shares)) is not None) if shares else None

    def bands(self) -> tuple[tuple[int, Band | None], ...]:
        """Slot by slot: (begin in ms, band)."""
        return tuple((begin, self.band(begin, self.end(slot))) for slot, begin in enumerate(self.begins))

    def end(self, slot: int) -> int:
        """When a slot ends; one that a clock change skips ends as it begins."""
        after = self.begins[slot + 1] if slot + 1 < len(self.begins) else self.begins[slot] + STEP_MS
        return min(after, self.begins[slot] + STEP_MS)


def band(values: Iterable[float]) -> Band | None:
    """Median and band of some days' values; ``None`` of none."""
    found = sorted(values)
    if not found:
        return None
    low, high = (0.0, 1.0) if len(found) < FEW else (0.2, 0.8)
    return Band(_rank(found, low), _rank(found, 0.5), _rank(found, high), len(found))


def _rank(ordered: list[float], share: float) -> float:
    """The value below which a share of them lies, between neighbours in proportion."""
    place = share * (len(ordered) - 1)
    below = math.floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (place - below) * (ordered[above] - ordered[below])


def same_weekdays(
    past: Iterable[PastDay], day: int, begins: tuple[int, ...], most: int = MOST_DAYS
) -> tuple[Usual, ...]:
    """What is usual on local date ``day``: up to ``most`` earlier days of its weekday, the newest first.

    Several recordings of one day fill each other's gaps, the first given first.
    """
    merged: dict[tuple[str, str], dict[int, PastDay]] = {}
    for one in past:
        if one.day < day and (day - one.day) % WEEK == 0:
            days = merged.setdefault((one.kpi, one.group), {})
            days[one.day] = _filled(days[one.day], one) if one.day in days else one
    return tuple(
        Usual(kpi, group, begins, tuple(days[which] for which in sorted(days, reverse=True)[:most]))
        for (kpi, group), days in merged.items()
    )


def _filled(first: PastDay, second: PastDay) -> PastDay:
    """One day of two recordings of it."""
    slots = [
        (a, b) if a is not None else (c, d)
        for a, b, c, d in zip(first.tops, first.bottoms, second.tops, second.bottoms, strict=True)
    ]
    return PastDay(first.day, first.kpi, first.group, tuple(a for a, _ in slots), tuple(b for _, b in slots))
