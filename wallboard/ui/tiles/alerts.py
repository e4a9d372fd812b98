"""What is wrong now, the worst at the top; calm words when nothing is."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QRegion

from wallboard.board.tiles.alerts import AlertItem, AlertsView
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM
from wallboard.ui.tile import CENTER, RIGHT, Tile, paged

_WHAT = 0.68
"""The share of a line that what is wrong may take from of whom it is said."""
_SHORT = 3
"""A tile that holds fewer alerts than this in two lines each writes them in one."""


class AlertsTile(Tile[AlertsView]):
    """Shows an ``AlertsView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The items of the due page, or calm."""
        del dirty
        look, view = self.look, self.view
        if not view.items:
            self.say(painter, body, view.calm, look.size("body"), look.color("soft"), CENTER)
            return
        gap, least = look.px(8), look.size("body") * 2.9
        fitting = (body.height() + gap - self.foot()) // (least + gap)
        if len(view.items) * (least + gap) - gap > body.height() and fitting < _SHORT:
            least = look.size("body") * 1.9
        shown = paged(len(view.items), body.height() + gap, self.foot(), least + gap, least * 1.12 + gap, view.turn)
        for i, item in enumerate(view.items[shown.begin : shown.end]):
            self._item(painter, QRectF(body.left(), body.top() + i * shown.tall, body.width(), shown.tall - gap), item)
        self.tell_page(painter, body, shown, f"{len(view.items)} alerts")

    def _item(self, painter: QPainter, box: QRectF, item: AlertItem) -> None:
        look, tint, size = self.look, self.look.level(item.level), self.look.size("body")
        path = QPainterPath()
        path.addRoundedRect(box, look.px(8), look.px(8))
        painter.fillPath(path, tint.fill)
        side = size * 0.8
        inner = box.adjusted(size * 0.7, 0, -size * 0.6, 0)
        two = box.height() > size * 2.4 and bool(item.detail)
        head = inner.adjusted(0, size * 0.35, 0, -box.height() * 0.45) if two else inner
        glyphs.draw(painter, tint.glyph, QRectF(head.left(), head.center().y() - side / 2, side, side), tint.edge)
        words = head.adjusted(side * 1.6, 0, 0, 0)
        if two:
            self._title(painter, words, item)
            low = QRectF(words.left(), head.bottom(), words.width(), box.bottom() - size * 0.3 - head.bottom())
            self.say(painter, low, " ".join(item.detail), look.size("small"), look.color("soft"))
            return
        wide = self._title(painter, words, item)
        rest = words.adjusted(wide + size * 0.8, 0, 0, 0)
        for count in range(len(item.detail), 0, -1):
            told = " ".join(item.detail[:count])
            if look.width(told, look.size("small")) <= rest.width():
                self.say(painter, rest, told, look.size("small"), look.color("soft"), RIGHT)
                return

    def _title(self, painter: QPainter, line: QRectF, item: AlertItem) -> float:
        """Of whom and what; the name gives way before the value does. Returns the width written."""
        look, size, ink = self.look, self.look.size("body"), self.look.level(item.level).text
        told = look.fit(item.title, line.width() * (_WHAT if item.subject else 1.0), size, MEDIUM)
        if not item.subject:
            self.write(painter, line, told, ink)
            return told.width
        space = size * 0.28
        name = look.name(item.subject, max(size, line.width() - told.width - space), size, MEDIUM)
        self.write(painter, line, name, ink)
        rest = line.adjusted(name.width + space, 0, 0, 0)
        self.write(painter, rest, told, ink)
        return name.width + space + told.width
