"""Between the engine's thread and the screen: one slot that holds the newest snapshot, and one queued signal."""

import threading

from PySide6.QtCore import QElapsedTimer, QObject, Qt, Signal, Slot

from wallboard.board.present import present
from wallboard.board.scene import LocalTime
from wallboard.board.spec import BoardSpec
from wallboard.core.figures import Figures
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth
from wallboard.ui.window import WallWindow


class Mailbox(QObject):
    """Latest wins. ``put`` from any thread; ``arrived`` once for however many puts until the next ``take``."""

    arrived = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._lock = threading.Lock()
        self._newest: tuple[Snapshot, FeedHealth] | None = None

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


class Screen(QObject):
    """Presents what arrives and shows it, in the GUI thread. Pages turn by the screen's own time, also in a replay."""

    def __init__(self, mailbox: Mailbox, window: WallWindow, board: BoardSpec, local: LocalTime) -> None:
        super().__init__()
        self._mailbox, self._window, self._board, self._local = mailbox, window, board, local
        self._shown = QElapsedTimer()
        self._shown.start()
        mailbox.arrived.connect(self.show_newest, Qt.ConnectionType.QueuedConnection)

    @Slot()
    def show_newest(self) -> None:
        """Take, present, show."""
        newest = self._mailbox.take()
        if newest is None:
            return
        snapshot, health = newest
        shown = self._shown.elapsed()
        page = page_due(self._board, shown)
        self._window.show_view(present(Figures(snapshot), health, self._board, page, self._local, shown))


def page_due(board: BoardSpec, shown: int) -> int:
    """Which page is due after so many ms on the screen."""
    rest = shown % max(1, int(sum(page.seconds for page in board.pages) * 1000))
    for index, page in enumerate(board.pages):
        rest -= int(page.seconds * 1000)
        if rest < 0:
            return index
    return 0
