"""Nothing in memory grows with the day but bounded windows and the live floor."""

from tests.core.tales import Floor, answered, at, queued, released, state, tell
from wallboard.core import events as ev
from wallboard.core.aggregator import _MEMORY, _SPARE, Aggregator
from wallboard.core.recent import Recent
from wallboard.zones import period


def call(begin: float, contact: str) -> list[object]:
    return [
        tell("ContactStarted", begin, contact=contact, customer=contact), queued(begin, contact),
        tell("ContactOffered", begin + 1, contact=contact), answered(begin + 3, contact), released(begin + 9, contact),
        tell("ContactWrapped", begin + 10, contact=contact), tell("ContactEnded", begin + 10, contact=contact),
    ]  # fmt: skip


def test_a_day_of_ended_contacts_leaves_none_behind() -> None:
    floor = Floor(windows=("today", "5m"))
    for number in range(800):
        floor.hear(*call(number * 30, f"c{number}"), now=number * 30 + 20)  # type: ignore[arg-type]
    floor.hear(now=800 * 30 + 400)
    fold = floor.fold
    assert fold._ground.contacts == {}
    assert len(fold._ground._watched) + len(fold._ground.closing) < 50
    assert len(fold._windows.timeline._log) < 20
    agent = fold._ground.agents["a"]
    assert len(agent._older) + len(agent._newer) <= 64
    assert floor.get("handled") == 800


def test_ended_contacts_are_let_go_by_the_feeds_own_time() -> None:
    floor = Floor(windows=("today",))
    for number in range(50):
        floor.fold.fold(call(number * 30, f"c{number}"))  # type: ignore[arg-type]
    assert len(floor.fold._ground.contacts) == 1


def test_a_contact_that_ended_is_kept_until_its_wrap_up_is_over() -> None:
    floor = Floor(windows=("today",))
    floor.hear(*call(0, "first"), now=60)  # type: ignore[arg-type]
    floor.hear(*call(100, "c")[:-2], tell("ContactEnded", 109, contact="c"), now=400)  # type: ignore[arg-type]
    floor.hear(now=3700)
    assert list(floor.fold._ground.contacts) == ["c"]
    assert floor.fold.snapshot().agents[0].state == "wrapping"
    floor.hear(now=109 + 3601)
    floor.hear(now=109 + 3610)
    assert floor.fold._ground.contacts == {}
    assert floor.fold.snapshot().agents[0].state != "wrapping"


def test_plans_and_what_agents_did_are_kept_for_two_days() -> None:
    floor = Floor(windows=("today",))
    for begin in range(0, 5 * 86_400, 3600):
        plan = {"agent": "a", "activity": "work", "from_": at(begin), "until": at(begin + 3600)}
        floor.hear(tell("AgentScheduled", begin, **plan))
        floor.hear(state(begin, "ready"), state(begin + 1800, "not-ready"), now=begin + 3000)
    kept = floor.fold._adherence._agents[0]
    oldest = min(kept.log[0][0], kept.told[0][0], kept.turns[0][0])
    assert at(3 * 86_400 - 7200) < oldest < at(3 * 86_400 + 7200)
    assert len(kept.plans) < 52


def test_without_sliding_windows_the_log_of_states_does_not_grow_either() -> None:
    floor = Floor(windows=("today",))
    for second in range(5000):
        floor.hear(state(second, ("ready", "not-ready")[second % 2]))
        if second % 50 == 0:
            floor.hear(now=second)
    kept = sum(part[2].shape[1] for part in floor.fold._windows.timeline._log)
    assert kept <= 8192 < 2 * 5000


def test_a_talk_nobody_ended_is_let_go_after_a_day() -> None:
    floor = Floor(state(0, "ready"), queued(), answered(5), windows=("today",))
    floor.hear(now=86_400)
    assert floor.agent().state == "talking"
    floor.hear(now=86_406)
    assert (floor.agent().state, floor.fold._ground.contacts) == ("ready", {})
    assert floor.anomalies() == {"contact never ended": 1}


def test_a_ring_heard_after_the_end_is_let_go_too() -> None:
    floor = Floor(queued(), tell("ContactEnded", 5), tell("ContactOffered", 6), windows=("today",))
    floor.hear(now=60).hear(now=2 * 86_400)
    assert floor.fold._ground.contacts == {}


def test_remembered_ids_are_bounded_and_recent_ones_kept() -> None:
    recent: Recent[int] = Recent(10)
    for number in range(1000):
        recent.put(str(number), number)
        assert recent.get(str(max(0, number - 9))) is not None
    assert len(recent._new) + len(recent._old) <= 20


def test_cells_are_bounded_whatever_the_feed_says() -> None:
    floor = Floor(windows=("today",))
    floor.fold._ground.cell_limit = 50
    for number in range(400):
        floor.hear(
            tell(
                "ContactStarted", number, contact=f"c{number}", priority=number, entry=str(number), campaign=str(number)
            )
        )
    floor.hear(now=500)
    assert len(floor.snapshot.cells) <= 110
    assert floor.get("started") == 400


def test_notices_are_bounded() -> None:
    floor = Floor(*(tell("Notice", i, text=str(i)) for i in range(100)), now=100)
    assert len(floor.snapshot.notices) == 20


def test_a_late_score_counts_or_not_however_the_events_were_told() -> None:
    """At the edge of how many contacts are remembered, and whenever the fold was told the time."""
    ended = [
        event
        for number in range(_MEMORY + 2 * _SPARE)
        for event in (
            ev.ContactStarted(at=number, contact=str(number), channel="voice", direction="inbound"),
            ev.ContactEnded(at=number, contact=str(number), by="customer"),
        )
    ]
    last = ended[-1].at
    edge = [
        ev.ContactScored(at=last, contact=str(2 * _SPARE + number), kind="csat", score=5) for number in (-3, -2, -1, 0)
    ]
    found = []
    for size, ahead in ((100, 0), (7_000, 0), (20_000, 3_000)):
        fold = Aggregator(period, ("all",), "UTC")
        events = [*ended, *edge]
        for start in range(0, len(events), size):
            fold.fold(events[start : start + size])
            fold.advance(fold.newest + ahead)
        found.append(fold.snapshot().feed.orphans)
    assert found == [2, 2, 2]
