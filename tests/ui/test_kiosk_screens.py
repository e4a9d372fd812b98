"""Walls on their screens while screens are unplugged, plugged in again and changed."""

import pytest
from PySide6.QtCore import QCoreApplication, QObject, QRect, Signal
from pytestqt.qtbot import QtBot

from wallboard.ui.kiosk_frame import Stand
from wallboard.ui.kiosk_screens import Places, assign

WIDE, TALL, BIG = QRect(0, 0, 1920, 1080), QRect(1920, 0, 1080, 1920), QRect(0, 0, 3840, 2160)


class FakeScreen(QObject):
    geometryChanged = Signal(QRect)  # noqa: N815 - the name is Qt's

    def __init__(self, name: str, area: QRect) -> None:
        super().__init__()
        self._name, self.area = name, area

    def name(self) -> str:
        return self._name

    def geometry(self) -> QRect:
        return self.area

    def change(self, area: QRect) -> None:
        self.area = area
        self.geometryChanged.emit(area)


class FakeDesktop(QObject):
    screenAdded = Signal(QObject)  # noqa: N815 - the names are Qt's
    screenRemoved = Signal(QObject)  # noqa: N815
    primaryScreenChanged = Signal(QObject)  # noqa: N815

    def __init__(self, *screens: FakeScreen) -> None:
        super().__init__()
        self.there = list(screens)

    def screens(self) -> list[FakeScreen]:
        return self.there

    def plug(self, screen: FakeScreen) -> None:
        self.there.append(screen)
        self.screenAdded.emit(screen)
        QCoreApplication.processEvents()

    def unplug(self, screen: FakeScreen) -> None:
        self.there.remove(screen)
        self.screenRemoved.emit(screen)
        QCoreApplication.processEvents()


class FakeWindow:
    def __init__(self) -> None:
        self.moves: list[tuple[str, QRect] | None] = []

    def stand_on(self, screen: Stand) -> None:
        self.moves.append((screen.name(), screen.geometry()))

    def hide(self) -> None:
        self.moves.append(None)


@pytest.mark.parametrize(
    ("wanted", "there", "found"),
    [
        (["A"], ["A", "B"], ["A"]),
        (["B"], ["A", "B"], ["B"]),
        (["B"], ["A"], ["A"]),
        (["A", "B"], ["B"], [None, "B"]),
        (["A", "B"], ["B", "C"], ["C", "B"]),
        (["A", "B"], [], [None, None]),
        (["A", "B"], ["C", "D"], ["C", "D"]),
    ],
)
def test_a_wall_has_its_own_screen_else_a_free_one_else_none(
    wanted: list[str], there: list[str], found: list[str | None]
) -> None:
    assert assign(wanted, there) == found


def test_a_wall_moves_when_its_screen_is_unplugged_and_comes_back_by_name(qtbot: QtBot) -> None:
    del qtbot
    one, two, window = FakeScreen("HDMI-1", WIDE), FakeScreen("HDMI-2", TALL), FakeWindow()
    desktop = FakeDesktop(one, two)
    told: list[str] = []
    places = Places(desktop, [window], ["HDMI-2"], told.append)
    desktop.unplug(two)
    desktop.plug(FakeScreen("HDMI-2", TALL))
    assert window.moves == [("HDMI-2", TALL), ("HDMI-1", WIDE), ("HDMI-2", TALL)]
    assert told[1] == "the wall stands on screen HDMI-1, because HDMI-2 is not there"
    del places


def test_a_wall_without_any_screen_hides_and_comes_back(qtbot: QtBot) -> None:
    del qtbot
    one, two, windows = FakeScreen("HDMI-1", WIDE), FakeScreen("HDMI-2", TALL), [FakeWindow(), FakeWindow()]
    desktop = FakeDesktop(one, two)
    told: list[str] = []
    places = Places(desktop, windows, ["HDMI-1", "HDMI-2"], told.append)
    desktop.unplug(two)
    desktop.plug(two)
    assert windows[1].moves == [("HDMI-2", TALL), None, ("HDMI-2", TALL)]
    assert windows[0].moves == [("HDMI-1", WIDE)]
    assert "the wall of screen HDMI-2 has no screen now; it comes back with it" in told
    del places


def test_a_wall_follows_its_screen_to_another_mode(qtbot: QtBot) -> None:
    del qtbot
    screen, window = FakeScreen("HDMI-1", WIDE), FakeWindow()
    places = Places(FakeDesktop(screen), [window], ["HDMI-1"], lambda _: None)
    screen.change(BIG)
    assert window.moves == [("HDMI-1", WIDE), ("HDMI-1", BIG)]
    del places


def test_a_screen_that_another_one_joins_keeps_its_wall_where_it_is(qtbot: QtBot) -> None:
    del qtbot
    window = FakeWindow()
    desktop = FakeDesktop(FakeScreen("HDMI-1", WIDE))
    places = Places(desktop, [window], ["HDMI-1"], lambda _: None)
    desktop.plug(FakeScreen("HDMI-2", TALL))
    assert window.moves == [("HDMI-1", WIDE)]
    del places
