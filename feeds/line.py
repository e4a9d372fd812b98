"""The subscription itself: a SUB socket that is built anew, with back-off, for as long as nothing is heard.

ZeroMQ gives a connection up after a refusal, or after a message out of bounds; it also says nothing of either unless
its monitor is read. So both are done here, and a refusal becomes words.
"""

from collections.abc import Iterator
from typing import Final

import zmq
from zmq.utils.monitor import parse_monitor_message

from feeds.door import Setup, knock_with, plain
from feeds.keys import ClientKeys
from feeds.sockets import Network, Socket, connect, is_local

STALE_MS: Final = 3000
AT_ONCE: Final = 2000
"""Messages taken in one poll, so that whoever polls is never held up for long."""
BACK_OFF_MS: Final = (1000, 2000, 4000, 5000)
_FAILED: Final = (
    zmq.EVENT_HANDSHAKE_FAILED_AUTH | zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL | zmq.EVENT_HANDSHAKE_FAILED_NO_DETAIL
)
_DOUBTFUL: Final = 2
"""Handshakes that may end without a reason before the key is doubted."""

NOT_TRUSTED: Final = (
    "refused: this wall's key is not trusted by the publisher; run `wallboard keys trust {name}.pub` there"
)
WRONG_SERVER: Final = "refused: --server-key is not the key of this publisher"
NO_KEYS_THERE: Final = "refused: this publisher uses no keys; leave --server-key out, or start it with --keys"
NO_KEYS_HERE: Final = "refused: this publisher wants keys; add --server-key with its public key"


class Line:
    """The connection to ``address``. Raises `FeedError` when that is none."""

    def __init__(self, network: Network, address: str, keys: ClientKeys | None, now: int) -> None:
        self.address = address
        self.insecure = keys is None and not is_local(address)
        self.why: str | None = None
        """Why nothing comes, when the other side said so."""
        self.retry_at = now + STALE_MS
        """When it is built anew, monotonic ms, if nothing comes before."""
        self.last: int | None = None
        """When anything good came last, monotonic ms."""
        self._begun = now
        self._network = network
        self._keys = keys
        self._tries = 0
        self._doubts = 0
        self._server = 0
        self._sockets = [self._subscribe()]

    @property
    def setup(self) -> Setup:
        """The keys that its sockets have now."""
        if self._keys is None:
            return plain
        return knock_with(self._keys, self._keys.servers[self._server % len(self._keys.servers)])

    @property
    def sockets(self) -> list[Socket]:
        """What to wait for."""
        return [*self._sockets, *(_monitor(socket) for socket in self._sockets)]

    def _subscribe(self) -> Socket:
        socket = self._network.socket(zmq.SUB)
        self.setup(socket)
        socket.setsockopt(zmq.SUBSCRIBE, b"")
        _monitor(socket)
        connect(socket, self.address)
        return socket

    def receive(self, now: int) -> Iterator[list[bytes]]:
        """The messages that wait, a bounded number. Never blocks."""
        count = 0
        for socket in tuple(self._sockets):
            count = 0
            for frames in _waiting(socket):
                count += 1
                yield frames
            self._listen(socket, now)
        if count and len(self._sockets) > 1:
            _close(self._sockets.pop(0))

    def age(self, now: int) -> int:
        """Ms since anything good came, or else since the beginning."""
        return now - (self._begun if self.last is None else self.last)

    def heard(self, now: int) -> None:
        """Something good came."""
        self.last, self._tries, self._doubts = now, 0, 0
        self.retry_at, self.why = now + STALE_MS, None

    def _listen(self, socket: Socket, now: int) -> None:
        monitor = _monitor(socket)
        while True:
            try:
                frames = monitor.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            self._failed(int(parse_monitor_message(frames)["event"]), now)

    def _failed(self, event: int, now: int) -> None:
        if event == zmq.EVENT_HANDSHAKE_FAILED_AUTH and self._keys is not None:
            self.why = NOT_TRUSTED.format(name=self._keys.own.name)
        elif event == zmq.EVENT_HANDSHAKE_FAILED_PROTOCOL:
            self.why = NO_KEYS_HERE if self._keys is None else NO_KEYS_THERE
        else:
            self._doubts += 1
            if self._doubts < _DOUBTFUL or self._keys is None:
                return
            self.why = self.why or WRONG_SERVER
        self.retry_at = min(self.retry_at, now + BACK_OFF_MS[min(self._tries, len(BACK_OFF_MS) - 1)])

    def rebuild(self, now: int) -> None:
        """A new socket, with the next of the publisher's keys when the last was of no use.

        The newest old one stays until the new one hears something: the feed may only have had nothing to say.
        """
        keep = self._sockets[-1:] if self.why is None else []
        for old in self._sockets[: len(self._sockets) - len(keep)]:
            _close(old)
        self._server += self.why is not None
        self._sockets = [*keep, self._subscribe()]
        self.retry_at = now + BACK_OFF_MS[min(self._tries, len(BACK_OFF_MS) - 1)]
        self._tries += 1


def _waiting(socket: Socket) -> Iterator[list[bytes]]:
    for _ in range(AT_ONCE):
        try:
            yield socket.recv_multipart(zmq.NOBLOCK)
        except zmq.Again:
            return


def _monitor(socket: Socket) -> Socket:
    """The one monitor of a socket, made on first use."""
    return socket.get_monitor_socket(_FAILED)


def _close(socket: Socket) -> None:
    monitor = _monitor(socket)
    socket.disable_monitor()
    monitor.close()
    socket.close()
