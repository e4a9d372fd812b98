"""The message line at the bottom of the wall: there only while there is something to say."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from wallboard.board.severity import Level
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM, Style


class MessageLine(QWidget):
    """Shows a notice and its level."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.look = style
        self.words = ""
        self.level: Level = "info"
        self.hide()

    def set_look(self, style: Style) -> None:
        """Wear another theme or size."""
        self.look = style
        self.update()

    def show_message(self, words: str, level: Level) -> None:
        """Show a message; an equal one repaints nothing, an empty one hides the line."""
        if (words, level) == (self.words, self.level):
            return
        self.words, self.level = words, level
        self.setVisible(bool(words))
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """The glyph of the level, then the words."""
        del event
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            look, tint, margin = self.look, self.look.level(self.level), self.look.shape("margin")
            painter.fillRect(self.rect(), tint.fill)
            painter.fillRect(QRectF(0, 0, self.width(), look.px(3)), tint.edge)
            size = look.size("body")
            side = size * 0.85
            glyphs.draw(painter, tint.glyph, QRectF(margin, (self.height() - side) / 2, side, side), tint.edge)
            box = QRectF(margin + side * 1.6, 0, self.width() - 2 * margin - side * 1.6, self.height())
            told = look.fit(self.words, box.width(), size, MEDIUM)
            painter.setFont(told.font)
            painter.setPen(tint.text)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), told.words)
