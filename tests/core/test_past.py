"""A past told at once leads to what a floor shows that was watched all the time: its alerts and its samples."""

import itertools
import random
from collections.abc import Sequence

import pytest

from wallboard.core.aggregator import Aggregator
from wallboard.core.alerts import Alerts, Bound, Rule
from wallboard.core.events import ContactQueued, ContactUnqueued, Notice, QueueDeclared
from wallboard.core.figures import Figures
from wallboard.core.past import FAR_MS, Past
from wallboard.core.vocabulary import Event
from wallboard.zones import period

T0 = 1_795_336_200_000
MINUTE = 60_000
RULES = (
    Rule(key="waiting", kpi="waiting", by="queue", warn=Bound(2), clear=Bound(1), for_ms=20_000, cool_ms=60_000),
    Rule(key="longest", kpi="longest_wait", warn=Bound(30_000), breach=Bound(90_000)),
    Rule(key="lost", kpi="abandoned", window="5m", warn=Bound(3), for_ms=MINUTE),
)


def fold() -> Aggregator:
    return Aggregator(period, ("today", "5m"), "UTC")


def waits(seed: int, count: int, length_ms: int) -> list[Event]:
    """Callers who wait for up to two minutes, at random moments."""
    dice = random.Random(seed)
    events: list[Event] = [QueueDeclared(at=T0, queue=name, name=name, channel="voice") for name in "qr"]
    for number in range(count):
        at, wait = T0 + dice.randrange(length_ms), dice.randrange(1000, 120_000)
        contact, queue = f"c{number}", dice.choice("qr")
        events.append(ContactQueued(at=at, contact=contact, queue=queue, leg=1))
        events.append(ContactUnqueued(at=at + wait, contact=contact, queue=queue, leg=1, reason="abandoned"))
    return sorted(events, key=lambda event: event.at)


def watched(events: Sequence[Event], at: int) -> Alerts:
    """The alerts of a wall that looks once a second."""
    floor, alerts, place = fold(), Alerts(RULES), 0
    for moment in range(-(-events[0].at // 1000) * 1000, at + 1, 1000):
        until = place
        while until < len(events) and events[until].at <= moment:
            until += 1
        floor.fold(events[place:until])
        place = until
        floor.advance(moment)
        alerts.step(Figures(floor.snapshot()))
    return alerts


def told(events: Sequence[Event], at: int, pieces: int = 1) -> Alerts:
    """The same told at once, in so many pieces."""
    alerts, known = Alerts(RULES), [event for event in events if event.at <= at]
    past = Past(fold(), [alerts, alerts])
    size = -(-len(known) // pieces)
    for i in range(0, len(known), size):
        past.tell(known[i : i + size], at)
    past.reach_present(at)
    return alerts


@pytest.mark.parametrize("seed", range(8))
def test_a_past_told_at_once_leaves_the_alerts_of_a_wall_that_was_up(seed: int) -> None:
    """As long as every second can matter, nothing differs at all: what stands, since when, and what is over."""
    events = waits(seed, 12, 100_000)
    for at in range(T0 + 30_000, T0 + 2 * MINUTE, 17_000):
        up, late = watched(events, at), told(events, at, pieces=1 + seed % 3)
        assert late.standing == up.standing
        assert list(late.history) == list(up.history)


def test_what_has_stood_for_long_is_told_with_the_minute_it_began_in() -> None:
    """Beyond the time that rules wait the past is looked at once a minute."""
    events = waits(3, 4, 1000)
    long = [event for event in events if not isinstance(event, ContactUnqueued)]
    (alert, *_) = [found for found in told(long, T0 + 60 * MINUTE).standing if found.rule.key == "waiting"]
    assert alert.since is None or alert.since - T0 <= MINUTE
    assert alert.opened - T0 <= 2 * MINUTE


def test_a_figure_that_ages_in_silence_is_looked_at_though_no_event_comes() -> None:
    """Three abandon at once; their window of five minutes ends without any event, and with it the alert."""
    events = [event for event in waits(5, 40, 30_000) if event.at < T0 + 60_000]
    end = events[-1].at
    assert [alert.rule.key for alert in told(events, end + 2 * MINUTE).standing if alert.rule.key == "lost"] == ["lost"]
    late = told(events, end + 6 * MINUTE)
    assert [alert.rule.key for alert in late.standing if alert.rule.key == "lost"] == []
    (over,) = [alert for alert in late.history if alert.rule.key == "lost"]
    up = [alert for alert in watched(events, end + 6 * MINUTE).history if alert.rule.key == "lost"]
    assert [over.resolved] == [alert.resolved for alert in up]


def test_every_event_is_folded_in_its_order_whatever_its_time() -> None:
    """A clock that stepped, and one far ahead: neither is left out nor waited for."""
    ms = (0, 59_999, 60_000, 60_001, 30_000, 180_000, 40 * FAR_MS, 190_000)
    events = [Notice(at=T0 + at, text=str(at)) for at in ms]
    floor = fold()
    Past(floor, [Alerts(RULES)]).tell(events, T0 + 200_000)
    assert floor.snapshot().feed.events == len(events)
    assert floor.now == T0 + 40 * FAR_MS


def test_a_past_is_sampled_each_minute_also_in_silence() -> None:
    floor = fold()
    past = Past(floor)
    past.tell(waits(1, 3, 1000), T0 + 30 * MINUTE)
    past.reach_present(T0 + 30 * MINUTE)
    at = floor.snapshot().gauges.at
    assert [later - sooner for sooner, later in itertools.pairwise(at)] == [MINUTE] * 30


def test_while_the_feed_is_not_known_alerts_stay_as_they_are() -> None:
    alerts = Alerts(RULES)
    past = Past(fold(), [alerts])
    past.tell([event for event in waits(1, 1, 1) if not isinstance(event, ContactUnqueued)], T0)
    past.reach_present(T0 + 2 * MINUTE, known=False)
    assert not alerts.standing
    past.reach_present(T0 + 2 * MINUTE + 1000)
    assert [(alert.rule.key, alert.grade) for alert in alerts.standing] == [("longest", "breach")]


def test_a_fold_that_stands_at_a_later_moment_already_is_looked_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """It was given a later state: until the past has reached that, there is nothing else to see."""
    floor, alerts, looks = fold(), Alerts(RULES), []
    monkeypatch.setattr(alerts, "step", lambda figures: looks.append(figures.snapshot.as_of))
    past = Past(floor, [alerts])
    past.tell([Notice(at=T0, text="")], T0 + 10 * MINUTE)
    floor.advance(T0 + 9 * MINUTE)
    past.reach_present(T0 + 9 * MINUTE + 1)
    assert looks == [T0 + 9 * MINUTE]
