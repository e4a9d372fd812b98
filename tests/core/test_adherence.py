from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.freeze import freeze, thaw
from wallboard.core import events as ev
from wallboard.core.adherence import KEEP_MS, MOST_PLANS, kind_of
from wallboard.core.aggregator import Aggregator
from wallboard.core.figures import Figures
from wallboard.core.vocabulary import Event, State
from wallboard.zones import period

MINUTE = 60_000
HOUR = 60 * MINUTE
NINE = 1_700_038_800_000
"""14 November 2023, 9:00 UTC."""


def minute(number: float) -> int:
    return NINE + round(number * MINUTE)


def plan(activity: str, begin: float, end: float, at: float = 0, agent: str = "ann") -> Event:
    return ev.AgentScheduled(at=minute(at), agent=agent, activity=activity, from_=minute(begin), until=minute(end))


def state(name: State, at: float, reason: str | None = None, agent: str = "ann") -> Event:
    return ev.AgentState(at=minute(at), agent=agent, state=name, reason=reason)


def fold(*events: Event, windows: tuple[str, ...] = ("today", "30m")) -> Aggregator:
    aggregator = Aggregator(period, windows, "UTC")
    aggregator.fold(events)
    return aggregator


def parts(aggregator: Aggregator, at: float, window: str = "today", agent: str = "ann") -> tuple[float, float]:
    """Minutes as planned, and minutes planned."""
    aggregator.advance(minute(at))
    found = dict(Figures(aggregator.snapshot()).measure("adherence", window, "agent", agent).parts)
    return (found["met"] or 0) / MINUTE, (found["of"] or 0) / MINUTE


def now(aggregator: Aggregator, at: float) -> tuple[str, bool] | None:
    aggregator.advance(minute(at))
    return next(((row.activity, row.adherent) for row in aggregator.snapshot().plans), None)


def test_working_while_work_is_planned_is_as_planned() -> None:
    floor = fold(plan("work", 0, 480), state("ready", 5), state("wrapping", 60), state("ready", 61))

    assert parts(floor, 100) == (95, 100)
    assert now(floor, 100) == ("work", True)


def test_a_break_in_a_shift_is_the_plan_while_it_lasts() -> None:
    floor = fold(
        plan("work", 0, 480), plan("break", 60, 75), state("ready", 0), state("not-ready", 62, "break"),
        state("ready", 80),
    )  # fmt: skip

    assert parts(floor, 100) == (60 + 13 + 20, 100)


def test_lunch_is_a_break_and_training_is_not() -> None:
    floor = fold(plan("lunch", 0, 60), state("not-ready", 0, "break"), state("not-ready", 20, "training"))

    assert parts(floor, 60) == (20, 60)


def test_not_ready_without_or_with_an_unplanned_reason_is_not_work() -> None:
    floor = fold(plan("work", 0, 60), state("ready", 0), state("not-ready", 10), state("not-ready", 20, "personal"))

    assert parts(floor, 60) == (10, 60)
    assert now(floor, 60) is None


def test_an_activity_of_the_floor_s_own_matches_the_reason_of_that_name() -> None:
    floor = fold(plan("Back Office", 0, 60), state("not-ready", 0, "back_office"))

    assert parts(floor, 30) == (30, 30)


def test_a_plan_told_late_counts_what_was_done_before_it_was_told() -> None:
    floor = fold(state("ready", 5), state("not-ready", 20, "break"), state("ready", 30))
    floor.advance(minute(40))
    floor.apply(plan("work", 0, 480, at=40))

    assert parts(floor, 50) == (15 + 20, 50)


def test_a_plan_that_begins_later_counts_from_then() -> None:
    floor = fold(state("ready", 0), plan("work", 60, 120))

    assert parts(floor, 59) == (0, 0)
    assert now(floor, 60) == ("work", True)
    assert parts(floor, 90) == (30, 30)
    assert parts(floor, 150) == (60, 60)


def test_a_plan_for_the_same_time_replaces_the_first_and_one_repeated_changes_nothing() -> None:
    floor = fold(state("ready", 0), plan("work", 0, 60))
    assert parts(floor, 30) == (30, 30)
    floor.apply(plan("work", 0, 60, at=30))
    assert parts(floor, 30) == (30, 30)
    floor.apply(plan("meeting", 0, 60, at=30))
    assert parts(floor, 30) == (0, 30)


def test_a_sliding_window_forgets_what_is_past() -> None:
    floor = fold(plan("work", 0, 480), state("ready", 0), state("not-ready", 50, "personal"))

    assert parts(floor, 60, "30m") == pytest.approx((20, 30), abs=0.02)
    assert parts(floor, 200, "30m") == pytest.approx((0, 30), abs=0.02)


def test_a_late_state_corrects_what_was_counted() -> None:
    floor = fold(plan("work", 0, 480), state("ready", 0), state("ready", 30))
    floor.advance(minute(30))
    floor.apply(state("not-ready", 30 - 1 / 60, "personal"))
    floor.apply(state("ready", 30))

    assert parts(floor, 40) == pytest.approx((40 - 1 / 60, 40))


def test_today_begins_again_at_midnight_in_the_middle_of_a_plan() -> None:
    floor = fold(plan("work", 14 * 60, 16 * 60), state("ready", 14 * 60))

    assert parts(floor, 15 * 60 + 10) == (10, 10)


def test_teams_and_totals_sum_their_agents() -> None:
    floor = fold(
        plan("work", 0, 60), plan("work", 0, 60, agent="bob"), state("ready", 0), state("offline", 0, agent="bob")
    )
    floor.advance(minute(30))
    figures = Figures(floor.snapshot())

    assert figures.measure("adherence").value == 0.5
    assert figures.measure("adherent_now", "now").value == 0.5
    assert figures.measure("agents_planned", "now").value == 2


def test_a_feed_without_plans_cannot_say() -> None:
    floor = fold(state("ready", 0))
    floor.advance(minute(10))
    figures = Figures(floor.snapshot())

    for kpi in ("adherence", "adherent_now", "agents_planned"):
        measure = figures.measure(kpi)
        assert (measure.value, measure.supplied) == (None, False)


def test_plans_that_cannot_be_and_those_too_many_are_counted_as_anomalies() -> None:
    floor = fold(plan("work", 60, 0), *(plan("work", n, n + 0.5) for n in range(MOST_PLANS + 3)))
    floor.advance(minute(1))

    assert dict(floor.snapshot().feed.anomalies) == {"plan that cannot be": 4}


def test_weeks_of_plans_are_forgotten_and_the_running_shift_is_not() -> None:
    floor, kept = fold(state("ready", 0)), []
    for day in range(60):
        floor.apply(plan("work", day * 1440, day * 1440 + 480, at=day * 1440))
        floor.apply(state("not-ready", day * 1440 + 100, "break"))
        floor.apply(state("ready", day * 1440 + 110))
        floor.advance(minute(day * 1440 + 240))
        agent = floor._adherence._agents[0]
        kept.append(len(agent.plans) + len(agent.turns) + len(agent.log) + len(agent.told))

    assert max(kept[30:]) <= max(kept[:30]) < 120
    assert len(floor._adherence._bounds) == 1
    assert parts(floor, 59 * 1440 + 240) == (230, 240)


def test_one_who_is_never_planned_is_not_remembered_for_ever() -> None:
    floor = fold()
    for day in range(200):
        floor.fold((state("not-ready", day * 1440, "break"), state("ready", day * 1440 + 10)))
        floor.advance(minute(day * 1440 + 20))

    assert len(floor._adherence._agents[0].log) < 100


def test_a_plan_that_began_before_what_is_remembered_counts_from_there() -> None:
    floor = fold(state("ready", 0), windows=("all",))
    for turn in range(60):
        floor.fold((state("not-ready", turn * 60, "break"), state("ready", turn * 60 + 30)))
        floor.advance(minute(turn * 60 + 30))
    since = 60 * 60 - 29 - KEEP_MS / MINUTE
    floor.apply(plan("work", -60, 6000, at=3600))
    met, of = parts(floor, 3600, "all")

    assert of <= 3600 - max(0, floor._adherence._agents[0].since - NINE) / MINUTE
    assert 0 < met < of
    assert of >= 3600 - since - 60


def test_a_fold_that_was_put_away_and_taken_up_again_goes_on_with_plans_and_states() -> None:
    told = plan("work", 0, 480), state("ready", 0)
    before, after = fold(*told), fold()
    before.advance(minute(10))
    assert thaw(freeze(before), after)
    after.fold((state("not-ready", 20, "break"), plan("break", 30, 40, at=25)))

    assert parts(after, 60) == (20 + 10, 60)


def test_every_name_of_a_kind_is_that_kind() -> None:
    assert kind_of("On Queue") == kind_of("work")
    assert kind_of("LUNCH") == kind_of("break") != kind_of("training")


SHOWN: list[tuple[State, str | None]] = [
    ("ready", None), ("talking", None), ("not-ready", "break"), ("not-ready", "lunch"), ("not-ready", "meeting"),
    ("not-ready", None), ("offline", None),
]  # fmt: skip
moments = st.integers(0, 7200)
states = st.lists(
    st.tuples(moments, st.sampled_from(SHOWN), st.sampled_from([0, 0, 1, 700, 3000])),
    max_size=20,
    unique_by=lambda one: one[0],
)
"""When, what, and how many seconds late it is told."""
plans = st.lists(
    st.tuples(moments, st.integers(1, 3600), st.sampled_from(["work", "break", "meeting"]), moments),
    max_size=8,
)
"""When they begin, how long they are, what is planned, and when that is told; the last word counts."""


Seen = list[tuple[int, tuple[State, str | None]]]
Told = list[tuple[int, tuple[State, str | None], int]]


def naive(seen: Seen, asked: list[tuple[int, int, str]], begin: int, end: int) -> tuple[int, int]:
    """Seconds as planned and planned, second by second boundaries, from everything that is known at the end."""
    cuts = {begin, end, *(at for at, _ in seen), *(x for b, length, _ in asked for x in (b, b + length))}
    met = of = 0
    for one, two in pairwise(sorted(cut for cut in cuts if begin <= cut <= end)):
        active = [(length, -b, activity) for b, length, activity in asked if b <= one < b + length]
        if active:
            of += two - one
            shown = max((entry for entry in seen if entry[0] <= one), default=(0, ("offline", None)))[1]
            kind = {"ready": "work", "talking": "work", "not-ready": kind_of(shown[1] or "none")}.get(shown[0])
            met += (two - one) * (kind == kind_of(min(active)[2]))
    return met, of


@settings(max_examples=150)
@given(states, plans)
def test_time_as_planned_is_what_a_plain_recount_finds_at_every_moment(
    seen: Told, asked: list[tuple[int, int, str, int]]
) -> None:
    told: list[tuple[int, Event]] = [(at + late, state(shown[0], at / 60, shown[1])) for at, shown, late in seen]
    told += [(at, plan(name, b / 60, (b + length) / 60, at / 60)) for b, length, name, at in asked]
    told.sort(key=lambda one: one[0])
    floor = fold()
    for second in range(0, 11_001, 600):
        while told and told[0][0] <= second:
            floor.apply(told.pop(0)[1])
        floor.advance(minute(second / 60))
        latest = {(b, length): name for b, length, name, at in sorted(asked, key=lambda one: one[3]) if at <= second}
        known = [(b, length, name) for (b, length), name in latest.items()]
        past = [(at, shown) for at, shown, late in seen if at + late <= second]
        if not floor.snapshot().agents:
            continue
        for window in floor.snapshot().windows:
            first = max(0, (window.begin - NINE) // 1000)
            met, of = parts(floor, second / 60, window.name)
            assert (round(met * 60), round(of * 60)) == naive(past, known, first, second)
