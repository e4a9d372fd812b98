"""The engine on a source that a test feeds and a clock that a test turns."""

from collections import deque
from collections.abc import Sequence
from itertools import pairwise
from threading import Event as Flag
from typing import Any

import pytest

from feeds.clock import ManualClock
from wallboard.core.aggregator import Aggregator
from wallboard.core.alerts import Alerts, Bound, Rule
from wallboard.core.events import ContactAnswered, ContactQueued, ContactUnqueued, Notice, QueueDeclared
from wallboard.core.figures import Figures
from wallboard.core.past import AHEAD_MS
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth, FeedState
from wallboard.core.vocabulary import Event
from wallboard.engine import IDLE_MS, Engine
from wallboard.zones import period

T0 = 1_795_336_200_000


class FakeSource:
    """Gives what a test puts in; waiting for more lets the clock run."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.batches: deque[tuple[int, list[Event]]] = deque()
        self.state: FeedState = "live"
        self.closed = False
        self.at: int | None = None

    def say(self, *events: Event, after: int = 0) -> None:
        """Events that come ``after`` so many ms of waiting, counted from the batch before."""
        self.batches.append((after, list(events)))

    def poll(self, timeout_ms: int) -> Sequence[Event]:
        if not self.batches or self.batches[0][0] > timeout_ms:
            if self.batches:
                after, events = self.batches[0]
                self.batches[0] = (after - timeout_ms, events)
            self.clock.advance(timeout_ms)
            return ()
        after, events = self.batches.popleft()
        self.clock.advance(after)
        return events

    def now(self) -> int:
        return self.clock.wall() if self.at is None else self.at

    def health(self) -> FeedHealth:
        return FeedHealth(state=self.state)

    def close(self) -> None:
        self.closed = True


class Rig:
    """An engine, its source, and what it published when."""

    def __init__(self, **options: Any) -> None:
        self.clock = ManualClock(wall=T0)
        self.source = FakeSource(self.clock)
        self.told: list[tuple[int, Snapshot]] = []
        self.refused = 0
        self.ahead: list[int] = []
        self.work_ms = 0
        self.engine = Engine(
            self.source, Aggregator(period, ("today",), "UTC"), self.publish, self.clock.mono, **options
        )

    def publish(self, snapshot: Snapshot, health: FeedHealth) -> None:
        self.told.append((self.clock.mono(), snapshot))
        self.refused = health.refused
        self.ahead.append(health.ahead_ms)
        self.clock.advance(self.work_ms)

    def turns(self, ms: int) -> "Rig":
        end = self.clock.mono() + ms
        while self.clock.mono() < end:
            self.engine.turn()
        return self

    @property
    def gaps(self) -> list[int]:
        times = [mono for mono, _ in self.told]
        return [later - sooner for sooner, later in pairwise(times)]

    @property
    def newest(self) -> Snapshot:
        return self.told[-1][1]


@pytest.fixture
def rig() -> Rig:
    return Rig()


def note(at: int) -> Notice:
    return Notice(at=at, text=str(at))


def answered_call(at: int, wait_ms: int) -> list[Event]:
    return [
        QueueDeclared(at=at, queue="q", name="Q", channel="voice", service_level_ms=20_000),
        ContactQueued(at=at, contact="c", queue="q", leg=1),
        ContactUnqueued(at=at + wait_ms, contact="c", queue="q", leg=1, reason="answered"),
        ContactAnswered(at=at + wait_ms, contact="c", leg=1, agent="a"),
    ]


def test_in_silence_the_time_is_told_every_250_ms(rig: Rig) -> None:
    rig.turns(2000)
    assert set(rig.gaps) == {250}
    assert [snapshot.as_of for _, snapshot in rig.told[:3]] == [T0, T0 + 250, T0 + 500]


def test_a_busy_feed_is_published_every_33_ms_and_all_of_it_is_folded(rig: Rig) -> None:
    for i in range(1000):
        rig.source.say(note(T0 + i), after=1)
    rig.turns(1500)
    assert min(rig.gaps) >= 33
    assert set(rig.gaps[1:28]) == {33}
    assert rig.newest.feed.events == 1000


@pytest.mark.parametrize(("work", "gap"), [(10, 33), (40, 57)])
def test_what_a_snapshot_costs_is_part_of_the_pace_and_leaves_others_their_turn(work: int, gap: int) -> None:
    rig = Rig()
    rig.work_ms = work
    for i in range(3000):
        rig.source.say(note(T0 + i))
        rig.source.say(note(T0 + i), after=1)
    rig.turns(900)
    assert set(rig.gaps[1:]) == {gap}


def test_a_change_after_silence_is_published_at_once(rig: Rig) -> None:
    rig.source.say(note(T0 + 100), after=100)
    rig.turns(100)
    assert rig.gaps == [100]
    assert rig.newest.feed.events == 1


def test_a_change_right_after_a_publish_waits_for_its_turn(rig: Rig) -> None:
    rig.source.say(note(T0 + 5), after=5)
    rig.turns(30)
    assert rig.gaps == [33]


def test_a_quiet_feed_is_waited_for_and_not_asked_again_and_again() -> None:
    """With screens slower than the least that is shown in silence, the time between was spent asking."""
    rig = Rig(pace=lambda: 2 * IDLE_MS)
    for _ in range(20):
        rig.engine.turn()
    assert [b - a for (a, _), (b, _) in pairwise(rig.told)] == [2 * IDLE_MS] * (len(rig.told) - 1)
    assert len(rig.told) >= 19


@pytest.mark.parametrize(("pace", "gap"), [(100, 100), (9999, 1000)])
def test_screens_that_are_slow_are_given_less_but_never_left_without_the_time(pace: int, gap: int) -> None:
    rig = Rig(pace=lambda: pace)
    for i in range(2000):
        rig.source.say(note(T0 + i), after=1)
    rig.turns(1900)
    assert set(rig.gaps) == {gap}


def test_an_event_far_ahead_of_the_present_is_counted_and_not_folded(rig: Rig) -> None:
    rig.source.say(note(T0), note(T0 + AHEAD_MS + 1), note(T0 + 1))
    rig.turns(50)
    assert rig.refused == 1
    assert rig.newest.feed.events == 2
    assert rig.newest.as_of == rig.clock.wall()


def test_an_event_a_little_ahead_is_believed_and_the_time_goes_with_it(rig: Rig) -> None:
    rig.source.say(note(T0 + AHEAD_MS))
    rig.turns(10)
    assert rig.refused == 0
    assert rig.newest.as_of == T0 + AHEAD_MS


def test_a_clock_set_back_is_told_for_as_long_as_time_stands_still(rig: Rig) -> None:
    rig.source.say(note(T0))
    rig.turns(300)
    rig.clock.step(-2000)
    rig.turns(3000)
    assert rig.ahead[0] == 0
    assert max(rig.ahead) == 2000 - IDLE_MS
    assert rig.ahead[-1] == 0


@pytest.mark.parametrize("state", ["connecting", "catching-up", "replay", "ended"])
def test_a_past_that_is_told_by_another_clock_is_not_called_ahead(rig: Rig, state: FeedState) -> None:
    rig.source.state = state
    rig.source.say(note(T0 + AHEAD_MS))
    rig.turns(300)
    assert set(rig.ahead) == {0}


@pytest.mark.parametrize("state", ["replay", "ended"])
def test_a_recording_is_folded_whatever_its_clock_did(rig: Rig, state: FeedState) -> None:
    rig.source.state = state
    rig.source.say(note(T0 + 10 * AHEAD_MS))
    rig.turns(10)
    assert (rig.refused, rig.newest.feed.events) == (0, 1)


def test_an_answer_that_has_long_happened_is_not_late_because_it_is_told_late(rig: Rig) -> None:
    """A late join: the queue entry comes in one catch-up answer, the reply to it in the next."""
    rig.source.state = "catching-up"
    call = answered_call(T0 - 3_600_000, 5000)
    rig.source.say(*call[:2])
    rig.source.say(*call[2:], after=300)
    rig.turns(400)
    rig.source.state = "live"
    rig.turns(300)
    measure = Figures(rig.newest).measure("service_level", variant="answered")
    assert (measure.value, dict(measure.parts)["of"]) == (1.0, 1)


def test_the_same_holds_for_a_replay_that_jumped(rig: Rig) -> None:
    rig.source.state, rig.source.at = "replay", T0
    call = answered_call(T0 - 3_600_000, 5000)
    rig.source.say(*call[:2], after=250)
    rig.source.say(*call[2:], after=33)
    rig.turns(600)
    assert Figures(rig.newest).measure("service_level", variant="answered").value == 1.0


def test_while_the_past_is_told_the_time_is_that_of_its_newest_event_and_then_the_present(rig: Rig) -> None:
    rig.source.state = "catching-up"
    rig.source.say(note(T0 - 60_000))
    rig.turns(300)
    assert rig.newest.as_of == T0 - 60_000
    rig.source.state = "live"
    rig.turns(300)
    assert T0 < rig.newest.as_of <= rig.clock.wall()


def test_before_anything_is_heard_no_time_is_claimed(rig: Rig) -> None:
    rig.source.state = "connecting"
    rig.turns(600)
    assert {snapshot.as_of for _, snapshot in rig.told} == {0}


def test_a_wait_that_nobody_ends_passes_its_threshold_in_silence(rig: Rig) -> None:
    rig.source.say(*answered_call(T0, 0)[:2])
    rig.turns(19_900)
    assert Figures(rig.newest).measure("waiting_over").value == 0
    rig.turns(400)
    assert Figures(rig.newest).measure("waiting_over").value == 1


def test_a_past_told_at_once_is_sampled_minute_by_minute(rig: Rig) -> None:
    begin = T0 - T0 % 60_000 - 600_000
    rig.source.say(*(note(begin + i * 20_000) for i in range(30)))
    rig.turns(10)
    assert len(rig.newest.gauges.at) >= 9


def test_told_to_stop_it_closes_its_source(rig: Rig) -> None:
    stop = Flag()
    stop.set()
    rig.engine.run(stop)
    assert rig.source.closed
    assert rig.told == []


def test_a_source_that_fails_is_closed_and_the_failure_goes_on(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_: int) -> Sequence[Event]:
        raise RuntimeError("broken")

    monkeypatch.setattr(rig.source, "poll", fail)
    with pytest.raises(RuntimeError, match="broken"):
        rig.engine.run(Flag())
    assert rig.source.closed


RULE = Rule(key="longest", kpi="longest_wait", warn=Bound(30_000), for_ms=60_000)


def test_alerts_are_held_against_every_second_and_none_is_missed_in_silence(rig: Rig) -> None:
    alerts = Alerts((RULE,))
    rig.engine = Engine(rig.source, Aggregator(period, ("today",), "UTC"), rig.publish, rig.clock.mono, alerts=[alerts])
    rig.source.say(*answered_call(T0, 1)[:2])
    rig.turns(89_000)
    assert not alerts.standing
    rig.turns(2_000)
    assert [(alert.since, alert.opened) for alert in alerts.standing] == [(T0 + 30_000, T0 + 90_000)]
