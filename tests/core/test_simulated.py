"""A simulated day of a small centre: every KPI by total, queue and agent is the oracle's."""

import pytest

from feeds.simulator import SimConfig, history
from tests.core.comparing import compare
from tests.core.oracle import Oracle
from wallboard.core.aggregator import Aggregator
from wallboard.zones import period

HOUR = 3_600_000
SIX = 1_772_514_000_000  # Tuesday 3 March 2026, 06:00 in Paris


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_eight_simulated_hours_are_what_the_oracle_says(seed: int) -> None:
    events = history(SimConfig(agents=20, seed=seed), SIX, SIX + 8 * HOUR)
    fold = Aggregator(period, ("today", "30m", "all"), "Europe/Paris")
    for begin in range(0, len(events), 500):
        fold.fold(events[begin : begin + 500])
        fold.advance(fold.newest)
    fold.advance(SIX + 8 * HOUR)
    oracle = Oracle(events, fold.now, period, "Europe/Paris")
    compare(fold.snapshot(), oracle, ("today", "30m", "all"), ("total", "queue", "agent"))
