"""Agents by state: one stacked bar, and under it every state with its glyph, its count and its name."""

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPainterPath, QRegion

from wallboard.board.tiles.states import StatePart, StatesView
from wallboard.ui import glyphs
from wallboard.ui.style import STRONG
from wallboard.ui.tile import RIGHT, Tile

_TALL = 2.5
"""Lines of ordinary words from which a state's name stands under its count; else it stands beside it."""
_ROW = 1.8
"""How many such lines one of several rows of states takes where the day is drawn too."""


class StatesTile(Tile[StatesView]):
    """Shows a ``StatesView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The bar above, the legend below in as many rows as it needs."""
        del dirty
        look, size = self.look, self.look.size("body")
        thick = min(look.px(40), body.height() * 0.25)
        self._bar(painter, QRectF(body.left(), body.top() + size * 0.3, body.width(), thick))
        legend = body.adjusted(0, size * 0.8 + thick, 0, 0)
        parts = self.view.parts
        across = max(1, min(len(parts), int(legend.width() // (size * 5.2))))
        rows = -(-len(parts) // across)
        line = size * (_ROW if rows > 1 else 2.6)
        if self.view.history and legend.height() > rows * line + size * 2.5:
            tall = legend.height() - rows * line
            self._history(painter, QRectF(legend.left(), legend.bottom() - tall, legend.width(), tall))
            legend.setBottom(legend.bottom() - tall)
        across = -(-len(parts) // rows)
        wide, tall = legend.width() / across, min(legend.height() / rows, size * 3.2)
        for i, part in enumerate(parts):
            box = QRectF(legend.left() + i % across * wide, legend.top() + i // across * tall, wide, tall)
            self._part(painter, box, part)

    def _bar(self, painter: QPainter, box: QRectF) -> None:
        look, gap = self.look, self.look.px(2)
        path = QPainterPath()
        path.addRoundedRect(box, look.px(6), look.px(6))
        painter.fillPath(path, look.color("track"))
        painter.save()
        painter.setClipPath(path)
        left = box.left()
        for part in self.view.parts:
            wide = (part.share or 0.0) * box.width()
            if wide:
                painter.fillRect(
                    QRectF(left, box.top(), max(1.0, wide - gap), box.height()), look.state(part.state).edge
                )
            left += wide
        painter.restore()

    def _history(self, painter: QPainter, box: QRectF) -> None:
        """The day as columns, stacked in the order of the bar; when it began and now stand under it."""
        look, view, small = self.look, self.view, self.look.size("small")
        foot = QRectF(box.left(), box.bottom() - small * 1.3, box.width(), small * 1.4)
        self.say(painter, foot, view.begin, small, look.color("faint"))
        self.say(painter, foot, view.end, small, look.color("faint"), RIGHT)
        area = box.adjusted(0, small * 0.4, 0, -small * 1.5)
        wide = area.width() / len(view.history)
        inks = [look.state(part.state).edge for part in view.parts]
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for i, shares in enumerate(view.history):
            left, low = round(area.left() + i * wide), area.bottom()
            right = round(area.left() + (i + 1) * wide)
            for share, ink in zip(shares, inks, strict=True):
                high = low - share * area.height()
                if share:
                    painter.fillRect(QRect(left, round(high), right - left, round(low) - round(high)), ink)
                low = high
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)

    def _part(self, painter: QPainter, box: QRectF, part: StatePart) -> None:
        """Glyph and count on one line, the name under it, or beside it where there is no room for that."""
        look = self.look
        flat = box.height() < look.size("body") * _TALL
        size = min(look.size("body") * 1.5, box.height() * (0.75 if flat else 0.5))
        tint, side = look.state(part.state), size * 0.62
        top = QRectF(box.left(), box.top(), box.width(), min(box.height(), size * 1.25))
        glyphs.draw(painter, tint.glyph, QRectF(top.left(), top.center().y() - side / 2, side, side), tint.text)
        ink = look.color("text" if part.figure.sure == "known" else "faint")
        self.say(painter, top.adjusted(side * 1.5, 0, 0, 0), part.figure.text, size, ink, weight=STRONG)
        low = QRectF(box.left(), top.bottom(), box.width() - look.px(8), size * 0.9)
        if flat:
            wide = side * 1.5 + look.width(part.figure.text, size, STRONG) + size * 0.4
            low = top.adjusted(wide, size * 0.1, -look.px(8), 0)
        self.say(painter, low, part.label, min(look.size("small"), size * 0.7), look.color("soft"))
