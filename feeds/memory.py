"""The wall's own memory: a live feed that is written down as it comes, and folded again when the wall starts anew.

A restart begins from the newest checkpoint of the fold, or from the beginning of the day; folds what was written since;
and asks the publishers only for the tail it missed. What is heard of a centre that it does not remember begins another
memory: see `feeds.lineage`.
"""

import contextlib
import itertools
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, Self

from msgspec import Struct
from msgspec.structs import replace

from feeds.backfill import Backfill
from feeds.clock import Clock, SystemClock
from feeds.freeze import UNFREEZABLE, Packing, tag, taken, thaw
from feeds.headstart import HeadStart, Place, head_start
from feeds.journal import JournalWriter
from feeds.lineage import AFRESH, AFRESH_AT, SERVED, Familiar, ReplacedError, Served, begin_afresh, sources_of, written
from feeds.reader import JournalReader
from feeds.recorder import Recorder, Taker
from feeds.subscriber import Subscriber
from feeds.walk import Block
from wallboard.core.aggregator import Aggregator
from wallboard.core.events import AnyEvent
from wallboard.core.past import CLOSE_MS
from wallboard.core.source import FeedHealth
from wallboard.errors import JournalError

KEPT: Final = 2
"""Checkpoints kept: the newest, and one before in case that is damaged."""
TOLD_MS: Final = 600_000
"""For so long the wall says that its memory was begun afresh."""
REMOVED: Final = "its file was removed; start the wall again to have another"
LOOK_MS: Final = 60_000
"""Between two looks whether the file is there."""
_EVER: Final = 1 << 62
_BLOCKS: Final = 4
_AT_ONCE: Final = 500_000
"""So many events are folded again in a second or two."""

Positions = Mapping[str, tuple[int, int]]


class Keeping(Struct, frozen=True, kw_only=True):
    """What is kept and for how long."""

    every_ms: int = 600_000
    """Between checkpoints, at least."""
    events: int = 100_000
    """Between checkpoints, at least: what is folded again in a second needs none."""
    age_ms: int = 48 * 3_600_000
    size: int = 1 << 30
    """Bytes."""


class Memory:
    """A `Source` over ``path``: what is in there first, then what ``live`` gives, written down.

    Args:
        path: a .feed of its own; made if missing, set aside when it is damaged.
        live: opens the feed, told where the memory ends (empty when it is new), and what may begin from a checkpoint.
        keeping: for how long.
        since: how far back to fold, ms, when there is no checkpoint.
        clock: for the age of things.

    Raises `JournalError` when the file cannot be had, because another wall has it for example.
    """

    def __init__(
        self,
        path: Path,
        live: Callable[[Positions, HeadStart | None], Taker],
        keeping: Keeping,
        *,
        since: int,
        clock: Clock | None = None,
    ) -> None:
        self._clock = clock or SystemClock()
        self._live = live
        self._keeping = keeping
        self._since = since
        path.parent.mkdir(parents=True, exist_ok=True)
        self._writer = _writer(path, self._clock)
        self._reader = JournalReader(path)
        self._recorder: Recorder | None = None
        self._familiar: Familiar | None = None
        self._taker: Taker | None = None
        self._fold: Aggregator | None = None
        self._known: Positions = {}
        self._behind = False
        self._packing: tuple[Packing, str, int, int] | None = None
        self._served: Served = {}
        self._afresh, since_when = self._writer.meta(AFRESH), self._writer.meta(AFRESH_AT)
        self._afresh_until = since_when + TOLD_MS if isinstance(since_when, int) else 0
        self._begin = self._first = self._reader.before(since)
        self._at = self._kept = self._begin
        self._lost = self._reader.lacking(self._first)
        self._inode, self._there, self._look_at = _inode(path), True, 0
        head = self._reader.head()
        self._end = head.high_at if head else 0
        self._due = self._clock.mono() + keeping.every_ms
        self._blocks: Iterator[Block] = iter(())
        self._begun = False
        self.trouble: str | None = None
        """Why there is no checkpoint; ``None`` when all is well."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def restore(self, fresh: Aggregator) -> bool:
        """Put a checkpoint into a ``fresh`` fold, before the first `poll`; whether there was one.

        It is one old enough for alerts to see what led to the present, or the newest where that would take long.
        """
        self._fold = fresh
        kind, head = tag(fresh.settings), self._reader.head()
        found = self._reader.checkpoint(self._end - CLOSE_MS, kind)
        if found is None or (head and head.total - found.position > _AT_ONCE):
            found = self._reader.checkpoint(_EVER, kind)
        if found is None or not thaw(found.body, fresh):
            return False
        self._begin = self._at = self._kept = found.position
        return True

    def poll(self, timeout_ms: int) -> list[AnyEvent]:
        """What is remembered, block by block, then what comes, waiting at most ``timeout_ms``."""
        if self._recorder is not None and self._familiar is not None:
            return self._heard(self._familiar, self._recorder.poll(timeout_ms))
        if not self._begun:
            self._begun, self._blocks = True, self._reader.blocks(self._begin)
        out: list[AnyEvent] = []
        for block in itertools.islice(self._blocks, _BLOCKS):
            out += block.events
            self._at = block.stop
        if out:
            return out
        return self._heard(*self._open(timeout_ms))

    def _open(self, timeout_ms: int) -> tuple[Familiar, list[AnyEvent]]:
        """Go on with the live feed."""
        known = self._known = self._reader.positions()
        said = self._writer.meta(SERVED)
        self._taker = self._live(known, self._head_start(known, said))
        familiar = Familiar(self._taker, frozenset(known), said, self._clock)
        self._familiar, self._recorder = familiar, Recorder(familiar, self._writer)
        return familiar, self._recorder.poll(timeout_ms)

    def _head_start(self, known: Positions, said: object) -> HeadStart | None:
        """What a checkpoint may be put in the place of; ``None`` when the publisher may not know all that we do."""
        sources = sources_of(known, said)
        epochs = {epoch for source in sources for epoch in self._reader.epochs(source, self._first)}
        if self._fold is None or len(sources) > 1 or len(epochs) > 1:
            return None
        return head_start(self._fold, self._begun_from, sources)

    def _begun_from(self, place: Place) -> None:
        """The fold is of a checkpoint now; what that stands for is fetched for the memory."""
        if not isinstance(self._taker, Subscriber) or self._recorder is None:
            return
        taker, asking = self._taker, self._taker.ask_past(self._since, self._known)
        write, reached = self._recorder.write, self._reader.reached
        self._recorder.hold_for(Backfill(asking, place, reached, write, lambda: taker.heard, self._clock))
        self._behind = True

    def _heard(self, familiar: Familiar, events: list[AnyEvent]) -> list[AnyEvent]:
        """``events``, when they are of the centre that is remembered. Raises `ReplacedError` when it is another."""
        if familiar.replaced is not None:
            raise ReplacedError(familiar.replaced.words(self._writer.path))
        if familiar.served != self._served:
            self._served = familiar.served
            with contextlib.suppress(JournalError):  # a disk that refuses is told of by the recorder
                self._writer.set_meta(SERVED, written(self._served))
        return events

    def now(self) -> int:
        """The feed's present, ms; while remembering, where the memory ends."""
        return self._end if self._recorder is None else self._recorder.now()

    def health(self) -> FeedHealth:
        """The live feed's; while remembering, how far that is."""
        health = self._remembered() if self._recorder is None else self._recorder.health()
        lacks, gone = self._lacks(), None if self._there else REMOVED
        if lacks or gone:
            health = replace(health, missing=health.missing + lacks, recording=health.recording or gone)
        if not isinstance(self._afresh, str) or self._clock.wall() >= self._afresh_until:
            return health
        return replace(health, why=" · ".join(filter(None, (health.why, self._afresh))))

    def _lacks(self) -> int:
        """Events of the day that are not in here: lost before they were written, or on the disk since."""
        damaged = sum(damage.events or 0 for damage in self._reader.damage)
        return damaged or self._lost

    def _remembered(self) -> FeedHealth:
        head = self._reader.head()
        left = (head.total if head else self._at) - self._begin
        share = min(1.0, (self._at - self._begin) / left) if left > 0 else 1.0
        return FeedHealth(state="catching-up", source="the wall's own memory", progress=share)

    def keep(self, aggregator: Aggregator) -> None:
        """Call when ``aggregator`` has folded all that was given out: a checkpoint now and then, old things let go."""
        if self._recorder is None:
            return
        if self._clock.mono() >= self._look_at:
            self._there, self._look_at = _inode(self._writer.path) == self._inode, self._clock.mono() + LOOK_MS
        if self._packing is not None and not self._packing[0].is_alive():
            self._finish()
        if self._behind:
            self._behind, self._due = not self._recorder.whole, self._clock.mono()
            return
        if self._clock.mono() < self._due or self._recorder.health().state == "catching-up":
            return
        self._due = self._clock.mono() + self._keeping.every_ms
        self._trim()
        if self._writer.total + self._writer.waiting - self._kept >= self._keeping.events:
            self._begin_checkpoint(aggregator)

    def checkpoint(self, aggregator: Aggregator) -> None:
        """A checkpoint at once. A disk that refuses, or a fold that cannot be frozen, is noted in ``trouble``."""
        if self._recorder is not None and self._recorder.whole:
            self._begin_checkpoint(aggregator)
            self._finish()

    def _begin_checkpoint(self, aggregator: Aggregator) -> None:
        """Take the state; compressing it goes on beside the fold."""
        self._finish()
        try:
            self._writer.seal()
            state = taken(aggregator)
        except (JournalError, *UNFREEZABLE) as error:
            self.trouble = str(error)
            return
        self._kept = self._writer.total
        self._packing = Packing(state), tag(aggregator.settings), aggregator.now, self._kept

    def _finish(self) -> None:
        """Write the checkpoint that was begun, if there is one."""
        begun, self._packing = self._packing, None
        if begun is None:
            return
        packing, kind, at, position = begun
        packing.join()
        self.trouble = packing.trouble
        if self.trouble is not None:
            return
        try:
            self._writer.checkpoint(at, kind, packing.body, KEPT, position)
        except JournalError as error:
            self.trouble = str(error)

    def _trim(self) -> None:
        with contextlib.suppress(JournalError):
            self._writer.trim(self._clock.wall() - self._keeping.age_ms)
            self._writer.trim_to(self._keeping.size)

    def close(self) -> None:
        """Commit and let go; set aside what is of another centre than is heard.

        Raises `JournalError` when the last events cannot be written, ``OSError`` when a file cannot be renamed.
        """
        self._finish()
        self._reader.close()
        if self._recorder is not None:
            self._recorder.close()
        else:
            self._writer.close()
        if self._familiar is not None and self._familiar.replaced is not None:
            begin_afresh(self._writer.path, self._familiar.replaced, self._clock, self._keeping.age_ms)


def _inode(path: Path) -> int | None:
    """What a file is, whatever its name; ``None`` when there is none of that name."""
    with contextlib.suppress(OSError):
        return path.stat().st_ino
    return None


def _writer(path: Path, clock: Clock) -> JournalWriter:
    """The file, or a new one beside a damaged one that is set aside."""
    try:
        return JournalWriter(path, clock)
    except JournalError as error:
        if not any(word in str(error) for word in ("damaged", "cut short", "not a .feed file")):
            raise
        aside = path.with_name(f"{path.stem}-damaged-{clock.wall()}.feed")
        path.replace(aside)
        path.with_name(f"{path.name}-shm").unlink(missing_ok=True)
        for left in ("-wal", "-journal"):  # the newest events may be in there
            with contextlib.suppress(FileNotFoundError):
                path.with_name(path.name + left).replace(aside.with_name(aside.name + left))
        return JournalWriter(path, clock)
