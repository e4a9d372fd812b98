"""The second half of a contact's story: agents answer, hold, release, wrap up, pass it on."""

from typing import Final

from wallboard.core import events as ev
from wallboard.core import legs
from wallboard.core.agents import CLOSED, HOLD, TALKING, WRAPPING
from wallboard.core.contacts import Contact, Segment
from wallboard.core.facts import NUMBER
from wallboard.core.pen import Pen
from wallboard.core.story import cell_of, stop_ringing, without

HANDLE_TIME: Final = NUMBER["handle_time"]
HANDLE_TIME_MENDED: Final = NUMBER["handle_time_mended"]
HELD: Final = NUMBER["held"]
RELEASED: Final = NUMBER["released"]
TAKEN: Final = NUMBER["taken"]
TRANSFERRED: Final = NUMBER["transferred"]
WRAPPED: Final = NUMBER["wrapped"]
WRAP_AGE_MS: Final = 3_600_000
"""A wrap-up nobody ended is over after this."""
SHORT_CALL_MS: Final = 10_000
"""An answered call with less talk than this is a short call."""


def answered(contact: Contact, event: ev.ContactAnswered, pen: Pen) -> None:
    """An agent's segment begins; a wait that still runs ends with it."""
    at = event.at
    agent = pen.floor.agent(contact.site, event.agent, at)
    leg = contact.leg(event.leg)
    primary = event.role == "primary"
    if leg is None:
        if contact.legs or not contact.started:
            pen.anomaly("answered without being queued")
    elif primary:
        if leg.result is None:
            legs.end(leg, at, "answered", pen)
        if leg.result != "answered":
            pen.anomaly("answered after leaving the queue")
        elif not leg.taken:
            leg.taken = True
            pen.sink.add_wide(TAKEN, at // 1000, leg.born, -1, agent.row, leg.wait, leg.met)
    if agent.key in contact.segments and contact.segments[agent.key].phase != WRAPPING:
        pen.anomaly("answered twice")
        release(contact, contact.segments[agent.key], at, pen)
    contact.ringing = without(contact.ringing, agent)
    cell = cell_of(contact, pen) if leg is None else leg.cell
    contact.segments[agent.key] = Segment(agent, leg, cell, at, primary=primary)
    pen.touch(agent, (at, contact.key, TALKING, None, 0))
    if contact.ringing and primary:
        stop_ringing(contact, at, pen)
    if primary:
        contact.last_agent = agent


def _segment(
    contact: Contact, event: ev.ContactHeld | ev.ContactResumed | ev.ContactReleased, pen: Pen
) -> Segment | None:
    agent = pen.floor.agent(contact.site, event.agent, event.at)
    segment = contact.segments.get(agent.key)
    if segment is None or segment.phase == WRAPPING:
        pen.anomaly(f"{event.__struct_config__.tag} without an answer")
        return None
    return segment


def held(contact: Contact, event: ev.ContactHeld, pen: Pen) -> None:
    """Talking becomes hold."""
    segment = _segment(contact, event, pen)
    if segment is not None and segment.phase == TALKING:
        _clock(segment, event.at, HOLD, pen)
        sec = event.at // 1000
        pen.sink.add(HELD, sec, sec, segment.cell, segment.agent.row)
        pen.touch(segment.agent, (event.at, contact.key, HOLD, None, 0))


def resumed(contact: Contact, event: ev.ContactResumed, pen: Pen) -> None:
    """Hold becomes talking."""
    segment = _segment(contact, event, pen)
    if segment is not None and segment.phase == HOLD:
        _clock(segment, event.at, TALKING, pen)
        pen.touch(segment.agent, (event.at, contact.key, TALKING, None, 0))


def _clock(segment: Segment, at: int, phase: int, pen: Pen) -> None:
    spent = at - segment.mark
    if spent < 0:
        pen.anomaly("negative duration")
        spent = 0
    if segment.phase == TALKING:
        segment.talk += spent
    else:
        segment.hold += spent
    segment.mark = at
    segment.phase = phase


def released(contact: Contact, event: ev.ContactReleased, pen: Pen) -> None:
    """An agent's segment ends."""
    segment = _segment(contact, event, pen)
    if segment is not None:
        release(contact, segment, event.at, pen)


def release(contact: Contact, segment: Segment, at: int, pen: Pen) -> None:
    """End a segment: its talk and hold are now known, and wrap-up may follow."""
    _clock(segment, at, WRAPPING, pen)
    segment.released = at
    agent, leg = segment.agent, segment.leg
    if segment.primary:
        sec, cell = at // 1000, segment.cell
        born = sec if leg is None else leg.born
        completed = met = 0
        if leg is not None and leg.result == "answered" and not leg.completed:
            leg.completed, completed, met = True, 1, leg.met
        talk, hold = segment.talk, segment.hold
        short = int(talk < SHORT_CALL_MS)
        pen.sink.add_wide(RELEASED, sec, born, cell, agent.row, talk, hold, short, completed, met)
        pen.sink.add_wide(HANDLE_TIME, sec, born, cell, -1, talk + hold)
    if segment.primary and pen.floor.wraps_up(at):
        pen.touch(agent, (at, contact.key, WRAPPING, None, 0))
    else:
        pen.touch(agent, (at, contact.key, CLOSED, None, 0))
    if not segment.primary:
        pen.floor.done(contact, agent, at)


def wrapped(contact: Contact, event: ev.ContactWrapped, pen: Pen) -> None:
    """Wrap-up ends; a feed that tells this has wrap-up after every release."""
    at = event.at
    pen.floor.wrapped(at)
    agent = pen.floor.agent(contact.site, event.agent, at)
    segment = contact.segments.get(agent.key)
    if segment is None or segment.phase != WRAPPING:
        pen.anomaly("wrapped without a release")
        return
    wrap = at - segment.released
    if wrap > WRAP_AGE_MS:
        pen.anomaly("wrapped too late")
        pen.floor.done(contact, agent, at)
        pen.touch(agent, (segment.released + WRAP_AGE_MS, contact.key, CLOSED, None, 0))
        return
    if wrap < 0:
        pen.anomaly("negative duration")
        wrap = 0
    sec, cell = at // 1000, segment.cell
    ended = segment.released // 1000
    born = ended if segment.leg is None else segment.leg.born
    pen.sink.add_wide(WRAPPED, sec, born, cell, agent.row, wrap)
    if wrap:
        spent = segment.talk + segment.hold
        pen.sink.add_wide(HANDLE_TIME_MENDED, ended, born, cell, -1, spent, spent + wrap)
    pen.floor.done(contact, agent, at)
    pen.touch(agent, (at, contact.key, CLOSED, None, 0))


def transferred(contact: Contact, event: ev.ContactTransferred, pen: Pen) -> None:
    """The agent passed it on."""
    agent = pen.floor.agent(contact.site, event.agent, event.at)
    sec, segment = event.at // 1000, contact.segments.get(agent.key)
    leg = contact.leg(event.leg) if segment is None else segment.leg
    cell = segment.cell if segment is not None else leg.cell if leg is not None else cell_of(contact, pen)
    pen.sink.add(TRANSFERRED, sec, sec if leg is None else leg.born, cell, agent.row)
