"""The one place where a socket is made: every option that keeps the feed honest is set here.

An address is a ZeroMQ endpoint. The catch-up service of a publisher listens beside it, at a place that follows from the
address, so nothing needs to be announced: ``tcp://host:5556`` serves at ``tcp://host:5557`` (the next port), ``ipc://x``
at ``ipc://x.catch-up``, ``inproc://x`` likewise.
"""

import re
from typing import Final

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

Socket = zmq.Socket[bytes]


def make(context: zmq.Context[Socket], kind: int) -> Socket:
    """A socket of ``kind`` with every option set."""
    socket = context.socket(kind)
    for option, value in _OPTIONS.items():
        socket.setsockopt(option, value)
    return socket


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


def bind_pair(context: zmq.Context[Socket], kinds: tuple[int, int], address: str) -> tuple[Socket, Socket, str]:
    """Two sockets side by side, and the address of the first. A ``*`` port is any with a free one next to it."""
    tries = _RANDOM_TRIES if address.endswith(":*") else 1
    while True:
        tries -= 1
        first, second = make(context, kinds[0]), make(context, kinds[1])
        try:
            real = bind(first, address)
            bind(second, catch_up_address(real))
        except FeedError:
            first.close()
            second.close()
            if tries <= 0:
                raise
        else:
            return first, second, real
