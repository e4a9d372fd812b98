"""The wall where nobody sits: full screen on its screens, awake, on an orbit, dim at night, and back after a crash."""

import os
import time
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import TypeVar

from msgspec import Struct
from PySide6.QtCore import QObject
from PySide6.QtGui import QGuiApplication

from wallboard.board.memory import Memory
from wallboard.board.spec import BoardSpec, KioskSpec
from wallboard.errors import UsageError
from wallboard.theme import Theme
from wallboard.ui.kiosk_awake import Release, stay_awake
from wallboard.ui.kiosk_frame import Frame
from wallboard.ui.kiosk_light import dimmed, is_dim, orbit
from wallboard.ui.kiosk_memory import LOG, Pages, display, folder, keep_log, only_one, seat
from wallboard.ui.kiosk_pin import Lock
from wallboard.ui.kiosk_screens import Desktop, Places
from wallboard.ui.kiosk_watchdog import Watchdog
from wallboard.ui.pane import Pane
from wallboard.ui.window import WallWindow

MINUTE_MS = 60_000
S = TypeVar("S")


class Hanging(Struct, frozen=True):
    """What hangs on one screen, which is named or numbered from 0."""

    screen: str | int
    board: BoardSpec
    theme: Theme
    memory: Memory


class World(Struct, frozen=True):
    """What a kiosk has to know of the machine it hangs on; tests have their own."""

    desktop: Desktop
    folder: Path
    environment: Mapping[str, str]
    mono: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000
    wall: Callable[[], int] = lambda: time.time_ns() // 1_000_000
    awake: Callable[[Callable[[str], None]], tuple[Release, ...]] = stay_awake


def this_machine() -> World:
    """The machine we run on. Needs a running application."""
    desktop = QGuiApplication.instance()
    return World(desktop, folder(), os.environ)  # type: ignore[arg-type] # Qt's stubs know signals by another name


class Kiosk(QObject):
    """Walls on their screens, until somebody who knows the PIN leaves.

    Args:
        hangings: what hangs where.
        spec: how the kiosk behaves.
        leave: called when somebody may leave.
        world: the machine.

    Raises ``UsageError`` when another kiosk hangs there, or a screen is asked for by a number that is not there.
    """

    def __init__(self, hangings: Sequence[Hanging], spec: KioskSpec, leave: Callable[[], None], world: World) -> None:
        super().__init__()
        self._spec, self._world, self._hangings = spec, world, tuple(hangings)
        there = world.desktop.screens()
        asked = [hanging.screen for hanging in hangings]
        names = [screen if isinstance(screen, str) else screen_of(screen, there).name() for screen in asked]
        here = seat(display())
        self._lock_file = only_one(world.folder / f"kiosk-{here}.lock")
        self._log = keep_log(world.folder / "kiosk.log" if world.folder != folder() else None)
        pages, lock = Pages(world.folder / f"pages-{here}.json"), Lock(spec.pin)
        self.frames = [Frame(WallWindow(hanging.theme), lock, leave, world.mono) for hanging in hangings]
        self.panes = [
            Pane(frame.wall, hanging.board, hanging.memory, pages.get(name), partial(pages.put, name))
            for frame, hanging, name in zip(self.frames, hangings, names, strict=True)
        ]
        self._watchdog = Watchdog(world.environment)
        self._minute: int | None = None
        self._dim: list[bool] = [False for _ in hangings]
        LOG.info("the kiosk begins on %s%s", ", ".join(names), "" if spec.pin else "; no PIN is set")
        self._awake = world.awake(LOG.info)
        self._places = Places(world.desktop, self.frames, names, LOG.info)

    def tick(self, now: int) -> None:
        """A picture was shown at that time (ms, monotonic)."""
        self._watchdog.tick(now)
        for frame in self.frames:
            frame.tick(now)
        if now // MINUTE_MS != self._minute:
            self._minute = now // MINUTE_MS
            self._care()

    def close(self) -> None:
        """Let the machine sleep again, and another kiosk hang here."""
        LOG.info("the kiosk ends")
        for release in self._awake:
            release()
        for frame in self.frames:
            frame.hide()
            frame.deleteLater()
        LOG.removeHandler(self._log)
        self._log.close()
        self._lock_file.unlock()

    def _care(self) -> None:
        """Once a minute: the orbit, and the light."""
        for i, (frame, hanging) in enumerate(zip(self.frames, self._hangings, strict=True)):
            if self._spec.orbit:
                frame.shift(orbit(self._minute or 0))
            dim = is_dim(self._spec.dim, hanging.memory.local(self._world.wall()))
            if dim != self._dim[i]:
                self._dim[i] = dim
                frame.wall.set_theme(dimmed(hanging.theme, self._spec.dim_to) if dim else hanging.theme)


def screen_of(number: int, there: Sequence[S]) -> S:
    """The screen of that number. Raises ``UsageError`` when there is none."""
    if not 0 <= number < len(there):
        many = f"{len(there)} screens" if len(there) > 1 else "1 screen"
        raise UsageError(f"there is no screen {number}: this machine has {many}, counted from 0")
    return there[number]
