"""A process that obeys orders, seen from the one that gives them; it is gone when this one is."""

import contextlib
import queue
import subprocess
import sys
import threading
from collections.abc import Sequence
from typing import BinaryIO, Final, cast

from feeds.orders import Order, Told, Trouble, read_told, write
from wallboard.errors import FeedError

if sys.platform == "win32":
    _FLAGS: Final = subprocess.CREATE_NO_WINDOW | subprocess.BELOW_NORMAL_PRIORITY_CLASS
else:
    _FLAGS: Final = 0


class Process:
    """``command`` as a process that `feeds.upkeep.work` drives. Raises ``OSError`` when it cannot be started.

    What it says is read by a thread, because a state is long and its writer is in no hurry.
    """

    def __init__(self, command: Sequence[str]) -> None:
        self._process = subprocess.Popen(  # noqa: S603 - our own program
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=_FLAGS,
        )
        self._orders = cast("BinaryIO", self._process.stdin)
        self._answers = cast("BinaryIO", self._process.stdout)
        self._inbox: queue.SimpleQueue[Told | None] = queue.SimpleQueue()
        self._ear = threading.Thread(target=self._listen, name="keeper", daemon=True)
        self._ear.start()

    def _listen(self) -> None:
        told: Told | None = None
        while True:
            told = read_told(self._answers)
            self._inbox.put(told)
            if told is None:
                return

    def send(self, order: Order) -> None:
        """Pass an order on. Raises ``OSError`` when nobody is there."""
        write(self._orders, order)

    def heard(self) -> list[Told]:
        """What it said since. Raises `FeedError` when it is gone."""
        told: list[Told] = []
        while not self._inbox.empty():
            said = self._inbox.get()
            if said is None:
                why = next((each.reason for each in told if isinstance(each, Trouble) and each.fold is None), None)
                raise FeedError(why or f"the process that makes them ended (code {self._process.poll()})")
            told.append(said)
        return told

    def close(self) -> None:
        """End it: it has nothing to lose."""
        self._process.kill()
        self._process.wait()
        self._ear.join()
        for stream in (self._orders, self._answers):
            with contextlib.suppress(OSError):
                stream.close()
