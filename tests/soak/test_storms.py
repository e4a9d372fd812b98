"""200 seeds of bad weather, each with 20 000 events and restarts and kills of both ends."""

from pathlib import Path

from tests.feeds.chaos import Storm, feed, state
from tests.soak.conftest import Told

SEEDS = range(200)
EVENTS = 20_000


def test_storms(tmp_path: Path, told: Told) -> None:
    filled = doubled = 0
    for seed in SEEDS:
        events = feed(seed, EVENTS)
        storm = Storm(tmp_path, seed, events, restarts=6)
        storm.run()
        assert (seed, storm.health.missing, storm.health.gaps_open) == (seed, 0, 0)
        assert storm.told == events, seed
        assert state(storm.told) == state(events), seed
        filled, doubled = filled + storm.health.gaps_filled, doubled + storm.health.duplicates
        storm.theirs.unlink()
        storm.ours.unlink()
    told(
        seeds=f"{SEEDS.start}-{SEEDS.stop - 1}",
        events=EVENTS * len(SEEDS),
        restarts_and_kills=6 * len(SEEDS),
        gaps_filled_after_the_last_restart=filled,
        repeats_dropped_after_the_last_restart=doubled,
        runs_that_ended_unlike_the_clean_feed=0,
    )
