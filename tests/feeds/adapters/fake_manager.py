"""A manager port on loopback that says what a test wants, driven by the test's own loop: no thread, no sleeping."""

import hashlib
import socket
from collections.abc import Callable, Iterable
from typing import Self

from feeds.adapters.asterisk.blocks import Block, parse_block
from feeds.adapters.asterisk.follower import AmiFollower
from feeds.adapters.options import Options
from feeds.adapters.report import Report
from feeds.clock import ManualClock
from wallboard.core.vocabulary import Event

GREETING = b"Asterisk Call Manager/5.0.2\r\n"
END = b"\r\n\r\n"
CHALLENGE = "840415273"
TRIES = 20_000


def text(block: dict[str, str]) -> bytes:
    return ("\r\n".join(f"{key}: {value}" for key, value in block.items())).encode() + END


class FakeManager:
    """Listens; `turn` lets it accept, read and answer once. What it was asked is in `actions`."""

    def __init__(self, *, user: str = "wall", secret: str = "", greeting: bytes = GREETING) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.setblocking(False)  # noqa: FBT003 - the standard library's own way
        self._socket: socket.socket | None = None
        self._buffer = b""
        self._user, self._secret, self._greeting = user, secret, greeting
        self.port: int = self._listener.getsockname()[1]
        self.md5 = True
        self.actions: list[Block] = []
        self.queues: list[dict[str, str]] = []
        self.channels: list[dict[str, str]] | None = []
        self.booting = False
        self.away = False
        self.drips = False
        """Whether each byte is a write of its own; `listener` is then called after each."""
        self.listener: Callable[[], object] = lambda: None
        self.uptime = 60
        self.deaf = False
        self.mute = ""
        """An action that is never answered."""
        self.time = 1_800_000_000.0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.drop()
        self._listener.close()

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def connected(self) -> bool:
        return self._socket is not None

    def drop(self) -> None:
        """Hang up, as a killed ACD does."""
        if self._socket is not None:
            self._socket.close()
        self._socket, self._buffer = None, b""

    def say(self, raw: bytes) -> None:
        """Bytes to the client, as they are."""
        assert self._socket is not None
        self._socket.setblocking(True)  # noqa: FBT003 - the standard library's own way
        for piece in [raw[at : at + 1] for at in range(len(raw))] if self.drips else [raw]:
            self._socket.sendall(piece)
            self.listener()
        self._socket.setblocking(False)  # noqa: FBT003 - the standard library's own way

    def turn(self) -> None:
        if self.away:
            return
        try:
            if self._socket is None:
                self._socket, _ = self._listener.accept()
                self._socket.setblocking(False)  # noqa: FBT003 - the standard library's own way
                self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                self.say(self._greeting)
            read = self._socket.recv(65536)
        except BlockingIOError:
            return
        if not read:
            self.drop()
            return
        self._buffer += read
        *whole, self._buffer = self._buffer.split(END)
        for raw in whole:
            action = parse_block(raw)
            self.actions.append(action)
            if not self.deaf and action["Action"] != self.mute:
                self._answer(action)

    def _answer(self, action: Block) -> None:
        said = {"ActionID": action["ActionID"]} if "ActionID" in action else {}
        step: dict[str, Callable[[dict[str, str], Block], None]] = {
            "Challenge": self._challenge,
            "CoreShowChannels": self._list_channels,
            "Login": self._login,
            "Ping": self._pong,
            "QueueStatus": self._list_queues,
        }
        step[action["Action"]](said, action)

    def _challenge(self, said: dict[str, str], _: Block) -> None:
        good = {"Response": "Success", "Challenge": CHALLENGE}
        self.say(text({**(good if self.md5 else {"Response": "Error", "Message": "Must specify AuthType"}), **said}))

    def _login(self, said: dict[str, str], action: Block) -> None:
        digest = hashlib.md5((CHALLENGE + self._secret).encode(), usedforsecurity=False).hexdigest()
        proof = action.get("Key") == digest or (not self.md5 and action.get("Secret") == self._secret)
        if action.get("Username") != self._user or not proof:
            self.say(text({"Response": "Error", **said, "Message": "Authentication failed"}))
            return
        self.say(text({"Response": "Success", **said, "Message": "Authentication accepted"}))
        if not self.booting:
            self.say(text({"Event": "FullyBooted", "Privilege": "system,all", "Uptime": str(self.uptime)}))

    def _pong(self, said: dict[str, str], _: Block) -> None:
        self.say(text({"Response": "Success", **said, "Ping": "Pong", "Timestamp": f"{self.time:.6f}"}))

    def _list_queues(self, said: dict[str, str], _: Block) -> None:
        if self.booting:
            self.say(text({"Response": "Error", **said, "Message": "Invalid/unknown command: QueueStatus."}))
            return
        self._list(said, self.queues, "QueueStatusComplete")

    def _list_channels(self, said: dict[str, str], _: Block) -> None:
        if self.channels is None:
            self.say(text({"Response": "Error", **said, "Message": "Permission denied"}))
        else:
            self._list(said, self.channels, "CoreShowChannelsComplete")

    def _list(self, said: dict[str, str], items: Iterable[dict[str, str]], last: str) -> None:
        self.say(text({"Response": "Success", **said, "EventList": "start"}))
        for item in items:
            self.say(text({**item, **said}))
        self.say(text({"Event": last, **said, "EventList": "Complete"}))


class Talk:
    """A follower and a manager on one manual clock."""

    def __init__(
        self, manager: FakeManager, options: Options, past: Iterable[Event] = (), wall: int = 1_800_000_000_000
    ) -> None:
        self.clock = ManualClock(wall=wall)
        self.manager = manager
        self.report = Report()
        self.follower = AmiFollower(manager.address, options, self.report, past, self.clock)
        self.events: list[Event] = []

    def step(self, ms: int = 0) -> list[Event]:
        """One turn of each, after `ms`."""
        self.clock.advance(ms)
        self.manager.time += ms / 1000
        self.manager.turn()
        events = self.follower.poll(self.clock.wall())
        self.events += events
        return events

    def until(self, tag: str, ms: int = 10) -> list[Event]:
        """Turns until an event of that tag comes; all that came."""
        events: list[Event] = []
        for _ in range(TRIES):
            events += self.step(ms)
            if any(event.__struct_config__.tag == tag for event in events):
                return events
        raise AssertionError(f"no {tag} in {events}")

    def settle(self, turns: int = 200, ms: int = 0) -> list[Event]:
        """So many turns; all that came."""
        return [event for _ in range(turns) for event in self.step(ms)]
