"""Notices, one under the other: the sign of the level, the words, when they came; pages when they do not fit."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QRegion

from wallboard.board.tiles.message import MessageItem, MessageView
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM
from wallboard.ui.tile import CENTER, RIGHT, Tile, paged


class MessageTile(Tile[MessageView]):
    """Shows a ``MessageView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The notices of the due page, or that there are none."""
        del dirty
        look, view = self.look, self.view
        if not view.items:
            self.say(painter, body, view.calm, look.size("body"), look.color("faint"), CENTER)
            return
        gap, least = look.px(8), look.size("body") * 2.6
        shown = paged(len(view.items), body.height(), self.foot(), least + gap, least * 1.2 + gap, view.turn)
        for i, item in enumerate(view.items[shown.begin : shown.end]):
            self._item(painter, QRectF(body.left(), body.top() + i * shown.tall, body.width(), shown.tall - gap), item)
        self.tell_page(painter, body, shown, f"{len(view.items)} messages")

    def _item(self, painter: QPainter, box: QRectF, item: MessageItem) -> None:
        look, tint, size = self.look, self.look.level(item.level), self.look.size("body")
        path = QPainterPath()
        path.addRoundedRect(box, look.px(8), look.px(8))
        painter.fillPath(path, tint.fill)
        inner, side = box.adjusted(size * 0.7, 0, -size * 0.6, 0), size * 0.8
        glyphs.draw(painter, tint.glyph, QRectF(inner.left(), inner.center().y() - side / 2, side, side), tint.edge)
        time = look.fit(item.time, inner.width(), look.size("small"))
        self.write(painter, inner, time, look.color("soft"), RIGHT)
        words = inner.adjusted(side * 1.6, 0, -time.width - size * 0.6, 0)
        lines = self.wrap(item.text, size * 0.82, words.width())
        if look.metrics(size, MEDIUM).horizontalAdvance(item.text) <= words.width() or len(lines) == 1:
            self.say(painter, words, item.text, size, tint.text, weight=MEDIUM)
            return
        for i, line in enumerate((lines[0], " ".join(lines[1:]))):
            half = words.height() * 0.4
            box = QRectF(words.left(), words.top() + words.height() * 0.1 + i * half, words.width(), half)
            self.write(painter, box, look.fit(line, box.width(), size * 0.82, least=1.0), tint.text)
