"""Contacts coming in: a Poisson stream a queue, redrawn every five minutes; the IVR or bot before it."""

from random import Random

from feeds.simulator.days import SLOT
from feeds.simulator.demand import NOISE_SLOT, day_factor
from feeds.simulator.floor import Contact, Queue
from feeds.simulator.presence import SECOND
from feeds.simulator.routing import Routing
from feeds.simulator.world import World, spread
from wallboard.core.events import ContactAutomated, ContactEnded, ContactMessage, ContactStarted
from wallboard.core.vocabulary import AutomatedResult

CONTAINED = 0.13
LEFT = 0.04
FAILED = 0.01
IVR_S = 28.0
MEMORY = 0.75
"""How much of one five minutes' mood the next keeps."""
MOOD = 0.12
GUST_CHANCE = 0.05
GUST = 1.9
"""Now and then five minutes bring nearly twice as many."""


class Stream:
    """One queue's arrivals."""

    __slots__ = ("dice", "factor", "level", "mood", "queue", "until")

    def __init__(self, queue: Queue, dice: Random) -> None:
        self.queue = queue
        self.dice = dice
        self.level = 0.0
        """Contacts a millisecond."""
        self.until = 0
        self.mood = 0.0
        self.factor = 1.0


class Arrivals:
    """Starts contacts. ``begin`` is the local midnight that the queues' rates count from."""

    def __init__(self, world: World, routing: Routing, queues: list[Queue]) -> None:
        self._world = world
        self._routing = routing
        self._dice = world.dice("ivr")
        self._streams = [Stream(queue, world.dice(f"arrivals/{queue.id}")) for queue in queues]
        self._begin = 0
        self._automated = world.config.ivr
        self._uplift = 1 / (1 - CONTAINED - LEFT) if world.config.ivr else 1.0

    def new_day(self, begin: int) -> None:
        """Take the day's rates as they now stand in the queues."""
        self._begin = begin
        for stream in self._streams:
            stream.factor = day_factor(stream.dice)

    def start(self) -> None:
        """Put every queue's first five minutes on the agenda."""
        for stream in self._streams:
            self._world.do(self._world.now, self._slot, stream)

    def _slot(self, stream: Stream) -> None:
        """Draw a level for the next five minutes, and send people home if a queue has nobody left."""
        world, queue = self._world, stream.queue
        if queue.kind.flow != "email" and not queue.staffed():
            self._routing.close(queue)
        stream.mood = MEMORY * stream.mood + MOOD * stream.dice.gauss(0.0, 1.0)
        slot = (world.now - self._begin) // SLOT
        base = queue.rates[min(slot, len(queue.rates) - 1)] if queue.rates else 0.0
        front = self._uplift if queue.kind.flow in ("voice", "chat") else 1.0
        level = base * front * stream.factor * max(0.4, 1 + stream.mood) * queue.rush
        if stream.dice.random() < GUST_CHANCE:
            level *= GUST
        stream.level = level / (SECOND * world.pace)
        stream.until = world.now - world.now % NOISE_SLOT + NOISE_SLOT
        self._next(stream)
        world.do(stream.until, self._slot, stream)

    def _next(self, stream: Stream) -> None:
        if stream.level <= 0:
            return
        when = self._world.now + int(stream.dice.expovariate(stream.level) + 0.5)
        if when < stream.until:
            self._world.do(when, self._arrive, stream)

    def _arrive(self, stream: Stream) -> None:
        world, queue, dice = self._world, stream.queue, self._dice
        self._next(stream)
        contact = Contact(world.new_contact_id(), queue, world.customers.next())
        kind = queue.kind
        world.emit(
            ContactStarted(
                at=world.now,
                site=contact.site,
                contact=contact.id,
                channel=kind.channel,
                entry=queue.id,
                customer=contact.customer,
                language=queue.language,
            )
        )
        automated = self._automated and kind.flow in ("voice", "chat")
        if automated:
            self._automate(contact, "entered")
        if kind.flow != "voice":
            world.emit(ContactMessage(at=world.now, site=contact.site, contact=contact.id, sender="customer"))
        if automated:
            front = spread(dice, IVR_S, 0.5) * SECOND * world.pace
            world.do(world.now + int(front) + 1, self._automated_done, contact)
        else:
            self._routing.enter(contact, queue)

    def _automate(self, contact: Contact, result: AutomatedResult) -> None:
        step = "menu" if contact.queue.kind.flow == "voice" else "bot"
        self._world.emit(
            ContactAutomated(at=self._world.now, site=contact.site, contact=contact.id, step=step, result=result)
        )

    def _automated_done(self, contact: Contact) -> None:
        luck, world = self._dice.random(), self._world
        kept, gone = luck < CONTAINED, luck < CONTAINED + LEFT
        self._automate(
            contact, "contained" if kept else "left" if gone else "failed" if luck > 1 - FAILED else "to-queue"
        )
        if contact.queue.kind.flow == "chat":
            world.emit(ContactMessage(at=world.now, site=contact.site, contact=contact.id, sender="bot"))
        if gone:
            self._over(contact, "self-service" if kept else "left-in-ivr", resolved=kept)
        else:
            self._routing.enter(contact, contact.queue)

    def _over(self, contact: Contact, outcome: str, *, resolved: bool) -> None:
        world = self._world
        world.emit(
            ContactEnded(
                at=world.now,
                site=contact.site,
                contact=contact.id,
                by="customer",
                outcome=outcome,
                resolved=resolved,
            )
        )
