"""Signs of life to systemd, as long as pictures are shown: when they stop, it starts the wall anew."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import QProcess

PROGRAM = "systemd-notify"


class Watchdog:
    """Tells systemd that the wall is alive, twice within its patience; silent where systemd did not ask.

    Args:
        environment: of this process; systemd says in it what it expects.
        send: takes the arguments of ``systemd-notify``.
    """

    def __init__(
        self,
        environment: Mapping[str, str],
        send: Callable[[list[str]], object] = lambda words: QProcess.startDetached(PROGRAM, words),
    ) -> None:
        asked = environment.get("WATCHDOG_USEC", "") if environment.get("NOTIFY_SOCKET") else ""
        self.every_ms = int(asked) // 2000 if asked.isdigit() else None
        self._send = send
        self._last: int | None = None

    def tick(self, now: int) -> None:
        """A picture was shown at that time (ms, monotonic)."""
        if self.every_ms is None or (self._last is not None and now - self._last < self.every_ms):
            return
        self._last = now
        self._send(["WATCHDOG=1"])
