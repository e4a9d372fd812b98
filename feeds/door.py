"""Who may come in: keys on sockets, and the list of known ones behind them.

The list is asked by libzmq over a socket inside the process, which the publisher's own loop answers: no thread.
Source: CURVE and ZAP, the public specifications 26 and 27 at rfc.zeromq.org.
"""

from collections.abc import Callable
from typing import Final

import zmq
from zmq.utils import z85

from feeds.keys import ClientKeys, ServerKeys
from feeds.sockets import Network, Socket, is_local
from wallboard.errors import FeedError

DOMAIN: Final = b"wallboard"
_ZAP: Final = "inproc://zeromq.zap.01"
_FRAMES: Final = 9
_CREDENTIALS: Final = 32
_AT_ONCE: Final = 64

Setup = Callable[[Socket], None]
"""What is done to a socket before it is bound or connected."""


def plain(_: Socket) -> None:
    """No keys."""


def refuse_open(address: str, *, keys: bool, insecure: bool) -> None:
    """Raise `FeedError` when ``address`` would be open to the network without keys and nobody said so."""
    if "://" in address and not (keys or insecure or is_local(address)):
        raise FeedError(
            f"{address} can be reached from the network, and anybody there could read the feed. Make a key with "
            f"`wallboard keys new NAME` and add --keys NAME, or add --insecure to go without."
        )


def serve_with(keys: ServerKeys) -> Setup:
    """Makes a socket one that only known keys reach."""

    def setup(socket: Socket) -> None:
        socket.setsockopt(zmq.CURVE_SERVER, 1)
        socket.setsockopt(zmq.CURVE_PUBLICKEY, keys.own.public)
        socket.setsockopt(zmq.CURVE_SECRETKEY, keys.own.secret)
        socket.setsockopt(zmq.ZAP_DOMAIN, DOMAIN)

    return setup


def knock_with(keys: ClientKeys, server: bytes) -> Setup:
    """Makes a socket one that speaks only to the holder of ``server``'s secret."""

    def setup(socket: Socket) -> None:
        socket.setsockopt(zmq.CURVE_SERVERKEY, server)
        socket.setsockopt(zmq.CURVE_PUBLICKEY, keys.own.public)
        socket.setsockopt(zmq.CURVE_SECRETKEY, keys.own.secret)

    return setup


class Door:
    """Answers whether a key is known. Made before any socket that asks it, for without a door all are let in."""

    def __init__(self, network: Network, keys: ServerKeys) -> None:
        self._keys = keys
        self.socket = network.socket(zmq.ROUTER)
        self.socket.bind(_ZAP)
        self._inside: set[bytes] = set()
        self.refused = 0

    def answer(self) -> None:
        """Let in, or not, who waits at the door. Never blocks."""
        for _ in range(_AT_ONCE):
            try:
                frames = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return
            self.socket.send_multipart([frames[0], b"", b"1.0", frames[3], *self._verdict(frames), b"", b""])

    def _verdict(self, frames: list[bytes]) -> tuple[bytes, bytes]:
        known = len(frames) == _FRAMES and frames[7] == b"CURVE" and len(frames[8]) == _CREDENTIALS
        key = z85.encode(frames[8]) if known else b""
        if known and key in self._keys.trusted():
            self._inside.add(key)
            return b"200", b"OK"
        self.refused += 1
        return b"400", b"this key is not trusted here"

    def revoked(self) -> bool:
        """Whether somebody who was let in is trusted no more: then all have to come in anew."""
        gone = self._inside - self._keys.trusted() if self._inside else set()
        self._inside -= gone
        return bool(gone)
