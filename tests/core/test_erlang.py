import heapq
import math
from itertools import pairwise
from random import Random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from wallboard.core.erlang import (
    Demand,
    Outcome,
    agents_for_service_level,
    agents_for_wait_probability,
    erlang_b,
    erlang_c,
    offered_load,
    outcome,
)

MINUTE = 60_000
BANK = (27, 7, 5, 0, 2, 1, 19, 158, 389, 430, 496, 441, 382, 814, 463, 462, 271, 300, 355, 342, 272, 246, 230, 177)
"""Calls of four February Wednesdays of 1999 by the hour they began in (Anonymous Bank, Technion)."""
NEEDED = (1, 1, 1, 0, 1, 1, 1, 4, 8, 9, 10, 9, 8, 16, 10, 10, 6, 7, 8, 8, 6, 6, 5, 4)
"""T. W. Miller, Modeling Techniques in Predictive Analytics (2013), ch. 6: agents for each hour of such a day."""


def balance(load: float, agents: int, theta: float, most: int = 400) -> tuple[float, float]:
    """P(wait) and P(abandon) by solving the balance equations of the chain cut off at ``most`` contacts."""
    rates = np.zeros((most + 1, most + 1))
    for n in range(most):
        rates[n, n + 1] = load
        rates[n + 1, n] = min(n + 1, agents) + theta * max(0, n + 1 - agents)
    rates -= np.diag(rates.sum(axis=1))
    equations = np.vstack((rates.T, np.ones(most + 1)))
    shares = np.linalg.lstsq(equations, np.append(np.zeros(most + 1), 1.0), rcond=None)[0]
    queue = np.maximum(0, np.arange(most + 1) - agents)
    return float(shares[agents:].sum()), float(theta * (shares * queue).sum() / load)


def simulated(demand: Demand, agents: int, within: int, short: int, contacts: int = 60_000) -> Outcome:
    """The same shares by playing contacts through, first come first served."""
    dice = Random(7)
    free = [0.0] * agents
    now, waited, gone, met, early, total = 0.0, 0, 0, 0, 0, 0.0
    assert demand.patience_ms is not None
    for _ in range(contacts):
        now += dice.expovariate(demand.load / demand.handle_ms)
        patience = dice.expovariate(1 / demand.patience_ms)
        wait = max(0.0, free[0] - now)
        waited += wait > 0
        if wait > patience:
            gone += 1
            early += patience <= short
            continue
        met += wait <= within
        total += wait
        heapq.heapreplace(free, now + wait + dice.expovariate(1 / demand.handle_ms))
    asa = total / (contacts - gone)
    return Outcome(waited / contacts, gone / contacts, met / contacts, early / contacts, asa)


def test_load_is_the_work_that_arrives_in_the_time_it_arrives_in() -> None:
    assert offered_load(100, 30 * MINUTE, 3 * MINUTE) == 10
    assert offered_load(100, 0, 3 * MINUTE) == 0


@pytest.mark.parametrize(
    ("load", "agents", "blocked"), [(1, 1, 0.5), (5, 10, 0.018385), (10, 10, 0.214582), (100, 100, 0.075700)]
)
def test_erlang_b_agrees_with_the_printed_tables(load: float, agents: int, blocked: float) -> None:
    assert erlang_b(load, agents) == pytest.approx(blocked, abs=5e-7)


def test_erlang_c_agrees_with_the_example_that_calculators_print() -> None:
    found = outcome(Demand(10, 3 * MINUTE), 14, 20_000)

    assert found.wait == pytest.approx(0.1741319, abs=5e-8)
    assert found.service_level == pytest.approx(0.88835, abs=5e-6)
    assert found.asa_ms == pytest.approx(7835.937, abs=1e-3)
    assert agents_for_service_level(Demand(10, 3 * MINUTE), 0.8, 20_000) == 14
    assert agents_for_service_level(Demand(10, 3 * MINUTE), 0.89, 20_000) == 15


def test_a_bank_s_wednesday_needs_the_agents_that_the_book_prints() -> None:
    assert tuple(agents_for_wait_probability(calls / 4 / 15, 0.5) for calls in BANK) == NEEDED


def test_fewer_agents_than_load_keep_everyone_waiting_for_ever() -> None:
    found = outcome(Demand(10, MINUTE), 10, 20_000)

    assert (found.wait, found.service_level, found.asa_ms) == (1, 0, math.inf)


def test_no_load_needs_nobody_and_waits_never() -> None:
    assert agents_for_service_level(Demand(0, MINUTE, MINUTE), 0.9, 20_000) == 0
    assert agents_for_wait_probability(0, 0.5) == 0
    assert outcome(Demand(0, MINUTE), 0, 20_000).service_level == 1


def test_nobody_in_loses_everybody() -> None:
    found = outcome(Demand(2, MINUTE, 2 * MINUTE), 0, 20_000, 5_000)

    assert (found.wait, found.abandon, found.service_level) == (1, 1, 0)
    assert found.short == pytest.approx(1 - math.exp(-1 / 24))


def test_callers_without_patience_are_blocked_as_under_erlang_b() -> None:
    assert outcome(Demand(10, MINUTE, 0), 10, 20_000).abandon == erlang_b(10, 10)
    assert outcome(Demand(10, MINUTE, 1), 10, 20_000).abandon == pytest.approx(erlang_b(10, 10), abs=1e-4)


@pytest.mark.parametrize(("load", "agents", "theta"), [(10, 8, 0.5), (10, 14, 1.0), (0.5, 1, 2.0), (40, 30, 0.3)])
def test_erlang_a_agrees_with_the_balance_equations(load: float, agents: int, theta: float) -> None:
    found = outcome(Demand(load, 3 * MINUTE, round(3 * MINUTE / theta)), agents, 20_000)
    wait, abandon = balance(load, agents, theta)

    assert found.wait == pytest.approx(wait, abs=1e-8)
    assert found.abandon == pytest.approx(abandon, abs=1e-8)


@pytest.mark.parametrize("agents", [9, 12, 14])
def test_erlang_a_agrees_with_contacts_played_through(agents: int) -> None:
    demand = Demand(12, 3 * MINUTE, 2 * MINUTE)
    found, played = outcome(demand, agents, 20_000, 5_000), simulated(demand, agents, 20_000, 5_000)

    assert found.wait == pytest.approx(played.wait, abs=0.015)
    assert found.abandon == pytest.approx(played.abandon, abs=0.01)
    assert found.within == pytest.approx(played.within, abs=0.015)
    assert found.short == pytest.approx(played.short, abs=0.003)
    assert found.asa_ms == pytest.approx(played.asa_ms, rel=0.06)


@pytest.mark.parametrize(("load", "agents"), [(9_500, 10_000), (10_000, 9_000), (10_000, 1), (1e-3, 10_000)])
def test_ten_thousand_agents_neither_overflow_nor_leave_the_range(load: float, agents: int) -> None:
    for patience in (1, MINUTE, 10**9):
        found = outcome(Demand(load, 3 * MINUTE, patience), agents, 20_000, 5_000)
        assert all(0 <= share <= 1 for share in (found.wait, found.abandon, found.within, found.short))
        assert 1 - found.abandon <= agents / load * (1 + 1e-9)


loads = st.floats(0.05, 300)
patiences = st.integers(1_000, 3_600_000)
targets = st.floats(0.05, 0.99)


@given(loads, patiences, st.integers(1, 350), st.integers(0, 60_000))
def test_one_agent_more_never_makes_it_worse(load: float, patience: int, agents: int, within: int) -> None:
    for demand in (Demand(load, 3 * MINUTE, patience), Demand(load, 3 * MINUTE)):
        few, more = outcome(demand, agents, within, 5_000), outcome(demand, agents + 1, within, 5_000)
        assert more.wait <= few.wait + 1e-9
        assert more.abandon <= few.abandon + 1e-9
        assert more.service_level >= few.service_level - 1e-9


@given(loads, patiences, st.integers(1, 350))
def test_a_longer_threshold_never_lowers_the_service_level(load: float, patience: int, agents: int) -> None:
    demand = Demand(load, 3 * MINUTE, patience)
    levels = [outcome(demand, agents, within).within for within in (0, 10_000, 20_000, 60_000, 600_000, 10**8)]
    whole = outcome(demand, agents, 10**9)

    assert all(longer >= shorter - 1e-9 for shorter, longer in pairwise(levels))
    assert whole.within == pytest.approx(1 - whole.abandon, abs=1e-9)


@settings(max_examples=50)
@given(loads, patiences, targets)
def test_the_agents_asked_for_reach_the_target_and_one_fewer_does_not(
    load: float, patience: int, target: float
) -> None:
    for demand in (Demand(load, 3 * MINUTE, patience), Demand(load, 3 * MINUTE)):
        needed = agents_for_service_level(demand, target, 20_000)
        assert outcome(demand, needed, 20_000).service_level >= target
        assert needed == 1 or outcome(demand, needed - 1, 20_000).service_level < target


@given(loads, targets)
def test_impatience_never_asks_for_more_agents_than_endless_patience(load: float, target: float) -> None:
    with_patience = agents_for_service_level(Demand(load, 3 * MINUTE, MINUTE), target, 20_000)

    assert with_patience <= agents_for_service_level(Demand(load, 3 * MINUTE), target, 20_000)


@given(loads, st.integers(1, 400))
def test_very_long_patience_comes_to_erlang_c(load: float, agents: int) -> None:
    if agents > load * 1.05 + 1:
        found = outcome(Demand(load, 3 * MINUTE, 10**13), agents, 20_000)
        assert found.wait == pytest.approx(erlang_c(load, agents), abs=1e-5)
