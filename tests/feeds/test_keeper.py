"""Whoever joins late is offered a checkpoint where that spares it much; whatever goes wrong, it is sent events."""

import random
import re
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path
from typing import Any, cast

import pytest
import zmq
from msgspec.structs import replace

from feeds.blocks import Head
from feeds.catchup import PIECE, Answer, Ask, CatchUpService, decode_answer, encode
from feeds.clock import ManualClock, SystemClock
from feeds.freeze import thaw
from feeds.helper import Process
from feeds.journal import JournalReader, JournalWriter
from feeds.keeper import AGAIN_MS, ASKED, LOOK_MS, NEW_MS, Keeper
from feeds.orders import Done, Fold, Order, State, Told, Trouble
from feeds.publisher import Publisher
from feeds.simulator import SimConfig, simulate
from feeds.sockets import Socket, ZeroMQ, catch_up_address, connect
from feeds.upkeep import EVERY, Upkeep, named
from feeds.wire import Batch, decode
from tests.feeds.chaos import ADDRESS, BEGIN, feed
from tests.feeds.ether import Ether
from tests.feeds.test_upkeep import FOLD, HOUR_MS, WINDOWS, begun, fold_named, told
from wallboard.commands.demo import busiest
from wallboard.commands.keeping import command_of, keeping
from wallboard.core.events import Notice
from wallboard.core.vocabulary import Event
from wallboard.errors import FeedError
from wallboard.zones import fold_of

LEAST, MANY = 1000, 1500


@pytest.fixture(autouse=True)
def _small(monkeypatch: pytest.MonkeyPatch) -> None:
    """A heavy day of some thousand events."""
    monkeypatch.setattr("feeds.keeper.LEAST", LEAST)
    monkeypatch.setattr("feeds.keeper.MANY", MANY)
    monkeypatch.setattr("feeds.upkeep.EVERY", LEAST)


class Beside:
    """The process's work, done in this one when it is listened to."""

    def __init__(self, upkeep: Upkeep) -> None:
        self._upkeep = upkeep
        self._told: list[Told] = []
        self.orders: list[Order] = []
        self.dead = False
        self.closed = False

    def send(self, order: Order) -> None:
        self.orders.append(order)
        self._told.append(self._upkeep.obey(order))

    def heard(self) -> list[Told]:
        if self.dead:
            raise FeedError("it is gone")
        more, _ = self._upkeep.step()
        told, self._told = self._told, []
        return told + more

    def close(self) -> None:
        self.closed = True
        self._upkeep.close()


class Site:
    """A publisher with a keeper, and somebody who asks, in a made-up network."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(wall=BEGIN + HOUR_MS)
        ether = Ether(self.clock, random.Random(1))
        self.journal = JournalWriter(folder / "theirs.feed", self.clock)
        self.publisher = Publisher(ADDRESS, source="pbx", journal=self.journal, clock=self.clock, network=ether.host())
        self.helpers: list[Beside] = []
        self.said: list[str] = []
        self.begun = begun
        self.stillborn = False
        self.keep()
        self._asking = ether.host().socket(zmq.DEALER)
        self._asking.connect("tcp://127.0.0.1:5557")

    def keep(self) -> None:
        self.keeper = Keeper(self.journal, self.start, self.clock, self.said.append)
        self.publisher.offer(self.keeper)

    def start(self) -> Beside:
        self.helpers.append(Beside(Upkeep(self.journal.path, self.begun, (WINDOWS, "UTC"), self.clock)))
        self.helpers[-1].dead = self.stillborn
        return self.helpers[-1]

    def publish(self, events: list[Event]) -> None:
        self.publisher.publish(events)
        self.turn()

    def turn(self, ms: int = 1) -> None:
        self.clock.advance(ms)
        for _ in range(4):
            self.publisher.tick()

    def ask(self, **what: object) -> tuple[Answer, list[bytes]]:
        self._asking.send(encode(Ask(id=7, **what)))  # type: ignore[arg-type]
        self.clock.advance(1)
        self.publisher.tick()
        self.clock.advance(1)
        head, *frames = self._asking.recv_multipart()
        answer = decode_answer(head)
        assert answer is not None
        return answer, frames

    def close(self) -> None:
        self.keeper.close()
        self.publisher.close()
        self.journal.close()


def the_rest(site: Site, position: int) -> list[Event]:
    events: list[Event] = []
    more = True
    while more:
        answer, frames = site.ask(position=position)
        batches = [decode(frame, 0) for frame in frames]
        events += [event for batch in batches if isinstance(batch, Batch) for event in batch.events]
        position, more = answer.position or 0, answer.more
    return events


def test_whoever_joins_late_takes_a_checkpoint_and_the_events_after_it(tmp_path: Path) -> None:
    site, events = Site(tmp_path), feed(3, 4000)
    site.publish(events[:3000])
    answer, frames = site.ask(at=0, fold=FOLD)
    body, place = b"".join(frames), {"source": "pbx", "epoch": site.publisher.epoch, "seq": 3000}
    assert answer == Answer(id=7, checkpoint=len(body), position=3000, share=1.0, **place)  # type: ignore[arg-type]
    site.publish(events[3000:])
    fold = fold_of(WINDOWS, "UTC")
    assert thaw(body, fold)
    assert told(the_rest(site, 3000), fold) == told(events)
    site.close()


def test_a_checkpoint_is_sent_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.catchup.PIECE", 10_000)
    site = Site(tmp_path)
    site.publish(feed(3, 3000))
    answer, frames = first, _ = site.ask(at=0, fold=FOLD)
    body, shares = frames[0], [answer.share or 0]
    while answer.more:
        answer, frames = site.ask(position=3000, fold=FOLD, offset=len(body))
        assert (len(frames[0]) == 10_000) == answer.more
        assert replace(answer, more=True, share=first.share) == first
        body += frames[0]
        shares.append(answer.share or 0)
    assert len(body) == first.checkpoint
    assert len(shares) == -(-len(body) // 10_000)
    assert shares == sorted(shares)
    assert shares[-1] == 1
    assert thaw(body, fold_of(WINDOWS, "UTC"))
    site.close()


def test_a_piece_fits_into_a_message() -> None:
    assert PIECE < 1 << 20


@pytest.mark.parametrize("what", [{"position": 1, "fold": FOLD}, {"position": 3000}, {"fold": FOLD}, {"position": 3000, "fold": fold_named("5m")}])  # fmt: skip # noqa: E501
def test_a_checkpoint_that_is_gone_is_said_to_be(tmp_path: Path, what: dict[str, object]) -> None:
    site = Site(tmp_path)
    site.publish(feed(3, 3000))
    assert site.ask(at=0, fold=FOLD)[0].checkpoint
    assert site.ask(**what, offset=10) == (Answer(id=7, reason="that checkpoint is gone; begin again"), [])
    far = {"position": 3000, "fold": FOLD, "offset": 1 << 30}
    assert site.ask(**far) == (Answer(id=7, reason="that checkpoint is gone; begin again"), [])
    site.close()


def test_a_checkpoint_outlives_newer_ones_while_it_is_fetched(tmp_path: Path) -> None:
    site, events = Site(tmp_path), feed(3, 10_000)
    positions = (3000, 6000, 9000)
    bodies, left = [], []
    for start, stop in zip((0, *positions), positions, strict=False):
        site.publish(events[start:stop])
        answer, frames = site.ask(at=0, fold=FOLD)
        assert answer.position == stop
        bodies.append(frames)
        left.append([site.ask(position=at, fold=FOLD, offset=0)[1] for at in positions])
    assert left == [[bodies[0], [], []], [bodies[0], bodies[1], []], [[], bodies[1], bodies[2]]]
    site.close()


def test_a_small_day_is_sent_as_events_and_needs_no_process(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.publish(feed(3, LEAST - 1))
    answer, frames = site.ask(at=0, fold=FOLD)
    assert (answer.checkpoint, answer.position, len(frames)) == (None, LEAST - 1, 1)
    assert site.helpers == []
    site.close()


def test_days_long_past_need_no_process(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.clock.advance(48 * HOUR_MS)
    site.publish(feed(3, 3000))
    assert site.helpers == []
    site.turn(LOOK_MS)
    assert site.helpers == []
    site.close()


def test_where_little_would_be_spared_it_is_events(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.publish(feed(3, 3000))
    assert site.ask(position=2000, fold=FOLD)[0].checkpoint
    assert site.ask(position=2001, fold=FOLD)[0].checkpoint is None
    site.close()


def test_a_fold_that_began_later_than_is_wanted_is_not_offered(tmp_path: Path) -> None:
    site, events = Site(tmp_path), feed(3, 4000)
    begin = events[1500].at
    site.begun = lambda windows, zone: (fold_of(windows, zone), begin)
    site.publish(events)
    place = {"source": "pbx", "epoch": site.publisher.epoch, "seq": 0}
    assert site.ask(at=0, fold=FOLD)[0].checkpoint is None
    assert site.ask(at=begin, fold=FOLD)[0].checkpoint
    assert site.ask(**place, at=begin, fold=FOLD)[0].checkpoint
    assert site.ask(**place, fold=FOLD)[0].checkpoint is None
    site.close()


def test_a_fold_of_another_wall_is_kept_once_it_was_asked_for(tmp_path: Path) -> None:
    site, fold = Site(tmp_path), fold_named("2h", "today", zone="Asia/Tokyo")
    site.publish(feed(3, 3000))
    assert site.ask(at=0, fold=fold)[0].checkpoint is None
    site.turn()
    assert site.ask(at=0, fold=fold)[0].checkpoint
    site.close()


def test_what_walls_asked_for_is_remembered_in_the_journal(tmp_path: Path) -> None:
    site, fold = Site(tmp_path), fold_named("2h")
    site.publish(feed(3, 3000))
    site.ask(at=0, fold=fold)
    site.turn()
    site.keeper.close()
    site.keep()
    site.turn()
    assert site.helpers[-1].orders == [Order(folds=(fold,))]
    assert site.ask(at=0, fold=fold)[0].checkpoint
    site.close()


def test_a_fold_that_cannot_be_made_is_sent_as_events_and_not_ordered_again(tmp_path: Path) -> None:
    site, fold = Site(tmp_path), Fold(tag="fold/another program", windows=WINDOWS, zone="UTC")
    site.publish(feed(3, 3000))
    for _ in range(3):
        assert site.ask(at=0, fold=fold)[0].checkpoint is None
        site.turn(NEW_MS)
    assert [order.folds for order in site.helpers[-1].orders] == [(), (fold,), ()]
    assert site.journal.meta("folds") in (None, "[]")
    site.close()


def test_the_folds_longest_unasked_for_go_and_new_ones_come_slowly(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.publish(feed(3, 3000))
    folds = [fold_named(f"{i + 1}m") for i in range(ASKED + 2)]
    for fold in folds[:ASKED]:
        site.ask(at=0, fold=fold)
        site.turn(NEW_MS)
    site.ask(at=0, fold=folds[0])
    site.ask(at=0, fold=folds[-2])
    site.ask(at=0, fold=folds[-1])  # too soon
    site.turn()
    assert site.helpers[-1].orders[-1].folds == (*folds[2:ASKED], folds[0], folds[-2])
    site.close()


def test_a_fold_with_a_long_name_is_not_ordered(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.publish(feed(3, 3000))
    site.ask(at=0, fold=Fold(tag="t", windows=("x" * 64,) * 32, zone="UTC"))
    site.turn()
    assert [order.folds for order in site.helpers[-1].orders] == [()]
    site.close()


def test_a_dead_process_means_events_and_what_it_made_stays_good(tmp_path: Path) -> None:
    site, events = Site(tmp_path), feed(3, 8000)
    site.publish(events[:3000])
    site.helpers[-1].dead = True
    site.publish(events[3000:7000])
    assert site.helpers[-1].closed
    assert site.said == ["no checkpoints for walls that join late, which are sent all events: it is gone"]
    assert site.ask(at=0, fold=FOLD)[0].position == 3000
    assert site.ask(at=0, fold=fold_named("5m"))[0].checkpoint is None
    site.close()


def test_a_process_that_dies_is_started_again_ever_later_until_it_made_something(tmp_path: Path) -> None:
    site, counts = Site(tmp_path), []
    site.stillborn = True
    site.publish(feed(3, 3000))
    for ms in (AGAIN_MS, 2 * AGAIN_MS, 4 * AGAIN_MS):
        for part in (ms - 10, 10):
            site.turn(part)
            counts.append(len(site.helpers))
    assert counts == [1, 2, 2, 3, 3, 4]
    site.stillborn = False
    site.turn(8 * AGAIN_MS)
    site.helpers[-1].dead = True
    site.turn()
    site.turn(AGAIN_MS)
    assert len(site.helpers) == 6
    site.close()


def test_a_process_that_cannot_be_started_means_events(tmp_path: Path) -> None:
    site = Site(tmp_path)

    def start() -> Beside:
        raise OSError("no such program")

    site.keeper._start = start
    site.publish(feed(3, 3000))
    assert site.ask(at=0, fold=FOLD)[0].checkpoint is None
    assert site.said == ["no checkpoints for walls that join late, which are sent all events: no such program"]
    site.close()


def test_without_a_keeper_an_ask_that_names_a_fold_is_answered_with_events(tmp_path: Path) -> None:
    with JournalWriter(tmp_path / "theirs.feed") as journal:
        journal.append(feed(3, 3000), source="pbx", epoch=1, seq=0)
    service = CatchUpService(cast("Socket", None), journal.path)
    head, *frames = service.answer(encode(Ask(id=1, at=0, fold=FOLD)))
    service.close()
    assert decode_answer(head) == Answer(id=1, position=3000, share=1.0)
    assert len(frames) == 3


END = 20 * 60_000
HEAD = Head(total=5000, high_at=BEGIN + END)


class Scripted:
    """A process that says what it is told to say, and the keeper that listens to it."""

    def __init__(self, folder: Path) -> None:
        self.clock = ManualClock(wall=BEGIN + END)
        self.told: list[Told] = []
        self.words: list[str] = []
        self.journal = JournalWriter(folder / "theirs.feed", self.clock)
        self.journal.append(feed(3, HEAD.total), source="pbx", epoch=1, seq=0)
        self.journal.flush()
        self.keeper = Keeper(self.journal, lambda: self, self.clock, self.words.append)
        self.reader = JournalReader(self.journal.path)
        self.keeper.tick(self.reader)

    def send(self, _: Order) -> None: ...

    def heard(self) -> list[Told]:
        told, self.told = self.told, []
        return told

    def say(self, *told: Told) -> None:
        self.told += told
        self.keeper.tick(self.reader)

    def offered(self) -> int | None:
        found = self.keeper.offer(FOLD, 0, 0, HEAD)
        return found.position if found else None

    def close(self) -> None:
        self.reader.close()
        self.journal.close()


def at_rest(position: int, minutes_ago: int) -> State:
    at = HEAD.high_at - minutes_ago * 60_000
    return State(fold=FOLD, begin=0, position=position, at=at, source="pbx", epoch=1, seq=position, body=b"x")


@pytest.mark.parametrize(
    ("states", "found"),
    [
        ([(4000, 12), (4500, 7), (4900, 1)], 4000),  # alerts see ten minutes
        ([(3600, 15), (4000, 10), (4900, 1)], 4000),  # the newest of those
        ([(3000, 15), (4500, 7), (4900, 1)], 4900),  # too many events lie after that
        ([(4800, 0)], 4800),
        ([(2000, 0)], 2000),  # a process that lags behind is better than none
        ([(900, 0)], None),  # it spares little
        ([], None),
    ],
)
def test_which_checkpoint_is_offered(tmp_path: Path, states: list[tuple[int, int]], found: int | None) -> None:
    helper = Scripted(tmp_path)
    helper.say(*(at_rest(*state) for state in states), Done(kept=(FOLD,)))
    assert helper.offered() == found
    helper.keeper.close()


def test_only_states_stay_that_will_be_of_use(tmp_path: Path) -> None:
    helper = Scripted(tmp_path)
    left = [(3499, 16), (3500, 15), (3600, 11), (3700, 10), (4000, 9), (4500, 5), (5000, 0)]
    helper.say(*(at_rest(*state) for state in left))
    assert [state.position for state in helper.keeper._states[FOLD]] == [3700, 4000, 4500, 5000]
    helper.keeper.close()


def test_states_take_no_more_than_so_much(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.keeper.MAX_BYTES", 2)
    helper = Scripted(tmp_path)
    helper.say(*(at_rest(4000 + i, 9 - i) for i in range(4)))
    assert [state.position for state in helper.keeper._states[FOLD]] == [4002, 4003]
    helper.keeper.close()


def test_a_fold_that_was_given_up_is_told_of(tmp_path: Path) -> None:
    helper = Scripted(tmp_path)
    helper.say(at_rest(5000, 0), Trouble(fold=FOLD, reason="it is too much"))
    assert helper.offered() is None
    assert helper.words == ["no checkpoints for walls that join late, which are sent all events: it is too much"]
    helper.keeper.close()


def test_a_keeper_that_is_closed_starts_nothing(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.keeper.close()
    site.publish(feed(3, 3000))
    site.turn(LOOK_MS)
    assert site.helpers == []
    site.close()


@pytest.mark.slow
def test_over_a_real_wire_with_a_real_process(tmp_path: Path) -> None:
    zone, network, begin = busiest(datetime.now(UTC)), ZeroMQ(), SystemClock().wall() - 120_000
    centre = SimConfig(seed=3, agents=60, queues=8, rate=200, time_zone=zone)
    past = [Notice(at=begin, text="")] * EVERY
    events = [*past, *islice(simulate(centre, begin), 4000)]
    fold = fold_of(WINDOWS, zone)
    with (
        JournalWriter(tmp_path / "theirs.feed") as journal,
        Publisher("tcp://127.0.0.1:*", source="pbx", journal=journal) as publisher,
        keeping(publisher, journal, (zone, *WINDOWS)),
    ):
        publisher.publish(events[:EVERY])
        asking = network.socket(zmq.DEALER)
        connect(asking, catch_up_address(publisher.address))

        deadline = SystemClock().mono() + 60_000
        answer: Answer | None = None
        while answer is None or answer.checkpoint is None:
            assert SystemClock().mono() < deadline
            asking.send(encode(Ask(id=1, at=0, fold=named(fold))))
            while not asking.poll(0):
                publisher.poll(20)
            head, *pieces = asking.recv_multipart()
            answer = decode_answer(head)
        position = answer.position
        process = cast("Any", publisher._keeper)._helper._process
    network.close()
    assert process.poll() is not None
    assert position == EVERY
    assert thaw(pieces[0], fold)
    assert told(events[EVERY:], fold) == told(events, fold_of(WINDOWS, zone))


@pytest.mark.slow
def test_a_process_ends_with_whoever_gives_it_orders(tmp_path: Path) -> None:
    """As the system sees to it when a publisher is killed."""
    with JournalWriter(tmp_path / "theirs.feed") as journal:
        helper = Process(command_of(journal.path))
        helper._orders.close()
        assert helper._process.wait(60) == 0
        helper.close()
        with pytest.raises(FeedError, match=re.escape("ended (code 0)")):
            helper.heard()


@pytest.mark.slow
def test_a_process_says_what_it_died_of(tmp_path: Path) -> None:
    helper = Process(command_of(tmp_path / "none.feed"))
    helper._ear.join(60)
    with pytest.raises(FeedError, match=r"JournalError: There is no file .*none\.feed"):
        helper.heard()
    helper.close()
