"""The cells of the agent grid: their grounds, names and times are painted once each and set down again and again."""

from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPixmap

from wallboard.board.tiles.agents import AgentCell
from wallboard.ui import glyphs
from wallboard.ui.stamps import blank
from wallboard.ui.style import MEDIUM, REGULAR, Style, Text

_MOST = 4000
"""Pictures that are kept: every name, every time in minutes and seconds."""
_SMALLER = 0.92
"""Letters under a name, of the name's."""


class Spots(NamedTuple):
    """Where a cell's words stand in it; ``label`` is empty where there is no room for one."""

    name: QRect
    label: QRect
    clock: QRect


class Cells:
    """Paints cells with letters of one height (pixels); with two lines, the state stands under the name."""

    def __init__(self, look: Style, letters: float, *, two_lines: bool) -> None:
        self.look, self.letters, self.two_lines = look, letters, two_lines
        self._pictures: dict[tuple[object, ...], QPixmap] = {}
        self._places: dict[tuple[object, ...], Spots] = {}
        self._edge = min(look.px(4), letters * 0.3)
        self._small = letters * (_SMALLER if two_lines else 1.0)

    def paint(self, painter: QPainter, place: QRect, cell: AgentCell) -> None:
        """Set a cell down on whole pixels."""
        size, ratio, left, top = place.size(), painter.device().devicePixelRatio(), place.x(), place.y()
        spots = self.spots(size, cell)
        painter.drawPixmap(left, top, self._ground(size, cell, ratio))
        told = (("name", cell.name, spots.name), ("label", cell.label, spots.label), ("time", cell.time, spots.clock))
        for kind, words, spot in told:
            if spot.width() > 0:
                key = (kind, words, cell.state, cell.level, spot.width(), spot.height(), ratio)
                picture = self._pictures.get(key) or self._written(key, spot.size(), cell, ratio)
                painter.drawPixmap(left + spot.x(), top + spot.y(), picture)

    def spots(self, size: QSize, cell: AgentCell) -> Spots:
        """Where the words of a cell so large stand; the time has room for any with as many digits."""
        key = (size.width(), size.height(), len(cell.time), cell.level == "calm")
        return self._places.get(key) or self._placed(key, size, cell)

    def _placed(self, key: tuple[object, ...], size: QSize, cell: AgentCell) -> Spots:
        inner, letters = self._inner(size), self.letters
        line = self._low(inner) if self.two_lines else inner
        time = self.look.width(_zeros(cell.time), self._small)
        wide = min(line.width(), time + 3)
        clock = QRectF(line.right() - wide, line.top(), wide, line.height())
        sign = 0.0 if self.look.level(cell.level).glyph == "none" else letters * 0.7 * 1.4
        if self.two_lines:
            name = QRectF(inner.left(), inner.center().y() - letters * 1.3, inner.width() - sign, letters * 1.3)
            label = line.adjusted(letters * 0.8 * 1.45, 0, -time - letters * 0.5, 0)
            label = label if label.width() > letters * 1.5 else QRectF()
        else:
            name = inner.adjusted(letters * 0.8 * 1.4, 0, -time - letters * 0.4 - sign, 0)
            label = QRectF()
        found = self._places[key] = Spots(name.toRect(), label.toRect(), clock.toRect())
        return found

    def _ground(self, size: QSize, cell: AgentCell, ratio: float) -> QPixmap:
        """The ground, its edge, and the signs of state and level."""
        key = ("ground", cell.state, cell.level, size.width(), size.height(), len(cell.time), ratio)
        found = self._pictures.get(key)
        if found is not None:
            return found
        found = self._keep(key, size, ratio)
        box, state, level = QRectF(0, 0, size.width(), size.height()), self.look.state(cell.state), cell.level
        tint, inner, side = self.look.level(level), self._inner(size), self.letters * 0.8
        line = self._low(inner) if self.two_lines else inner
        with QPainter(found) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.fillRect(box, self._fill(cell))
            painter.fillRect(QRectF(0, 0, self._edge, box.height()), state.edge)
            glyphs.draw(painter, state.glyph, QRectF(line.left(), line.center().y() - side / 2, side, side), state.text)
            if tint.glyph != "none":
                name, side = QRectF(self.spots(size, cell).name), self.letters * 0.7
                left = name.right() + side * 0.4
                glyphs.draw(painter, tint.glyph, QRectF(left, name.center().y() - side / 2, side, side), tint.edge)
        return found

    def _written(self, key: tuple[object, ...], size: QSize, cell: AgentCell, ratio: float) -> QPixmap:
        """The name, the label or the time of a cell, in a room so large."""
        look, kind = self.look, key[0]
        box = QRectF(0, 0, size.width(), size.height())
        found = self._keep(key, size, ratio)
        found.fill(self._fill(cell))  # letters are smoothed for what is under them
        with QPainter(found) as painter:
            if kind == "name":
                text = look.name(cell.name, box.width(), self.letters, MEDIUM if self.two_lines else REGULAR)
                _write(painter, box, text, look.color("text"))
            elif kind == "label":
                _write(painter, box, look.name(cell.label, box.width(), self._small), look.state(cell.state).text)
            else:
                ink = look.color("soft") if cell.level == "calm" else look.level(cell.level).text
                _write(painter, box, look.fit(cell.time, box.width(), self._small), ink, Qt.AlignmentFlag.AlignRight)
        return found

    def _fill(self, cell: AgentCell) -> QColor:
        look = self.look
        return look.state(cell.state).fill if cell.level == "calm" else look.level(cell.level).fill

    def _keep(self, key: tuple[object, ...], size: QSize, ratio: float) -> QPixmap:
        """A clear picture to be painted and kept; when there are too many, the eldest quarter goes."""
        if len(self._pictures) >= _MOST:
            for old in list(self._pictures)[: _MOST // 4]:
                del self._pictures[old]
        found = self._pictures[key] = blank(size, ratio)
        return found

    def _inner(self, size: QSize) -> QRectF:
        """What of a cell is left for words."""
        box = QRectF(0, 0, size.width(), size.height())
        return box.adjusted(self._edge + self.letters * 0.45, 0, -self.letters * 0.4, 0)

    def _low(self, inner: QRectF) -> QRectF:
        """The second line: the state on the left of the time. The time is never cut, the words give way."""
        return QRectF(inner.left(), inner.center().y() + self.letters * 0.06, inner.width(), self.letters * 1.2)


def _write(
    painter: QPainter, box: QRectF, text: Text, ink: QColor, side: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft
) -> None:
    painter.setFont(text.font)
    painter.setPen(ink)
    painter.drawText(box, int(side | Qt.AlignmentFlag.AlignVCenter), text.words)


def _zeros(time: str) -> str:
    return "".join(["0" if letter.isdigit() else letter for letter in time])
