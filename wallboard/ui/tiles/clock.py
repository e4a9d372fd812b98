"""The time of a place, as large as the tile allows; the date under it."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QRegion

from wallboard.board.tiles.clock import ClockView
from wallboard.ui.style import STRONG
from wallboard.ui.tile import LEFT, Tile


class ClockTile(Tile[ClockView]):
    """Shows a ``ClockView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """Digits of equal width, so that the colon stands still."""
        del dirty
        look, view = self.look, self.view
        small = look.size("body") * 0.92
        foot = QRectF(body.left(), body.bottom() - small * 1.4, body.width(), small * 1.4)
        head = QRectF(body.left(), body.top(), body.width(), foot.top() - body.top()) if view.date else body
        size = min(look.size("figure") * 1.6, head.height() * 0.95)
        wide = look.metrics(size, STRONG).horizontalAdvance("00:00:00"[: len(view.time)])
        size *= min(1.0, body.width() / wide)
        told = look.fit(view.time, body.width(), size, STRONG)
        self.write(painter, head, told, look.color("text" if view.known else "faint"), LEFT)
        if view.date:
            self.say(painter, foot, view.date, small, look.color("soft"))
