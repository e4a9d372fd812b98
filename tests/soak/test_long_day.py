"""24 hours after 24 to warm up: publisher, wall, fold, snapshots and journals, on a clock and a network of our own.

The network is the one of the storms: it loses, doubles and delays, at any speed. Real sockets do not keep the time of
a clock that jumps, so that everything asked for while frames are under way is given up too soon.
"""

import os
import random
import threading
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from feeds.clock import ManualClock
from feeds.journal import JournalReader, JournalWriter
from feeds.memory import Keeping, Memory
from feeds.publisher import Publisher
from feeds.remembering import remembering
from feeds.simulator import SimConfig, simulate
from feeds.subscriber import Subscriber
from tests.feeds.chaos import ADDRESS, BEGIN, WEATHER
from tests.feeds.ether import Ether, Weather
from tests.soak.conftest import Told
from tests.soak.programs import digest, fold
from tests.soak.test_hostile import rss
from wallboard.core.past import Past
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import Beginning, FeedHealth
from wallboard.core.vocabulary import Event
from wallboard.engine import Engine

STEP_MS = 1000
HOUR = 3_600_000
WARM_H = 24
"""Hours after which nothing is new any more: every minute of a day was sampled, every agent was there, a day rolled."""
HOURS = WARM_H + 24
SEED = 45
ZONE = "Europe/Paris"
SETTLED_MS = 20_000
"""After the day the weather clears for so long, or a heartbeat might be lost for ever."""


def held() -> tuple[int, int]:
    """Descriptors and threads of this process."""
    return len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208 - not files, descriptors


class Day:
    """One centre and one wall."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(wall=BEGIN)
        self.ether = Ether(self.clock, random.Random(SEED), WEATHER)
        self.theirs, self.ours = folder / "theirs.feed", folder / "ours.feed"
        self.journal = JournalWriter(self.theirs, self.clock)
        self.publisher = Publisher(
            ADDRESS, source="pbx", journal=self.journal, clock=self.clock, network=self.ether.host()
        )
        keeping = Keeping(events=1000)
        self.memory = Memory(self.ours, self._listen, keeping, since=0, clock=self.clock)
        self.states: Counter[str] = Counter()
        self.fold = fold(ZONE)
        show = remembering(self.memory, Beginning(self.fold), self._shown)
        self.engine = Engine(self.memory, self.fold, show, mono=self.clock.mono)
        self._feed: Iterator[Event] = simulate(SimConfig(seed=SEED, agents=60), BEGIN)
        self._next = next(self._feed)
        self.sent = 0

    def _listen(self, known: object, _: object) -> Subscriber:
        assert not known
        return Subscriber(ADDRESS, clock=self.clock, since=0, network=self.ether.host())

    def _shown(self, snapshot: Snapshot, health: FeedHealth) -> None:
        self.states[health.state] += 1
        self.newest = snapshot

    def turn(self, *, publish: bool = True) -> None:
        """A second goes by."""
        self.clock.advance(STEP_MS)
        due = []
        while publish and self._next.at <= self.clock.wall():
            due.append(self._next)
            self._next = next(self._feed)
        self.sent += len(due)
        self.publisher.publish(due)
        self.publisher.tick()
        self.engine.turn()

    def settle(self) -> None:
        """Until all has come that is under way."""
        self.ether.weather = Weather()
        for _ in range(SETTLED_MS // STEP_MS):
            self.turn(publish=False)

    def close(self) -> None:
        """End both."""
        self.memory.close()
        self.publisher.close()
        self.journal.close()


def events_of(path: Path) -> list[Event]:
    """All that a journal holds."""
    with JournalReader(path) as reader:
        return [event for block in reader.events() for event in block]


def clean(events: list[Event], as_of: int) -> str:
    """What a wall shows at a moment that heard every event in time."""
    floor = fold(ZONE)
    past = Past(floor)
    past.tell(events, as_of)
    past.reach_present(as_of)
    return digest(floor.snapshot())


def test_long_day(tmp_path: Path, told: Told) -> None:
    day = Day(tmp_path)
    warm, samples = (0, (0, 0)), []
    for turn in range(HOURS * HOUR // STEP_MS):
        day.turn()
        if turn == WARM_H * HOUR // STEP_MS:
            warm = rss(), held()
        if turn % (HOUR // STEP_MS) == 0:
            samples.append(rss() >> 20)
    grown, after = rss() - warm[0], held()
    day.settle()
    health, trouble = day.memory.health(), day.memory.trouble
    day.close()
    theirs = events_of(day.theirs)
    assert (health.state, health.missing, health.gaps_open, trouble) == ("live", 0, 0, None)
    assert len(theirs) == day.sent
    assert events_of(day.ours) == theirs
    assert digest(day.newest) == clean(theirs, day.newest.as_of)
    assert after == warm[1]
    told(
        seed=SEED,
        hours=HOURS,
        of_them_to_warm_up=WARM_H,
        events=day.sent,
        snapshots=sum(day.states.values()),
        states_shown=dict(day.states),
        gaps_filled=health.gaps_filled,
        repeats_dropped=health.duplicates,
        missing=health.missing,
        state_as_the_clean_feed=True,
        memory_mb_each_hour=samples,
        memory_grown_after_warm_up_kb=grown // 1024,
        descriptors_and_threads_before_and_after=[*warm[1], *after],
    )
    assert grown < 10_000_000
