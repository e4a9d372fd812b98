"""Waiting lines the plain way: the states of the line one by one, and what befalls a caller who finds each.

Time is counted in mean handle times. Written for small lines and to be read, not to be fast.
"""

import math
from functools import cache
from typing import NamedTuple


class Fate(NamedTuple):
    """Shares of all callers."""

    abandon: float
    within: float
    short: float

    @property
    def level(self) -> float:
        """Answered within T, of all but the short abandons."""
        return self.within / (1 - self.short) if self.short < 1 else 0.0


@cache
def fate(load: float, agents: int, patience: float | None, within: float, short: float) -> Fate:
    """What becomes of callers who bring ``load`` to ``agents``; ``patience`` is its mean, ``None`` for ever."""
    if patience is None:
        return _patient(load, agents, within)
    if agents == 0:
        return Fate(1.0, 0.0, 1 - math.exp(-short / patience))
    return _impatient(load, agents, 1 / patience, within, short)


def _patient(load: float, agents: int, within: float) -> Fate:
    if load >= agents:
        return Fate(0.0, 0.0, 0.0)
    busy = load**agents / math.factorial(agents) * agents / (agents - load)
    wait = busy / (busy + sum(load**n / math.factorial(n) for n in range(agents)))
    return Fate(0.0, 1 - wait * math.exp(-(agents - load) * within), 0.0)


def _impatient(load: float, agents: int, theta: float, within: float, short: float) -> Fate:
    """Who finds ``j`` waiting is next after j + 1 have gone, at rates n + jθ to n: e^(-θ wait) is Beta(n/θ, j + 1)."""
    c = agents / theta
    kept, late = _Below(c + 1, math.exp(-theta * within)), _Below(c + 1, math.exp(-theta * short))
    after = _Below(c, math.exp(-theta * short))
    state = load**agents / math.factorial(agents)
    idle = sum(load**n / math.factorial(n) for n in range(agents))
    total, answered, soon, gone, j = idle, idle, 0.0, 0.0, 0
    while state > 1e-18 * total or j < load:
        stays = c / (c + j + 1)
        total += state
        answered += state * stays * (1 - kept.next())
        gone += state * (1 - stays)
        soon += state * (1 - stays * (1 - late.next()) - math.exp(-theta * short) * after.next())
        j += 1
        state *= load / (agents + j * theta)
    return Fate(gone / total, answered / total, soon / total)


class _Below:
    """P(Beta(a, b) < x) for b = 1, 2, 3 and so on."""

    def __init__(self, a: float, x: float) -> None:
        self.a, self.x, self.b, self.sum, self.term = a, x, 0, 0.0, x**a

    def next(self) -> float:
        self.sum += self.term
        self.b += 1
        self.term *= (self.a + self.b - 1) / self.b * (1 - self.x)
        return self.sum
