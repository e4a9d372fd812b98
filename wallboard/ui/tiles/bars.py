"""Bars: a name, a length and a figure a line, the largest first; pages when they do not fit."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QRegion

from wallboard.board.tiles.bars import BarLine, BarsView
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM
from wallboard.ui.tile import CENTER, RIGHT, Tile, paged

_MOST = 120
"""The most that a line is tall, at 1080."""
_LARGE = 1.6
"""How much larger than other words a few lines are written."""
_NAMES = 0.4
"""The most of the width that names take, all in letters of one size."""


class BarsTile(Tile[BarsView]):
    """Shows a ``BarsView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The lines of the due page."""
        del dirty
        look, view = self.look, self.view
        if not view.lines:
            self.say(painter, body, view.calm, look.size("body"), look.color("soft"), CENTER)
            return
        shown = paged(len(view.lines), body.height(), self.foot(), look.size("body") * 1.5, look.px(_MOST), view.turn)
        size = min(look.size("body") * _LARGE, max(look.size("body"), shown.tall * 0.36))
        names = max(look.width(line.name, size) for line in view.lines) + size * 0.4
        if names > body.width() * _NAMES:
            size = max(look.size("body") * 0.8, size * body.width() * _NAMES / names)
            names = body.width() * _NAMES
        words = ("".join("0" if c.isdigit() else c for c in _words(line)) for line in view.lines)
        figures = max(size * 1.2, *(look.width(told, size, MEDIUM) for told in words))
        for i, line in enumerate(view.lines[shown.begin : shown.end]):
            box = QRectF(body.left(), body.top() + i * shown.tall, body.width(), shown.tall)
            self._line(painter, box, line, size, (names, figures))
        self.tell_page(painter, body, shown, f"{len(view.lines)} in all")

    def _line(self, painter: QPainter, box: QRectF, line: BarLine, size: float, wide: tuple[float, float]) -> None:
        """``wide`` is how wide names and figures are."""
        look = self.look
        figure = line.figure
        name = QRectF(box.left(), box.top(), wide[0], box.height())
        value = QRectF(box.right() - wide[1], box.top(), wide[1], box.height())
        ink = look.color("faint") if figure.sure != "known" else look.level(figure.level).text
        self.write(painter, name, look.name(line.name, name.width(), size), look.color("text"))
        self.say(painter, value, _words(line), size, ink, RIGHT, MEDIUM)
        tint, side = look.level(figure.level), size * 0.7
        mark = QRectF(name.right() + size * 0.4, box.center().y() - side / 2, side, side)
        glyphs.draw(painter, tint.glyph, mark, tint.edge)
        room = QRectF(mark.right() + size * 0.4, box.top(), value.left() - mark.right() - size * 0.8, box.height())
        self._bar(painter, room, line)

    def _bar(self, painter: QPainter, room: QRectF, line: BarLine) -> None:
        look, thick = self.look, min(self.look.px(30), room.height() * 0.32)
        if room.width() < thick * 2:
            return
        track = QRectF(room.left(), room.center().y() - thick / 2, room.width(), thick)
        level = line.figure.level
        self.bar(painter, track, line.share, look.color("accent") if level == "calm" else look.level(level).edge)


def _words(line: BarLine) -> str:
    figure = line.figure
    return f"{figure.text}\N{NARROW NO-BREAK SPACE}{figure.unit}" if figure.unit else figure.text
