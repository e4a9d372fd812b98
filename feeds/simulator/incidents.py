"""What makes a day memorable: a rush on a queue, an outage of a site, and the notices that say so."""

from collections.abc import Callable
from datetime import date
from random import Random
from typing import Any

from feeds.simulator.days import MINUTE, Days
from feeds.simulator.floor import Agent, Centre, Queue
from feeds.simulator.presence import Presence
from feeds.simulator.world import World
from wallboard.core.events import Notice

RUSH = 3.0
RUSH_MINUTES = 20
OUTAGE_MINUTES = 10
OUTAGE_CHANCE = 0.5
ONE_SITE_SHARE = 0.4
"""With one site, the share of its agents that an outage takes."""


class Incidents:
    """Plans each day's incidents."""

    def __init__(self, world: World, centre: Centre, presence: Presence, days: Days) -> None:
        self._world = world
        self._centre = centre
        self._presence = presence
        self._days = days

    def plan(self, day: date) -> None:
        """Put one rush, and on some days an outage, on the agenda."""
        if not self._world.config.incidents:
            return
        dice = self._world.dice(f"incidents/{day.toordinal()}")
        voice = [queue for queue in self._centre.queues if queue.kind.flow == "voice"]
        if voice:
            self._when(day, dice.randrange(9 * 60, 17 * 60), self._rush, dice.choice(voice))
        if dice.random() < OUTAGE_CHANCE:
            self._when(day, dice.randrange(9 * 60, 18 * 60), self._outage, self._struck(dice))

    def _when(self, day: date, minutes: int, action: Callable[[Any], None], subject: Any) -> None:
        when = self._days.moment(day, minutes)
        if when >= self._world.now:
            self._world.do(when, action, subject)

    def _struck(self, dice: Random) -> tuple[str, list[Agent]]:
        sites = sorted({agent.site for agent in self._centre.agents if agent.site is not None})
        if sites:
            site = dice.choice(sites)
            return f"Site {site.title()}", [agent for agent in self._centre.agents if agent.site == site]
        agents = self._centre.agents
        count = max(1, int(len(agents) * ONE_SITE_SHARE))
        first = dice.randrange(len(agents))
        return "Second floor", [agents[(first + step) % len(agents)] for step in range(count)]

    def _rush(self, queue: Queue) -> None:
        queue.rush = RUSH
        self._say(f"Unusually many contacts for {queue.name}", queue.site, RUSH_MINUTES)
        self._world.do(self._world.now + RUSH_MINUTES * MINUTE, self._calm, queue)

    def _calm(self, queue: Queue) -> None:
        queue.rush = 1.0

    def _outage(self, struck: tuple[str, list[Agent]]) -> None:
        place, agents = struck
        self._say(f"{place}: network outage, agents offline for about {OUTAGE_MINUTES} minutes", None, OUTAGE_MINUTES)
        for agent in agents:
            self._presence.send_away(agent, "system", OUTAGE_MINUTES * MINUTE)

    def _say(self, text: str, site: str | None, minutes: int) -> None:
        now = self._world.now
        self._world.emit(Notice(at=now, site=site, text=text, severity="warning", until=now + minutes * MINUTE))
