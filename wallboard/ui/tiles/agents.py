"""The agent grid: one widget that paints every agent, in cells as large as the tile allows, in pages when it must."""

from itertools import chain, islice

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QColor, QPainter, QRegion
from PySide6.QtWidgets import QWidget

from wallboard.board.tiles.agents import AgentCell, AgentsView
from wallboard.ui import glyphs
from wallboard.ui.grid import Grid, Room, Slot, lay_out
from wallboard.ui.style import MEDIUM, Style
from wallboard.ui.tile import CENTER, RIGHT, Tile

_LEAST = 11
"""The smallest letters of a cell, at 1080; with more agents than that allows, the grid has pages."""

_GOOD = 12
"""Letters from which a cell gets a second line for its state, at 1080."""


class AgentsTile(Tile[AgentsView]):
    """Shows an ``AgentsView``."""

    def __init__(self, view: AgentsView, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(view, style, parent)
        self._laid: tuple[tuple[object, ...], Grid] | None = None

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The slots of the due page that need painting."""
        grid = self._grid(body, self.view)
        page = self.view.turn % len(grid.pages)
        if not self.view.groups:
            self.say(painter, body, self.view.calm, self.look.size("body"), self.look.color("soft"), CENTER)
        for slot in _filled(grid, page, self.view):
            if dirty.intersects(slot.box.toAlignedRect()):
                self._slot(painter, slot, grid)
        if len(grid.pages) > 1:
            size = self.look.size("small")
            foot = QRectF(body.left(), body.bottom() - size * 1.1, body.width(), size * 1.3)
            total = sum(len(group.cells) for group in self.view.groups)
            note = f"page {page + 1} of {len(grid.pages)} · {total} agents"
            self.say(painter, foot, note, size, self.look.color("soft"), CENTER)

    def changed(self, old: AgentsView, new: AgentsView) -> list[QRect]:
        """The cells that differ, as long as the grid itself stands."""
        if _outline(old) != _outline(new) or old.calm != new.calm:
            return [self.rect()]
        body = self.body()
        grid = self._grid(body, new)
        page = new.turn % len(grid.pages)
        if old.turn % len(grid.pages) != page:
            return [self.rect()]
        pairs = zip(_filled(grid, page, old), _filled(grid, page, new), strict=True)
        return [b.box.toAlignedRect() for a, b in pairs if a.cell != b.cell]

    def _grid(self, body: QRectF, view: AgentsView) -> Grid:
        """Where everybody of a view stands; the last layout is remembered, because it seldom changes."""
        key = (_outline(view), body, self.look)
        if self._laid is None or self._laid[0] != key:
            self._laid = (key, self._lay_out(body, view))
        return self._laid[1]

    def _lay_out(self, body: QRectF, view: AgentsView) -> Grid:
        look = self.look
        small = look.size("small")
        least = max(9.0, look.px(_LEAST))
        return lay_out(
            view.groups,
            Room(body, look.px(6), small * 1.7, small * 1.6, least, look.px(_GOOD), look.size("title") * 1.3),
        )

    def _slot(self, painter: QPainter, slot: Slot, grid: Grid) -> None:
        if slot.cell is None:
            self.say(painter, slot.box, slot.group, self.look.size("small"), self.look.color("soft"), weight=MEDIUM)
            return
        inner = self._ground(painter, slot.box, slot.cell, grid.letters)
        (self._two_lines if grid.two_lines else self._one_line)(painter, inner, slot.cell, grid.letters)

    def _ground(self, painter: QPainter, box: QRectF, cell: AgentCell, letters: float) -> QRectF:
        """The cell's ground and edge; what is left for words."""
        state, edge = self.look.state(cell.state), min(self.look.px(4), letters * 0.3)
        painter.fillRect(box, state.fill if cell.level == "calm" else self.look.level(cell.level).fill)
        painter.fillRect(QRectF(box.left(), box.top(), edge, box.height()), state.edge)
        return box.adjusted(edge + letters * 0.45, 0, -letters * 0.4, 0)

    def _two_lines(self, painter: QPainter, inner: QRectF, cell: AgentCell, letters: float) -> None:
        """Name above; state on the left and time on the right below. The time is never cut, the words give way."""
        look, state, middle = self.look, self.look.state(cell.state), inner.center().y()
        top = QRectF(inner.left(), middle - letters * 1.3, inner.width(), letters * 1.3)
        low = QRectF(inner.left(), middle + letters * 0.06, inner.width(), letters * 1.2)
        name = top.adjusted(0, 0, -self._level_glyph(painter, top, cell, letters), 0)
        self.write(painter, name, look.name(cell.name, name.width(), letters, MEDIUM), look.color("text"))
        time = look.fit(cell.time, low.width(), letters * 0.92)
        self.write(painter, low, time, self._time_ink(cell), RIGHT)
        side = letters * 0.8
        glyphs.draw(painter, state.glyph, QRectF(low.left(), low.center().y() - side / 2, side, side), state.text)
        words = low.adjusted(side * 1.45, 0, -time.width - letters * 0.5, 0)
        if words.width() > letters * 1.5:
            self.write(painter, words, look.name(cell.label, words.width(), letters * 0.92), state.text)

    def _one_line(self, painter: QPainter, line: QRectF, cell: AgentCell, letters: float) -> None:
        """The smallest cells: glyph, name, time."""
        look, state, side = self.look, self.look.state(cell.state), letters * 0.8
        glyphs.draw(painter, state.glyph, QRectF(line.left(), line.center().y() - side / 2, side, side), state.text)
        time = look.fit(cell.time, line.width(), letters)
        self.write(painter, line, time, self._time_ink(cell), RIGHT)
        name = line.adjusted(side * 1.4, 0, -time.width - letters * 0.4, 0)
        name.setRight(name.right() - self._level_glyph(painter, name, cell, letters))
        self.write(painter, name, look.name(cell.name, name.width(), letters), look.color("text"))

    def _level_glyph(self, painter: QPainter, line: QRectF, cell: AgentCell, letters: float) -> float:
        """The sign of a level at the right end of a line; the room it takes."""
        tint, side = self.look.level(cell.level), letters * 0.7
        if tint.glyph == "none":
            return 0.0
        glyphs.draw(
            painter, tint.glyph, QRectF(line.right() - side, line.center().y() - side / 2, side, side), tint.edge
        )
        return side * 1.4

    def _time_ink(self, cell: AgentCell) -> QColor:
        return self.look.color("soft") if cell.level == "calm" else self.look.level(cell.level).text


def _outline(view: AgentsView) -> tuple[tuple[str, int], ...]:
    """What the layout depends on."""
    return tuple((group.name, len(group.cells)) for group in view.groups)


def _filled(grid: Grid, page: int, view: AgentsView) -> list[Slot]:
    """The slots of a page with the cells of a view that has the grid's outline."""
    begin = sum(slot.cell is not None for before in grid.pages[:page] for slot in before)
    cells = islice(chain.from_iterable(group.cells for group in view.groups), begin, None)
    return [slot if slot.cell is None else slot._replace(cell=next(cells)) for slot in grid.pages[page]]
