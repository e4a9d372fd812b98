"""An outbound campaign: dials a little ahead of the idle agents; a live answer nobody can take is dropped."""

from typing import Literal

from feeds.simulator.floor import Agent, Contact, Group
from feeds.simulator.presence import SECOND
from feeds.simulator.routing import Routing
from feeds.simulator.world import World, spread
from wallboard.core.events import ContactAnswered, ContactOffered, ContactStarted, DialAttempted, DialResulted
from wallboard.core.vocabulary import DialResult

TICK_S = 4.0
DROP_LIMIT = 0.025
"""While the share of live answers dropped is below this, one dial more than there are idle agents is in flight."""
RESULTS: tuple[tuple[float, DialResult, float], ...] = (
    (0.34, "live", 11),
    (0.68, "no-answer", 24),
    (0.80, "busy", 5),
    (0.95, "machine", 14),
    (0.985, "failed", 3),
    (0.995, "do-not-call", 1),
    (1.0, "nuisance", 9),
)
"""Cumulative chance, result, mean seconds until it is known."""
Dial = tuple["Campaign", str, DialResult]


class Campaign:
    """One group's campaign and what came of its dials."""

    __slots__ = ("answers", "drops", "group", "name")

    def __init__(self, group: Group, name: str) -> None:
        self.group = group
        self.name = name
        self.answers = 0
        self.drops = 0


class Dialler:
    """Dials for every blended group while it has idle agents."""

    def __init__(self, world: World, routing: Routing, groups: list[Group]) -> None:
        self._world = world
        self._routing = routing
        self._dice = world.dice("dialler")
        self._campaigns = [Campaign(group, group.campaign) for group in groups if group.campaign is not None]
        self._mode: Literal["predictive"] = "predictive"

    def start(self) -> None:
        """Put every campaign's first look at its agents on the agenda."""
        for campaign in self._campaigns:
            self._world.do(self._world.now, self._look, campaign)

    def _look(self, campaign: Campaign) -> None:
        world, group = self._world, campaign.group
        idle = len(group.idle)
        ahead = 1 if campaign.drops < campaign.answers * DROP_LIMIT else 0
        for _ in range(idle + ahead - group.dials if idle else 0):
            self._dial(campaign)
        rest = TICK_S * max(world.pace, 0.02) if group.logged_in else 300.0
        world.do(world.now + int(rest * SECOND), self._look, campaign)

    def _dial(self, campaign: Campaign) -> None:
        world, dice = self._world, self._dice
        contact = world.new_contact_id()
        campaign.group.dials += 1
        site = campaign.group.site
        world.emit(DialAttempted(at=world.now, site=site, contact=contact, campaign=campaign.name, mode=self._mode))
        luck = dice.random()
        _, result, seconds = next(row for row in RESULTS if luck <= row[0])
        delay = int(spread(dice, seconds, 0.4) * SECOND * world.pace) + 1
        world.do(world.now + delay, self._known, (campaign, contact, result))

    def _known(self, dial: Dial) -> None:
        campaign, contact, result = dial
        world, idle = self._world, campaign.group.idle
        campaign.group.dials -= 1
        agent = next(iter(idle)) if idle else None
        if result == "live":
            campaign.answers += 1
            if agent is None:
                campaign.drops += 1
                result = "dropped"
        resulted = DialResulted(
            at=world.now, site=campaign.group.site, contact=contact, campaign=campaign.name, result=result
        )
        if result == "live" and agent is not None:
            self._connect(campaign, resulted, agent)
        else:
            world.emit(resulted)

    def _connect(self, campaign: Campaign, resulted: DialResulted, agent: Agent) -> None:
        """A customer is on the line: the contact starts, the dial is live, the agent's phone rings."""
        world, contact_id = self._world, resulted.contact
        self._routing.claim(agent)
        contact = Contact(contact_id, campaign.group.queues[0], world.customers.next())
        contact.campaign = campaign.name
        contact.agent = agent
        contact.leg = 1
        world.emit(
            ContactStarted(
                at=world.now,
                site=contact.site,
                contact=contact_id,
                direction="outbound",
                campaign=campaign.name,
                customer=contact.customer,
            )
        )
        world.emit(resulted)
        world.emit(ContactOffered(at=world.now, site=contact.site, contact=contact_id, agent=agent.id, leg=1))
        world.do(world.now + int(700 * world.pace), self._through, contact)

    def _through(self, contact: Contact) -> None:
        world, agent = self._world, contact.agent
        if agent is None:
            return
        contact.answered_at = world.now
        world.emit(ContactAnswered(at=world.now, site=contact.site, contact=contact.id, agent=agent.id, leg=1))
        self._routing.begin["voice"](contact, agent)
