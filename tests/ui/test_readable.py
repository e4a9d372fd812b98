"""Key figures are measured as they are drawn."""

from pytestqt.qtbot import QtBot

from tests.board.fakes import FakeFigures, snapshot
from wallboard.board.present import present
from wallboard.board.spec import BoardSpec, PageSpec
from wallboard.board.tiles.number import NumberSpec
from wallboard.config import load_board
from wallboard.core.source import FeedHealth
from wallboard.theme import load_theme
from wallboard.ui.readable import unreadable


def told(board: BoardSpec, distance: float, page: int = 0) -> tuple[str, ...]:
    live = FeedHealth(state="live", age_ms=0)
    view = present(FakeFigures(snapshot()), live, board, page, lambda at: at)
    return unreadable(view.page, load_theme(), distance)


def test_the_board_that_comes_along_can_be_read_from_where_it_says(qtbot: QtBot) -> None:
    del qtbot
    board = load_board()
    assert [told(board, board.distance, page) for page in range(len(board.pages))] == [(), ()]


def test_a_small_tile_is_told_with_what_it_needs(qtbot: QtBot) -> None:
    del qtbot
    tiles = (NumberSpec(at=(0, 0, 1, 1), kpi="waiting"), NumberSpec(at=(1, 0, 8, 8), kpi="asa"))
    found = told(BoardSpec(title="Floor", pages=(PageSpec(tiles=tiles),)), 12)
    assert len(found) == 1
    assert found[0].startswith('"Waiting" is 1/')
    assert found[0].endswith("from 12 m it needs 1/12: give its tile more rows or columns")
