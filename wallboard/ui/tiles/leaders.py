"""The first few: place, name, figure."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen, QRegion

from wallboard.board.tiles.leaders import LeaderLine, LeadersView
from wallboard.ui.style import MEDIUM, STRONG
from wallboard.ui.tile import CENTER, RIGHT, Tile, paged


class LeadersTile(Tile[LeadersView]):
    """Shows a ``LeadersView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """As many of the first as can be read."""
        del dirty
        look, view = self.look, self.view
        if not view.lines:
            self.say(painter, body, view.calm, look.size("body"), look.color("faint"), CENTER)
            return
        shown = paged(len(view.lines), body.height(), 0, look.size("body") * 1.5, look.px(64), 0)
        for i, line in enumerate(view.lines[: shown.end]):
            box = QRectF(body.left(), body.top() + i * shown.tall, body.width(), shown.tall)
            self._line(painter, box, line, first=i == 0)

    def _line(self, painter: QPainter, box: QRectF, line: LeaderLine, *, first: bool) -> None:
        look, size = self.look, self.look.size("body")
        if not first:
            painter.setPen(QPen(look.color("rule"), look.px(1)))
            painter.drawLine(box.topLeft(), box.topRight())
        figure = line.figure
        words = f"{figure.text}\N{NARROW NO-BREAK SPACE}{figure.unit}" if figure.unit else figure.text
        told = look.fit(words, box.width() * 0.4, size, STRONG)
        self.write(painter, box, told, look.color("text"), RIGHT)
        self.say(
            painter, QRectF(box.left(), box.top(), size * 1.6, box.height()), line.place, size, look.color("faint")
        )
        name = box.adjusted(size * 1.8, 0, -told.width - size, 0)
        self.write(painter, name, look.name(line.name, name.width(), size, MEDIUM), look.color("text"))
