"""Words on the wall: none over another, names told apart, figures side by side as tall as each other."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QFontMetricsF
from pytestqt.qtbot import QtBot

from tests.board.fakes import FakeFigures, snapshot
from tests.golden.comparing import SIZES
from tests.golden.floor import view
from tests.golden.test_pictures import GALLERY
from wallboard.board.present import present
from wallboard.board.spec import BoardSpec, PageSpec, TileSpec
from wallboard.board.tiles.agents import AgentCell
from wallboard.board.tiles.number import NumberSpec
from wallboard.board.tiles.trend import Line, Tick, TrendSpec
from wallboard.board.view import BoardView
from wallboard.config import load_board
from wallboard.core.source import FeedHealth
from wallboard.theme import load_theme
from wallboard.ui.cells import Cells
from wallboard.ui.page import Page
from wallboard.ui.style import MEDIUM, REGULAR, Style, Text, add_fonts
from wallboard.ui.tile import LEFT, Tile
from wallboard.ui.tiles.number import NumberTile
from wallboard.ui.tiles.trend import TrendTile, _alone
from wallboard.ui.window import WallWindow

Written = tuple[str, QRectF, QRectF, str]
"""The tile by kind and place, its own rectangle, where letters stand in it, and what they say."""


@pytest.fixture
def written(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., list[Written]]]:
    """Draws a view, and tells of every piece of writing whose it is, where its letters stand, and what it says."""
    found: list[Written] = []
    write = Tile.write

    def watched(
        tile: Tile[Any], painter: Any, box: QRectF, text: Text, color: Any, align: Qt.AlignmentFlag = LEFT
    ) -> None:
        tall, left = QFontMetricsF(text.font).capHeight(), box.left()
        if align & Qt.AlignmentFlag.AlignRight:
            left = box.right() - text.width
        elif align & Qt.AlignmentFlag.AlignHCenter:
            left = box.center().x() - text.width / 2
        if text.words.strip():
            letters = QRectF(left, box.center().y() - tall / 2, text.width, tall)
            place = f"{type(tile).__name__} {tile.x()} {tile.y()}"
            found.append((place, QRectF(tile.rect()), letters, text.words))
        write(tile, painter, box, text, color, align)

    monkeypatch.setattr(Tile, "write", watched)
    watch_cells(found, monkeypatch)

    def drawn(shown: BoardView, size: tuple[int, int]) -> list[Written]:
        found.clear()
        window = WallWindow(load_theme())
        qtbot.addWidget(window)
        window.resize(*size)
        window.show_view(shown)
        window.grab()
        return found.copy()

    yield drawn
    found.clear()


def watch_cells(found: list[Written], monkeypatch: pytest.MonkeyPatch) -> None:
    """The words on each cell of an agent, which are set down as pictures."""
    paint, count = Cells.paint, iter(range(100_000))

    def watched(self: Cells, painter: Any, place: QRect, cell: AgentCell) -> None:
        spots, look, number = self.spots(place.size(), cell), self.look, next(count)
        weight = MEDIUM if self.two_lines else REGULAR
        told = (
            (spots.name, look.name(cell.name, spots.name.width(), self.letters, weight), False),
            (spots.label, look.name(cell.label, spots.label.width(), self._small), False),
            (spots.clock, look.fit(cell.time, spots.clock.width(), self._small), True),
        )
        for spot, text, right in told:
            if spot.width() > 0:
                tall = QFontMetricsF(text.font).capHeight()
                box, middle = QRectF(spot), QRectF(spot).center().y()
                left = box.right() - text.width if right else box.left()
                letters = QRectF(left, middle - tall / 2, text.width, tall)
                whole = QRectF(0, 0, place.width(), place.height())
                found.append((f"cell {number}", whole, letters, text.words))
        paint(self, painter, place, cell)

    monkeypatch.setattr(Cells, "paint", watched)


@pytest.mark.parametrize("size", [*SIZES, (800, 600)])
@pytest.mark.parametrize(("board", "state"), [(GALLERY, "live"), (GALLERY, "long"), ("supervisor", "live")])
def test_no_words_lie_over_others_or_outside_their_tile(
    written: Callable[..., list[Written]], board: str, state: Any, size: tuple[int, int]
) -> None:
    for page in (0, 1):
        told = written(view(load_board(board), page, state), size)
        assert len(told) > 60
        assert [words for _, whole, box, words in told if not whole.contains(box)] == []
        over = [
            (words, other)
            for i, (tile, _, box, words) in enumerate(told)
            for tile_, _, box_, other in told[:i]
            if tile == tile_ and box.adjusted(0.5, 0.5, -0.5, -0.5).intersects(box_)
        ]
        assert over == []


def test_long_names_that_begin_alike_are_told_apart(written: Callable[..., list[Written]]) -> None:
    """In the queue table, the heat map and the bars: a queue's own name stands at its end."""
    kinds = {"QueuesTile": 6, "HeatTile": 8, "BarsTile": 3}
    for page in (0, 1):
        names: dict[str, list[str]] = {}
        for tile, _, _, words in written(view(load_board(GALLERY), page, "long"), (1920, 1080)):
            if words.startswith("Customer"):
                names.setdefault(tile.split()[0], []).append(words)
        for kind in kinds.keys() & names.keys():
            assert len(names[kind]) == len(set(names[kind])) >= kinds.pop(kind)
    assert kinds == {}


def test_a_long_message_has_as_many_lines_as_there_is_room_for(written: Callable[..., list[Written]]) -> None:
    told = [words for tile, _, _, words in written(view(load_board(GALLERY), 0, "long"), (1920, 1080))
            if tile.startswith("MessageTile")]  # fmt: skip
    assert sum(words.startswith("Payment") for words in told) == 4
    assert [words[-1] for words in told if "…" in words] == ["…"]


def shown(*tiles: TileSpec) -> BoardView:
    board = BoardSpec(title="Floor", pages=(PageSpec(columns=24, rows=20, tiles=tiles),))
    return present(FakeFigures(snapshot()), FeedHealth(state="live", age_ms=0), board, 0, lambda at: at)


def page_of(qtbot: QtBot, seen: BoardView) -> Page:
    add_fonts()
    page = Page(seen.page, Style(load_theme(), 1920, 1080))
    qtbot.addWidget(page)
    page.resize(1920, 1000)
    page.place()
    return page


@pytest.mark.parametrize(("columns", "alike"), [(8, True), (4, False)])
def test_a_spark_line_takes_the_room_that_is_left_where_there_is_enough(
    qtbot: QtBot, columns: int, *, alike: bool
) -> None:
    plain, spark = (
        NumberSpec(at=(at, 0, columns, 5), kpi="service_level", spark=drawn) for at, drawn in ((0, False), (8, True))
    )
    page = page_of(qtbot, shown(plain, spark))
    one, two = (tile for tile in page.tiles if isinstance(tile, NumberTile))
    assert (two.figure_height() == one.figure_height()) is alike
    assert two.figure_height() > one.figure_height() * 0.6


def test_a_point_between_breaks_is_alone_and_would_not_be_seen_in_a_line() -> None:
    line = Line("Offered", ((0.1, 1.0), (0.2, None), (0.3, 0.5), (0.4, 0.6), (0.5, None), (0.6, 0.7)))
    assert _alone(line) == [(0.1, 1.0), (0.6, 0.7)]
    assert _alone(Line("Offered", ((0.1, 0.5),))) == [(0.1, 0.5)]


def test_what_does_not_fit_under_a_figure_does_not_keep_out_what_would(qtbot: QtBot) -> None:
    page = page_of(qtbot, shown(NumberSpec(at=(0, 0, 6, 5), kpi="asa")))
    (tile,) = page.tiles
    assert isinstance(tile, NumberTile)
    tile.view = replace(tile.view, detail=("target 80 %", "last 15 min and much, much more than fits", "3 of 4"))
    assert tile._told(300, 20) == "target 80 % · 3 of 4"
    assert tile._told(2000, 20).count("·") == 2
    assert tile._told(10, 20) == "target 80 %"


def test_marks_of_an_axis_stand_apart_and_the_topmost_is_kept(qtbot: QtBot) -> None:
    specs = [TrendSpec(at=(0, at, 24, tall), kpis=("offered",)) for at, tall in ((0, 4), (4, 16))]
    page = page_of(qtbot, shown(*specs))
    page.grab()
    low, high = (tile for tile in page.tiles if isinstance(tile, TrendTile))
    ticks = tuple(Tick(i / 4, str(i)) for i in range(1, 5))
    assert low._apart(ticks, "left")[-1] == ticks[-1]
    assert len(low._apart(ticks, "left")) < len(ticks)
    assert high._apart(ticks, "left") == ticks
