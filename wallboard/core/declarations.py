"""What is declared of queues, agents, plans and notices: set as told, the newest word counts, nothing is traffic."""

from collections.abc import Callable
from typing import Any

from mypy_extensions import mypyc_attr

from wallboard.core import events as ev
from wallboard.core.adherence import Adherence
from wallboard.core.agents import CODES, Agent
from wallboard.core.floor import Ground, key_of
from wallboard.core.forecasts import Forecasts
from wallboard.core.ledger import Moves
from wallboard.core.snapshot import ForecastRow, NoticeRow
from wallboard.core.traffic import KEPT_MS
from wallboard.core.vocabulary import Event


@mypyc_attr(allow_interpreted_subclasses=True)
class Declarations:
    """The steps of every event that is not about a contact, and the notices and forecasts they declare."""

    def __init__(self, ground: Ground, moves: Moves, adherence: Adherence, anomaly: Callable[[str], None]) -> None:
        self._notices: dict[str, NoticeRow] = {}
        self._forecasts = Forecasts()
        self._ground = ground
        self._moves = moves
        self._adherence = adherence
        self._anomaly = anomaly
        self.steps: dict[type[Event], Callable[[Any], None]] = {
            ev.QueueDeclared: self._queue_declared,
            ev.AgentDeclared: self._agent_declared,
            ev.AgentState: self._agent_state,
            ev.AgentJoined: self._agent_joined,
            ev.AgentParted: self._agent_parted,
            ev.AgentScheduled: self._agent_scheduled,
            ev.ForecastDeclared: self._forecast_declared,
            ev.Notice: self._notice,
        }

    def notices(self, now: int) -> tuple[NoticeRow, ...]:
        """The notices that are still up."""
        return tuple(row for row in self._notices.values() if row.until is None or row.until > now)

    def forecasts(self) -> tuple[ForecastRow, ...]:
        """What is planned for queues; of all words on a moment, the newest."""
        return self._forecasts.rows()

    def prune(self, now: int) -> None:
        """Let go of what has passed."""
        self._notices = {row.text: row for row in self.notices(now)}
        self._forecasts.prune(now - KEPT_MS)

    def _queue_declared(self, event: ev.QueueDeclared) -> None:
        queue = self._ground.queue(event.site, event.queue)
        if event.at < queue.declared:
            return
        queue.declared = event.at
        queue.name, queue.channel, queue.client = event.name, event.channel, event.client
        queue.zone, queue.day_start = event.time_zone, event.day_start
        queue.target = event.service_level_target
        if event.service_level_ms is not None:
            queue.threshold_ms = event.service_level_ms
        if event.short_abandon_ms is not None:
            queue.short_ms = event.short_abandon_ms
        self._ground.redeclare(queue)

    def _agent_declared(self, event: ev.AgentDeclared) -> None:
        agent = self._agent(event)
        if event.at < agent.declared:
            return
        agent.declared = event.at
        agent.name, agent.team, agent.skills = event.name, event.team, event.skills
        agent.capacity = max(event.capacity.values(), default=None) if event.capacity else None

    def _agent(
        self, event: ev.AgentDeclared | ev.AgentState | ev.AgentJoined | ev.AgentParted | ev.AgentScheduled
    ) -> Agent:
        agent = self._ground.agent(event.site, event.agent, event.at)
        self._ground.dirty.add(agent)
        if self._ground.restating is not None:
            self._ground.restating.agents.add(agent.key)
        return agent

    def _agent_state(self, event: ev.AgentState) -> None:
        agent = self._agent(event)
        since = event.at if event.since is None else min(event.since, event.at)
        agent.feed((event.at, "", CODES[event.state], event.reason, since), self._moves, self._ground.reasons)

    def _agent_joined(self, event: ev.AgentJoined) -> None:
        agent, queue = self._agent(event), self._ground.queue(event.site, event.queue)
        if self._ground.restating is not None:
            self._ground.restating.members.add((agent.key, queue.key))
        if event.at >= agent.moved.get(queue.key, -1):
            agent.moved[queue.key] = event.at
            agent.queues[queue.key] = event.penalty

    def _agent_parted(self, event: ev.AgentParted) -> None:
        agent = self._agent(event)
        key = key_of(event.site, event.queue)
        if event.at < agent.moved.get(key, -1):
            return
        agent.moved[key] = event.at
        if agent.queues.pop(key, None) is None:
            self._anomaly("parted without joining")

    def _agent_scheduled(self, event: ev.AgentScheduled) -> None:
        if not self._adherence.plan(self._agent(event).row, event.activity, event.from_, event.until, event.at):
            self._anomaly("plan that cannot be")

    def _forecast_declared(self, event: ev.ForecastDeclared) -> None:
        if event.until <= event.from_:
            self._anomaly("forecast that cannot be")
            return
        queue = key_of(event.site, event.queue)
        row = ForecastRow(queue, event.from_, event.until, event.offered, event.handle_ms, event.agents)
        self._forecasts.declare(event.at, row)

    def _notice(self, event: ev.Notice) -> None:
        known = self._notices.get(event.text)
        if known is None or event.at >= known.at:
            self._notices[event.text] = NoticeRow(event.at, event.text, event.severity, event.until)
        while len(self._notices) > 20:  # noqa: PLR2004 - a strip, not a history
            self._notices.pop(next(iter(self._notices)))
