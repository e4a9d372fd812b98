"""From snapshots to past days, and from past days to a forecast where nobody declared one."""

from collections.abc import Callable, Iterable

from wallboard.core.baseline import COMPARED, SLOTS, STEP_MS, PastDay, Usual
from wallboard.core.figures import Figures, Measure
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import ForecastRow

Slot = Callable[[int], tuple[int, int] | None]
"""A moment (ms) to its local date in days and its slot; ``None`` for the second of a repeated hour."""


def harvest(figures: Figures, begin: int, end: int, slot_of: Slot) -> tuple[PastDay, ...]:
    """The compared KPIs of all queues and of each, for the quarters of an hour from ``begin`` up to ``end``.

    ``begin`` (ms) is where the first whole quarter begins; the last may not reach beyond ``end``.
    """
    found: dict[tuple[int, str, str], list[tuple[int | None, int | None]]] = {}
    for group in ("", *figures.names("queue")):
        for kpi in COMPARED:
            measures = dict(figures.intervals(kpi, STEP_MS, "queue" if group else "total", group))
            for at in range(begin, end - STEP_MS + 1, STEP_MS):
                place = slot_of(at)
                if place is not None:
                    slots = found.setdefault((place[0], kpi, group), [(None, None)] * SLOTS)
                    slots[place[1]] = _tally(kpi, measures.get(at))
    return tuple(
        PastDay(day, kpi, group, tuple(top for top, _ in slots), tuple(bottom for _, bottom in slots))
        for (day, kpi, group), slots in found.items()
    )


def expected(usual: Iterable[Usual]) -> tuple[ForecastRow, ...]:
    """A forecast for each queue and quarter of an hour: the usual contacts, at the queue's usual handle time."""
    found = {(one.kpi, one.group): one for one in usual if one.group}
    rows = []
    for (kpi, queue), offered in found.items():
        handle = found.get(("aht", queue))
        if kpi != "offered" or handle is None:
            continue
        day = handle.band(handle.begins[0], handle.end(len(handle.begins) - 1))
        for slot, (begin, many) in enumerate(offered.bands()):
            each = handle.band(begin, offered.end(slot)) or day
            if many is not None and each is not None:
                end = offered.end(slot)
                rows.append(ForecastRow(queue, begin, end, round(many.median), round(each.median), None))
    return tuple(rows)


def completed(declared: Iterable[ForecastRow], expected_rows: Iterable[ForecastRow]) -> tuple[ForecastRow, ...]:
    """What was declared, and for queues without any declaration what is expected."""
    rows, more = tuple(declared), tuple(expected_rows)
    planned = {row.queue for row in rows} if more else set()
    return (*rows, *(row for row in more if row.queue not in planned))


def _tally(kpi: str, measure: Measure | None) -> tuple[int | None, int | None]:
    """Numerator and denominator of a measure; of a count, itself and 1. No measure: nothing had happened yet."""
    if measure is None:
        return 0, int(CATALOGUE[kpi].read == "sum")
    parts = dict(measure.parts)
    if "met" in parts:
        return parts["met"], parts["of"]
    return (None, None) if measure.value is None else (int(measure.value), 1)
