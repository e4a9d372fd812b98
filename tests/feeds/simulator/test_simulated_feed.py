"""What must hold for every simulated feed: order, determinism, legs that end once, agents that make sense."""

from collections import Counter
from itertools import islice, pairwise

import msgspec
import pytest

from feeds.simulator import SimConfig, history, simulate
from wallboard.core.events import (
    AgentDeclared,
    AgentState,
    AnyEvent,
    ContactAnswered,
    ContactEnded,
    ContactOffered,
    ContactQueued,
    ContactStarted,
    ContactUnanswered,
    ContactUnqueued,
    ContactWrapped,
    QueueDeclared,
)
from wallboard.core.vocabulary import Event
from wallboard.errors import UsageError

HOUR = 3_600_000
SIX = 1_772_514_000_000  # Tuesday 3 March 2026, 06:00 in Paris


def packed(config: SimConfig, count: int = 4000) -> bytes:
    return msgspec.msgpack.encode(list(islice(simulate(config, SIX), count)))


@pytest.fixture(scope="module")
def morning() -> list[Event]:
    return history(SimConfig(sites=2), SIX, SIX + 6 * HOUR)


def test_the_same_seed_gives_the_same_bytes_and_another_seed_does_not() -> None:
    assert packed(SimConfig(seed=7)) == packed(SimConfig(seed=7))
    assert packed(SimConfig(seed=7)) != packed(SimConfig(seed=8))


def test_time_never_goes_back_and_every_event_survives_the_typed_wire(morning: list[Event]) -> None:
    assert all(first.at <= second.at for first, second in pairwise(morning))
    wire = msgspec.msgpack.encode(morning)
    assert msgspec.msgpack.decode(wire, type=list[AnyEvent]) == morning


def test_every_queued_leg_ends_exactly_once_and_answers_follow_their_unqueueing(morning: list[Event]) -> None:
    waiting: set[tuple[str, int, str]] = set()
    for event, following in pairwise(morning):
        if isinstance(event, ContactQueued):
            leg = (event.contact, event.leg, event.queue)
            assert leg not in waiting
            waiting.add(leg)
        elif isinstance(event, ContactUnqueued):
            waiting.remove((event.contact, event.leg, event.queue))
            if event.reason == "answered":
                assert isinstance(following, ContactAnswered)
                assert (following.at, following.contact, following.leg) == (event.at, event.contact, event.leg)
            elif event.reason == "abandoned":
                assert isinstance(following, ContactEnded)
                assert following.outcome == "abandoned"
    assert len(waiting) < 60


def test_an_agent_is_offered_work_only_when_ready_and_never_beyond_capacity(morning: list[Event]) -> None:
    capacity = {event.agent: dict(event.capacity or {}) for event in morning if isinstance(event, AgentDeclared)}
    ready: set[str] = set()
    load: Counter[str] = Counter()
    for event in morning:
        if isinstance(event, AgentState):
            (ready.add if event.state == "ready" else ready.discard)(event.agent)
            assert not load[event.agent]
        elif isinstance(event, ContactOffered):
            assert event.agent in ready
            load[event.agent] += 1
            assert load[event.agent] <= max(capacity[event.agent].values())
        elif isinstance(event, ContactUnanswered | ContactWrapped):
            load[event.agent] -= 1
            assert load[event.agent] >= 0


def test_a_contact_starts_before_and_ends_after_everything_else_but_late_wraps_and_scores(
    morning: list[Event],
) -> None:
    begun: set[str] = set()
    over: set[str] = set()
    for event in morning:
        if isinstance(event, ContactStarted):
            assert event.contact not in begun
            begun.add(event.contact)
        elif isinstance(event, ContactQueued | ContactOffered | ContactAnswered):
            assert event.contact in begun
            assert event.contact not in over
        elif isinstance(event, ContactEnded):
            assert event.contact in begun - over
            over.add(event.contact)


def test_contacts_stay_on_the_site_of_their_queue(morning: list[Event]) -> None:
    sites = {event.queue: event.site for event in morning if isinstance(event, QueueDeclared)}
    assert len(set(sites.values())) == 2
    assert all(event.site == sites[event.queue] for event in morning if isinstance(event, ContactQueued))
    agents = {event.agent: event.site for event in morning if isinstance(event, AgentDeclared)}
    assert all(event.site == agents[event.agent] for event in morning if isinstance(event, ContactOffered))


def test_one_site_goes_unnamed() -> None:
    assert {event.site for event in islice(simulate(SimConfig(), SIX), 2000)} == {None}


def test_ids_are_unset_unless_asked_for_and_then_unique() -> None:
    assert {event.id for event in islice(simulate(SimConfig(), SIX), 1000)} == {None}
    ids = [event.id for event in islice(simulate(SimConfig(event_ids=True), SIX), 1000)]
    assert None not in ids
    assert len(set(ids)) == 1000


def test_names_and_ids_of_agents_are_unique_in_the_largest_centre() -> None:
    said = islice(simulate(SimConfig(agents=10_000, queues=200, sites=3), SIX), 11_000)
    agents = [event for event in said if isinstance(event, AgentDeclared)]
    assert len(agents) == len({event.agent for event in agents}) == len({event.name for event in agents}) == 10_000


def test_every_problem_of_a_config_is_named_at_once() -> None:
    with pytest.raises(UsageError) as caught:
        SimConfig(agents=9, queues=201, rate=0.0, time_zone="Europe/Atlantis")
    assert str(caught.value) == (
        "cannot simulate this centre: agents is 9, use 10 to 10000; queues is 201, use 1 to 200; "
        "rate is 0.0, use more than 0 and at most 1000000 events a second; "
        "time zone 'Europe/Atlantis' is unknown, use an IANA name"
    )


@pytest.mark.parametrize(
    ("agents", "queues", "sites"), [(10, 1, 1), (10, 200, 3), (11, 3, 3), (16, 8, 1), (47, 2, 2), (900, 50, 3)]
)
def test_any_size_answers_contacts(agents: int, queues: int, sites: int) -> None:
    events = history(SimConfig(agents=agents, queues=queues, sites=sites), SIX + 4 * HOUR, SIX + 5 * HOUR)
    assert sum(isinstance(event, ContactAnswered) for event in events) > agents
    assert sum(isinstance(event, QueueDeclared) for event in events) == queues
