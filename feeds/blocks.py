"""One row of a .feed file: up to 1 000 events under a header that cannot be altered unseen.

A row's ``mark`` is the CRC-32 of its header; the header holds the CRC-32 of the body and ``total``, the events of the
whole file so far. So a flipped bit in a header or a body is seen, and so is a row that vanished: the totals of its
neighbours do not meet, and their difference says what it cost. Nothing is repaired. A body is a MessagePack array of
events, plain (``packing`` 0, rows just written) or zstd (``packing`` 1).
"""

import struct
import zlib
from collections.abc import Callable
from typing import Final

import zstandard
from msgspec import Struct

from feeds.wire import UNREADABLE, decode_events
from wallboard.core.events import AnyEvent

BLOCK_EVENTS: Final = 1000
BLOCK_BYTES: Final = 1 << 20
"""MessagePack bytes a block is cut at."""
MAX_BODY: Final = 8 << 20
"""MessagePack bytes a reader will unpack: a block of the largest events."""
PLAIN: Final = 0
ZSTD: Final = 1

COLUMNS: Final = "id, source, epoch, first_seq, count, first_at, last_at, high_at, total, packing, crc, mark"
_HEADER: Final = struct.Struct("<qqqqqqqqqI")
_HEAD: Final = struct.Struct("<qqqqII")


Read = Callable[[bytes, int], tuple[AnyEvent, ...]]
"""Makes events of a body: `decode_events`, or `undecoded` for whoever only passes them on."""


class BadBlockError(Exception):
    """A row does not hold what its header says; the text says what is wrong."""


class Header(Struct, frozen=True, kw_only=True):
    """What a row says of its events. Times are ms since the epoch; ``high_at`` and ``total`` run over the file."""

    id: int
    source: str
    epoch: int
    first_seq: int
    count: int
    first_at: int
    """The earliest ``at`` in the row."""
    last_at: int
    """The latest ``at`` in the row."""
    high_at: int
    """The latest ``at`` in this row and all before it: never falls, so a seek can halve its way."""
    total: int
    """Events in this row and all before it."""
    packing: int
    crc: int
    mark: int = 0

    @property
    def base(self) -> int:
        """Events in all rows before it."""
        return self.total - self.count


class Head(Struct, frozen=True):
    """Where the file ends, kept apart from the rows so that a cut is seen."""

    id: int = 0
    """The newest row."""
    high_at: int = 0
    total: int = 0
    floor: int = 0
    """Events in the rows that were trimmed from the beginning."""
    mark: int = 0
    """Of the newest row."""


def head_bytes(head: Head) -> bytes:
    """``head`` under its own CRC-32."""
    plain = _HEAD.pack(head.id, head.high_at, head.total, head.floor, head.mark, 0)
    return _HEAD.pack(head.id, head.high_at, head.total, head.floor, head.mark, zlib.crc32(plain))


def head_of(raw: object) -> Head | None:
    """The head in ``raw``; ``None`` when it is damaged."""
    if not isinstance(raw, bytes) or len(raw) != _HEAD.size:
        return None
    head = Head(*_HEAD.unpack(raw)[:5])
    return head if head_bytes(head) == raw else None


def mark_of(header: Header) -> int:
    """The CRC-32 of all of ``header`` but its mark."""
    h = header
    numbers = (h.id, h.epoch, h.first_seq, h.count, h.first_at, h.last_at, h.high_at, h.total, h.packing)
    return zlib.crc32(h.source.encode("utf-8", "surrogatepass"), zlib.crc32(_HEADER.pack(*numbers, h.crc)))


def header_of(columns: tuple[object, ...]) -> Header:
    """The header in a row's `COLUMNS`; raises `BadBlockError` when its mark or a type is wrong."""
    try:
        header = Header(**dict(zip(Header.__struct_fields__, columns, strict=True)))  # type: ignore[arg-type]
        sound = mark_of(header) == header.mark
    except (struct.error, TypeError, AttributeError, ValueError) as error:
        raise BadBlockError("its header is damaged") from error
    if not sound:
        raise BadBlockError("its header is damaged")
    return header


def compress(plain: bytes) -> bytes:
    """The packed form of a body."""
    return zstandard.ZstdCompressor(level=3).compress(plain)


def unpack(header: Header, body: object, read: Read = decode_events) -> tuple[AnyEvent, ...]:
    """The events of a row as ``read`` makes them; raises `BadBlockError` when body and header disagree."""
    if not isinstance(body, bytes) or zlib.crc32(body) != header.crc:
        raise BadBlockError("its checksum does not match")
    try:
        events = read(_plain(header.packing, body), header.last_at)
    except (zstandard.ZstdError, *UNREADABLE) as error:
        raise BadBlockError("its body cannot be decoded") from error
    if len(events) != header.count:
        raise BadBlockError(f"it holds {len(events)} events, not {header.count}")
    return events


def _plain(packing: int, body: bytes) -> bytes:
    if packing != ZSTD:
        return body
    size = zstandard.frame_content_size(body)  # a declared size overrules max_output_size, so look first
    if not 0 <= size <= MAX_BODY:
        raise BadBlockError("its size is out of bounds")
    return zstandard.ZstdDecompressor().decompress(body, max_output_size=MAX_BODY)
