"""Many gaps: whatever lacks, a wall stays close to the present, and counts what did not come."""

import random
from pathlib import Path

import pytest

from feeds.clock import ManualClock
from feeds.journal import JournalWriter
from feeds.publisher import Publisher
from feeds.subscriber import Subscriber
from tests.feeds.ether import Ether
from wallboard.core.events import Notice

ADDRESS = "tcp://127.0.0.1:5556"
STEP_MS = 50
SECONDS = 30


@pytest.mark.parametrize("journal", [False, True], ids=["no journal", "a journal that lacks them too"])
def test_a_feed_that_lacks_every_other_number_is_not_waited_for_one_by_one(tmp_path: Path, *, journal: bool) -> None:
    clock = ManualClock()
    ether = Ether(clock, random.Random(1))
    writer = JournalWriter(tmp_path / "theirs.feed", clock) if journal else None
    centre = Publisher(ADDRESS, source="pbx", journal=writer, clock=clock, network=ether.host())
    wall = Subscriber(ADDRESS, clock=clock, since=0, network=ether.host())
    told = given = 0
    behind: list[int] = []
    for turn in range(SECONDS * 1000 // STEP_MS):
        if turn:
            centre.publish([Notice(at=turn, text="")])
            centre.seq += 1  # nobody has this one
            told += 1
        for _ in range(STEP_MS // 10):
            clock.advance(10)
            centre.tick()
            given += len(wall.poll(0))
        behind.append(told - given)
    assert max(behind[len(behind) // 2 :]) <= 2000 // STEP_MS
    for _ in range(300):
        clock.advance(10)
        centre.tick()
        given += len(wall.poll(0))
    assert given == told
    assert wall.health().missing == told
    centre.close()
    if writer:
        writer.close()
