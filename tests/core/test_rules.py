"""The rules of the vocabulary and of totals, one behaviour each."""

import pytest

from tests.core.tales import Floor, answered, at, left, queued, released, state, tell
from wallboard.core.aggregator import Aggregator
from wallboard.core.figures import Figures
from wallboard.zones import period

DAY = 86_400


def test_agent_events_never_count_contacts() -> None:
    floor = Floor(
        *(state(i, name) for i, name in enumerate(("ready", "ringing", "talking", "wrapping", "ready"))), now=9
    )
    counted = [floor.get(k) for k in ("offered", "answered", "handled", "offers", "no_answers", "started")]
    assert counted == [0] * 6


@pytest.mark.parametrize(
    "window", ["today", "clock:15m", "shift", f"span:{at(0)}:{at(60)}", f"span:{at(0)}:{at(60)}+cohort"]
)
def test_the_first_second_belongs_to_a_window_and_the_first_after_it_does_not(window: str) -> None:
    floor = Floor(windows=("all", window))
    floor.fold = Aggregator(period, ("all", window), "UTC", shifts=(0, 43_200_000))
    day = -43_200 if window == "today" else 0
    floor.hear(queued(day - 0.001, "c0"), queued(day, "c1"), queued(day + 0.999, "c2"), now=day + 1)
    assert (floor.get("offered", "all"), floor.get("offered", window)) == (3, 2)
    if window.startswith("span"):
        floor.hear(queued(59.999, "c3"), queued(60, "c4"), now=61)
        assert floor.get("offered", window) == 3


def test_what_is_told_of_long_ago_adds_no_interval_to_the_trend() -> None:
    floor = Floor(queued(), now=1)
    floor.hear(queued(-30 * DAY, "old"), queued(-8000, "late"), now=2)
    figures = Figures(floor.snapshot)

    assert [len(figures.series("offered", step)) for step in (60_000, 900_000)] == [1, 10]
    assert floor.get("offered", "all") == 3


@pytest.mark.parametrize(("step", "keep"), [(60_000, 120), (900_000, 128)])
def test_two_hours_of_minutes_and_thirty_two_of_quarters_are_kept(step: int, keep: int) -> None:
    floor = Floor(queued(), left(0.5, "abandoned"), now=1)
    first, last = at(0), (keep - 1) * step / 1000
    assert dict(Figures(floor.hear(now=last).snapshot).series("offered", step))[first] == 1
    assert Figures(floor.hear(now=last + step / 1000).snapshot).series("offered", step) == ()


def test_a_trend_says_nothing_of_what_is_not_kept_by_the_interval() -> None:
    figures = Figures(Floor(queued(), answered(5), queued(6, "d"), now=8).snapshot)

    for kpi in ("waiting", "estimated_wait", "longest_answered", "wait_p50", "agents_talking", "occupancy"):
        assert [value for _, value in figures.series(kpi, 60_000)] == [None], kpi
    assert figures.series("service_level", 60_000, "agent", "a", "answered")[0][1] is None


@pytest.mark.parametrize(
    "reason", ["timeout", "overflow", "transferred", "callback", "key", "no-agents", "closed", "full", "diverted"]
)
def test_every_other_way_out_is_a_flow_out_and_no_abandon(reason: str) -> None:
    floor = Floor(queued(), left(5, reason), now=6)
    assert (floor.get("flowed_out"), floor.get("abandoned"), floor.queue().waiting) == (1, 0, 0)


def test_offered_is_answered_and_abandoned_and_flowed_out_and_still_waiting() -> None:
    floor = Floor(
        *(queued(i, f"c{i}") for i in range(4)),
        answered(9, "c0"),
        left(9, "abandoned", "c1"),
        left(9, "full", "c2"),
        now=10,
    )
    assert floor.get("offered") == 4 == sum(floor.get(k) for k in ("answered", "abandoned", "flowed_out", "waiting"))


def test_a_leg_ends_once_and_a_second_end_is_told() -> None:
    floor = Floor(queued(), left(5, "abandoned"), left(6, "timeout"), now=7)
    assert (floor.get("abandoned"), floor.get("flowed_out"), floor.anomalies()) == (1, 0, {"leg ended twice": 1})


def test_a_day_roll_keeps_open_contacts_and_states_and_begins_counters_again() -> None:
    floor = Floor(state(0, "not-ready", reason="lunch"), queued(0), queued(1, "d"), answered(5, "d", "b"), now=60)
    floor.hear(now=DAY / 2 + 10)
    assert (floor.queue().waiting, floor.agent().state, floor.agent("b").state) == (1, "not-ready", "talking")
    assert (floor.get("offered"), floor.get("answered"), floor.get("time_not_ready")) == (0, 0, 10_000)
    assert floor.agent().since == at(0)


def test_a_day_rolls_by_event_time_not_by_when_the_process_woke() -> None:
    floor = Floor(queued(0))
    floor.hear(queued(DAY / 2 + 1, "d"), queued(DAY / 2 - 1, "e"), now=DAY / 2 + 2)
    assert floor.get("offered") == 1


def test_an_agent_in_two_queues_counts_in_both_rows_and_once_in_the_total() -> None:
    floor = Floor(state(0, "ready"), tell("AgentJoined", 0), tell("AgentJoined", 0, queue="r"), now=5)
    assert [floor.get("agents_ready", by="queue", group=queue) for queue in ("q", "r")] == [1, 1]
    assert floor.get("agents_ready") == 1


def test_the_later_of_two_memberships_holds_however_they_come() -> None:
    floor = Floor(tell("AgentParted", 2), tell("AgentJoined", 1), now=3)
    assert floor.agent().queues == ()


def test_clients_add_up_to_the_total() -> None:
    floor = Floor(tell("QueueDeclared", 0, client="acme"), tell("ContactStarted", 1), queued(2),
                  tell("ContactStarted", 3, contact="d"), now=4)  # fmt: skip
    assert [floor.get("started", by="client", group=client) for client in ("acme", "")] == [0, 2]
    assert floor.get("started") == 2


def test_occupancy_is_exact_to_the_millisecond_over_a_sliding_window() -> None:
    floor = Floor(state(0, "ready"), queued(0), answered(100.123), released(250.456), now=310.999)
    begin = 11.0  # 300 whole seconds, this one included
    assert floor.get("time_talking", "5m") == 150_333
    assert floor.get("time_ready", "5m") == round(1000 * (310.999 - begin)) - 150_333
    assert floor.get("occupancy", "5m") == 150_333 / 299_999


def test_talking_on_two_contacts_is_a_count_and_the_highest_claim_is_shown() -> None:
    floor = Floor(queued(0), queued(0, "d"), answered(1), answered(2, "d"), tell("ContactHeld", 3, contact="d"), now=4)
    assert (floor.agent().state, floor.agent().contacts) == ("talking", 2)
    assert floor.hear(released(5), now=6).agent().state == "hold"


def test_leaving_the_wrap_up_state_closes_wrap_ups_even_in_the_same_millisecond() -> None:
    warm = (answered(0, "w", "z"), released(1, "w", "z"), tell("ContactWrapped", 2, contact="w", agent="z"))
    floor = Floor(queued(0, "w"), *warm, queued(10), answered(11), released(20), now=21)
    assert floor.agent().state == "wrapping"
    assert floor.hear(state(30, "ready"), now=31).agent().state == "ready"
    floor.hear(queued(40, "d"), answered(41, "d"), state(50, "ready"), released(50, "d"), now=51)
    assert floor.agent().state == "ready"


def test_a_wrap_up_nobody_ended_is_over_after_an_hour() -> None:
    warm = (answered(0, "w", "z"), released(1, "w", "z"), tell("ContactWrapped", 2, contact="w", agent="z"))
    floor = Floor(queued(0, "w"), *warm, state(5, "ready"), queued(10), answered(11), released(20), now=3620)
    assert floor.agent().state == "wrapping"
    floor.hear(now=3700)
    assert (floor.agent().state, floor.agent().since) == ("ready", at(3620))


def test_a_score_of_days_later_counts_then_for_queue_and_agent() -> None:
    floor = Floor(queued(), answered(5), released(60), tell("ContactEnded", 61), now=100)
    floor.hear(now=2 * DAY)
    floor.hear(tell("ContactScored", 3 * DAY, kind="csat", score=5), now=3 * DAY + 1)
    assert (floor.get("csat", by="queue", group="q"), floor.get("csat", by="agent", group="a")) == (1.0, 1.0)
    assert floor.get("csat_mean") == 5.0
    floor.hear(tell("ContactScored", 3 * DAY, kind="csat", score=5), now=3 * DAY + 2)
    assert floor.get("csat_mean") == 5.0
    assert floor.snapshot.feed.duplicates == 1


def test_a_bots_message_is_no_agents() -> None:
    floor = Floor(
        tell("ContactStarted", 0, channel="chat"), answered(1), tell("ContactMessage", 2, sender="bot"), now=3
    )
    assert (floor.get("messages"), floor.get("messages", by="agent", group="a")) == (1, 0)


def test_first_responses_and_replies_are_told_apart() -> None:
    say = [(10, "customer"), (12, "customer"), (40, "agent"), (41, "agent"), (50, "customer"), (55, "agent")]
    floor = Floor(tell("ContactStarted", 0, channel="chat"), answered(1),
                  *(tell("ContactMessage", when, sender=who) for when, who in say), now=60)  # fmt: skip
    assert (floor.get("first_response"), floor.get("reply_time"), floor.get("messages")) == (30_000, 5_000, 6)


def test_call_back_legs_are_counted_waiting_and_made_in_any_queue() -> None:
    floor = Floor(queued(0, callback=True), queued(0, "d"), now=5)
    assert floor.get("callbacks_waiting") == 1
    assert floor.hear(answered(6), now=7).get("callbacks_made") == 1


def test_a_transfer_counts_where_the_agent_served_not_where_it_went() -> None:
    floor = Floor(queued(0), answered(1), queued(30, queue="r", leg=1), tell("ContactTransferred", 31, kind="blind"),
                  released(32), now=40)  # fmt: skip
    assert floor.get("transfer_rate", by="queue", group="q") == 1.0
    assert floor.get("transfers", by="queue", group="r") == 0


def test_time_told_late_still_counts_states_heard_since() -> None:
    floor = Floor(state(0, "offline"), now=10)
    floor.hear(state(9, "ready"))
    assert floor.get("time_ready") == 1000
