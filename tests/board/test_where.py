"""Tiles that count only what a filter lets through: the right figure, whose it is, and what cannot be known."""

import pytest

from tests.golden.floor import ZONE, moments
from wallboard.board.memory import Memory
from wallboard.board.present import present
from wallboard.board.rules import rules_of
from wallboard.board.spec import BoardSpec, PageSpec, RuleSpec, TileSpec, Where
from wallboard.board.tiles.agents import AgentsSpec
from wallboard.board.tiles.alerts import AlertsSpec, AlertsView
from wallboard.board.tiles.bars import BarsSpec, BarsView
from wallboard.board.tiles.funnel import FunnelSpec, FunnelView
from wallboard.board.tiles.heat import HeatSpec, HeatView
from wallboard.board.tiles.leaders import LeadersSpec, LeadersView
from wallboard.board.tiles.number import NumberSpec, NumberView
from wallboard.board.tiles.queues import QueuesSpec
from wallboard.board.tiles.states import StatesSpec, StatesView
from wallboard.board.tiles.trend import TrendSpec, TrendView
from wallboard.board.view import TileView
from wallboard.board.where import clash
from wallboard.config import local_time, read_board
from wallboard.core.alerts import Alerts
from wallboard.core.figures import Figures
from wallboard.core.source import FeedHealth
from wallboard.errors import DataError
from wallboard.reading import Reader

AT = (0, 0, 1, 1)
LIVE = FeedHealth(state="live", age_ms=100)
LYON: Where = {"site": "lyon", "channel": "voice"}
QUARTER = 900_000
WHERES: tuple[Where, ...] = (LYON, {"site": "porto"}, {})


@pytest.fixture(scope="module")
def figures() -> Figures:
    return Figures(moments()[-1])


def tiles(figures: Figures, *specs: TileSpec) -> tuple[TileView, ...]:
    board = BoardSpec(title="Floor", zone=ZONE, names="full", pages=(PageSpec(tiles=specs),))
    local = local_time(ZONE)
    page = present(figures, LIVE, board, 0, local, 0, Memory(board, local)).page
    return tuple(placed.tile for placed in page.tiles)


def test_a_number_counts_what_its_filter_lets_through_and_says_whose_it_is(figures: Figures) -> None:
    spec = NumberSpec(at=AT, kpi="offered", where=LYON, split="queue", spark=True)
    (view,) = tiles(figures, spec)
    assert isinstance(view, NumberView)
    voice = [q for q in figures.snapshot.queues if (q.site, q.channel) == ("lyon", "voice")]
    own = {q.name: int(figures.measure("offered", by="queue", group=q.key).value or 0) for q in voice}
    assert view.figure.text == str(sum(own.values()))
    assert view.note == "voice · lyon"
    assert sorted(view.detail) == sorted(f"{name} {count}" for name, count in own.items())
    assert view.spark


def test_two_trends_with_different_filters_are_two_courses(figures: Figures) -> None:
    """They share a memory, which must not give one the course of the other."""
    specs = [TrendSpec(at=AT, kpis=("offered",), where=where) for where in WHERES]
    lasts = []
    for view, spec in zip(tiles(figures, *specs), specs, strict=True):
        assert isinstance(view, TrendView)
        points = [value for at, value in figures.narrowed(tuple(sorted(spec.where.items()))).series("offered", QUARTER)
                  if at + QUARTER <= figures.snapshot.as_of]  # fmt: skip
        assert view.lines[0].last == str(points[-1])
        lasts.append(view.lines[0].last)
    assert len(set(lasts)) == 3
    assert [view.note for view in tiles(figures, *specs)] == [
        "voice · lyon · per 15 min",
        "porto · per 15 min",
        "per 15 min",
    ]


def test_a_course_of_what_waits_is_that_of_the_queues_that_are_left(figures: Figures) -> None:
    spec = TrendSpec(at=AT, kpis=("waiting",), where={"site": "porto"})
    rows = [i for i, queue in enumerate(figures.snapshot.queues) if queue.site == "porto"]
    gauges = figures.snapshot.gauges
    highest: dict[int, int] = {}
    for at, value in zip(gauges.at, gauges.waiting[:, rows].sum(axis=1).tolist(), strict=True):
        highest[at // QUARTER] = max(value, highest.get(at // QUARTER, 0))
    (view,) = tiles(figures, spec)
    assert isinstance(view, TrendView)
    closed = [value for turn, value in sorted(highest.items()) if (turn + 1) * QUARTER <= figures.snapshot.as_of]
    assert view.lines[0].last == str(closed[-1])
    assert len(closed) == len(view.lines[0].points)


def test_the_forecast_of_a_part_is_what_was_planned_for_its_queues(figures: Figures) -> None:
    whole, lyon, porto = (
        view.plan
        for where in ({}, {"site": "lyon"}, {"site": "porto"})
        for view in tiles(figures, TrendSpec(at=AT, kpis=("offered",), forecast=True, where=where))  # type: ignore[arg-type]
        if isinstance(view, TrendView)
    )
    assert whole
    assert lyon
    assert porto
    assert whole != lyon != porto


def test_a_funnel_and_the_states_are_narrowed_too(figures: Figures) -> None:
    (funnel, states) = tiles(
        figures, FunnelSpec(at=AT, where={"site": "lyon"}), StatesSpec(at=AT, where={"team": "Blue", "site": "lyon"})
    )
    assert isinstance(funnel, FunnelView)
    assert isinstance(states, StatesView)
    attempts = figures.measure("attempts", by="site", group="lyon").value
    assert 0 < (attempts or 0) < (figures.measure("attempts").value or 0)
    assert funnel.steps[0].figure.text.replace("\u202f", "") == str(attempts)
    assert funnel.note == "lyon"
    mine = [a for a in figures.snapshot.agents if (a.team, a.site) == ("Blue", "lyon") and a.state != "offline"]
    assert states.note == f"{len(mine)} in"


def test_groups_of_a_part_are_counted_in_that_part(figures: Figures) -> None:
    """Teams have agents at both sites."""
    amber = [a for a in figures.snapshot.agents if a.team == "Amber"]
    assert {a.site for a in amber} == {"lyon", "porto"}
    (bars, heat, leaders, agents) = tiles(
        figures,
        BarsSpec(at=AT, kpi="offered", by="channel", where={"site": "lyon"}),
        HeatSpec(at=AT, kpi="offered", by="channel", where={"site": "lyon"}),
        LeadersSpec(at=AT, kpi="handled", by="team", where={"site": "lyon"}, count=20),
        BarsSpec(at=AT, kpi="handled", by="agent", where={"queue": "lyon/support-fr"}),
    )
    assert isinstance(bars, BarsView)
    assert isinstance(heat, HeatView)
    assert isinstance(leaders, LeadersView)
    assert isinstance(agents, BarsView)
    lyon = figures.narrowed((("site", "lyon"),))
    told = {line.name: line.figure.text.replace("\u202f", "") for line in bars.lines}
    assert told["voice"] == str(lyon.measure("offered", by="channel", group="voice").value)
    assert told["voice"] != str(figures.measure("offered", by="channel", group="voice").value)
    assert {row.name for row in heat.rows} == set(told)
    places = {line.name: line.figure.text for line in leaders.lines}
    assert places["Amber"] == str(lyon.measure("handled", by="team", group="Amber").value)
    assert "Teal" not in places
    members = [a for a in figures.snapshot.agents if "lyon/support-fr" in a.queues]
    assert len(agents.lines) == len(members) > 0
    best = max(figures.measure("handled", by="agent", group=a.key).value or 0 for a in members)
    assert agents.lines[0].figure.text == str(best)


def test_a_filter_that_finds_nothing_is_no_nought(figures: Figures) -> None:
    where: Where = {"site": "lyons"}
    (number, trend, funnel) = tiles(
        figures,
        NumberSpec(at=AT, kpi="waiting", warn=0, where=where, spark=True),
        TrendSpec(at=AT, kpis=("offered",), where=where),
        FunnelSpec(at=AT, where=where),
    )
    told = 'no site "lyons" in this feed'
    assert isinstance(number, NumberView)
    assert (number.figure.sure, number.detail, number.level, number.spark) == ("absent", (told,), "calm", ())
    assert isinstance(trend, TrendView)
    assert (trend.calm, [line.points for line in trend.lines]) == (told, [()])
    assert isinstance(funnel, FunnelView)
    assert funnel.calm == told


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (NumberSpec(at=AT, kpi="handled", where={"team": "Blue", "channel": "chat"}), ("team", "channel")),
        (NumberSpec(at=AT, kpi="handled", by="agent", group="a", where={"client": "x"}), ("agent", "client")),
        (
            TrendSpec(at=AT, kpis=("offered",), by="direction", group="inbound", where={"skill": "x"}),
            ("skill", "direct"),
        ),
        (QueuesSpec(at=AT, where={"team": "Blue"}), ("team", "queue")),
        (BarsSpec(at=AT, kpi="waiting", by="queue", where={"skill": "x"}), ("skill", "queue")),
        (AgentsSpec(at=AT, where={"channel": "voice"}), ("agent", "channel")),
        (StatesSpec(at=AT, where={"client": "x"}), ("agent", "client")),
    ],
)
def test_what_no_figure_is_kept_by_is_a_mistake_in_the_file(spec: TileSpec, told: tuple[str, str]) -> None:
    found = clash(spec)
    assert found is not None
    assert found.startswith(f'"{told[0]}" is of agents and "{told[1]}')
    assert found.endswith("no figure is kept by both")


@pytest.mark.parametrize(
    "spec",
    [
        NumberSpec(at=AT, kpi="agents_ready", by="queue", group="q", where={"team": "Blue"}),
        NumberSpec(at=AT, kpi="offered", where=LYON),
        AgentsSpec(at=AT, where={"queue": "q", "skill": "x", "site": "s"}),
        BarsSpec(at=AT, kpi="handled", by="team", where={"site": "s"}),
        BarsSpec(at=AT, kpi="handled", by="team"),
    ],
)
def test_what_can_be_known_is_none(spec: TileSpec) -> None:
    assert clash(spec) is None


def test_the_file_tells_it_with_its_line() -> None:
    text = (
        '[board]\ntitle = "F"\n[[pages]]\n[[pages.tiles]]\nkind = "agents"\nat = [0, 0, 1, 1]\n'
        'where = { channel = "voice" }\n'
    )
    with pytest.raises(DataError) as problem:
        read_board(Reader(text, "b.toml"))
    assert str(problem.value).splitlines()[1] == (
        '  line 7: pages[1].tiles[1].where: "agent" is of agents and "channel" of contacts; no figure is kept by both'
    )


def _alerts(figures: Figures, rules: tuple[RuleSpec, ...], where: Where) -> AlertsView:
    tile = AlertsSpec(at=AT, where=where)
    board = BoardSpec(title="Floor", zone=ZONE, names="full", pages=(PageSpec(tiles=(tile,)),), rules=rules)
    local = local_time(ZONE)
    memory = Memory(board, local)
    memory.alerts.step(figures)
    (view,) = (placed.tile for placed in present(figures, LIVE, board, 0, local, 0, memory).page.tiles)
    assert isinstance(view, AlertsView)
    return view


def test_a_rule_watches_what_its_filter_lets_through(figures: Figures) -> None:
    """In total, and by groups: the figure is that of the filter, and so are the groups."""
    total = RuleSpec(kpi="offered", better="down", warn=1, where=LYON)
    queues = RuleSpec(kpi="offered", better="down", by="queue", warn=0, where=LYON)
    teams = RuleSpec(kpi="agents_in", better="down", by="queue", warn=0, where={"team": "Blue"})
    rules = Alerts(rules_of((total, queues, teams)))
    found = rules.step(figures)
    narrowed = figures.narrowed(tuple(sorted(LYON.items())))
    blue = figures.narrowed((("team", "Blue"),))
    of = {
        key: {a.group: a.value for a in found if a.rule.key == key} for key in ("0-offered", "1-offered", "2-agents_in")
    }
    assert of["0-offered"] == {"": narrowed.measure("offered").value}
    assert of["1-offered"] == {
        key: figures.measure("offered", by="queue", group=key).value for key in narrowed.names("queue")
    }
    assert of["2-agents_in"] == {
        key: blue.measure("agents_in", by="queue", group=key).value for key in figures.names("queue")
    }
    assert 0 < len(of["1-offered"]) < len(of["2-agents_in"])


def test_an_alert_says_of_what_its_rule_is(figures: Figures) -> None:
    view = _alerts(figures, (RuleSpec(kpi="offered", better="down", title="Much", warn=1, where=LYON),), {})
    assert [(item.subject, item.title) for item in view.items] == [("voice · lyon", "much")]


def test_alerts_are_shown_of_what_their_tile_lets_through(figures: Figures) -> None:
    """By queue, by site and by a filter of the rule's own; what is of the whole floor is of no site alone."""
    rules = (
        RuleSpec(kpi="offered", better="down", by="queue", warn=0),
        RuleSpec(kpi="offered", better="down", by="site", warn=0),
        RuleSpec(kpi="offered", better="down", warn=0),
        RuleSpec(kpi="handled", better="down", warn=0, where={"site": "lyon"}),
        RuleSpec(kpi="answered", better="down", warn=0, where={"site": "porto"}),
    )
    whole, lyon = _alerts(figures, rules, {}), _alerts(figures, rules, {"site": "lyon"})
    mine = [q.name for q in figures.snapshot.queues if q.site == "lyon"]
    assert len(whole.items) > len(lyon.items)
    assert sorted(item.subject for item in lyon.items) == sorted([*mine, "lyon", "lyon"])
    assert lyon.note == f"lyon · {len(mine) + 2} open"
    assert len(_alerts(figures, rules, LYON).items) < len(lyon.items)


def test_a_filter_that_finds_nothing_is_no_calm(figures: Figures) -> None:
    rules = (
        RuleSpec(kpi="offered", better="down", by="queue", warn=10**9),
        RuleSpec(kpi="offered", better="down", warn=10**9),
    )
    assert _alerts(figures, rules, {"site": "lyon"}).calm == "All calm: 1 rule watched"
    assert _alerts(figures, rules[1:], {"site": "lyon"}).calm == "No rules here"
    assert _alerts(figures, rules, {"site": "lion"}).calm == 'no site "lion" in this feed'
