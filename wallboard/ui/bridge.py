"""Between the engine's thread and the screens: one slot that holds the newest snapshot, and one queued signal."""

import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import Protocol

from PySide6.QtCore import QObject, Qt, Signal, Slot

from wallboard.core.figures import Figures
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import BEGINNING, FeedHealth
from wallboard.ui.pace import LEAST_MS, Pace


class Mailbox(QObject):
    """Latest wins. ``put`` from any thread; ``arrived`` once for however many puts until the next ``take``."""

    arrived = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._newest: tuple[Snapshot, FeedHealth] | None = None
        self.pace_ms = LEAST_MS
        """How far apart the screens want snapshots; read by the engine's thread."""

    def put(self, snapshot: Snapshot, health: FeedHealth) -> None:
        """Leave the newest; an older one not yet taken is forgotten."""
        with self._lock:
            empty, self._newest = self._newest is None, (snapshot, health)
        if empty:
            self.arrived.emit()

    def take(self) -> tuple[Snapshot, FeedHealth] | None:
        """The newest, once; ``None`` when it was taken already."""
        with self._lock:
            newest, self._newest = self._newest, None
        return newest


class Shows(Protocol):
    """A screen, or whoever else is to see what arrives."""

    def show(self, snapshot: Snapshot, health: FeedHealth, figures: Callable[[], Figures], now: int) -> None:
        """Take a moment; ``now`` is the monotonic clock, ms."""
        ...


class Screens(QObject):
    """Shows what arrives on every screen, in the GUI thread.

    Args:
        mailbox: where snapshots arrive.
        panes: the screens, and who else is to see it.
        mono: the monotonic clock, ms.
        used: the processor time this process has used, ms.
        shown: told each time something was shown, by the monotonic clock.
    """

    def __init__(
        self,
        mailbox: Mailbox,
        panes: Sequence[Shows],
        mono: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
        used: Callable[[], float] = lambda: time.process_time_ns() / 1_000_000,
        shown: Callable[[int], None] = lambda _: None,
    ) -> None:
        super().__init__()
        self._mailbox, self._panes = mailbox, tuple(panes)
        self._mono, self._used, self._shown = mono, used, shown
        self._pace = Pace()
        mailbox.arrived.connect(self.show_newest, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def show_newest(self) -> None:
        """Take, present, show."""
        newest = self._mailbox.take()
        if newest is None:
            return
        snapshot, health = newest
        now = self._mono()
        live = health.state not in BEGINNING
        self._mailbox.pace_ms = self._pace.frame(self._used(), snapshot.feed.events, now, live=live)
        figures = cache(lambda: Figures(snapshot))
        for pane in self._panes:
            pane.show(snapshot, health, figures, now)
        self._shown(now)
