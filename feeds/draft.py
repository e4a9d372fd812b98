"""What a transaction is about to make of a .feed file: rows written, plain rows packed, the new end."""

import sqlite3
import zlib
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from feeds.blocks import BLOCK_BYTES, BLOCK_EVENTS, COLUMNS, PLAIN, ZSTD, Head, Header, compress, mark_of
from feeds.wire import UNWRITABLE, encode_events, writable
from wallboard.core.events import AnyEvent

_PLAIN_BYTES: Final = 1 << 18
_INSERT: Final = f"INSERT INTO blocks ({COLUMNS}, body) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)"  # noqa: S608 - constant


class Stretch(Struct):
    """Events of one producer with consecutive numbers. ``written`` of them are in plain rows since row ``start``."""

    source: str
    epoch: int
    seq: int
    events: tuple[AnyEvent, ...]
    written: int = 0
    start: int = 0

    def goes_on(self, other: "Stretch") -> bool:
        """Whether ``other`` follows on without a break."""
        after = self.seq + len(self.events)
        return self.source == other.source and self.epoch == other.epoch and after == other.seq


class Draft:
    """What a transaction is about to make of a file: its head and its tail, thrown away when the disk refuses."""

    def __init__(self, db: sqlite3.Connection, head: Head, tail: Stretch | None) -> None:
        self._db = db
        self.head = head
        self.tail = replace(tail) if tail else None

    def add(self, run: Stretch) -> None:
        """One more run behind the tail; full blocks are packed at once."""
        if self.tail is not None and self.tail.goes_on(run):
            self.tail.events += run.events
        else:
            self._pack_tail()
            self.tail = replace(run)
        while self._full():
            self._pack_tail(BLOCK_EVENTS)

    def _full(self) -> bool:
        return self.tail is not None and len(self.tail.events) >= BLOCK_EVENTS

    def settle(self, *, seal: bool) -> None:
        """Write what is left: packed when ``seal``, else as a plain row."""
        tail = self.tail
        if tail is None or (not seal and tail.written == len(tail.events)):
            return
        fresh = tail.events[tail.written :]
        if seal or len(_body(fresh)[1]) > _PLAIN_BYTES:
            self._pack_tail()
            return
        row = self._write(replace(tail, events=fresh, seq=tail.seq + tail.written), PLAIN)
        tail.start = tail.start if tail.written else row
        tail.written = len(tail.events)

    def _pack_tail(self, count: int | None = None) -> None:
        tail = self.tail
        if tail is None:
            return
        count = len(tail.events) if count is None else count
        if tail.written:
            self._db.execute("DELETE FROM blocks WHERE id >= ?", (tail.start,))
            self.head = replace(self.head, total=self.head.total - tail.written)
        self._write(replace(tail, events=tail.events[:count]), ZSTD)
        rest = tail.events[count:]
        self.tail = Stretch(tail.source, tail.epoch, tail.seq + count, rest) if rest else None

    def _write(self, run: Stretch, packing: int) -> int:
        """Rows for ``run``, halved until each is small enough; returns the id of the last."""
        events, body = _body(run.events)
        if len(events) > 1 and len(body) > BLOCK_BYTES:
            half = len(events) // 2
            self._write(replace(run, events=events[:half]), packing)
            return self._write(replace(run, events=events[half:], seq=run.seq + half), packing)
        body = compress(body) if packing == ZSTD else body
        header = self._header(replace(run, events=events), packing, zlib.crc32(body))
        row = tuple(getattr(header, name) for name in Header.__struct_fields__)
        self._db.execute(_INSERT, (*row, body))
        self.head = replace(self.head, id=header.id, high_at=header.high_at, total=header.total, mark=header.mark)
        return header.id

    def _header(self, run: Stretch, packing: int, crc: int) -> Header:
        times = [event.at for event in run.events]
        header = Header(
            id=self.head.id + 1,
            source=run.source,
            epoch=run.epoch,
            first_seq=run.seq,
            count=len(times),
            first_at=min(times),
            last_at=max(times),
            high_at=max(self.head.high_at, *times),
            total=self.head.total + len(times),
            packing=packing,
            crc=crc,
        )
        return replace(header, mark=mark_of(header))


def _body(events: tuple[AnyEvent, ...]) -> tuple[tuple[AnyEvent, ...], bytes]:
    """Events and their MessagePack; what cannot be written has been replaced by `Undecodable`."""
    try:
        return events, encode_events(events)
    except UNWRITABLE:
        events = writable(events)
        return events, encode_events(events)
