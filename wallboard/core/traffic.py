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


def observed(snapshot: Snapshot, facts: Mapping[str, Facts], memory: Mapping[str, Facts]) -> Traffics:
    """Each queue's traffic from its ``facts``; abandons and waits from ``memory``: a longer window, for they are few.

    A queue that handled nothing in the window is given the handle time of the memory, then of its forecast, then the
    mean of the others on its channel.
    """
    found = {}
    for queue in snapshot.queues:
        now, before = facts[queue.key], memory[queue.key]
        handle = _handle(now) or _handle(before) or _planned_handle(snapshot, queue.key)
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


def planned(snapshot: Snapshot, begins: Mapping[str, int], end: int) -> int | None:
    """Contacts forecast for queues from their ``begins`` up to ``end`` (ms), intervals in part counting in part.

    ``None``: there is no plan, or what there was of it is no longer kept.
    """
    rows = [row for row in snapshot.forecasts if row.begin < end and row.end > begins.get(row.queue, row.end)]
    if not rows or any(begins[row.queue] < snapshot.as_of - KEPT_MS for row in rows):
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


def _planned_handle(snapshot: Snapshot, queue: str) -> int | None:
    rows = [row for row in snapshot.forecasts if row.queue == queue and row.end >= snapshot.as_of - KEPT_MS]
    nearest = min(rows, key=lambda row: (abs(row.begin - snapshot.as_of), row.begin), default=None)
    return None if nearest is None else nearest.handle_ms
