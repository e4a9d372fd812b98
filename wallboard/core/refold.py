"""A contact's story told again in order, after an event of it came out of order.

What the wrong order wrote is written once more into the ledger of things taken back, and agents exchange the inputs it
gave them for those of the right order.
"""

from typing import Final

from wallboard.core import events as ev
from wallboard.core.agents import Agent, Entry
from wallboard.core.contacts import Contact
from wallboard.core.floor import Ground
from wallboard.core.ledger import Ledger, Moves
from wallboard.core.legs import pass_threshold
from wallboard.core.outcomes import STEPS
from wallboard.core.pen import Notes
from wallboard.core.vocabulary import Event

_STAGE: Final = 16
"""Places of a stage."""
_LEGS: Final = 1
"""The stage in which legs are told apart."""
_PLACE: Final[dict[type[Event], int]] = {
    ev.ContactStarted: 0,
    ev.DialAttempted: 1,
    ev.DialResulted: 2,
    ev.ContactAutomated: 3,
    ev.ContactQueued: _STAGE,
    ev.ContactOffered: _STAGE + 1,
    ev.ContactUnanswered: _STAGE + 2,
    ev.ContactUnqueued: _STAGE + 3,
    ev.ContactAnswered: _STAGE + 4,
    ev.ContactHeld: _STAGE + 5,
    ev.ContactResumed: _STAGE + 5,
    ev.ContactMessage: _STAGE + 5,
    ev.ContactTransferred: _STAGE + 6,
    ev.ContactReleased: _STAGE + 7,
    ev.ContactEnded: 2 * _STAGE,
    ev.ContactWrapped: 2 * _STAGE + 1,
    ev.ContactScored: 2 * _STAGE + 2,
}
_INTRODUCES: Final = frozenset(
    (ev.ContactStarted, ev.ContactQueued, ev.ContactAutomated, ev.DialAttempted, ev.DialResulted)
)
_OF_LEGS: Final = frozenset(kind for kind in _PLACE if "leg" in kind.__struct_fields__)
"""Events that say which leg of their contact they are about."""


def order(event: Event) -> tuple[int, int, int, int]:
    """Where an event belongs in its contact's story: by time, then by what must come first in one millisecond."""
    place = _PLACE[type(event)]
    stage = place // _STAGE
    return event.at, stage, _leg(event) if stage == _LEGS else 0, place


def follows(event: Event, last: Event) -> bool:
    """Whether an event of the same millisecond surely comes after the last one of its contact, and is no repeat."""
    place, before = _PLACE[type(event)], _PLACE[type(last)]
    stage = place // _STAGE
    if stage != before // _STAGE or place <= before:
        return place > before
    return stage != _LEGS or _leg(event) >= _leg(last)


def _leg(event: Event) -> int:
    return event.leg if type(event) in _OF_LEGS else 0  # type: ignore[attr-defined]


class Story:
    """One telling of a contact, written down instead of acted on."""

    def __init__(self, ground: Ground, sink: Ledger, back: Ledger, anomalies: dict[str, int], sign: int) -> None:
        self.pen = Notes(ground, sink, back, anomalies, sign)
        void = Ledger()
        self._quiet = Notes(ground, void, void, {})
        self._quiet.inputs = self.pen.inputs

    def tell(self, old: Contact, events: list[Event], now: int | None) -> Contact:
        """The contact as these events leave it, its waits watched up to ``now``; ``None``: as far as they were."""
        contact = Contact(old.key, old.site)
        contact.quiet = old.quiet
        for event in events:
            restated = event in old.quiet
            contact.known = contact.known or restated
            quiet = not knows(contact, event) or restated
            STEPS[type(event)](contact, event, self._quiet if quiet else self.pen)
            contact.events.append(event)
            contact.last = event.at
        for number, leg in contact.legs.items():
            late = old.legs[number].late if now is None else leg.deadline < now
            if leg.result is None and late:
                pass_threshold(leg, self.pen)
        return contact


def knows(contact: Contact, event: Event) -> bool:
    """Whether this contact is known to the feed, or becomes so with this event; an orphan's facts stay quiet."""
    if not contact.known and type(event) in _INTRODUCES:
        contact.known = True
    return contact.known


def exchange(told: list[tuple[Agent, Entry]], retold: list[tuple[Agent, Entry]], moves: Moves, ground: Ground) -> None:
    """Let agents give back the inputs of one telling for those of another; what both share stays as it is."""
    old, new = _by_moment(told), _by_moment(retold)
    changed = [moment for moment in {**old, **new} if old.get(moment) != new.get(moment)]
    for agent in dict.fromkeys(agent for agent, _ in changed):
        mine = [moment for moment in changed if moment[0] is agent]
        gone = [entry for moment in mine for entry in old.get(moment, ())]
        come = [entry for moment in mine for entry in new.get(moment, ())]
        agent.revise(gone, come, moves, ground.reasons)
        ground.dirty.add(agent)


def _by_moment(inputs: list[tuple[Agent, Entry]]) -> dict[tuple[Agent, int], list[Entry]]:
    found: dict[tuple[Agent, int], list[Entry]] = {}
    for agent, entry in inputs:
        found.setdefault((agent, entry[0]), []).append(entry)
    return found
