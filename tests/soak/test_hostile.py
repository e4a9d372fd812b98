"""A million mutated messages, and bombs of depth, size and length, through the decoder of the wire and of catch-up."""

import contextlib
import gc
import random
import resource
import struct
import zlib

import pytest
import zstandard

from feeds.blocks import ZSTD, BadBlockError, Header, unpack
from feeds.catchup import decode_answer
from feeds.wire import UNREADABLE, Batch, decode, decode_events, encode, writable
from tests.feeds.chaos import feed
from tests.soak.conftest import Told
from wallboard.core.events import Undecodable

SEED = 42
TIMES = 1_000_000


def rss() -> int:
    """Resident memory now, bytes."""
    with open("/proc/self/statm", encoding="ascii") as file:  # noqa: PTH123 - not a path of the user's
        return int(file.read().split()[1]) * resource.getpagesize()


def mutate(raw: bytes, dice: random.Random) -> bytes:
    """Bits flipped, bytes cut out, doubled, swapped for markers of MessagePack."""
    out = bytearray(raw)
    for _ in range(dice.randint(1, 4)):
        at = dice.randrange(len(out)) if out else 0
        kind = dice.randrange(6)
        if kind == 0 and out:
            out[at] ^= 1 << dice.randrange(8)
        elif kind == 1 and out:
            out[at] = dice.choice(b"\xc0\xc1\xc4\xc6\xcb\xcf\xd3\xd9\xdb\xdc\xdd\xde\xdf\xff")
        elif kind == 2:
            del out[at : at + dice.randrange(8)]
        elif kind == 3:
            out[at:at] = out[at : at + dice.randrange(16)]
        elif kind == 4:
            del out[at:]
        else:
            out[at:at] = dice.randbytes(dice.randrange(8))
    return bytes(out)


def bombs() -> list[bytes]:
    """Messages that want to be more than they are."""
    head = b"\x83\xa6source\xa1s\xa3seq\x00\xa6events"
    deep = [head + b"\x91" * depth + b"\xc0" for depth in (100, 10_000, 1_000_000)]
    maps = [head + b"\x91" + b"\x81\xa1x" * depth + b"\xc0" for depth in (100, 10_000, 300_000)]
    long = [head + b"\xdd" + struct.pack(">I", n) for n in (10_001, 1 << 20, (1 << 32) - 1)]
    text = [
        b"\xdb" + struct.pack(">I", (1 << 32) - 1),
        b"\xc6" + struct.pack(">I", (1 << 32) - 1),
        b"\xdf\xff\xff\xff\xff",
    ]
    return [*deep, *maps, *long, *text, bytes(1 << 20), b"\xc1" * (1 << 20), b"\x90" * (1 << 20), b""]


def test_hostile(told: Told) -> None:
    dice = random.Random(SEED)
    events = feed(SEED, 2000)
    good = [encode(Batch(source="pbx", epoch=1, seq=i, events=writable(events[i : i + 3]))) for i in range(0, 1990, 3)]
    for raw in good:
        decode(raw, 0)
    counts = {"read": 0, "read_in_part": 0, "one_undecodable": 0}
    gc.collect()
    before = rss()
    for turn in range(TIMES):
        found = decode(mutate(dice.choice(good), dice), turn)
        if isinstance(found, Undecodable):
            counts["one_undecodable"] += 1
        else:
            counts["read_in_part" if any(type(e) is Undecodable for e in found.events) else "read"] += 1
    for bomb in bombs() * 20:
        found = decode(bomb, 0)
        assert isinstance(found, Undecodable) or all(type(event) is Undecodable for event in found.events)
        assert decode_answer(bomb) is None
        with contextlib.suppress(*UNREADABLE):
            decode_events(bomb, 0)
    gc.collect()
    grown = rss() - before
    assert grown < 5_000_000
    told(seed=SEED, messages=TIMES, bombs=20 * len(bombs()), **counts, crashes=0, memory_grown_kb=grown // 1024)


def test_hostile_blocks(told: Told) -> None:
    """A gigabyte of zeros in a block of a journal, with every checksum right, is refused before it is unpacked."""
    bomb = zstandard.ZstdCompressor(level=19).compress(bytes(1 << 30))
    gc.collect()
    before = rss()
    header = Header(
        id=1, source="s", epoch=0, first_seq=0, count=1, first_at=0, last_at=0, high_at=0, total=1, packing=ZSTD,
        crc=zlib.crc32(bomb),
    )  # fmt: skip
    for _ in range(20):
        with pytest.raises(BadBlockError):
            unpack(header, bomb)
    grown = rss() - before
    assert grown < 5_000_000
    told(times=20, compressed_bytes=len(bomb), unpacked_bytes=1 << 30, memory_grown_kb=grown // 1024)
