"""How the agent grid is laid out: the largest letters with which everybody fits, or pages when nobody could read it."""

import math
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF

from wallboard.board.lazy import Lazy
from wallboard.board.tiles.agents import AgentGroup

_TWO_LINES = (9.6, 2.75)
"""Letters a cell is wide and tall when the state stands under the name."""
_ONE_LINE = (11.2, 1.7)
"""The same when glyph, name and time share a line."""


_COMFORT = 13.0
"""Letters a cell is wide when nothing presses."""
_MUCH = 1.15
"""Times as large as letters are, from which larger ones are worth a jump of the grid."""
_ALIKE = 0.5
"""Pixels by which letters may differ and count as equally large."""


class Slot(NamedTuple):
    """Where something stands: one of all agents by its place, or the name of a group."""

    box: QRectF
    place: int | None
    group: str
    touched: QRect
    """The whole pixels under it."""


class Cells(NamedTuple):
    """Cells of one size: how many side by side, how tall, with which letters."""

    across: int
    tall: float
    letters: float
    two_lines: bool


class Grid(NamedTuple):
    """The slots of every page, and the cells they are made of."""

    pages: Sequence[tuple[Slot, ...]]
    cells: Cells

    @property
    def letters(self) -> float:
        """How tall letters are, pixels."""
        return self.cells.letters

    @property
    def two_lines(self) -> bool:
        """Whether the state stands under the name."""
        return self.cells.two_lines


class _Row(NamedTuple):
    """A row of cells on a page: its top, the height of its group's name above it, who is first, how many there are."""

    top: float
    head: float
    group: str
    first: int
    many: int


class Room(NamedTuple):
    """What the layout has to work with, in pixels: letters from ``least`` to ``most``; ``good`` ones need no larger."""

    body: QRectF
    gap: float
    head: float
    foot: float
    least: float
    good: float
    most: float


def lay_out(groups: tuple[AgentGroup, ...], room: Room, held: Cells | None = None) -> Grid:
    """Everybody on one page if that can be read; else pages with the smallest letters that can.

    ``held`` are the cells there are: they stay while all fit and no others would be much larger, so that the grid does
    not jump whenever somebody comes or goes.
    """
    best = _best(groups, room)
    if held is not None and best.letters < held.letters * _MUCH and _fits(groups, room, held):
        return _place(groups, room, held)
    if best.letters >= room.least:
        return _place(groups, room, best)
    wide, tall = _ONE_LINE
    across = max(1, int((room.body.width() + room.gap) // (room.least * wide + room.gap)))
    small = Cells(across, room.least * tall, room.least, two_lines=False)
    return _place(groups, room._replace(body=room.body.adjusted(0, 0, 0, -room.foot)), small)


def _fits(groups: tuple[AgentGroup, ...], room: Room, cells: Cells) -> bool:
    """Whether everybody stands on one page in such cells."""
    if cells.letters < room.least:
        return False
    heads = sum(room.head for group in groups if group.name)
    rows = sum(-(-len(group.cells) // cells.across) for group in groups)
    return heads + rows * cells.tall + max(0, rows - 1) * room.gap <= room.body.height()


def _best(groups: tuple[AgentGroup, ...], room: Room) -> Cells:
    """Two lines a cell where their letters are good enough, else one line, whichever way is larger."""
    two, one = _largest(groups, room, _TWO_LINES), _largest(groups, room, _ONE_LINE)
    return two if two.letters >= min(max(room.good, room.least), one.letters) else one


def _largest(groups: tuple[AgentGroup, ...], room: Room, lines: tuple[float, float]) -> Cells:
    """Of all numbers of cells side by side, the one with the largest letters; of several, the best proportions."""
    heads = sum(room.head for group in groups if group.name)
    best, closest = Cells(1, room.body.height(), 0.0, two_lines=True), math.inf
    for across in range(1, max(1, int(room.body.width() // (room.least * lines[0]))) + 2):
        rows = sum(-(-len(group.cells) // across) for group in groups) or 1
        tall = (room.body.height() - heads - (rows - 1) * room.gap) / rows
        wide = (room.body.width() - (across - 1) * room.gap) / across
        letters = min(room.most, wide / lines[0], tall / lines[1])
        off = abs(wide / letters - _COMFORT)
        if letters > best.letters + _ALIKE or (letters > best.letters - _ALIKE and off < closest):
            closest = off
            best = Cells(across, min(tall, letters * lines[1] * 1.4), letters, two_lines=lines is _TWO_LINES)
    return best


def _place(groups: tuple[AgentGroup, ...], room: Room, cells: Cells) -> Grid:
    """Lay the groups out in rows of equal cells, opening a page whenever one is full.

    Where the cells of a page stand is found when it is looked at: of thousands of agents most are on other pages.
    """
    body, across, tall = room.body, cells.across, cells.tall
    pages: list[list[_Row]] = [[]]
    y, first = body.top(), 0
    for group in groups:
        head, count = room.head if group.name else 0.0, len(group.cells)
        for i in range(0, count, across):
            above = head if i == 0 else 0.0
            if y + above + tall > body.bottom() + 1 and pages[-1]:
                pages.append([])
                y, above = body.top(), head
            pages[-1].append(_Row(y, above, group.name, first + i, min(across, count - i)))
            y += above + tall + room.gap
        first += count
    return Grid(Lazy(len(pages), lambda page: tuple(_slots(pages[page], room, cells))), cells)


def _slots(rows: list[_Row], room: Room, cells: Cells) -> Iterator[Slot]:
    """What stands on a page, row by row."""
    body, gap = room.body, room.gap
    wide = (body.width() + gap) / cells.across - gap
    for row in rows:
        if row.head:
            yield _slot(_whole(body.left(), row.top, body.width(), row.head), None, row.group)
        for k in range(row.many):
            left = body.left() + k * (wide + gap)
            yield _slot(_whole(left, row.top + row.head, wide, cells.tall), row.first + k)


def _whole(left: float, top: float, wide: float, tall: float) -> QRectF:
    """A cell on whole pixels, as large as every other: its edges are sharp, and its picture may be set down again."""
    return QRectF(math.floor(left + 0.5), math.floor(top + 0.5), math.floor(wide), math.floor(tall))


def _slot(box: QRectF, place: int | None, group: str = "") -> Slot:
    return Slot(box, place, group, box.toAlignedRect())
