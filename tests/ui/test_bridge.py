"""The mailbox between the threads, and the window it feeds."""

import threading

import pytest
from PySide6.QtCore import QCoreApplication, QObject, Slot
from pytestqt.qtbot import QtBot

from tests.board.fakes import snapshot
from wallboard.board.spec import BoardSpec, PageSpec
from wallboard.board.tiles.agents import AgentsSpec
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth
from wallboard.theme import load_theme
from wallboard.ui.bridge import Mailbox, Screen, page_due
from wallboard.ui.window import WallWindow

LIVE = FeedHealth(state="live", age_ms=0)
AGENTS = AgentsSpec(at=(0, 0, 12, 12))
BOARD = BoardSpec(title="Floor", pages=(PageSpec(tiles=(AGENTS,), seconds=20), PageSpec(tiles=(AGENTS,), seconds=10)))


class Taker(QObject):
    """Takes whatever arrives, in its own thread."""

    def __init__(self, mailbox: Mailbox) -> None:
        super().__init__()
        self.mailbox = mailbox
        self.taken: list[Snapshot] = []
        mailbox.arrived.connect(self.take)

    @Slot()
    def take(self) -> None:
        newest = self.mailbox.take()
        if newest:
            self.taken.append(newest[0])


def test_the_newest_wins_and_many_puts_are_one_signal(qtbot: QtBot) -> None:
    del qtbot
    mailbox = Mailbox()
    taker = Taker(mailbox)
    floors = [snapshot(count, 0) for count in range(50)]

    def put_all() -> None:
        for floor in floors:
            mailbox.put(floor, LIVE)

    thread = threading.Thread(target=put_all)
    thread.start()
    thread.join()
    QCoreApplication.processEvents()
    assert taker.taken == [floors[-1]]
    assert mailbox.take() is None


def test_a_mailbox_that_was_emptied_signals_again(qtbot: QtBot) -> None:
    del qtbot
    mailbox = Mailbox()
    taker = Taker(mailbox)
    for count in (1, 2):
        mailbox.put(snapshot(count, 0), LIVE)
        QCoreApplication.processEvents()
    assert [len(floor.agents) for floor in taker.taken] == [1, 2]


def test_a_snapshot_put_from_a_thread_reaches_the_window(qtbot: QtBot) -> None:
    window = WallWindow(load_theme())
    qtbot.addWidget(window)
    mailbox = Mailbox()
    screen = Screen(mailbox, window, BOARD, lambda at: at)
    assert window.windowTitle() == ""
    thread = threading.Thread(target=mailbox.put, args=(snapshot(3, 0), LIVE))
    thread.start()
    thread.join()
    QCoreApplication.processEvents()
    assert window.windowTitle() == "Floor · Wallboard"
    del screen


@pytest.mark.parametrize(("shown", "page"), [(0, 0), (19_999, 0), (20_000, 1), (29_999, 1), (30_000, 0)])
def test_pages_turn_by_their_own_seconds(shown: int, page: int) -> None:
    assert page_due(BOARD, shown) == page
