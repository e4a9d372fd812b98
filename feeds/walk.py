"""One pass over the rows of a .feed file that keeps count, so that whatever lacks is noticed and said."""

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Final, Protocol

from msgspec import Struct

from feeds.blocks import BadBlockError, Head, Header, Read, header_of, unpack
from feeds.feedfile import BROKEN
from feeds.wire import decode_events
from wallboard.core.events import AnyEvent

_AT_ONCE: Final = 16


class Damage(Struct, frozen=True, kw_only=True):
    """Something that could not be read, and what it cost. Times are ms and bracket the loss."""

    reason: str
    events: int | None
    """``None`` when the file no longer tells how many."""
    first_at: int
    last_at: int | None = None


class Block(Struct, frozen=True, kw_only=True):
    """Events in the order they came: consecutive numbers of one producer."""

    source: str
    epoch: int
    seq: int
    events: tuple[AnyEvent, ...]
    first_at: int
    last_at: int
    stop: int
    """The position after its last event: where to go on."""


class Rows(Protocol):
    """What a walk needs of a reader; see `feeds.reader.JournalReader`."""

    def head(self) -> Head | None:
        """Where the file says it ends."""
        ...

    def last(self, early: Callable[[Header], bool]) -> Header | None:
        """The last of the leading rows for which ``early`` holds."""
        ...

    def header_from(self, row: int) -> Header | None:
        """The first sound header from ``row`` on."""
        ...

    def rows_after(self, row: int, limit: int) -> list[tuple[object, ...]]:
        """Raw rows."""
        ...

    def note(self, damage: Damage) -> None:
        """Keep and tell a damage."""
        ...


def block_of(header: Header, events: tuple[AnyEvent, ...], skip: int = 0) -> Block:
    """A block of ``events`` without the first ``skip``."""
    return Block(
        source=header.source,
        epoch=header.epoch,
        seq=header.first_seq + skip,
        events=events[skip:] if skip else events,
        first_at=header.first_at,
        last_at=header.last_at,
        stop=header.total,
    )


class Walk:
    """One pass over the rows: keeps count, so that whatever lacks is noticed."""

    def __init__(self, reader: Rows, position: int, read: Read = decode_events) -> None:
        self._reader = reader
        self._read = read
        self._wrong: str | None = None
        head = reader.head()
        header = reader.last(lambda row: row.total <= position) if position else None
        self._row, self._at = (header.id, header.last_at) if header else (0, 0)
        self._total = max(position, head.floor if head else 0)

    def blocks(self) -> Iterator[Block]:
        """Every block that is left, in order."""
        while True:
            head = self._reader.head()
            rows = self._rows()
            for *columns, body in rows:
                block = self._block(tuple(columns), body)
                if block is not None:
                    yield block
            if not rows:
                self._finish(head)
                return

    def _rows(self) -> list[tuple[object, ...]]:
        try:
            return self._reader.rows_after(self._row, _AT_ONCE)
        except BROKEN:
            return self._row_by_row()

    def _row_by_row(self) -> list[tuple[object, ...]]:
        """The next row that can be had, past those that cannot; their totals will tell what that cost."""
        self._wrong = "a page of the file is damaged"
        while True:
            header = self._reader.header_from(self._row + 1)
            if header is None:
                return []
            with suppress(*BROKEN):
                return self._reader.rows_after(header.id - 1, 1)
            self._row = header.id

    def _block(self, columns: tuple[object, ...], body: object) -> Block | None:
        row = columns[0]
        self._row = row if isinstance(row, int) and row > self._row else self._row + 1
        try:
            header = header_of(columns)
        except BadBlockError as error:
            self._wrong = f"block {self._row}: {error}"
            return None
        skip = self._meet(header)
        self._total, self._at = max(header.total, self._total), header.last_at
        try:
            events = unpack(header, body, self._read)
        except BadBlockError as error:
            reason = f"block {header.id}: {error}"
            lost = header.count - skip
            self._reader.note(Damage(reason=reason, events=lost, first_at=header.first_at, last_at=header.last_at))
            return None
        return block_of(header, events, skip) if skip < header.count else None

    def _meet(self, header: Header) -> int:
        """Compare totals with the row before: say what lacks, and return how many events were already read."""
        between = header.base - self._total
        if between > 0 or self._wrong is not None:
            self._lack(max(between, 0), header.first_at)
        return max(-between, 0)

    def _finish(self, head: Head | None) -> None:
        if head is None:
            reason = self._wrong or "the note of where the file ends is damaged: blocks may lack there"
            self._reader.note(Damage(reason=reason, events=None, first_at=self._at))
        elif self._wrong is not None or head.total > self._total:
            self._lack(max(head.total - self._total, 0), head.high_at)
        self._wrong = None

    def _lack(self, events: int, until: int) -> None:
        reason = self._wrong or "blocks are missing"
        if events != 0:
            self._reader.note(Damage(reason=reason, events=events, first_at=self._at, last_at=until))
        self._wrong = None
