"""An address that comes to serve another centre: its events are never folded onto the old one's."""

import os
import random
from collections.abc import Iterator, Mapping
from itertools import count
from pathlib import Path

import pytest

from feeds.clock import ManualClock
from feeds.headstart import HeadStart
from feeds.journal import JournalReader, JournalWriter
from feeds.lineage import GRACE_MS, Guarded, ReplacedError
from feeds.memory import TOLD_MS, Keeping, Memory
from feeds.merged import Merged
from feeds.publisher import Publisher
from feeds.recorder import Recorder, Taker
from feeds.subscriber import Subscriber
from tests.feeds.chaos import BEGIN
from tests.feeds.ether import Ether
from wallboard.core.events import Notice

HERE, THERE = "tcp://127.0.0.1:5556", "tcp://127.0.0.1:5566"
STEP_MS = 20


class Centre:
    """A publisher that numbers what it says; with a journal, or without."""

    def __init__(self, world: "World", source: str, address: str, *, journal: bool) -> None:
        self.source, self.numbers, self.clock = source, count(), world.clock
        self.journal = JournalWriter(world.folder / f"{source}.feed", world.clock) if journal else None
        self.host = world.ether.host()
        self.publisher = Publisher(address, source=source, journal=self.journal, clock=world.clock, network=self.host)

    def say(self, events: int = 1) -> None:
        said = [Notice(at=self.clock.wall(), text=f"{self.source} {next(self.numbers)}") for _ in range(events)]
        self.publisher.publish(said)

    def end(self) -> None:
        self.publisher.close()
        if self.journal is not None:
            self.journal.close()


class World:
    """Addresses, who publishes there, and a wall with a memory of them."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.clock = ManualClock(wall=BEGIN)
        self.ether = Ether(self.clock, random.Random(1))
        self.path = folder / "memory" / "ours.feed"
        self.centres: list[Centre] = []
        self.addresses = [HERE]
        self.got: list[str] = []
        self.why: str | None = None
        self.memory: Memory | None = None

    def centre(self, source: str, address: str = HERE, *, journal: bool = True) -> Centre:
        self.centres.append(Centre(self, source, address, journal=journal))
        return self.centres[-1]

    def end(self, centre: Centre) -> None:
        self.centres.remove(centre)
        centre.end()

    def live(self, known: Mapping[str, tuple[int, int]], head: HeadStart | None = None) -> Taker:
        members = [
            Subscriber(address, clock=self.clock, since=0, resume=known, network=self.ether.host(), head=head)
            for address in self.addresses
        ]
        if len(members) == 1:
            return members[0]
        return Merged([[each] for each in members], resume=known, clock=self.clock, network=self.ether.host())

    def wall(self) -> Memory:
        """A wall begins, with nothing folded."""
        self.got = []
        self.memory = Memory(self.path, self.live, Keeping(), since=0, clock=self.clock)
        return self.memory

    def run(self, ms: int = 4000) -> None:
        """Let time pass; raises what the memory raises."""
        for _ in range(ms // STEP_MS):
            self.clock.advance(STEP_MS)
            for centre in self.centres:
                centre.publisher.tick()
            if self.memory is not None:
                self.got += [event.text for event in self.memory.poll(0) if isinstance(event, Notice)]
                self.why = self.memory.health().why

    def run_until_replaced(self) -> str:
        """And what was said."""
        with pytest.raises(ReplacedError) as told:
            self.run()
        assert self.memory is not None
        self.close()
        return str(told.value)

    def close(self) -> None:
        if self.memory is not None:
            self.memory.close()
            self.memory = None


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    world.close()
    for centre in list(world.centres):
        world.end(centre)


def texts(path: Path) -> list[str]:
    with JournalReader(path) as reader:
        return [event.text for block in reader.events() for event in block if isinstance(event, Notice)]


def asides(world: World) -> list[Path]:
    return sorted(world.path.parent.glob("ours-*.feed"))


def all_of(source: str, stop: int, start: int = 0) -> list[str]:
    return [f"{source} {i}" for i in range(start, stop)]


def remembered(world: World, source: str = "old", events: int = 5) -> None:
    """A wall has known this source, and ended; so has its publisher."""
    centre = world.centre(source)
    centre.say(events)
    world.wall()
    world.run()
    assert world.got == all_of(source, events)
    world.close()
    world.end(centre)


@pytest.mark.parametrize("journal", [True, False])
def test_another_source_at_the_address_begins_another_memory(world: World, *, journal: bool) -> None:
    remembered(world)
    new = world.centre("new", journal=journal)
    if journal:
        new.say(7)  # before the wall: to be had by catch-up only
    world.wall()
    world.run(1000)
    new.say(3)
    said = world.run_until_replaced()
    (aside,) = asides(world)
    assert said == f"begun afresh: {HERE} now serves new, no longer old, of which all is kept in {aside}"
    assert world.got == all_of("old", 5), "nothing of the new one goes onto the old one's floor"
    assert texts(aside) == all_of("old", 5)
    world.wall()
    world.run()
    total = 10 if journal else 3
    assert world.got == all_of("new", total)
    assert world.why == said
    new.say()
    world.run(TOLD_MS)
    assert world.got == all_of("new", total + 1)
    assert world.why is None


def test_while_it_is_in_doubt_nothing_is_live_and_the_doubt_is_said(world: World) -> None:
    remembered(world)
    world.centre("new").say(2)
    memory = world.wall()
    world.run(GRACE_MS)
    health = memory.health()
    assert (health.state, health.why) == ("catching-up", "hearing another source here: new")


@pytest.mark.parametrize("between", [0, 1000, 60_000])
def test_a_centre_that_is_replaced_while_the_wall_runs_is_noticed_too(world: World, between: int) -> None:
    old = world.centre("old")
    old.say(5)
    world.wall()
    world.run()
    world.end(old)
    world.run(between)
    new = world.centre("new")
    world.run(1000)
    new.say(2)
    world.run_until_replaced()
    world.wall()
    world.run()
    assert world.got == all_of("new", 2)
    assert texts(asides(world)[0]) == all_of("old", 5)


@pytest.mark.parametrize("journal", [True, False])
def test_a_publisher_that_begins_anew_under_its_name_is_remembered(world: World, *, journal: bool) -> None:
    first = world.centre("pbx", journal=journal)
    world.wall()
    world.run(2000)
    first.say(5)
    world.run()
    world.close()
    first.host.close()  # killed: another epoch follows
    world.centres.remove(first)
    if first.journal is not None:
        first.journal._db.close()
        first.journal._lock.release()
    second = world.centre("pbx", journal=journal)
    assert second.publisher.epoch != first.publisher.epoch
    second.numbers = count(5)
    world.wall()
    world.run(2000)
    second.say(3)
    world.run()
    assert world.got == all_of("pbx", 8)
    assert asides(world) == []
    assert world.why is None


def test_a_source_that_joins_those_at_an_address_is_welcome(world: World) -> None:
    old = world.centre("old")
    old.say(5)
    world.wall()
    world.run()
    new = world.centre("new", THERE)
    new.publisher._socket.address = HERE  # a proxy passes both on
    new.say(3)
    old.say(1)
    world.run(1500)
    assert sorted(world.got) == sorted(all_of("old", 6) + all_of("new", 3))
    world.close()
    world.wall()
    world.run()
    assert sorted(world.got) == sorted(all_of("old", 6) + all_of("new", 3))
    assert asides(world) == []


def test_a_site_that_is_replaced_takes_nothing_from_the_other(world: World) -> None:
    """Not even what only the memory knows of it."""
    world.addresses = [HERE, THERE]
    old, other = world.centre("old"), world.centre("other", THERE, journal=False)
    world.wall()
    world.run(2000)
    old.say(5)
    other.say(4)
    world.run()
    world.close()
    world.end(old)
    world.centre("new").say(2)
    world.wall()
    said = world.run_until_replaced()
    assert f"{HERE} now serves new, no longer old, " in said
    world.wall()
    world.run(2000)
    other.say(1)
    world.run()
    assert sorted(world.got) == sorted(all_of("other", 5) + all_of("new", 2))


def test_a_centre_that_comes_back_finds_its_memory(world: World) -> None:
    remembered(world)
    remembered_by = texts(world.path)
    new = world.centre("new")
    world.wall()
    world.run_until_replaced()
    world.wall()
    world.run()
    world.close()
    world.end(new)
    old = world.centre("old")
    old.numbers = count(5)
    old.say(2)
    world.wall()
    world.run_until_replaced()
    world.wall()
    world.run()
    assert world.got == [*remembered_by, *all_of("old", 7, 5)]
    assert [texts(path) for path in asides(world)] == [[]], "of the new one, that said nothing"


def test_memories_set_aside_are_kept_as_long_as_any_memory_is(world: World) -> None:
    remembered(world, "one")
    for source in ("two", "three", "four"):
        centre = world.centre(source)
        centre.say(1)
        world.wall()
        world.run_until_replaced()
        world.end(centre)
        for path in asides(world):
            at = path.stat().st_mtime if source == "four" else 1
            os.utime(path, (at, at))
    kept = [texts(path) for path in asides(world)]
    assert kept == [all_of("three", 1)], "the newest, whatever its age; older ones are let go"


@pytest.mark.parametrize("noted", [None, "{}", f'{{"{HERE}": []}}'], ids=["older wall", "nothing", "only caught up"])
def test_a_wall_that_did_not_note_who_came_from_where_inherits_nothing_either(world: World, noted: str | None) -> None:
    remembered(world)
    with JournalWriter(world.path, world.clock) as writer:
        writer.set_meta("served", noted)
    world.centre("new").say(2)
    world.wall()
    world.run_until_replaced()
    world.wall()
    world.run()
    assert world.got == all_of("new", 2)


def listen(world: World, feed: Guarded | Recorder, ms: int = 4000) -> list[str]:
    """What is heard while time passes; raises what the feed raises."""
    got: list[str] = []
    for _ in range(ms // STEP_MS):
        world.clock.advance(STEP_MS)
        for centre in world.centres:
            centre.publisher.tick()
        got += [event.text for event in feed.poll(0) if isinstance(event, Notice)]
    return got


def test_a_wall_without_a_memory_begins_afresh_when_another_centre_comes(world: World) -> None:
    centre = world.centre("old")
    centre.say(5)
    feed = Guarded(world.live({}), (), "the wall begins afresh", world.clock)
    assert listen(world, feed) == all_of("old", 5)
    world.end(centre)
    world.centre("new").say(3)
    with pytest.raises(ReplacedError, match=f"{HERE} now serves new, no longer old: the wall begins afresh"):
        listen(world, feed)
    feed.close()


def test_a_publisher_that_begins_anew_is_no_other_centre(world: World) -> None:
    feed = Guarded(world.live({}), (), "", world.clock)
    centre = world.centre("old", journal=False)
    listen(world, feed)
    world.end(centre)
    world.centre("old", journal=False)
    listen(world, feed)
    world.centres[-1].say(2)
    assert listen(world, feed) == all_of("old", 2)
    feed.close()


def test_a_recording_is_not_gone_on_with_the_events_of_another_centre(world: World) -> None:
    world.centre("new").say(3)
    known = {"old": (1, 5)}
    with JournalWriter(world.folder / "record.feed") as writer:
        writer.append([Notice(at=BEGIN, text="old 0")], source="old", epoch=1, seq=4)
        recorder = Recorder(Guarded(world.live(known), known, "record it into another file", world.clock), writer)
        with pytest.raises(ReplacedError, match="record it into another file"):
            listen(world, recorder)
    recorder.close()
    assert texts(world.folder / "record.feed") == ["old 0"]
