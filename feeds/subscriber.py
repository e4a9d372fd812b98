"""A subscriber: a live feed as the `Source` the engine polls.

It subscribes first and queues, then (when told where to begin) catches up from the publisher's journal, then goes on
live. Numbers decide what is new: repeats are dropped and counted, a gap waits 250 ms for reordering and is then asked
for, three times, before it is left and counted. Any program that publishes `Batch` messages will do; without a catch-up
service beside it, gaps stay gaps, visibly.

Two clocks: ages come from the monotonic one; what time it is where events come from, see `feeds.skew`.
"""

from collections import deque
from collections.abc import Mapping
from typing import Final, Self

from feeds.asking import NO_PAST, NO_PAST_MS, Asking, Outcome
from feeds.clock import Clock, SystemClock
from feeds.headstart import HeadStart, Place
from feeds.keys import ClientKeys
from feeds.line import STALE_MS, Line
from feeds.sequence import MAX_HELD, Run, Stream
from feeds.skew import Skews
from feeds.sockets import Network, Socket, ZeroMQ
from feeds.waits import Waits
from feeds.wire import Batch, decode
from wallboard.core.events import AnyEvent, Undecodable
from wallboard.core.source import FeedHealth, FeedState

OFFLINE_MS: Final = 10_000
MAX_SOURCES: Final = 256
JUNK: Final = "undecodable"
"""The source under which this subscriber numbers what it could not read."""
_FRAMES: Final = 2


class Subscriber:
    """The feed at ``address``; see `wallboard.core.source.Source`. Raises `FeedError` when the address is none.

    Catch-up happens when there is something to begin from: ``resume`` (per source: epoch and next number, as
    `JournalReader.positions` gives them) or ``since`` (ms since the epoch, such as the start of the day). With
    ``keys`` it speaks only to a publisher that holds one of their secrets. With a ``head`` start, a checkpoint may come
    in the place of the past; nothing was given out by then.
    """

    def __init__(
        self,
        address: str,
        *,
        clock: Clock | None = None,
        since: int | None = None,
        resume: Mapping[str, tuple[int, int]] | None = None,
        catch_up: str | None = None,
        keys: ClientKeys | None = None,
        network: Network | None = None,
        head: HeadStart | None = None,
    ) -> None:
        self.address = address
        self._catch_up_address = catch_up
        self._clock = clock or SystemClock()
        self._network = network or ZeroMQ()
        known = _numbered(resume or {})
        self._streams = {source: Stream(source, epoch, seq) for source, (epoch, seq) in known.items()}
        self._queue: deque[Batch] = deque()
        self._junk = (self._clock.wall(), 0)
        self._bad = 0
        self._queued = 0
        self._named: dict[str, int] = {}
        self._skews = Skews()
        self._waits = Waits()
        self._out: list[Run] = []
        self._past: Asking | None = None
        self._since, self._blind_until = since, 0
        try:
            self._line = Line(self._network, address, keys, self._clock.mono())
            self._asking = self._ask_for(since, known, head)
        except BaseException:
            self.close()
            raise

    def _ask_for(self, since: int | None, known: Mapping[str, tuple[int, int]], head: HeadStart | None) -> Asking:
        setup = self._line.setup
        return Asking(self._network, self.address, self._catch_up_address, setup, since=since, resume=known, head=head)

    def ask_past(self, since: int | None, known: Mapping[str, tuple[int, int]]) -> Asking:
        """Another way to ask, beside the catch-up, for what comes after that. Whoever wanted it takes from it."""
        self._past = self._ask_for(since, _numbered(known), None)
        return self._past

    @property
    def heard(self) -> int | None:
        """When anything was heard last, monotonic ms."""
        return self._line.last

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def poll(self, timeout_ms: int) -> list[AnyEvent]:
        """Events in order, waiting at most ``timeout_ms`` (and less when something falls due); empty when none."""
        return [event for run in self.take(timeout_ms) for event in run.events]

    def take(self, timeout_ms: int) -> list[Run]:
        """Like `poll`, with the numbers that a journal needs."""
        self._work()
        if not self._out:
            self._wait(timeout_ms)
            self._work()
        out, self._out = self._out, []
        return out

    def now(self) -> int:
        """The producer's present, ms: its newest words about it, carried on by our monotonic clock."""
        found = self._skews.now(self._clock.mono())
        return self._clock.wall() if found is None else found

    def health(self) -> FeedHealth:
        """How far to trust the feed now."""
        now = self._clock.mono()
        counts = [stream.counts for stream in self._streams.values()]
        state = self._state(now)
        return FeedHealth(
            state=state,
            source=self.address,
            age_ms=None if self._line.last is None else self._line.age(now),
            skew_ms=self._skews.skew_ms,
            progress=self._asking.share if state == "catching-up" else None,
            retry_ms=max(self._line.retry_at - now, 0) if state == "offline" else None,
            gaps_open=sum(stream.sequence.gap is not None for stream in self._streams.values()),
            gaps_filled=sum(count.filled for count in counts),
            missing=sum(count.missing for count in counts),
            duplicates=sum(count.duplicates for count in counts),
            undecodable=self._bad,
            insecure=self._line.insecure,
            why=self._line.why or self._skews.doubt or (NO_PAST if now < self._blind_until else None),
        )

    def serving(self) -> dict[str, dict[str, int]]:
        """The producers that were heard, by address, and when each was last, monotonic ms."""
        return {self.address: self._named}

    def close(self) -> None:
        """Let go of the sockets."""
        self._network.close()

    def _state(self, now: int) -> FeedState:
        age = self._line.age(now)
        checks: tuple[tuple[bool, FeedState], ...] = (
            (age >= OFFLINE_MS, "offline"),
            (self._asking.catching_up and self._asking.answered, "catching-up"),
            (self._line.last is None, "connecting"),
            (self._asking.catching_up, "catching-up"),
            (age >= STALE_MS, "stale"),
            (any(stream.sequence.gap is not None for stream in self._streams.values()), "filling"),
        )
        return next((state for holds, state in checks if holds), "live")

    def waits_for(self) -> tuple[list[Socket], int]:
        """Its sockets, and for how long (ms) nothing falls due."""
        now = self._clock.mono()
        gaps = self._waits.due() if self._asking.idle else []
        due = min(self._line.retry_at, self._skews.due(), self._asking.due(now), *gaps)
        return [*self._line.sockets, self._asking.socket], max(0, due - now)

    def _wait(self, timeout_ms: int) -> None:
        sockets, rest = self.waits_for()
        self._network.wait(sockets, max(0, min(timeout_ms, rest)))

    def _work(self) -> None:
        """Take in what waits and do what is due. Never blocks."""
        now = self._clock.mono()
        for frames in self._line.receive(now):
            self._message(frames, now)
        for batch in self._skews.settle(now):
            self._settled(batch)
        self._catch_up(now)
        self._mind_gaps(now)
        if now >= self._line.retry_at:
            self._line.rebuild(now)
            for asking in filter(None, (self._asking, self._past)):
                asking.redial(self._line.setup)

    def _message(self, frames: list[bytes], now: int) -> None:
        wall = self._clock.wall()
        if len(frames) != _FRAMES:
            self._undecodable(Undecodable(at=max(self.now(), 0), reason=f"{len(frames)} frames, not topic and batch"))
            return
        found = decode(frames[1], max(self.now(), 0))
        if isinstance(found, Undecodable):
            self._undecodable(found)
            return
        self._line.heard(now)
        if found.source in self._named or len(self._named) < MAX_SOURCES:
            self._named[found.source] = now
        for batch in self._skews.hear(found, wall, now):
            self._settled(batch)

    def _settled(self, batch: Batch) -> None:
        """Take in a batch whose time is in no doubt."""
        if self._begins_anew(batch):
            self._asking.resume(batch.source, *self._place(batch.source))
        if self._asking.catching_up:
            self._keep(batch)
        else:
            self._accept(batch)

    def _begins_anew(self, batch: Batch) -> bool:
        """Whether a producer is in a new epoch, and its journal may tell how the old one ended."""
        stream = self._streams.get(batch.source)
        return stream is not None and self._asking.known and not self._asking.catching_up and stream.is_new(batch)

    def _place(self, source: str) -> tuple[int, int]:
        stream = self._streams[source]
        return stream.epoch, stream.sequence.next

    def _keep(self, batch: Batch) -> None:
        """Queue behind the catch-up; what no longer fits is asked for later, when its numbers lack."""
        if batch.source in self._streams:
            self._streams[batch.source].ahead(batch.sent or 0)
        if self._queued + len(batch.events) <= MAX_HELD:
            self._queue.append(batch)
            self._queued += len(batch.events)

    def _accept(self, batch: Batch) -> Stream | None:
        stream = self._streams.get(batch.source)
        if stream is None:
            if len(self._streams) >= MAX_SOURCES:
                self._undecodable(Undecodable(at=max(self.now(), 0), reason=f"over {MAX_SOURCES} sources on one feed"))
                return None
            stream = self._streams[batch.source] = Stream(batch.source, batch.epoch, batch.seq)
            if self._since is not None and batch.seq > 0 and not self._asking.known:
                self._blind_until = self._clock.mono() + NO_PAST_MS
        self._out += stream.accept(batch)
        self._bad += sum(type(event) is Undecodable for event in batch.events)
        return stream

    def _undecodable(self, junk: Undecodable) -> None:
        epoch, seq = self._junk
        self._out.append(Run(JUNK, epoch, seq, (junk,)))
        self._junk = (epoch, seq + 1)
        self._bad += 1

    def _catch_up(self, now: int) -> None:
        for outcome in self._asking.take(now, max(self._clock.wall(), 0), self._line.last):
            if outcome.answer is not None and self._line.last is None:
                self._line.heard(now)
            if outcome.place is not None:
                self._begun_from(outcome.place, now)
            elif outcome.ask.stop is None:
                self._replayed(outcome)
            else:
                self._filled(outcome)
        while self._queue and not self._asking.catching_up:
            batch = self._queue.popleft()
            self._queued -= len(batch.events)
            self._accept(batch)

    def _begun_from(self, place: Place, now: int) -> None:
        """A checkpoint was put in the place of all before: what comes next is known, and nothing lacks."""
        self._streams = {place.source: Stream(*place)}
        self._named[place.source] = now

    def _replayed(self, outcome: Outcome) -> None:
        """A piece of the journal: what lacks in there, nobody has."""
        for batch in outcome.batches:
            stream = self._accept(batch)
            while stream is not None and stream.sequence.gap is not None:
                self._out += stream.skip()

    def _filled(self, outcome: Outcome) -> None:
        """What came for a gap; when it did not get smaller, nobody has it."""
        stream = self._streams.get(outcome.ask.source or "")
        if stream is None or outcome.ask.epoch != stream.epoch:
            return
        before = stream.sequence.next
        for batch in outcome.batches:
            self._accept(batch)
        if outcome.answer is None and self._may_answer_yet(stream.source):
            return
        if stream.sequence.next == before == outcome.ask.seq:
            self._out += stream.skip(self._waits.end(stream) if outcome.answer is None else 0)

    def _may_answer_yet(self, source: str) -> bool:
        """Whether a catch-up service that is known to exist may only be being started again."""
        since = self._waits.since(source)
        return self._asking.known and (since is None or self._clock.mono() - since < OFFLINE_MS)

    def _mind_gaps(self, now: int) -> None:
        stream = self._waits.follow(self._streams.values(), now)
        gap = stream.sequence.gap if stream is not None and self._asking.idle else None
        if stream is not None and gap is not None:
            self._asking.fetch(stream.source, stream.epoch, gap, now)


def _numbered(known: Mapping[str, tuple[int, int]]) -> dict[str, tuple[int, int]]:
    """Without the source whose numbers are our own."""
    return {source: place for source, place in known.items() if source != JUNK}
