"""What the others are given, worked out for them beforehand and not measured: queue legs and agents' states."""

from msgspec import Struct

from wallboard.core import events as ev
from wallboard.core.floor import key_of
from wallboard.core.vocabulary import Event

THRESHOLD_MS = 20_000
STATE_OF = {
    ev.ContactOffered: "ringing",
    ev.ContactAnswered: "talking",
    ev.ContactHeld: "hold",
    ev.ContactResumed: "talking",
    ev.ContactReleased: "wrapping",
    ev.ContactWrapped: "ready",
}


class LegFact(Struct):
    """One thing that happened to one leg, as counters to add."""

    at: int
    queue: str
    offered: int = 0
    answered: int = 0
    abandoned: int = 0
    met: int = 0
    wait: int = 0


class StateFact(Struct):
    """An agent stands somewhere new."""

    at: int
    agent: str
    state: str


def legs_of(events: list[Event]) -> list[LegFact]:
    """Offered, answered and abandoned legs, in order."""
    queued: dict[tuple[str, int], int] = {}
    found = []
    for event in events:
        if isinstance(event, ev.ContactQueued):
            queued[key_of(event.site, event.contact), event.leg] = event.at
            found.append(LegFact(event.at, key_of(event.site, event.queue), offered=1))
        elif isinstance(event, ev.ContactUnqueued):
            began = queued.pop((key_of(event.site, event.contact), event.leg), None)
            if began is not None and event.reason in ("answered", "abandoned"):
                found.append(_outcome(event, event.at - began))
    return found


def _outcome(event: ev.ContactUnqueued, wait: int) -> LegFact:
    queue = key_of(event.site, event.queue)
    if event.reason == "abandoned":
        return LegFact(event.at, queue, abandoned=1)
    return LegFact(event.at, queue, answered=1, met=int(wait <= THRESHOLD_MS), wait=wait)


def states_of(events: list[Event]) -> list[StateFact]:
    """Every change of an agent's state, in order."""
    found = []
    for event in events:
        state = event.state if isinstance(event, ev.AgentState) else STATE_OF.get(type(event))
        if state is not None:
            found.append(StateFact(event.at, key_of(event.site, event.agent), state))  # type: ignore[attr-defined]
    return found
