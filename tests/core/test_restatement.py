"""A full restatement replaces what is live, and is no traffic."""

from tests.core.tales import Floor, answered, at, left, queued, released, state, tell

BEGAN, ENDED = tell("FloorBegan", 100, why="resync"), tell("FloorEnded", 101)


def before() -> Floor:
    return Floor(state(0, "ready"), tell("AgentJoined", 0), queued(10), queued(10, "d"), answered(20, "d"),
                 queued(30, "gone"), now=60)  # fmt: skip


def test_nothing_restated_counts_as_traffic() -> None:
    floor = Floor(BEGAN, tell("ContactStarted", 90), queued(90), tell("ContactOffered", 95), queued(91, "d"),
                  answered(99, "d"), ENDED, now=102)  # fmt: skip
    counted = [floor.get(kpi) for kpi in ("offered", "answered", "started", "offers", "abandoned", "handled")]
    assert counted == [0, 0, 0, 0, 0, 0]
    assert (floor.queue().waiting, floor.agent().state) == (1, "talking")


def test_what_a_restatement_tells_of_the_past_is_not_late() -> None:
    floor = Floor(BEGAN, tell("ContactStarted", 90), queued(90), answered(99), ENDED, now=102)
    assert (floor.snapshot.feed.late, floor.snapshot.feed.reordered) == (0, 0)


def test_what_follows_a_restatement_is_traffic_again() -> None:
    floor = Floor(BEGAN, tell("ContactStarted", 90), answered(99), ENDED, released(110), now=111)
    assert floor.get("handled") == 1
    floor.hear(tell("ContactHeld", 109), now=112)  # heard late, so the story is told again
    assert (floor.get("handled"), floor.get("started"), floor.get("hold")) == (1, 0, 1000)


def test_waits_that_are_not_named_are_quarantined_and_never_abandons() -> None:
    floor = before().hear(BEGAN, state(100, "ready"), queued(10), queued(10, "d"), answered(20, "d"), ENDED, now=102)
    assert (floor.queue().waiting, floor.get("quarantined"), floor.get("abandoned")) == (1, 1, 0)
    assert floor.get("offered") == 3


def test_agents_and_memberships_that_are_not_named_are_gone() -> None:
    floor = before().hear(BEGAN, state(100, "ready", agent="b"), ENDED, now=102)
    assert (floor.agent().state, floor.agent().queues, floor.agent("b").state) == ("offline", (), "ready")


def test_a_contact_known_before_keeps_its_history() -> None:
    floor = before().hear(
        BEGAN, state(100, "ready"), queued(10, "d"), answered(20, "d"), ENDED, released(120, "d"), now=121
    )
    assert (floor.get("offered"), floor.get("answered"), floor.get("talk")) == (3, 1, 100_000)
    assert floor.get("completed") == 1


def test_a_talk_that_moved_to_another_agent_leaves_the_first() -> None:
    agents = state(100, "ready"), state(100, "ready", agent="b")
    floor = before().hear(
        BEGAN, *agents, tell("ContactStarted", 10, contact="d"), answered(90, "d", "b"), ENDED, now=102
    )
    assert (floor.agent().state, floor.agent("b").state) == ("ready", "talking")


def test_a_wait_that_was_answered_meanwhile_does_not_wait_on() -> None:
    floor = before().hear(BEGAN, state(100, "ready"), tell("ContactStarted", 0), answered(90), ENDED, now=102)
    assert (floor.queue().waiting, floor.agent().state, floor.get("answered")) == (0, "talking", 1)


def test_a_call_restated_with_its_finished_wait_does_not_wait_again() -> None:
    floor = before().hear(
        BEGAN, state(100, "ready"), queued(10, "d"), left(20, "answered", "d"), answered(20, "d"), ENDED, now=102
    )
    assert (floor.queue().waiting, floor.agent().state) == (0, "talking")


def test_an_end_without_a_beginning_is_an_anomaly() -> None:
    floor = before().hear(ENDED, now=102)
    assert floor.queue().waiting == 2
    assert floor.anomalies() == {"restatement ended without beginning": 1}


def test_times_in_which_the_source_heard_nothing_are_told() -> None:
    """Of a source that cannot say since when, it is since the last word of it; with no word before, nothing lacks."""
    floor = Floor(tell("FloorBegan", 10, unheard_since=0), tell("FloorEnded", 10), now=20)
    assert not floor.snapshot.feed.unheard
    floor.hear(tell("FloorBegan", 60, unheard_since=at(40)), tell("FloorEnded", 60), now=61)
    floor.hear(tell("FloorBegan", 80, unheard_since=0), tell("FloorEnded", 80), BEGAN, ENDED, now=101)
    assert floor.snapshot.feed.unheard == ((at(40), at(60)), (at(60), at(80)))


def test_a_feed_full_of_silences_keeps_the_latest() -> None:
    floor = Floor(state(0, "ready"))
    for second in range(100):
        floor.hear(tell("FloorBegan", second + 1, unheard_since=at(second)), tell("FloorEnded", second + 1))
    floor.hear(now=101)
    assert len(floor.snapshot.feed.unheard) == 32
    assert floor.snapshot.feed.unheard[-1] == (at(99), at(100))
