"""What presenting remembers, where tiles stand on an upright screen, and rules as boards write them."""

import numpy as np
import pytest
from msgspec.structs import replace

from tests.board.fakes import NOW, FakeFigures, snapshot
from wallboard.board.hours import HOUR, QUARTER, course, hourly
from wallboard.board.memory import FRESH_MS, Ask, Memory
from wallboard.board.rules import PRESETS, bound, problem, rules_of, with_preset
from wallboard.board.spec import BoardSpec, PageSpec, RuleSpec
from wallboard.board.tiles.text import TextSpec
from wallboard.board.upright import COLUMNS, ROWS, At, upright
from wallboard.config import board_names, load_board
from wallboard.core.alerts import Bound
from wallboard.core.figures import Figures
from wallboard.core.snapshot import By, Gauges, Interval, Series


class Asked(FakeFigures):
    """Counts how often a course is asked for."""

    def __init__(self, at: int) -> None:
        super().__init__(replace(snapshot(1), as_of=at))
        self.count = 0

    def series(
        self, kpi: str, step: int, by: By = "total", group: str = "", variant: str | None = None
    ) -> tuple[tuple[int, float | None], ...]:
        self.count += 1
        return super().series(kpi, step, by, group, variant)


def test_a_course_is_asked_for_once_in_a_while_and_not_all_at_the_same_moment() -> None:
    memory = Memory(BoardSpec(title="Floor"), lambda at: at)
    asks: list[Ask] = [("offered", QUARTER, "total", str(i), None) for i in range(5)]
    counts = []
    for tick in range(0, 2 * FRESH_MS, 100):
        figures = Asked(NOW + tick)
        for ask in asks:
            assert memory.course(figures, ask) == memory.course(figures, ask)
        counts.append(figures.count)
    assert counts[0] == 5
    assert 10 <= sum(counts[1:]) <= 15
    assert max(counts[1:]) == 1


def test_going_back_in_time_asks_again() -> None:
    memory = Memory(BoardSpec(title="Floor"), lambda at: at)
    ask: Ask = ("offered", QUARTER, "total", "", None)
    memory.course(Asked(NOW), ask)
    before = Asked(NOW - 60_000)
    memory.course(before, ask)
    assert before.count == 1


def test_hours_are_sums_of_their_quarters_and_begin_when_local_clocks_do() -> None:
    def interval(begin: int, *facts: tuple[int, int]) -> Interval:
        return Interval(begin, np.array([f for f, _ in facts]), np.array([d for _, d in facts]))

    base = 100 * HOUR
    quarters = (
        interval(base, (3, 1), (5, 2)),
        interval(base + QUARTER, (5, 4)),
        interval(base + 2 * QUARTER, (3, 10)),
    )
    floor = replace(snapshot(0, 1), series=(Series(QUARTER, quarters),))

    def summed(offset: int) -> list[tuple[int, dict[int, int]]]:
        merged = hourly(Figures(floor), offset).snapshot.series[-1]
        assert merged.step == HOUR
        return [
            (one.begin - base, dict(zip(one.flat.tolist(), one.delta.tolist(), strict=True)))
            for one in merged.intervals
        ]

    assert summed(0) == [(0, {3: 11, 5: 6})]
    assert summed(HOUR // 2) == [(-2 * QUARTER, {3: 1, 5: 6}), (2 * QUARTER, {3: 10})]


def test_a_figure_of_the_moment_has_its_samples_for_a_course() -> None:
    at = tuple(NOW // 60_000 * 60_000 - i * 60_000 for i in (2, 1, 0))
    gauges = Gauges(at, np.array([[1, 2], [3, 0], [0, 0]]), np.array([[9, 4], [5, 8], [0, 0]]), np.zeros((3, 7), int))
    figures = Figures(replace(snapshot(0, 2), gauges=gauges))
    assert [v for _, v in course(figures, "waiting", 60_000, "total", "", None)] == [3, 3, 0]
    assert [v for _, v in course(figures, "waiting", 60_000, "queue", "q1", None)] == [2, 0, 0]
    assert [v for _, v in course(figures, "longest_wait", 60_000, "total", "", None)] == [9, 8, 0]
    assert course(figures, "waiting", 60_000, "team", "Blue", None) == ()


def overlap(one: At, two: At) -> bool:
    across = one[0] < two[0] + two[2] and two[0] < one[0] + one[2]
    return across and one[1] < two[1] + two[3] and two[1] < one[1] + one[3]


@pytest.mark.parametrize("name", board_names())
def test_every_board_stands_upright_with_no_tile_over_another_and_no_gap(name: str) -> None:
    for page in load_board(name).pages:
        (columns, rows), places = upright(page)
        assert len(places) == len(page.tiles)
        assert not any(overlap(one, two) for i, one in enumerate(places) for two in places[:i])
        assert sum(place[2] * place[3] for place in places) == columns * rows


def test_a_page_may_say_itself_how_it_stands_upright() -> None:
    tiles = tuple(TextSpec(at=(i, 0, 1, 1), text="", portrait=(0, i, 1, 1)) for i in range(2))
    page = PageSpec(columns=2, rows=1, portrait=(1, 2), tiles=tiles)
    assert upright(page) == ((1, 2), ((0, 0, 1, 1), (0, 1, 1, 1)))
    assert upright(replace(page, portrait=None))[0] == (COLUMNS, ROWS)


def test_a_preset_is_a_rule_and_what_the_board_says_takes_precedence() -> None:
    table = with_preset({"preset": "waiting", "warn": 7})
    assert (table["kpi"], table["warn"], table["breach"]) == ("waiting", 7, 10)
    assert "preset" not in table
    assert set(PRESETS) == {"waiting", "longest-wait", "service-level", "nobody-ready", "occupancy"}


def test_rules_become_what_the_core_watches() -> None:
    spec = RuleSpec(
        kpi="longest_wait", by="queue", warn="3 x T", breach="02:00", for_="30 s", cool_down="5 min",
        hours=("08:00-18:30",), days=("mon", "sun"),
    )  # fmt: skip
    (rule,) = rules_of((spec,))
    assert (rule.warn, rule.breach) == (Bound(3, "threshold"), Bound(120_000))
    assert (rule.for_ms, rule.cool_ms) == (30_000, 300_000)
    assert (rule.hours, rule.days) == (((28_800_000, 66_600_000),), (0, 6))
    assert bound("target", "share") == Bound(1, "target")


@pytest.mark.parametrize(
    ("spec", "told"),
    [
        (RuleSpec(kpi="waiting", warn=5, for_="soon"), '"soon" is no length of time; write "30 s" or "5 min"'),
        (RuleSpec(kpi="waiting", warn=5, hours=("08:00-25:00",)), '"08:00-25:00" is no time of day'),
        (RuleSpec(kpi="waiting", warn=5, clear=7), "a rule is over below the limit it begins at, or at it"),
        (RuleSpec(kpi="service_level", warn=80, clear=70), "a rule is over above the limit it begins at, or at it"),
        (RuleSpec(kpi="occupancy", warn=80), 'whether more or less of "occupancy" is better depends'),
    ],
)
def test_a_rule_that_cannot_work_is_told(spec: RuleSpec, told: str) -> None:
    found = problem(spec)
    assert found is not None
    assert told in found[1]
