"""The cells of the agent grid: each face is painted once and set down again; only the time on it goes on."""

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from wallboard.board.tiles.agents import AgentCell
from wallboard.ui import glyphs
from wallboard.ui.stamps import blank
from wallboard.ui.style import MEDIUM, REGULAR, Style, Text

_FACES = 800
_TIMES = 1200
"""So many pictures are kept: more than are seen at once, less than would be felt (6 MB at 1080)."""
_SMALLER = 0.92
"""Letters under a name, of the name's."""


class Cells:
    """Paints cells with letters of one height (pixels); with two lines, the state stands under the name."""

    def __init__(self, look: Style, letters: float, *, two_lines: bool) -> None:
        self.look, self.letters, self.two_lines = look, letters, two_lines
        self._faces: dict[tuple[object, ...], QPixmap] = {}
        self._times: dict[tuple[object, ...], QPixmap] = {}
        self._edge = min(look.px(4), letters * 0.3)
        self._small = letters * (_SMALLER if two_lines else 1.0)

    def paint(self, painter: QPainter, place: QRect, cell: AgentCell, clock: QRect) -> None:
        """Set a cell down; ``clock`` is where its time stands, see there."""
        ratio = painter.device().devicePixelRatio()
        width = self.look.width(cell.time, self._small)
        key = (cell.name, cell.state, cell.label, cell.level, place.width(), place.height(), round(width), ratio)
        face = self._faces.get(key)
        if face is None:
            if len(self._faces) >= _FACES:
                self._faces.clear()
            face = self._faces[key] = self._face(cell, place.size(), width, ratio)
        painter.drawPixmap(place.topLeft(), face)
        painter.drawPixmap(clock.topLeft(), self._time(cell, clock.size(), ratio))

    def clock(self, place: QRect, cell: AgentCell) -> QRect:
        """Where the time of a cell stands: no narrower than any time with as many digits."""
        inner = self._inner(QRectF(place))
        line = self._low(inner) if self.two_lines else inner
        wide = round(min(line.width(), self.look.width(_zeros(cell.time), self._small) + 3))
        return QRect(round(line.right()) - wide, round(line.top()), wide, round(line.height()))

    def _time(self, cell: AgentCell, size: QSize, ratio: float) -> QPixmap:
        key = (cell.time, size.width(), size.height(), cell.level, ratio)
        found = self._times.get(key)
        if found is None:
            if len(self._times) >= _TIMES:
                self._times.clear()
            found = self._times[key] = blank(size, ratio)
            ink = self.look.color("soft") if cell.level == "calm" else self.look.level(cell.level).text
            painter = QPainter(found)
            words = self.look.fit(cell.time, size.width(), self._small)
            _write(painter, QRectF(0, 0, size.width(), size.height()), words, ink, Qt.AlignmentFlag.AlignRight)
            painter.end()
        return found

    def _face(self, cell: AgentCell, size: QSize, time: float, ratio: float) -> QPixmap:
        """Everything of a cell but its time, which is so wide."""
        face = blank(size, ratio)
        box, state = QRectF(0, 0, size.width(), size.height()), self.look.state(cell.state)
        painter = QPainter(face)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(box, state.fill if cell.level == "calm" else self.look.level(cell.level).fill)
        painter.fillRect(QRectF(0, 0, self._edge, box.height()), state.edge)
        (self._names_above if self.two_lines else self._names_beside)(painter, self._inner(box), cell, time)
        painter.end()
        return face

    def _inner(self, box: QRectF) -> QRectF:
        """What of a cell is left for words."""
        return box.adjusted(self._edge + self.letters * 0.45, 0, -self.letters * 0.4, 0)

    def _low(self, inner: QRectF) -> QRectF:
        """The second line."""
        return QRectF(inner.left(), inner.center().y() + self.letters * 0.06, inner.width(), self.letters * 1.2)

    def _names_above(self, painter: QPainter, inner: QRectF, cell: AgentCell, time: float) -> None:
        """Name above; below, state on the left of the time. The time is never cut, the words give way."""
        look, state, letters = self.look, self.look.state(cell.state), self.letters
        top = QRectF(inner.left(), inner.center().y() - letters * 1.3, inner.width(), letters * 1.3)
        low, side = self._low(inner), letters * 0.8
        name = top.adjusted(0, 0, -self._level_glyph(painter, top, cell), 0)
        _write(painter, name, look.name(cell.name, name.width(), letters, MEDIUM), look.color("text"))
        glyphs.draw(painter, state.glyph, QRectF(low.left(), low.center().y() - side / 2, side, side), state.text)
        words = low.adjusted(side * 1.45, 0, -time - letters * 0.5, 0)
        if words.width() > letters * 1.5:
            _write(painter, words, look.name(cell.label, words.width(), self._small), state.text)

    def _names_beside(self, painter: QPainter, line: QRectF, cell: AgentCell, time: float) -> None:
        """The smallest cells: glyph, name, time."""
        look, state, side = self.look, self.look.state(cell.state), self.letters * 0.8
        glyphs.draw(painter, state.glyph, QRectF(line.left(), line.center().y() - side / 2, side, side), state.text)
        name = line.adjusted(side * 1.4, 0, -time - self.letters * 0.4, 0)
        name.setRight(name.right() - self._level_glyph(painter, name, cell))
        _write(painter, name, look.name(cell.name, name.width(), self.letters, REGULAR), look.color("text"))

    def _level_glyph(self, painter: QPainter, line: QRectF, cell: AgentCell) -> float:
        """The sign of a level at the right end of a line; the room it takes."""
        tint, side = self.look.level(cell.level), self.letters * 0.7
        if tint.glyph == "none":
            return 0.0
        glyphs.draw(
            painter, tint.glyph, QRectF(line.right() - side, line.center().y() - side / 2, side, side), tint.edge
        )
        return side * 1.4


def _write(
    painter: QPainter, box: QRectF, text: Text, ink: QColor, side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
) -> None:
    painter.setFont(text.font)
    painter.setPen(ink)
    painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), text.words)


def _zeros(time: str) -> str:
    return "".join(["0" if letter.isdigit() else letter for letter in time])
