"""Which wall stands on which screen, while screens come, go and change."""

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtCore import QObject, QRect, Qt, SignalInstance, Slot

from wallboard.ui.kiosk_frame import Stand


class Desktop(Protocol):
    """What knows the screens: Qt's own application object, or a test's."""

    screenAdded: SignalInstance  # noqa: N815 - the names are Qt's
    screenRemoved: SignalInstance  # noqa: N815
    primaryScreenChanged: SignalInstance  # noqa: N815

    def screens(self) -> Sequence[Stand]:
        """Every screen there is, the primary one first."""
        ...


class Standing(Protocol):
    """A window that can stand on a screen."""

    def stand_on(self, screen: Stand) -> None:
        """Fill it."""
        ...

    def hide(self) -> None:
        """There is no screen for it."""
        ...


def assign(wanted: Sequence[str], there: Sequence[str]) -> list[str | None]:
    """A screen for each wall, by name: its own where that is there, else one that is free, else none."""
    free = [name for name in there if name not in wanted]
    return [name if name in there else (free.pop(0) if free else None) for name in wanted]


class Places(QObject):
    """Keeps every wall on its screen, moves it where that is gone, and brings it back."""

    def __init__(
        self, desktop: Desktop, windows: Sequence[Standing], wanted: Sequence[str], log: Callable[[str], None]
    ) -> None:
        super().__init__()
        self._desktop, self._windows, self._wanted, self._log = desktop, tuple(windows), tuple(wanted), log
        self._known: dict[str, QRect] = {}
        self._on: list[tuple[str, QRect] | None] = [None for _ in windows]
        queued = Qt.ConnectionType.QueuedConnection
        for signal in (desktop.screenAdded, desktop.screenRemoved, desktop.primaryScreenChanged):
            signal.connect(self.settle, queued)
        self.settle()

    @Slot()
    def settle(self) -> None:
        """Put every wall where it belongs; a wall that is there already is left alone."""
        screens = {screen.name(): screen for screen in self._desktop.screens()}
        for screen in screens.values():
            if isinstance(screen, QObject) and screen.name() not in self._known:
                screen.geometryChanged.connect(self.settle)  # type: ignore[attr-defined] # of QScreen and its fakes
        self._known = {name: screen.geometry() for name, screen in screens.items()}
        for i, name in enumerate(assign(self._wanted, list(screens))):
            place = None if name is None else (name, self._known[name])
            if place != self._on[i] or place is None:
                self._move(i, None if name is None else screens[name])
                self._on[i] = place

    def _move(self, i: int, screen: Stand | None) -> None:
        wanted, window = self._wanted[i], self._windows[i]
        if screen is None:
            self._log(f"the wall of screen {wanted} has no screen now; it comes back with it")
            window.hide()
            return
        told = "" if screen.name() == wanted else f", because {wanted} is not there"
        self._log(f"the wall stands on screen {screen.name()}{told}")
        window.stand_on(screen)
