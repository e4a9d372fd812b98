"""The first half of a contact's story: it starts, is automated, waits, rings, leaves the queue."""

from typing import Final

from wallboard.core import events as ev
from wallboard.core import legs
from wallboard.core.agents import CLOSED, RINGING, Agent
from wallboard.core.contacts import Contact
from wallboard.core.facts import NUMBER
from wallboard.core.floor import key_of
from wallboard.core.pen import Pen
from wallboard.core.queues import Leg
from wallboard.core.vocabulary import AutomatedResult

STARTED: Final = NUMBER["started"]
OFFERED: Final = NUMBER["offered"]
OFFER: Final = NUMBER["offer"]
UNANSWERED: Final = NUMBER["unanswered"]
_RESULTS: Final[dict[AutomatedResult, int]] = {
    "entered": NUMBER["automated"],
    "contained": NUMBER["contained"],
    "left": NUMBER["left_automated"],
}


def cell_of(contact: Contact, pen: Pen) -> int:
    """The cell of facts about the contact itself: that of its latest queue."""
    cell = contact.cell
    if cell is None:
        cell = contact.cell = pen.floor.cell(None, contact)
    return cell


def started(contact: Contact, event: ev.ContactStarted, pen: Pen) -> None:
    """A contact begins."""
    if contact.started:
        pen.anomaly("contact started twice")
        return
    contact.started = True
    contact.began = event.at
    contact.channel, contact.direction = event.channel, event.direction
    contact.campaign = event.campaign or contact.campaign
    contact.priority, contact.language, contact.entry = event.priority, event.language, event.entry
    if contact.latest is None:
        contact.cell = None
    if event.customer:
        contact.first = pen.floor.first(event.customer, contact.key)
    contact.first = contact.first and event.callback_of is None
    sec = event.at // 1000
    pen.sink.add(STARTED, sec, sec, cell_of(contact, pen), -1)


def automated(contact: Contact, event: ev.ContactAutomated, pen: Pen) -> None:
    """A step of self-service."""
    kind = _RESULTS.get(event.result)
    if kind is not None:
        sec = event.at // 1000
        pen.sink.add(kind, sec, sec, cell_of(contact, pen), -1)


def queued(contact: Contact, event: ev.ContactQueued, pen: Pen) -> None:
    """A wait begins."""
    at = event.at
    old = contact.legs.get(event.leg)
    if old is not None and old.result is None:
        pen.anomaly("leg queued twice")
        legs.end(old, at, "system", pen)
    if event.priority is not None:
        contact.priority = event.priority
    queue = pen.floor.queue(contact.site, event.queue)
    cell = contact.cell = pen.floor.cell(queue, contact)
    leg = Leg(contact.key, queue, cell, at, callback=event.callback or contact.channel == "callback")
    if contact.began is not None and not contact.legs:
        leg.born = min(contact.began, at) // 1000
    contact.legs[event.leg] = contact.latest = leg
    queue.waiting[leg] = None
    pen.floor.watch(leg)
    pen.sink.add(OFFERED, at // 1000, leg.born, cell, -1)


def unqueued(contact: Contact, event: ev.ContactUnqueued, pen: Pen) -> None:
    """A wait ends."""
    leg = contact.leg_in(event.leg, key_of(contact.site, event.queue))
    if leg is None:
        pen.anomaly("left a queue it never entered")
        return
    legs.end(leg, event.at, event.reason, pen)
    if event.reason == "answered":
        return
    if any(other.result is None for other in contact.legs.values()):
        for agent in [agent for agent in leg.ringing if agent in contact.ringing]:
            stop_ringing_at(contact, agent, event.at, pen)
    else:
        stop_ringing(contact, event.at, pen)


def offered(contact: Contact, event: ev.ContactOffered, pen: Pen) -> None:
    """It rings at an agent."""
    agent = pen.floor.agent(contact.site, event.agent, event.at)
    if agent not in contact.ringing:
        contact.ringing = (*contact.ringing, agent)
    leg = contact.leg(event.leg)
    if leg is not None and agent not in leg.ringing:
        leg.ringing = (*leg.ringing, agent)
    sec, cell = event.at // 1000, cell_of(contact, pen) if leg is None else leg.cell
    pen.sink.add(OFFER, sec, sec, cell, agent.row)
    if agent.key not in contact.segments:
        pen.touch(agent, (event.at, contact.key, RINGING, None, 0))


def unanswered(contact: Contact, event: ev.ContactUnanswered, pen: Pen) -> None:
    """An offer ended without an answer."""
    agent = pen.floor.agent(contact.site, event.agent, event.at)
    leg = contact.leg(event.leg)
    sec, cell = event.at // 1000, cell_of(contact, pen) if leg is None else leg.cell
    pen.sink.add_wide(UNANSWERED, sec, sec, cell, agent.row, event.reason == "no-answer")
    stop_ringing_at(contact, agent, event.at, pen)


def stop_ringing_at(contact: Contact, agent: Agent, at: int, pen: Pen) -> None:
    """It no longer rings at one agent."""
    if agent in contact.ringing:
        contact.ringing = without(contact.ringing, agent)
        if agent.key not in contact.segments:
            pen.touch(agent, (at, contact.key, CLOSED, None, 0))
    for leg in contact.legs.values():
        if leg.ringing:
            leg.ringing = without(leg.ringing, agent)


def stop_ringing(contact: Contact, at: int, pen: Pen) -> None:
    """It rings nowhere any more."""
    for agent in contact.ringing:
        stop_ringing_at(contact, agent, at, pen)


def without(ringing: tuple[Agent, ...], agent: Agent) -> tuple[Agent, ...]:
    """Where it still rings when it no longer rings at one agent."""
    return tuple([one for one in ringing if one is not agent]) if ringing else ()
