"""The composition root: a source, the engine in its thread, a theme, a window. The only place that knows everyone."""

import os
import signal
import sys
import threading
import traceback
from collections.abc import Callable
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from feeds.replay import Replay
from feeds.subscriber import Subscriber
from wallboard.board.present import present
from wallboard.board.spec import BoardSpec
from wallboard.board.view import BoardView
from wallboard.config import load_board, local_time, windows
from wallboard.core.aggregator import Aggregator
from wallboard.core.figures import Figures
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth, Source
from wallboard.engine import Engine
from wallboard.errors import DataError, FeedError, WallboardError
from wallboard.theme import Theme, load_theme
from wallboard.ui.bridge import Mailbox, Screen
from wallboard.ui.render import render_png
from wallboard.ui.window import WallWindow
from wallboard.zones import period

CRASHED = 70
_HEARTBEAT_MS = 200


class Wall(Struct, frozen=True):
    """What is to be shown, and how."""

    board: BoardSpec
    theme: Theme
    kiosk: bool = False
    screen: int = 0


def wall_of(board: str | None, theme: str | None = None, *, kiosk: bool = False, screen: int = 0) -> Wall:
    """Read the board and theme named. Raises ``DataError`` with every problem at once."""
    spec = load_board(board) if board else load_board()
    return Wall(spec, load_theme(theme or spec.theme), kiosk, screen)


def aggregator_of(board: BoardSpec) -> Aggregator:
    """A fold that keeps what the board shows."""
    return Aggregator(period, windows(board), board.zone or None)


def live(address: str, board: BoardSpec) -> Callable[[], Source]:
    """A live feed, caught up since the beginning of the day where its publisher keeps a journal."""

    def opened() -> Source:
        now = Subscriber(address)
        begin, _ = period(now.now(), board.zone or None, (0,))
        now.close()
        return Subscriber(address, since=begin)

    return opened


def recorded(path: Path, speed: float | None, at: int | None = None) -> Callable[[], Source]:
    """A recording as a source, from its beginning or folded up to ``at`` (ms) at once."""

    def opened() -> Source:
        replay = Replay(path, speed=speed)
        if at is not None:
            replay.skip_to(at)
        return replay

    return opened


def in_zone(wall: Wall, zone: str) -> Wall:
    """The same wall, on the clocks of another IANA zone."""
    return Wall(replace(wall.board, zone=zone), wall.theme, wall.kiosk, wall.screen)


def first_live(board: BoardSpec, source: Callable[[], Source], patience_s: float = 60) -> tuple[Snapshot, FeedHealth]:
    """The first snapshot of a live feed that is caught up. Raises ``FeedError`` when it does not come in time."""
    newest: list[tuple[Snapshot, FeedHealth]] = []
    stop = threading.Event()

    def keep(snapshot: Snapshot, health: FeedHealth) -> None:
        newest[:] = [(snapshot, health)]
        if health.state == "live" and snapshot.agents:
            stop.set()

    late = threading.Timer(patience_s, stop.set)
    late.start()
    Engine(source(), aggregator_of(board), keep).run(stop)
    late.cancel()
    late.join()
    if not newest or newest[0][1].state != "live":
        raise FeedError(f"the feed was not live within {patience_s:g} s; is its publisher running?")
    return newest[0]


def has_display() -> bool:
    """Whether a window could be seen."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def picture(
    wall: Wall, snapshot: Snapshot, health: FeedHealth, size: tuple[int, int], out: Path, page: int = 0
) -> None:
    """Write the wall at a moment as a PNG. Raises ``DataError`` when the file cannot be written."""
    render_png(view_of(wall.board, snapshot, health, page), wall.theme, size, out)


def view_of(board: BoardSpec, snapshot: Snapshot, health: FeedHealth, page: int = 0) -> BoardView:
    """One page of a board at a moment."""
    return present(Figures(snapshot), health, board, page, local_time(board.zone))


def show(wall: Wall, source: Callable[[], Source]) -> int:
    """Show a source on the wall until the window closes. Returns the exit code. Raises ``WallboardError``."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    mailbox = Mailbox()
    window = WallWindow(wall.theme)
    screen = Screen(mailbox, window, wall.board, local_time(wall.board.zone))
    stop = threading.Event()
    fault: list[BaseException] = []

    def turn() -> None:
        try:
            Engine(source(), aggregator_of(wall.board), mailbox.put).run(stop)
        except BaseException as error:  # noqa: BLE001 - handed to the main thread, which ends the process
            fault.append(error)
            stop.set()

    engine = threading.Thread(target=turn, name="engine")
    engine.start()
    _place(window, wall)
    watch = _watch(application, stop)
    application.exec()
    watch.stop()
    stop.set()
    engine.join()
    del screen
    return _verdict(fault)


def _place(window: WallWindow, wall: Wall) -> None:
    screens = QApplication.screens()
    if not 0 <= wall.screen < len(screens):
        raise DataError(f"there is no screen {wall.screen}; this machine has {len(screens)}, counted from 0")
    area = screens[wall.screen].geometry()
    window.setGeometry(area if wall.kiosk else area.adjusted(*(2 * [area.width() // 12]), *(2 * [-area.width() // 12])))
    if wall.kiosk:
        window.showFullScreen()
    else:
        window.show()


def _watch(application: object, stop: threading.Event) -> QTimer:
    """Let Python see signals, and end the application when the engine ends."""

    def look() -> None:
        if stop.is_set() and isinstance(application, QApplication):
            application.quit()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(_HEARTBEAT_MS)
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    return timer


def _verdict(fault: list[BaseException]) -> int:
    for error in fault:
        if isinstance(error, WallboardError):
            raise error
        traceback.print_exception(error)
        return CRASHED
    return 0
