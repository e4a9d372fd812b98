"""Clocks that run, stand and jump."""

import pytest

from feeds.clock import ManualClock, ReplayClock, SystemClock


def test_a_manual_clock_moves_only_when_told_and_a_step_leaves_monotonic_time_alone() -> None:
    clock = ManualClock(wall=1000, mono=5)
    clock.advance(10)
    clock.step(-500)
    clock.wait(1)
    assert (clock.wall(), clock.mono()) == (511, 16)
    with pytest.raises(ValueError, match="does not go back"):
        clock.advance(-1)


def test_the_system_clock_counts_milliseconds() -> None:
    clock = SystemClock()
    before = clock.mono()
    clock.wait(2)
    assert clock.mono() >= before + 2
    assert clock.wall() > 1_600_000_000_000


def test_a_replay_runs_at_its_rate_and_jumps() -> None:
    base = ManualClock()
    clock = ReplayClock(base, at=1000, rate=10)
    base.advance(50)
    assert clock.now() == 1500
    assert clock.until(1600) == 11
    assert clock.until(1500) == 0
    clock.jump(9000)
    base.advance(10)
    assert clock.now() == 9100


def test_a_replay_at_rate_0_stands_still_and_none_runs_backward() -> None:
    base = ManualClock()
    clock = ReplayClock(base, at=1000, rate=0)
    base.advance(1000)
    assert clock.now() == 1000
    assert clock.until(1600) is None
    with pytest.raises(ValueError, match="runs forward"):
        ReplayClock(base, at=0, rate=-1)
