"""A day of bad weather: a producer and a wall that are restarted and killed, over a network that loses and doubles."""

import random
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np

from feeds.clock import ManualClock
from feeds.journal import JournalReader, JournalWriter
from feeds.publisher import Publisher
from feeds.recorder import Recorder, places
from feeds.simulator import SimConfig, simulate
from feeds.subscriber import Subscriber
from tests.feeds.ether import Ether, Weather
from wallboard.core.aggregator import Aggregator
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth
from wallboard.core.vocabulary import Event
from wallboard.zones import period

ADDRESS = "tcp://127.0.0.1:5556"
BEGIN = 1_700_043_200_000
"""Late morning where the simulated centre is: its busy hours."""
STEP_MS = 50
WEATHER = Weather(dropped=0.01, doubled=0.01, delayed=0.05, late_ms=2000)
PATIENCE_MS = 120_000


def feed(seed: int, count: int, rate: float = 200) -> list[Event]:
    """Events of a simulated centre, ``rate`` a second."""
    return list(islice(simulate(SimConfig(seed=seed, agents=60, queues=8, rate=rate), BEGIN), count))


def facts(snapshot: Snapshot) -> bytes:
    """A snapshot as bytes, for comparing."""
    return msgspec.msgpack.encode(snapshot, enc_hook=_array)


def _array(value: object) -> object:
    assert isinstance(value, np.ndarray), type(value)
    return value.tolist()


def state(events: list[Event]) -> bytes:
    """The floor after a feed."""
    aggregator = Aggregator(period, ("today", "30m"), "UTC")
    aggregator.fold(events)
    aggregator.advance(max(event.at for event in events))
    return facts(aggregator.snapshot())


class Storm:
    """One run. After `run`, ``told`` is what the wall has folded, and ``health`` what it says of it."""

    def __init__(self, folder: Path, seed: int, events: list[Event], restarts: int = 4) -> None:
        self.dice = random.Random(seed)
        self.clock = ManualClock(wall=BEGIN)
        self.ether = Ether(self.clock, self.dice, WEATHER)
        self.theirs, self.ours = folder / f"{seed}-theirs.feed", folder / f"{seed}-ours.feed"
        self.events = events
        self._next = 0
        steps = max(1, (events[-1].at - BEGIN) // STEP_MS)
        self._fates = {self.dice.randrange(steps): self.dice.choice(_FATES) for _ in range(restarts)}
        self._publish()
        self._listen()

    def _publish(self) -> None:
        self.journal = JournalWriter(self.theirs, self.clock)
        self.publisher = Publisher(
            ADDRESS, source="pbx", journal=self.journal, clock=self.clock, network=self.ether.host()
        )

    def _listen(self) -> None:
        resume = places(self.ours)
        self.writer = JournalWriter(self.ours, self.clock)
        subscriber = Subscriber(ADDRESS, clock=self.clock, since=0, resume=resume, network=self.ether.host())
        self.wall = Recorder(subscriber, self.writer)

    def run(self) -> None:
        step = 0
        while self._next < len(self.events):
            self._fate(self._fates.get(step))
            self._turn(publish=True)
            step += 1
        self._settle()

    def _turn(self, *, publish: bool) -> None:
        self.clock.advance(STEP_MS)
        begin = self._next
        while publish and self._next < len(self.events) and self.events[self._next].at <= self.clock.wall():
            self._next += 1
        for at in range(begin, self._next, 5):
            self.publisher.publish(self.events[at : min(at + 5, self._next)])
        self.publisher.tick()
        self.wall.poll(0)

    def _settle(self) -> None:
        """Until all is well; the weather clears, or a heartbeat might be lost for ever."""
        self.ether.weather = Weather()
        deadline = self.clock.mono() + PATIENCE_MS
        self._turn(publish=False)
        while not (self._well(self.wall.health()) and self.clock.mono() > deadline - PATIENCE_MS + 5000):
            assert self.clock.mono() < deadline, self.wall.health()
            self._turn(publish=False)
        self.health = self.wall.health()
        self.wall.close()
        self.publisher.close()
        self.journal.close()
        with JournalReader(self.ours) as reader:
            self.told: list[Event] = [event for block in reader.events() for event in block]

    def _well(self, health: FeedHealth) -> bool:
        return health.state == "live" and health.gaps_open == 0

    def _fate(self, fate: str | None) -> None:
        if fate == "publisher restarts":
            self.publisher.close()
            self.journal.close()
            self._absence()
            self._publish()
        elif fate == "publisher is killed":
            self.publisher._let_go()
            _kill(self.journal)
            self._absence()
            self._publish()
        elif fate == "wall restarts":
            self.wall.close()
            self._absence(publisher=True)
            self._listen()
        elif fate == "wall is killed":
            self.wall._subscriber.close()
            _kill(self.writer)
            self._absence(publisher=True)
            self._listen()

    def _absence(self, *, publisher: bool = False) -> None:
        """One of the two is away for up to five seconds; what happens meanwhile waits, or goes on without the wall."""
        for _ in range(self.dice.randrange(1, 100)):
            self.clock.advance(STEP_MS)
            if publisher:
                begin = self._next
                while self._next < len(self.events) and self.events[self._next].at <= self.clock.wall():
                    self._next += 1
                self.publisher.publish(self.events[begin : self._next])
                self.publisher.tick()
            else:
                self.wall.poll(0)


_FATES = ("publisher restarts", "publisher is killed", "wall restarts", "wall is killed")


def _kill(writer: JournalWriter) -> None:
    """As a kill does: what is not committed is gone, nothing is packed, and nobody says goodbye."""
    writer._db.close()
    writer._lock.release()
