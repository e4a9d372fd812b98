"""Queueing formulas for staffing: Erlang B, Erlang C, and Erlang A (callers who lose patience).

Load is in erlangs (arrivals x mean handle time), durations are int ms, shares are 0-1. One queue, Poisson arrivals,
exponential handle times and, under Erlang A, exponential patience.

Sources: Erlang B by its recurrence and Erlang C from it: G. Koole, Call Center Optimization (2013), ch. 4. Erlang A:
O. Garnett, A. Mandelbaum, M. Reiman, Designing a Call Center with Impatient Customers (MSOM 4(3), 2002), in the
integral form of S. Zeltyn, A. Mandelbaum, Call Centers with Impatient Customers (Queueing Systems 51, 2005). The
density of the offered wait is integrated numerically and scaled by its peak: one agent or ten thousand, it holds.
"""

import math
from collections.abc import Callable
from functools import cache

import numpy as np
from msgspec import Struct
from numpy.typing import NDArray

Floats = NDArray[np.float64]

_NODES = 64
_STEPS = (1.0, 8.0, 45.0)
"""Mean patiences at which the integration is cut: what callers do changes on that scale, however short it is."""
_DEPTH = 45.0
"""Where the density has fallen to e^-45 of its peak it no longer counts."""
_SEARCH = 1 << 20
"""No centre has more agents; a search ends there."""


class Demand(Struct, frozen=True, gc=False):
    """What comes in: ``load`` in erlangs, mean handle time, and mean patience in ms; ``None``: nobody gives up."""

    load: float
    handle_ms: int
    patience_ms: int | None = None


class Outcome(Struct, frozen=True, gc=False):
    """What a number of agents does with a demand, in the long run; shares of all contacts offered."""

    wait: float
    """P(wait > 0)."""
    abandon: float
    """P(abandon)."""
    within: float
    """P(answered within the threshold)."""
    short: float
    """P(abandoned within the short limit)."""
    asa_ms: float
    """Mean wait of the answered; infinite when the queue grows for ever."""

    @property
    def service_level(self) -> float:
        """Answered within T, of all but the short abandons."""
        return self.within / (1 - self.short) if self.short < 1 else 0.0


def offered_load(contacts: int, over_ms: int, handle_ms: int) -> float:
    """The load in erlangs of ``contacts`` arriving in ``over_ms``, each taking ``handle_ms``. 0 over no time at all."""
    return contacts * handle_ms / over_ms if over_ms > 0 else 0.0


def erlang_b(load: float, agents: int) -> float:
    """P(a contact finds everyone busy) where nobody waits: the recurrence B(n) = a·B(n-1) ÷ (n + a·B(n-1))."""
    blocked = 1.0
    for n in range(1, agents + 1):
        carried = load * blocked
        blocked = carried / (n + carried)
        if not blocked:
            break
    return blocked


def erlang_c(load: float, agents: int) -> float:
    """P(wait > 0) where everyone waits for ever; 1 when the load is all the agents can do, or more."""
    if load <= 0:
        return 0.0
    if agents <= load:
        return 1.0
    blocked = erlang_b(load, agents)
    return blocked / (1 - load / agents * (1 - blocked))


def outcome(demand: Demand, agents: int, within_ms: int, short_ms: int = 0) -> Outcome:
    """What ``agents`` do with ``demand``: Erlang A with patience, Erlang C without.

    ``within_ms`` is the service-level threshold T; abandons within ``short_ms`` are left out of the service level.
    """
    if demand.load <= 0 or demand.handle_ms <= 0:
        return Outcome(0.0, 0.0, 1.0, 0.0, 0.0)
    if demand.patience_ms is None:
        return _patient(demand, agents, within_ms)
    if demand.patience_ms <= 0:
        return _at_once(demand, agents)
    if agents <= 0:
        return Outcome(1.0, 1.0, 0.0, -math.expm1(-short_ms / demand.patience_ms), math.inf)
    return _impatient(demand, agents, within_ms, short_ms)


def agents_for_wait_probability(load: float, limit: float) -> int:
    """The fewest agents with Erlang C P(wait) ≤ ``limit`` (over 0, at most 1); 0 for no load."""
    if load <= 0:
        return 0
    return agents_for(lambda agents: erlang_c(load, agents) <= limit, load)


def agents_for_service_level(demand: Demand, target: float, within_ms: int, short_ms: int = 0) -> int:
    """The fewest agents whose service level is at least ``target`` (0-1); 0 for no load."""
    if demand.load <= 0 or demand.handle_ms <= 0:
        return 0
    return agents_for(lambda n: outcome(demand, n, within_ms, short_ms).service_level >= target, demand.load)


def agents_for(enough: Callable[[int], bool], load: float) -> int:
    """The smallest number from 1 for which ``enough`` holds, given that it goes on holding; sought from ``load`` on."""
    low, high = 0, max(1, math.ceil(load))
    while high < _SEARCH and not enough(high):
        low, high = high, high + max(1, math.ceil(math.sqrt(high)))
    while high - low > 1:
        middle = (low + high) // 2
        if enough(middle):
            high = middle
        else:
            low = middle
    return high


def _patient(demand: Demand, agents: int, within_ms: int) -> Outcome:
    wait = erlang_c(demand.load, agents)
    spare = agents - demand.load
    if spare <= 0:
        return Outcome(1.0, 0.0, 0.0, 0.0, math.inf)
    late = wait * math.exp(-spare * within_ms / demand.handle_ms)
    return Outcome(wait, 0.0, 1 - late, 0.0, wait * demand.handle_ms / spare)


def _at_once(demand: Demand, agents: int) -> Outcome:
    """Nobody waits at all: Erlang B."""
    blocked = erlang_b(demand.load, max(0, agents))
    return Outcome(blocked, blocked, 1 - blocked, blocked, 0.0)


def _impatient(demand: Demand, agents: int, within_ms: int, short_ms: int) -> Outcome:
    """Erlang A. The offered wait V is 0, or has the density ∝ exp(λ(1 - e^(-θv))/θ - nμv) of time v.

    Time is counted in mean handle times, so that μ = 1 and λ is the load.
    """
    theta = demand.handle_ms / max(1, demand.patience_ms or 1)
    wave = _Wave(demand.load, agents, theta)
    none = erlang_b(demand.load, agents - 1)
    if none <= 0:
        return Outcome(0.0, 0.0, 1.0, 0.0, 0.0)
    total, lost, spent = wave.integrals(math.inf, wave.one, wave.gone, wave.waited)
    scale = demand.load / (math.exp(-wave.peak) / none + demand.load * total)
    wait, abandon, waited = scale * total, scale * lost, scale * spent * demand.handle_ms
    answered = 1 - abandon
    within = 1 - wait + scale * wave.integrals(within_ms / demand.handle_ms, wave.stayed)[0]
    soon = short_ms / demand.handle_ms
    begun, gone = wave.integrals(soon, wave.one, wave.gone)
    short = scale * (gone - math.expm1(-theta * soon) * max(0.0, total - begun))
    asa = waited / answered if answered > 0 else math.inf
    return Outcome(_share(wait), _share(abandon), _share(within), _share(short), asa)


def _share(value: float) -> float:
    return min(1.0, max(0.0, value))


class _Wave:
    """The unnormalised density of the offered wait above 0, divided by its peak so that it never overflows."""

    def __init__(self, load: float, agents: int, theta: float) -> None:
        self._load, self._agents, self._theta = load, agents, theta
        top = math.log(load / agents) / theta if load > agents else 0.0
        self.peak = self._exponent(top)
        self._begin = self._edge(top, 0.0) if top > 0 else 0.0
        self._end = self._edge(top, top + (_DEPTH + load / theta + self.peak) / agents)

    def one(self, times: Floats) -> Floats:
        """Everyone who would wait."""
        return np.ones_like(times)

    def stayed(self, times: Floats) -> Floats:
        """Those whose patience outlasts the wait."""
        return np.exp(-self._theta * times)

    def gone(self, times: Floats) -> Floats:
        """Those whose patience does not."""
        return -np.expm1(-self._theta * times)

    def waited(self, times: Floats) -> Floats:
        """The time waited by those who are answered."""
        return times * np.exp(-self._theta * times)

    def integrals(self, upto: float, *of: Callable[[Floats], Floats]) -> list[float]:
        """∫ of(v) x density dv from 0 to ``upto``, of each, in units of the density's peak."""
        end = min(upto, self._end)
        if end <= self._begin:
            return [0.0] * len(of)
        cuts = [cut for cut in (step / self._theta for step in _STEPS) if self._begin < cut < end]
        edges = np.array([self._begin, *cuts, end])
        nodes, weights = _gauss()
        halves = np.diff(edges)[:, None] / 2
        times = edges[:-1, None] + halves * (nodes + 1)
        exponents = -self._load * np.expm1(-self._theta * times) / self._theta - self._agents * times - self.peak
        density = halves * weights * np.exp(exponents)
        return [float(np.sum(density * one(times))) for one in of]

    def _exponent(self, time: float) -> float:
        return -self._load * math.expm1(-self._theta * time) / self._theta - self._agents * time

    def _edge(self, inside: float, outside: float) -> float:
        """Where, between the peak and ``outside``, the density has fallen away; ``outside`` if it never does."""
        floor = self.peak - _DEPTH
        if self._exponent(outside) >= floor:
            return outside
        for _ in range(60):
            middle = (inside + outside) / 2
            if self._exponent(middle) >= floor:
                inside = middle
            else:
                outside = middle
        return outside


@cache
def _gauss() -> tuple[Floats, Floats]:
    """Gauss-Legendre nodes and weights on (-1, 1)."""
    nodes, weights = np.polynomial.legendre.leggauss(_NODES)
    return nodes, weights
