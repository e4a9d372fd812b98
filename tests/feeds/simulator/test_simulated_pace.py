"""Releasing a feed by a clock that the caller holds."""

from itertools import islice, pairwise

from feeds.simulator import SimConfig, history, paced, simulate
from wallboard.core.events import Notice
from wallboard.core.vocabulary import Event

SIX = 1_772_514_000_000
MINUTE = 60_000


class ManualClock:
    def __init__(self, now: int) -> None:
        self.time = now

    def now(self) -> int:
        return self.time


def test_only_what_is_due_comes_and_each_event_once() -> None:
    pace = paced([Notice(at=at, text=str(at)) for at in (100, 200, 200, 350)], ManualClock(5000), begin=100)
    assert [event.at for event in pace.due(5000)] == [100]
    assert pace.due(5099) == []
    assert [event.at for event in pace.due(5100)] == [200, 200]
    assert [event.at for event in pace.due(9000)] == [350]
    assert pace.due(99_000) == []


def test_speed_multiplies_time() -> None:
    pace = paced([Notice(at=at, text="") for at in (0, 1000, 10_000)], ManualClock(0), speed=10.0)
    assert len(pace.due(99)) == 1
    assert len(pace.due(100)) == 1
    assert len(pace.due(1000)) == 1


def test_a_feed_paced_in_steps_equals_the_feed_itself() -> None:
    config = SimConfig(agents=20, queues=3)
    pace = paced(simulate(config, SIX), ManualClock(0), speed=60.0)
    given: list[Event] = []
    for step in range(60):
        given += pace.due(step * 1000)
    assert given == history(config, SIX, SIX + 59 * MINUTE + 1)


def test_a_feed_can_be_folded_first_and_paced_on_from_there() -> None:
    feed = simulate(SimConfig(), SIX)
    past = list(islice(feed, 2000))
    pace = paced(feed, ManualClock(0), begin=past[-1].at)
    assert all(first.at <= second.at for first, second in pairwise(past + pace.due(MINUTE)))
    assert pace.present(MINUTE) == past[-1].at + MINUTE


def test_an_empty_feed_is_never_due() -> None:
    assert paced([], ManualClock(7)).due(10_000) == []
