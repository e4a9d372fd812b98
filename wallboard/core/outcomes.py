"""What comes of a contact: messages and replies, dialling, the end, and scores that may come days later."""

from collections.abc import Callable
from typing import Any, Final

from wallboard.core import events as ev
from wallboard.core import handling, legs, story
from wallboard.core.agents import WRAPPING, Agent
from wallboard.core.contacts import Contact
from wallboard.core.facts import NUMBER
from wallboard.core.handling import release
from wallboard.core.ledger import Ledger
from wallboard.core.pen import Pen
from wallboard.core.story import cell_of, stop_ringing
from wallboard.core.vocabulary import DialResult, Event

PROMOTER, DETRACTOR, SATISFIED = 9, 6, 4
"""NPS of 9-10 promotes, 0-6 detracts; CSAT of 4-5 is satisfied."""
_RESULTS: Final[dict[DialResult, int]] = {
    "live": NUMBER["live"],
    "busy": NUMBER["busy"],
    "no-answer": NUMBER["dial_no_answer"],
    "machine": NUMBER["machine"],
    "nuisance": NUMBER["nuisance"],
    "failed": NUMBER["dial_failed"],
    "dropped": NUMBER["dropped"],
    "do-not-call": NUMBER["do_not_call"],
}
ATTEMPTS: Final = NUMBER["attempts"]
ENDED: Final = NUMBER["ended"]
MESSAGE: Final = NUMBER["message"]
FIRST_RESPONSE: Final = NUMBER["first_response"]
REPLY: Final = NUMBER["reply"]
OUTCOME: Final = NUMBER["outcome"]
VALUE: Final = NUMBER["value"]
COST: Final = NUMBER["cost"]
RESOLUTION: Final = NUMBER["resolution"]
CSAT: Final = NUMBER["csat"]
NPS: Final = NUMBER["nps"]
FCR: Final = NUMBER["fcr"]


def _row(agent: Agent | None) -> int:
    return -1 if agent is None else agent.row


def _ended(contact: Contact, event: ev.ContactEnded, pen: Pen) -> None:
    if contact.ended is not None:
        pen.anomaly("contact ended twice")
        return
    at = contact.ended = event.at
    pen.floor.close(contact, at)
    stop_ringing(contact, at, pen)
    for segment in list(contact.segments.values()):
        if segment.phase != WRAPPING:
            pen.anomaly("contact ended before it was released")
            release(contact, segment, at, pen)
    for leg in contact.legs.values():
        if leg.result is None:
            pen.anomaly("contact ended while it waited")
            legs.end(leg, at, "system", pen)
    sec, cell, row, sink = at // 1000, cell_of(contact, pen), _row(contact.last_agent), pen.sink
    sink.add(ENDED, sec, sec, cell, -1)
    if event.outcome is not None:
        sink.add_wide(OUTCOME, sec, sec, cell, row, pen.floor.converts(event.outcome))
    if event.value is not None:
        sink.add_wide(VALUE, sec, sec, cell, row, event.value)
    if event.cost is not None:
        sink.add_wide(COST, sec, sec, cell, row, event.cost)
    if event.resolved is not None and contact.first:
        sink.add_wide(RESOLUTION, sec, sec, cell, -1, event.resolved)


def _message(contact: Contact, event: ev.ContactMessage, pen: Pen) -> None:
    at, sec, cell = event.at, event.at // 1000, cell_of(contact, pen)
    if event.sender == "customer":
        pen.sink.add(MESSAGE, sec, sec, cell, -1)
        if contact.awaiting is None:
            contact.awaiting = at
        return
    agent = contact.last_agent if event.sender == "agent" else None
    if event.agent:
        agent = pen.floor.agent(contact.site, event.agent, at)
    pen.sink.add(MESSAGE, sec, sec, cell, _row(agent))
    if event.sender == "agent":
        _answer_message(contact, at, _row(agent), pen)


def _answer_message(contact: Contact, at: int, row: int, pen: Pen) -> None:
    asked = contact.awaiting if contact.awaiting is not None else contact.began
    if asked is None:
        return
    sec, cell, took = at // 1000, cell_of(contact, pen), max(0, at - asked)
    if not contact.responded:
        contact.responded = True
        limit = contact.latest.queue.threshold_ms if contact.latest else 0
        pen.sink.add_wide(FIRST_RESPONSE, sec, asked // 1000, cell, row, took, took <= limit)
    elif contact.awaiting is not None:
        pen.sink.add_wide(REPLY, sec, asked // 1000, cell, row, took)
    contact.awaiting = None


def _attempted(contact: Contact, event: ev.DialAttempted, pen: Pen) -> None:
    contact.direction, contact.campaign = "outbound", event.campaign
    sec = event.at // 1000
    pen.sink.add(ATTEMPTS, sec, sec, _campaign_cell(contact, pen), -1)


def _resulted(contact: Contact, event: ev.DialResulted, pen: Pen) -> None:
    contact.direction, contact.campaign = "outbound", event.campaign
    sec = event.at // 1000
    pen.sink.add(_RESULTS[event.result], sec, sec, _campaign_cell(contact, pen), -1)
    if event.result != "live":
        pen.floor.close(contact, event.at)


def _campaign_cell(contact: Contact, pen: Pen) -> int:
    if contact.latest is None:
        contact.cell = pen.floor.cell(None, contact)
    return cell_of(contact, pen)


def score(event: ev.ContactScored, cell: int, row: int, sink: Ledger) -> None:
    """A score of a contact whose facts belong to ``cell`` and whose agent has ``row`` (-1: nobody)."""
    sec, value = event.at // 1000, event.score
    if event.kind == "csat":
        sink.add_wide(CSAT, sec, sec, cell, row, value, value >= SATISFIED)
    elif event.kind == "nps":
        sink.add_wide(NPS, sec, sec, cell, row, value >= PROMOTER, value <= DETRACTOR)
    elif event.kind == "fcr":
        sink.add_wide(FCR, sec, sec, cell, row, value > 0)
    else:
        sink.add_wide(NUMBER[event.kind], sec, sec, cell, row, value)


def _scored(contact: Contact, event: ev.ContactScored, pen: Pen) -> None:
    contact.scored = True
    agent = pen.floor.agent(contact.site, event.agent, event.at) if event.agent else contact.last_agent
    score(event, cell_of(contact, pen), _row(agent), pen.sink)


STEPS: Final[dict[type[Event], Callable[[Contact, Any, Pen], None]]] = {
    ev.ContactStarted: story.started,
    ev.ContactAutomated: story.automated,
    ev.ContactQueued: story.queued,
    ev.ContactUnqueued: story.unqueued,
    ev.ContactOffered: story.offered,
    ev.ContactUnanswered: story.unanswered,
    ev.ContactAnswered: handling.answered,
    ev.ContactHeld: handling.held,
    ev.ContactResumed: handling.resumed,
    ev.ContactTransferred: handling.transferred,
    ev.ContactReleased: handling.released,
    ev.ContactWrapped: handling.wrapped,
    ev.ContactMessage: _message,
    ev.ContactEnded: _ended,
    ev.ContactScored: _scored,
    ev.DialAttempted: _attempted,
    ev.DialResulted: _resulted,
}
"""The step each contact event takes."""
