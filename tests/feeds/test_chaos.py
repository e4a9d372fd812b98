"""Whatever the network and the processes do, the wall ends with the state of the clean feed. Seeds are in the names."""

from pathlib import Path

import pytest

from tests.feeds.chaos import Storm, feed, state


@pytest.mark.parametrize("seed", range(6))
def test_a_wall_in_a_storm_ends_where_the_clean_feed_does(seed: int, tmp_path: Path) -> None:
    events = feed(seed, 4000)
    storm = Storm(tmp_path, seed, events)
    storm.run()
    assert (storm.health.missing, storm.health.gaps_open) == (0, 0)
    assert storm.told == events
    assert state(storm.told) == state(events)


def test_the_storm_is_a_storm(tmp_path: Path) -> None:
    storm = Storm(tmp_path, 1, feed(1, 4000), restarts=0)
    storm.run()
    assert storm.health.duplicates > 0
    assert storm.health.gaps_filled > 0
