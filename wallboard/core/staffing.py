"""How many agents the work needs, and what those in will make of it: figures for any group of queues of a snapshot.

A group is given its share, by load, of the agents that its pools need and have; see ``pools``. Under Erlang A callers
give up as they did; without abandons, and in the figures named Erlang C, they wait for ever.
"""

from collections.abc import Callable, Collection

from wallboard.core.pools import Pool, Read, pools
from wallboard.core.snapshot import QueueRow, Snapshot, WindowFacts
from wallboard.core.traffic import Traffics, forecast, planned

Parts = tuple[tuple[str, int | None], ...]
Found = tuple[float | None, Parts]


class Staffing:
    """Loads and needs of one window of a snapshot, from what its queues bring."""

    def __init__(self, snapshot: Snapshot, window: WindowFacts, traffic: Traffics) -> None:
        self.snapshot = snapshot
        self.window = window
        self.traffic = traffic
        self._pools: dict[str, tuple[Pool, ...]] = {}
        self._needed: dict[int, int] = {}

    def read(self, figure: str, queues: Collection[QueueRow]) -> Found:
        """The figure of that name for a group of queues, and its parts. Raises ``KeyError`` for no such name."""
        return _FIGURES[figure](self, {queue.key for queue in queues})

    def load(self, keys: set[str], when: str) -> Found:
        """Erlangs offered; ``None`` where nothing is known of how long contacts take or what is to come."""
        mine = [one for pool in self._of(keys, when) for one in pool.traffic if one.queue.key in keys]
        load, rate = sum(one.load for one in mine), sum(one.rate for one in mine)
        parts = (
            ("offered", sum(one.offered for one in mine)),
            ("over_ms", max((one.over_ms for one in mine), default=0)),
            ("handle_ms", round(load / rate) if rate else 0),
        )
        known = mine and all(one.over_ms and (one.handle_ms is not None or not one.offered) for one in mine)
        return (load if known else None), parts

    def needed(self, keys: set[str], when: str) -> Found:
        """The group's share of what its pools need, rounded up."""
        exact = self._needs(keys, when)
        return (None if exact is None else _up(exact)), self._parts(keys, when)

    def serving(self, keys: set[str], when: str) -> Found:
        """The group's share of the agents in its pools."""
        share = self._in(keys, when)
        return share, (("agents_in", None if share is None else round(share)),)

    def gap(self, keys: set[str], when: str) -> Found:
        """Agents in less agents needed: under 0 is too few."""
        need, have = self._needs(keys, when), self._in(keys, when)
        known = () if need is None else (("agents_needed", _up(need)),)
        parts = (("agents_in", None if have is None else round(have)), *known, *self._parts(keys, when))
        return (None if need is None or have is None else round(have - need)), parts

    def predicted(self, keys: set[str], read: Read, more: int = 0) -> Found:
        """What those in make of it, with ``more`` of them: one more where it helps most, one fewer where it hurts."""
        found = self._of(keys, "now")
        callers = sum(one.rate for pool in found for one in pool.traffic if one.queue.key in keys)
        have = self._in(keys, "now")
        parts = (("agents_in", None if have is None else round(have)), *self._parts(keys, "now"))
        if not callers or have is None:
            return None, parts
        plain = [_sum(pool, keys, read, 0) for pool in found]
        moved = [_sum(pool, keys, read, more) - before for pool, before in zip(found, plain, strict=True)]
        best = max(moved, key=abs) if more else 0.0
        return (sum(plain) + best) / callers, parts

    def against_forecast(self, keys: set[str]) -> Found:
        """Offered over forecast."""
        offered = sum(one.offered for key, one in self.traffic.items() if key in keys)
        plan = planned(self.snapshot, keys, self.window.begin, self.window.end)
        return (offered / plan if plan else None), (("met", offered), ("of", plan))

    def forecast(self, keys: set[str]) -> Found:
        """Contacts forecast for the window so far."""
        plan = planned(self.snapshot, keys, self.window.begin, self.window.end)
        return plan, (("forecast", plan),)

    def _of(self, keys: set[str], when: str) -> list[Pool]:
        """Pools that serve any queue of the group, ``now``, ``next``, or ``now`` if nobody gave up (``patient``)."""
        if when not in self._pools:
            traffic = forecast(self.snapshot, self.traffic) if when == "next" else self.traffic
            self._pools[when] = pools(self.snapshot, traffic, patient=when == "patient")
        return [pool for pool in self._pools[when] if any(one.queue.key in keys for one in pool.traffic)]

    def _needs(self, keys: set[str], when: str) -> float | None:
        if self.load(keys, when)[0] is None:
            return None
        total = 0.0
        for pool in self._of(keys, when):
            if pool.demand.load > 0:
                number = self._needed.get(id(pool))
                if number is None:
                    number = self._needed[id(pool)] = pool.needed()
                total += number * _part(pool, keys)
        return total

    def _in(self, keys: set[str], when: str) -> float | None:
        total = 0.0
        for pool in self._of(keys, when):
            if pool.agents is None:
                return None
            total += pool.agents * _part(pool, keys)
        return total

    def _parts(self, keys: set[str], when: str) -> Parts:
        patience = {pool.demand.patience_ms for pool in self._of(keys, when)}
        one = (("patience_ms", patience.pop()),) if len(patience) == 1 and None not in patience else ()
        return (*self.load(keys, when)[1], *one)


def _up(agents: float) -> int:
    """Whole agents, rounded up; what floats add is forgiven."""
    return -int(-(agents - 1e-9) // 1)


def _part(pool: Pool, keys: set[str]) -> float:
    """The group's part of a pool: by load; by queues while nothing comes in."""
    if pool.demand.load <= 0:
        return sum(one.queue.key in keys for one in pool.traffic) / len(pool.traffic)
    return sum(one.load for one in pool.traffic if one.queue.key in keys) / pool.demand.load


def _sum(pool: Pool, keys: set[str], read: Read, more: int) -> float:
    """A figure summed over the group's callers of a pool."""
    agents = (pool.agents or 0.0) + more
    mine = [one for one in pool.traffic if one.queue.key in keys and one.rate]
    return sum(one.rate * pool.predict(one.queue, agents, read) for one in mine)


_FIGURES: dict[str, Callable[[Staffing, set[str]], Found]] = {
    "load": lambda staffing, keys: staffing.load(keys, "now"),
    "load next": lambda staffing, keys: staffing.load(keys, "next"),
    "needed": lambda staffing, keys: staffing.needed(keys, "now"),
    "needed next": lambda staffing, keys: staffing.needed(keys, "next"),
    "needed patient": lambda staffing, keys: staffing.needed(keys, "patient"),
    "serving": lambda staffing, keys: staffing.serving(keys, "now"),
    "gap": lambda staffing, keys: staffing.gap(keys, "now"),
    "gap next": lambda staffing, keys: staffing.gap(keys, "next"),
    "level": lambda staffing, keys: staffing.predicted(keys, lambda found: found.service_level),
    "level more": lambda staffing, keys: staffing.predicted(keys, lambda found: found.service_level, 1),
    "level fewer": lambda staffing, keys: staffing.predicted(keys, lambda found: found.service_level, -1),
    "abandon": lambda staffing, keys: staffing.predicted(keys, lambda found: found.abandon),
    "forecast": lambda staffing, keys: staffing.forecast(keys),
    "against forecast": lambda staffing, keys: staffing.against_forecast(keys),
}
"""Every figure, by the name the catalogue gives it."""
