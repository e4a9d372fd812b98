"""One page of tiles on a grid."""

from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from wallboard.board.view import PageView, Placed
from wallboard.ui.style import Style
from wallboard.ui.tile import Tile
from wallboard.ui.tiles import WIDGETS


class Page(QWidget):
    """Holds the widgets of one page; a page with other tiles needs another ``Page``."""

    def __init__(self, view: PageView, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.look = style
        self.outline = outline(view)
        self._view = view
        self.tiles: tuple[Tile[Any], ...] = tuple(WIDGETS[type(p.tile)](p.tile, style, self) for p in view.tiles)

    def set_look(self, style: Style) -> None:
        """Wear another theme or size."""
        self.look = style
        for tile in self.tiles:
            tile.set_look(style)
        self.place()

    def show_view(self, view: PageView) -> None:
        """Show a view with the same outline."""
        self._view = view
        for tile, placed in zip(self.tiles, view.tiles, strict=True):
            tile.show_view(placed.tile)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - the name is Qt's
        """Lay the grid out again."""
        super().resizeEvent(event)
        self.place()

    def place(self) -> None:
        """Lay the grid out."""
        for tile, placed in zip(self.tiles, self._view.tiles, strict=True):
            tile.setGeometry(self._box(placed))

    def _box(self, placed: Placed) -> QRect:
        """Where a tile stands: the grid fills the page, gaps between its cells."""
        margin, gap, view = self.look.shape("margin"), self.look.shape("gap"), self._view
        columns, rows = view.upright if self.look.upright else (view.columns, view.rows)
        across = (self.width() - 2 * margin + gap) / columns
        down = (self.height() - 2 * margin + gap) / rows
        column, row, width, height = placed.upright if self.look.upright else placed.at
        left, top = round(margin + column * across), round(margin + row * down)
        right = round(margin + (column + width) * across - gap)
        return QRect(left, top, right - left, round(margin + (row + height) * down - gap) - top)


def outline(view: PageView) -> tuple[object, ...]:
    """What makes two views the same page: the grid and the kinds of its tiles."""
    places = tuple((placed.at, placed.upright, type(placed.tile)) for placed in view.tiles)
    return (view.columns, view.rows, view.upright, places)
