"""Writing a .feed file: the publisher's journal, a recording, and the wall's own memory are all this.

`JournalWriter.append` takes events with their numbers; `flush` commits them as a plain row, so from then on a kill -9
loses nothing (a power cut may lose the last commits, never the file). Once 1 000 events of one producer follow each
other, their plain rows are replaced by one packed block. Without calls to `flush`, `tick` commits what is older than
250 ms: that is the most a kill -9 can cost a recorder.

A failed write (disk full, read-only, I/O error) raises `JournalError` and changes nothing: the events stay in memory,
up to `MAX_PENDING`, and the next `flush` tries again. What no longer fits there is counted in ``lost``.
"""

import contextlib
import sqlite3
from collections import deque
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final, Self

from msgspec.structs import replace

from feeds.blocks import (
    BLOCK_EVENTS,
    COLUMNS,
    PLAIN,
    BadBlockError,
    Head,
    head_bytes,
    head_of,
    header_of,
    unpack,
)
from feeds.clock import Clock, SystemClock
from feeds.draft import Draft, Stretch
from feeds.feedfile import BROKEN, WriterLock, connect_writer, is_the_disks
from feeds.reader import Bounds, Checkpoint, JournalReader, checkpoint_crc
from feeds.walk import Block, Damage
from wallboard.core.events import AnyEvent
from wallboard.core.vocabulary import Event
from wallboard.errors import JournalError

__all__ = ["Block", "Bounds", "Checkpoint", "Damage", "JournalReader", "JournalWriter"]

MAX_AGE_MS: Final = 250
MAX_PENDING: Final = 500_000
"""Events kept in memory while the disk refuses them."""

_LAST: Final = f"SELECT {COLUMNS}, body FROM blocks ORDER BY id DESC"  # noqa: S608 - constant columns


class JournalWriter:
    """The one writer of a .feed file, made if missing. Raises `JournalError` when the file cannot be had."""

    def __init__(self, path: Path, clock: Clock | None = None) -> None:
        self.path = path
        self.lost = 0
        """Events dropped because the disk refused them for too long."""
        self.refused = False
        """Whether the disk refused the last write: then only `tick` and `flush` try again."""
        self._clock = clock or SystemClock()
        self._pending: deque[Stretch] = deque()
        self._waiting = 0
        self._oldest: int | None = None
        self._tail: Stretch | None = None
        if path.is_dir():
            raise JournalError(f"{path} is a folder; name a .feed file.")
        self._lock = WriterLock(path)
        try:
            self._db = connect_writer(path, self._clock.wall())
            try:
                self._head = self._go_on()
            except BaseException:
                self._db.close()
                raise
        except BROKEN as error:
            self._lock.release()
            if is_the_disks(error):
                raise JournalError(f"{path} cannot be written: {error}.") from error
            raise JournalError(
                f"{path} is damaged and cannot be continued: {error}. Record into a new file."
            ) from error
        except BaseException:
            self._lock.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @property
    def total(self) -> int:
        """Events committed since the file was made."""
        return self._head.total

    @property
    def waiting(self) -> int:
        """Events not yet committed."""
        return self._waiting

    def append(self, events: Sequence[Event], *, source: str, epoch: int, seq: int) -> None:
        """Take ``events``, numbered from ``seq``; commits by itself when a block is full."""
        if not events:
            return
        run = Stretch(source, epoch, seq, tuple(events))  # type: ignore[arg-type]
        self._pending.append(run)
        self._waiting += len(events)
        self._drop_oldest()
        if self._oldest is None:
            self._oldest = self._clock.mono()
        if self._waiting >= BLOCK_EVENTS and not self.refused:
            self.flush()

    def _drop_oldest(self) -> None:
        while self._waiting > MAX_PENDING and len(self._pending) > 1:
            dropped = len(self._pending.popleft().events)
            self._waiting -= dropped
            self.lost += dropped

    def tick(self) -> None:
        """Commit what has waited `MAX_AGE_MS`. Raises `JournalError` like `flush`."""
        if self._oldest is not None and self._clock.mono() - self._oldest >= MAX_AGE_MS:
            self.flush()

    def flush(self) -> None:
        """Commit all. Raises `JournalError` when the disk refuses; nothing is lost by that, call again."""
        if not self._pending:
            return
        self._oldest = self._clock.mono()  # a refusal is tried again an age later
        self._save(Draft(self._db, self._head, self._tail), self._pending)

    def seal(self) -> None:
        """Commit all and pack the newest rows; done by `close` and before a checkpoint."""
        if self._pending or self._tail:
            self._save(Draft(self._db, self._head, self._tail), self._pending, seal=True)

    def _save(self, draft: Draft, runs: Sequence[Stretch], *, seal: bool = False) -> None:
        self.refused = True
        with self._transaction():
            for run in runs:
                draft.add(run)
            draft.settle(seal=seal)
            self._db.execute("UPDATE meta SET value = ? WHERE key = 'head'", (head_bytes(draft.head),))
        self._head, self._tail = draft.head, draft.tail
        self._pending.clear()
        self._waiting, self._oldest, self.refused = 0, None, False

    @contextlib.contextmanager
    def _transaction(self) -> Iterator[None]:
        try:
            self._db.execute("BEGIN IMMEDIATE")
            yield
            self._db.execute("COMMIT")
        except sqlite3.Error as error:
            raise JournalError(f"{self.path} cannot be written: {error}.") from error
        finally:
            if self._db.in_transaction:
                with contextlib.suppress(sqlite3.Error):
                    self._db.execute("ROLLBACK")

    def checkpoint(self, at: int, kind: str, body: bytes, keep: int | None = None, position: int | None = None) -> None:
        """Keep ``body``, the state of a fold as of ``at`` (ms), over everything appended so far or up to ``position``.

        With ``keep``, only so many checkpoints stay, of whatever kind.
        """
        self.seal()
        position = self._head.total if position is None else position
        row = (at, position, kind, checkpoint_crc(at, position, kind, body), body)
        with self._transaction():
            self._db.execute("INSERT INTO checkpoints (at, position, kind, crc, body) VALUES (?,?,?,?,?)", row)
            if keep is not None:
                newest = "SELECT id FROM checkpoints ORDER BY id DESC LIMIT ?"
                self._db.execute(f"DELETE FROM checkpoints WHERE id NOT IN ({newest})", (keep,))  # noqa: S608 - constant

    def trim(self, before: int) -> None:
        """Forget whole blocks whose events are all older than ``before`` (ms), and their checkpoints."""
        self.seal()
        with JournalReader(self.path) as reader:
            header = reader.last(lambda row: row.high_at < before)
        if header is None:
            return
        head = replace(self._head, floor=header.total)
        with self._transaction():
            self._db.execute("DELETE FROM blocks WHERE id <= ?", (header.id,))
            self._db.execute("DELETE FROM checkpoints WHERE position < ?", (header.total,))
            self._db.execute("UPDATE meta SET value = ? WHERE key = 'head'", (head_bytes(head),))
        self._head = head

    def used(self) -> int:
        """Bytes that are in use, checkpoints included; the file may be larger."""
        size, pages, free = (
            self._db.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_size", "page_count", "freelist_count")
        )
        return int(size * (pages - free))

    def trim_to(self, size: int) -> None:
        """Forget the oldest blocks, an eighth of the time at once, until at most ``size`` bytes are in use."""
        while self.used() > size:
            with JournalReader(self.path) as reader:
                bounds, first = reader.bounds(), reader.header_from(0)
            if bounds is None or first is None:
                return
            self.trim(max(first.high_at + 1, bounds.first_at + (bounds.last_at - bounds.first_at) // 8))

    def meta(self, key: str) -> object:
        """What was kept under ``key``; ``None`` when nothing."""
        row = self._db.execute("SELECT value FROM meta WHERE key = ?", (f"x-{key}",)).fetchone()
        return row[0] if row else None

    def set_meta(self, key: str, value: str | int | None) -> None:
        """Keep a small value under ``key``."""
        with self._transaction():
            self._db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"x-{key}", value))

    def close(self) -> None:
        """Commit, pack, and leave a single file. Raises `JournalError` when the last events cannot be written."""
        try:
            self._last_words()
            with contextlib.suppress(sqlite3.Error):
                self._db.execute("PRAGMA journal_mode = DELETE")  # refused while somebody reads: then it stays WAL
        finally:
            self._db.close()
            self._lock.release()

    def _last_words(self) -> None:
        try:
            self.seal()
        except JournalError as error:
            if not self._waiting:
                raise
            count = "1 event is" if self._waiting == 1 else f"{self._waiting} events are"
            raise JournalError(f"{error} The newest {count} not in it.") from error

    def _go_on(self) -> Head:
        """Where an existing file ends; its plain rows become the tail again."""
        row = self._db.execute("SELECT value FROM meta WHERE key = 'head'").fetchone()
        head = _head_or_refuse(self.path, row)
        events: tuple[AnyEvent, ...] = ()
        for *columns, body in self._db.execute(_LAST):
            try:
                header = header_of(tuple(columns))
                run = Stretch(header.source, header.epoch, header.first_seq, unpack(header, body))
            except BadBlockError:
                break
            if header.packing != PLAIN or len(events) + header.count >= BLOCK_EVENTS:
                break
            if self._tail and not run.goes_on(self._tail):
                break
            events = run.events + events
            self._tail = Stretch(run.source, run.epoch, run.seq, events, len(events), header.id)
        return head


def _head_or_refuse(path: Path, row: tuple[object] | None) -> Head:
    head = head_of(row[0]) if row else None
    if head is None:
        raise JournalError(f"{path} is damaged at its end and cannot be continued; record into a new file.")
    return head
