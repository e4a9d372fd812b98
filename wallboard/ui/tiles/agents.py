"""The agent grid: one widget that paints every agent, in cells as large as the tile allows, in pages when it must."""

from bisect import bisect_right
from collections.abc import Callable
from itertools import accumulate

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QRegion
from PySide6.QtWidgets import QWidget

from wallboard.board.tiles.agents import AgentCell, AgentsView
from wallboard.ui.cells import Cells
from wallboard.ui.grid import Cells as Held
from wallboard.ui.grid import Grid, Room, Slot, lay_out
from wallboard.ui.style import MEDIUM, Style
from wallboard.ui.tile import CENTER, Tile

_LEAST = 11
"""The smallest letters of a cell, at 1080; with more agents than that allows, the grid has pages."""

_GOOD = 12
"""Letters from which a cell gets a second line for its state, at 1080."""


Outline = tuple[tuple[str, int], ...]
"""The groups, and how many belong to each."""


class AgentsTile(Tile[AgentsView]):
    """Shows an ``AgentsView``."""

    looks = True

    def __init__(self, view: AgentsView, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(view, style, parent)
        self._laid: tuple[tuple[object, ...], Grid] | None = None
        self._kept = Cells(style, 1.0, two_lines=False)
        self._outlines: list[tuple[AgentsView, Outline]] = []

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The slots of the due page that need painting."""
        grid = self._grid(body, self.view)
        page = self.view.turn % len(grid.pages)
        if not self.view.groups:
            self.say(painter, body, self.view.calm, self.look.size("body"), self.look.color("soft"), CENTER)
        cell_at, cells = _cells(self.view), self._painted(grid)
        for slot in grid.pages[page]:
            if not dirty.intersects(slot.touched):
                continue
            if slot.place is None:
                small, soft = self.look.size("small"), self.look.color("soft")
                self.say(painter, slot.box, slot.group, small, soft, weight=MEDIUM)
            else:
                cells.paint(painter, slot.touched, cell_at(slot.place))
        if len(grid.pages) > 1:
            size = self.look.size("small")
            foot = QRectF(body.left(), body.bottom() - size * 1.1, body.width(), size * 1.3)
            total = sum(len(group.cells) for group in self.view.groups)
            note = f"page {page + 1} of {len(grid.pages)} · {total} agents"
            self.say(painter, foot, note, size, self.look.color("soft"), CENTER)

    def changed(self, old: AgentsView, new: AgentsView) -> list[QRect]:
        """The cells that differ, as long as the grid itself stands."""
        if self._outline(old) != self._outline(new) or old.calm != new.calm:
            return [self.rect()]
        body = self.body()
        grid = self._grid(body, new)
        page = new.turn % len(grid.pages)
        if old.turn % len(grid.pages) != page:
            return [self.rect()]
        was, now = _cells(old), _cells(new)
        pairs = [(slot, was(slot.place), now(slot.place)) for slot in grid.pages[page] if slot.place is not None]
        return [self._touched(before, after, slot, grid) for slot, before, after in pairs if before != after]

    def _touched(self, before: AgentCell, now: AgentCell, slot: Slot, grid: Grid) -> QRect:
        """Only its time, when no more than that has gone on; else the whole cell."""
        face = (before.name, before.state, before.label, before.level, len(before.time))
        if face != (now.name, now.state, now.label, now.level, len(now.time)):
            return slot.touched
        return self._painted(grid).spots(slot.touched.size(), now).clock.translated(slot.touched.topLeft())

    def _painted(self, grid: Grid) -> Cells:
        """Who paints the cells of a grid."""
        cells = self._kept
        if (cells.look, cells.letters, cells.two_lines) != (self.look, grid.letters, grid.two_lines):
            self._kept = cells = Cells(self.look, grid.letters, two_lines=grid.two_lines)
        return cells

    def _outline(self, view: AgentsView) -> Outline:
        """What the layout depends on; of the last two views it is known."""
        for known, outline in self._outlines:
            if known is view:
                return outline
        outline = tuple([(group.name, len(group.cells)) for group in view.groups])
        self._outlines = [*self._outlines[-1:], (view, outline)]
        return outline

    def _grid(self, body: QRectF, view: AgentsView) -> Grid:
        """Where everybody of a view stands; the last layout is remembered, because it seldom changes."""
        key = (body, self.look, self._outline(view))
        if self._laid is None or self._laid[0] != key:
            held = self._laid[1].cells if self._laid is not None and self._laid[0][:2] == key[:2] else None
            self._laid = (key, self._lay_out(body, view, held))
        return self._laid[1]

    def _lay_out(self, body: QRectF, view: AgentsView, held: Held | None) -> Grid:
        look = self.look
        small = look.size("small")
        least = max(9.0, look.px(_LEAST))
        return lay_out(
            view.groups,
            Room(body, look.px(6), small * 1.7, small * 1.6, least, look.px(_GOOD), look.size("title") * 1.3),
            held,
        )


def _cells(view: AgentsView) -> Callable[[int], AgentCell]:
    """Every agent of a view by its place among all."""
    ends = list(accumulate(len(group.cells) for group in view.groups))

    def at(place: int) -> AgentCell:
        group = bisect_right(ends, place)
        return view.groups[group].cells[place - (ends[group - 1] if group else 0)]

    return at
