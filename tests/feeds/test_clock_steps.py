"""Clocks that step and days that are not 24 hours long change no sum."""

import random

import pytest

from feeds.clock import ManualClock
from feeds.publisher import Publisher
from feeds.subscriber import Subscriber
from tests.feeds.chaos import ADDRESS, BEGIN, facts, feed
from tests.feeds.ether import Ether
from wallboard.core.aggregator import Aggregator
from wallboard.core.events import ContactQueued, ContactStarted, QueueDeclared
from wallboard.core.figures import Figures
from wallboard.engine import Engine
from wallboard.zones import period

HOUR = 3_600_000


def today(zone: str, begin: int, end: int, step: int) -> int:
    """Contacts offered ``today`` as it ends, with one every ``step`` ms, and some on the evening before."""
    fold = Aggregator(period, ("today",), zone)
    fold.apply(QueueDeclared(at=begin - 2 * HOUR, queue="q", time_zone=zone))
    for at in range(begin - HOUR // 2, end, step):
        fold.apply(ContactStarted(at=at, contact=f"c{at}"))
        fold.apply(ContactQueued(at=at, contact=f"c{at}", queue="q"))
        fold.advance(at)
    fold.advance(end - 1)
    return int(Figures(fold.snapshot()).measure("offered").value or 0)


def told_through(seed: int, count: int, step: int) -> tuple[bytes, bytes]:
    """The state a wall shows whose own clock steps by ``step`` ms half way, and the one of a wall whose does not."""
    return _shown(seed, count, step), _shown(seed, count, 0)


def _shown(seed: int, count: int, step: int) -> bytes:
    events, theirs, ours = feed(seed, count), ManualClock(wall=BEGIN), ManualClock(wall=BEGIN)
    ether = Ether(theirs, random.Random(seed))
    publisher = Publisher(ADDRESS, source="pbx", clock=theirs, network=ether.host())
    subscriber = Subscriber(ADDRESS, clock=ours, network=ether.host())
    fold = Aggregator(period, ("today", "30m"), "UTC")
    engine = Engine(subscriber, fold, lambda *_: None, mono=ours.mono)
    done = 0
    while done < count or theirs.wall() < events[-1].at + 2000:
        begin, before = done, theirs.wall()
        while done < count and events[done].at <= before:
            done += 1
        publisher.publish(events[begin:done])
        publisher.heartbeat()
        for clock in (theirs, ours):
            clock.advance(250)
        engine.turn()
        if step and done >= count // 2:
            ours.step(step)
            step = 0
    subscriber.close()
    publisher.close()
    return facts(fold.snapshot())


@pytest.mark.parametrize("hours", [-1, 1])
def test_a_wall_whose_clock_steps_by_an_hour_shows_what_it_would_have(hours: int) -> None:
    got, clean = told_through(7, 1000, hours * HOUR)
    assert got == clean


@pytest.mark.parametrize(
    ("zone", "noon", "hours"),
    [("Europe/Paris", 1_774_778_400_000, 23), ("Europe/Paris", 1_792_926_000_000, 25), ("UTC", 1_774_778_400_000, 24)],
)
def test_a_day_sums_up_all_its_hours(zone: str, noon: int, hours: int) -> None:
    begin, end = period(noon, zone, (0,))
    assert end - begin == hours * HOUR
    assert today(zone, begin, end, HOUR // 4) == hours * 4
