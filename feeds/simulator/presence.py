"""Logging in and out, breaks, and everything else that makes an agent routable or not."""

from collections.abc import Callable

from feeds.simulator.floor import Agent
from feeds.simulator.rota import Shift, Stay
from feeds.simulator.world import World
from wallboard.core.events import AgentJoined, AgentParted, AgentScheduled, AgentState

SECOND = 1000
PUNCTUAL_S = 70
LATE_CHANCE = 0.03
DISORDER = 0.03
"""Share of log-outs that say things in the wrong order."""


class Presence:
    """Moves agents between offline, away and on. ``welcome`` is called with an agent who can take work."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._dice = world.dice("presence")
        self.welcome: Callable[[Agent], None] = lambda _: None

    def plan(self, shift: Shift) -> None:
        """Put a shift on the agenda; one that is under way begins within a minute."""
        world, dice = self._world, self._dice
        late = dice.uniform(5, 15) * 60 if dice.random() < LATE_CHANCE else dice.gauss(0, PUNCTUAL_S)
        if shift.end <= world.now:
            return
        begin = shift.start + int(late * SECOND)
        if begin < world.now:
            begin = world.now + dice.randrange(60 * SECOND)
        world.do(begin, self._login, shift)

    def _login(self, shift: Shift) -> None:
        world, agent = self._world, shift.agent
        if agent.presence != "offline":
            return
        agent.presence, agent.leaving = "away", False
        agent.group.logged_in += 1
        self._declare(shift)
        world.emit(AgentState(at=world.now, site=agent.site, agent=agent.id, state="not-ready", reason="login"))
        world.do(world.now + self._dice.randrange(10, 60) * SECOND, self._back, agent)
        world.do(max(world.now + 1, shift.end) + self._dice.randrange(90) * SECOND, self._leave, agent)
        for stay in shift.stays:
            if stay.start + stay.length > world.now:
                world.do(max(world.now, stay.start), self._stay, (agent, stay))

    def _declare(self, shift: Shift) -> None:
        """Say the plan of the day and the queues an agent serves."""
        world, agent = self._world, shift.agent
        planned = (Stay(shift.start, shift.end - shift.start, "work"), *shift.stays)
        for part in planned:
            if part.reason != "personal":
                world.emit(
                    AgentScheduled(
                        at=world.now,
                        site=agent.site,
                        agent=agent.id,
                        activity=part.reason,
                        from_=part.start,
                        until=part.start + part.length,
                    )
                )
        for queue in agent.group.queues:
            penalty = 0 if agent.group in queue.tiers[0] else 1
            world.emit(AgentJoined(at=world.now, site=agent.site, agent=agent.id, queue=queue.id, penalty=penalty))

    def _stay(self, planned: tuple[Agent, Stay]) -> None:
        agent, stay = planned
        self.send_away(agent, stay.reason, stay.length)

    def send_away(self, agent: Agent, reason: str, length: int) -> None:
        """Make an agent not ready for ``length`` ms, now or as soon as the work in hand is done."""
        if agent.presence == "offline" or agent.leaving:
            return
        if agent.load or agent.presence == "away":
            agent.pending.append((reason, length))
            agent.group.spare.pop(agent, None)
            return
        agent.group.idle.pop(agent, None)
        self._away(agent, reason, length)

    def _away(self, agent: Agent, reason: str, length: int) -> None:
        world = self._world
        agent.presence = "away"
        world.emit(AgentState(at=world.now, site=agent.site, agent=agent.id, state="not-ready", reason=reason))
        world.do(world.now + max(SECOND, int(length * self._dice.uniform(0.92, 1.12))), self._back, agent)

    def _back(self, agent: Agent) -> None:
        if agent.leaving:
            self._logout(agent)
        elif agent.pending:
            self._away(agent, *agent.pending.pop(0))
        else:
            agent.presence = "on"
            self._world.emit(AgentState(at=self._world.now, site=agent.site, agent=agent.id, state="ready"))
            self.welcome(agent)

    def free(self, agent: Agent) -> None:
        """One piece of work less: home, a break that was due, or the next contact."""
        if agent.load:
            if not agent.pending and not agent.leaving:
                self.welcome(agent)
            return
        agent.chatting = False
        agent.group.spare.pop(agent, None)
        if agent.leaving:
            self._logout(agent)
        elif agent.pending:
            self._away(agent, *agent.pending.pop(0))
        else:
            self.welcome(agent)

    def _leave(self, agent: Agent) -> None:
        if agent.presence == "offline":
            return
        agent.leaving = True
        agent.group.spare.pop(agent, None)
        if agent.presence == "on" and not agent.load:
            agent.group.idle.pop(agent, None)
            self._logout(agent)

    def _logout(self, agent: Agent) -> None:
        world = self._world
        agent.presence, agent.leaving = "offline", False
        agent.pending.clear()
        agent.group.logged_in -= 1
        offline = AgentState(at=world.now, site=agent.site, agent=agent.id, state="offline")
        disorder = self._dice.random() < DISORDER
        if disorder:
            world.emit(offline)
        for queue in agent.group.queues:
            world.emit(AgentParted(at=world.now, site=agent.site, agent=agent.id, queue=queue.id))
        if not disorder:
            world.emit(offline)
