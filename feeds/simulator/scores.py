"""Surveys that customers answer minutes later, and a few calls listened to for quality."""

from feeds.simulator.floor import Agent, Contact
from feeds.simulator.presence import SECOND
from feeds.simulator.world import World
from wallboard.core.events import ContactScored
from wallboard.core.vocabulary import ScoreKind

ANSWERED = 0.12
LISTENED = 0.01
PLEASED = ((5, 0.58), (4, 0.86), (3, 0.94), (2, 0.98), (1, 1.0))
CROSS = ((5, 0.12), (4, 0.34), (3, 0.58), (2, 0.8), (1, 1.0))
CALL_IT_GOOD = 4


class Scores:
    """Puts scores on the agenda when contacts end."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._dice = world.dice("scores")
        self._on = world.config.surveys

    def after(self, contact: Contact, agent: Agent, *, resolved: bool) -> None:
        """Perhaps this customer answers a survey, perhaps somebody listens."""
        if not self._on:
            return
        dice = self._dice
        luck = dice.random()
        if luck < ANSWERED:
            self._world.do(self._world.now + dice.randrange(60, 900) * SECOND, self._survey, (contact, agent, resolved))
        elif luck > 1 - LISTENED:
            self._world.do(self._world.now + dice.randrange(600, 3600) * SECOND, self._quality, (contact, agent))

    def _survey(self, asked: tuple[Contact, Agent, bool]) -> None:
        contact, agent, resolved = asked
        dice = self._dice
        luck = dice.random()
        csat = next(score for score, below in (PLEASED if resolved else CROSS) if luck <= below)
        self._say(contact, agent, "csat", csat)
        if dice.random() < 0.6:  # noqa: PLR2004 - a share
            nps = csat * 2 - dice.randrange(3) if csat < CALL_IT_GOOD else dice.choice((7, 8, 9, 9, 10, 10))
            self._say(contact, agent, "nps", max(0, nps))
        if dice.random() < 0.5:  # noqa: PLR2004 - a share
            self._say(contact, agent, "fcr", int(resolved))

    def _quality(self, heard: tuple[Contact, Agent]) -> None:
        contact, agent = heard
        self._say(contact, agent, "quality", min(100, max(40, int(self._dice.gauss(84, 9)))))

    def _say(self, contact: Contact, agent: Agent, kind: ScoreKind, score: int) -> None:
        world = self._world
        world.emit(
            ContactScored(at=world.now, site=contact.site, contact=contact.id, kind=kind, score=score, agent=agent.id)
        )
