"""Starting, listening to, freezing and killing the programs of `tests.soak.programs`."""

import json
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from feeds.keys import Keyring
from wallboard.commands.demo import busiest

ROOT = Path(__file__).parents[2]
PATIENCE_S = 60


class End:
    """A program that runs. ``lines`` are what it said; the newest is ``last``."""

    def __init__(self, program: str, **options: object) -> None:
        words = [f"--{name.replace('_', '-')}={value}" for name, value in options.items() if value is not None]
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.soak.programs", program, *words], cwd=ROOT, stdout=subprocess.PIPE, text=True
        )
        self._said: queue.Queue[dict[str, Any]] = queue.Queue()
        self.lines: list[dict[str, Any]] = []
        self._ear = threading.Thread(target=self._listen)
        self._ear.start()

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self._said.put(json.loads(line) | {"heard": time.monotonic()})

    @property
    def last(self) -> dict[str, Any]:
        """What it said last."""
        while not self._said.empty():
            self.lines.append(self._said.get())
        return self.lines[-1] if self.lines else {}

    def wait(self, done: Callable[[dict[str, Any]], bool], patience_s: float = PATIENCE_S) -> dict[str, Any]:
        """Until it says something for which ``done`` holds; returns that."""
        deadline = time.monotonic() + patience_s
        while True:
            try:
                self.lines.append(self._said.get(timeout=max(0.01, deadline - time.monotonic())))
            except queue.Empty:
                raise AssertionError(f"it never said so; the last was {self.last}") from None
            if done(self.lines[-1]):
                return self.lines[-1]

    def send(self, number: int) -> None:
        """Send it a signal."""
        os.kill(self._process.pid, number)

    def end(self, number: int = signal.SIGTERM) -> int:
        """End it and wait for that."""
        if self._process.poll() is None:
            self.send(number)
        code = self._process.wait(PATIENCE_S)
        self._ear.join()
        if self._process.stdout:
            self._process.stdout.close()
        return code


def keys(folder: Path) -> Path:
    """Two ends that know each other."""
    here, there = Keyring(folder / "here"), Keyring(folder / "there")
    here.trust(there.new("centre"))
    there.trust(here.new("wall"))
    return folder


def scene() -> dict[str, object]:
    """Now, where it is a busy hour."""
    return {"zone": busiest(datetime.now(UTC)), "begin": time.time_ns() // 1_000_000}
