"""Whether a board can be read from where people stand: the height of its key figures, measured as they are drawn."""

from wallboard.board.view import PageView
from wallboard.theme import Theme
from wallboard.ui.page import Page
from wallboard.ui.style import DESIGNED, Style, add_fonts
from wallboard.ui.tiles.number import NumberTile

LEAST = 1 / 25
"""The least height of a key figure, as a share of the screen's, for each 6 m of distance."""
AT_M = 6.0


def unreadable(view: PageView, theme: Theme, distance: float, size: tuple[int, int] = DESIGNED) -> tuple[str, ...]:
    """What cannot be read from ``distance`` metres on a screen of that size (pixels), a sentence each.

    Needs a running application.
    """
    add_fonts()
    look = Style(theme, *size)
    page = Page(view, look)
    page.resize(size[0], round(size[1] - look.shape("strip")))
    page.place()
    needed = LEAST * distance / AT_M
    found = []
    for tile in page.tiles:
        if isinstance(tile, NumberTile) and tile.figure_height() / size[1] < needed:
            tall = size[1] / tile.figure_height()
            found.append(
                f'"{tile.view.title}" is 1/{tall:.0f} of the screen high; from {distance:g} m it needs '
                f"1/{1 / needed:.0f}: give its tile more rows or columns"
            )
    page.deleteLater()
    return tuple(found)
