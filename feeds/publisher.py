"""A publisher: PUB for what happens now and, when it has a journal, a catch-up ROUTER beside it.

Driven by its caller, with no thread of its own: `publish` what happened, and call `tick` (or `poll`, which also waits)
several times a second for heartbeats and catch-up.

With a journal, events are committed before they are sent, so a subscriber never knows more than the journal. After a
clean end the numbers go on in the same epoch; after any other end a new epoch begins, because numbers may have been
used that the journal does not know. Without a journal every start is a new epoch. Epochs are wall-clock ms, and grow.
"""

from collections.abc import Sequence
from typing import Final, Self

import zmq

from feeds.catchup import CatchUpService
from feeds.clock import Clock, SystemClock
from feeds.journal import JournalReader, JournalWriter
from feeds.sockets import Socket, bind, bind_pair, make
from feeds.wire import TOPIC, UNWRITABLE, Batch, encode, split, writable
from wallboard.core.events import AnyEvent
from wallboard.core.vocabulary import Event
from wallboard.errors import JournalError

HEARTBEAT_MS: Final = 1000


class Publisher:
    """One producer at ``address``. Raises `FeedError` (port in use, bad address) or `JournalError`.

    ``journal`` is lent: close the publisher first, then the journal.
    """

    def __init__(
        self, address: str, *, source: str, journal: JournalWriter | None = None, clock: Clock | None = None
    ) -> None:
        self.source = source
        self.recording: str | None = None
        """Why the journal is not being written; ``None`` when nothing is wrong."""
        self._clock = clock or SystemClock()
        self._journal = journal
        self._context: zmq.Context[Socket] = zmq.Context()
        self._service: CatchUpService | None = None
        self._router: Socket | None = None
        self._beat_at = self._clock.mono()
        try:
            self.address = self._open(address)
            self.epoch, self.seq = self._number()
        except BaseException:
            self._let_go()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self, address: str) -> str:
        if self._journal is None:
            self._socket = make(self._context, zmq.PUB)
            return bind(self._socket, address)
        self._socket, self._router, real = bind_pair(self._context, (zmq.PUB, zmq.ROUTER), address)
        self._service = CatchUpService(self._router, self._journal.path)
        return real

    def _number(self) -> tuple[int, int]:
        """The epoch and the next number; marks the journal as in use."""
        fresh = self._clock.wall()
        if self._journal is None:
            return fresh, 0
        self._journal.flush()
        with JournalReader(self._journal.path) as reader:
            known = reader.positions().get(self.source)
        clean = self._journal.meta(f"clean-{self.source}") == 1
        self._journal.set_meta(f"clean-{self.source}", 0)
        if known is None:
            return fresh, 0
        return known if clean else (max(fresh, known[0] + 1), 0)

    def publish(self, events: Sequence[Event]) -> None:
        """Journal and send; events the wire cannot hold become `Undecodable` in their place."""
        if not events:
            return
        self._record(events)
        sent = self._clock.wall()
        first = Batch(source=self.source, epoch=self.epoch, seq=self.seq, sent=sent, events=tuple(events))  # type: ignore[arg-type]
        for batch, raw in _parts(first):
            self._socket.send_multipart([TOPIC, raw])
            self.seq = batch.stop
        self._beat_at = self._clock.mono() + HEARTBEAT_MS

    def _record(self, events: Sequence[Event]) -> None:
        if self._journal is None:
            return
        try:
            self._journal.append(events, source=self.source, epoch=self.epoch, seq=self.seq)
            self._journal.flush()
        except JournalError as error:
            self.recording = str(error)
        else:
            self.recording = None

    def heartbeat(self) -> None:
        """Say that we live, and which number comes next."""
        sent = self._clock.wall()
        batch = Batch(source=self.source, epoch=self.epoch, seq=self.seq, sent=sent)
        self._socket.send_multipart([TOPIC, encode(batch)])
        self._beat_at = self._clock.mono() + HEARTBEAT_MS

    def tick(self) -> None:
        """A heartbeat when one is due, a second try at the journal, and answers to whoever catches up. Never waits."""
        if self._clock.mono() >= self._beat_at:
            self.heartbeat()
            self._retry()
        if self._service is not None:
            self._service.serve()

    def _retry(self) -> None:
        if self._journal is None or not self._journal.waiting:
            return
        try:
            self._journal.flush()
        except JournalError as error:
            self.recording = str(error)
        else:
            self.recording = None

    def poll(self, timeout_ms: int) -> None:
        """Wait until somebody asks, a heartbeat is due or ``timeout_ms`` is over; then `tick`."""
        wait = max(0, min(timeout_ms, self._beat_at - self._clock.mono()))
        if self._router is None:
            self._clock.wait(wait)
        else:
            self._router.poll(wait)
        self.tick()

    def close(self) -> None:
        """End cleanly: the journal is committed, so that the numbers can go on."""
        try:
            if self._journal is not None:
                self._journal.seal()
                self._journal.set_meta(f"clean-{self.source}", 1)
        except JournalError as error:
            self.recording = str(error)
        finally:
            self._let_go()

    def _let_go(self) -> None:
        if self._service is not None:
            self._service.close()
        self._context.destroy(linger=0)


def _parts(batch: Batch) -> list[tuple[Batch, bytes]]:
    try:
        return list(split(batch))
    except UNWRITABLE:
        events: tuple[AnyEvent, ...] = writable(batch.events)
        return list(split(Batch(source=batch.source, epoch=batch.epoch, seq=batch.seq, sent=batch.sent, events=events)))
