"""How a wall begins: what it says meanwhile, and what it says when nobody can tell it the past."""

import random
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path

import msgspec
import zmq

from feeds.asking import NO_PAST, NO_PAST_MS
from feeds.catchup import Answer, Ask, CatchUpService, encode
from feeds.clock import ManualClock
from feeds.journal import JournalWriter
from feeds.publisher import Publisher
from feeds.sockets import catch_up_address
from feeds.subscriber import Subscriber
from feeds.wire import Batch
from feeds.wire import encode as encode_batch
from tests.feeds.ether import Ether
from wallboard.core.events import Notice

ADDRESS = "tcp://127.0.0.1:5556"


def notes(count: int) -> list[Notice]:
    return [Notice(at=i, text="") for i in range(count)]


class Scene:
    """A network and a clock."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.ether = Ether(self.clock, random.Random(1))

    def wall(self) -> Subscriber:
        return Subscriber(ADDRESS, clock=self.clock, since=0, network=self.ether.host())

    def centre(self) -> Publisher:
        """One without a journal."""
        return Publisher(ADDRESS, source="pbx", clock=self.clock, network=self.ether.host())

    def run(self, wall: Subscriber, ms: int, tick: Callable[[], object]) -> tuple[list[str], int]:
        """The states it passes, and how many events it gives out."""
        states: list[str] = []
        count = 0
        for _ in range(ms // 10):
            tick()
            self.clock.advance(10)
            count += len(wall.poll(0))
            states.append(wall.health().state)
        return [states[0], *(new for old, new in pairwise(states) if new != old)], count


def test_a_past_that_came_is_a_publisher_that_was_heard(tmp_path: Path) -> None:
    """Its journal answers before its first heartbeat is due: nothing is connecting again after that."""
    scene = Scene()
    with JournalWriter(tmp_path / "theirs.feed", scene.clock) as journal:
        journal.append(notes(40_000), source="pbx", epoch=1, seq=0)
        router = scene.ether.host().socket(zmq.ROUTER)
        router.bind(catch_up_address(ADDRESS))
        service = CatchUpService(router, journal.path)
        states, count = scene.run(scene.wall(), 500, service.serve)
        service.close()
    assert (states, count) == (["connecting", "catching-up", "live"], 40_000)


def test_a_past_that_nobody_keeps_is_said_for_a_day() -> None:
    scene = Scene()
    centre = scene.centre()
    centre.publish(notes(5))
    wall = scene.wall()
    scene.run(wall, 3000, centre.tick)
    centre.publish(notes(1))
    states, count = scene.run(wall, 500, centre.tick)
    assert (states, count) == (["live"], 1)
    assert wall.health().why == NO_PAST
    scene.clock.advance(NO_PAST_MS)
    scene.run(wall, 1500, centre.tick)
    assert wall.health().why is None


def test_a_feed_that_begins_with_the_wall_lacks_nothing() -> None:
    scene = Scene()
    centre, wall = scene.centre(), scene.wall()
    scene.run(wall, 3000, centre.tick)
    centre.publish(notes(5))
    assert scene.run(wall, 500, centre.tick) == (["live"], 5)
    assert wall.health().why is None


def test_a_past_that_goes_in_circles_is_left() -> None:
    """A service that says there is more, and where it was before, would be asked for ever."""
    scene = Scene()
    router = scene.ether.host().socket(zmq.ROUTER)
    router.bind(catch_up_address(ADDRESS))
    centre, asked = scene.centre(), list[int]()

    def serve() -> None:
        centre.tick()
        try:
            peer, raw = router.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return
        ask = msgspec.msgpack.decode(raw, type=Ask)
        asked.append(ask.id)
        piece = encode_batch(Batch(source="pbx", epoch=1, seq=0, events=tuple(notes(3))))
        router.send_multipart([peer, encode(Answer(id=ask.id, more=True, position=5)), piece])

    states, count = scene.run(scene.wall(), 3000, serve)
    assert states[-1] == "live"
    assert count == 3
    assert len(asked) == 2
