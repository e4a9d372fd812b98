"""Long pasts: fetched in pieces, each on its way while one is folded, and cut from the journal as they are."""

import random
from pathlib import Path
from typing import cast

from feeds.asking import AT_ONCE
from feeds.catchup import BLOCKS, Ask, CatchUpService, decode_answer, encode
from feeds.clock import ManualClock
from feeds.journal import JournalWriter
from feeds.publisher import Publisher
from feeds.sockets import Socket
from feeds.subscriber import Subscriber
from feeds.wire import Batch, decode
from tests.feeds.ether import Ether, FakeSocket
from wallboard.core.events import Notice

ADDRESS = "tcp://127.0.0.1:5556"
BLOCK = 1000
PIECE = BLOCKS * BLOCK


def notes(count: int) -> list[Notice]:
    return [Notice(at=i, text="") for i in range(count)]


def test_the_next_piece_is_on_its_way_when_one_is_given_out(tmp_path: Path) -> None:
    clock = ManualClock()
    ether = Ether(clock, random.Random(1))
    with JournalWriter(tmp_path / "theirs.feed", clock) as journal:
        journal.append(notes(2 * PIECE + 1), source="pbx", epoch=1, seq=0)
        publisher = Publisher(ADDRESS, source="pbx", journal=journal, clock=clock, network=ether.host())
        subscriber = Subscriber(ADDRESS, clock=clock, since=0, network=ether.host())
        given: list[int] = []
        for _ in range(8):
            clock.advance(1)
            publisher.tick()
            clock.advance(1)
            given.append(len(subscriber.poll(0)))
        assert given == [0, PIECE, PIECE, 1, 0, 0, 0, 0]


def test_no_more_than_a_few_pieces_are_given_out_at_once(tmp_path: Path) -> None:
    """However fast the other side answers."""
    clock = ManualClock()
    ether = Ether(clock, random.Random(1))
    with JournalWriter(tmp_path / "theirs.feed", clock) as journal:
        journal.append(notes(2 * AT_ONCE * PIECE), source="pbx", epoch=1, seq=0)
        publisher = Publisher(ADDRESS, source="pbx", journal=journal, clock=clock, network=ether.host())
        subscriber = Subscriber(ADDRESS, clock=clock, since=0, network=ether.host())
        asking = cast("FakeSocket", subscriber._asking.socket)
        receive = asking.recv_multipart

        def at_once(flags: int = 0) -> list[bytes]:
            clock.advance(1)
            publisher.tick()
            clock.advance(1)
            return receive(flags)

        asking.recv_multipart = at_once  # type: ignore[assignment, method-assign]
        assert [len(subscriber.poll(0)) for _ in range(2)] == [AT_ONCE * PIECE] * 2


def test_a_piece_may_begin_within_a_block(tmp_path: Path) -> None:
    events = notes(BLOCK)
    with JournalWriter(tmp_path / "theirs.feed") as journal:
        journal.append(events, source="pbx", epoch=1, seq=0)
    service = CatchUpService(cast("Socket", None), journal.path)
    head, *frames = service.answer(encode(Ask(id=1, position=990)))
    service.close()
    answer, batches = decode_answer(head), [decode(frame, 0) for frame in frames]
    assert answer is not None
    assert answer.position == BLOCK
    assert [(b.seq, b.events) for b in batches if isinstance(b, Batch)] == [(990, tuple(events[990:]))]
