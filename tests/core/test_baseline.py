import pytest
from hypothesis import given
from hypothesis import strategies as st

from wallboard.core import events as ev
from wallboard.core.aggregator import Aggregator
from wallboard.core.baseline import SLOTS, STEP_MS, PastDay, Usual, band, same_weekdays
from wallboard.core.comparison import completed, expected, harvest
from wallboard.core.figures import Figures
from wallboard.core.snapshot import ForecastRow
from wallboard.core.vocabulary import Event
from wallboard.zones import period

DAY_MS = 86_400_000
MIDNIGHT = 19_675 * DAY_MS
"""14 November 2023, a Tuesday, UTC."""
BEGINS = tuple(MIDNIGHT + slot * STEP_MS for slot in range(SLOTS))
NOTHING: tuple[int | None, ...] = (None,) * SLOTS


def past(day: int, values: dict[int, tuple[int, int]], kpi: str = "offered", group: str = "a") -> PastDay:
    tops, bottoms = list(NOTHING), list(NOTHING)
    for slot, (top, bottom) in values.items():
        tops[slot], bottoms[slot] = top, bottom
    return PastDay(day, kpi, group, tuple(tops), tuple(bottoms))


def usual(*days: PastDay, most: int = 8) -> Usual:
    (found,) = same_weekdays(days, 700, BEGINS, most)
    return found


def test_a_band_of_few_days_is_from_the_lowest_to_the_highest() -> None:
    found = band([4, 1, 2, 9])

    assert found is not None
    assert (found.low, found.median, found.high, found.days) == (1, 3, 9, 4)


def test_a_band_of_five_days_or_more_leaves_the_outer_fifths_out() -> None:
    found = band([10, 20, 30, 40, 1000, 0])

    assert found is not None
    assert (found.low, found.median, found.high, found.days) == (10, 25, 40, 6)


def test_no_days_have_no_band() -> None:
    assert band([]) is None


@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=20))
def test_the_median_lies_in_the_band_and_the_band_within_the_days(values: list[float]) -> None:
    found = band(values)

    assert found is not None
    assert min(values) <= found.low <= found.median <= found.high <= max(values)


def test_only_earlier_days_of_the_weekday_count_the_newest_first_and_no_more_than_asked() -> None:
    days = [past(day, {0: (day, 1)}) for day in (700, 707, 699, 693, 686, 679, 672)]

    assert [day.day for day in usual(*days, most=3).days] == [693, 686, 679]


def test_a_stretch_is_summed_before_it_is_divided() -> None:
    answered = past(693, {0: (1_000, 1), 1: (90_000, 9)}, kpi="asa")
    found = usual(answered).band(BEGINS[0], BEGINS[2])

    assert found is not None
    assert found.median == 9_100


def test_a_slot_in_part_counts_in_part() -> None:
    counts = usual(past(693, {0: (10, 1), 1: (30, 1)}))
    found = counts.band(BEGINS[0], BEGINS[1] + STEP_MS // 3)

    assert found is not None
    assert found.median == pytest.approx(20)


def test_a_day_that_was_not_recorded_then_is_left_out_rather_than_nought() -> None:
    counts = usual(past(693, {0: (10, 1), 1: (30, 1)}), past(686, {0: (20, 1)}))

    first, second, third = (found for _, found in counts.bands()[:3])
    assert first is not None
    assert second is not None
    assert (first.days, second.days, third) == (2, 1, None)


def test_two_recordings_of_a_day_fill_each_other_s_gaps() -> None:
    counts = usual(past(693, {0: (10, 1)}), past(693, {0: (99, 1), 1: (20, 1)}))

    assert [found and found.median for _, found in counts.bands()[:2]] == [10, 20]


def test_a_share_of_nothing_is_unknown() -> None:
    assert usual(past(693, {0: (0, 0)}, kpi="service_level")).band(BEGINS[0], BEGINS[1]) is None


def test_queues_without_a_declared_forecast_get_the_usual_one() -> None:
    found = same_weekdays(
        [
            past(693, {0: (10, 1), 1: (8, 1)}), past(686, {0: (20, 1), 1: (8, 1)}),
            past(693, {0: (600_000, 10)}, kpi="aht"), past(693, {0: (10, 1)}, group="b"),
        ],
        700, BEGINS,
    )  # fmt: skip
    rows = expected(found)
    declared = ForecastRow("a", BEGINS[0], BEGINS[2], 5, 1, None)

    assert rows == (
        ForecastRow("a", BEGINS[0], BEGINS[1], 15, 60_000, None),
        ForecastRow("a", BEGINS[1], BEGINS[2], 8, 60_000, None),
    )
    assert completed((), rows) == rows
    assert completed((declared,), rows) == (declared,)


def slot_of(at: int) -> tuple[int, int]:
    return at // DAY_MS, at % DAY_MS // STEP_MS


def call(at: int, number: int, queue: str = "a") -> list[Event]:
    contact = f"{queue}{number}"
    return [
        ev.ContactStarted(at=at, contact=contact),
        ev.ContactQueued(at=at, contact=contact, queue=queue, leg=1),
        ev.ContactUnqueued(at=at + 10_000, contact=contact, queue=queue, leg=1, reason="answered"),
        ev.ContactAnswered(at=at + 10_000, contact=contact, agent="ann", leg=1),
        ev.ContactReleased(at=at + 70_000, contact=contact, agent="ann", leg=1),
        ev.ContactEnded(at=at + 70_000, contact=contact),
    ]


def floor(*calls: list[Event], until: int) -> Aggregator:
    aggregator = Aggregator(period, ("today", "1h"), "UTC")
    aggregator.fold(sorted((event for one in calls for event in one), key=lambda event: event.at))
    aggregator.advance(until)
    return aggregator


def test_a_snapshot_is_harvested_as_the_slots_of_its_days() -> None:
    week_ago = MIDNIGHT - 7 * DAY_MS
    calls = [call(week_ago + n * 300_000, n) for n in range(9)]
    found = harvest(
        Figures(floor(*calls, until=week_ago + 3_600_000).snapshot()), week_ago, week_ago + 3_000_000, slot_of
    )
    by_kpi = {(one.kpi, one.group): one for one in found}

    assert {one.day for one in found} == {week_ago // DAY_MS}
    assert by_kpi["offered", "a"].tops[:4] == (3, 3, 3, None)
    assert by_kpi["offered", ""] == PastDay(week_ago // DAY_MS, "offered", "", *(by_kpi["offered", "a"].tops,
                                            by_kpi["offered", "a"].bottoms))  # fmt: skip
    assert (by_kpi["asa", "a"].tops[0], by_kpi["asa", "a"].bottoms[0]) == (30_000, 3)


def test_today_is_shown_beside_what_is_usual_and_staffed_for_it() -> None:
    days = [
        past(MIDNIGHT // DAY_MS - 7, dict.fromkeys(range(40), (12, 1))),
        past(MIDNIGHT // DAY_MS - 7, dict.fromkeys(range(40), (720_000, 12)), kpi="aht"),
    ]
    aggregator = floor(call(MIDNIGHT + 3_600_000, 1), until=MIDNIGHT + 7_200_000)
    aggregator.compare_with(same_weekdays(days, MIDNIGHT // DAY_MS, BEGINS))
    figures = Figures(aggregator.snapshot())
    found = figures.usual("offered", "today", "queue", "a")

    assert found is not None
    assert (found.median, found.days) == (96, 1)
    assert figures.usual("offered", "today", "queue", "b") is None
    assert figures.measure("offered_load_next", "1h", "queue", "a").value == pytest.approx(12 * 60 / 900)
    assert figures.measure("forecast", "1h", "queue", "a").value == 48
