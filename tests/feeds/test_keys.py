"""Keys as files, and keys on sockets: who is let in, who is not, and what is said of it."""

import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feeds.clock import ManualClock
from feeds.door import refuse_open
from feeds.journal import JournalWriter
from feeds.keys import ClientKeys, Keyring
from feeds.line import NO_KEYS_HERE, NO_KEYS_THERE, NOT_TRUSTED, WRONG_SERVER
from feeds.publisher import Publisher
from feeds.sockets import is_local
from feeds.subscriber import Subscriber
from tests.feeds.test_live import ANY, notes, until
from wallboard.errors import DataError, FeedError, UsageError

posix = pytest.mark.skipif(sys.platform == "win32", reason="modes are POSIX")


class Two:
    """A publisher's keyring and a wall's, which know each other."""

    def __init__(self, folder: Path) -> None:
        self.there, self.here = Keyring(folder / "there"), Keyring(folder / "here")
        self.here.trust(self.there.new("centre"))
        self.there.trust(self.here.new("wall"))

    def client(self) -> ClientKeys:
        return self.here.client(None, ("centre",))


@pytest.fixture
def two(tmp_path: Path) -> Two:
    return Two(tmp_path)


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def publisher(two: Two, tmp_path: Path, clock: ManualClock) -> Iterator[Publisher]:
    with (
        JournalWriter(tmp_path / "a.feed", clock) as journal,
        Publisher(ANY, source="pbx", journal=journal, clock=clock, keys=two.there.server("centre")) as publisher,
    ):
        yield publisher


def meet(publisher: Publisher, subscriber: Subscriber, done: Callable[[], bool]) -> None:
    until(done, publisher.heartbeat, lambda: publisher.poll(0), lambda: subscriber.poll(5))


@posix
def test_a_secret_is_its_owners_alone_and_looser_files_are_refused(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "keys")
    shared = ring.new("wall")
    secret = tmp_path / "keys" / "wall.key"
    assert stat.S_IMODE(secret.stat().st_mode) == 0o600
    assert ring.own("wall").secret.decode() not in shared.read_text("utf-8")
    assert ring.own("wall").secret.decode() not in repr(ring.own("wall"))
    secret.chmod(0o640)
    with pytest.raises(DataError, match=r"wall\.key can be read by others \(mode 0640\); run: chmod 600 .*wall\.key"):
        ring.own("wall")


def test_a_key_is_never_overwritten_and_names_are_names(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    ring.new("wall")
    with pytest.raises(UsageError, match='there is a key "wall" already; make a new one under another name'):
        ring.new("wall")
    for name in ("../wall", "", ".x", "a b", "x" * 65):
        with pytest.raises(UsageError, match="is no name for a key"):
            ring.new(name)


def test_the_only_key_needs_no_name_and_of_several_one_is_chosen(tmp_path: Path) -> None:
    ring = Keyring(tmp_path)
    with pytest.raises(UsageError, match=r"no key in .*; run `wallboard keys new NAME`"):
        ring.own()
    ring.new("a")
    assert ring.own().name == "a"
    ring.new("b")
    with pytest.raises(UsageError, match=r"several keys in .*; choose one with --keys: a, b"):
        ring.own()


@pytest.mark.parametrize("text", ["", "public = 3", 'public = "short"', "\x00", 'public = "' + "~" * 40 + '"'])
def test_a_file_that_holds_no_key_is_not_trusted(tmp_path: Path, text: str) -> None:
    path = tmp_path / "x.pub"
    path.write_text(text, "utf-8")
    with pytest.raises(DataError, match=r"x\.pub (is no key file|holds no public key)"):
        Keyring(tmp_path / "keys").trust(path)


def test_a_secret_that_was_carried_over_is_neither_trusted_nor_used(tmp_path: Path) -> None:
    ring = Keyring(tmp_path / "keys")
    secret = ring.new("wall").with_suffix(".key")
    for use in (lambda: ring.trust(secret), lambda: ring.public(str(secret))):
        with pytest.raises(UsageError, match=r"wall\.key holds a secret, .*: give away the \.pub file beside it"):
            use()
    assert list(ring.trusted()) == []


def test_a_rotation_trusts_the_new_key_beside_the_old_until_that_is_revoked(tmp_path: Path) -> None:
    ring, walls = Keyring(tmp_path / "keys"), Keyring(tmp_path / "walls")
    assert [ring.trust(walls.new(name)) for name in ("wall", "wall-2")] == ["wall", "wall-2"]
    other = Keyring(tmp_path / "other").new("wall")
    with pytest.raises(UsageError, match='another key is trusted as "wall"'):
        ring.trust(other)
    ring.revoke("wall")
    assert list(ring.trusted()) == [("wall-2", walls.own("wall-2").public)]
    with pytest.raises(UsageError, match='"wall" is not trusted here; trusted are: wall-2'):
        ring.revoke("wall")


def test_a_known_key_hears_the_feed_and_catches_up(publisher: Publisher, two: Two, clock: ManualClock) -> None:
    publisher.publish(notes(0, 3000))
    with Subscriber(publisher.address, clock=clock, since=0, keys=two.client()) as subscriber:
        got: list[int] = []

        def step() -> None:
            publisher.heartbeat()
            publisher.poll(0)
            got.extend(event.at for event in subscriber.poll(5))

        until(lambda: len(got) >= 3000 and subscriber.health().state == "live", step)
        assert got == list(range(3000))
        health = subscriber.health()
        assert (health.why, health.insecure, publisher.insecure) == (None, False, False)


def test_an_unknown_key_is_told_so_and_let_in_as_soon_as_it_is_trusted(
    publisher: Publisher, two: Two, clock: ManualClock
) -> None:
    two.there.revoke("wall")
    with Subscriber(publisher.address, clock=clock, keys=two.client()) as subscriber:
        meet(publisher, subscriber, lambda: subscriber.health().why is not None)
        assert subscriber.health().why == NOT_TRUSTED.format(name="wall")
        assert subscriber.health().age_ms is None
        two.there.trust(two.here.folder / "wall.pub")
        clock.advance(1000)
        meet(publisher, subscriber, lambda: subscriber.health().age_ms == 0)
        assert subscriber.health().why is None


def test_a_refused_handshake_is_tried_again_with_back_off(publisher: Publisher, two: Two, clock: ManualClock) -> None:
    two.there.revoke("wall")
    assert publisher._door is not None
    door = publisher._door
    with Subscriber(publisher.address, clock=clock, keys=two.client()) as subscriber:
        for tries, wait in enumerate((1000, 1000, 2000, 4000)):
            meet(publisher, subscriber, lambda: subscriber._line.why is not None)
            before = door.refused
            subscriber._line.why = None
            clock.advance(wait)
            meet(publisher, subscriber, lambda before=before: door.refused > before)  # type: ignore[misc]
            assert subscriber._line._tries == tries + 1


def test_a_revoked_wall_is_cut_off_and_the_others_lose_nothing(
    publisher: Publisher, two: Two, tmp_path: Path, clock: ManualClock
) -> None:
    second = Keyring(tmp_path / "second")
    second.trust(two.there.folder / "centre.pub")
    two.there.trust(second.new("wall-2"))
    with (
        Subscriber(publisher.address, clock=clock, since=0, keys=two.client()) as gone,
        Subscriber(publisher.address, clock=clock, since=0, keys=second.client(None, ("centre",))) as stays,
    ):
        got: list[int] = []

        def step() -> None:
            publisher.publish(notes(publisher.seq, publisher.seq + 1))
            publisher.poll(0)
            gone.poll(2)
            got.extend(event.at for event in stays.poll(2))

        until(lambda: gone.health().state == stays.health().state == "live", step)
        two.there.revoke("wall")
        clock.advance(1000)
        step()
        clock.advance(1000)
        until(lambda: gone.health().why is not None, step, lambda: clock.advance(10))
        after = publisher.seq
        until(lambda: len(got) > after, step, lambda: clock.advance(10))
        assert got == list(range(len(got)))
        assert gone.health().why == NOT_TRUSTED.format(name="wall")


def test_a_rotated_server_key_is_found_among_those_given(publisher: Publisher, two: Two, clock: ManualClock) -> None:
    two.here.trust(Keyring(two.here.folder / "old").new("old-centre"))
    keys = two.here.client(None, ("old-centre", "centre"))
    with Subscriber(publisher.address, clock=clock, keys=keys) as subscriber:
        meet(publisher, subscriber, lambda: subscriber.health().why is not None)
        assert subscriber.health().why == WRONG_SERVER
        clock.advance(1000)
        meet(publisher, subscriber, lambda: subscriber.health().age_ms == 0)


def test_a_wall_without_keys_is_told_that_the_publisher_wants_them(publisher: Publisher, clock: ManualClock) -> None:
    with Subscriber(publisher.address, clock=clock) as subscriber:
        meet(publisher, subscriber, lambda: subscriber.health().why is not None)
        assert subscriber.health().why == NO_KEYS_HERE
        assert subscriber.health().age_ms is None


def test_a_wall_with_keys_does_not_speak_to_a_publisher_without(two: Two, clock: ManualClock) -> None:
    with (
        Publisher(ANY, source="pbx", clock=clock) as publisher,
        Subscriber(publisher.address, clock=clock, keys=two.client()) as subscriber,
    ):
        meet(publisher, subscriber, lambda: subscriber.health().why is not None)
        assert subscriber.health().why in (NO_KEYS_THERE, WRONG_SERVER)
        assert subscriber.health().age_ms is None


@pytest.mark.parametrize("address", ["tcp://*:5556", "tcp://0.0.0.0:*", "tcp://192.0.2.1:5556", "tcp://[::]:5556"])
def test_an_address_open_to_the_network_needs_keys_or_a_word(address: str) -> None:
    with pytest.raises(FeedError, match=r"can be reached from the network.*--keys NAME, or add --insecure"):
        Publisher(address, source="a")
    refuse_open(address, keys=True, insecure=False)
    refuse_open(address, keys=False, insecure=True)


def test_only_this_machine_is_local() -> None:
    assert all(map(is_local, ("tcp://127.0.0.1:1", "tcp://localhost:1", "tcp://[::1]:1", "ipc://x", "inproc://x")))
    assert not any(map(is_local, ("tcp://10.0.0.1:1", "tcp://*:1", "tcp://127.example.org:1", "tcp://eth0:1")))


def test_insecure_is_said_at_both_ends_for_as_long_as_it_lasts(clock: ManualClock) -> None:
    with Publisher("tcp://*:*", source="a", clock=clock, insecure=True) as publisher:
        assert publisher.insecure
    with Subscriber("tcp://192.0.2.1:5556", clock=clock) as subscriber:
        assert subscriber.health().insecure
