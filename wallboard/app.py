"""The composition root: a source, the engine in its thread, a theme, a window. The only place that knows everyone."""

import signal
import sys
import threading
import traceback
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from types import TracebackType

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from feeds.lineage import ReplacedError
from feeds.remembering import remembering
from feeds.replay import Replay
from wallboard.board.audience import acts, on_screen
from wallboard.board.memory import Memory
from wallboard.board.present import present
from wallboard.board.spec import BoardSpec
from wallboard.board.view import BoardView
from wallboard.config import load_board, local_time, memory_of, windows
from wallboard.core.aggregator import Aggregator
from wallboard.core.figures import Figures
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import Beginning, FeedHealth, Source
from wallboard.engine import Engine, Opened, Publish, Usually, comparing, spare_collector
from wallboard.errors import DataError, FeedError, WallboardError
from wallboard.theme import Theme, load_theme
from wallboard.ui.bridge import Mailbox, Screens
from wallboard.ui.herald import Herald
from wallboard.ui.kiosk import Hanging, Kiosk, screen_of, this_machine
from wallboard.ui.kiosk_memory import LOG
from wallboard.ui.outside import means_of
from wallboard.ui.pane import Pane
from wallboard.ui.readable import unreadable
from wallboard.ui.render import application, render_png
from wallboard.ui.window import WallWindow
from wallboard.zones import fold_of, own_zone

CRASHED = 70
_HEARTBEAT_MS = 200
_SWITCH_S = 0.0005
"""After so long a thread gives way to one that waits: the engine gives way at every message it reads, and after each
would wait for the painting, by default ten times as long."""


class Wall(Struct, frozen=True):
    """What is to be shown, and how."""

    board: BoardSpec
    theme: Theme
    kiosk: bool = False
    screens: tuple[int, ...] = ()
    """Numbers of the screens to hang on, from 0; none named means what the board says, or the primary one."""
    usual: Usually | None = None


def wall_of(
    board: str | None, theme: str | None = None, *, kiosk: bool = False, screen: Sequence[int] | None = None
) -> Wall:
    """Read the board and theme named. Raises ``DataError`` with every problem at once."""
    spec = load_board(board) if board else load_board()
    return Wall(spec, load_theme(theme or spec.theme), kiosk, tuple(screen or ()))


def aggregator_of(*boards: BoardSpec) -> Aggregator:
    """A fold that keeps what the boards show, in the zone of the first or this machine's, named if it can be."""
    asked = sorted({window for board in boards for window in windows(board)})
    return fold_of(tuple(asked), boards[0].zone or own_zone())


def recorded(path: Path, speed: float | None, at: int | None = None) -> Opened:
    """A recording as a source, from its beginning or folded up to ``at`` (ms) at once."""

    def opened(_: Beginning) -> Source:
        replay = Replay(path, speed=speed)
        if at is not None:
            replay.jump(at)
        return replay

    return opened


def in_zone(wall: Wall, zone: str) -> Wall:
    """The same wall, on the clocks of another IANA zone."""
    return replace(wall, board=replace(wall.board, zone=zone))


def compared(wall: Wall, usual: Usually | None) -> Wall:
    """The same wall, beside what is usual."""
    return replace(wall, usual=usual)


Moment = tuple[Snapshot, FeedHealth]


def first_live(wall: Wall, source: Opened, memory: Memory, patience_s: float = 60) -> Moment:
    """The first moment a live feed is caught up, with the alerts in ``memory``. Raises ``FeedError`` if it is late."""
    newest: list[Moment] = []
    stop = threading.Event()

    def keep(snapshot: Snapshot, health: FeedHealth) -> None:
        newest[:] = [(snapshot, health)]
        if health.state == "live" and snapshot.agents:
            stop.set()

    late = threading.Timer(patience_s, stop.set)
    late.daemon = True  # told to end at any moment, the process does not wait for it
    late.start()
    try:
        fold = aggregator_of(wall.board)
        Engine(source(Beginning(fold)), fold, keep, alerts=(memory.alerts,)).run(stop)
    finally:
        late.cancel()
        late.join()
    if not newest or newest[0][1].state != "live":
        raise FeedError(f"the feed was not live within {patience_s:g} s; is its publisher running?")
    return newest[0]


def picture(wall: Wall, moment: Moment, memory: Memory, size: tuple[int, int], out: Path, page: int = 0) -> None:
    """Write the wall at a moment as a PNG, with what is in ``memory``. Raises ``DataError`` if it cannot be written."""
    render_png(view_of(wall.board, moment, page, memory), wall.theme, size, out)


def view_of(board: BoardSpec, moment: Moment, page: int, memory: Memory | None = None) -> BoardView:
    """One page of a board at a moment."""
    return present(Figures(moment[0]), moment[1], board, page, local_time(board.zone), memory=memory)


def unreadable_tiles(board: BoardSpec) -> list[str]:
    """What cannot be read at the distance the board states, a sentence each; needs no display."""
    keep = application()
    nothing = aggregator_of(board).snapshot()
    theme, health = load_theme(board.theme), FeedHealth(state="live", age_ms=0)
    pages = (view_of(board, (nothing, health), page).page for page in range(len(board.pages)))
    found = [text for page in pages for text in unreadable(page, theme, board.distance)]
    del keep
    return found


def show(wall: Wall, source: Opened) -> int:
    """Show a source on the wall until the window closes. Returns the exit code. Raises ``WallboardError``."""
    application = QApplication.instance() or QApplication(sys.argv[:1])
    mailbox = Mailbox()
    stop = _stopped_by_signals()
    stage = _kiosk(wall, stop.set) if wall.kiosk else _window(wall)
    screens = Screens(mailbox, (*stage.panes, *_heralds(stage.panes)), shown=stage.tick)
    fault: list[BaseException] = []
    missing: list[int] = []

    def put(snapshot: Snapshot, health: FeedHealth) -> None:
        if health.state in ("replay", "ended") and health.missing:
            missing[:] = [health.missing]
        mailbox.put(snapshot, health)

    def turn() -> None:
        trusting = True
        try:
            while not stop.is_set():
                beginning = Beginning(aggregator_of(*(pane.board for pane in stage.panes)), trusting)
                trusting = _fold(_engine(wall, stage.panes, source, beginning, put, mailbox), beginning, stop)
        except BaseException as error:  # noqa: BLE001 - handed to the main thread, which ends the process
            fault.append(error)
            stop.set()

    engine = threading.Thread(target=turn, name="engine")
    watch = _watch(application, stop, fault)
    spare_collector()
    sys.setswitchinterval(_SWITCH_S)
    engine.start()
    application.exec()
    watch.stop()
    sys.excepthook = sys.__excepthook__
    stop.set()
    engine.join()
    del screens
    if wall.kiosk:
        for error in fault:
            LOG.critical("the wall ends: %s", error, exc_info=error)
    stage.close()
    return _verdict(fault, sum(missing))


def _stopped_by_signals() -> threading.Event:
    """To be made before there is a window: Qt drops what is raised in its callbacks."""
    stop = threading.Event()
    for name in (signal.SIGINT, signal.SIGTERM):
        signal.signal(name, lambda *_: stop.set())
    return stop


def _engine(
    wall: Wall, panes: Sequence[Pane], source: Opened, beginning: Beginning, put: Publish, mailbox: Mailbox
) -> Engine:
    """What folds a source for these panes, and holds their alerts against it."""
    feed, fold = source(beginning), beginning.fold
    shown = put if wall.usual is None else comparing(fold, wall.usual, wall.board.zone or None, put)
    told = remembering(feed, beginning, shown)
    return Engine(feed, fold, told, pace=lambda: mailbox.pace_ms, alerts=[pane.memory.alerts for pane in panes])


def _fold(engine: Engine, beginning: Beginning, stop: threading.Event) -> bool:
    """Run an engine until told to stop, or until another fold is to begin; whether that may from a checkpoint."""
    try:
        engine.run(stop)
    except ReplacedError as told:
        LOG.warning("wallboard: %s", told)
    except WallboardError:
        raise
    except Exception as error:
        if not beginning.trusted:
            raise
        LOG.warning("wallboard: begins afresh without a checkpoint, which was of no use: %r", error, exc_info=error)
        return False
    return True


class _Stage(Struct, frozen=True):
    """Where the wall is shown, and whom to tell."""

    panes: Sequence[Pane]
    tick: Callable[[int], None]
    close: Callable[[], object]


def _window(wall: Wall) -> _Stage:
    """One window that can be moved and closed."""
    window = WallWindow(wall.theme)
    area = screen_of(wall.screens[0] if wall.screens else 0, QApplication.screens()).geometry()
    window.setGeometry(area.adjusted(*(2 * [area.width() // 12]), *(2 * [-area.width() // 12])))
    window.show()
    return _Stage((Pane(window, wall.board, memory_of(wall.board)),), lambda _: None, window.close)


def _kiosk(wall: Wall, leave: Callable[[], None]) -> _Stage:
    """A window on each screen that is asked for, by the command line or else by the board."""
    QApplication.setQuitOnLastWindowClosed(False)
    kiosk = Kiosk(tuple(_hangings(wall)), wall.board.kiosk, leave, this_machine())
    return _Stage(kiosk.panes, kiosk.tick, kiosk.close)


def _hangings(wall: Wall) -> Iterator[Hanging]:
    """What hangs where. Screens of the same board share its alerts, so that each is told once."""
    board, asked = wall.board, wall.board.screens
    common = memory_of(board).alerts
    if wall.screens or not asked:
        for number in wall.screens or (0,):
            yield Hanging(number, board, wall.theme, memory_of(board, common))
        return
    for screen in asked:
        if screen.board:
            shown = on_screen(replace(load_board(screen.board), zone=board.zone), screen)
            yield Hanging(screen.name, shown, load_theme(shown.theme), memory_of(shown))
        else:
            shown = on_screen(board, screen)
            yield Hanging(screen.name, shown, wall.theme, memory_of(shown, common))


def _heralds(panes: Sequence[Pane]) -> tuple[Herald, ...]:
    """One for each set of alerts with anything to do beside the tiles."""
    first = {id(pane.memory.alerts): pane for pane in reversed(panes)}
    acting = [pane for pane in first.values() if any(acts(rule) for rule in pane.board.rules)]
    means = [means_of(pane.board.rules, LOG.warning) for pane in acting]
    return tuple(Herald(pane.board, pane.memory, way) for pane, way in zip(acting, means, strict=True))


def _watch(application: object, stop: threading.Event, fault: list[BaseException]) -> QTimer:
    """Let Python see signals, and end the application when the engine ends or a slot fails."""

    def crash(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        fault.append(error)
        stop.set()

    def look() -> None:
        if stop.is_set() and isinstance(application, QApplication):
            application.exit()  # not quit(): that asks the windows, and a kiosk refuses

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(_HEARTBEAT_MS)
    sys.excepthook = crash
    return timer


def _verdict(fault: list[BaseException], missing: int) -> int:
    for error in fault:
        if isinstance(error, WallboardError):
            raise error
        traceback.print_exception(error)
        return CRASHED
    if missing:
        raise DataError(f"{missing} events of the recording could not be read; `wallboard verify` says which")
    return 0
