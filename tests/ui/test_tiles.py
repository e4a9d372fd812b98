"""Tiles on the screen: an equal view repaints nothing, a changed one only what changed, and nobody is left out."""

from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, QRectF
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from tests.board.fakes import FakeFigures, snapshot
from wallboard.board.present import present
from wallboard.board.spec import BoardSpec
from wallboard.board.tiles import KINDS
from wallboard.board.tiles.agents import AgentCell, AgentGroup, AgentsView
from wallboard.board.tiles.queues import QueuesView
from wallboard.board.view import BoardView
from wallboard.config import load_board
from wallboard.core.source import FeedHealth
from wallboard.theme import load_theme
from wallboard.ui import cells
from wallboard.ui.cells import Cells
from wallboard.ui.grid import Room, lay_out
from wallboard.ui.page import Page
from wallboard.ui.style import Style, Text, add_fonts
from wallboard.ui.tile import Tile
from wallboard.ui.tiles import WIDGETS
from wallboard.ui.tiles.agents import AgentsTile
from wallboard.ui.tiles.queues import QueuesTile

SIZES = ((1280, 720), (1920, 1080), (3840, 2160), (1080, 1920))


class Paints(QObject):
    """Counts the paint events of a widget, and what they covered."""

    def __init__(self, watched: QWidget) -> None:
        super().__init__(watched)
        self.rects: list[QRect] = []
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        if isinstance(event, QPaintEvent):
            self.rects.append(event.region().boundingRect())
        return super().eventFilter(watched, event)


def painted() -> None:
    """Let every paint that was asked for happen."""
    for _ in range(3):
        QCoreApplication.sendPostedEvents()
        QCoreApplication.processEvents()


GALLERY = load_board(str(Path(__file__).parents[1] / "golden/gallery.toml"))
"""Every kind of tile, on two pages."""


def board_view(
    agents: int = 42, health: FeedHealth | None = None, page: int = 0, board: BoardSpec | None = None
) -> BoardView:
    health = health or FeedHealth(state="live", age_ms=100)
    return present(FakeFigures(snapshot(agents)), health, board or load_board(), page, lambda at: at)


@pytest.fixture
def style(qtbot: QtBot) -> Style:
    del qtbot
    add_fonts()
    return Style(load_theme(), 1920, 1080)


@pytest.fixture
def page(qtbot: QtBot, style: Style) -> Page:
    page = Page(board_view().page, style)
    qtbot.addWidget(page)
    page.resize(1920, 1020)
    page.show()
    qtbot.waitExposed(page)
    painted()
    return page


def test_every_kind_of_view_has_a_widget() -> None:
    presented = {type(placed.tile) for page in (0, 1) for placed in board_view(page=page, board=GALLERY).page.tiles}
    assert presented == set(WIDGETS)
    assert len(WIDGETS) == len(KINDS)


def test_an_equal_view_repaints_nothing(page: Page) -> None:
    paints = [Paints(tile) for tile in page.tiles]
    page.show_view(board_view().page)
    painted()
    assert [paint.rects for paint in paints] == [[] for _ in paints]


def test_another_view_repaints_the_tiles_that_changed_and_no_other(page: Page) -> None:
    paints = {type(tile).__name__: Paints(tile) for tile in page.tiles if not type(tile).__name__.startswith("Number")}
    page.show_view(board_view(43).page)
    painted()
    assert {name for name, paint in paints.items() if paint.rects} == {"AgentsTile"}


def only(page: Page, kind: type[Tile[Any]]) -> Any:
    return next(tile for tile in page.tiles if type(tile) is kind)


def test_one_queue_that_changes_repaints_its_row_only(page: Page) -> None:
    tile = only(page, QueuesTile)
    view: QueuesView = tile.view
    paints = Paints(tile)
    changed = replace(view.rows[2], name="Invoices")
    tile.show_view(replace(view, rows=(*view.rows[:2], changed, *view.rows[3:])))
    painted()
    assert len(paints.rects) == 1
    assert paints.rects[0].height() < tile.height() / 5


def test_one_agent_that_changes_repaints_its_cell_only(page: Page) -> None:
    tile = only(page, AgentsTile)
    view: AgentsView = tile.view
    paints = Paints(tile)
    cells = view.groups[0].cells
    ticked = replace(cells[5], time="09:59")
    tile.show_view(replace(view, groups=(AgentGroup("", (*cells[:5], ticked, *cells[6:])),)))
    painted()
    assert len(paints.rects) == 1
    assert paints.rects[0].width() * paints.rects[0].height() < tile.width() * tile.height() / 20


def test_two_agents_far_apart_repaint_two_cells_and_none_between(page: Page, monkeypatch: pytest.MonkeyPatch) -> None:
    tile = only(page, AgentsTile)
    drawn: list[str] = []
    paint = Cells.paint

    def watched(self: Cells, painter: Any, place: Any, cell: AgentCell) -> None:
        drawn.append(cell.time)
        paint(self, painter, place, cell)

    monkeypatch.setattr(Cells, "paint", watched)
    first, *between, last = tile.view.groups[0].cells
    cells = (replace(first, time="first"), *between, replace(last, time="last"))
    tile.show_view(replace(tile.view, groups=(AgentGroup("", cells),)))
    painted()
    assert drawn == ["first", "last"]


def test_the_grid_does_not_jump_when_somebody_comes_or_goes() -> None:
    def groups(count: int) -> tuple[AgentGroup, ...]:
        return (AgentGroup("", tuple(AgentCell(f"A {i}", "ready", "Ready", "01:00", "calm") for i in range(count))),)

    room = Room(QRectF(0, 0, 1200, 700), 6, 27, 26, 11, 13, 24)
    first = lay_out(groups(200), room)
    for count in (199, 198, 201, 202):
        now = lay_out(groups(count), room, first.cells)
        if now.cells == first.cells:
            pairs = zip(first.pages[0], now.pages[0], strict=False)
            assert all(one.box == two.box for one, two in pairs)
    assert lay_out(groups(199), room, first.cells).cells == first.cells
    assert lay_out(groups(60), room, first.cells).letters > first.letters
    crowd = lay_out(groups(400), room, first.cells)
    assert crowd.letters < first.letters
    assert sum(len(page) for page in crowd.pages) == 400


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("count", [0, 1, 11, 42, 300, 1000, 5000])
def test_the_grid_holds_every_agent_once_on_its_pages(count: int, size: tuple[int, int]) -> None:
    scale = size[1] / 1080
    half = count // 2
    cells = tuple(AgentCell(f"Agent {i}", "talking", "Talking", "01:00", "calm") for i in range(count))
    groups = (AgentGroup("Blue", cells[:half]), AgentGroup("Green", cells[half:]))
    body = QRectF(0, 0, 750 * scale, 370 * scale)
    grid = lay_out(groups, Room(body, 6 * scale, 27 * scale, 26 * scale, 11 * scale, 13 * scale, 19 * scale))
    shown = [slot.place for page in grid.pages for slot in page if slot.place is not None]
    assert shown == list(range(count))
    for page in grid.pages:
        boxes = [slot.box for slot in page]
        assert all(body.adjusted(-1, -1, 1, 2).contains(box) for box in boxes)
        assert not any(one.intersects(two) for i, one in enumerate(boxes[:60]) for two in boxes[:i])


def test_a_few_agents_stand_side_by_side_and_not_in_one_tall_column() -> None:
    cells = tuple(AgentCell(f"Agent {i}", "talking", "Talking", "01:00", "calm") for i in range(8))
    grid = lay_out((AgentGroup("", cells),), Room(QRectF(0, 0, 1800, 900), 6, 27, 26, 11, 13, 24))
    lefts = {slot.box.left() for slot in grid.pages[0]}
    assert len(lefts) >= 4
    assert all(slot.box.width() < grid.letters * 25 for slot in grid.pages[0])


@pytest.mark.parametrize("size", SIZES)
def test_fitted_words_are_never_wider_than_their_room(style: Style, size: tuple[int, int]) -> None:
    look = Style(style.theme, *size)
    for width in (20, 60, 200, 800):
        for words in ("04:31", "Not ready", "A very long name of a queue that nobody can read", ""):
            text = look.fit(words, width, look.size("body"))
            assert text.width <= width
            assert text.font.pixelSize() >= 9


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (1366, 768), (800, 600), (3840, 2160), (1080, 1920)])
@pytest.mark.parametrize("agents", [3, 42, 300])
def test_no_words_on_the_wall_are_wider_than_their_box(
    qtbot: QtBot, style: Style, monkeypatch: pytest.MonkeyPatch, agents: int, size: tuple[int, int]
) -> None:
    written: list[tuple[str, float, float]] = []
    write = Tile.write

    def watched(tile: Any, painter: Any, box: QRectF, text: Text, *rest: Any) -> None:
        written.append((text.words, text.width, box.width()))
        write(tile, painter, box, text, *rest)

    inside = cells._write

    def seen(painter: Any, box: QRectF, text: Text, *rest: Any) -> None:
        written.append((text.words, text.width, box.width()))
        inside(painter, box, text, *rest)

    monkeypatch.setattr(Tile, "write", watched)
    monkeypatch.setattr(cells, "_write", seen)
    for number in (0, 1):
        page = Page(board_view(agents, page=number, board=GALLERY).page, Style(style.theme, *size))
        qtbot.addWidget(page)
        page.resize(*size)
        page.grab()
    assert len(written) > 60
    assert [line for line in written if line[1] > line[2] + 0.5] == []


def test_digits_are_all_equally_wide(style: Style) -> None:
    metrics = style.metrics(40)
    assert len({metrics.horizontalAdvance(digit * 4) for digit in "0123456789"}) == 1


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("state", ["live", "stale", "offline", "replay"])
def test_every_tile_paints_at_every_size_in_every_state(
    qtbot: QtBot, style: Style, size: tuple[int, int], state: Any
) -> None:
    health = FeedHealth(state=state, age_ms=0, speed=1.0)
    for number in (0, 1):
        page = Page(board_view(7, health, number, GALLERY).page, Style(style.theme, *size))
        qtbot.addWidget(page)
        page.resize(*size)
        assert page.grab().toImage().width() == size[0]


def test_a_blank_tile_of_each_kind_paints(qtbot: QtBot, style: Style) -> None:
    health = FeedHealth()
    for number in (0, 1):
        blank = present(FakeFigures(snapshot(0, 0), empty=True), health, GALLERY, number, lambda at: at)
        page = Page(blank.page, style)
        qtbot.addWidget(page)
        page.resize(640, 360)
        assert not page.grab().isNull()
