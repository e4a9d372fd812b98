"""The capture's bytes, through the real client over loopback in its own pieces at its own pace, against its queue_log.

Every difference is named here; docs/asterisk.md explains them.
"""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from feeds.adapters.options import Options, Secret
from feeds.adapters.registry import import_files
from tests.feeds.adapters.fake_manager import FakeManager, Talk
from tests.feeds.adapters.recorded_floor import reads
from wallboard.core.events import (
    AgentJoined,
    AgentParted,
    AgentState,
    ContactAnswered,
    ContactEnded,
    ContactHeld,
    ContactQueued,
    ContactReleased,
    ContactTransferred,
    ContactUnanswered,
    ContactUnqueued,
    FloorEnded,
)
from wallboard.core.vocabulary import Event

Facts = Counter[tuple[str, ...]]
REDIRECTED = 5
"""Waiting callers sent elsewhere by an AMI Redirect: the log and the ACD say abandoned, but their lines live on."""
WITHDRAWN = 3
STEP_MS = 400
"""The client is let work at least so often."""
ROUNDED_MS = 1050
"""A log has whole seconds, rounded down, and is written a little after or before the event."""


@pytest.fixture(scope="module")
def using() -> Options:
    return Options(customer_key=b"a key for tests", user="wall", secret=Secret("made for this test"))


@pytest.fixture(scope="module")
def live(using: Options) -> list[Event]:
    recordings = Path(__file__).parents[3] / "feeds" / "recordings"
    with FakeManager(secret="made for this test") as manager:  # noqa: S106 - made for this test
        pieces = list(reads(recordings))
        manager.time = pieces[0][0]
        talk = Talk(manager, using, wall=round(manager.time * 1000))
        talk.until("floor.ended", 1)
        for at, piece in pieces:
            while (rest := round(at * 1000) - talk.clock.wall()) > 0:
                talk.step(min(rest, STEP_MS))
            manager.say(piece)
            talk.step()
        talk.settle(50)
        talk.events += talk.follower._ami.finish()
        talk.follower.close()
    return talk.events


@pytest.fixture
def log(recordings: Path, using: Options) -> list[Event]:
    return list(import_files("asterisk-queue-log", [recordings / "asterisk-22.queue_log"], using))


def count(events: list[Event], fact: Callable[[Event], tuple[str, ...] | None]) -> Facts:
    return Counter(key for event in events if (key := fact(event)))


def waits(event: Event) -> tuple[str, ...] | None:
    return (event.contact, event.queue, str(event.leg)) if isinstance(event, ContactQueued) else None


def talks(event: Event) -> tuple[str, ...] | None:
    if isinstance(event, ContactAnswered):
        return ("answered", event.contact, event.agent, str(event.leg))
    if isinstance(event, ContactReleased):
        return ("released", event.contact, event.agent, str(event.leg), str(event.by))
    if isinstance(event, ContactTransferred):
        return ("moved", event.contact, event.agent, event.kind)
    return None


def offers(event: Event) -> tuple[str, ...] | None:
    if isinstance(event, ContactUnanswered) and event.reason in {"no-answer", "rejected"}:
        return (event.contact, event.agent, event.reason)
    return None


def ends(event: Event) -> tuple[str, ...] | None:
    return (event.contact, event.queue, event.reason) if isinstance(event, ContactUnqueued) else None


def test_the_same_callers_wait_in_the_same_queues_in_the_same_order(live: list[Event], log: list[Event]) -> None:
    assert count(live, waits) == count(log, waits)
    assert count(live, waits).total() == 815


def test_the_same_agents_answer_and_release_the_same_callers(live: list[Event], log: list[Event]) -> None:
    assert count(live, talks) == count(log, talks)
    assert sum(isinstance(event, ContactReleased) for event in live) == 554


def test_the_same_offers_come_to_nothing(live: list[Event], log: list[Event]) -> None:
    assert count(live, offers) == count(log, offers)


def test_callers_leave_the_same_way_but_for_those_whom_somebody_redirected(live: list[Event], log: list[Event]) -> None:
    manager, written = count(live, ends), count(log, ends)
    more, less = manager - written, written - manager
    assert Counter(reason for *_, reason in more.elements()) == {"diverted": REDIRECTED}
    assert Counter(reason for *_, reason in less.elements()) == {"abandoned": REDIRECTED}
    assert {key[:2] for key in more} == {key[:2] for key in less}
    assert Counter(reason for *_, reason in manager.elements())["diverted"] == REDIRECTED + WITHDRAWN


def test_moments_differ_by_less_than_the_second_the_log_rounds_to(live: list[Event], log: list[Event]) -> None:
    def moments(events: list[Event]) -> dict[tuple[str, ...], int]:
        return {(type(e).__name__, *key): e.at for e in events if (key := waits(e) or talks(e))}

    written = moments(log)
    apart = [at - written[key] for key, at in moments(live).items()]
    assert min(apart) >= 0
    assert max(apart) <= ROUNDED_MS


def test_the_same_members_come_and_go_and_pause(live: list[Event], log: list[Event]) -> None:
    def members(events: list[Event]) -> set[tuple[str, ...]]:
        kinds = (AgentJoined, AgentParted)
        return {(type(e).__name__, e.agent, e.queue) for e in events if isinstance(e, kinds)}

    def pauses(events: list[Event]) -> set[tuple[str, ...]]:
        return {(e.agent, e.reason) for e in events if isinstance(e, AgentState) and e.reason}

    assert members(live) == members(log)
    assert pauses(live) == pauses(log)


def test_the_log_has_no_penalties_of_named_members(live: list[Event], log: list[Event]) -> None:
    assert {event.penalty for event in log if isinstance(event, AgentJoined)} == {0}
    assert {event.penalty for event in live if isinstance(event, AgentJoined)} == {0, 1, 2, 3}


def test_only_the_interface_tells_of_unreachable_phones_and_of_hold(live: list[Event], log: list[Event]) -> None:
    def offline(events: list[Event]) -> int:
        return sum(isinstance(event, AgentState) and event.state == "offline" for event in events)

    assert offline(live) > offline(log)
    assert sum(isinstance(event, ContactHeld) for event in live) == 13
    assert not any(isinstance(event, ContactHeld) for event in log)


def test_the_feed_live_is_the_feed_of_the_closed_capture(live: list[Event], recordings: Path, using: Options) -> None:
    def told(events: list[Event]) -> list[Event]:
        """All but what the passing of time alone brings, in pieces here and in one there."""
        return [e for e in events if not isinstance(e, ContactEnded) or e.by]

    closed = list(import_files("asterisk-ami", [recordings / "asterisk-22.ami.gz"], using))
    began = next(place for place, event in enumerate(live) if isinstance(event, FloorEnded))
    assert told(live[began + 1 :]) == told(closed)
