"""A full restatement of the floor: what it names is true, what it does not name is gone, nothing of it is traffic."""

from wallboard.core import events as ev
from wallboard.core.agents import CLOSED, OFFLINE, WRAPPING
from wallboard.core.contacts import Contact
from wallboard.core.floor import Ground, Restatement, key_of
from wallboard.core.legs import end
from wallboard.core.pen import Pen
from wallboard.core.story import stop_ringing_at
from wallboard.core.vocabulary import Event


def close(named: Restatement, ground: Ground, at: int, pen: Pen) -> int:
    """Let go of everything that was not named. Returns how many waits were lost with it."""
    lost = 0
    for key in [key for key in ground.contacts if key not in named.contacts]:
        lost += _forget(ground.contacts.pop(key), at, pen)
    for key in named.contacts & ground.contacts.keys():
        lost += _trim(ground.contacts[key], named, at, pen)
    for key, agent in ground.agents.items():
        agent.queues = {queue: penalty for queue, penalty in agent.queues.items() if (key, queue) in named.members}
        if key not in named.agents:
            pen.touch(agent, (at, "", OFFLINE, None, at))
        ground.dirty.add(agent)
    return lost


def _trim(contact: Contact, named: Restatement, at: int, pen: Pen) -> int:
    """Of a contact that was named, waits, rings and talks that were not named are gone."""
    lost = 0
    for number, leg in contact.legs.items():
        if leg.result is None and (contact.key, number) not in named.parts:
            end(leg, at, "system", pen)
            lost += 1
    for agent in contact.ringing:
        if (contact.key, agent.key) not in named.parts:
            stop_ringing_at(contact, agent, at, pen)
    for key, segment in list(contact.segments.items()):
        if (contact.key, key) not in named.parts:
            del contact.segments[key]
            pen.touch(segment.agent, (at, contact.key, CLOSED, None, 0))
    return lost


def _forget(contact: Contact, at: int, pen: Pen) -> int:
    lost = 0
    for leg in contact.legs.values():
        if leg.result is None:
            end(leg, at, "system", pen)
            lost += 1
    for agent in (*contact.ringing, *(segment.agent for segment in contact.segments.values())):
        pen.touch(agent, (at, contact.key, CLOSED, None, 0))
    return lost


def already_told(contact: Contact, event: Event, agent: str | None) -> bool:
    """Whether a restated event only repeats what is known of the contact."""
    if isinstance(event, ev.ContactStarted):
        return contact.started
    if isinstance(event, ev.ContactQueued):
        leg = contact.legs.get(event.leg)
        return leg is not None and (leg.result is None or leg.queue.key == key_of(event.site, event.queue))
    if isinstance(event, ev.ContactAnswered):
        return agent in contact.segments and contact.segments[agent].phase != WRAPPING
    if isinstance(event, ev.ContactOffered):
        return any(one.key == agent for one in contact.ringing)
    return False
