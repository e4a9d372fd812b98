"""A screen and its board: what is presented again, what is painted again, and which page is due."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QCoreApplication, QEvent, QObject
from pytestqt.qtbot import QtBot

from tests.board.fakes import FakeFigures, snapshot
from wallboard.board.spec import BoardSpec, PageSpec, RuleSpec
from wallboard.board.tiles.agents import AgentsSpec
from wallboard.board.tiles.number import NumberSpec
from wallboard.config import memory_of
from wallboard.core.figures import Figures
from wallboard.core.snapshot import FeedFacts, Snapshot
from wallboard.core.source import FeedHealth
from wallboard.theme import load_theme
from wallboard.ui.pane import Pane
from wallboard.ui.window import WallWindow

LIVE = FeedHealth(state="live", age_ms=0)
AGENTS = PageSpec(title="Agents", tiles=(AgentsSpec(at=(0, 0, 12, 12)),))
WAITING = PageSpec(title="Waiting", tiles=(NumberSpec(at=(0, 0, 12, 12), kpi="waiting", breach=1),), pull="breach")
QUIET = PageSpec(title="Waiting", tiles=(NumberSpec(at=(0, 0, 12, 12), kpi="waiting", breach=9999),), pull="breach")


class Paints(QObject):
    """Counts the paint events of a window and everything in it."""

    def __init__(self, window: WallWindow) -> None:
        super().__init__()
        self.names: list[str] = []
        self.window = window
        QCoreApplication.instance().installEventFilter(self)  # type: ignore[union-attr] # qtbot made one

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - the name is Qt's
        if event.type() == QEvent.Type.Paint:
            self.names.append(type(watched).__name__)
        return False

    def take(self) -> list[str]:
        QCoreApplication.processEvents()
        found, self.names = self.names, []
        return found


class Asked:
    """Figures of a snapshot, and how often they were asked for."""

    def __init__(self, floor: Snapshot) -> None:
        self.floor, self.times = floor, 0

    def __call__(self) -> Figures:
        self.times += 1
        return FakeFigures(self.floor)


@pytest.fixture
def hung(qtbot: QtBot) -> Callable[..., Pane]:
    def hang(
        *pages: PageSpec,
        page: int = 0,
        turned: Callable[[int], None] = lambda _: None,
        rules: tuple[RuleSpec, ...] = (),
    ) -> Pane:
        board = BoardSpec(title="Floor", zone="UTC", pages=pages, rules=rules)
        window = WallWindow(load_theme())
        qtbot.addWidget(window)
        window.resize(800, 450)
        window.show()
        return Pane(window, board, memory_of(board), page, turned)

    return hang


def later(floor: Snapshot, ms: int) -> Snapshot:
    return replace(floor, as_of=floor.as_of + ms)


def test_nothing_new_within_a_second_is_not_presented_again(hung: Callable[..., Pane]) -> None:
    pane, floor = hung(AGENTS), replace(snapshot(), as_of=1_000_000)
    asked = Asked(floor)
    for ms in (0, 250, 500, 750):
        pane.show(later(floor, ms), LIVE, asked, ms)
    assert asked.times == 1
    pane.show(later(floor, 1000), LIVE, asked, 1000)
    assert asked.times == 2


@pytest.mark.parametrize(
    ("facts", "health"),
    [
        (FeedFacts(events=1001, newest=1), LIVE),
        (None, FeedHealth(state="stale", age_ms=3500)),
        (None, FeedHealth(state="live", age_ms=0, recording="disk full")),
    ],
)
def test_news_and_trouble_are_presented_at_once(
    hung: Callable[..., Pane], facts: FeedFacts | None, health: FeedHealth
) -> None:
    pane, floor = hung(AGENTS), snapshot()
    asked = Asked(floor)
    pane.show(floor, LIVE, asked, 0)
    pane.show(replace(floor, feed=facts or floor.feed), health, asked, 33)
    assert asked.times == 2


def test_a_wall_on_which_nothing_changes_paints_nothing(hung: Callable[..., Pane]) -> None:
    pane, floor = hung(AGENTS), replace(snapshot(), as_of=1_000_000)
    paints = Paints(pane.window)
    pane.show(floor, LIVE, Asked(floor), 0)
    assert "AgentsTile" in paints.take()
    for ms in (100, 200, 300):
        pane.show(later(floor, ms), LIVE, Asked(floor), ms)
    assert paints.take() == []


def test_the_age_of_the_feed_paints_only_the_strip(hung: Callable[..., Pane]) -> None:
    pane, floor = hung(AGENTS), replace(snapshot(), as_of=1_000_000)
    paints = Paints(pane.window)
    pane.show(floor, LIVE, Asked(floor), 0)
    paints.take()
    pane.show(later(floor, 200), FeedHealth(state="live", age_ms=1200), Asked(floor), 200)
    assert set(paints.take()) == {"Strip"}


def test_a_breach_on_a_page_nobody_sees_pulls_it_forward(hung: Callable[..., Pane]) -> None:
    turned: list[int] = []
    pane, floor = hung(AGENTS, WAITING, turned=turned.append), snapshot()
    pane.show(floor, LIVE, Asked(floor), 0)
    assert turned == [1]


def test_a_calm_page_waits_for_its_turn(hung: Callable[..., Pane]) -> None:
    turned: list[int] = []
    pane, floor = hung(AGENTS, QUIET, turned=turned.append), snapshot()
    for second in (0, 1, 19, 20):
        pane.show(later(floor, second * 1000), LIVE, Asked(floor), second * 1000)
    assert turned == [0, 1]


def test_an_open_alert_calls_its_page_and_keeps_it_until_the_feed_is_lost(hung: Callable[..., Pane]) -> None:
    turned: list[int] = []
    rule = RuleSpec(kpi="waiting", warn=1, actions=("page",), pages=(2,))
    calm = replace(QUIET, pull=None)
    pane, floor = hung(AGENTS, calm, turned=turned.append, rules=(rule,)), snapshot()
    for second in (0, 1, 30, 60):
        pane.show(later(floor, second * 1000), LIVE, Asked(floor), second * 1000)
        pane.memory.alerts.step(FakeFigures(later(floor, second * 1000)))
    assert turned == [0, 1]
    lost = FeedHealth(state="offline", age_ms=20_000)
    pane.show(later(floor, 90_000), lost, Asked(floor), 90_000)
    assert turned == [0, 1, 0]


def test_it_begins_with_the_page_it_is_told_and_turns_by_hand(hung: Callable[..., Pane]) -> None:
    turned: list[int] = []
    pane, floor = hung(AGENTS, QUIET, page=1, turned=turned.append), snapshot()
    pane.show(floor, LIVE, Asked(floor), 0)
    pane.turn(1, 100)
    pane.show(floor, LIVE, Asked(floor), 200)
    assert turned == [1, 0]
