"""The one place where a socket is made: every option that keeps the feed honest is set here.

An address is a ZeroMQ endpoint. The catch-up service of a publisher listens beside it, at a place that follows from the
address, so nothing needs to be announced: ``tcp://host:5556`` serves at ``tcp://host:5557`` (the next port), ``ipc://x``
at ``ipc://x.catch-up``, ``inproc://x`` likewise.
"""

import re
from collections.abc import Callable, Sequence
from typing import Final, Protocol

import zmq

from feeds.wire import MAX_MESSAGE
from wallboard.errors import FeedError

HIGH_WATER: Final = 50_000
"""Messages queued a peer before PUB drops; sequence numbers make a drop seen."""
_RANDOM_TRIES: Final = 50
_LAST_PORT: Final = 65_535

_OPTIONS: Final = {
    zmq.LINGER: 0,
    zmq.HEARTBEAT_IVL: 1000,
    zmq.HEARTBEAT_TIMEOUT: 3000,
    zmq.RECONNECT_IVL: 100,
    zmq.RECONNECT_IVL_MAX: 5000,
    zmq.MAXMSGSIZE: MAX_MESSAGE,
    zmq.SNDHWM: HIGH_WATER,
    zmq.RCVHWM: HIGH_WATER,
}
_TCP: Final = re.compile(r"tcp://(?P<host>.+):(?P<port>\d+|\*)")

_LOOPBACK: Final = re.compile(r"127(\.\d{1,3}){3}|localhost|\[::1\]")

Socket = zmq.Socket[bytes]


class Network(Protocol):
    """Where sockets come from: `ZeroMQ`, or in tests one that loses, doubles and delays."""

    def socket(self, kind: int) -> Socket:
        """A socket of ``kind`` with every option set."""
        ...

    def wait(self, sockets: Sequence[Socket], ms: int) -> None:
        """Until one of ``sockets`` has something, for ``ms`` at most."""
        ...

    def close(self) -> None:
        """Close every socket, at once."""
        ...


class ZeroMQ:
    """The real network."""

    def __init__(self) -> None:
        self._context: zmq.Context[Socket] = zmq.Context()

    def socket(self, kind: int) -> Socket:
        """A socket of ``kind`` with every option set."""
        socket = self._context.socket(kind)
        for option, value in _OPTIONS.items():
            socket.setsockopt(option, value)
        return socket

    def wait(self, sockets: Sequence[Socket], ms: int) -> None:
        """Until one of ``sockets`` has something, for ``ms`` at most."""
        poller = zmq.Poller()
        for socket in sockets:
            poller.register(socket, zmq.POLLIN)
        poller.poll(ms)

    def close(self) -> None:
        """Close every socket, at once."""
        self._context.destroy(linger=0)


def is_local(address: str) -> bool:
    """Whether an address stays within this machine."""
    found = _TCP.fullmatch(address)
    return address.startswith(("ipc://", "inproc://")) or (
        found is not None and bool(_LOOPBACK.fullmatch(found["host"]))
    )


def catch_up_address(address: str) -> str:
    """Where the catch-up service of the publisher at ``address`` listens; raises `FeedError` when nowhere can be."""
    found = _TCP.fullmatch(address)
    if found is None:
        return f"{address}.catch-up"
    if found["port"] == "*" or int(found["port"]) >= _LAST_PORT:
        raise FeedError(f"{address} has no next port for the catch-up service; choose a port below {_LAST_PORT}.")
    return f"tcp://{found['host']}:{int(found['port']) + 1}"


def bind(socket: Socket, address: str) -> str:
    """Bind and return the real address; raises `FeedError` with words."""
    try:
        socket.bind(address)
    except zmq.ZMQError as error:
        hint = "Another publisher may be running; stop it or choose another port." if _in_use(error) else _HINT
        raise FeedError(f"{address} cannot be used: {zmq.strerror(error.errno or 0)}. {hint}") from error
    return socket.getsockopt_string(zmq.LAST_ENDPOINT)


def connect(socket: Socket, address: str) -> None:
    """Connect, which does not wait for a peer; raises `FeedError` when the address is none."""
    try:
        socket.connect(address)
    except zmq.ZMQError as error:
        raise FeedError(f"{address} cannot be used: {zmq.strerror(error.errno or 0)}. {_HINT}") from error


_HINT: Final = "An address looks like tcp://127.0.0.1:5556."


def _in_use(error: zmq.ZMQError) -> bool:
    return error.errno == zmq.EADDRINUSE


def bind_pair(
    network: Network, kinds: tuple[int, int], address: str, setup: Callable[[Socket], None]
) -> tuple[Socket, Socket, str]:
    """Two sockets side by side, and the address of the first. A ``*`` port is any with a free one next to it."""
    tries = _RANDOM_TRIES if address.endswith(":*") else 1
    while True:
        tries -= 1
        first, second = network.socket(kinds[0]), network.socket(kinds[1])
        try:
            setup(first)
            setup(second)
            real = bind(first, address)
            bind(second, catch_up_address(real))
        except FeedError:
            first.close()
            second.close()
            if tries <= 0:
                raise
        else:
            return first, second, real
