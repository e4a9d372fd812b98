"""Chat and e-mail once answered: messages both ways, several chats at once."""

from collections.abc import Callable

from feeds.simulator.floor import Agent, Contact
from feeds.simulator.presence import SECOND
from feeds.simulator.routing import Routing
from feeds.simulator.work import Work
from feeds.simulator.world import World, spread
from wallboard.core.events import ContactMessage

TURN_S = 62.0
"""An agent's message and the customer's next one."""
AGENT_PART = 0.45


class Digital:
    """The flows of chat and e-mail."""

    def __init__(self, world: World, routing: Routing, work: Work) -> None:
        self._world = world
        self._work = work
        self._dice = world.dice("messages")
        routing.begin["chat"] = self._chat
        routing.begin["email"] = self._email

    def _chat(self, contact: Contact, agent: Agent) -> None:
        length = spread(self._dice, contact.queue.kind.talk * agent.speed, 0.5)
        contact.turns = max(1, round(length / TURN_S))
        self._later(TURN_S * AGENT_PART * 0.6, self._agent_writes, contact)

    def _later(self, seconds: float, action: Callable[[Contact], None], contact: Contact) -> None:
        delay = int(spread(self._dice, seconds, 0.6) * SECOND * self._world.pace) + 1
        self._world.do(self._world.now + delay, action, contact)

    def _agent_writes(self, contact: Contact) -> None:
        agent = contact.agent
        if agent is None:
            return
        self._say(contact, agent)
        contact.turns -= 1
        if contact.turns > 0:
            self._later(TURN_S * (1 - AGENT_PART), self._customer_writes, contact)
        else:
            self._later(8.0, self._done, contact)

    def _customer_writes(self, contact: Contact) -> None:
        self._say(contact, None)
        self._later(TURN_S * AGENT_PART, self._agent_writes, contact)

    def _email(self, contact: Contact, agent: Agent) -> None:
        self._later(contact.queue.kind.talk * agent.speed, self._replied, contact)

    def _replied(self, contact: Contact) -> None:
        if contact.agent is not None:
            self._say(contact, contact.agent)
            self._done(contact)

    def _done(self, contact: Contact) -> None:
        if contact.agent is not None:
            self._work.release(contact, contact.agent, "agent", last=True)

    def _say(self, contact: Contact, agent: Agent | None) -> None:
        world = self._world
        world.emit(
            ContactMessage(
                at=world.now,
                site=contact.site,
                contact=contact.id,
                sender="customer" if agent is None else "agent",
                agent=None if agent is None else agent.id,
            )
        )
