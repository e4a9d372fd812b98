"""The line at the top: which board, which page, how the feed is, and the time."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from wallboard.board.view import StripView
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM, REGULAR, STRONG, Style

_FEED_GLYPHS = {"live": "disc", "late": "diamond", "lost": "triangle", "replay": "back"}


class Strip(QWidget):
    """Shows a ``StripView``."""

    def __init__(self, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.look = style
        self.view: StripView | None = None

    def set_look(self, style: Style) -> None:
        """Wear another theme or size."""
        self.look = style
        self.update()

    def show_view(self, view: StripView) -> None:
        """Show a view; an equal one repaints nothing."""
        if view != self.view:
            self.view = view
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """From the right: clock, feed, pages; then the title in what is left."""
        del event
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            look = self.look
            painter.fillRect(self.rect(), look.color("strip"))
            self._edge(painter)
            if self.view is not None:
                margin = look.shape("margin")
                row = QRectF(self.rect()).adjusted(margin, 0, -margin, 0)
                row = self._clock(painter, row, self.view)
                row = self._feed(painter, row, self.view)
                row = self._dots(painter, row, self.view)
                self._names(painter, row, self.view)

    def _edge(self, painter: QPainter) -> None:
        """A hairline under the strip; a band of colour when what is below is not live."""
        trust = "live" if self.view is None else self.view.feed.trust
        thick = self.look.px(1 if trust == "live" else 4)
        ink = self.look.color("rule" if trust == "live" else trust)
        painter.fillRect(QRectF(0, self.height() - thick, self.width(), thick), ink)

    def _clock(self, painter: QPainter, row: QRectF, view: StripView) -> QRectF:
        size = self.look.size("clock")
        width = self.look.metrics(size, STRONG).horizontalAdvance("00:00:00")
        self._right(painter, row, view.clock, size, "text", STRONG)
        return row.adjusted(0, 0, -width - size, 0)

    def _feed(self, painter: QPainter, row: QRectF, view: StripView) -> QRectF:
        """Its words stand still on the left: the room is that of the widest digits."""
        look, size, feed = self.look, self.look.size("body"), view.feed
        words = f"{feed.text} · {feed.warning}" if feed.warning else feed.text
        told = look.fit(words, row.width() * 0.5, size, MEDIUM if feed.trust != "live" else REGULAR)
        color = look.color("soft") if feed.trust == "live" and not feed.warning else look.color(feed.trust)
        if feed.warning and feed.trust == "live":
            color = look.color("late")
        painter.setFont(told.font)
        painter.setPen(color)
        left = row.right() - told.width
        painter.drawText(
            QRectF(left, row.top(), told.width + 1, row.height()), int(Qt.AlignmentFlag.AlignVCenter), told.words
        )
        side = size * 0.62
        glyph = QRectF(left - side * 1.7, row.center().y() - side / 2, side, side)
        glyphs.draw(painter, _FEED_GLYPHS[feed.trust], glyph, look.color(feed.trust))
        return row.adjusted(0, 0, glyph.left() - row.right() - size * 1.4, 0)

    def _dots(self, painter: QPainter, row: QRectF, view: StripView) -> QRectF:
        if view.pages < 2:  # noqa: PLR2004 - one page needs no dots
            return row
        side = self.look.px(13)
        for i in range(view.pages):
            left = row.right() - (view.pages - i) * side * 1.7
            box = QRectF(left, row.center().y() - side / 2, side, side)
            glyphs.draw(painter, "disc" if i == view.page else "ring", box, self.look.color("soft"))
        line = QRectF(row.right() - view.pages * side * 1.7, row.center().y() + side, view.pages * side * 1.7, 0)
        line.adjust(0, 0, -side * 0.7, self.look.px(3))
        painter.fillRect(line, self.look.color("track"))
        line.setWidth(line.width() * view.progress)
        painter.fillRect(line, self.look.color("soft"))
        return row.adjusted(0, 0, -view.pages * side * 1.7 - side * 2, 0)

    def _names(self, painter: QPainter, row: QRectF, view: StripView) -> None:
        look, size = self.look, self.look.size("body")
        title = look.fit(view.title, row.width() * 0.6, size, STRONG)
        painter.setFont(title.font)
        painter.setPen(look.color("text"))
        painter.drawText(row, int(Qt.AlignmentFlag.AlignVCenter), title.words)
        row = row.adjusted(title.width + size, 0, 0, 0)
        told = look.fit(view.subtitle, max(0.0, row.width()), size)
        painter.setFont(told.font)
        painter.setPen(look.color("soft"))
        painter.drawText(row, int(Qt.AlignmentFlag.AlignVCenter), told.words)

    def _right(self, painter: QPainter, row: QRectF, words: str, size: float, ink: str, weight: QFont.Weight) -> None:
        told = self.look.fit(words, row.width(), size, weight)
        painter.setFont(told.font)
        painter.setPen(self.look.color(ink))
        painter.drawText(row, int(Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight), told.words)
