"""A publisher: PUB for what happens now and, when it has a journal, a catch-up ROUTER beside it.

Driven by its caller, with no thread of its own: `publish` what happened, and call `tick` (or `poll`, which also waits)
several times a second for heartbeats and catch-up.

With a journal, events are committed before they are sent, so a subscriber never knows more than the journal. After a
clean end the numbers go on in the same epoch; after any other end a new epoch begins, because numbers may have been
used that the journal does not know. Without a journal every start is a new epoch. Epochs are wall-clock ms, and grow.

Publishers that number the same events alike (a primary and its standby, or one that begins its source again) name the
epoch instead: then the journal's numbers go on in it after any end, and `write_past` gives a journal what it lacks.
"""

import contextlib
from collections.abc import Iterable, Sequence
from typing import Final, Self

import zmq

from feeds.catchup import CatchUpService
from feeds.clock import Clock, SystemClock
from feeds.door import Door, plain, refuse_open, serve_with
from feeds.journal import JournalReader, JournalWriter
from feeds.keeper import Keeper
from feeds.keys import ServerKeys
from feeds.sockets import Network, Socket, ZeroMQ, bind, bind_pair, is_local
from feeds.wire import TOPIC, UNWRITABLE, Batch, encode, split, writable
from wallboard.core.events import AnyEvent
from wallboard.core.vocabulary import Event
from wallboard.errors import FeedError, JournalError

HEARTBEAT_MS: Final = 1000


class Publisher:
    """One producer at ``address``. Raises `FeedError` (port in use, bad address) or `JournalError`.

    ``journal`` is lent: close the publisher first, then the journal. With ``keys`` only known keys are let in; without,
    an address that the network can reach is refused unless it may be ``insecure``. An ``epoch`` is to be named only
    where the number of an event follows from the event's place in its source.
    """

    def __init__(
        self,
        address: str,
        *,
        source: str,
        journal: JournalWriter | None = None,
        epoch: int | None = None,
        clock: Clock | None = None,
        keys: ServerKeys | None = None,
        insecure: bool = False,
        network: Network | None = None,
    ) -> None:
        refuse_open(address, keys=keys is not None, insecure=insecure)
        self.source = source
        self.insecure = keys is None and not is_local(address)
        """Whether the network can read it without a key."""
        self.recording: str | None = None
        """Why the journal is not being written; ``None`` when nothing is wrong."""
        self._clock = clock or SystemClock()
        self._journal = journal
        self._network = network or ZeroMQ()
        self._service: CatchUpService | None = None
        self._keeper: Keeper | None = None
        self._router: Socket | None = None
        self._beat_at = self._clock.mono()
        self._look_at = 0
        self._shut = False
        try:
            self._door = Door(self._network, keys) if keys else None
            self._setup = serve_with(keys) if keys else plain
            self.address = self._open(address)
            self.epoch, self.seq = self._number(epoch)
        except BaseException:
            self._let_go()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _open(self, address: str) -> str:
        if self._journal is None:
            self._socket = self._network.socket(zmq.PUB)
            self._setup(self._socket)
            try:
                return bind(self._socket, address)
            except FeedError:
                self._socket.close()
                raise
        kinds = (zmq.PUB, zmq.ROUTER)
        self._socket, self._router, real = bind_pair(self._network, kinds, address, self._setup)
        self._service = CatchUpService(self._router, self._journal.path, self._keeper)
        return real

    def offer(self, keeper: Keeper) -> None:
        """From now on, whoever joins late is offered the checkpoints of ``keeper``, which is lent."""
        self._keeper = keeper
        if self._service is not None:
            self._service.keeper = keeper

    def _mind_the_door(self, door: Door, now: int) -> None:
        door.answer()
        if now < self._look_at:
            return
        self._look_at = now + HEARTBEAT_MS
        if self._shut:
            self._let_in()
        elif door.revoked():
            self._show_out()

    def _show_out(self) -> None:
        """Somebody's key was revoked: end all connections; whoever is still trusted comes back and catches up."""
        if self._service is not None:
            self._service.close()
        self._service, router, self._router = None, self._router, None
        for socket in (self._socket, *([router] if router else [])):
            socket.close()
        self._shut = True

    def _let_in(self) -> None:
        """The address again, which the system may hold back for a moment."""
        with contextlib.suppress(FeedError):
            self._open(self.address)
            self._shut = False
            self.heartbeat()

    def _number(self, named: int | None) -> tuple[int, int]:
        """The epoch and the next number; marks the journal as in use."""
        fresh = self._clock.wall() if named is None else named
        if self._journal is None:
            return fresh, 0
        self._journal.flush()
        with JournalReader(self._journal.path) as reader:
            known = reader.positions().get(self.source)
            reached = 0 if named is None else reader.reached(self.source, named)
        clean = self._journal.meta(f"clean-{self.source}") == 1
        self._journal.set_meta(f"clean-{self.source}", 0)
        if known is None or named is not None:
            return fresh, reached
        return known if clean else (max(fresh, known[0] + 1), 0)

    def publish(self, events: Sequence[Event]) -> None:
        """Journal and send; events the wire cannot hold become `Undecodable` in their place."""
        if not events:
            return
        self._record(events)
        sent = self._clock.wall()
        first = Batch(source=self.source, epoch=self.epoch, seq=self.seq, sent=sent, events=tuple(events))  # type: ignore[arg-type]
        for batch, raw in _parts(first):
            self._send(raw)
            self.seq = batch.stop
        self._beat_at = self._clock.mono() + HEARTBEAT_MS

    def _send(self, raw: bytes) -> None:
        if not self._shut:
            self._socket.send_multipart([TOPIC, raw])

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
        self._send(encode(batch))
        self._beat_at = self._clock.mono() + HEARTBEAT_MS

    def tick(self) -> None:
        """A heartbeat when one is due, a second try at the journal, and answers to whoever catches up. Never waits."""
        now = self._clock.mono()
        if now >= self._beat_at:
            self.heartbeat()
            self._retry()
        if self._door is not None:
            self._mind_the_door(self._door, now)
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
        sockets = [*([self._router] if self._router else []), *([self._door.socket] if self._door else [])]
        if sockets:
            self._network.wait(sockets, wait)
        else:
            self._clock.wait(wait)
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
        self._network.close()


def write_past(journal: JournalWriter, source: str, epoch: int, past: Iterable[Sequence[Event]]) -> int:
    """Write down what is ``past`` of an epoch, from its event 0 on, without what ``journal`` holds of it already.

    To be done before there is a `Publisher`: a wall then never hears a number go back. Returns how many events behind
    ``past`` the journal holds too, which are not to be published again. Raises `JournalError`.
    """
    journal.flush()
    with JournalReader(journal.path) as reader:
        held = reader.reached(source, epoch)
    seq = 0
    for events in past:
        fresh = events[max(0, held - seq) :]
        seq += len(events)
        journal.append(fresh, source=source, epoch=epoch, seq=seq - len(fresh))
    journal.flush()
    return max(0, held - seq)


def _parts(batch: Batch) -> list[tuple[Batch, bytes]]:
    try:
        return list(split(batch))
    except UNWRITABLE:
        events: tuple[AnyEvent, ...] = writable(batch.events)
        return list(split(Batch(source=batch.source, epoch=batch.epoch, seq=batch.seq, sent=batch.sent, events=events)))
