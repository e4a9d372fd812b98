"""Publisher, subscriber and recorder over real sockets on loopback. Time is a manual clock; waiting is the poller's."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import msgpack  # type: ignore[import-untyped]
import pytest
import zmq

from feeds.clock import ManualClock
from feeds.journal import JournalReader, JournalWriter
from feeds.publisher import Publisher
from feeds.recorder import Recorder, places, record
from feeds.sequence import Run
from feeds.sockets import Socket, catch_up_address
from feeds.subscriber import Subscriber
from feeds.wire import MAX_MESSAGE, Batch, encode
from wallboard.core.events import AgentState, AnyEvent, Notice, Undecodable
from wallboard.core.source import Source
from wallboard.errors import FeedError

ANY = "tcp://127.0.0.1:*"
PATIENCE_S = 60.0


def notes(start: int, stop: int) -> list[AnyEvent]:
    return [Notice(at=i, text=str(i)) for i in range(start, stop)]


def until(done: Callable[[], bool], *steps: Callable[[], object]) -> None:
    """Step until it is done; the steps wait in pollers, and a deadline ends what never will be."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline, "it never happened"
        for step in steps:
            step()


class Wire:
    """A bare PUB socket: sends whatever a test wants, also what no publisher would."""

    def __init__(self) -> None:
        self._context: zmq.Context[Socket] = zmq.Context()
        self.socket = self._context.socket(zmq.XPUB)
        self.socket.linger = 0
        self.socket.bind(ANY)
        self.address = self.socket.getsockopt_string(zmq.LAST_ENDPOINT)

    def joined(self) -> None:
        assert self.socket.poll(10_000), "nobody subscribed"
        self.socket.recv()

    def send(self, seq: int, stop: int, *, epoch: int = 1, sent: int | None = None) -> None:
        events: tuple[AnyEvent, ...] = tuple(notes(seq, stop))
        self.raw(encode(Batch(source="pbx", epoch=epoch, seq=seq, sent=sent, events=events)))

    def raw(self, *frames: bytes) -> None:
        self.socket.send_multipart([b"t", *frames])

    def close(self) -> None:
        self._context.destroy(linger=0)


@pytest.fixture
def wire() -> Iterator[Wire]:
    wire = Wire()
    yield wire
    wire.close()


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


def pump(subscriber: Subscriber, count: int) -> list[AnyEvent]:
    got: list[AnyEvent] = []
    until(lambda: len(got) >= count, lambda: got.extend(subscriber.poll(20)))
    return got


def heard(subscriber: Subscriber) -> bool:
    return subscriber.health().age_ms == 0


def listen(wire: Wire, clock: ManualClock) -> Subscriber:
    subscriber = Subscriber(wire.address, clock=clock)
    wire.joined()
    return subscriber


def test_it_is_connecting_then_live_then_stale_then_offline_and_live_again(wire: Wire, clock: ManualClock) -> None:
    with listen(wire, clock) as subscriber:
        source: Source = subscriber
        assert source.health().state == "connecting"
        wire.send(0, 1)
        assert [event.at for event in pump(subscriber, 1)] == [0]
        states = []
        for ms in (0, 2999, 1, 6999, 1):
            clock.advance(ms)
            states.append(source.health().state)
        assert states == ["live", "live", "stale", "stale", "offline"]
        assert source.health().age_ms == 10_000
        until(lambda: heard(subscriber), lambda: wire.send(1, 1), lambda: subscriber.poll(20))
        assert source.health().state == "live"


def test_offline_says_when_it_tries_again_and_a_new_socket_finds_the_feed(wire: Wire, clock: ManualClock) -> None:
    with listen(wire, clock) as subscriber:
        clock.advance(10_000)
        assert (subscriber.health().state, subscriber.health().retry_ms) == ("offline", 0)
        subscriber.poll(0)
        assert subscriber.health().retry_ms == 1000
        clock.advance(1000)
        subscriber.poll(0)
        assert subscriber.health().retry_ms == 2000
        until(lambda: heard(subscriber), lambda: wire.send(0, 1), lambda: subscriber.poll(20))


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="counts descriptors where they can be seen")
def test_trying_for_long_leaves_no_descriptor_behind(clock: ManualClock) -> None:
    def held() -> int:
        return len(list(Path("/proc/self/fd").iterdir()))

    with Subscriber("tcp://127.0.0.1:1", clock=clock, since=0) as subscriber:
        counts = []
        for _ in range(40):
            clock.advance(5000)
            subscriber.poll(2)
            counts.append(held())
        assert subscriber.health().state == "offline"
        # sockets are closed by another thread, later on a busy machine; what has leaked is never closed
        until(lambda: held() <= max(counts[:20]), lambda: subscriber.poll(2))


def test_a_gap_waits_for_reordering_and_is_then_left_and_counted(wire: Wire, clock: ManualClock) -> None:
    with listen(wire, clock) as subscriber:
        wire.send(0, 2)
        wire.send(5, 7)
        assert [event.at for event in pump(subscriber, 2)] == [0, 1]
        until(lambda: subscriber.health().gaps_open == 1, lambda: subscriber.poll(20))
        assert subscriber.health().state == "filling"
        got: list[AnyEvent] = []
        for ms in (249, 1, 500, 500, 500):
            clock.advance(ms)
            got += subscriber.poll(0)
            assert got == []
        wire.send(7, 7)  # it lives, so the lack of an answer says something
        until(lambda: heard(subscriber), lambda: got.extend(subscriber.poll(20)))
        clock.advance(500)
        got += subscriber.poll(0)
        assert [event.at for event in got] == [5, 6]
        health = subscriber.health()
        assert (health.state, health.gaps_open, health.missing, health.gaps_filled) == ("live", 0, 3, 0)


def test_a_reordered_batch_closes_the_gap_and_a_repeat_is_dropped(wire: Wire, clock: ManualClock) -> None:
    with listen(wire, clock) as subscriber:
        for seq, stop in ((0, 2), (4, 6), (2, 4), (2, 4), (6, 7)):
            wire.send(seq, stop)
        assert [event.at for event in pump(subscriber, 7)] == list(range(7))
        health = subscriber.health()
        assert (health.duplicates, health.gaps_filled, health.missing) == (2, 1, 0)


def test_junk_is_counted_and_becomes_events(wire: Wire, clock: ManualClock) -> None:
    with listen(wire, clock) as subscriber:
        wire.raw(b"\xc1")
        wire.raw(b"a", b"b")
        wire.raw(msgpack.packb({"source": "s", "seq": 0, "events": [{"type": "teapot"}]}))
        junk = pump(subscriber, 3)
        assert all(isinstance(event, Undecodable) for event in junk)
        assert subscriber.health().undecodable == 3


def test_a_message_over_the_bound_is_not_read_and_its_lack_is_seen(wire: Wire, clock: ManualClock) -> None:
    with listen(wire, clock) as subscriber:
        wire.send(0, 1)
        assert len(pump(subscriber, 1)) == 1
        wire.raw(bytes(MAX_MESSAGE + 1))  # ends the connection for good
        clock.advance(3000)
        until(lambda: subscriber.health().gaps_open == 1, lambda: wire.send(2, 3), lambda: subscriber.poll(20))


def test_the_skew_is_the_largest_of_recent_ones_and_now_is_the_producers(wire: Wire, clock: ManualClock) -> None:
    with listen(wire, clock) as subscriber:
        assert subscriber.now() == clock.wall()
        for seq, delay in enumerate((40, 5, 90)):
            wire.send(seq, seq + 1, sent=clock.wall() + 7000 - delay)
        pump(subscriber, 3)
        assert subscriber.health().skew_ms == 6995
        clock.advance(100)
        assert subscriber.now() == clock.wall() + 6995
        clock.step(-3_600_000)
        assert subscriber.now() == clock.wall() + 3_600_000 + 6995


def joined(publisher: Publisher, clock: ManualClock, **more: object) -> Subscriber:
    """A subscriber that has heard a heartbeat: nothing published from here on can be lost on the way."""
    subscriber = Subscriber(publisher.address, clock=clock, **more)  # type: ignore[arg-type]
    until(lambda: heard(subscriber), publisher.heartbeat, publisher.tick, lambda: subscriber.poll(20))
    return subscriber


def both(publisher: Publisher, subscriber: Subscriber, count: int) -> list[AnyEvent]:
    got: list[AnyEvent] = []
    until(lambda: len(got) >= count, publisher.tick, lambda: got.extend(subscriber.poll(5)))
    return got


def test_a_publisher_beats_once_a_second_and_not_right_after_events(clock: ManualClock) -> None:
    with Publisher(ANY, source="pbx", clock=clock) as publisher, joined(publisher, clock) as subscriber:
        clock.advance(999)
        publisher.tick()
        publisher.publish(notes(0, 1))
        pump(subscriber, 1)
        clock.advance(999)
        publisher.tick()
        subscriber.poll(20)
        assert subscriber.health().age_ms == 999
        clock.advance(1)
        publisher.tick()
        until(lambda: heard(subscriber), lambda: subscriber.poll(20))


def test_a_late_joiner_gets_the_day_first_and_then_goes_on_live(tmp_path: Path, clock: ManualClock) -> None:
    with (
        JournalWriter(tmp_path / "a.feed", clock) as journal,
        Publisher(ANY, source="pbx", journal=journal, clock=clock) as publisher,
    ):
        publisher.publish(notes(0, 30_000))
        with Subscriber(publisher.address, clock=clock, since=25_000) as subscriber:
            got: list[AnyEvent] = []
            states = set()

            def step() -> None:
                publisher.heartbeat()
                publisher.poll(0)
                got.extend(subscriber.poll(5))
                states.add(subscriber.health().state)

            until(lambda: len(got) >= 5000 and subscriber.health().state == "live", step)
            publisher.publish(notes(30_000, 30_010))
            until(lambda: len(got) >= 5010, step)
            assert [event.at for event in got] == list(range(25_000, 30_010))
            assert states <= {"connecting", "catching-up", "live"}
            assert subscriber.health().missing == 0


def test_a_gap_is_filled_from_the_journal(tmp_path: Path, clock: ManualClock) -> None:
    with (
        JournalWriter(tmp_path / "a.feed", clock) as journal,
        Publisher(ANY, source="pbx", journal=journal, clock=clock) as publisher,
        joined(publisher, clock) as subscriber,
    ):
        publisher.publish(notes(0, 5))
        assert len(both(publisher, subscriber, 5)) == 5
        publisher._socket.close()
        publisher._socket = publisher._network.socket(zmq.PUB)  # bound nowhere: what it sends is lost
        publisher.publish(notes(5, 20_005))
        publisher._socket.close()
        publisher._socket = publisher._network.socket(zmq.PUB)
        until(lambda: bound(publisher))
        clock.advance(100)
        until(lambda: subscriber.health().gaps_open == 1, publisher.heartbeat, lambda: subscriber.poll(20))
        clock.advance(250)
        got = both(publisher, subscriber, 20_000)
        assert [event.at for event in got] == list(range(5, 20_005))
        health = subscriber.health()
        assert (health.missing, health.gaps_filled, health.gaps_open) == (0, 1, 0)


def bound(publisher: Publisher) -> bool:
    try:
        publisher._socket.bind(publisher.address)
    except zmq.ZMQError:
        return False
    return True


def test_numbers_go_on_after_a_clean_end_and_begin_anew_after_any_other(tmp_path: Path, clock: ManualClock) -> None:
    path = tmp_path / "a.feed"
    with JournalWriter(path, clock) as journal:
        with Publisher(ANY, source="pbx", journal=journal, clock=clock) as first:
            first.publish(notes(0, 7))
            epoch = first.epoch
        second = Publisher(ANY, source="pbx", journal=journal, clock=clock)
        assert (second.epoch, second.seq) == (epoch, 7)
        second.publish(notes(7, 9))
        second._network.close()  # as a kill would: nothing is said to the journal
        with Publisher(ANY, source="pbx", journal=journal, clock=clock) as third:
            assert (third.epoch, third.seq) == (epoch + 1, 0)
    clock.advance(5)
    with Publisher(ANY, source="pbx", clock=clock) as plain:
        assert (plain.epoch, plain.seq) == (clock.wall(), 0)


def test_a_publisher_that_restarts_tells_also_how_its_old_epoch_ended(tmp_path: Path, clock: ManualClock) -> None:
    with JournalWriter(tmp_path / "a.feed", clock) as journal:
        first = Publisher(ANY, source="pbx", journal=journal, clock=clock)
        with joined(first, clock, since=0) as subscriber:
            first.publish(notes(0, 5))
            both(first, subscriber, 5)
            address = first.address
            first._socket.unbind(address)
            first.publish(notes(5, 10))
            first._network.close()
            clock.advance(50)
            second = Publisher(address, source="pbx", journal=journal, clock=clock)
            second.publish(notes(10, 15))
            got: list[AnyEvent] = []

            def step() -> None:
                second.heartbeat()
                second.poll(0)
                got.extend(subscriber.poll(5))
                clock.advance(5)

            until(lambda: len(got) >= 10, step)
            assert [event.at for event in got] == list(range(5, 15))
            assert subscriber.health().missing == 0
            second.close()


def test_a_journal_that_cannot_be_written_is_said_and_the_feed_goes_on(tmp_path: Path, clock: ManualClock) -> None:
    with (
        JournalWriter(tmp_path / "a.feed", clock) as journal,
        Publisher(ANY, source="pbx", journal=journal, clock=clock) as publisher,
        joined(publisher, clock) as subscriber,
    ):
        journal._db.execute("PRAGMA query_only = ON")
        publisher.publish(notes(0, 5))
        assert len(both(publisher, subscriber, 5)) == 5
        assert publisher.recording is not None
        assert "cannot be written" in publisher.recording
        journal._db.execute("PRAGMA query_only = OFF")
        clock.advance(1000)
        publisher.tick()
        assert [publisher.recording, journal.waiting] == [None, 0]


def test_a_port_in_use_and_a_bad_address_are_said_in_words(tmp_path: Path) -> None:
    with Publisher(ANY, source="a") as publisher:
        words = f"{publisher.address} cannot be used: Address already in use. Another publisher may be running; "
        with pytest.raises(FeedError, match=re.escape(words)):
            Publisher(publisher.address, source="b")
    with pytest.raises(FeedError, match=r"An address looks like tcp://127\.0\.0\.1:5556"):
        Publisher("nowhere", source="b")
    with pytest.raises(FeedError, match=r"An address looks like tcp://127\.0\.0\.1:5556"):
        Subscriber("tcp://127.0.0.1")
    with pytest.raises(FeedError, match="no next port"):
        catch_up_address("tcp://127.0.0.1:65535")
    assert catch_up_address(f"ipc://{tmp_path}/x") == f"ipc://{tmp_path}/x.catch-up"


def collect(publisher: Publisher, recorder: Recorder, clock: ManualClock, count: int) -> None:
    got: list[AnyEvent] = []
    step = (publisher.heartbeat, publisher.tick, lambda: got.extend(recorder.poll(5)), lambda: clock.advance(5))
    until(lambda: len(got) >= count, *step)


def test_a_recording_is_the_feed_and_survives_a_restart_of_both(tmp_path: Path, clock: ManualClock) -> None:
    theirs, ours = tmp_path / "theirs.feed", tmp_path / "ours.feed"
    with (
        JournalWriter(theirs, clock) as journal,
        Publisher(ANY, source="pbx", journal=journal, clock=clock) as publisher,
    ):
        for start in (0, 3000):
            publisher.publish(notes(start, start + 1000))  # while nobody listens
            subscriber = Subscriber(publisher.address, clock=clock, resume=places(ours), since=0)
            with JournalWriter(ours, clock) as writer, Recorder(subscriber, writer) as recorder:
                publisher.publish(notes(start + 1000, start + 3000))
                collect(publisher, recorder, clock, 3000)
    with JournalReader(theirs) as a, JournalReader(ours) as b:
        assert [e for block in a.events() for e in block] == [e for block in b.events() for e in block]


def test_a_full_disk_under_a_recorder_is_said_and_nothing_is_lost(tmp_path: Path, clock: ManualClock) -> None:
    with Publisher(ANY, source="pbx", clock=clock) as publisher:
        writer = JournalWriter(tmp_path / "a.feed", clock)
        with Recorder(joined(publisher, clock), writer) as recorder:
            writer._db.execute("PRAGMA query_only = ON")
            publisher.publish(notes(0, 10))
            until(lambda: writer.waiting == 10, lambda: recorder.poll(20))
            clock.advance(250)
            recorder.poll(0)
            recording = recorder.health().recording
            assert recording is not None
            assert "a.feed cannot be written" in recording
            writer._db.execute("PRAGMA query_only = OFF")
            clock.advance(250)
            recorder.poll(0)
            assert (recorder.health().recording, writer.total) == (None, 10)


def test_record_writes_until_it_is_told_to_stop(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    with Publisher(ANY, source="pbx") as publisher:

        def stop() -> bool:
            publisher.publish(notes(publisher.seq, publisher.seq + 10))
            with JournalReader(path) as reader:
                return reader.bounds() is not None

        done = record(publisher.address, path, stop)
    with JournalReader(path) as reader:
        events = [event for block in reader.events() for event in block]
    assert events
    assert [event.at for event in events] == list(range(events[0].at, events[0].at + len(events)))
    assert (done.events, done.missing, done.lost) == (len(events), 0, 0)


EXAMPLE = Path(__file__).parents[2] / "README.md"


def test_the_ten_lines_in_the_documentation_publish_a_feed(wire: Wire) -> None:
    found = re.search(r"```python\n# publish\n(.*?)```", EXAMPLE.read_text("utf-8"), re.DOTALL)
    assert found is not None
    assert len([line for line in found[1].splitlines() if line]) <= 13

    class Over(Exception):  # noqa: N818 - ends the example's endless loop
        pass

    rounds = iter(range(200))
    wire.close()
    code = found[1].replace("tcp://127.0.0.1:5556", wire.address)
    code = code.replace("time.sleep(1)", "pause()").replace(
        ".socket(zmq.PUB)", ".socket(zmq.PUB); sockets.append(socket)"
    )
    sockets: list[Socket] = []
    over = threading.Event()

    def pause() -> None:
        if over.wait(0.02) or next(rounds, None) is None:
            raise Over

    def run() -> None:
        try:
            exec(code, {"pause": pause, "sockets": sockets})  # noqa: S102 - the documentation is what is tested
        except Over:
            sockets[0].close(linger=0)
            sockets[0].context.term()

    thread = threading.Thread(target=run)
    thread.start()
    try:
        with Subscriber(wire.address) as subscriber:
            runs: list[Run] = []
            until(lambda: len(runs) >= 5, lambda: runs.extend(subscriber.take(50)))
            assert subscriber.health().state == "live"
    finally:
        over.set()
        thread.join()
    assert [run.seq for run in runs] == list(range(runs[0].seq, runs[0].seq + len(runs)))
    assert all(isinstance(event, AgentState) for run in runs for event in run.events)
