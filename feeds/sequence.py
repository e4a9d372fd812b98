"""Numbers of a feed: what is new, what is a repeat, what is missing. Pure: no sockets and no clock.

`Sequence` follows one epoch and gives events out in order: what comes early is held until the gap before it is filled
or given up. Events that turn up after their gap was given up are still given out, late. `Stream` follows a producer
over its epochs.
"""

import bisect
from typing import Final

from msgspec import Struct

from feeds.wire import Batch
from wallboard.core.events import AnyEvent

MAX_HELD: Final = 200_000
"""Events held behind a gap; what comes on top is let go and asked for again."""
MAX_GAPS: Final = 1000
"""Given-up gaps remembered, so that a late arrival can still fill them."""
REORDER_MS: Final = 2000


class Run(Struct, frozen=True):
    """Events of one producer with consecutive numbers, ready to be folded and recorded."""

    source: str
    epoch: int
    seq: int
    events: tuple[AnyEvent, ...]


class Counts(Struct):
    """What happened to the numbers of a producer."""

    duplicates: int = 0
    missing: int = 0
    """Events given up and not recovered."""
    filled: int = 0
    """Gaps that closed with nothing missing."""
    epochs: int = 0
    """Times the producer began anew."""


Piece = tuple[int, tuple[AnyEvent, ...]]


class Sequence:
    """The numbers of one epoch, from ``first`` on."""

    def __init__(self, first: int, counts: Counts) -> None:
        self.next = first
        self._counts = counts
        self._end = first
        self._held: list[Piece] = []
        self._held_events = 0
        self._lost: list[tuple[int, int]] = []

    @property
    def gap(self) -> tuple[int, int] | None:
        """The numbers that are waited for, from and to before; ``None`` when nothing is."""
        if self._end <= self.next:
            return None
        return self.next, self._held[0][0] if self._held else self._end

    def knows(self, seq: int, count: int) -> bool:
        """Whether all these numbers were given out before."""
        return seq + count <= self.next and not any(a < seq + count and seq < b for a, b in self._lost)

    def note(self, seq: int) -> None:
        """The producer's next number is ``seq``: whatever lacks before it is missing."""
        self._end = max(self._end, seq)

    def offer(self, seq: int, events: tuple[AnyEvent, ...]) -> list[Piece]:
        """Take events in whatever order they came; returns those whose turn it is."""
        if not events:
            self.note(seq)
            return []
        if seq > self.next:
            self._hold(seq, events)
            return []
        early = self._end > self.next
        out = self._late(seq, events[: self.next - seq]) if seq < self.next else []
        out += self._take(seq, events)
        out += self._drain()
        if early and self.gap is None:
            self._counts.filled += 1
        return out

    @property
    def end(self) -> int:
        """The number after the last that is known to exist."""
        return self._end

    def skip(self, until: int = 0) -> list[Piece]:
        """Give the gap up, and with it all that begin before ``until``: count them as missing and go on behind them."""
        out: list[Piece] = []
        gap = self.gap
        while gap is not None:
            self._counts.missing += gap[1] - gap[0]
            self._lost = [*self._lost[-MAX_GAPS:], gap]
            self.next = gap[1]
            out += self._drain()
            gap = self.gap if self.next < until else None
        return out

    def expect(self, start: int, stop: int) -> None:
        """Numbers before the first that may still come, though nobody waits for them: as if given up."""
        if start < stop <= self.next:
            self._counts.missing += stop - start
            self._lost = [*self._lost[-MAX_GAPS:], (start, stop)]

    def _hold(self, seq: int, events: tuple[AnyEvent, ...]) -> None:
        self.note(seq + len(events))
        at = bisect.bisect_left(self._held, seq, key=lambda piece: piece[0])
        if at < len(self._held) and self._held[at][0] == seq and len(self._held[at][1]) >= len(events):
            self._counts.duplicates += len(events)
        elif self._held_events + len(events) <= MAX_HELD:
            self._held.insert(at, (seq, events))
            self._held_events += len(events)

    def _take(self, seq: int, events: tuple[AnyEvent, ...]) -> list[Piece]:
        fresh = events[self.next - seq :]
        if not fresh:
            return []
        piece = (self.next, fresh)
        self.next += len(fresh)
        self._end = max(self._end, self.next)
        return [piece]

    def _drain(self) -> list[Piece]:
        out: list[Piece] = []
        while self._held and self._held[0][0] <= self.next:
            seq, events = self._held.pop(0)
            self._held_events -= len(events)
            self._counts.duplicates += min(self.next - seq, len(events))
            out += self._take(seq, events)
        return out

    def _late(self, seq: int, events: tuple[AnyEvent, ...]) -> list[Piece]:
        """Of events before ``next``, those that were given up; the others are repeats."""
        out: list[Piece] = []
        left: list[tuple[int, int]] = []
        stop = seq + len(events)
        for start, end in self._lost:
            low, high = max(start, seq), min(end, stop)
            if low >= high:
                left.append((start, end))
                continue
            out.append((low, events[low - seq : high - seq]))
            left += [part for part in ((start, low), (high, end)) if part[0] < part[1]]
        found = sum(len(piece) for _, piece in out)
        self._lost = left
        self._counts.missing -= found
        self._counts.duplicates += len(events) - found
        return out


class Stream:
    """One producer: the epoch it is in, and the one before, whose stragglers may still come."""

    def __init__(self, source: str, epoch: int, first: int) -> None:
        self.source = source
        self.epoch = epoch
        self.counts = Counts()
        self.sequence = Sequence(first, self.counts)
        self._before: tuple[int, Sequence] | None = None
        self._newest = 0
        self._reached = 0

    def accept(self, batch: Batch) -> list[Run]:
        """What ``batch`` makes ready, in order."""
        out: list[Run] = []
        sent = batch.sent or 0
        if batch.epoch != self.epoch:
            if self._straggles(batch):
                return self._runs(batch.epoch, self._before[1].offer(batch.seq, batch.events) if self._before else [])
            out = self._begin(batch.epoch, sent)
        elif sent > self._newest and self._rewound(batch):
            out = self._begin(batch.epoch, sent)
        if sent > self._newest:
            self._newest, self._reached = sent, batch.stop
        return out + self._runs(self.epoch, self.sequence.offer(batch.seq, batch.events))

    def is_new(self, batch: Batch) -> bool:
        """Whether it begins an epoch."""
        return batch.epoch != self.epoch and not self._straggles(batch)

    def ahead(self, sent: int) -> None:
        """A batch sent then is known of, but has to wait behind a catch-up."""
        self._newest = max(self._newest, sent)

    def skip(self, until: int = 0) -> list[Run]:
        """Give the open gap up, and all that begin before ``until``."""
        return self._runs(self.epoch, self.sequence.skip(until))

    def _straggles(self, batch: Batch) -> bool:
        """Whether it is of the epoch before: unless it was sent well after the newest, for then that epoch is back."""
        back = (batch.sent or 0) > self._newest + REORDER_MS
        return self._before is not None and self._before[0] == batch.epoch and not back

    def _rewound(self, batch: Batch) -> bool:
        """Numbers of an older batch in one that was sent later: a producer began anew and kept its epoch.

        Only what came from the producer itself is compared: a catch-up may run ahead of the batches under way.
        """
        return batch.seq < self._reached and self.sequence.knows(batch.seq, len(batch.events))

    def _begin(self, epoch: int, sent: int) -> list[Run]:
        """A new epoch: the old one's gaps are given up, and numbers begin at 0."""
        out: list[Run] = []
        while self.sequence.gap is not None:
            out += self.skip()
        self.counts.epochs += 1
        self._before = (self.epoch, self.sequence) if epoch != self.epoch else None
        self.epoch, self.sequence = epoch, Sequence(0, self.counts)
        self._reached = 0
        if sent:  # a catch-up does not say when; what is newest then still is
            self._newest = 0
        return out

    def _runs(self, epoch: int, pieces: list[Piece]) -> list[Run]:
        return [Run(self.source, epoch, seq, events) for seq, events in pieces]
