"""Notices, one under the other: the sign of the level, the words, when they came; pages when they do not fit."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QRegion

from wallboard.board.tiles.message import MessageItem, MessageView
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM, Style
from wallboard.ui.tile import CENTER, RIGHT, Tile, paged

_LINE = 1.3
"""How far lines of a message are apart, in their letters."""


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
        lines = max(len(self._lines(item, body.width())) for item in view.items)
        most = max(least * 1.2, (lines + 1) * _small(look) * _LINE)
        shown = paged(len(view.items), body.height(), self.foot(), least + gap, most + gap, view.turn)
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
        lines = self._lines(item, box.width())
        if look.width(item.text, size, MEDIUM) <= words.width() or len(lines) == 1:
            self.say(painter, words, item.text, size, tint.text, weight=MEDIUM)
            return
        small = _small(look)
        fitting = max(2, int(words.height() * 0.9 // (small * _LINE)))
        lines = [*lines[: fitting - 1], " ".join(lines[fitting - 1 :])] if len(lines) > fitting else lines
        tall = min(small * _LINE, words.height() * 0.8 / len(lines))
        top = words.center().y() - tall * len(lines) / 2
        for i, line in enumerate(lines):
            row = QRectF(words.left(), top + i * tall, words.width(), tall)
            self.write(painter, row, look.fit(line, row.width(), small, least=1.0), tint.text)

    def _lines(self, item: MessageItem, width: float) -> list[str]:
        """The words broken into lines, in a card of that width."""
        look, size = self.look, self.look.size("body")
        aside = size * (0.7 + 0.6 + 0.8 * 1.6 + 0.6) + look.width(item.time, look.size("small"))
        return self.wrap(item.text, _small(look), max(size, width - aside))


def _small(look: Style) -> float:
    """The size of words that need more than a line."""
    return look.size("body") * 0.82
