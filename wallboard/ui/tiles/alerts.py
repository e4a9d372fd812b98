"""What is wrong now, the worst at the top; calm words when nothing is."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QRegion

from wallboard.board.tiles.alerts import AlertItem, AlertsView
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM
from wallboard.ui.tile import CENTER, Tile


class AlertsTile(Tile[AlertsView]):
    """Shows an ``AlertsView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The items of the due page, or calm."""
        del dirty
        look, view = self.look, self.view
        if not view.items:
            self.say(painter, body, view.calm, look.size("body"), look.color("soft"), CENTER)
            return
        tall, gap, foot = look.size("body") * 2.9, look.px(8), look.size("small") * 1.5
        fitting = max(1, int((body.height() + gap) // (tall + gap)))
        if len(view.items) > fitting:
            fitting = max(1, int((body.height() - foot + gap) // (tall + gap)))
            tall = min(tall * 1.12, (body.height() - foot + gap) / fitting - gap)
        pages = -(-len(view.items) // fitting)
        start = view.turn % pages * fitting
        for i, item in enumerate(view.items[start : start + fitting]):
            self._item(painter, QRectF(body.left(), body.top() + i * (tall + gap), body.width(), tall), item)
        if pages > 1:
            line = QRectF(body.left(), body.bottom() - foot, body.width(), foot)
            note = f"page {view.turn % pages + 1} of {pages}"
            self.say(painter, line, note, look.size("small"), look.color("faint"), CENTER)

    def _item(self, painter: QPainter, box: QRectF, item: AlertItem) -> None:
        look, tint, size = self.look, self.look.level(item.level), self.look.size("body")
        path = QPainterPath()
        path.addRoundedRect(box, look.px(8), look.px(8))
        painter.fillPath(path, tint.fill)
        side = size * 0.8
        inner = box.adjusted(size * 0.7, size * 0.35, -size * 0.6, -size * 0.3)
        head = QRectF(inner.left(), inner.top(), inner.width(), inner.height() * 0.55)
        glyphs.draw(painter, tint.glyph, QRectF(head.left(), head.center().y() - side / 2, side, side), tint.edge)
        words = head.adjusted(side * 1.6, 0, 0, 0)
        self.say(painter, words, item.title, size, tint.text, weight=MEDIUM)
        low = QRectF(words.left(), head.bottom(), words.width(), inner.bottom() - head.bottom())
        self.say(painter, low, item.detail, look.size("small"), look.color("soft"))
