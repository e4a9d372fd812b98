"""Words on a card, in lines; what has no room shrinks, then elides."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QRegion

from wallboard.board.tiles.text import TextView
from wallboard.ui.style import LEAST
from wallboard.ui.tile import CENTER, LEFT, Tile

_SIZES = {"small": ("small", 1.0), "body": ("body", 1.0), "title": ("body", 1.5), "large": ("figure", 0.6)}
_LINE = 1.35


class TextTile(Tile[TextView]):
    """Shows a ``TextView``."""

    def body(self) -> QRectF:
        """Without a title the words have the whole card."""
        if self.view.title:
            return super().body()
        pad = self.look.shape("pad")
        return QRectF(self.rect()).adjusted(pad, pad * 0.7, -pad, -pad * 0.7)

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The lines, from the top, or in the middle when centred."""
        del dirty
        name, times = _SIZES[self.view.size]
        size = wanted = self.look.size(name) * times
        lines = self.wrap(self.view.text, size, body.width())
        while len(lines) * size * _LINE > body.height() and size > max(LEAST, wanted * 0.5):
            size *= 0.92
            lines = self.wrap(self.view.text, size, body.width())
        fitting = max(1, int(body.height() // (size * _LINE)))
        if len(lines) > fitting:
            lines = [*lines[: fitting - 1], " ".join(lines[fitting - 1 :])]
        centred = self.view.align == "center"
        top = body.top() + (body.height() - len(lines) * size * _LINE) / 2 if centred else body.top()
        for i, line in enumerate(lines):
            box = QRectF(body.left(), top + i * size * _LINE, body.width(), size * _LINE)
            told = self.look.fit(line, body.width(), size, least=1.0)
            self.write(painter, box, told, self.look.color("text"), CENTER if centred else LEFT)
