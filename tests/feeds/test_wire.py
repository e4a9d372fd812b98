"""The wire: bounded, typed, and never raising on what a stranger sends."""

import random
import struct

import msgpack  # type: ignore[import-untyped]
import msgspec
import pytest

from feeds.wire import MAX_EVENTS, MAX_MESSAGE, Batch, decode, decode_events, encode, encode_events, split, writable
from wallboard.core.events import AgentState, ContactStarted, Notice, QueueDeclared, Undecodable

NOW = 1_700_000_000_000
GOOD = {"type": "agent.state", "at": 5, "agent": "a", "state": "ready"}


def message(*events: object, **more: object) -> bytes:
    plain: dict[str, object] = {"v": 1, "source": "pbx", "epoch": 3, "seq": 10, "sent": NOW, "events": list(events)}
    raw: bytes = msgpack.packb(plain | more)
    return raw


def test_a_batch_comes_back_as_it_was_sent() -> None:
    batch = Batch(source="pbx", epoch=3, seq=10, sent=NOW, events=(ContactStarted(at=1, contact="c", x={"n": 1.5}),))
    assert decode(encode(batch), NOW) == batch
    assert batch.stop == 11


def test_a_heartbeat_is_a_batch_without_events_that_stops_where_it_begins() -> None:
    heartbeat = decode(msgpack.packb({"source": "pbx", "seq": 7}), NOW)
    assert isinstance(heartbeat, Batch)
    assert (heartbeat.events, heartbeat.seq, heartbeat.stop, heartbeat.epoch, heartbeat.sent) == ((), 7, 7, 0, None)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ({"type": "agent.state", "at": 5, "agent": "a", "state": "asleep"}, "Invalid enum value 'asleep'"),
        ({"type": "teapot", "at": 5}, "Invalid value 'teapot'"),
        ({"type": "agent.state", "at": -1, "agent": "a", "state": "ready"}, ">= 0"),
        (GOOD | {"agent": "a" * 65}, "<= 64"),
        (GOOD | {"secret": 1}, "unknown field `secret`"),
        (GOOD | {"agent": None}, "Expected `str`, got `None`"),
        (17, "Expected `object`, got `int`"),
    ],
)
def test_one_bad_event_keeps_its_place_and_costs_its_neighbours_nothing(bad: object, reason: str) -> None:
    batch = decode(message(GOOD, bad, GOOD), NOW + 9)
    assert isinstance(batch, Batch)
    first, junk, last = batch.events
    assert first == last == AgentState(at=5, agent="a", state="ready")
    assert isinstance(junk, Undecodable)
    assert reason in junk.reason
    assert (junk.at, junk.size) == (NOW, len(msgpack.packb(bad)))
    assert (batch.seq, batch.stop) == (10, 13)


def test_text_that_is_not_utf8_costs_one_event() -> None:
    raw = message(GOOD, GOOD | {"agent": "ABCD"}).replace(b"ABCD", b"\xff\xfe\xfd\xfc")
    batch = decode(raw, NOW)
    assert isinstance(batch, Batch)
    assert batch.events[1] == Undecodable(at=NOW, reason="text is not UTF-8", size=len(msgpack.packb(GOOD)) + 3)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        (b"", "truncated"),
        (b"\xc1", "invalid opcode"),
        (b"GET / HTTP/1.1\r\n", "Expected `object`, got `int`"),
        (msgpack.packb([1, 2]), "Expected `object`, got `array`"),
        (message(extra=1), "unknown field `extra`"),
        (message(v=2), "wire version 2; this program reads version 1"),
        (message({"type": "teapot"}, v=2), "wire version 2; this program reads version 1"),
        (message(seq=-1), ">= 0"),
        (message(source=""), ">= 1"),
        (message(events=3), "Expected `array`, got `int`"),
        (message() + b"\x00", "trailing"),
        (message(*[0] * (MAX_EVENTS + 1)), f"<= {MAX_EVENTS}"),
        (b"\x00" * (MAX_MESSAGE + 1), f"message over {MAX_MESSAGE} bytes"),
    ],
)
def test_a_message_that_is_no_batch_is_one_undecodable_with_a_reason(raw: bytes, reason: str) -> None:
    junk = decode(raw, NOW)
    assert isinstance(junk, Undecodable)
    assert reason in junk.reason
    assert (junk.at, junk.size) == (NOW, len(raw))


HEAD = message()[: -len(msgpack.packb([]))]
BOMBS = {
    "deep arrays": HEAD + b"\x91" * 900_000,
    "deep maps": HEAD + b"\x91" + b"\x81\xa1a" * 300_000 + b"\xc0",
    "deep maps behind a strange key": HEAD + b"\x91\x82\xa1q" + b"\x81\xa1a" * 300_000 + b"\xc0",
    "array of four thousand million": HEAD + b"\xdd\xff\xff\xff\xff",
    "array of a hundred million": HEAD + b"\xdd" + struct.pack(">I", 100_000_000) + b"\xc0" * 1000,
    "text of four gigabytes": HEAD + b"\x91\xdb\xff\xff\xff\xff",
    "map of four thousand million": HEAD + b"\x91\xdf\xff\xff\xff\xff\xa4type",
    "deep before the batch": b"\x91" * 1_000_000,
}


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_bombs_of_depth_size_and_length_are_one_undecodable(bomb: bytes) -> None:
    assert isinstance(decode(bomb, NOW), Undecodable)


def test_mutated_messages_never_raise_and_what_comes_out_is_valid() -> None:
    dice = random.Random(11)
    queue = {"type": "queue.declared", "at": 1, "queue": "q", "name": "Ä", "service_level_target": 0.8}
    whole = message(GOOD, queue, GOOD | {"x": {"n": 1, "s": "é"}})
    for _ in range(5000):
        raw = bytearray(whole)
        for _ in range(dice.randint(1, 4)):
            raw[dice.randrange(len(raw))] = dice.randrange(256)
        out = decode(bytes(raw[: dice.choice((len(raw), dice.randrange(len(raw))))]), NOW)
        again = decode(encode(out), NOW) if isinstance(out, Batch) else decode_events(encode_events([out]), NOW)[0]
        assert repr(again) == repr(out)  # as text, for a NaN is not equal to itself


def test_an_event_that_a_reader_would_refuse_is_replaced_before_it_is_sent() -> None:
    good = QueueDeclared(at=1, queue="q")
    bad = Notice(at=2, text="t" * 1001)
    huge = Notice(at=3, text="t", x={"n": 1 << 70})
    assert writable([good, good]) == (good, good)
    one, two, three = writable([good, bad, huge])
    assert one == good
    assert isinstance(two, Undecodable)
    assert isinstance(three, Undecodable)
    assert (two.at, three.at) == (2, 3)


def test_a_batch_too_large_for_a_message_is_split_with_numbers_that_follow() -> None:
    events = tuple(Notice(at=i, text="x" * 900) for i in range(3000))
    parts = list(split(Batch(source="s", seq=100, events=events)))
    assert all(len(raw) <= MAX_MESSAGE for _, raw in parts)
    assert [batch.seq for batch, _ in parts[1:]] == [batch.stop for batch, _ in parts[:-1]]
    assert tuple(event for batch, _ in parts for event in batch.events) == events
    assert parts[0][0].seq == 100
    assert len(parts) > 1


def test_any_msgpack_library_can_read_a_batch() -> None:
    raw = encode(Batch(source="s", seq=1, events=(AgentState(at=1, agent="a", state="ready"),)))
    assert msgpack.unpackb(raw)["events"] == [{"type": "agent.state", "at": 1, "agent": "a", "state": "ready"}]
    assert msgspec.msgpack.decode(raw)["v"] == 1
