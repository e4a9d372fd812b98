"""What real feeds do, line by line of the vocabulary's list."""

import pytest

from tests.core.tales import Floor, answered, at, left, queued, released, state, tell


def test_a_second_agent_on_the_same_leg_is_one_answer_and_two_segments() -> None:
    floor = Floor(queued(), answered(5), tell("ContactTransferred", 40, kind="attended"), answered(41, agent="b"),
                  released(42), released(90, agent="b"), now=100)  # fmt: skip
    assert (floor.get("answered"), floor.get("handled"), floor.get("completed"), floor.get("transfers")) == (1, 2, 1, 1)
    assert floor.get("answered", by="agent", group="b") == 0


def test_one_contact_passes_through_two_queues_in_turn() -> None:
    floor = Floor(queued(), left(10, "timeout"), queued(10, queue="r", leg=1), answered(15, leg=1), now=20)
    assert [floor.get(kpi, by="queue", group="q") for kpi in ("offered", "flowed_out", "answered")] == [1, 1, 0]
    assert [floor.get(kpi, by="queue", group="r") for kpi in ("offered", "flowed_out", "answered")] == [1, 0, 1]


def test_one_contact_waits_in_two_queues_at_once_and_rings_for_its_own_leg() -> None:
    floor = Floor(queued(leg=0), queued(1, queue="r", leg=1), tell("ContactOffered", 2, leg=0), now=3)
    assert (floor.get("offers", by="queue", group="q"), floor.get("offers", by="queue", group="r")) == (1, 0)
    floor.hear(left(4, "overflow", queue="r", leg=1), now=5)
    assert floor.agent().state == "ringing"
    assert (floor.queue("q").waiting, floor.queue("r").waiting) == (1, 0)


def test_leaving_a_queue_never_ends_the_wait_in_another() -> None:
    floor = Floor(queued(), left(5, "timeout"), queued(6, queue="r"), left(7, "abandoned"), now=8)
    assert floor.queue("r").waiting == 1
    assert floor.get("abandoned") == 0


def test_ring_all_writes_one_no_answer_a_phone_and_no_abandon() -> None:
    phones = [f"a{i}" for i in range(5)]
    floor = Floor(
        queued(),
        *(tell("ContactOffered", 1, agent=phone) for phone in phones),
        *(tell("ContactUnanswered", 20, agent=phone, reason="no-answer") for phone in phones),
        now=21,
    )
    assert (floor.get("no_answers"), floor.get("offers"), floor.get("abandoned"), floor.get("offered")) == (5, 5, 0, 1)
    assert floor.get("no_answers", by="queue", group="q") == 5


def test_a_no_answer_counts_in_the_queue_it_rang_for_not_in_every_queue_of_the_agent() -> None:
    floor = Floor(tell("AgentJoined", 0), tell("AgentJoined", 0, queue="r"), queued(queue="q"), queued(0, "d", "r"),
                  tell("ContactOffered", 1), tell("ContactUnanswered", 9, reason="no-answer"), now=10)  # fmt: skip
    assert (floor.get("no_answers", by="queue", group="q"), floor.get("no_answers", by="queue", group="r")) == (1, 0)


def test_left_the_queue_as_answered_before_the_agent_connects_is_no_abandon() -> None:
    floor = Floor(queued(), left(7, "answered"), now=8)
    assert (floor.get("abandoned"), floor.get("answered")) == (0, 1)
    floor.hear(answered(8), now=9)
    assert (floor.get("abandoned"), floor.get("answered"), floor.get("asa")) == (0, 1, 7000)


def test_complete_without_connect_is_an_anomaly_and_no_handled_call() -> None:
    floor = Floor(queued(), released(30), now=31)
    assert floor.get("handled") == 0
    assert floor.anomalies() == {"contact.released without an answer": 1}


def test_enter_with_no_exit_is_quarantined_after_a_day_and_never_an_abandon() -> None:
    day = 24 * 3600
    floor = Floor(queued(), now=day)
    assert floor.queue().waiting == 1
    floor.hear(now=day + 0.001)
    assert floor.queue().waiting == 0
    assert (floor.get("quarantined", "all"), floor.get("abandoned", "all"), floor.snapshot.feed.quarantined) == (
        1,
        0,
        1,
    )
    assert floor.get("service_level", "all") is None


def test_a_digital_wait_is_kept_two_weeks() -> None:
    floor = Floor(tell("QueueDeclared", 0, channel="email"), queued(), now=13 * 86_400)
    assert floor.queue().waiting == 1
    assert floor.hear(now=14 * 86_400 + 1).queue().waiting == 0


def test_two_completes_for_one_call_count_once() -> None:
    floor = Floor(queued(), answered(3), released(60), released(61), now=70)
    assert (floor.get("handled"), floor.get("completed"), floor.get("talk")) == (1, 1, 57_000)


def test_five_pauses_and_three_resumes_are_resumed() -> None:
    pauses = [state(i, "not-ready", reason="break") for i in range(5)]
    floor = Floor(*pauses, *(state(5 + i, "ready") for i in range(3)), now=20)
    assert (floor.agent().state, floor.agent().since) == ("ready", at(5))
    assert floor.get("time_not_ready") == 5000


def test_logout_without_login_is_offline() -> None:
    floor = Floor(state(0, "offline"), now=10)
    assert (floor.agent().state, floor.agent().login, floor.get("logged_in")) == ("offline", None, 0)


def test_lines_that_disagree_by_two_seconds_are_told_in_order() -> None:
    floor = Floor(answered(5), queued(4), released(3.5 + 26), now=30)
    assert (floor.get("answered"), floor.get("asa"), floor.get("handled")) == (1, 1000, 1)


def test_a_wait_that_would_be_negative_is_nothing_and_told() -> None:
    floor = Floor(answered(0, contact="d"), queued(362, contact="d"), now=400)
    assert floor.get("answered") == 0
    floor = Floor(tell("ContactStarted", 0), queued(10), answered(10), now=20)
    assert floor.get("asa") == 0


def test_service_that_crosses_midnight_keeps_its_contact_and_counts_where_it_happened() -> None:
    evening = 12 * 3600 - 30
    floor = Floor(state(0, "ready"), queued(evening), now=evening + 10)
    floor.hear(answered(evening + 40), now=evening + 50)
    assert (floor.get("offered"), floor.get("answered"), floor.get("answer_rate")) == (0, 1, None)
    assert (floor.get("answered", "today+cohort"), floor.agent().state) == (0, "talking")
    assert floor.get("time_ready") == 10_000


def test_a_clock_that_steps_back_an_hour_ends_in_the_state_last_said() -> None:
    floor = Floor(state(0, "ready"), now=3600)
    floor.hear(*(state(i, name) for i in range(1, 200) for name in ("not-ready", "ready")[: 1 + i % 2]), now=3600)
    assert floor.agent().state == "ready"
    assert sum(floor.snapshot.windows[0].time[0][1:7].tolist()) == 3_600_000
    assert len(floor.fold._ground.agents["a"]._newer) <= 64


def test_ids_that_repeat_are_dropped_and_told_apart_from_conflicts() -> None:
    floor = Floor(queued(id="1"), queued(id="1"), queued(5, contact="d", id="1"), now=10)
    assert floor.get("offered") == 1
    assert (floor.snapshot.feed.duplicates, floor.snapshot.feed.conflicts) == (1, 1)


def test_a_name_that_appears_late_is_shown_from_then_on() -> None:
    floor = Floor(state(0, "ready"), now=1)
    assert floor.agent().name == "a"
    assert floor.hear(tell("AgentDeclared", 9, name="Ann"), now=9).agent().name == "Ann"


def test_contradictory_outcomes_leave_the_first_and_an_anomaly() -> None:
    end = tell("ContactEnded", 60, outcome="sale", value=100)
    floor = Floor(queued(), answered(3), released(50), end, tell("ContactEnded", 61, outcome="refused"), now=62)
    assert (floor.get("conversions"), floor.get("conversion_rate"), floor.get("value")) == (1, 1.0, 100)
    assert floor.anomalies() == {"contact ended twice": 1}


def test_a_call_of_ten_hours_is_one_call_of_ten_hours() -> None:
    floor = Floor(queued(), answered(3), windows=("all",))
    for hour in range(1, 11):
        floor.hear(now=hour * 3600)
    floor.hear(released(36_003), now=36_004)
    assert (floor.get("talk", "all"), floor.get("handled", "all")) == (36_000_000, 1)


@pytest.mark.parametrize("x", [{"holdtime": 99, "completed": 4_000_000}, None])
def test_counters_inside_events_are_never_added_to_ours(x: dict[str, int] | None) -> None:
    floor = Floor(queued(x=x), answered(5, x=x), released(10, x=x), now=11)
    assert (floor.get("completed"), floor.get("asa")) == (1, 5000)


def test_an_answer_after_an_abandon_stays_an_abandon_moves_the_agent_and_is_told() -> None:
    floor = Floor(queued(), left(5, "abandoned"), answered(6), now=7)
    assert (floor.get("abandoned"), floor.get("answered"), floor.agent().state) == (1, 0, "talking")
    assert floor.anomalies() == {"answered after leaving the queue": 1}


def test_what_comes_of_unknown_contacts_moves_agents_and_counts_nothing() -> None:
    floor = Floor(answered(0, contact="x"), now=1)
    assert (floor.agent().state, floor.get("answered"), floor.snapshot.feed.orphans) == ("talking", 0, 1)
    floor.hear(released(9, contact="x"), left(10, "abandoned", contact="y"), now=11)
    assert (floor.get("handled"), floor.get("abandoned"), floor.agent().state) == (0, 0, "offline")


def test_junk_is_a_counted_fact() -> None:
    floor = Floor(tell("Undecodable", 0, reason="not MessagePack", size=12), now=1)
    assert floor.snapshot.feed.undecodable == 1


def test_junk_is_no_news() -> None:
    junk = [tell("Undecodable", at, reason="not MessagePack", size=12) for at in (0, 9, 20)]
    floor, news = Floor(junk[0], now=1), list[int | None]()
    for heard in ([], [queued(4)], [junk[1], queued(7, contact="y"), junk[2]]):
        floor.hear(*heard, now=21)
        news.append(floor.snapshot.feed.newest)
    assert news == [None, queued(4).at, queued(7).at]
