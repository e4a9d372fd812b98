"""A recording as a source: at its pace, paused, from a moment, or as fast as can be."""

from pathlib import Path

import pytest

from feeds.clock import ManualClock
from feeds.journal import JournalWriter
from feeds.replay import Replay
from wallboard.core.events import AnyEvent, Notice
from wallboard.core.source import Source

T0 = 1_700_000_000_000


def recording(path: Path, times: list[int]) -> Path:
    with JournalWriter(path) as writer:
        for i in range(0, len(times), 500):
            events = [Notice(at=T0 + at, text=str(at)) for at in times[i : i + 500]]
            writer.append(events, source="s", epoch=0, seq=i)
    return path


@pytest.fixture
def steady(tmp_path: Path) -> Path:
    return recording(tmp_path / "a.feed", list(range(0, 30_000, 10)))


def drain(replay: Replay) -> list[AnyEvent]:
    out: list[AnyEvent] = []
    while replay.health().state != "ended":
        out += replay.poll(1000)
    return out


def test_events_come_when_the_replay_clock_reaches_their_time(steady: Path) -> None:
    clock = ManualClock()
    with Replay(steady, clock=clock) as replay:
        source: Source = replay
        assert [event.at for event in source.poll(0)] == [T0]
        clock.advance(100)
        assert [event.at - T0 for event in source.poll(0)] == list(range(10, 101, 10))
        assert source.now() == T0 + 100
        assert source.poll(0) == ()
        assert [event.at - T0 for event in source.poll(50)] == [110]
        health = source.health()
        assert (health.state, health.source, health.speed) == ("replay", "replay of a.feed", 1)


def test_speed_scales(steady: Path) -> None:
    clock = ManualClock()
    with Replay(steady, speed=10, clock=clock) as replay:
        clock.advance(100)
        assert len(replay.poll(0)) == 101


def test_a_replay_that_is_paused_stands_still(steady: Path) -> None:
    clock = ManualClock()
    with Replay(steady, speed=0, clock=clock) as replay:
        assert len(replay.poll(0)) == 1
        clock.advance(10_000)
        assert (replay.poll(250), replay.now(), replay.health().speed) == ((), T0, 0)


def test_the_end_is_said_and_the_present_stays_there(steady: Path) -> None:
    with Replay(steady, speed=1000, clock=ManualClock()) as replay:
        assert [event.at for event in drain(replay)] == [T0 + at for at in range(0, 30_000, 10)]
        assert (replay.health().state, replay.now(), replay.poll(10)) == ("ended", T0 + 29_990, ())


def test_as_fast_as_can_be_gives_whole_blocks_and_no_time_passes(steady: Path) -> None:
    clock = ManualClock()
    with Replay(steady, speed=None, clock=clock) as replay:
        assert [len(replay.poll(1000)) for _ in range(4)] == [1000, 1000, 1000, 0]
        assert (replay.now(), replay.health().state, clock.mono()) == (T0 + 29_990, "ended", ManualClock().mono())


def test_a_jump_gives_everything_up_to_then_at_once(steady: Path) -> None:
    with Replay(steady, clock=ManualClock()) as replay:
        replay.jump(T0 + 20_000)
        assert replay.now() == T0 + 20_000
        assert [event.at - T0 for event in replay.poll(0)] == list(range(0, 20_001, 10))
        replay.jump(T0 + 5000)
        assert len(replay.poll(0)) == 501
        replay.jump(T0 + 99_999)
        assert len(drain(replay)) == 3000
        assert (replay.health().state, replay.now()) == ("ended", T0 + 29_990)


def test_an_event_ahead_of_its_time_does_not_hold_up_those_behind_it(tmp_path: Path) -> None:
    times = [0, 10, 3_600_000, 20, 30]
    with Replay(recording(tmp_path / "a.feed", times), clock=ManualClock()) as replay:
        replay.poll(0)
        replay.poll(10)
        assert [event.at - T0 for event in replay.poll(10)] == [3_600_000, 20]


def test_an_empty_recording_has_ended(tmp_path: Path) -> None:
    with Replay(recording(tmp_path / "a.feed", []), clock=ManualClock()) as replay:
        assert (replay.poll(5), replay.health().state) == ((), "ended")
