"""What each queue brings: observed over a window, or forecast for the interval to come."""

from collections.abc import Iterable, Mapping

import msgspec
from msgspec import Struct

from wallboard.core.erlang import offered_load
from wallboard.core.groups import Facts
from wallboard.core.snapshot import ForecastRow, QueueRow, Snapshot

NEXT_MS = 3_600_000
"""A forecast interval that begins later than this is not the next one."""
KEPT_MS = 48 * 3_600_000
"""Forecasts are kept for as long as this after they have passed."""
_HANDLE = ("talk_ms", "hold_ms", "wrap_ms")
_WAITED = ("wait_answered_ms", "wait_abandoned_ms")


class Traffic(Struct, frozen=True, gc=False):
    """One queue's contacts over a time, and what each takes. Durations in ms; ``None`` is unknown."""

    queue: QueueRow
    offered: int
    over_ms: int
    handle_ms: int | None
    abandoned: int = 0
    waited_ms: int = 0
    """Waits of answered and abandoned together."""

    @property
    def load(self) -> float:
        """Erlangs; 0 where the handle time is unknown."""
        return offered_load(self.offered, self.over_ms, self.handle_ms or 0)

    @property
    def rate(self) -> float:
        """Contacts a millisecond; 0 where the handle time is unknown."""
        return self.offered / self.over_ms if self.over_ms and self.handle_ms else 0.0


Traffics = Mapping[str, Traffic]
"""Traffic by the key of its queue."""
Plans = Mapping[str, list[ForecastRow]]
"""Forecast intervals by the key of their queue."""


def observed(snapshot: Snapshot, facts: Mapping[str, Facts], memory: Mapping[str, Facts]) -> Traffics:
    """Each queue's traffic from its ``facts``; abandons and waits from ``memory``: a longer window, for they are few.

    A queue that handled nothing in the window is given the handle time of the memory, then of its forecast, then the
    mean of the others on its channel.
    """
    found, plans = {}, None
    for queue in snapshot.queues:
        now, before = facts[queue.key], memory[queue.key]
        handle = _handle(now) or _handle(before)
        if not handle:
            plans = _planned_handles(snapshot) if plans is None else plans
            handle = plans.get(queue.key)
        gone, waited = before.get("abandoned") or 0, before.total(_WAITED) or 0
        over_ms = now.get("window_ms") or 0
        found[queue.key] = Traffic(queue, now.get("offered") or 0, over_ms, handle, gone, waited)
    means = {channel: _mean(found.values(), channel) for channel in {queue.channel for queue in snapshot.queues}}
    return {
        key: one if one.handle_ms is not None else msgspec.structs.replace(one, handle_ms=means[one.queue.channel])
        for key, one in found.items()
    }


def forecast(snapshot: Snapshot, now: Traffics) -> Traffics:
    """Each queue's next forecast interval, where there is one; patience as it is ``now``."""
    coming: dict[str, ForecastRow] = {}
    for row in snapshot.forecasts:
        known = coming.get(row.queue)
        if snapshot.as_of < row.begin <= snapshot.as_of + NEXT_MS and (known is None or row.begin < known.begin):
            coming[row.queue] = row
    return {
        key: Traffic(
            now[key].queue, row.offered, row.end - row.begin, row.handle_ms, now[key].abandoned, now[key].waited_ms
        )
        for key, row in coming.items()
        if key in now
    }


def plans_of(snapshot: Snapshot) -> Plans:
    """Every forecast, by queue."""
    found: dict[str, list[ForecastRow]] = {}
    for row in snapshot.forecasts:
        found.setdefault(row.queue, []).append(row)
    return found


def planned(plans: Plans, begins: Mapping[str, int], end: int, now: int) -> int | None:
    """Contacts forecast for queues from their ``begins`` up to ``end`` (ms), intervals in part counting in part.

    ``None``: there is no plan, or what there was of it is ``now`` (ms) no longer kept.
    """
    rows = [row for key, begin in begins.items() for row in plans.get(key, ()) if row.begin < end and row.end > begin]
    if not rows or any(begins[row.queue] < now - KEPT_MS for row in rows):
        return None
    shares = ((min(end, row.end) - max(begins[row.queue], row.begin)) / (row.end - row.begin) for row in rows)
    return round(sum(row.offered * share for row, share in zip(rows, shares, strict=True)))


def _mean(traffic: Iterable[Traffic], channel: str) -> int | None:
    mine = [one for one in traffic if one.queue.channel == channel and one.rate]
    rate = sum(one.rate for one in mine)
    return round(sum(one.load for one in mine) / rate) if rate else None


def _handle(facts: Facts) -> int | None:
    spent, handled = facts.total(_HANDLE), facts.get("handled")
    return round(spent / handled) if spent is not None and handled else None


def _planned_handles(snapshot: Snapshot) -> dict[str, int]:
    """The handle time of each queue's forecast interval that begins nearest to now."""
    nearest: dict[str, tuple[tuple[int, int], int]] = {}
    for row in snapshot.forecasts:
        place = (abs(row.begin - snapshot.as_of), row.begin)
        if row.end >= snapshot.as_of - KEPT_MS and (row.queue not in nearest or place < nearest[row.queue][0]):
            nearest[row.queue] = (place, row.handle_ms)
    return {queue: handle for queue, (_, handle) in nearest.items()}
