"""Joining late: a checkpoint in the place of the past, which is then fetched for the memory without being folded."""

import random
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from msgspec.structs import replace

from feeds.asking import TRIES, TRY_MS
from feeds.backfill import PACE_MS
from feeds.catchup import Answer, Ask, encode
from feeds.clock import ManualClock
from feeds.headstart import MAX_PIECES, MAX_SIZE, HeadStart, Place, head_start
from feeds.journal import JournalReader, JournalWriter
from feeds.lineage import Guarded, ReplacedError
from feeds.memory import Keeping, Memory
from feeds.publisher import Publisher
from feeds.sequence import Run
from feeds.subscriber import Subscriber
from tests.feeds.chaos import ADDRESS, BEGIN, WEATHER, facts, feed
from tests.feeds.checkpoints import Answering, Checkpoints, fresh, honest, piece, serve
from tests.feeds.ether import Ether, Weather
from wallboard.core.aggregator import Aggregator
from wallboard.core.events import Notice
from wallboard.core.vocabulary import Event
from wallboard.errors import JournalError
from wallboard.zones import fold_of

STEP_MS = 20
COUNT = 6000
HALF = 3000


class Centre:
    """A publisher with a past and with checkpoints, and walls that join it, in one made-up network."""

    def __init__(self, folder: Path, seed: int = 3, answering: Answering | None = None) -> None:
        self.folder = folder
        self.clock = ManualClock(wall=BEGIN)
        self.ether = Ether(self.clock, random.Random(seed))
        self.answering = answering or honest()
        self.events: list[Event] = feed(seed, COUNT)
        self.said = 0
        self.theirs, self.ours = folder / "theirs.feed", folder / "ours.feed"
        self.keeping = Keeping(events=10)
        self.open()

    def open(self) -> None:
        self.journal = JournalWriter(self.theirs, self.clock)
        self.host = self.ether.host()
        self.publisher = Publisher(ADDRESS, source="pbx", journal=self.journal, clock=self.clock, network=self.host)
        self.service = serve(self.publisher, self.theirs, self.answering)

    def close(self) -> None:
        self.publisher.close()
        self.journal.close()

    def say(self, until: int) -> None:
        """Publish up to an event, at once."""
        for at in range(self.said, until, 100):
            self.publisher.publish(self.events[at : min(at + 100, until)])
        self.said = max(self.said, until)

    def live(self, known: Mapping[str, tuple[int, int]], head: HeadStart | None) -> Subscriber:
        network = self.ether.host()
        return Subscriber(ADDRESS, clock=self.clock, since=0, resume=known, network=network, head=head)

    def wall(self, path: Path | None = None) -> "Wall":
        return Wall(self, path or self.ours)

    def heard_wall(self) -> "Wall":
        """One that has heard the publisher's heartbeat before it is answered."""
        wall = self.wall()
        wall.turn()
        self.publisher.heartbeat()
        return wall

    def turn(self, *walls: "Wall | Unremembering") -> None:
        self.clock.advance(STEP_MS)
        self.publisher.tick()
        for wall in walls:
            wall.turn()


class Wall:
    """A fold with a memory."""

    def __init__(self, centre: Centre, path: Path) -> None:
        self.centre = centre
        self.fold = fresh()
        self.memory = Memory(path, centre.live, centre.keeping, since=0, clock=centre.clock)
        self.restored = self.memory.restore(self.fold)
        self.folded = 0
        self.states: list[str] = []

    def turn(self) -> None:
        events = self.memory.poll(0)
        self.folded += len(events)
        self.fold.fold(events)
        self.memory.keep(self.fold)
        self.states.append(self.memory.health().state)

    def run(self, turns: int = 100, until: int | None = None) -> None:
        """So many turns, in which the centre goes on to say its events up to ``until``."""
        for _ in range(turns):
            if until is not None:
                self.centre.say(min(until, self.centre.said + 20))
            self.centre.turn(self)

    def until(self, holds: Callable[[], object]) -> None:
        """Turns, until that holds."""
        for _ in range(1000):
            if holds():
                return
            self.centre.turn(self)
        raise AssertionError(self.memory.health())

    def settle(self, patience_ms: int = 60_000) -> None:
        """Until it is live, and has all the past."""
        deadline = self.centre.clock.mono() + patience_ms
        while self.memory.health().state != "live" or self.fetching or self.memory.health().gaps_open:
            assert self.centre.clock.mono() < deadline, self.memory.health()
            self.centre.turn(self)
        self.run(100)

    @property
    def fetching(self) -> bool:
        return "still fetching the past" in (self.memory.health().why or "")

    def kill(self) -> None:
        self.memory._writer._db.close()
        self.memory._writer._lock.release()
        self.memory._reader.close()


class Unremembering:
    """A fold without a memory."""

    def __init__(self, centre: Centre) -> None:
        self.fold = fresh()
        self.feed = Guarded(centre.live({}, head_start(self.fold)), (), "", centre.clock)
        self.folded = 0

    def turn(self) -> None:
        events = self.feed.poll(0)
        self.folded += len(events)
        self.fold.fold(events)


def told(fold: Aggregator, events: list[Event]) -> bytes:
    """A fold after these, but for the samples that are taken as time goes by."""
    fold.advance(max(event.at for event in events))
    return facts(replace(fold.snapshot(), gauges=fresh().snapshot().gauges))


def clean(events: list[Event]) -> bytes:
    fold = fresh()
    fold.fold(events)
    return told(fold, events)


def same(one: bytes, other: bytes) -> bool:
    """Compared here: of thousands, a test's own account of a difference takes minutes."""
    return one == other


def holds(path: Path, events: list[Event]) -> bool:
    """Whether a file holds these, each once and in order."""
    return in_file(path) == events


def in_file(path: Path) -> list[Event]:
    with JournalReader(path) as reader:
        return [event for block in reader.events() for event in block]


def numbers(path: Path) -> list[tuple[str, int, int]]:
    with JournalReader(path) as reader:
        return [(block.source, block.epoch, block.seq) for block in reader.blocks()]


@pytest.fixture
def centre(tmp_path: Path) -> Centre:
    return Centre(tmp_path)


@pytest.fixture(autouse=True)
def _in_small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """So that fetching a past of some thousand events takes a while."""
    monkeypatch.setattr("feeds.catchup.BLOCKS", 1)


def test_a_late_wall_folds_what_is_after_the_checkpoint_and_remembers_all(centre: Centre) -> None:
    centre.say(HALF)
    wall = centre.wall()
    wall.run(160, COUNT)
    wall.settle()
    assert wall.folded == COUNT - max(centre.service.kept) < COUNT - HALF // 2
    assert same(told(wall.fold, centre.events), clean(centre.events))
    health = wall.memory.health()
    assert (health.state, health.missing, health.gaps_filled, health.why) == ("live", 0, 0, None)
    wall.memory.close()
    assert holds(centre.ours, centre.events)
    centre.close()


def test_it_is_live_while_the_past_is_still_fetched_and_says_how_far(centre: Centre) -> None:
    centre.service.answering = honest(share=0.95)
    centre.say(COUNT)
    wall = centre.heard_wall()
    seen = []
    for _ in range(200):
        centre.turn(wall)
        health = wall.memory.health()
        if health.state == "live" and health.why:
            seen.append(health.why)
    assert seen
    assert all(why.startswith("still fetching the past: ") for why in seen)
    wall.settle()
    wall.memory.close()
    centre.close()


def test_progress_is_shown_while_the_pieces_come(centre: Centre) -> None:
    centre.say(HALF)
    wall, shares = centre.wall(), []
    while not wall.folded:
        centre.turn(wall)
        health = wall.memory.health()
        shares.append(health.progress if health.state == "catching-up" else None)
    found = [share for share in shares if share is not None]
    assert len(found) > 2
    assert found == sorted(found)
    wall.memory.close()
    centre.close()


def test_a_wall_without_a_memory_fetches_no_past(centre: Centre) -> None:
    centre.say(HALF)
    wall = Unremembering(centre)
    for _ in range(60):
        centre.turn(wall)
    centre.say(COUNT)
    for _ in range(60):
        centre.turn(wall)
    assert wall.folded == COUNT - max(centre.service.kept) < COUNT - HALF // 2
    assert same(told(wall.fold, centre.events), clean(centre.events))
    assert [ask.at for ask in centre.service.asks if ask.fold is None and ask.position is None] == []
    wall.feed.close()
    centre.close()


def test_events_lost_between_the_checkpoint_and_the_first_live_batch_are_noticed(centre: Centre) -> None:
    """Even when nothing comes after the checkpoint in the journal: its place is known."""
    centre.answering = centre.service.answering = honest(share=1.0)
    centre.say(HALF)
    wall = centre.wall()
    for _ in range(60):
        centre.turn(wall)
    assert wall.folded == 0
    centre.ether.weather = Weather(dropped=1.0)
    centre.say(HALF + 500)
    centre.ether.weather = Weather()
    centre.say(HALF + 600)
    wall.settle()
    assert wall.folded == 600
    health = wall.memory.health()
    assert (health.missing, health.gaps_filled) == (0, 1)
    assert same(told(wall.fold, centre.events[: HALF + 600]), clean(centre.events[: HALF + 600]))
    wall.memory.close()
    assert holds(centre.ours, centre.events[: HALF + 600])
    centre.close()


@pytest.mark.parametrize("seed", range(8))
def test_in_a_storm_fold_and_memory_end_where_the_clean_feed_does(seed: int, tmp_path: Path) -> None:
    dice = random.Random(seed)
    centre = Centre(tmp_path, seed)
    centre.ether.weather = WEATHER
    centre.say(HALF)
    wall = centre.wall()
    for _ in range(6):
        wall.run(dice.randrange(1, 40), COUNT)
        fate = dice.choice(("wall restarts", "wall is killed", "publisher restarts"))
        if fate == "publisher restarts":
            centre.close()
            for _ in range(dice.randrange(50)):
                centre.clock.advance(STEP_MS)
                wall.turn()
            centre.open()
            continue
        if fate == "wall restarts":
            wall.memory.close()
        else:
            wall.kill()
        centre.say(min(COUNT, centre.said + dice.randrange(800)))
        wall = centre.wall()
    wall.run(200, COUNT)
    centre.ether.weather = Weather()
    wall.settle()
    wall.run(300)
    health = wall.memory.health()
    assert (health.state, health.missing, health.recording) == ("live", 0, None)
    assert same(told(wall.fold, centre.events), clean(centre.events))
    wall.memory.close()
    assert holds(centre.ours, centre.events)
    centre.close()


@pytest.mark.parametrize("turns", [1, 5, 8, 12, 20])
@pytest.mark.parametrize("killed", [True, False])
def test_a_wall_that_ends_while_the_past_is_fetched_fetches_the_rest(
    turns: int, centre: Centre, *, killed: bool
) -> None:
    centre.say(COUNT - 500)
    wall = centre.wall()
    wall.run(turns, COUNT)
    if killed:
        wall.kill()
    else:
        wall.memory.close()
    whole = in_file(centre.ours)
    assert holds(centre.ours, centre.events[: len(whole)]), "what is there is from the beginning, with nothing left out"
    wall = centre.wall()
    wall.run(160, COUNT)
    wall.settle()
    assert same(told(wall.fold, centre.events), clean(centre.events))
    wall.memory.close()
    assert holds(centre.ours, centre.events)
    centre.close()


def test_no_checkpoint_of_its_own_while_the_past_is_fetched_and_one_soon_after(centre: Centre) -> None:
    centre.say(HALF)
    wall = centre.wall()
    wall.centre.clock.advance(centre.keeping.every_ms)
    wall.until(lambda: wall.fetching)
    while wall.fetching:
        wall.memory.checkpoint(wall.fold)
        with JournalReader(centre.ours) as reader:
            assert reader.checkpoint(1 << 62, wall_tag(wall)) is None
        centre.turn(wall)
    wall.run(10)
    wall.settle()
    wall.memory.close()
    with JournalReader(centre.ours) as reader:
        found = reader.checkpoint(1 << 62, wall_tag(wall))
    assert found is not None
    assert found.position == HALF
    again = centre.wall()
    assert again.restored
    again.settle()
    assert same(told(again.fold, centre.events[:HALF]), clean(centre.events[:HALF]))
    again.memory.close()
    centre.close()


def wall_tag(wall: Wall) -> str:
    head = head_start(wall.fold)
    assert head is not None
    return head.fold.tag


def test_a_wall_that_was_off_for_long_replaces_its_fold_by_the_newer_one(centre: Centre) -> None:
    """It has a memory and a checkpoint of its own, and yet joins late."""
    centre.say(1000)
    wall = centre.wall()
    wall.settle()
    wall.memory.checkpoint(wall.fold)
    wall.memory.close()
    centre.say(5000)
    wall = centre.wall()
    assert wall.restored
    wall.run(160, COUNT)
    wall.settle()
    assert wall.folded == COUNT - max(centre.service.kept) < COUNT - HALF
    asked = next(ask for ask in centre.service.asks if ask.fold and ask.source == "pbx")
    assert (asked.seq, asked.at) == (1000, None)
    assert same(told(wall.fold, centre.events), clean(centre.events))
    wall.memory.close()
    assert holds(centre.ours, centre.events)
    centre.close()


def test_a_fold_that_was_told_much_becomes_exactly_the_one_of_the_checkpoint(centre: Centre) -> None:
    centre.say(HALF)
    body, place = centre.service.make(HALF)
    used = fresh()
    used.fold(feed(9, 2000))
    used.advance(BEGIN + 60_000)
    head = head_start(used)
    assert head is not None
    assert head.put(body, place)
    used.fold(centre.events[HALF:])
    assert same(told(used, centre.events), clean(centre.events))
    centre.close()


def begun_anew(centre: Centre) -> None:
    """Its publisher is killed, its journal removed, and it is started again."""
    centre.host.close()
    centre.journal._db.close()
    centre.journal._lock.release()
    centre.theirs.unlink()
    for left in ("-wal", "-shm"):
        centre.theirs.with_name(centre.theirs.name + left).unlink(missing_ok=True)
    centre.clock.advance(100)
    centre.open()


def test_what_only_the_memory_knows_is_not_put_away_for_a_checkpoint(centre: Centre) -> None:
    """A publisher began anew without its journal, in another epoch: what it was before, only the wall remembers."""
    centre.say(1000)
    wall = centre.wall()
    wall.settle()
    begun_anew(centre)
    centre.say(1500)
    wall.settle()
    wall.memory.close()
    centre.say(COUNT)
    wall = centre.wall()
    wall.settle()
    assert not any(ask.fold for ask in centre.service.asks)
    assert same(told(wall.fold, centre.events), clean(centre.events))
    wall.memory.close()
    assert holds(centre.ours, centre.events)
    centre.close()


def test_a_publisher_that_does_not_know_our_number_gives_no_checkpoint(centre: Centre) -> None:
    """Its journal is a new one, and the wall was not there when it began."""
    centre.say(1000)
    wall = centre.wall()
    wall.settle()
    wall.memory.close()
    begun_anew(centre)
    centre.say(COUNT)
    wall = centre.wall()
    wall.settle()
    assert [bool(ask.fold) for ask in centre.service.asks[:2]] == [True, False]
    assert wall.folded == COUNT - 1000
    assert same(told(wall.fold, centre.events), clean(centre.events))
    wall.memory.close()
    centre.close()


def replaced(centre: Centre) -> Centre:
    """Another centre at the same address."""
    centre.close()
    (centre.folder / "other").mkdir()
    other = Centre.__new__(Centre)
    other.__dict__ |= centre.__dict__
    other.theirs, other.events, other.said = centre.folder / "other" / "theirs.feed", feed(77, COUNT), 0
    other.journal = JournalWriter(other.theirs, other.clock)
    other.host = other.ether.host()
    other.publisher = Publisher(ADDRESS, source="other", journal=other.journal, clock=other.clock, network=other.host)
    other.service = serve(other.publisher, other.theirs, other.answering)
    other.say(HALF)
    return other


@pytest.mark.parametrize("seen", [0, 1000])
def test_a_checkpoint_of_another_centre_is_never_taken_for_this_ones(centre: Centre, seen: int) -> None:
    """Whether its memory holds events of this one, or only that it was heard."""
    centre.say(seen)
    wall = centre.wall()
    wall.settle()
    wall.memory.close()
    before = in_file(centre.ours)
    assert len(before) == seen
    other = replaced(centre)
    wall = other.wall()
    was = clean(before) if before else b""

    with pytest.raises(ReplacedError):
        wall.run(400)
    assert not before or same(told(wall.fold, before), was)
    assert holds(centre.ours, before)
    wall.memory.close()
    aside = next(path for path in centre.folder.glob("ours-*.feed"))
    assert holds(aside, before)
    wall = other.wall()
    wall.settle()
    assert same(told(wall.fold, other.events[:HALF]), clean(other.events[:HALF]))
    wall.memory.close()
    assert holds(centre.ours, other.events[:HALF])
    other.close()


def test_a_publisher_that_restarts_between_two_pieces_is_asked_for_events(centre: Centre) -> None:
    centre.say(HALF)
    wall = centre.wall()
    wall.until(lambda: any(ask.offset for ask in centre.service.asks))
    centre.close()
    centre.clock.advance(1000)
    centre.open()
    wall.settle()
    assert same(told(wall.fold, centre.events[:HALF]), clean(centre.events[:HALF]))
    wall.memory.close()
    assert holds(centre.ours, centre.events[:HALF])
    centre.close()


def test_a_publisher_that_is_away_while_the_past_is_fetched_is_waited_for(centre: Centre) -> None:
    centre.service.answering = honest(share=0.95)
    centre.say(COUNT)
    wall = centre.heard_wall()
    wall.until(lambda: wall.fetching and wall.memory.health().state == "live")
    centre.close()
    for _ in range(1500):
        centre.clock.advance(STEP_MS)
        wall.turn()
    assert wall.fetching
    centre.open()
    wall.settle()
    wall.memory.close()
    assert holds(centre.ours, centre.events)
    centre.close()


def test_a_past_that_the_publisher_no_longer_has_is_said_to_lack(centre: Centre) -> None:
    centre.service.answering = honest(share=0.95)
    centre.say(COUNT)
    wall = centre.heard_wall()
    wall.until(lambda: wall.fetching and wall.memory.health().state == "live")
    behind = wall.folded
    centre.close()
    centre.theirs.unlink()
    centre.open()
    wall.settle()
    assert same(told(wall.fold, centre.events), clean(centre.events)), "what is shown has all of it"
    recording = wall.memory.health().recording or ""
    wall.memory.close()
    left = in_file(centre.ours)
    assert left[-behind:] == centre.events[-behind:]
    assert recording == f"{COUNT - len(left)} events of the past, which the publisher no longer has"
    centre.close()


def test_more_than_can_be_held_is_let_go_and_fetched_too(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.backfill.MAX_HELD", 150)
    centre.say(HALF)
    wall = centre.wall()
    wall.run(200, COUNT)
    wall.settle()
    assert same(told(wall.fold, centre.events), clean(centre.events))
    wall.memory.close()
    assert holds(centre.ours, centre.events)
    centre.close()


def waited(wall: Wall, monkeypatch: pytest.MonkeyPatch, timeout_ms: int) -> int:
    """How long a poll that may take so long waits for something to come, ms."""
    familiar = wall.memory._familiar
    assert familiar is not None
    told: list[int] = []

    def take(ms: int) -> list[Run]:
        told.append(ms)
        return []

    with monkeypatch.context() as patch:
        patch.setattr(familiar, "take", take)
        wall.memory.poll(timeout_ms)
    return told[0]


def test_a_past_that_is_being_fetched_is_looked_after_often(centre: Centre, monkeypatch: pytest.MonkeyPatch) -> None:
    centre.service.answering = honest(share=0.95)
    centre.say(COUNT)
    wall = centre.heard_wall()
    wall.until(lambda: wall.fetching and wall.memory.health().state == "live")
    assert waited(wall, monkeypatch, 250) <= PACE_MS
    wall.settle()
    assert waited(wall, monkeypatch, 250) == 250
    wall.memory.close()
    centre.close()


def test_a_disk_that_refuses_while_the_past_is_fetched_loses_nothing(
    centre: Centre, monkeypatch: pytest.MonkeyPatch
) -> None:
    centre.service.answering = honest(share=0.95)
    centre.say(5000)
    wall = centre.heard_wall()
    wall.until(lambda: wall.fetching and wall.memory.health().state == "live")
    writer = wall.memory._writer
    save = writer._save
    refusing = [True]

    def refuse(*args: object, **more: object) -> None:
        if refusing[0]:
            writer.refused = True

            raise JournalError("the disk is full.")
        save(*args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(writer, "_save", refuse)
    wall.run(100, COUNT)
    assert wall.memory.health().recording == "the disk is full."
    assert waited(wall, monkeypatch, 250) == 250, "it does not go round in the meantime"
    refusing[0] = False
    wall.run(100, COUNT)
    wall.settle()
    assert wall.memory.health().recording is None
    wall.memory.close()
    assert holds(centre.ours, centre.events)
    centre.close()


def only_asked(change: Answering) -> Answering:
    """Whoever asks for a checkpoint is answered so."""
    return lambda service, ask: change(service, ask) if ask.fold else None


def _wrong_size(service: Checkpoints, ask: Ask) -> list[bytes]:
    body, place = service.make(2000)
    head, part = piece(ask, body + b"more", place, 2000, ask.offset or 0, 20_000)
    return [head, part[:-1]]


def _endless(_: Checkpoints, ask: Ask) -> list[bytes]:
    answer = Answer(id=ask.id, checkpoint=MAX_SIZE, position=2000, more=True, source="pbx", epoch=BEGIN, seq=2000)
    return [encode(answer), b"x"]


def _grows(_: Checkpoints, ask: Ask) -> list[bytes]:
    size = 100 + (ask.offset or 0)
    answer = Answer(id=ask.id, checkpoint=size, position=2000, more=True, source="pbx", epoch=BEGIN, seq=2000)
    return [encode(answer), b"x" * 10]


def _huge(_: Checkpoints, ask: Ask) -> list[bytes]:
    answer = Answer(id=ask.id, checkpoint=1 << 40, position=2000, more=True, source="pbx", epoch=BEGIN, seq=2000)
    return [encode(answer), b"x" * 1000]


def _junk(_: Checkpoints, ask: Ask) -> list[bytes]:
    return piece(ask, random.Random(1).randbytes(50_000), Place("pbx", BEGIN, 2000), 2000, ask.offset or 0, 20_000)


def _empty(_: Checkpoints, ask: Ask) -> list[bytes]:
    return [encode(Answer(id=ask.id, checkpoint=0, position=2000, source="pbx", epoch=BEGIN, seq=2000)), b""]


def _without_a_place(_: Checkpoints, ask: Ask) -> list[bytes]:
    return [encode(Answer(id=ask.id, checkpoint=3, position=2000)), b"xyz"]


def _two_frames(_: Checkpoints, ask: Ask) -> list[bytes]:
    return [encode(Answer(id=ask.id, checkpoint=2, position=2000, source="pbx", epoch=BEGIN, seq=2)), b"x", b"y"]


def _no_frame(_: Checkpoints, ask: Ask) -> list[bytes]:
    return [encode(Answer(id=ask.id, checkpoint=2, position=2000, source="pbx", epoch=BEGIN, seq=2))]


def _moves(service: Checkpoints, ask: Ask) -> list[bytes]:
    return service.piece(ask, 2000 if ask.offset is None else 2001)


def _gone(service: Checkpoints, ask: Ask) -> list[bytes]:
    return [encode(Answer(id=ask.id, reason="gone"))] if ask.offset else service.piece(ask, 2000)


def _old(_: Checkpoints, __: Ask) -> list[bytes]:
    return [encode(Answer(id=0, reason="Object contains unknown field `fold`"))]


def _no_pieces(service: Checkpoints, ask: Ask) -> list[bytes] | None:
    return None if ask.offset else service.piece(ask, 2000)


HOSTILE = (
    _wrong_size, _endless, _grows, _huge, _junk, _empty, _without_a_place, _two_frames, _no_frame, _moves, _gone,
    _old, _no_pieces,
)  # fmt: skip


@pytest.mark.parametrize("answering", HOSTILE, ids=lambda each: str(each.__name__).strip("_"))
def test_whatever_is_wrong_with_a_checkpoint_the_events_are_asked_for(answering: Answering, centre: Centre) -> None:
    centre.service.answering = only_asked(answering)
    centre.say(HALF)
    wall = centre.wall()
    wall.run(400, COUNT)
    wall.settle()
    assert wall.folded == COUNT
    assert same(told(wall.fold, centre.events), clean(centre.events))
    assert sum(ask.fold is not None for ask in centre.service.asks) <= MAX_PIECES + 1
    wall.memory.close()
    assert holds(centre.ours, centre.events)
    centre.close()


def test_a_checkpoint_that_nobody_asked_for_is_no_answer(centre: Centre) -> None:
    centre.service.answering = lambda service, ask: service.piece(ask, 2000) if not ask.fold else _old(service, ask)
    centre.say(HALF)
    wall = centre.wall()
    wall.run(5 * TRIES * TRY_MS // STEP_MS)
    assert wall.folded == 0
    centre.service.answering = honest()
    centre.say(HALF + 100)
    wall.run(100)
    assert wall.memory.health().state == "live"
    wall.memory.close()
    centre.close()


def test_a_fold_by_a_clock_without_a_name_asks_for_no_checkpoint() -> None:
    assert head_start(fold_of(("today",), None)) is None
    assert head_start(fold_of(tuple(f"{i}m" for i in range(1, 40)), "UTC")) is None


def test_of_several_sources_none_is_put_in_the_place_of_all(centre: Centre) -> None:
    centre.say(100)
    wall = centre.wall()
    wall.settle()
    wall.memory.close()
    with JournalWriter(centre.ours, centre.clock) as writer:
        writer.append([Notice(at=BEGIN, text="another")], source="beside", epoch=1, seq=0)
    centre.say(COUNT)
    centre.service.asks.clear()
    wall = centre.wall()
    wall.settle()
    assert not any(ask.fold for ask in centre.service.asks)
    wall.memory.close()
    centre.close()
