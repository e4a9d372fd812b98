"""One connection to a manager port, never waited for: connect, greeting, login, actions out, bytes in.

    off ──open──▶ connecting ──▶ greeting ──▶ challenge ──▶ login ──▶ on
     ▲                │              │            │           │       │
     └────────────────┴──────────────┴────────────┴───────────┴───────┘  close, by either side or for silence

The password goes out as MD5 of a challenge; as it is only where the ACD knows no challenge.
"""

import hashlib
import os
import select
import socket
from collections.abc import Iterator
from enum import Enum

from feeds.adapters.asterisk.blocks import Block, Blocks
from feeds.adapters.options import Secret
from wallboard.errors import FeedError, UsageError

GREETING = b"Asterisk Call Manager/"
USUAL_PORT = 5038
PATIENCE_MS = 5000
"""For each step up to being on."""
MOST = 1024 * 1024
PIECE = 64 * 1024
CLASSES = "system,call,agent,user"
"""What we ask to be told; the ACD's configuration may allow less. Class dialplan would tell more, but floods."""


class Stage(Enum):
    """How far a connection has come."""

    OFF = "off"
    CONNECTING = "connecting"
    GREETING = "greeting"
    CHALLENGE = "challenge"
    LOGIN = "login"
    ON = "on"


class Refusal(FeedError):  # noqa: N818 - what the ACD did, not what went wrong here
    """The ACD is there and says no, or it is no ACD: trying again would change nothing."""


class Lost(FeedError):  # noqa: N818 - as above
    """Not there, gone or silent: to be tried again."""


class Manager:
    """A connection to `host`:`port` as `user`. Times are monotonic ms."""

    def __init__(self, host: str, port: int, user: str, secret: Secret) -> None:
        self.where = f"{host}:{port}"
        self.stage = Stage.OFF
        self._host, self._port, self._user, self._secret = host, port, user, secret
        self._socket: socket.socket | None = None
        self._blocks = Blocks()
        self._head = b""
        self._out = b""
        self._due = 0

    def open(self, now: int) -> None:
        """Begin to connect. Raises `Lost` when the name is not known."""
        try:
            family, kind, protocol, _, address = socket.getaddrinfo(self._host, self._port, type=socket.SOCK_STREAM)[0]
            self._socket = socket.socket(family, kind, protocol)
            self._socket.setblocking(False)  # noqa: FBT003 - the standard library's own way
            self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self._socket.connect_ex(address)
        except OSError as error:
            self.close()
            raise Lost(f"{self.where}: {error.strerror or error}") from None
        self._blocks, self._head, self._out = Blocks(), b"", b""
        self._step(Stage.CONNECTING, now)

    def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            self._socket.close()
        self._socket = None
        self.stage = Stage.OFF

    def send(self, action: str, **headers: str) -> None:
        """An action. What the system does not take at once goes with the next `poll`."""
        lines = [f"Action: {action}", *(f"{key}: {value}" for key, value in headers.items())]
        self._out += ("\r\n".join(lines) + "\r\n\r\n").encode()
        self._flush()

    def poll(self, now: int) -> Iterator[tuple[Block, bytes]]:
        """Whole blocks that came since, once logged in. Never waits. Raises `Lost` or `Refusal`, and is closed then."""
        try:
            if self.stage is Stage.CONNECTING:
                self._connected(now)
            if self.stage is not Stage.OFF:
                self._flush()
                yield from self._read(now)
            if self.stage not in {Stage.OFF, Stage.ON} and now >= self._due:
                raise self._silence()
        except FeedError:
            self.close()
            raise
        except OSError as error:
            self.close()
            raise Lost(f"{self.where}: {error.strerror or error}") from None

    def _connected(self, now: int) -> None:
        if self._socket is None or not select.select([], [self._socket], [], 0)[1]:
            return
        if problem := self._socket.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR):
            raise OSError(problem, os.strerror(problem))
        self._step(Stage.GREETING, now)

    def _read(self, now: int) -> Iterator[tuple[Block, bytes]]:
        taken = 0
        while self._socket is not None and self.stage is not Stage.CONNECTING and taken < MOST:
            try:
                chunk = self._socket.recv(PIECE)
            except BlockingIOError:
                return
            if not chunk:
                raise Lost(f"{self.where}: closed the connection")
            taken += len(chunk)
            for block, raw in self._blocks.feed(self._greeted(chunk, now)):
                if self.stage is Stage.ON:
                    yield block, raw
                else:
                    self._answer(block, now)

    def _greeted(self, chunk: bytes, now: int) -> bytes:
        """What follows the greeting; whoever greets otherwise is no manager."""
        if self.stage is not Stage.GREETING:
            return chunk
        self._head += chunk
        line, end, rest = self._head.partition(b"\r\n")
        if not self._head.startswith(GREETING[: len(self._head)]) or len(line) > 4 * len(GREETING):
            said = ascii(line[:40].decode("utf-8", "replace"))
            raise Refusal(f"{self.where} is no Asterisk manager port: it says {said}; the usual port is {USUAL_PORT}")
        if not end:
            return b""
        self._step(Stage.CHALLENGE, now)
        self.send("Challenge", AuthType="MD5")
        return rest

    def _answer(self, block: Block, now: int) -> None:
        """The answers on the way to being on; events between them are not ours to miss: none comes before."""
        if "Response" not in block:
            return
        good = block["Response"] == "Success"
        if self.stage is Stage.CHALLENGE:
            self._log_in(block.get("Challenge", "") if good else "", now)
        elif not good:
            raise Refusal(
                f'{self.where} refused user "{self._user}": {block.get("Message", "no reason given")}; '
                "see [general] and that user in manager.conf: name, secret, permit, and enabled = yes"
            )
        else:
            self._step(Stage.ON, now)

    def _log_in(self, challenge: str, now: int) -> None:
        secret = self._secret.reveal()
        if challenge:
            key = hashlib.md5((challenge + secret).encode(), usedforsecurity=False).hexdigest()
            proof = {"AuthType": "MD5", "Key": key}
        else:
            proof = {"Secret": secret}
        self._step(Stage.LOGIN, now)
        self.send("Login", Username=self._user, Events=CLASSES, **proof)

    def _silence(self) -> FeedError:
        if self.stage is Stage.GREETING:
            return Refusal(f"{self.where} is no Asterisk manager port: it says nothing; the usual port is {USUAL_PORT}")
        return Lost(f"{self.where}: no answer while {self.stage.value}")

    def _step(self, stage: Stage, now: int) -> None:
        self.stage, self._due = stage, now + PATIENCE_MS

    def _flush(self) -> None:
        while self._out and self._socket is not None and self.stage is not Stage.CONNECTING:
            try:
                self._out = self._out[self._socket.send(self._out) :]
            except BlockingIOError:
                return


def address(text: str) -> tuple[str, int]:
    """``host``, ``host:port`` or ``[::1]:port``. Raises `UsageError`."""
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, str(USUAL_PORT)
    plain = host.removeprefix("[").removesuffix("]")
    if not plain or not port.isdecimal() or not 0 < int(port) <= 65_535:  # noqa: PLR2004 - the largest port there is
        raise UsageError(f'"{text}" is no manager port: use host:port, such as 127.0.0.1:{USUAL_PORT}')
    return plain, int(port)
