"""Bars: a name, a length and a figure a line, the largest first; pages when they do not fit."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPainterPath, QRegion

from wallboard.board.tiles.bars import BarLine, BarsView
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM
from wallboard.ui.tile import CENTER, RIGHT, Tile


class BarsTile(Tile[BarsView]):
    """Shows a ``BarsView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The lines of the due page."""
        del dirty
        look, view = self.look, self.view
        if not view.lines:
            self.say(painter, body, view.calm, look.size("body"), look.color("soft"), CENTER)
            return
        least, foot = look.size("body") * 1.5, look.size("small") * 1.5
        fitting = max(1, int(body.height() // least))
        if len(view.lines) > fitting:
            fitting = max(1, int((body.height() - foot) // least))
        pages = -(-len(view.lines) // fitting)
        tall = min(look.px(58), (body.height() - (foot if pages > 1 else 0)) / min(fitting, len(view.lines)))
        page = view.turn % pages
        for i, line in enumerate(view.lines[page * fitting : (page + 1) * fitting]):
            self._line(painter, QRectF(body.left(), body.top() + i * tall, body.width(), tall), line)
        if pages > 1:
            box = QRectF(body.left(), body.bottom() - foot, body.width(), foot)
            note = f"page {page + 1} of {pages} · {len(view.lines)} in all"
            self.say(painter, box, note, look.size("small"), look.color("soft"), CENTER)

    def _line(self, painter: QPainter, box: QRectF, line: BarLine) -> None:
        look, size = self.look, self.look.size("body")
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
        look, thick = self.look, min(self.look.px(16), room.height() * 0.5)
        if room.width() < thick * 2:
            return
        track = QRectF(room.left(), room.center().y() - thick / 2, room.width(), thick)
        level = line.figure.level
        ink = look.color("accent") if level == "calm" else look.level(level).edge
        for length, color in ((track.width(), look.color("track")), (track.width() * line.share, ink)):
            if length > 0:
                path = QPainterPath()
                path.addRoundedRect(QRectF(track.left(), track.top(), max(thick, length), thick), thick / 2, thick / 2)
                painter.fillPath(path, color)
