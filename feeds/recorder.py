"""A subscriber whose events are kept: the wall's own memory, and ``wallboard record``.

A full disk does not stop the feed: it is said in `FeedHealth.recording`, events wait in memory, and writing resumes by
itself. A recorder that starts again asks the publisher for what it missed.
"""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Protocol, Self

from msgspec import Struct
from msgspec.structs import replace

from feeds.backfill import Backfill
from feeds.clock import Clock, SystemClock
from feeds.journal import JournalWriter
from feeds.reader import JournalReader
from feeds.sequence import Run
from feeds.subscriber import Subscriber
from wallboard.core.events import AnyEvent
from wallboard.core.source import BEGINNING, FeedHealth
from wallboard.errors import JournalError


class Recording(Struct, frozen=True, kw_only=True):
    """What `record` did."""

    events: int
    missing: int
    duplicates: int
    undecodable: int
    lost: int
    """Events that the disk refused for too long."""


class Taker(Protocol):
    """A live source that says the numbers of its events: a `Subscriber`, or several `feeds.merged.Merged`."""

    def take(self, timeout_ms: int) -> list[Run]:
        """Events in order, waiting at most ``timeout_ms``."""
        ...

    def serving(self) -> dict[str, dict[str, int]]:
        """The producers that were heard, by address, and when each was last, monotonic ms."""
        ...

    def now(self) -> int:
        """The producer's present, ms."""
        ...

    def health(self) -> FeedHealth:
        """How far to trust it."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class Recorder:
    """A `Source` that passes a subscriber's events on and writes them down. Closes both with itself."""

    def __init__(self, subscriber: Taker, writer: JournalWriter) -> None:
        self._subscriber = subscriber
        self._writer = writer
        self._backfill: Backfill | None = None
        self._lacks: str | None = None
        self.trouble: str | None = None
        """Why nothing is being written; ``None`` when all is well."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def poll(self, timeout_ms: int) -> list[AnyEvent]:
        """Events in order, waiting at most ``timeout_ms``. A journal that cannot be written raises nothing."""
        if self._backfill is not None and self._may_fetch():
            timeout_ms = min(timeout_ms, self._backfill.rest())
        runs = self._subscriber.take(timeout_ms)
        keep = self._backfill.hold if self._backfill else self.write
        for run in runs:
            keep(run)
        if self._backfill is not None and self._may_fetch():
            self._fetch(self._backfill)
        try:
            self._writer.tick()
        except JournalError as error:
            self.trouble = str(error)
        if not self._writer.refused:
            self.trouble = None
        return [event for run in runs for event in run.events]

    def hold_for(self, backfill: Backfill) -> None:
        """From now on what comes is not written until ``backfill`` has written what was before."""
        self._backfill = backfill

    @property
    def whole(self) -> bool:
        """Whether all that was given out is written, or about to be."""
        return self._backfill is None

    def _may_fetch(self) -> bool:
        """Whether the past is to be fetched now: a wall is to be live first, and a disk that refuses takes nothing."""
        return not self._writer.refused and self._subscriber.health().state not in BEGINNING

    def _fetch(self, backfill: Backfill) -> None:
        backfill.work()
        if backfill.done:
            self._backfill = None
            if backfill.lacks:
                self._lacks = f"{backfill.lacks} events of the past, which the publisher no longer has"

    def write(self, run: Run) -> None:
        """Put a run into the journal; what a disk refuses waits."""
        try:
            self._writer.append(run.events, source=run.source, epoch=run.epoch, seq=run.seq)
        except JournalError as error:
            self.trouble = str(error)

    def now(self) -> int:
        """The producer's present, ms."""
        return self._subscriber.now()

    def health(self) -> FeedHealth:
        """The subscriber's, whether it is being recorded, and how far the past that is still being fetched."""
        health = self._subscriber.health()
        fetching = f"still fetching the past: {self._backfill.share:.0%}" if self._backfill else None
        why = " · ".join(filter(None, (health.why, fetching))) or None
        return replace(health, recording=self.trouble or self._lacks, why=why)

    def close(self) -> None:
        """Commit and let go. Raises `JournalError` when the last events cannot be written."""
        if self._backfill is not None:
            self._backfill.close()
        try:
            self._writer.close()
        finally:
            self._subscriber.close()


def places(path: Path) -> Mapping[str, tuple[int, int]]:
    """Where a recording ended, for `Subscriber`'s ``resume``: per source, epoch and next number. Empty when new."""
    if not path.exists() or (path.is_file() and path.stat().st_size == 0):
        return {}
    with JournalReader(path) as reader:
        return reader.positions()


def record(
    address: str,
    path: Path,
    stop: Callable[[], bool],
    clock: Clock | None = None,
    say: Callable[[str], None] = lambda _: None,
) -> Recording:
    """Write the feed at ``address`` into ``path``, made or continued, until ``stop()``.

    ``say`` hears when writing fails and when it resumes. Raises `FeedError` for a bad address and `JournalError` when
    the file cannot be had, or its last events cannot be written.
    """
    clock = clock or SystemClock()
    resume = places(path)
    writer = JournalWriter(path, clock)
    try:
        subscriber = Subscriber(address, clock=clock, resume=resume)
    except BaseException:
        writer.close()
        raise
    before = writer.total
    with Recorder(subscriber, writer) as recorder:
        trouble: str | None = None
        while not stop():
            recorder.poll(100)
            if recorder.trouble != trouble:
                trouble = recorder.trouble
                say(f"Not recording: {trouble}" if trouble else "Recording again.")
        health = recorder.health()
    return Recording(
        events=writer.total - before,
        missing=health.missing,
        duplicates=health.duplicates,
        undecodable=health.undecodable,
        lost=writer.lost,
    )
