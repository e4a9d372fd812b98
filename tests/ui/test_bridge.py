"""The mailbox between the threads, the screens it feeds, and how often they are painted."""

import threading

from PySide6.QtCore import QCoreApplication, QObject, Slot
from pytestqt.qtbot import QtBot

from tests.board.fakes import snapshot
from wallboard.board.spec import BoardSpec, PageSpec
from wallboard.board.tiles.agents import AgentsSpec
from wallboard.config import memory_of
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth
from wallboard.theme import load_theme
from wallboard.ui.bridge import Mailbox, Screens
from wallboard.ui.pace import LEAST_MS, MOST_MS, Pace
from wallboard.ui.pane import Pane
from wallboard.ui.window import WallWindow

LIVE = FeedHealth(state="live", age_ms=0)
AGENTS = AgentsSpec(at=(0, 0, 12, 12))
BOARD = BoardSpec(title="Floor", zone="UTC", pages=(PageSpec(tiles=(AGENTS,)),))


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


def put_from_a_thread(mailbox: Mailbox, *floors: Snapshot) -> None:
    def put() -> None:
        for floor in floors:
            mailbox.put(floor, LIVE)

    thread = threading.Thread(target=put)
    thread.start()
    thread.join()
    QCoreApplication.processEvents()


def test_the_newest_wins_and_many_puts_are_one_signal(qtbot: QtBot) -> None:
    del qtbot
    mailbox = Mailbox()
    taker = Taker(mailbox)
    floors = [snapshot(count, 0) for count in range(50)]
    put_from_a_thread(mailbox, *floors)
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


def test_a_snapshot_put_from_a_thread_reaches_every_screen(qtbot: QtBot) -> None:
    windows = [WallWindow(load_theme()) for _ in range(2)]
    for window in windows:
        qtbot.addWidget(window)
    mailbox = Mailbox()
    told: list[int] = []
    panes = [Pane(window, BOARD, memory_of(BOARD)) for window in windows]
    screens = Screens(mailbox, panes, mono=lambda: 77, shown=told.append)
    put_from_a_thread(mailbox, snapshot(3, 0))
    assert [window.windowTitle() for window in windows] == 2 * ["Floor · Wallboard"]
    assert told == [77]
    del screens


def test_screens_ask_for_fewer_snapshots_when_a_frame_costs_much(qtbot: QtBot) -> None:
    window = WallWindow(load_theme())
    qtbot.addWidget(window)
    mailbox, used = Mailbox(), iter(range(0, 100_000, 40))
    screens = Screens(mailbox, [Pane(window, BOARD, memory_of(BOARD))], used=lambda: next(used))
    for _ in range(30):
        put_from_a_thread(mailbox, snapshot(3, 0))
    assert mailbox.pace_ms == MOST_MS
    del screens


def test_cheap_frames_come_as_often_as_they_can_be_seen() -> None:
    pace = Pace(share=0.1)
    assert {pace.frame(used) for used in range(0, 100, 2)} == {LEAST_MS}


def test_frames_keep_to_their_share_of_a_core() -> None:
    pace = Pace(share=0.1)
    for used in range(0, 1000, 12):
        pace.frame(used)
    assert pace.rest_ms == 120


def told(rate: int, *, live: bool = True) -> int:
    """The rest between frames of 12 ms, ten a second, while ``rate`` events a second come."""
    pace = Pace(share=0.05)
    pace.frame(0, 1_000_000, 0, live=False)
    for turn in range(1, 100):
        pace.frame(turn * 12, 1_000_000 + turn * rate // 10, turn * 100, live=live)
    return pace.rest_ms


def test_the_more_is_told_the_closer_are_the_frames() -> None:
    assert told(0) == told(100) == 240
    assert 120 > told(300) > told(1000) > told(20_000) == 20


def test_a_past_that_is_caught_up_with_brings_no_frames_closer() -> None:
    assert told(20_000, live=False) == told(0)


def test_a_single_dear_frame_is_soon_forgotten() -> None:
    pace = Pace(share=0.1)
    for used in (0, 1000, *range(1001, 1041)):
        pace.frame(used)
    assert pace.rest_ms == LEAST_MS
