"""The heat map: a row a group, a column an hour; the fuller the colour, the more. A sign marks what crossed a limit."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter, QRegion

from wallboard.board.tiles.heat import HeatCell, HeatRow, HeatView
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM
from wallboard.ui.tile import CENTER, Tile, paged

_NAMES = 0.2
_FULL = 0.72
"""How much of the accent's colour the highest value has: words on it stay readable."""


class HeatTile(Tile[HeatView]):
    """Shows a ``HeatView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """Hours above, then the rows of the due page."""
        del dirty
        look, view = self.look, self.view
        if view.calm or not view.rows:
            self.say(painter, body, view.calm, look.size("body"), look.color("faint"), CENTER)
            return
        head = look.size("small") * 1.6
        names = min(body.width() * _NAMES, look.size("body") * 9)
        wide = (body.width() - names) / len(view.hours)
        for k, hour in enumerate(view.hours):
            box = QRectF(body.left() + names + k * wide, body.top(), wide, head)
            ink = look.color("text" if k == view.now else "faint")
            self.say(painter, box, hour, look.size("small"), ink, CENTER, MEDIUM)
        rows = body.adjusted(0, head, 0, 0)
        shown = paged(len(view.rows), rows.height(), self.foot(), look.size("body") * 1.5, look.px(110), view.turn)
        for i, row in enumerate(view.rows[shown.begin : shown.end]):
            line = QRectF(rows.left(), rows.top() + i * shown.tall, rows.width(), shown.tall)
            self._row(painter, line, row, names, wide)
        self.tell_page(painter, body, shown, f"{len(view.rows)} rows")

    def _row(self, painter: QPainter, line: QRectF, row: HeatRow, names: float, wide: float) -> None:
        look = self.look
        name = QRectF(line.left(), line.top(), names - look.px(10), line.height())
        told = look.name(row.name, name.width(), look.size("body"))
        self.write(painter, name, told, look.color("text"))
        gap = look.px(2)
        for k, cell in enumerate(row.cells):
            box = QRectF(line.left() + names + k * wide, line.top(), wide, line.height())
            self._cell(painter, box.adjusted(gap, gap, -gap, -gap), cell)

    def _cell(self, painter: QPainter, box: QRectF, cell: HeatCell) -> None:
        look = self.look
        painter.fillRect(box, look.color("cell") if cell.share is None else self._ground(cell))
        tint, side = look.level(cell.level), min(look.size("small") * 0.6, box.height() * 0.4)
        if tint.glyph != "none":
            glyphs.draw(
                painter, tint.glyph, QRectF(box.right() - side * 1.2, box.top() + side * 0.2, side, side), tint.edge
            )
        ink = look.color("text") if cell.level == "calm" else tint.text
        size = min(max(look.size("small"), box.height() * 0.32), look.size("body") * 1.2, box.height() * 0.6)
        if cell.text and look.metrics(size * 0.8).horizontalAdvance(cell.text) <= box.width():
            self.say(painter, box, cell.text, size, ink, CENTER, MEDIUM)

    def _ground(self, cell: HeatCell) -> QColor:
        """The cell's own ground, mixed with the accent or, past a limit, with the level's fill."""
        look = self.look
        if cell.level != "calm":
            return look.level(cell.level).fill
        one, two, share = look.color("cell"), look.color("accent"), (cell.share or 0.0) * self._most()
        pairs = ((one.redF(), two.redF()), (one.greenF(), two.greenF()), (one.blueF(), two.blueF()))
        return QColor.fromRgbF(*(a + (b - a) * share for a, b in pairs))

    def _most(self) -> float:
        """How far the accent may show through: less on a light theme, whose words are dark."""
        return _FULL * (0.6 if self.look.theme.scheme == "light" else 0.7)
