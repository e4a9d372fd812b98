"""Bars: a name, a length and a figure a line, the largest first; pages when they do not fit."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QRegion

from wallboard.board.tiles.bars import BarLine, BarsView
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM
from wallboard.ui.tile import CENTER, RIGHT, Tile, paged


class BarsTile(Tile[BarsView]):
    """Shows a ``BarsView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The lines of the due page."""
        del dirty
        look, view = self.look, self.view
        if not view.lines:
            self.say(painter, body, view.calm, look.size("body"), look.color("soft"), CENTER)
            return
        shown = paged(len(view.lines), body.height(), self.foot(), look.size("body") * 1.5, look.px(80), view.turn)
        for i, line in enumerate(view.lines[shown.begin : shown.end]):
            self._line(painter, QRectF(body.left(), body.top() + i * shown.tall, body.width(), shown.tall), line)
        self.tell_page(painter, body, shown, f"{len(view.lines)} in all")

    def _line(self, painter: QPainter, box: QRectF, line: BarLine) -> None:
        look = self.look
        size = min(look.size("body") * 1.25, max(look.size("body"), box.height() * 0.36))
        figure = line.figure
        words = f"{figure.text}\N{NARROW NO-BREAK SPACE}{figure.unit}" if figure.unit else figure.text
        name = QRectF(box.left(), box.top(), box.width() * 0.3, box.height())
        value = QRectF(box.right() - size * 4.2, box.top(), size * 4.2, box.height())
        ink = look.color("faint") if figure.sure != "known" else look.level(figure.level).text
        self.say(painter, name, line.name, size, look.color("text"))
        self.say(painter, value, words, size, ink, RIGHT, MEDIUM)
        tint, side = look.level(figure.level), size * 0.7
        mark = QRectF(name.right() + size * 0.4, box.center().y() - side / 2, side, side)
        glyphs.draw(painter, tint.glyph, mark, tint.edge)
        room = QRectF(mark.right() + size * 0.4, box.top(), value.left() - mark.right() - size * 0.8, box.height())
        self._bar(painter, room, line)

    def _bar(self, painter: QPainter, room: QRectF, line: BarLine) -> None:
        look, thick = self.look, min(self.look.px(22), room.height() * 0.32)
        if room.width() < thick * 2:
            return
        track = QRectF(room.left(), room.center().y() - thick / 2, room.width(), thick)
        level = line.figure.level
        self.bar(painter, track, line.share, look.color("accent") if level == "calm" else look.level(level).edge)
