"""The question for the PIN, over the wall: how many digits were given, and what was wrong."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from wallboard.ui.style import REGULAR, STRONG, Style

SIZE = (520, 240)
"""Pixels on a screen 1080 high."""


class Pad(QWidget):
    """Shows how far the answer is; hidden while nobody asks. Keys go to the window under it."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self._over = parent
        self.look: Style | None = None
        self.digits = 0
        self.told = ""
        self.hide()

    def show_answer(self, look: Style, digits: int, told: str) -> None:
        """Show so many digits and a word under them."""
        wide, tall = (round(look.px(length)) for length in SIZE)
        self.look, self.digits, self.told = look, digits, told
        self.setGeometry((self._over.width() - wide) // 2, (self._over.height() - tall) // 2, wide, tall)
        self.raise_()
        self.show()
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """A card with three lines."""
        del event
        if self.look is None:
            return
        look = self.look
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(self.rect(), look.color("accent"))
            edge = look.px(3)
            painter.fillRect(QRectF(self.rect()).adjusted(edge, edge, -edge, -edge), look.color("card"))
            lines = (
                ("PIN to leave", "title", "soft", REGULAR),
                ("\N{BULLET}" * self.digits or "\N{EN DASH}", "clock", "text", STRONG),
                (self.told or "Enter to leave, Esc to stay", "small", "soft", REGULAR),
            )
            tall = self.height() / len(lines)
            for i, (words, size, ink, weight) in enumerate(lines):
                box = QRectF(0, i * tall, self.width(), tall)
                told = look.fit(words, box.width() * 0.9, look.size(size), weight)
                painter.setFont(told.font)
                painter.setPen(look.color(ink))
                painter.drawText(box, int(Qt.AlignmentFlag.AlignCenter), told.words)
