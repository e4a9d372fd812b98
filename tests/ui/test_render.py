"""The wall as a picture, the window at many sizes, and the binding underneath."""

import subprocess
import sys
from pathlib import Path

import pytest
from msgspec.structs import replace
from PySide6.QtGui import QFontInfo, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.board.fakes import FakeFigures, snapshot
from wallboard.board.present import present
from wallboard.board.spec import BoardSpec, PageSpec
from wallboard.board.tiles.agents import AgentsSpec
from wallboard.board.tiles.number import NumberSpec
from wallboard.board.view import BoardView
from wallboard.config import load_board
from wallboard.core.source import FeedHealth
from wallboard.errors import DataError
from wallboard.theme import load_theme
from wallboard.ui.render import render, render_png
from wallboard.ui.window import WallWindow

TWO = BoardSpec(
    title="Floor",
    pages=(
        PageSpec(tiles=(AgentsSpec(at=(0, 0, 12, 12)),)),
        PageSpec(tiles=(NumberSpec(at=(0, 0, 12, 12), kpi="waiting"),)),
    ),
)


def seen(board: BoardSpec, page: int = 0, state: str = "live") -> BoardView:
    health = FeedHealth(state=state, age_ms=0)  # type: ignore[arg-type] # the states of the test are the feed's
    return present(FakeFigures(snapshot()), health, board, page, lambda at: at)


@pytest.mark.parametrize("size", [(1280, 720), (1920, 1080), (3840, 2160)])
def test_a_picture_has_the_size_it_was_asked_for(qtbot: QtBot, tmp_path: Path, size: tuple[int, int]) -> None:
    del qtbot
    path = tmp_path / "wall.png"
    render_png(seen(load_board()), load_theme(), size, path)
    image = QImage(str(path))
    assert (image.width(), image.height()) == size


def test_the_same_view_gives_the_same_pixels(qtbot: QtBot) -> None:
    del qtbot
    view, theme = seen(load_board()), load_theme()
    one, two = (render(view, theme, (1280, 720)).toImage() for _ in range(2))
    assert one == two


def test_live_stale_lost_and_replayed_never_look_the_same(qtbot: QtBot) -> None:
    del qtbot
    theme = load_theme()
    pictures = [
        render(seen(TWO, 1, state), theme, (640, 360)).toImage() for state in ("live", "stale", "offline", "replay")
    ]
    assert all(one != two for i, one in enumerate(pictures) for two in pictures[:i])


def test_a_picture_that_cannot_be_written_is_told(qtbot: QtBot, tmp_path: Path) -> None:
    del qtbot
    with pytest.raises(DataError, match="the picture cannot be written there"):
        render_png(seen(TWO), load_theme(), (640, 360), tmp_path / "none" / "wall.png")


@pytest.mark.skipif(sys.platform == "win32", reason="no way to make a write fail there")
def test_a_picture_for_which_there_is_no_room_leaves_the_old_one(qtbot: QtBot, tmp_path: Path) -> None:
    import resource  # noqa: PLC0415 - not on every system

    del qtbot
    path, fresh = tmp_path / "wall.png", tmp_path / "new.png"
    path.write_bytes(b"yesterday's")
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    view, theme = seen(TWO), load_theme()
    resource.setrlimit(resource.RLIMIT_FSIZE, (2000, before[1]))
    try:
        for each in (path, fresh):
            with pytest.raises(DataError, match="the picture cannot be written there"):
                render_png(view, theme, (640, 360), each)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert path.read_bytes() == b"yesterday's"
    assert list(tmp_path.iterdir()) == [path]


def test_a_picture_needs_neither_screen_nor_running_application(tmp_path: Path) -> None:
    code = (
        "from pathlib import Path; from tests.ui.test_render import TWO, seen;"
        "from wallboard.theme import load_theme; from wallboard.ui.render import render_png;"
        f"render_png(seen(TWO), load_theme(), (640, 360), Path({str(tmp_path / 'wall.png')!r}))"
    )
    env = {"PATH": "", "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run(
        [sys.executable, "-c", code], env=env, check=False, timeout=60, capture_output=True, text=True
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "wall.png").stat().st_size > 1000


def test_turning_pages_keeps_one_visible_and_reuses_its_widgets(qtbot: QtBot) -> None:
    window = WallWindow(load_theme())
    qtbot.addWidget(window)
    window.resize(800, 450)
    window.show()
    for page in (0, 1, 0, 1):
        window.show_view(seen(TWO, page))
    shown = window._pages
    assert [shown[0].isVisible(), shown[1].isVisible()] == [False, True]
    before = dict(shown)
    window.show_view(seen(TWO, 0))
    assert window._pages == before


def test_a_board_that_changed_gets_new_tiles(qtbot: QtBot) -> None:
    window = WallWindow(load_theme())
    qtbot.addWidget(window)
    window.show_view(seen(TWO, 0))
    other = BoardSpec(title="Floor", pages=(PageSpec(tiles=(NumberSpec(at=(0, 0, 6, 6), kpi="asa"),)),))
    window.show_view(seen(other))
    assert [type(tile).__name__ for tile in window._pages[0].tiles] == ["NumberTile"]


def test_a_message_takes_its_room_from_the_page_and_gives_it_back(qtbot: QtBot) -> None:
    window = WallWindow(load_theme())
    qtbot.addWidget(window)
    window.resize(1280, 720)
    quiet = seen(TWO)
    window.show_view(quiet)
    tall = window._pages[0].height()
    window.show_view(replace(quiet, strip=replace(quiet.strip, message="Phones down", message_level="breach")))
    assert window._pages[0].height() < tall
    assert window._message.geometry().bottom() == 719
    window.show_view(quiet)
    assert window._pages[0].height() == tall


def test_another_theme_is_worn_at_once(qtbot: QtBot) -> None:
    window = WallWindow(load_theme("midnight"))
    qtbot.addWidget(window)
    window.resize(640, 360)
    window.show_view(seen(TWO))
    dark = window.grab().toImage()
    window.set_theme(load_theme("daylight"))
    light = window.grab().toImage()
    corner = (5, 355)
    assert dark.pixelColor(*corner).lightness() < 40
    assert light.pixelColor(*corner).lightness() > 200


def test_the_bundled_font_is_the_one_drawn(qtbot: QtBot) -> None:
    window = WallWindow(load_theme())
    qtbot.addWidget(window)
    assert QFontInfo(window._look.font(20)).family().startswith("Inter")


def test_the_binding_keeps_its_references_to_none(qtbot: QtBot) -> None:
    label = QLabel()
    qtbot.addWidget(label)
    before = sys.getrefcount(None)
    for i in range(1000):
        label.setText(str(i))
    assert sys.getrefcount(None) > before - 100
