"""Reading a .feed file: in order, from a moment, or a range of numbers; damage is skipped and said.

A *position* is the number of events from the file's beginning, trimmed ones included: it stays true while rows are
packed and trimmed. Each look into the file is a short transaction of its own, so a reader never holds up the writer and
may follow a file that grows.
"""

import itertools
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Final, Self

from msgspec import Struct

from feeds.blocks import COLUMNS, BadBlockError, Head, Header, Read, head_of, header_of, unpack
from feeds.feedfile import BROKEN, connect_reader, cut_short
from feeds.walk import Block, Damage, Walk, block_of
from feeds.wire import decode_events
from wallboard.core.events import AnyEvent
from wallboard.errors import JournalError

_AFTER: Final = f"SELECT {COLUMNS}, body FROM blocks WHERE id > ? ORDER BY id LIMIT ?"  # noqa: S608 - constant columns
_HEADER_FROM: Final = f"SELECT {COLUMNS} FROM blocks WHERE id >= ? ORDER BY id LIMIT 1"  # noqa: S608 - constant columns
_RANGE: Final = (
    f"SELECT {COLUMNS}, body FROM blocks WHERE source = ? AND epoch = ? AND first_seq >= ? AND first_seq < ? "  # noqa: S608 - constant columns
    "ORDER BY first_seq"
)
_LACKING: Final = """
SELECT sum(max(first_seq - reached, 0)) FROM (
  SELECT first_seq, max(first_seq + count) OVER (
    PARTITION BY source, epoch ORDER BY first_seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  ) AS reached FROM blocks WHERE total > ? AND first_at <= ?
)"""
_EVER: Final = 1 << 62


class Bounds(Struct, frozen=True):
    """From when to when a file reaches, ms, and how many events it holds."""

    first_at: int
    last_at: int
    events: int


class Checkpoint(Struct, frozen=True):
    """A fold at rest: ``body`` is its state at ``position``; ``kind`` says who can read it."""

    at: int
    position: int
    kind: str
    body: bytes


def checkpoint_crc(at: int, position: int, kind: str, body: bytes) -> int:
    """The CRC-32 a checkpoint is kept under."""
    return zlib.crc32(body, zlib.crc32(f"{at}/{position}/{kind}".encode()))


class JournalReader:
    """A .feed file, read-only. ``damage`` lists what was met so far; ``on_damage`` hears of it at once."""

    def __init__(self, path: Path, on_damage: Callable[[Damage], None] | None = None) -> None:
        self.path = path
        self.damage: list[Damage] = []
        self._tell = on_damage
        self._db = connect_reader(path)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def head(self) -> Head | None:
        """Where the file says it ends; ``None`` when that is damaged."""
        try:
            row = self._db.execute("SELECT value FROM meta WHERE key = 'head'").fetchone()
        except BROKEN:
            return None
        return head_of(row[0]) if row else None

    def bounds(self) -> Bounds | None:
        """First and last time and the number of events; ``None`` for a file without any."""
        head, first = self.head(), self.header_from(0)
        if head is None:
            blocks = [(block.first_at, block.last_at, len(block.events)) for block in self.blocks()]
            if not blocks:
                return None
            return Bounds(blocks[0][0], max(last for _, last, _ in blocks), sum(count for _, _, count in blocks))
        if first is None or head.total == head.floor:
            return None
        return Bounds(first.first_at, head.high_at, head.total - head.floor)

    def header_from(self, row: int) -> Header | None:
        """The first sound header at row ``row`` or after."""
        while True:
            try:
                columns = self._db.execute(_HEADER_FROM, (row,)).fetchone()
                return header_of(columns) if columns else None
            except BadBlockError:
                row = columns[0] + 1
            except BROKEN:
                found = self._readable_after(row)
                if found is None:
                    return None
                row = found

    def last(self, early: Callable[[Header], bool]) -> Header | None:
        """The last row of the leading ones for which ``early`` holds, found by halving."""
        head = self.head()
        low, high, found = 0, head.id if head else 0, None
        while low < high:
            middle = (low + high) // 2
            header = self.header_from(middle + 1)
            if header is None or not early(header):
                high = middle
            else:
                low, found = header.id, header
        return found

    def before(self, at: int) -> int:
        """The position of a block's beginning before which all events are older than ``at`` (ms), as late as can be."""
        header = self.last(lambda row: row.high_at < at)
        return header.total if header else 0

    def events(self, at: int | None = None) -> Iterator[tuple[AnyEvent, ...]]:
        """All events, block by block; with ``at``, from the first one at or after that moment (ms) on."""
        if at is None:
            yield from (block.events for block in self.blocks())
            return
        blocks = self.blocks(self.before(at))
        for block in blocks:
            rest = tuple(itertools.dropwhile(lambda event: event.at < at, block.events))
            if rest:
                yield rest
                break
        yield from (block.events for block in blocks)

    def blocks(self, position: int = 0, read: Read = decode_events) -> Iterator[Block]:
        """Blocks in the order they came, from ``position`` on."""
        return Walk(self, position, read).blocks()

    def span(self, source: str, epoch: int, start: int, stop: int, read: Read = decode_events) -> Iterator[Block]:
        """The sound blocks that hold numbers from ``start`` to before ``stop``; damage shows as numbers that lack."""
        lead = self._db.execute(
            "SELECT max(first_seq) FROM blocks WHERE source = ? AND epoch = ? AND first_seq <= ?",
            (source, epoch, start),
        ).fetchone()[0]
        for *columns, body in self._db.execute(_RANGE, (source, epoch, start if lead is None else lead, stop)):
            with suppress(BadBlockError):
                header = header_of(tuple(columns))
                yield block_of(header, unpack(header, body, read))

    def after(self, source: str, epoch: int, seq: int) -> int | None:
        """The position from which everything at or after a number of an epoch is found; ``None``: not in the file."""
        sql = (
            "SELECT min(total - count) FROM blocks WHERE source = ? AND epoch = ? AND first_seq + count > ?",
            "SELECT max(total) FROM blocks WHERE source = ? AND epoch = ? AND first_seq + count = ?",
        )
        try:
            found = [self._db.execute(text, (source, epoch, seq)).fetchone()[0] for text in sql]
        except BROKEN as error:
            raise JournalError(f"{self.path} is damaged: {error}.") from error
        return next((position for position in found if isinstance(position, int)), None)

    def checkpoint(self, at: int, kind: str) -> Checkpoint | None:
        """The newest sound checkpoint of that kind at or before ``at`` (ms)."""
        rows = (
            "SELECT at, position, kind, crc, body FROM checkpoints WHERE at <= ? AND kind = ? ORDER BY at DESC, id DESC"
        )
        with suppress(*BROKEN):
            for moment, position, name, crc, body in self._db.execute(rows, (at, kind)):
                if isinstance(body, bytes) and checkpoint_crc(moment, position, name, body) == crc:
                    return Checkpoint(moment, position, name, body)
        return None

    def positions(self) -> dict[str, tuple[int, int]]:
        """Per source, its newest epoch and the number its next event will have. Raises `JournalError` on damage."""
        newest = "SELECT source, epoch, max(id) FROM blocks GROUP BY source"
        try:
            found = self._db.execute(newest).fetchall()
        except BROKEN as error:
            raise JournalError(f"{self.path} is damaged: {error}.") from error
        return {source: (epoch, self.reached(source, epoch)) for source, epoch, _ in found}

    def reached(self, source: str, epoch: int) -> int:
        """The number that the next event of an epoch will have. Raises `JournalError` on damage."""
        stop = "SELECT coalesce(max(first_seq + count), 0) FROM blocks WHERE source = ? AND epoch = ?"
        try:
            return int(self._db.execute(stop, (source, epoch)).fetchone()[0])
        except BROKEN as error:
            raise JournalError(f"{self.path} is damaged: {error}.") from error

    def epochs(self, source: str, position: int) -> set[int]:
        """The epochs of a source behind a position. Raises `JournalError` on damage."""
        sql = "SELECT DISTINCT epoch FROM blocks WHERE source = ? AND total > ?"
        try:
            return {epoch for (epoch,) in self._db.execute(sql, (source, position))}
        except BROKEN as error:
            raise JournalError(f"{self.path} is damaged: {error}.") from error

    def lacking(self, position: int = 0, until: int = _EVER) -> int:
        """How many numbers lack between those of the rows behind ``position`` that begin by ``until`` (ms).

        They were lost before they were written. Raises `JournalError` on damage.
        """
        try:
            return int(self._db.execute(_LACKING, (position, until)).fetchone()[0] or 0)
        except BROKEN as error:
            raise JournalError(f"{self.path} is damaged: {error}.") from error

    def integrity(self) -> list[str]:
        """What is wrong with the file as such: SQLite's own words, or that it is cut short; empty when nothing is."""
        cut = cut_short(self.path)
        if cut is not None:
            return [cut]
        try:
            lines = [str(line) for (line,) in self._db.execute("PRAGMA integrity_check(20)")]
        except BROKEN as error:
            return [str(error)]
        return [] if lines == ["ok"] else lines

    def note(self, damage: Damage) -> None:
        """Keep and tell a damage."""
        self.damage.append(damage)
        if self._tell:
            self._tell(damage)

    def rows_after(self, row: int, limit: int) -> list[tuple[object, ...]]:
        """Raw rows, `COLUMNS` and body; raises one of `BROKEN` on a damaged page."""
        return self._db.execute(_AFTER, (row, limit)).fetchall()

    def _readable_after(self, row: int) -> int | None:
        """The first row id from ``row`` on that SQLite can find at all: doubling steps, then halving back."""
        head = self.head()
        end, step = head.id if head else 1 << 40, 1
        while not self._finds(row + step):
            step *= 2
            if row + step > end:
                return None
        low, high = row + step // 2, row + step
        while low + 1 < high:
            middle = (low + high) // 2
            low, high = (low, middle) if self._finds(middle) else (middle, high)
        return high

    def _finds(self, row: int) -> bool:
        try:
            self._db.execute("SELECT id, mark FROM blocks WHERE id >= ? ORDER BY id LIMIT 1", (row,)).fetchone()
        except BROKEN:
            return False
        return True
