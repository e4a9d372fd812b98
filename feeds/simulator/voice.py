"""Spoken contacts once answered: talk, hold, transfer; and call-backs."""

from feeds.simulator.floor import Agent, Contact
from feeds.simulator.presence import SECOND
from feeds.simulator.routing import Routing
from feeds.simulator.work import Work
from feeds.simulator.world import World, spread
from wallboard.core.events import ContactHeld, ContactResumed, ContactStarted, ContactTransferred

HOLDS = 0.16
HOLD_S = 38.0
BLIND = 0.045
ATTENDED = 0.03
SHORT = 0.02
CONSULT_S = 40.0
MOST_MOVES = 2
CUSTOMER_HANGS_UP = 0.7


class Voice:
    """The flow of calls and call-backs."""

    def __init__(self, world: World, routing: Routing, work: Work) -> None:
        self._world = world
        self._routing = routing
        self._work = work
        self._dice = world.dice("talk")
        routing.begin["voice"] = routing.begin["callback"] = self.talk
        routing.call_back = self.call_back

    def talk(self, contact: Contact, agent: Agent) -> None:
        """Start a conversation of a drawn length, with or without a hold in it."""
        world, dice = self._world, self._dice
        mean = contact.queue.kind.talk * agent.speed
        length = int((8.0 if dice.random() < SHORT else spread(dice, mean, 0.6)) * SECOND * world.pace) + 1
        if dice.random() < HOLDS:
            first = int(length * dice.uniform(0.3, 0.8))
            world.do(world.now + first, self._hold, (contact, length - first))
        else:
            world.do(world.now + length, self._talked, contact)

    def _hold(self, held: tuple[Contact, int]) -> None:
        contact, _ = held
        world, agent = self._world, contact.agent
        if agent is None:
            return
        world.emit(ContactHeld(at=world.now, site=contact.site, contact=contact.id, agent=agent.id, leg=contact.leg))
        world.do(world.now + int(spread(self._dice, HOLD_S, 0.6) * SECOND * world.pace), self._resume, held)

    def _resume(self, held: tuple[Contact, int]) -> None:
        contact, rest = held
        self._say_resumed(contact)
        self._world.do(self._world.now + rest, self._talked, contact)

    def _say_resumed(self, contact: Contact) -> None:
        world, agent = self._world, contact.agent
        if agent is not None:
            world.emit(
                ContactResumed(at=world.now, site=contact.site, contact=contact.id, agent=agent.id, leg=contact.leg)
            )

    def _talked(self, contact: Contact) -> None:
        world, agent, luck = self._world, contact.agent, self._dice.random()
        if agent is None:
            return
        passable = contact.moves < MOST_MOVES and contact.queue.peers and contact.campaign is None
        if passable and luck < BLIND:
            self._transfer(contact, agent, attended=False)
        elif passable and luck < BLIND + ATTENDED:
            world.emit(
                ContactHeld(at=world.now, site=contact.site, contact=contact.id, agent=agent.id, leg=contact.leg)
            )
            consult = int(spread(self._dice, CONSULT_S, 0.5) * SECOND * world.pace)
            world.do(world.now + consult, self._consulted, contact)
        else:
            by = self._dice.random() < CUSTOMER_HANGS_UP
            self._work.release(contact, agent, "customer" if by else "agent", last=True)

    def _consulted(self, contact: Contact) -> None:
        self._say_resumed(contact)
        if contact.agent is not None:
            self._transfer(contact, contact.agent, attended=True)

    def _transfer(self, contact: Contact, agent: Agent, *, attended: bool) -> None:
        world = self._world
        target = self._dice.choice(contact.queue.peers)
        world.emit(
            ContactTransferred(
                at=world.now,
                site=contact.site,
                contact=contact.id,
                agent=agent.id,
                kind="attended" if attended else "blind",
                leg=contact.leg,
                to_queue=target.id,
            )
        )
        self._work.release(contact, agent, "agent", last=False)
        contact.moves += 1
        contact.gives_up = 0
        contact.agent = None
        self._routing.enter(contact, target, urgent=True)

    def call_back(self, asked: Contact) -> None:
        """Ring a customer who would not wait: a contact of its own that says whose call it returns."""
        queue, world = asked.queue.callbacks, self._world
        if queue is None:
            return
        contact = Contact(world.new_contact_id(), queue, asked.customer)
        world.emit(
            ContactStarted(
                at=world.now,
                site=contact.site,
                contact=contact.id,
                channel="callback",
                direction="outbound",
                entry=queue.id,
                customer=contact.customer,
                language=queue.language,
                callback_of=asked.id,
            )
        )
        self._routing.enter(contact, queue)
