"""What nobody ends: waits, talks and wrap-ups are let go at a moment that depends on the feed alone.

A wait is quarantined, never abandoned; it ends as ``system`` exactly when it is too old, whenever the fold is told the
time. A sweep once a minute finds what will age before the next; every advance looks at those only.
"""

from collections.abc import Callable

from mypy_extensions import mypyc_attr

from wallboard.core import events as ev
from wallboard.core.agents import CLOSED, WRAPPING, Agent
from wallboard.core.contacts import Contact
from wallboard.core.floor import Ground
from wallboard.core.handling import WRAP_AGE_MS
from wallboard.core.outcomes import STEPS
from wallboard.core.pen import Pen
from wallboard.core.queues import Leg
from wallboard.core.refold import order

VOICE_AGE_MS = 24 * 3_600_000
"""A voice leg or talk nobody ended is let go after this."""
DIGITAL_AGE_MS = 14 * 24 * 3_600_000
IDLE_MS = 2 * 3_600_000
"""A contact with nothing open is forgotten after this, ended or not."""
SWEEP_MS = 60_000


@mypyc_attr(allow_interpreted_subclasses=True)
class Ageing:
    """Lets go of what is too old. ``forget`` drops a contact from the floor."""

    def __init__(self, ground: Ground, pen: Pen, forget: Callable[[Contact], None]) -> None:
        self._ground = ground
        self._pen = pen
        self._forget = forget
        self._swept = 0
        self._waits: list[Leg] = []
        self._wraps: list[tuple[int, str, Agent]] = []
        self._stuck: list[Contact] = []

    def advance(self, now: int) -> int:
        """Everything too old before ``now`` (ms) ends. Returns how many waits were quarantined."""
        sweeping = now - self._swept >= SWEEP_MS
        if sweeping:
            self._sweep(now)
        self._wrap(now)
        lost = 0
        for leg in self._waits:
            if leg in leg.queue.waiting and leg.queued + _limit(leg.queue.channel) < now:
                self._quarantine(leg)
                lost += 1
        for contact in self._stuck:
            if self._ground.contacts.get(contact.key) is contact and contact.last + _limit(contact.channel) < now:
                self._drop(contact)
        if sweeping:
            for contact in [c for c in self._ground.contacts.values() if c.last < now - IDLE_MS and not c.open()]:
                self._forget(contact)
        return lost

    def _sweep(self, now: int) -> None:
        self._swept = now
        soon = now + SWEEP_MS
        self._waits = [
            leg
            for queue in self._ground.queues.values()
            for leg in queue.waiting
            if leg.queued + _limit(queue.channel) <= soon
        ]
        self._waits.sort(key=lambda leg: leg.queued + _limit(leg.queue.channel))
        contacts = self._ground.contacts.values()
        self._wraps = [
            (segment.released, contact.key, segment.agent)
            for contact in contacts
            for segment in contact.segments.values()
            if segment.phase == WRAPPING and segment.released + WRAP_AGE_MS <= soon
        ]
        self._stuck = [c for c in contacts if c.last + _limit(c.channel) <= soon and c.open()]

    def _wrap(self, now: int) -> None:
        for released, key, agent in self._wraps:
            contact = self._ground.contacts.get(key)
            segment = None if contact is None else contact.segments.get(agent.key)
            if contact is None or segment is None or segment.phase != WRAPPING or segment.released != released:
                continue
            if released + WRAP_AGE_MS < now:
                self._ground.done(contact, agent, now)
                self._pen.touch(agent, (released + WRAP_AGE_MS, key, CLOSED, None, 0))

    def _quarantine(self, leg: Leg) -> None:
        """End a wait by an event of our own, so that its contact's story can be told again with it."""
        contact = self._ground.contacts[leg.contact]
        number = next(number for number, known in contact.legs.items() if known is leg)
        at, site = leg.queued + _limit(leg.queue.channel), leg.queue.site
        queue = leg.queue.key if site is None else leg.queue.key.removeprefix(f"{site}/")
        event = ev.ContactUnqueued(at=at, site=site, contact=contact.key[:64], queue=queue, leg=number, reason="system")
        contact.events.append(event)
        contact.events.sort(key=order)
        contact.last = max(contact.last, at)
        STEPS[type(event)](contact, event, self._pen)

    def _drop(self, contact: Contact) -> None:
        """A contact that rings or talks though nothing was heard of it for too long."""
        if any(leg.result is None for leg in contact.legs.values()):
            return
        at = contact.last + _limit(contact.channel)
        for agent in (*contact.ringing, *(segment.agent for segment in contact.segments.values())):
            self._pen.touch(agent, (at, contact.key, CLOSED, None, 0))
        self._pen.anomaly("contact never ended")
        self._forget(contact)


def _limit(channel: str | None) -> int:
    return VOICE_AGE_MS if channel in (None, "voice") else DIGITAL_AGE_MS
