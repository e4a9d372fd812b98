"""The full-screen window of one screen: the wall in it, no cursor over it, and one way out."""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QResizeEvent, QScreen
from PySide6.QtWidgets import QWidget

from wallboard.ui.kiosk_pad import Pad
from wallboard.ui.kiosk_pin import Lock
from wallboard.ui.style import Style
from wallboard.ui.window import WallWindow

CHORD = (Qt.Key.Key_Q, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier)
"""Ctrl+Alt+Q."""


class Stand(Protocol):
    """A screen, as far as a window has to know one."""

    def name(self) -> str:
        """What the system calls it."""
        ...

    def geometry(self) -> QRect:
        """Where it is on the desktop."""
        ...


class Frame(QWidget):
    """Holds a ``WallWindow``, moves it about, and lets nobody out without the PIN.

    Args:
        wall: what is shown.
        lock: the way out.
        leave: called when it opens.
        mono: the monotonic clock, ms.
    """

    def __init__(self, wall: WallWindow, lock: Lock, leave: Callable[[], None], mono: Callable[[], int]) -> None:
        super().__init__(None, Qt.WindowType.FramelessWindowHint | Qt.WindowType.WindowStaysOnTopHint)
        self.wall = wall
        self.lock = lock
        self._leave, self._mono = leave, mono
        self._shift = (0, 0)
        self._open = False
        self._pad = Pad(self)
        wall.setParent(self)
        wall.show()
        wall.windowTitleChanged.connect(self.setWindowTitle)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def stand_on(self, screen: Stand) -> None:
        """Fill a screen."""
        if isinstance(screen, QScreen):
            self.setScreen(screen)
        self.setGeometry(screen.geometry())
        self.showFullScreen()
        self.activateWindow()

    def shift(self, by: tuple[int, int]) -> None:
        """Move the whole scene by some pixels."""
        if by != self._shift:
            self._shift = by
            self._place()

    def tick(self, now: int) -> None:
        """Time passes (ms, monotonic): a question nobody answers goes away."""
        self.lock.tick(now)
        if not self.lock.asking:
            self._pad.hide()

    def keyPressEvent(self, event: QKeyEvent) -> None:  # noqa: N802 - the name is Qt's
        """The chord asks; while it does, digits answer. Every other key does nothing."""
        if (event.key(), event.modifiers()) == CHORD:
            if self.lock.ask(self._mono()):
                self.let_go()
                return
        elif self.lock.asking and self._answer(event):
            self.let_go()
            return
        self._show_pad()

    def closeEvent(self, event: QCloseEvent) -> None:  # noqa: N802 - the name is Qt's
        """A window manager's wish to close it is no way out."""
        event.setAccepted(self._open)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - the name is Qt's
        """The wall fills it."""
        super().resizeEvent(event)
        self._place()

    def let_go(self) -> None:
        """From now on it may be closed."""
        self._open = True
        self._pad.hide()
        self._leave()

    def _answer(self, event: QKeyEvent) -> bool:
        """Take a key of the answer; whether it was the last of the right one."""
        now, key, text = self._mono(), event.key(), event.text()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            return self.lock.submit(now)
        if key == Qt.Key.Key_Escape:
            self.lock.cancel()
        elif key == Qt.Key.Key_Backspace:
            self.lock.erase(now)
        elif len(text) == 1 and text in "0123456789":
            self.lock.press(text, now)
        return False

    def _show_pad(self) -> None:
        if not self.lock.asking:
            self._pad.hide()
            return
        look = Style(self.wall.theme, self.width(), self.height())
        self._pad.show_answer(look, len(self.lock.digits), self.lock.told)

    def _place(self) -> None:
        self.wall.setGeometry(*self._shift, self.width(), self.height())
