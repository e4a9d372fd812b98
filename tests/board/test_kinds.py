"""The other kinds of tile: heat map, funnel, leaders, messages, clocks, words; and what lists can be narrowed to."""

from typing import TypeVar

import numpy as np
import pytest
from msgspec.structs import replace

from tests.board.fakes import NOW, FakeFigures, snapshot
from wallboard.board.format import ABSENT, GAP, UNKNOWN, date, spell, window
from wallboard.board.memory import Memory
from wallboard.board.present import present
from wallboard.board.spec import BoardSpec, PageSpec, TileSpec
from wallboard.board.tiles.agents import AgentsSpec, AgentsView
from wallboard.board.tiles.bars import BarsSpec, BarsView
from wallboard.board.tiles.clock import ClockSpec, ClockView
from wallboard.board.tiles.funnel import FunnelSpec, FunnelView
from wallboard.board.tiles.heat import HeatSpec, HeatView
from wallboard.board.tiles.leaders import LeadersSpec, LeadersView
from wallboard.board.tiles.message import MessageSpec, MessageView
from wallboard.board.tiles.number import NumberSpec, NumberView
from wallboard.board.tiles.queues import QueuesSpec, QueuesView
from wallboard.board.tiles.states import StatesSpec, StatesView
from wallboard.board.tiles.text import TextSpec, TextView
from wallboard.board.tiles.trend import TrendSpec, TrendView
from wallboard.board.view import TileView
from wallboard.core.baseline import SLOTS, STEP_MS, PastDay, Usual
from wallboard.core.figures import Figures
from wallboard.core.snapshot import By, ForecastRow, Gauges, NoticeRow
from wallboard.core.source import FeedHealth

LIVE, LOST = FeedHealth(state="live", age_ms=100), FeedHealth(state="offline", age_ms=14_000)
AT = (0, 0, 1, 1)
HOUR = 3_600_000
V = TypeVar("V", bound=TileView)


def tile(
    spec: TileSpec,
    kind: type[V],
    figures: Figures | None = None,
    health: FeedHealth = LIVE,
    memory: Memory | None = None,
    **board: object,
) -> V:
    whole = BoardSpec(title="Floor", pages=(PageSpec(tiles=(spec,)),))
    if board:
        whole = replace(whole, **board)
    found = present(figures or FakeFigures(snapshot()), health, whole, 0, lambda at: at, 0, memory)
    view = found.page.tiles[0].tile
    assert isinstance(view, kind)
    return view


def test_a_heat_map_has_a_row_a_group_and_a_column_an_hour() -> None:
    view = tile(HeatSpec(at=AT, kpi="offered", begin=8, end=16), HeatView)
    assert [row.name for row in view.rows][:2] == ["Support", "Sales"]
    assert view.hours == ("08", "09", "10", "11", "12", "13", "14", "15")
    assert view.now == 6
    assert view.rows[0].cells[7].share is None
    assert max(cell.share or 0 for cell in view.rows[0].cells) == 1.0


def test_an_hour_past_a_limit_is_marked_and_a_lost_feed_marks_nothing() -> None:
    spec = HeatSpec(at=AT, kpi="service_level", warn="80 %")
    levels = {cell.level for cell in tile(spec, HeatView).rows[0].cells}
    assert levels == {"calm", "warning"}
    lost = tile(spec, HeatView, health=LOST)
    assert {(cell.text, cell.level) for row in lost.rows for cell in row.cells} == {("", "calm")}


def test_a_funnel_tells_each_step_as_a_share_of_the_one_before() -> None:
    class Dialled(FakeFigures):
        def _value(self, kpi: str, by: object, group: str) -> float | None:
            del by, group
            return {"attempts": 400, "connects": 100, "live_contacts": 50, "conversions": 5}[kpi]

    view = tile(FunnelSpec(at=AT), FunnelView, Dialled(snapshot()))
    assert [step.share for step in view.steps] == [1.0, 0.25, 0.125, 0.0125]
    assert [step.rate for step in view.steps] == [
        "",
        f"25.0{GAP}% of attempts",
        f"50.0{GAP}% of connects",
        f"10.0{GAP}% of live contacts",
    ]
    absent = tile(FunnelSpec(at=AT), FunnelView, FakeFigures(snapshot(), FunnelSpec(at=AT).steps))
    assert absent.calm == "not in this feed"
    assert {step.figure.text for step in absent.steps} == {ABSENT}


def test_leaders_are_few_share_a_place_when_equal_and_leave_out_who_has_nothing() -> None:
    view = tile(LeadersSpec(at=AT, kpi="handled", count=3), LeadersView)
    assert [line.figure.text for line in view.lines] == ["40", "39", "38"]
    teams = tile(LeadersSpec(at=AT, kpi="handled", by="team"), LeadersView)
    assert [(line.place, line.name) for line in teams.lines] == [("1", "Red"), ("2", "Green")]
    fewest = tile(LeadersSpec(at=AT, kpi="handled", by="team", better="down"), LeadersView)
    assert [line.name for line in fewest.lines] == ["Green", "Red"]
    lost = tile(LeadersSpec(at=AT, kpi="handled"), LeadersView, health=LOST)
    assert (lost.lines, lost.calm) == ((), "unknown while the feed is away")


def test_messages_in_force_stand_worst_first_and_stay_while_the_feed_is_away() -> None:
    notices = (
        NoticeRow(NOW - 9, "Lunch", "info", None),
        NoticeRow(NOW - 5, "Phones down", "breach", NOW + 1),
        NoticeRow(NOW - 1, "Old news", "breach", NOW),
    )
    for health in (LIVE, LOST):
        view = tile(MessageSpec(at=AT), MessageView, FakeFigures(snapshot(notices=notices)), health)
        assert [item.text for item in view.items] == ["Phones down", "Lunch"]
    assert tile(MessageSpec(at=AT), MessageView).calm == "no messages"


def test_a_clock_shows_the_time_of_its_own_place() -> None:
    board = BoardSpec(title="Floor")
    memory = Memory(board, lambda at: at, lambda zone: lambda at: at + (5 * HOUR if zone == "Asia/Karachi" else 0))
    view = tile(ClockSpec(at=AT, zone="Asia/Karachi", seconds=True), ClockView, memory=memory)
    assert (view.title, view.time, view.date) == ("Karachi", "19:07:33", f"Wed{GAP}4{GAP}Mar")
    own = tile(ClockSpec(at=AT, date=False), ClockView, memory=memory)
    assert (own.title, own.time, own.date) == ("Time", "14:07", "")


@pytest.mark.parametrize(
    ("at", "told"),
    [
        (0, "Thu 1 Jan"),
        (1_709_164_800_000, "Thu 29 Feb"),
        (1_735_603_200_000, "Tue 31 Dec"),
        (951_868_800_000, "Wed 1 Mar"),
    ],
)
def test_days_are_those_of_the_calendar(at: int, told: str) -> None:
    assert date(at).replace(GAP, " ") == told


@pytest.mark.parametrize(
    ("ms", "told"),
    [(0, "0 s"), (59_999, "59 s"), (151_000, "2 min 31 s"), (120_000, "2 min"), (3_900_000, "1 h 05 min")],
)
def test_lengths_of_time_are_spelled_out(ms: int, told: str) -> None:
    assert spell(ms).replace(GAP, " ") == told


def test_a_spark_line_begins_where_something_is_known() -> None:
    class Late(FakeFigures):
        def series(
            self, kpi: str, step: int, by: By = "total", group: str = "", variant: str | None = None
        ) -> tuple[tuple[int, float | None], ...]:
            course = super().series(kpi, step, by, group, variant)
            return tuple((at, None if i in (0, 1, 2, 9) else value) for i, (at, value) in enumerate(course))

    spark = tile(NumberSpec(at=AT, kpi="asa", spark=True), NumberView, Late(snapshot())).spark
    assert len(spark) == len(FakeFigures(snapshot()).series("asa", 900_000)) - 3
    assert [i for i, height in enumerate(spark) if height is None] == [6]


def test_a_share_differs_by_points_and_a_number_without_company_tells_its_window() -> None:
    delta = tile(NumberSpec(at=AT, kpi="service_level", delta=True), NumberView).detail[0]
    assert delta.replace(GAP, " ").endswith(" pts")
    assert "%, " in delta

    class New(FakeFigures):
        def series(
            self, kpi: str, step: int, by: By = "total", group: str = "", variant: str | None = None
        ) -> tuple[tuple[int, float | None], ...]:
            return super().series(kpi, step, by, group, variant)[:1]

    new = New(snapshot())
    assert tile(NumberSpec(at=AT, kpi="handled", window="30m"), NumberView, new).detail == (f"30{GAP}min",)
    assert tile(NumberSpec(at=AT, kpi="waiting"), NumberView, new).detail == ("now",)


def test_what_belongs_to_no_group_is_called_so() -> None:
    class Nowhere(FakeFigures):
        def names(self, by: By) -> tuple[str, ...]:
            return ("",) if by == "site" else super().names(by)

    floor = Nowhere(snapshot())
    assert [line.name for line in tile(BarsSpec(at=AT, kpi="handled", by="site"), BarsView, floor).lines] == ["no site"]
    assert [row.name for row in tile(HeatSpec(at=AT, kpi="offered", by="site"), HeatView, floor).rows] == ["no site"]
    assert tile(NumberSpec(at=AT, kpi="waiting", split="site"), NumberView, floor).detail == ("now",)


def test_a_map_and_a_day_with_nothing_in_them_say_so() -> None:
    empty = FakeFigures(snapshot(0), empty=True)
    assert tile(HeatSpec(at=AT, kpi="service_level"), HeatView, empty).calm == "no data yet"
    samples = Gauges((NOW - 60_000, NOW), *3 * (np.zeros((2, 7), np.int64),))
    floor = FakeFigures(replace(snapshot(0), gauges=samples))
    view = tile(StatesSpec(at=AT, history=True), StatesView, floor)
    assert (view.history, view.begin, view.end) == ((), "", "")


def test_a_reason_of_few_letters_is_an_abbreviation() -> None:
    row = replace(snapshot(1).agents[0], state="not-ready")
    for reason, label in (("acw", "ACW"), ("team-meeting", "Team meeting"), ("lunch", "Lunch")):
        floor = FakeFigures(replace(snapshot(1), agents=(replace(row, reason=reason),)))
        assert tile(AgentsSpec(at=AT), AgentsView, floor).groups[0].cells[0].label == label


def test_few_hours_are_marked_by_their_quarters() -> None:
    marks = tile(TrendSpec(at=AT, kpis=("offered",), begin=8, end=9), TrendView).xs
    assert [mark.text for mark in marks] == ["08:00", "08:15", "08:30", "08:45", "09:00"]
    marks = tile(TrendSpec(at=AT, kpis=("offered",), begin=8, end=20), TrendView).xs
    assert [mark.text for mark in marks][:3] == ["08:00", "09:00", "10:00"]


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("today", "today"), ("30m", "30 min"), ("2h", "2 h"), ("90s", "90 s"), ("7d", "7 days"),
        ("clock:15m", "this 15 min"), ("shift", "this shift"), ("today+cohort", "today, by arrival"),
    ],
)  # fmt: skip
def test_windows_are_told_in_words(name: str, told: str) -> None:
    assert window(name).replace(GAP, " ") == told


def test_words_stay_whatever_the_feed_does() -> None:
    spec = TextSpec(at=AT, text="Be kind", size="large", align="center")
    live, lost = tile(spec, TextView), tile(spec, TextView, health=LOST)
    assert lost == replace(live, trust="lost")


def test_lists_hold_what_their_filter_says() -> None:
    voice = tile(QueuesSpec(at=AT, where={"channel": "voice"}), QueuesView)
    assert [row.name for row in voice.rows] == ["Support", "Sales", "Billing", "VIP"]
    blue = tile(AgentsSpec(at=AT, group="team", where={"team": "Blue", "queue": "q0"}), AgentsView)
    assert [(group.name, len(group.cells)) for group in blue.groups] == [("Blue", 14)]
    bars = tile(BarsSpec(at=AT, kpi="waiting", by="queue", where={"channel": "chat"}), BarsView)
    assert [line.name for line in bars.lines] == ["Chat"]
    assert tile(QueuesSpec(at=AT, where={"site": "lyon"}), QueuesView).calm == "no such queue"


def test_a_screen_tells_of_people_only_what_it_may() -> None:
    def names(style: str, aliases: dict[str, str] | None = None) -> list[str]:
        figures = FakeFigures(snapshot(3))
        view = tile(AgentsSpec(at=AT), AgentsView, figures, names=style, aliases=aliases or {})
        return sorted(cell.name for group in view.groups for cell in group.cells)

    assert names("full") == ["Aino Berg", "Ben Adeyemi", "Carla Sato"]
    assert names("initials") == ["AB", "BA", "CS"]
    assert names("hidden") == ["•••"] * 3
    aliases = {"a1": "Falcon", "Carla Sato": "Heron"}
    assert names("alias", aliases=aliases) == ["Agent 1", "Falcon", "Heron"]


def test_a_share_is_as_long_as_it_is_and_not_as_the_longest() -> None:
    bars = tile(BarsSpec(at=AT, kpi="service_level", by="queue"), BarsView)
    assert bars.lines[0].share == 0.97


def test_a_number_tells_its_last_interval_and_how_it_moved() -> None:
    view = tile(NumberSpec(at=AT, kpi="offered", delta=True), NumberView)
    assert view.detail[0].startswith(f"last 15{GAP}min ")
    assert ", up " in view.detail[0] or ", down " in view.detail[0]


def test_no_number_stands_alone() -> None:
    assert tile(NumberSpec(at=AT, kpi="agents_ready"), NumberView).detail == ("of 7 in",)
    assert tile(NumberSpec(at=AT, kpi="agents_ready", warn=3), NumberView).detail == ("limit 3", "of 7 in")
    assert tile(NumberSpec(at=AT, kpi="agents_in"), NumberView).detail == ("7 ready",)
    assert tile(NumberSpec(at=AT, kpi="handled"), NumberView).detail[0].startswith("last 15")


def test_nobody_waits_is_said_and_differs_from_unknown() -> None:
    class Quiet(FakeFigures):
        def _value(self, kpi: str, by: object, group: str) -> float | None:
            del by, group
            return 0 if kpi == "waiting" else None

    spec = NumberSpec(at=AT, kpi="longest_wait", breach="02:00")
    assert tile(spec, NumberView, Quiet(snapshot())).detail == ("limit 02:00", "nobody waits")
    unknown = tile(spec, NumberView, FakeFigures(snapshot(), empty=True))
    assert (unknown.figure.text, unknown.detail) == (UNKNOWN, ("limit 02:00", "no data yet"))


def test_a_chart_shows_limits_what_was_usual_and_what_is_planned() -> None:
    midnight = NOW // 86_400_000 * 86_400_000
    begins = tuple(midnight + i * STEP_MS for i in range(SLOTS))
    days = tuple(PastDay(-7 * n, "offered", "", (40 + n,) * SLOTS, (1,) * SLOTS) for n in range(1, 6))
    board = BoardSpec(title="Floor")
    memory = Memory(board, lambda at: at, None, (Usual("offered", "", begins, days),))
    floor = replace(
        snapshot(),
        forecasts=tuple(ForecastRow("q0", begins[i], begins[i] + 2 * STEP_MS, 60, 1, None) for i in range(32, 60, 2)),
    )
    spec = TrendSpec(
        at=AT, kpis=("offered",), band=True, forecast=True, warn=70, breach=200, begin=8, end=16, bars=True
    )
    view = tile(spec, TrendView, FakeFigures(floor), memory=memory)
    assert [(mark.text, mark.level) for mark in view.marks] == [("70", "warning"), ("200", "breach")]
    top = 200 / view.marks[1].at
    assert {tuple(round(y * top) for y in ys) for _, *ys in view.band} == {(42, 43, 44)}
    assert {round(y * top) for _, y in view.plan} == {30}
    assert view.bars
    bare = tile(TrendSpec(at=AT, kpis=("offered",)), TrendView, FakeFigures(floor))
    assert (bare.band, bare.plan, bare.marks) == ((), (), ())


def test_a_chart_without_data_says_which_kind_of_nothing_it_is() -> None:
    spec = TrendSpec(at=AT, kpis=("offered",))
    assert tile(spec, TrendView, FakeFigures(snapshot(), empty=True)).calm == "no data yet"
    assert tile(spec, TrendView, FakeFigures(snapshot(), unsupplied=("offered",))).calm == "not in this feed"


def test_the_day_by_state_is_shares_of_the_most_there_ever_were() -> None:
    states = np.array([[9, 1, 0, 1, 0, 0, 0], [9, 0, 0, 2, 0, 0, 2]])
    none = np.zeros((2, 0), dtype=np.int64)
    gauges = Gauges((NOW - 60_000, NOW), none, none, states)
    figures = FakeFigures(replace(snapshot(), gauges=gauges))
    view = tile(StatesSpec(at=AT, history=True), StatesView, figures)
    assert list(view.history) == [(0.25, 0, 0.25, 0, 0, 0), (0, 0, 0.5, 0, 0, 0.5)]
    assert (view.begin, view.end) == ("14:06", "14:07")
    assert not tile(StatesSpec(at=AT), StatesView, figures).history
    assert not tile(StatesSpec(at=AT, history=True), StatesView, figures, LOST).history
