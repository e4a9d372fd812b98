"""A network made of a clock and dice: messages are lost, doubled and delayed, and nothing is ever real."""

import heapq
import itertools
import random
from collections import deque
from collections.abc import Sequence
from typing import cast

import zmq
from msgspec import Struct

from feeds.clock import ManualClock
from feeds.sockets import Network, Socket


class Weather(Struct):
    """What happens to messages from publishers; ``late_ms`` at most."""

    dropped: float = 0.0
    doubled: float = 0.0
    delayed: float = 0.0
    late_ms: int = 2000


class Ether:
    """All hosts share it."""

    def __init__(self, clock: ManualClock, dice: random.Random, weather: Weather | None = None) -> None:
        self.clock = clock
        self.dice = dice
        self.weather = weather or Weather()
        self.bound: dict[str, FakeSocket] = {}
        self.sockets: list[FakeSocket] = []
        self._order = itertools.count()
        self._ways: list[tuple[int, int, FakeSocket, list[bytes]]] = []

    def host(self) -> Network:
        """A network of its own, whose sockets close together."""
        return cast("Network", _Host(self))

    def send(self, target: "FakeSocket", frames: list[bytes], *, sure: bool = False) -> None:
        weather, dice = self.weather, self.dice
        if not sure and dice.random() < weather.dropped:
            return
        for _ in range(1 + (not sure and dice.random() < weather.doubled)):
            late = dice.randint(1, weather.late_ms) if not sure and dice.random() < weather.delayed else 0
            heapq.heappush(self._ways, (self.clock.mono() + 1 + late, next(self._order), target, frames))

    def arrive(self) -> None:
        """Deliver what is due."""
        while self._ways and self._ways[0][0] <= self.clock.mono():
            _, _, target, frames = heapq.heappop(self._ways)
            if not target.closed:
                target.inbox.append(frames)


class FakeSocket:
    def __init__(self, ether: Ether, kind: int) -> None:
        self.ether, self.kind, self.closed = ether, kind, False
        self.name = b"%d" % len(ether.sockets)
        self.address = ""
        self.inbox: deque[list[bytes]] = deque()
        ether.sockets.append(self)

    def setsockopt(self, *_: object) -> None: ...

    def getsockopt_string(self, _: int) -> str:
        return self.address

    def bind(self, address: str) -> None:
        if address in self.ether.bound:
            raise zmq.ZMQError(zmq.EADDRINUSE)
        self.address = address
        self.ether.bound[address] = self

    def connect(self, address: str) -> None:
        self.address = address

    def send(self, raw: bytes, _: int = 0) -> None:
        self.send_multipart([raw])

    def send_multipart(self, frames: list[bytes], _: int = 0) -> None:
        if self.kind == zmq.PUB:
            for peer in self.ether.sockets:
                if peer.kind == zmq.SUB and peer.address == self.address and not peer.closed:
                    self.ether.send(peer, frames)
        elif self.kind == zmq.ROUTER:
            peer = self.ether.sockets[int(frames[0])]
            self.ether.send(peer, frames[1:], sure=True)
        else:
            there = self.ether.bound.get(self.address)
            if there is None:
                raise zmq.Again
            self.ether.send(there, [self.name, *frames], sure=True)

    def recv_multipart(self, _: int = 0) -> list[bytes]:
        self.ether.arrive()
        if not self.inbox:
            raise zmq.Again
        return self.inbox.popleft()

    def get_monitor_socket(self, _: int) -> "FakeSocket":
        return FakeSocket.__new__(_Silent)

    def disable_monitor(self) -> None: ...

    def close(self) -> None:
        self.closed = True
        self.inbox.clear()
        if self.ether.bound.get(self.address) is self:
            del self.ether.bound[self.address]


class _Silent(FakeSocket):
    """A monitor that never has anything to say."""

    def recv_multipart(self, _: int = 0) -> list[bytes]:
        raise zmq.Again

    def close(self) -> None: ...


class _Host:
    def __init__(self, ether: Ether) -> None:
        self._ether = ether
        self._sockets: list[FakeSocket] = []

    def socket(self, kind: int) -> Socket:
        self._sockets.append(FakeSocket(self._ether, kind))
        return cast("Socket", self._sockets[-1])

    def wait(self, _: Sequence[Socket], ms: int) -> None:
        """Time is not ours to pass."""

    def close(self) -> None:
        for socket in self._sockets:
            socket.close()
