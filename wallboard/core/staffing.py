"""How many agents the work needs, and what those in will make of it: figures for any group of queues of a snapshot.

A group is given its share, by load, of the agents that its pools need and have; see ``pools``. Under Erlang A callers
give up as they did; without abandons, and in the figures named Erlang C, they wait for ever.
"""

from collections.abc import Callable, Collection

from wallboard.core.pools import Pool, Read, by_rule, pools
from wallboard.core.snapshot import QueueRow, Snapshot, WindowFacts
from wallboard.core.traffic import Plans, Traffic, Traffics, forecast, planned, plans_of

Parts = tuple[tuple[str, int | None], ...]
Found = tuple[float | None, Parts]


class Staffing:
    """Loads and needs of one window of a snapshot, from what its queues bring."""

    def __init__(self, snapshot: Snapshot, window: WindowFacts, traffic: Traffics) -> None:
        self.snapshot = snapshot
        self.window = window
        self.traffic = traffic
        self._pools: dict[str, dict[str, Pool]] = {}
        self._needed: dict[int, int] = {}
        self._plans: Plans | None = None

    def read(self, figure: str, queues: Collection[QueueRow]) -> Found:
        """The figure of that name for a group of queues, and its parts. Raises ``KeyError`` for no such name."""
        return _FIGURES[figure](self, {queue.key for queue in queues})

    def load(self, keys: set[str], when: str) -> Found:
        """Erlangs offered; ``None`` where nothing is known of how long contacts take or what is to come."""
        mine = [one for _, found in self._of(keys, when) for one in found]
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
        """The group's share of the agents in its pools, in whole agents."""
        share = self._in(keys, when)
        whole = None if share is None else _nearest(share)
        return whole, (("agents_in", whole),)

    def gap(self, keys: set[str], when: str) -> Found:
        """Agents in less agents needed, both in whole agents: under 0 is too few."""
        need, have = self.needed(keys, when)[0], self.serving(keys, when)[0]
        known = () if need is None else (("agents_needed", need),)
        parts = (("agents_in", have), *known, *self._parts(keys, when))
        return (None if need is None or have is None else have - need), parts

    def predicted(self, keys: set[str], read: Read, more: int = 0) -> Found:
        """What those in make of it, with ``more`` of them: one more where it helps most, one fewer where it hurts."""
        found = self._of(keys, "now")
        callers = sum(one.rate for _, mine in found for one in mine)
        have = self._in(keys, "now")
        parts = (("agents_in", None if have is None else _nearest(have)), *self._parts(keys, "now"))
        if not callers or have is None:
            return None, parts
        plain = [_sum(pool, mine, read, 0) for pool, mine in found]
        moved = [_sum(pool, mine, read, more) - before for (pool, mine), before in zip(found, plain, strict=True)]
        best = max(moved, key=abs) if more else 0.0
        return (sum(plain) + best) / callers, parts

    def against_forecast(self, keys: set[str]) -> Found:
        """Offered over forecast."""
        offered = sum(one.offered for key, one in self.traffic.items() if key in keys)
        plan = self._planned(keys)
        return (offered / plan if plan else None), (("met", offered), ("of", plan))

    def forecast(self, keys: set[str]) -> Found:
        """Contacts forecast for the window so far."""
        plan = self._planned(keys)
        return plan, (("forecast", plan),)

    def _planned(self, keys: set[str]) -> int | None:
        """Contacts forecast since the window began for each queue: days begin in the queues' own zones."""
        if self._plans is None:
            self._plans = plans_of(self.snapshot)
        end = self.window.end
        begins = {key: end - self.traffic[key].over_ms for key in keys}
        return planned(self._plans, begins, end, self.snapshot.as_of)

    def _of(self, keys: set[str], when: str) -> list[tuple[Pool, list[Traffic]]]:
        """The group's pools and its own part of each, ``now``, ``next``, or ``now`` if nobody gave up (``patient``)."""
        pool_of = self._pools.get(when)
        if pool_of is None:
            traffic = forecast(self.snapshot, self.traffic) if when == "next" else self.traffic
            found = pools(self.snapshot, traffic, patient=when == "patient")
            pool_of = self._pools[when] = {one.queue.key: pool for pool in found for one in pool.of.values()}
        mine: dict[int, tuple[Pool, list[Traffic]]] = {}
        for key in sorted(keys & pool_of.keys()):
            pool = pool_of[key]
            mine.setdefault(id(pool), (pool, []))[1].append(pool.of[key])
        return list(mine.values())

    def _needs(self, keys: set[str], when: str) -> float | None:
        if self.load(keys, when)[0] is None:
            return None
        total = 0.0
        for pool, mine in self._of(keys, when):
            if pool.demand.load > 0:
                number = self._needed.get(id(pool))
                if number is None:
                    number = self._needed[id(pool)] = pool.needed()
                total += number * _part(pool, mine)
        return total

    def _in(self, keys: set[str], when: str) -> float | None:
        total = None
        for pool, mine in self._of(keys, when):
            if pool.agents is None:
                return None
            total = (total or 0.0) + pool.agents * _part(pool, mine)
        return total

    def _parts(self, keys: set[str], when: str) -> Parts:
        patience = {pool.demand.patience_ms for pool, _ in self._of(keys, when)}
        one = (("patience_ms", patience.pop()),) if len(patience) == 1 and None not in patience else ()
        return (*self.load(keys, when)[1], *one)


def _up(agents: float) -> int:
    """Whole agents, rounded up; what floats add is forgiven."""
    return -int(-(agents - 1e-9) // 1)


def _nearest(agents: float) -> int:
    """Whole agents; of a half, one more."""
    return int((agents + 0.5 + 1e-9) // 1)


def _part(pool: Pool, mine: list[Traffic]) -> float:
    """The group's part of a pool: by load; by queues while nothing comes in."""
    if pool.demand.load <= 0:
        return len(mine) / len(pool.of)
    return sum(one.load for one in mine) / pool.demand.load


def _sum(pool: Pool, mine: list[Traffic], read: Read, more: int) -> float:
    """A figure summed over the group's callers of a pool."""
    agents = (pool.agents or 0.0) + more
    return sum(rate * pool.predict(queue, agents, read) for queue, rate in by_rule(mine))


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
OF_THE_PAST = frozenset(("load", "needed", "needed patient", "forecast", "against forecast"))
"""What can be said of a clock interval: who was in at the time is not kept."""
