"""What a board file says of screens and of the kiosk."""

import pytest

from wallboard.app import Wall, _hangings
from wallboard.board.spec import BoardSpec
from wallboard.config import read_board
from wallboard.errors import DataError
from wallboard.reading import Reader
from wallboard.theme import load_theme
from wallboard.ui.kiosk_pin import hash_pin

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


def test_the_kiosk_is_told_its_pin_and_its_hours() -> None:
    kiosk = read(f'[kiosk]\npin = "{hash_pin("4711")}"\ndim = "22:00-06:00"\ndim_to = 0.5\norbit = false\n').kiosk
    assert (kiosk.dim, kiosk.dim_to, kiosk.orbit) == ("22:00-06:00", 0.5, False)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('[[screens]]\nname = "A"\npages = [3]\n', "there is no page 3; the board has 2"),
        ('[kiosk]\npin = "4711"\n', "kiosk.pin"),
        ('[kiosk]\ndim = "late"\n', "kiosk.dim"),
        ("[kiosk]\norbits = true\n", 'unknown key "orbits"; did you mean "orbit"?'),
    ],
)
def test_what_cannot_be_is_told(text: str, problem: str) -> None:
    with pytest.raises(DataError) as told:
        read(text)
    assert problem in str(told.value)
