"""Pools of agents: queues that share agents are served together, and each agent is shared out over them by load.

Queues on one kind of channel that are linked by common members form a pool: first come first served, each caller held
to the threshold of the queue called. "In" is ready, ringing, talking, on hold or in wrap-up: neither offline nor not
ready. Callers' patience is the waits of answered and abandoned over the abandons: the maximum-likelihood mean of an
exponential patience of which the answered show only a part.
"""

from collections import Counter
from collections.abc import Callable, Iterable

from msgspec import Struct

from wallboard.core.erlang import Demand, Outcome, agents_for, outcome
from wallboard.core.snapshot import QueueRow, Snapshot
from wallboard.core.traffic import Traffic, Traffics

DEFAULT_TARGET = 0.8
"""The service level of queues that declare none."""
_SPOKEN = frozenset(("voice", "callback", "video"))
_AT_ONCE = frozenset(("chat", "social", "sms"))
"""Channels on which an agent serves as many contacts at once as its capacity says."""

Read = Callable[[Outcome], float]


class Pool(Struct, frozen=True):
    """Queues served together. ``agents`` is how many are in, shared parts included; ``None``: members are unknown."""

    of: dict[str, Traffic]
    """Traffic by queue."""
    demand: Demand
    agents: float | None
    at_once: float = 1.0
    """Contacts an agent serves at a time."""

    def needed(self) -> int:
        """The fewest agents that reach the queues' own targets, averaged over their callers."""
        rate = sum(traffic.rate for traffic in self.of.values())
        if not rate:
            return 0
        target = sum(traffic.rate * target_of(traffic.queue) for traffic in self.of.values()) / rate
        rules = by_rule(self.of.values())
        slots = agents_for(lambda n: self._level(n, rules) >= (target - 1e-12) * rate, self.demand.load)
        return -int(-slots // self.at_once)

    def predict(self, queue: QueueRow, agents: float, read: Read) -> float:
        """A figure for one queue's callers with a number of agents; between whole numbers it is in proportion."""
        slots = max(0.0, agents * self.at_once)
        whole = int(slots)
        low = read(self._outcome(queue, whole))
        if slots == whole:
            return low
        return low + (slots - whole) * (read(self._outcome(queue, whole + 1)) - low)

    def _outcome(self, queue: QueueRow, slots: int) -> Outcome:
        return outcome(self.demand, slots, queue.service_level_ms, queue.short_abandon_ms)

    def _level(self, slots: int, rules: list[tuple[QueueRow, float]]) -> float:
        return sum(rate * self._outcome(queue, slots).service_level for queue, rate in rules)


def by_rule(traffic: Iterable[Traffic]) -> list[tuple[QueueRow, float]]:
    """Rates of callers held to the same threshold and short limit, each with a queue that has them."""
    found: dict[tuple[int, int], tuple[QueueRow, float]] = {}
    for one in traffic:
        if one.rate:
            rule = (one.queue.service_level_ms, one.queue.short_abandon_ms)
            queue, rate = found.get(rule, (one.queue, 0.0))
            found[rule] = (queue, rate + one.rate)
    return list(found.values())


def target_of(queue: QueueRow) -> float:
    """The share of callers the queue should answer within its threshold."""
    return DEFAULT_TARGET if queue.service_level_target is None else queue.service_level_target


def pools(snapshot: Snapshot, traffic: Traffics, *, patient: bool = False) -> tuple[Pool, ...]:
    """The pools that serve the queues of ``traffic``; ``patient``: nobody gives up, which is Erlang C."""
    serving = Counter(agent.queues for agent in snapshot.agents if agent.state not in ("offline", "not-ready"))
    known = any(agent.queues for agent in snapshot.agents)
    return tuple(
        _pool(snapshot, linked, traffic, serving if known else None, patient=patient)
        for linked in _linked(snapshot, traffic)
    )


def _linked(snapshot: Snapshot, traffic: Traffics) -> Iterable[tuple[str, ...]]:
    """The keys of each pool's queues."""
    pool_of = {key: [key] for key in traffic}
    for shared in dict.fromkeys(agent.queues for agent in snapshot.agents):
        first: dict[str, list[str]] = {}
        for key in shared:
            if key not in traffic:
                continue
            mine, other = pool_of[key], first.setdefault(_kind(traffic[key].queue), pool_of[key])
            if mine is not other:
                other.extend(mine)
                pool_of.update(dict.fromkeys(mine, other))
    return dict.fromkeys(tuple(pool) for pool in pool_of.values())


def _kind(queue: QueueRow) -> str:
    return "voice" if queue.channel in _SPOKEN else queue.channel


def _pool(
    snapshot: Snapshot,
    keys: tuple[str, ...],
    traffic: Traffics,
    serving: Counter[tuple[str, ...]] | None,
    *,
    patient: bool,
) -> Pool:
    mine = tuple(traffic[key] for key in keys)
    load, rate = sum(one.load for one in mine), sum(one.rate for one in mine)
    gone = sum(one.abandoned for one in mine)
    patience = None if patient or not gone else max(1, round(sum(one.waited_ms for one in mine) / gone))
    demand = Demand(load, round(load / rate) if rate else 0, patience)
    inside = set(keys)
    agents = None if serving is None else sum(n * _share(queues, inside, traffic) for queues, n in serving.items())
    return Pool(dict(zip(keys, mine, strict=True)), demand, agents, _at_once(snapshot, mine))


def _share(queues: tuple[str, ...], keys: set[str], traffic: Traffics) -> float:
    """How much of an agent of ``queues`` the queues ``keys`` get: by load; equally while nothing comes in."""
    loads = [(traffic[queue].load, queue in keys) for queue in queues if queue in traffic]
    whole = sum(load for load, _ in loads)
    if whole <= 0:
        return sum(mine for _, mine in loads) / len(loads) if loads else 0.0
    return sum(load for load, mine in loads if mine) / whole


def _at_once(snapshot: Snapshot, traffic: tuple[Traffic, ...]) -> float:
    if traffic[0].queue.channel not in _AT_ONCE:
        return 1.0
    keys = {one.queue.key for one in traffic}
    serving = [agent.capacity or 1 for agent in snapshot.agents if not keys.isdisjoint(agent.queues)]
    return max(1.0, sum(serving) / len(serving)) if serving else 1.0
