"""From a snapshot to what is on the screen, free of Qt, and honest."""

import subprocess
import sys

import pytest

from tests.board.fakes import NOW, FakeFigures, snapshot
from wallboard.board.format import ABSENT, GAP, UNKNOWN
from wallboard.board.present import present
from wallboard.board.spec import BoardSpec, PageSpec, RuleSpec, TileSpec
from wallboard.board.tiles.agents import AgentsSpec, AgentsView
from wallboard.board.tiles.alerts import AlertsSpec, AlertsView
from wallboard.board.tiles.bars import BarsSpec, BarsView
from wallboard.board.tiles.number import NumberSpec, NumberView
from wallboard.board.tiles.queues import QueuesSpec, QueuesView
from wallboard.board.tiles.states import StatesSpec, StatesView
from wallboard.board.tiles.trend import TrendSpec, TrendView
from wallboard.board.view import BoardView, Figure, TileView
from wallboard.core.figures import Figures
from wallboard.core.snapshot import NoticeRow
from wallboard.core.source import FeedHealth

LIVE = FeedHealth(state="live", age_ms=100)
LOST = FeedHealth(state="offline", age_ms=14_000)
AT = (0, 0, 1, 1)


def shown(*tiles: TileSpec, rules: tuple[RuleSpec, ...] = ()) -> BoardSpec:
    return BoardSpec(title="Floor", pages=(PageSpec(tiles=tiles),), rules=rules)


def view(
    board: BoardSpec, figures: Figures | None = None, health: FeedHealth = LIVE, page: int = 0, local: int = 0
) -> BoardView:
    return present(figures or FakeFigures(snapshot()), health, board, page, lambda at: at + local)


def tile(spec: TileSpec, figures: Figures | None = None, health: FeedHealth = LIVE) -> TileView:
    return view(shown(spec), figures, health).page.tiles[0].tile


def number(spec: NumberSpec, figures: Figures | None = None, health: FeedHealth = LIVE) -> NumberView:
    found = tile(spec, figures, health)
    assert isinstance(found, NumberView)
    return found


def agents(spec: AgentsSpec, figures: Figures | None = None, health: FeedHealth = LIVE) -> AgentsView:
    found = tile(spec, figures, health)
    assert isinstance(found, AgentsView)
    return found


SERVICE = NumberSpec(at=AT, kpi="service_level", target="80 %", breach="70 %")


def test_a_number_comes_with_its_target_and_its_parts() -> None:
    found = number(SERVICE)
    assert found.figure == Figure("78.3", "%", "warning")
    assert found.detail == (f"target 80{GAP}% in 20{GAP}s", f"1{GAP}412 of 1{GAP}803")
    assert found.level == "warning"


def test_a_share_of_time_is_told_in_hours_and_a_mean_with_its_count() -> None:
    assert number(NumberSpec(at=AT, kpi="occupancy")).detail == (f"17{GAP}h{GAP}39 of 20{GAP}h{GAP}55",)
    assert number(NumberSpec(at=AT, kpi="asa")).detail == (f"1{GAP}802 answered",)


def test_a_count_tells_its_groups_and_a_duration_the_worst_of_them() -> None:
    assert number(NumberSpec(at=AT, kpi="waiting", split="channel")).detail == (
        "e-mail 41",
        "voice 13",
        "chat 6",
        "call-back 4",
    )
    longest = number(NumberSpec(at=AT, kpi="longest_wait", breach="02:00", split="queue"))
    assert longest.detail == ("limit 02:00", "E-mail")
    assert longest.level == "breach"


def test_zero_unknown_not_in_this_feed_and_lost_all_look_different() -> None:
    spec = NumberSpec(at=AT, kpi="waiting")
    known = number(spec)
    unknown = number(spec, FakeFigures(snapshot(), empty=True))
    absent = number(spec, FakeFigures(snapshot(), unsupplied=("waiting",)))
    lost = number(spec, health=LOST)
    assert known.figure == Figure("64")
    assert (unknown.figure, unknown.detail) == (Figure(UNKNOWN, sure="unknown"), ("no data yet",))
    assert (absent.figure, absent.detail) == (Figure(ABSENT, sure="absent"), ("not in this feed",))
    assert (lost.figure, lost.detail) == (Figure(UNKNOWN, sure="lost"), ("was 64", "last data 14:07:32"))


@pytest.mark.parametrize(("age", "trust"), [(3000, "live"), (3001, "late"), (10_000, "late"), (10_001, "lost")])
def test_every_tile_is_marked_by_the_age_of_the_feed(age: int, trust: str) -> None:
    board = shown(
        SERVICE,
        QueuesSpec(at=AT),
        AgentsSpec(at=AT),
        TrendSpec(at=AT, kpis=("offered",)),
        AlertsSpec(at=AT),
    )
    page = view(board, health=FeedHealth(state="live", age_ms=age)).page
    assert [placed.tile.trust for placed in page.tiles] == [trust] * 5


def test_nothing_is_known_or_alarming_once_the_feed_is_lost() -> None:
    spec = QueuesSpec(at=AT)
    table = tile(spec, health=LOST)
    assert isinstance(table, QueuesView)
    cells = [cell for row in table.rows for cell in row.cells]
    assert {cell.figure.text for cell in cells} == {UNKNOWN}
    assert {row.level for row in table.rows} == {"calm"}
    assert {cell.bar.share for cell in cells if cell.bar} == {None}
    grid = agents(AgentsSpec(at=AT), health=LOST)
    assert {(cell.state, cell.time) for group in grid.groups for cell in group.cells} == {("unknown", UNKNOWN)}
    rules = (RuleSpec(kpi="longest_wait", by="queue", warn=1),)
    alerts = view(shown(AlertsSpec(at=AT), rules=rules), health=LOST).page.tiles[0].tile
    assert isinstance(alerts, AlertsView)
    assert (alerts.items, alerts.calm) == ((), "Nothing is known while the feed is away")


def test_before_the_first_event_nothing_is_nought_and_nothing_is_calm() -> None:
    rules = (RuleSpec(kpi="waiting", warn=1000),)
    board = shown(
        NumberSpec(at=AT, kpi="waiting", warn=1), AgentsSpec(at=AT), AlertsSpec(at=AT), StatesSpec(at=AT), rules=rules
    )
    number_, agents_, alerts, states = (p.tile for p in view(board, FakeFigures(snapshot(0, 0))).page.tiles)
    assert isinstance(number_, NumberView)
    assert isinstance(agents_, AgentsView)
    assert isinstance(alerts, AlertsView)
    assert isinstance(states, StatesView)
    assert (number_.figure, number_.level) == (Figure(UNKNOWN, sure="unknown"), "calm")
    assert number_.detail == ("limit 1", "no data yet")
    assert (agents_.note, agents_.calm) == ("no data yet", "no data yet")
    assert (alerts.items, alerts.calm) == ((), "Nothing is known yet")
    assert {part.figure.text for part in states.parts} == {UNKNOWN}


def test_an_empty_floor_that_is_heard_says_so() -> None:
    assert agents(AgentsSpec(at=AT), FakeFigures(snapshot(0, 1))).calm == "nobody is in"


def test_a_queue_is_judged_by_its_own_promises() -> None:
    table = tile(QueuesSpec(at=AT, columns=("longest_wait", "service_level")))
    assert isinstance(table, QueuesView)
    levels = {row.name: tuple(cell.figure.level for cell in row.cells) for row in table.rows}
    assert levels["Support"] == ("breach", "warning")
    assert levels["Sales"] == ("warning", "calm")
    assert levels["VIP"] == ("calm", "calm")
    assert (table.level, table.within) == ("calm", "breach")
    assert [column.title for column in table.columns] == ["Longest", "Service level"]
    assert table.rows[0].cells[1].bar is not None
    assert table.rows[0].cells[1].bar.target == 0.8


def test_queues_may_be_chosen_and_sorted() -> None:
    chosen = tile(QueuesSpec(at=AT, queues=("q4", "q1"), sort="name"))
    worst_first = tile(QueuesSpec(at=AT, sort="severity"))
    assert isinstance(chosen, QueuesView)
    assert isinstance(worst_first, QueuesView)
    assert [row.name for row in chosen.rows] == ["Chat", "Sales"]
    assert worst_first.rows[0].level == "breach"
    assert worst_first.rows[-1].level == "calm"


def test_a_long_table_begins_with_its_worst_queues_and_a_short_one_keeps_its_order() -> None:
    short, long = (tile(QueuesSpec(at=AT), FakeFigures(snapshot(0, count))) for count in (7, 40))
    assert isinstance(short, QueuesView)
    assert isinstance(long, QueuesView)
    assert [row.name for row in short.rows][:3] == ["Support", "Sales", "Billing"]
    assert [row.level for row in long.rows][:3] == ["breach"] * 3
    assert len(long.rows) == 40


@pytest.mark.parametrize("count", [0, 1, 11, 1000])
def test_no_agent_is_ever_missing(count: int) -> None:
    grid = agents(AgentsSpec(at=AT, group="team"), FakeFigures(snapshot(count)))
    assert sum(len(group.cells) for group in grid.groups) == count
    assert grid.note.split(" ")[0].replace(GAP, "") == str(count)


def test_agents_stand_by_severity_then_by_time_in_state() -> None:
    grid = agents(AgentsSpec(at=AT, limits={"talking": ("05:00", "08:00")}))
    cells = grid.groups[0].cells
    ranks = [("breach", "warning", "calm").index(cell.level) for cell in cells]
    assert ranks == sorted(ranks)
    assert {"breach", "warning", "calm"} == {cell.level for cell in cells}
    times = [cell.time for cell in cells if cell.level == "breach"]
    assert times == sorted(times, reverse=True)


def test_groups_of_agents_are_named_and_a_reason_replaces_not_ready() -> None:
    grid = agents(AgentsSpec(at=AT, group="team"))
    assert [group.name for group in grid.groups] == ["Blue", "Green", "Red"]
    labels = {cell.label for group in grid.groups for cell in group.cells if cell.state == "not-ready"}
    assert {"Lunch", "Training", "Not ready"} <= labels


def test_states_are_shares_of_everybody_in_and_unknown_when_lost() -> None:
    live, lost = tile(StatesSpec(at=AT)), tile(StatesSpec(at=AT), health=LOST)
    assert isinstance(live, StatesView)
    assert isinstance(lost, StatesView)
    assert live.note == "42 in"
    assert sum(part.share or 0 for part in live.parts) == pytest.approx(1, abs=0.001)
    assert {(part.share, part.figure.text) for part in lost.parts} == {(None, UNKNOWN)}


def test_bars_stand_largest_first_against_the_longest() -> None:
    bars = tile(BarsSpec(at=AT, kpi="waiting", by="queue", zeros=False, warn=10))
    assert isinstance(bars, BarsView)
    assert [line.name for line in bars.lines][:3] == ["E-mail", "Support", "Chat"]
    assert (bars.lines[0].share, bars.lines[0].figure.level) == (1.0, "warning")
    assert bars.lines[1].share == pytest.approx(9 / 41, abs=0.001)
    assert (bars.level, bars.within) == ("calm", "warning")
    assert "VIP" not in [line.name for line in bars.lines]
    lost = tile(BarsSpec(at=AT, kpi="waiting", by="queue"), health=LOST)
    assert isinstance(lost, BarsView)
    assert {(line.share, line.figure.text) for line in lost.lines} == {(0.0, UNKNOWN)}


def test_the_running_interval_is_not_drawn_as_a_drop() -> None:
    chart = tile(TrendSpec(at=AT, kpis=("offered", "answered"), begin=7, end=22))
    assert isinstance(chart, TrendView)
    assert chart.now is not None
    for line in chart.lines:
        assert max(x for x, _ in line.points) + 0.5 * 15 / (15 * 60) < chart.now
    assert [tick.text for tick in chart.xs][:3] == ["08:00", "10:00", "12:00"]
    assert all(0 <= y <= 1 for line in chart.lines for _, y in line.points if y is not None)


def test_a_chart_without_data_still_has_axes() -> None:
    chart = tile(TrendSpec(at=AT, kpis=("offered",)), FakeFigures(snapshot(), empty=True))
    assert isinstance(chart, TrendView)
    assert chart.lines[0].points == ()
    assert len(chart.xs) >= 1
    assert [tick.text for tick in chart.ys] == ["1"]


def test_broken_rules_are_told_worst_first_and_calm_is_said() -> None:
    rules = (
        RuleSpec(kpi="service_level", by="queue", warn="80 %"),
        RuleSpec(kpi="longest_wait", by="queue", group="q0", warn="3 x T", breach="6 x T"),
    )
    alerts = view(shown(AlertsSpec(at=AT), rules=rules)).page.tiles[0].tile
    assert isinstance(alerts, AlertsView)
    told = [(f"{item.subject} {item.title}", " ".join(item.detail), item.level) for item in alerts.items]
    assert told == [
        ("Support longest wait 04:31", f"over 02:00 for 2{GAP}min 31{GAP}s", "breach"),
        (f"Support service level 72.4{GAP}%", f"under 80{GAP}%", "warning"),
    ]
    assert (alerts.level, alerts.within) == ("calm", "breach")
    calm = view(shown(AlertsSpec(at=AT), rules=(RuleSpec(kpi="waiting", warn=1000),))).page.tiles[0].tile
    assert isinstance(calm, AlertsView)
    assert calm.calm == "All calm: 1 rule watched"


def test_the_strip_tells_page_clock_and_the_worst_notice_in_force() -> None:
    notices = (
        NoticeRow(NOW - 9, "Lunch is ready", "info", None),
        NoticeRow(NOW - 5, "Phones down", "breach", NOW + 1),
        NoticeRow(NOW - 1, "Old news", "breach", NOW),
    )
    board = BoardSpec(
        title="Floor", subtitle="All", pages=(PageSpec(tiles=(SERVICE,)), PageSpec(title="Two", tiles=(SERVICE,)))
    )
    strip = view(board, FakeFigures(snapshot(notices=notices)), page=3, local=3_600_000).strip
    assert (strip.page, strip.pages, strip.subtitle, strip.clock) == (1, 2, "Two · All", "15:07:33")
    assert (strip.message, strip.message_level) == ("Phones down", "breach")


def test_the_same_moment_gives_an_equal_view() -> None:
    board = shown(SERVICE, QueuesSpec(at=AT), AgentsSpec(at=AT), TrendSpec(at=AT, kpis=("offered",)), AlertsSpec(at=AT))
    assert view(board) == view(board)


def test_presenting_needs_no_qt() -> None:
    code = (
        "import sys, wallboard.board.present, wallboard.config, wallboard.theme; "
        "wallboard.theme.load_theme(wallboard.config.load_board().theme); "
        "sys.exit(any(name.startswith(('PySide6', 'pyqtgraph')) for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False, timeout=60).returncode == 0
