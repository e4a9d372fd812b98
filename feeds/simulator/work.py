"""How an agent's part of a contact ends: release, wrap-up, outcome."""

from random import Random

from feeds.simulator.floor import Agent, Contact
from feeds.simulator.names import CODES
from feeds.simulator.presence import SECOND, Presence
from feeds.simulator.scores import Scores
from feeds.simulator.world import World, spread
from wallboard.core.events import ContactEnded, ContactReleased, ContactWrapped
from wallboard.core.vocabulary import Party

CENTS_A_MINUTE = 46
RESOLVED = 0.79
SELLS = 0.24
REFUSED = 0.05


class Work:
    """The common end of every flow."""

    def __init__(self, world: World, presence: Presence, scores: Scores) -> None:
        self._world = world
        self._presence = presence
        self._scores = scores
        self._dice = world.dice("wrap")

    def release(self, contact: Contact, agent: Agent, by: Party, *, last: bool) -> None:
        """The agent's segment ends and wrap-up begins; ``last`` when the contact ends with it."""
        world = self._world
        leg = contact.leg
        contact.worked += world.now - contact.answered_at
        world.emit(ContactReleased(at=world.now, site=contact.site, contact=contact.id, agent=agent.id, leg=leg, by=by))
        wrap = spread(self._dice, contact.queue.kind.wrap * agent.speed, 0.7) * SECOND * world.pace
        world.do(world.now + int(wrap) + 1, self._wrapped, (contact, agent, leg, last))

    def _wrapped(self, done: tuple[Contact, Agent, int, bool]) -> None:
        contact, agent, leg, last = done
        world = self._world
        code = CODES[int(self._dice.random() * len(CODES))]
        if last:
            self._end(contact, agent, code)
        world.emit(
            ContactWrapped(at=world.now, site=contact.site, contact=contact.id, agent=agent.id, leg=leg, code=code)
        )
        agent.load -= 1
        self._presence.free(agent)

    def _end(self, contact: Contact, agent: Agent, code: str) -> None:
        world = self._world
        outcome, value = _result(self._dice, contact, code)
        resolved = self._dice.random() < RESOLVED
        world.emit(
            ContactEnded(
                at=world.now,
                site=contact.site,
                contact=contact.id,
                by="customer",
                outcome=outcome,
                value=value,
                cost=int(contact.worked / world.pace) * CENTS_A_MINUTE // 60_000,
                resolved=resolved,
            )
        )
        self._scores.after(contact, agent, resolved=resolved)


def _result(dice: Random, contact: Contact, code: str) -> tuple[str, int | None]:
    worth = contact.queue.kind.value
    if contact.campaign is not None:
        worth = worth or 4900
    if worth and dice.random() < SELLS:
        return "sale", int(spread(dice, worth, 0.5))
    if contact.campaign is not None:
        return ("do-not-call" if dice.random() < REFUSED else "no-interest"), None
    return code, None
