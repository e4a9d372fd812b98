"""The kiosk as a whole: no way out but the PIN, one at a time, the same page after a restart, care for the panel."""

import logging
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QRect, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from tests.board.fakes import FakeFigures, snapshot
from tests.ui.test_kiosk_screens import WIDE, FakeDesktop, FakeScreen
from wallboard.board.spec import BoardSpec, KioskSpec, PageSpec
from wallboard.board.tiles.agents import AgentsSpec
from wallboard.config import memory_of
from wallboard.core.source import FeedHealth
from wallboard.errors import UsageError
from wallboard.theme import load_theme
from wallboard.ui.kiosk import Hanging, Kiosk, World, this_machine
from wallboard.ui.kiosk_memory import LOG, Pages, keep_log, seat
from wallboard.ui.kiosk_pin import hash_pin

PAGE = PageSpec(tiles=(AgentsSpec(at=(0, 0, 12, 12)),), seconds=20)
BOARD = BoardSpec(title="Floor", zone="UTC", pages=(PAGE, PAGE, PAGE))
NIGHT, NOON = 20_000 * 86_400_000, 20_000 * 86_400_000 + 43_200_000
CHORD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
PIN = hash_pin("4711", bytes(16))


class Clock:
    def __init__(self) -> None:
        self.mono, self.wall = 0, NOON


class Machine:
    """A machine with one screen, on which kiosks are begun and ended."""

    def __init__(self, folder: Path) -> None:
        self.clock = Clock()
        self.folder = folder
        self.desktop = FakeDesktop(FakeScreen("HDMI-1", QRect(0, 0, 640, 360)))
        self.left: list[str] = []
        self.released: list[str] = []
        self.running: list[Kiosk] = []

    def begin(self, spec: KioskSpec = KioskSpec(), screen: str | int = 0) -> Kiosk:  # noqa: B008 - frozen
        world = World(
            self.desktop,
            self.folder,
            {},
            lambda: self.clock.mono,
            lambda: self.clock.wall,
            lambda _: (lambda: self.released.append("awake"),),
        )
        hanging = Hanging(screen, BOARD, load_theme(), memory_of(BOARD))
        kiosk = Kiosk([hanging], spec, lambda: self.left.append("left"), world)
        self.running.append(kiosk)
        return kiosk

    def end(self, kiosk: Kiosk) -> None:
        self.running.remove(kiosk)
        kiosk.close()


@pytest.fixture
def machine(qtbot: QtBot, tmp_path: Path) -> Iterator[Machine]:
    del qtbot
    machine = Machine(tmp_path)
    yield machine
    for kiosk in list(machine.running):
        machine.end(kiosk)


def show(kiosk: Kiosk, ms: int) -> None:
    floor = snapshot()
    for pane in kiosk.panes:
        pane.show(floor, FeedHealth(state="live", age_ms=0), lambda: FakeFigures(floor), ms)
    kiosk.tick(ms)


def press(kiosk: Kiosk, keys: str) -> None:
    QTest.keyClicks(kiosk.frames[0], keys)


def ask(kiosk: Kiosk) -> None:
    QTest.keyClick(kiosk.frames[0], Qt.Key.Key_Q, CHORD)


def enter(kiosk: Kiosk) -> None:
    QTest.keyClick(kiosk.frames[0], Qt.Key.Key_Return)


def test_the_wall_fills_its_screen_and_shows_no_cursor(machine: Machine) -> None:
    frame = machine.begin().frames[0]
    assert frame.isFullScreen()
    assert frame.wall.isVisible()
    assert frame.cursor().shape() == Qt.CursorShape.BlankCursor
    assert frame.wall.size() == frame.size()


def test_the_chord_and_the_pin_are_the_way_out(machine: Machine) -> None:
    kiosk = machine.begin(KioskSpec(pin=PIN))
    ask(kiosk)
    assert kiosk.frames[0]._pad.isVisible()
    press(kiosk, "4711")
    assert machine.left == []
    enter(kiosk)
    assert machine.left == ["left"]
    assert not kiosk.frames[0]._pad.isVisible()


@pytest.mark.parametrize("keys", ["4711", "q", "\x1b", " "])
def test_without_the_chord_no_key_does_anything(machine: Machine, keys: str) -> None:
    kiosk = machine.begin(KioskSpec(pin=PIN))
    press(kiosk, keys)
    enter(kiosk)
    assert machine.left == []
    assert not kiosk.frames[0]._pad.isVisible()


def test_a_wrong_pin_lets_nobody_out(machine: Machine) -> None:
    kiosk = machine.begin(KioskSpec(pin=PIN))
    ask(kiosk)
    press(kiosk, "4712")
    enter(kiosk)
    assert machine.left == []
    assert kiosk.frames[0]._pad.told == "wrong PIN"


def test_escape_stays_and_backspace_takes_back(machine: Machine) -> None:
    kiosk = machine.begin(KioskSpec(pin=PIN))
    ask(kiosk)
    press(kiosk, "47x")
    QTest.keyClick(kiosk.frames[0], Qt.Key.Key_Backspace)
    assert kiosk.frames[0]._pad.digits == 1
    QTest.keyClick(kiosk.frames[0], Qt.Key.Key_Escape)
    assert not kiosk.frames[0]._pad.isVisible()
    assert kiosk.frames[0].wall.isVisible()


def test_the_question_goes_away_by_itself(machine: Machine) -> None:
    kiosk = machine.begin(KioskSpec(pin=PIN))
    ask(kiosk)
    kiosk.tick(19_999)
    assert kiosk.frames[0]._pad.isVisible()
    kiosk.tick(20_000)
    assert not kiosk.frames[0]._pad.isVisible()


def test_without_a_pin_the_chord_is_enough_and_the_log_says_so(machine: Machine) -> None:
    kiosk = machine.begin()
    ask(kiosk)
    assert machine.left == ["left"]
    assert "no PIN is set" in (machine.folder / "kiosk.log").read_text()


def test_closing_the_window_is_no_way_out(machine: Machine) -> None:
    frame = machine.begin(KioskSpec(pin=PIN)).frames[0]
    assert not frame.close()
    assert frame.isVisible()


def test_a_second_kiosk_is_told_of_the_first(machine: Machine) -> None:
    first = machine.begin()
    with pytest.raises(UsageError, match=r"a kiosk hangs on this display already \(process \d+\); end that one first"):
        machine.begin()
    machine.end(first)
    machine.begin()


def test_a_screen_that_is_not_there_is_told(machine: Machine) -> None:
    with pytest.raises(UsageError, match="there is no screen 3: this machine has 1 screen, counted from 0"):
        machine.begin(screen=3)


def test_a_restart_comes_back_to_the_same_page(machine: Machine) -> None:
    kiosk = machine.begin()
    for ms in (0, 20_000, 40_000):
        show(kiosk, ms)
    machine.end(kiosk)
    again = machine.begin()
    show(again, 0)
    assert again.panes[0].rotation.page == 2


def test_the_scene_moves_once_a_minute(machine: Machine) -> None:
    kiosk = machine.begin()
    seen = []
    for ms in (0, 30_000, 59_999, 60_000, 120_000):
        kiosk.tick(ms)
        seen.append(kiosk.frames[0].wall.pos().toTuple())
    assert seen == [(4, 0), (4, 0), (4, 0), (4, 2), (3, 3)]


def test_the_scene_stands_still_where_that_is_wanted(machine: Machine) -> None:
    kiosk = machine.begin(KioskSpec(orbit=False))
    kiosk.tick(120_000)
    assert kiosk.frames[0].wall.pos().toTuple() == (0, 0)


def test_nights_are_dim_and_mornings_are_not(machine: Machine) -> None:
    kiosk = machine.begin(KioskSpec(dim="22:00-06:00", dim_to=0.5))
    wall, bright = kiosk.frames[0].wall, load_theme()
    grounds = []
    for minute, machine.clock.wall in enumerate((NOON, NIGHT, NOON)):
        kiosk.tick(minute * 60_000)
        grounds.append(wall.theme.colors.text)
    assert grounds[0] == grounds[2] == bright.colors.text
    assert grounds[1] < grounds[0]


def test_the_machine_may_sleep_again_when_the_kiosk_ends(machine: Machine) -> None:
    machine.end(machine.begin())
    assert machine.released == ["awake"]


def test_an_unplugged_screen_leaves_the_wall_alive(machine: Machine) -> None:
    kiosk = machine.begin()
    screen = machine.desktop.there[0]
    machine.desktop.unplug(screen)
    assert kiosk.frames[0].isHidden()
    show(kiosk, 0)
    machine.desktop.plug(FakeScreen("HDMI-1", WIDE))
    assert kiosk.frames[0].isFullScreen()


def test_pages_that_cannot_be_remembered_are_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    pages = Pages(blocked / "pages.json")
    pages.put("HDMI-1", 2)
    assert pages.get("HDMI-1") == 2
    assert "the page cannot be remembered" in caplog.text


@pytest.mark.parametrize("content", ["", "[1]", '{"HDMI-1": "two"}', "\x00"])
def test_a_damaged_memory_begins_with_the_first_page(tmp_path: Path, content: str) -> None:
    path = tmp_path / "pages.json"
    path.write_text(content)
    assert Pages(path).get("HDMI-1") == 0


def test_the_log_stays_small(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wallboard.ui.kiosk_memory.LOG_BYTES", 2000)
    handler = keep_log(tmp_path / "kiosk.log")
    for i in range(500):
        LOG.info("line %d", i)
    LOG.removeHandler(handler)
    handler.close()
    files = list(tmp_path.iterdir())
    assert len(files) == 5
    assert max(file.stat().st_size for file in files) <= 2000


@pytest.mark.parametrize(
    ("display", "word"), [(":0", "0"), ("", "0"), ("wayland-1", "wayland-1"), ("h:10.0", "h-10-0")]
)
def test_every_display_has_a_memory_of_its_own(display: str, word: str) -> None:
    assert seat(display) == word


def test_this_machine_is_the_one_qt_knows(qtbot: QtBot) -> None:
    del qtbot
    world = this_machine()
    assert id(world.desktop) == id(QCoreApplication.instance())
    assert len(world.desktop.screens()) > 0
    assert 0 < world.mono() < world.wall()


def test_nothing_is_logged_anywhere_before_a_kiosk_begins(machine: Machine) -> None:
    before: Callable[[], list[logging.Handler]] = lambda: list(LOG.handlers)  # noqa: E731 - asked twice
    none = before()
    machine.end(machine.begin())
    assert before() == none
