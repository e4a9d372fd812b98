import itertools
from collections.abc import Iterator

import pytest

from wallboard.core import events as ev
from wallboard.core.aggregator import Aggregator
from wallboard.core.erlang import Demand, agents_for_service_level, outcome
from wallboard.core.figures import Figures
from wallboard.core.forecasts import Forecasts
from wallboard.core.snapshot import ForecastRow
from wallboard.core.vocabulary import Event
from wallboard.zones import period

MINUTE = 60_000
HOUR = 60 * MINUTE
NINE = 1_700_038_800_000
"""14 November 2023, 9:00 UTC."""


def floor(agents: dict[str, int], *, target: float | None = 0.8, channel: str = "voice") -> Iterator[Event]:
    """Queues "a", "b" and "c", and agents in: ``agents`` says how many serve each set of queues."""
    for queue in sorted({queue for queues in agents for queue in queues}):
        yield ev.QueueDeclared(
            at=NINE, queue=queue, channel=channel, service_level_ms=20_000, service_level_target=target,  # type: ignore[arg-type]
        )  # fmt: skip
    for queues, many in agents.items():
        for number in range(many):
            agent = f"{queues}{number}"
            yield ev.AgentDeclared(at=NINE, agent=agent, capacity={"chat": 2} if channel == "chat" else None)
            yield from (ev.AgentJoined(at=NINE, agent=agent, queue=queue) for queue in queues)
            yield ev.AgentState(at=NINE, agent=agent, state="ready")


def calls(queue: str, many: int, handle: int, agent: str, gone: int = 0, patience: int = MINUTE) -> list[Event]:
    """``many`` calls answered at once over an hour, and ``gone`` that leave after ``patience``."""
    found: list[Event] = []
    for number in range(many + gone):
        at, contact = NINE + 1000 + number * (HOUR - 2000) // (many + gone), f"{queue}{number}"
        found.append(ev.ContactStarted(at=at, contact=contact))
        found.append(ev.ContactQueued(at=at, contact=contact, queue=queue, leg=1))
        lost = number >= many
        end = at + (patience if lost else 0)
        found.append(ev.ContactUnqueued(at=end, contact=contact, queue=queue, leg=1,
                                        reason="abandoned" if lost else "answered"))  # fmt: skip
        if not lost:
            found.append(ev.ContactAnswered(at=at, contact=contact, agent=agent, leg=1))
            found.append(ev.ContactReleased(at=at + handle, contact=contact, agent=agent, leg=1))
            found.append(ev.ContactWrapped(at=at + handle, contact=contact, agent=agent, leg=1))
            end = at + handle
        found.append(ev.ContactEnded(at=end, contact=contact))
    return [event for event in found if event.at <= NINE + HOUR]


def figures(*parts: list[Event] | Iterator[Event], at: int = NINE + HOUR) -> Figures:
    aggregator = Aggregator(period, ("today", "1h"), "UTC")
    aggregator.fold(sorted((event for part in parts for event in part), key=lambda event: event.at))
    aggregator.advance(at)
    return Figures(aggregator.snapshot())


def value(found: Figures, kpi: str, queue: str = "") -> float | None:
    return found.measure(kpi, "1h", "queue" if queue else "total", queue).value


def test_load_is_arrivals_times_handle_time_over_the_window() -> None:
    found = figures(floor({"a": 5}), calls("a", 60, 2 * MINUTE, "a0"))
    measure = found.measure("offered_load", "1h", "queue", "a")

    assert measure.value == pytest.approx(2.0, rel=0.01)
    assert dict(measure.parts) == {"offered": 60, "over_ms": HOUR - 1000, "handle_ms": 2 * MINUTE}


def test_a_queue_of_its_own_needs_what_erlang_a_says_for_its_load_and_patience() -> None:
    found = figures(floor({"a": 9}), calls("a", 100, 3 * MINUTE, "a0", gone=4))
    load = 104 * 3 * MINUTE / (HOUR - 1000)
    demand = Demand(load, 3 * MINUTE, MINUTE)

    assert value(found, "agents_needed", "a") == agents_for_service_level(demand, 0.8, 20_000, 5_000)
    assert value(found, "agents_needed_c", "a") == agents_for_service_level(Demand(load, 3 * MINUTE), 0.8, 20_000)
    assert dict(found.measure("agents_needed", "1h", "queue", "a").parts)["patience_ms"] == MINUTE
    assert "patience_ms" not in dict(found.measure("agents_needed_c", "1h", "queue", "a").parts)


def test_prediction_uses_those_in_and_says_what_one_more_or_fewer_would_do() -> None:
    found = figures(floor({"a": 8}), calls("a", 100, 3 * MINUTE, "a0"))
    demand = Demand(100 * 3 * MINUTE / (HOUR - 1000), 3 * MINUTE)
    level = {agents: outcome(demand, agents, 20_000, 5_000).service_level for agents in (7, 8, 9)}

    assert value(found, "agents_serving", "a") == 8
    assert value(found, "predicted_service_level", "a") == pytest.approx(level[8])
    assert value(found, "predicted_service_level_more", "a") == pytest.approx(level[9])
    assert value(found, "predicted_service_level_fewer", "a") == pytest.approx(level[7])


def test_a_target_not_declared_is_eighty_per_cent() -> None:
    traffic = calls("a", 100, 3 * MINUTE, "a0")

    declared = value(figures(floor({"a": 8}), traffic), "agents_needed", "a")
    assert value(figures(floor({"a": 8}, target=None), traffic), "agents_needed", "a") == declared
    assert value(figures(floor({"a": 8}, target=0.99), traffic), "agents_needed", "a") != declared


def test_agents_not_ready_or_offline_do_not_serve() -> None:
    away: list[Event] = [
        ev.AgentState(at=NINE + 1, agent="a1", state="not-ready", reason="break"),
        ev.AgentState(at=NINE + 1, agent="a2", state="offline"),
    ]
    found = figures(floor({"a": 5}), calls("a", 10, MINUTE, "a0"), away)

    assert value(found, "agents_serving", "a") == 3
    assert value(found, "staffing_gap", "a") == 3 - (value(found, "agents_needed", "a") or 0)


def test_an_agent_of_two_queues_is_shared_out_by_load_and_counts_once_in_all() -> None:
    found = figures(floor({"ab": 9}), calls("a", 100, 3 * MINUTE, "ab0"), calls("b", 50, 3 * MINUTE, "ab0"))

    assert [value(found, "agents_serving", queue) for queue in ("a", "b", "")] == [6, 3, 9]


def test_queues_that_share_agents_need_no_more_than_one_queue_with_all_their_calls() -> None:
    shared = figures(floor({"ab": 9}), calls("a", 60, 3 * MINUTE, "ab0"), calls("b", 60, 3 * MINUTE, "ab1"))
    apart = figures(floor({"a": 5, "b": 4}), calls("a", 60, 3 * MINUTE, "a0"), calls("b", 60, 3 * MINUTE, "b0"))
    demand = Demand(120 * 3 * MINUTE / (HOUR - 1000), 3 * MINUTE)

    assert value(shared, "agents_needed") == agents_for_service_level(demand, 0.8, 20_000, 5_000)
    assert value(apart, "agents_needed") == sum(value(apart, "agents_needed", queue) or 0 for queue in "ab")
    assert (value(apart, "agents_needed") or 0) > (value(shared, "agents_needed") or 0)


def test_queues_linked_through_a_third_are_one_pool_in_whatever_order_agents_link_them() -> None:
    traffic = [calls(queue, 40, 3 * MINUTE, f"{pair}0") for queue, pair in (("a", "ac"), ("b", "bc"), ("c", "ac"))]
    demand = Demand(120 * 3 * MINUTE / (HOUR - 1000), 3 * MINUTE)
    needed = agents_for_service_level(demand, 0.8, 20_000, 5_000)

    for links in ({"ac": 4, "bc": 4}, {"bc": 4, "ac": 4}, {"ac": 4, "bc": 3, "a": 1}):
        assert value(figures(floor(links), *traffic), "agents_needed") == needed


def test_chats_are_served_as_many_at_once_as_agents_can() -> None:
    def of(channel: str) -> float:
        return value(figures(floor({"a": 8}, channel=channel), calls("a", 100, 6 * MINUTE, "a0")), "agents_needed") or 0

    assert of("chat") == -(-of("voice") // 2)


def test_the_next_interval_is_staffed_from_its_forecast() -> None:
    plan: list[Event] = [
        ev.ForecastDeclared(
            at=NINE, queue="a", from_=NINE + HOUR + shift * 30 * MINUTE, until=NINE + HOUR + (shift + 1) * 30 * MINUTE,
            offered=offered, handle_ms=4 * MINUTE,
        )
        for shift, offered in ((-2, 10), (-1, 30), (0, 20), (1, 90), (2, 50))
    ]  # fmt: skip
    found = figures(floor({"a": 3}), calls("a", 100, 3 * MINUTE, "a0"), plan)
    needed = agents_for_service_level(Demand(12.0, 4 * MINUTE), 0.8, 20_000, 5_000)

    assert value(found, "offered_load_next", "a") == pytest.approx(12)
    assert value(found, "agents_needed_next", "a") == needed
    assert value(found, "staffing_gap_next", "a") == 3 - needed
    assert value(found, "forecast", "a") == 40
    assert value(found, "against_forecast", "a") == 2.5


def test_a_queue_that_handled_nothing_yet_is_given_the_mean_of_its_channel() -> None:
    found = figures(floor({"a": 5, "b": 5}), calls("a", 60, 3 * MINUTE, "a0"), calls("b", 0, MINUTE, "b0", gone=30))

    assert value(found, "offered_load", "b") == pytest.approx(1.5, rel=0.01)
    assert value(found, "offered_load") == pytest.approx(4.5, rel=0.01)


def test_a_queue_whose_contacts_took_no_time_is_given_the_mean_of_its_channel_too() -> None:
    found = figures(floor({"a": 5, "b": 5}), calls("a", 60, 3 * MINUTE, "a0"), calls("b", 30, 0, "b0"))

    assert value(found, "offered_load", "b") == pytest.approx(1.5, rel=0.01)


def test_calls_that_nobody_handled_anywhere_are_no_known_load() -> None:
    found = figures(floor({"a": 5}), calls("a", 0, MINUTE, "a0", gone=30))

    assert value(found, "offered_load", "a") is None
    assert value(found, "agents_needed", "a") is None


def test_without_a_forecast_the_next_interval_is_unknown() -> None:
    found = figures(floor({"a": 3}), calls("a", 100, 3 * MINUTE, "a0"))

    assert value(found, "agents_needed_next", "a") is None
    assert value(found, "against_forecast", "a") is None
    assert not found.measure("against_forecast", "1h", "queue", "a").supplied


def test_a_queue_with_no_calls_needs_nobody_and_predicts_nothing() -> None:
    found = figures(floor({"a": 3}))

    assert value(found, "offered_load", "a") == 0
    assert value(found, "agents_needed", "a") == 0
    assert value(found, "staffing_gap", "a") == 3
    assert value(found, "predicted_service_level", "a") is None


def test_a_feed_that_names_no_members_cannot_say_who_serves() -> None:
    nameless = [event for event in floor({"a": 3}) if not isinstance(event, ev.AgentJoined)]
    found = figures(nameless, calls("a", 100, 3 * MINUTE, "a0"))

    assert value(found, "agents_needed", "a") is not None
    assert value(found, "staffing_gap", "a") is None
    assert not found.measure("staffing_gap", "1h", "queue", "a").supplied


def test_agents_are_counted_whole_and_the_gap_is_the_difference_of_what_is_shown() -> None:
    found = figures(floor({"ab": 8}), calls("a", 90, 3 * MINUTE, "ab0"), calls("b", 50, 3 * MINUTE, "ab0"))

    for queue in ("a", "b", ""):
        shown = [value(found, kpi, queue) for kpi in ("agents_serving", "agents_needed", "staffing_gap")]
        assert [type(one) for one in shown] == [int] * 3
        assert (shown[0] or 0) - (shown[1] or 0) == shown[2]


def test_a_group_without_queues_of_its_own_cannot_say_who_serves_it() -> None:
    found = figures(floor({"a": 3}), calls("a", 10, MINUTE, "a0"))

    assert found.measure("agents_serving", "1h", "direction", "inbound").value is None


def test_groups_of_agents_have_no_staffing() -> None:
    measure = figures(floor({"a": 3})).measure("agents_needed", "1h", "agent", "a0")

    assert (measure.value, measure.supplied) == (None, False)


def test_a_quarter_and_the_minute_it_begins_with_are_told_apart() -> None:
    found = figures(floor({"a": 3}), calls("a", 50, 2 * MINUTE, "a0"))
    quarter = dict(found.series("offered_load", 15 * MINUTE, "queue", "a"))
    minute = dict(found.series("offered_load", MINUTE, "queue", "a"))

    fresh = figures(floor({"a": 3}), calls("a", 50, 2 * MINUTE, "a0"))
    assert minute == dict(fresh.series("offered_load", MINUTE, "queue", "a"))
    assert minute[NINE] != quarter[NINE]


def test_who_was_in_is_not_said_of_an_interval_that_has_passed() -> None:
    found = figures(floor({"a": 3}), calls("a", 60, 2 * MINUTE, "a0"))

    for kpi in ("agents_serving", "staffing_gap", "predicted_service_level", "agents_needed_next"):
        assert {point for _, point in found.series(kpi, 15 * MINUTE, "queue", "a")} == {None}


def test_a_queue_s_day_so_far_is_as_long_as_it_is_where_the_queue_is() -> None:
    zone: list[Event] = [
        ev.QueueDeclared(at=NINE, queue="a", time_zone="America/New_York"),
        ev.ForecastDeclared(at=NINE, queue="a", from_=NINE - 20 * HOUR, until=NINE + HOUR, offered=21, handle_ms=1),
    ]
    found = figures(floor({"a": 3}), zone, calls("a", 60, 2 * MINUTE, "a0"), at=NINE + HOUR)
    measure = found.measure("offered_load", "today", "queue", "a")

    assert dict(measure.parts)["over_ms"] == 5 * HOUR
    assert found.measure("forecast", "today", "queue", "a").value == 5


def test_a_forecast_that_cannot_be_is_an_anomaly() -> None:
    plan: list[Event] = [
        ev.ForecastDeclared(at=NINE, queue="a", from_=NINE, until=NINE, offered=10, handle_ms=MINUTE),
        ev.ForecastDeclared(at=NINE, queue="a", from_=NINE + 1, until=NINE, offered=10, handle_ms=MINUTE),
    ]
    found = figures(floor({"a": 3}), plan)

    assert dict(found.snapshot.feed.anomalies) == {"forecast that cannot be": 2}
    assert value(found, "forecast") is None


def test_of_two_forecasts_and_of_two_plans_the_one_told_last_counts_in_whatever_order_they_come() -> None:
    end = NINE + HOUR
    first: list[Event] = [
        ev.ForecastDeclared(at=NINE, queue="a", offered=10, handle_ms=MINUTE, from_=NINE, until=end),
        ev.AgentScheduled(at=NINE, agent="a0", activity="work", from_=NINE, until=end),
        ev.Notice(at=NINE, text="fire drill", severity="info"),
    ]
    second: list[Event] = [
        ev.ForecastDeclared(at=NINE + 1, queue="a", offered=20, handle_ms=MINUTE, from_=NINE, until=end),
        ev.AgentScheduled(at=NINE + 1, agent="a0", activity="break", from_=NINE, until=end),
        ev.Notice(at=NINE + 1, text="fire drill", severity="warning"),
    ]
    for told in ((*first, *second), (*second, *first)):
        aggregator = Aggregator(period, ("today",), "UTC")
        aggregator.fold(told)
        aggregator.advance(NINE + HOUR // 2)
        snapshot = aggregator.snapshot()
        assert [row.offered for row in snapshot.forecasts] == [20]
        assert [row.activity for row in snapshot.plans] == ["break"]
        assert [row.severity for row in snapshot.notices] == ["warning"]


def test_of_forecasts_that_overlap_the_newest_counts_for_each_moment_in_whatever_order_they_come() -> None:
    """Three half hours anew within a plan of two hours: what is left of it keeps its part of the contacts."""

    def plan(at: int, begin: int, end: int, offered: int) -> Event:
        return ev.ForecastDeclared(
            at=NINE + at,
            queue="a",
            offered=offered,
            handle_ms=MINUTE,
            from_=NINE + begin * MINUTE,
            until=NINE + end * MINUTE,
        )

    told = [plan(0, 0, 120, 80), plan(1, 30, 60, 7), plan(2, 45, 75, 9), plan(1, 105, 150, 30)]
    for order in itertools.permutations(told):
        aggregator = Aggregator(period, ("all",), "UTC")
        aggregator.apply(ev.QueueDeclared(at=NINE, queue="a"))
        aggregator.fold(order)
        aggregator.advance(NINE + 2 * HOUR)
        snapshot = aggregator.snapshot()
        rows = [((row.begin - NINE) // MINUTE, (row.end - NINE) // MINUTE, row.offered) for row in snapshot.forecasts]
        assert rows == [(0, 30, 20), (30, 45, 4), (45, 75, 9), (75, 105, 20), (105, 150, 30)]
        assert Figures(snapshot).measure("forecast", "all").value == 20 + 4 + 9 + 20 + 10


def test_what_is_left_of_a_forecast_has_all_of_its_contacts() -> None:
    """Wherever it is cut, in whole contacts."""
    whole = ForecastRow("a", 0, 70, 13, 1, None)
    for begin, end in itertools.combinations(range(71), 2):
        parts = Forecasts()
        parts.declare(1, whole)
        parts.declare(2, ForecastRow("a", begin, end, 0, 1, None))
        cut = Forecasts()
        cut.declare(1, whole)
        if begin:
            cut.declare(2, ForecastRow("a", 0, begin, 0, 1, None))
        if end < 70:
            cut.declare(2, ForecastRow("a", end, 70, 0, 1, None))
        assert sum(row.offered for one in (parts, cut) for row in one.rows()) == 13


def test_what_was_forecast_for_more_than_two_days_is_not_said_in_part() -> None:
    def plan(at: int) -> Event:
        return ev.ForecastDeclared(at=at, queue="a", from_=at, until=at + HOUR, offered=10, handle_ms=MINUTE)

    aggregator = Aggregator(period, ("all", "24h"), "UTC")
    aggregator.apply(ev.QueueDeclared(at=NINE, queue="a"))
    for hour in range(0, 80, 8):
        aggregator.apply(plan(NINE + hour * HOUR))
        aggregator.advance(NINE + (hour + 1) * HOUR)
        found = Figures(aggregator.snapshot()).measure("forecast", "all").value
        assert found == (None if hour >= 48 else 10 + hour // 8 * 10)
    assert Figures(aggregator.snapshot()).measure("forecast", "24h").value == 30


def test_load_can_be_followed_through_the_day() -> None:
    found = figures(floor({"a": 3}), calls("a", 60, 2 * MINUTE, "a0"))
    points = found.series("offered_load", 15 * MINUTE, "queue", "a")

    assert [round(point or 0, 1) for _, point in points][:4] == pytest.approx([2.0] * 4, abs=0.2)
