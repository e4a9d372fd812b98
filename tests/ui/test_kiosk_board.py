"""What a board file says of screens and of the kiosk."""

import pytest
from pytestqt.qtbot import QtBot

from wallboard.app import Wall, _hangings, _heralds
from wallboard.board.spec import BoardSpec
from wallboard.config import read_board
from wallboard.errors import DataError
from wallboard.reading import Reader
from wallboard.theme import load_theme
from wallboard.ui.kiosk_pin import hash_pin
from wallboard.ui.pane import Pane
from wallboard.ui.window import WallWindow

PAGE = '[[pages]]\ntitle = "{}"\n[[pages.tiles]]\nkind = "agents"\nat = [0, 0, 4, 4]\n'
BOARD = '[board]\ntitle = "Floor"\nzone = "UTC"\n' + PAGE.format("One") + PAGE.format("Two")
SCREENS = '[[screens]]\nname = "HDMI-1"\npages = [2]\n[[screens]]\nname = 1\nboard = "executive"\n'


def read(text: str) -> BoardSpec:
    return read_board(Reader(BOARD + text, "floor.toml"))


def hung(board: BoardSpec, screens: tuple[int, ...] = ()) -> list[tuple[str | int, str, list[str]]]:
    found = _hangings(Wall(board, load_theme(), kiosk=True, screens=screens))
    return [(hanging.screen, hanging.board.title, [page.title for page in hanging.board.pages]) for hanging in found]


def test_each_screen_has_its_pages_or_a_board_of_its_own() -> None:
    first, second = hung(read(SCREENS))
    assert first == ("HDMI-1", "Floor", ["Two"])
    assert second[0] == 1
    assert second[1] != "Floor"


def test_the_command_line_has_the_last_word_on_screens() -> None:
    assert hung(read(SCREENS), (2, 0)) == [(2, "Floor", ["One", "Two"]), (0, "Floor", ["One", "Two"])]


def test_a_board_that_names_no_screen_hangs_on_the_first() -> None:
    assert hung(read("")) == [(0, "Floor", ["One", "Two"])]


RULE = '[[rules]]\nkpi = "waiting"\nwarn = 1\n'
AUDIENCE = RULE + 'actions = ["tile", "sound"]\npages = [2]\nscreens = ["HDMI-1"]\n'


def test_screens_of_one_board_share_its_alerts_and_one_of_them_makes_them_heard(qtbot: QtBot) -> None:
    board = read(SCREENS + '[[screens]]\nname = "DP-2"\n' + AUDIENCE)
    left, other, right = _hangings(Wall(board, load_theme(), kiosk=True))
    assert left.memory.alerts is right.memory.alerts is not other.memory.alerts
    assert [hanging.board.rules[0].actions for hanging in (left, right)] == [("tile", "sound"), ("sound",)]
    assert [hanging.board.rules[0].pages for hanging in (left, right)] == [(1,), ()]
    windows = [WallWindow(load_theme()) for _ in range(3)]
    for window in windows:
        qtbot.addWidget(window)
    hangings = (left, other, right)
    panes = [Pane(window, hung.board, hung.memory) for window, hung in zip(windows, hangings, strict=True)]
    assert len(_heralds(panes)) == 1
    assert _heralds(panes[1:2]) == ()


def test_the_kiosk_is_told_its_pin_and_its_hours() -> None:
    kiosk = read(f'[kiosk]\npin = "{hash_pin("4711")}"\ndim = "22:00-06:00"\ndim_to = 0.5\norbit = false\n').kiosk
    assert (kiosk.dim, kiosk.dim_to, kiosk.orbit) == ("22:00-06:00", 0.5, False)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[screens]]\nname = "A"\npages = [3]\n', "there is no page 3; the board has 2"),
        ('[kiosk]\npin = "4711"\n', "kiosk.pin"),
        ('[kiosk]\ndim = "late"\n', "kiosk.dim"),
        (RULE + "pages = [3]\n", "rules[1].pages: there is no page 3; the board has 2"),
        (RULE + 'screens = ["HDMI"]\n', 'there is no [[screens]] with the name "HDMI"; the board has no [[screens]]'),
        (SCREENS + RULE + 'screens = ["HDMI"]\n', 'with the name "HDMI"; did you mean "HDMI-1"?'),
        (RULE + 'actions = ["page"]\n', '"page" brings pages forward; say which in "pages"'),
        (RULE + "actions = []\n", 'nobody would hear of it; name an action, or a "webhook"'),
        (RULE + 'actions = ["shout"]\n', 'rules[1].actions: "shout" will not do'),
        (RULE + 'webhook = "example.org/hook"\n', '"example.org/hook" is no address; write "https://host/path"'),
        ("[kiosk]\norbits = true\n", 'unknown key "orbits"; did you mean "orbit"?'),
    ],
)
def test_what_cannot_be_is_told(text: str, problem: str) -> None:
    with pytest.raises(DataError) as told:
        read(text)
    assert problem in str(told.value)
