"""What the wall makes of a simulated feed: no anomaly, nothing told twice, every agent state on the floor."""

import pytest

from feeds.simulator import SimConfig, history
from wallboard.core.aggregator import Aggregator
from wallboard.core.snapshot import STATES

HOUR = 3_600_000
SIX = 1_772_514_000_000  # Tuesday 3 March 2026, 06:00 in Paris


def midnight(at: int, _zone: str | None, _starts: tuple[int, ...]) -> tuple[int, int]:
    begin = SIX - 6 * HOUR
    return begin, begin + 24 * HOUR if at < begin + 24 * HOUR else at + 1


@pytest.mark.parametrize("config", [SimConfig(), SimConfig(agents=100, queues=16, sites=2, rate=10.0)])
def test_a_fold_of_it_meets_no_anomaly_and_shows_all_seven_states(config: SimConfig) -> None:
    events = history(config, SIX, SIX + 6 * HOUR)
    fold = Aggregator(midnight)
    seen = set()
    for begin in range(0, len(events), 250):
        fold.fold(events[begin : begin + 250])
        seen |= {agent.state for agent in fold.snapshot().agents}
    feed = fold.snapshot().feed
    assert feed.anomalies == ()
    assert (feed.late, feed.reordered, feed.duplicates, feed.quarantined) == (0, 0, 0, 0)
    assert seen == set(STATES)
