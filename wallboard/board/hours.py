"""Courses the core does not keep as such: whole hours, and what was sampled once a minute."""

import numpy as np
from msgspec.structs import replace

from wallboard.core.figures import Figures
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import STATES, By, Gauges, Interval, Matrix, Series

QUARTER = 900_000
HOUR = 3_600_000
_SAMPLED = {f"agents_{'on_hold' if s == 'hold' else s.replace('-', '_')}": i for i, s in enumerate(STATES)}


def course(
    figures: Figures, kpi: str, step: int, by: By, group: str, variant: str | None, offset: int = 0
) -> tuple[tuple[int, float | None], ...]:
    """A KPI per clock interval of ``step`` ms, hours included; of KPIs of the moment, the highest sample in each.

    ``offset`` is how far local time is ahead (ms): hours begin when the clocks on the wall say so.
    """
    if CATALOGUE[kpi].now and figures.snapshot.gauges.at:
        return _sampled(figures, kpi, step, by, group)
    return (hourly(figures, offset) if step == HOUR else figures).series(kpi, step, by, group, variant)


def hourly(figures: Figures, offset: int = 0) -> Figures:
    """The same figures, with facts summed by the hour too: a share of an hour is no mean of four shares."""
    quarters = next((series for series in figures.snapshot.series if series.step == QUARTER), None)
    if quarters is None or any(series.step == HOUR for series in figures.snapshot.series):
        return figures
    hours: dict[int, list[Interval]] = {}
    for interval in quarters.intervals:
        hours.setdefault((interval.begin + offset) // HOUR * HOUR - offset, []).append(interval)
    merged = Series(HOUR, tuple(_summed(begin, parts) for begin, parts in sorted(hours.items())))
    whole = Figures(replace(figures.snapshot, series=(*figures.snapshot.series, merged)))
    return whole.narrowed(figures.where)


def _summed(begin: int, parts: list[Interval]) -> Interval:
    flat, where = np.unique(np.concatenate([part.flat for part in parts]), return_inverse=True)
    delta = np.zeros(len(flat), np.int64)
    np.add.at(delta, where, np.concatenate([part.delta for part in parts]))
    return Interval(begin, flat, delta)


def _sampled(figures: Figures, kpi: str, step: int, by: By, group: str) -> tuple[tuple[int, float | None], ...]:
    snapshot = figures.snapshot
    samples = _samples(figures, snapshot.gauges, kpi, by, group)
    if samples is None:
        return ()
    highest: dict[int, float] = {}
    for at, value in zip(snapshot.gauges.at, samples.tolist(), strict=True):
        begin = at // step * step
        highest[begin] = max(value, highest.get(begin, 0))
    return tuple(sorted(highest.items()))


def _samples(figures: Figures, gauges: Gauges, kpi: str, by: By, group: str) -> Matrix | None:
    """The samples of a KPI of the moment (samples,); ``None`` where none were taken."""
    if kpi in _SAMPLED:
        return gauges.states[:, _SAMPLED[kpi]] if by == "total" and not figures.where else None
    queues = figures.queues(by, group)
    if kpi not in ("waiting", "longest_wait") or queues is None:
        return None
    matrix = gauges.waiting if kpi == "waiting" else gauges.oldest
    keys = {queue.key for queue in queues}
    rows = [i for i, queue in enumerate(figures.snapshot.queues) if queue.key in keys and i < matrix.shape[1]]
    chosen = matrix[:, rows]
    found: Matrix = chosen.sum(axis=1) if kpi == "waiting" else chosen.max(axis=1, initial=0)
    return found
