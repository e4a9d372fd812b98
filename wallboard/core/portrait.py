"""The floor as rows: only what changed is drawn again."""

from collections import deque

import numpy as np
from mypy_extensions import mypyc_attr

from wallboard.core.additions import Ints
from wallboard.core.agents import NAMES, OFFLINE, Agent
from wallboard.core.floor import Ground
from wallboard.core.queues import Leg, Queue
from wallboard.core.snapshot import STATES, AgentRow, Bonds, Cell, Gauges, QueueRow, WaitRow

_WAITS = 50
_MINUTE_MS = 60_000
_SAMPLES = 24 * 60
_COLUMN = np.array([STATES.index(name) for name in NAMES])


@mypyc_attr(allow_interpreted_subclasses=True)
class Portrait:
    """Draws agents, queues and minute samples of a floor."""

    def __init__(self, ground: Ground) -> None:
        self._ground = ground
        self._agents: list[AgentRow] = []
        self._agent_rows: tuple[AgentRow, ...] = ()
        self._states: list[int] = []
        self._members: tuple[Ints, Ints] = (np.zeros(0, np.int64), np.zeros(0, np.int64))
        self._queue_rows: dict[str, QueueRow] = {}
        self._cells: tuple[Cell, ...] = ()
        self._bonds = Bonds()
        self._samples: deque[tuple[int, Ints, Ints, Ints]] = deque(maxlen=_SAMPLES)
        self._gauged: tuple[int, int, Gauges] | None = None

    def agents(self) -> tuple[AgentRow, ...]:
        """Every agent, in order of first sight."""
        dirty = self._ground.dirty
        if dirty:
            moved = False
            for agent in sorted(dirty, key=lambda agent: agent.row):
                row = self._agent(agent)
                if agent.row < len(self._agents):
                    moved = moved or _bound(self._agents[agent.row]) != _bound(row)
                    self._agents[agent.row] = row
                    self._states[agent.row] = agent.status.shown
                else:
                    moved = True
                    self._agents.append(row)
                    self._states.append(agent.status.shown)
            dirty.clear()
            self._agent_rows = tuple(self._agents)
            if moved:
                self._bonds = Bonds()
                self._join()
        return self._agent_rows

    def queues(self, now: int) -> tuple[QueueRow, ...]:
        """Every queue, in order of first sight. Call after ``agents``."""
        by_state = self._by_state().tolist()
        rows = []
        for queue in self._ground.queues.values():
            row = self._queue(queue, tuple(by_state[queue.row]), now)
            known = self._queue_rows.get(queue.key)
            if known == row:
                row = known
            elif known is None or _tied(known) != _tied(row):
                self._bonds = Bonds()
            self._queue_rows[queue.key] = row
            rows.append(row)
        return tuple(rows)

    def cells(self) -> tuple[Cell, ...]:
        """What each row of a cell matrix is about."""
        if len(self._cells) != len(self._ground.cells):
            self._cells = tuple(self._ground.cells)
            self._bonds = Bonds()
        return self._cells

    def bonds(self) -> Bonds:
        """Who belongs where, for as long as that stays so. Call after ``agents``, ``queues`` and ``cells``."""
        return self._bonds

    def sample(self, now: int) -> None:
        """Once a minute, remember who waits and how agents stand."""
        minute = now // _MINUTE_MS * _MINUTE_MS
        if self._samples and self._samples[-1][0] >= minute:
            return
        queues = self._ground.queues.values()
        waiting = np.array([len(queue.waiting) for queue in queues], np.int64)
        oldest = np.array([now - min((leg.queued for leg in queue.waiting), default=now) for queue in queues], np.int64)
        shown = [agent.status.shown for agent in self._ground.agents.values()]
        states = np.bincount(_COLUMN[np.array(shown, np.int64)], minlength=len(STATES)).astype(np.int64)
        self._samples.append((minute, waiting, oldest, states))

    def gauges(self) -> Gauges:
        """The minute samples, oldest first; a queue that was not there yet reads 0. Made anew once a minute."""
        width, samples = len(self._ground.queues), self._samples
        newest = samples[-1][0] if samples else -1
        if self._gauged is None or self._gauged[:2] != (newest, width):
            found = Gauges(
                tuple(sample[0] for sample in samples),
                _stack([sample[1] for sample in samples], width),
                _stack([sample[2] for sample in samples], width),
                _stack([sample[3] for sample in samples], len(STATES)),
            )
            self._gauged = (newest, width, found)
        return self._gauged[2]

    def _agent(self, agent: Agent) -> AgentRow:
        status = agent.status
        contact = max(status.open, key=status.open.__getitem__, default=None)
        found = self._ground.contacts.get(contact) if contact else None
        queue = found.latest.queue.key if found is not None and found.latest is not None else None
        return AgentRow(
            key=agent.key,
            name=agent.name or agent.key,
            site=agent.site,
            team=agent.team,
            skills=agent.skills,
            queues=tuple(agent.queues),
            state=NAMES[status.shown],
            reason=status.shown_reason,
            since=status.since,
            contacts=len(status.open),
            capacity=agent.capacity,
            queue=queue,
            contact=contact,
            login=status.login if status.shown != OFFLINE else None,
            row=agent.row,
        )

    def _join(self) -> None:
        queues = self._ground.queues
        pairs = [(agent.row, queues[queue].row) for agent in self._ground.agents.values() for queue in agent.queues]
        members = np.array(pairs, np.int64).reshape(-1, 2)
        self._members = (members[:, 0], members[:, 1])

    def _by_state(self) -> Ints:
        agents, queues = self._members
        states = _COLUMN[np.array(self._states, np.int64)][agents] if len(agents) else agents
        height = len(self._ground.queues)
        flat = np.bincount(queues * len(STATES) + states, minlength=height * len(STATES))
        return flat.reshape(height, len(STATES))

    def _queue(self, queue: Queue, agents: tuple[int, ...], now: int) -> QueueRow:
        legs = sorted(queue.waiting, key=_queued) if queue.waiting else []
        late = sum(1 for leg in legs if leg.deadline < now)
        return QueueRow(
            key=queue.key,
            name=queue.name or queue.key,
            site=queue.site,
            channel=queue.channel or "voice",
            client=queue.client,
            service_level_ms=queue.threshold_ms,
            service_level_target=queue.target,
            short_abandon_ms=queue.short_ms,
            waiting=len(legs),
            oldest=legs[0].queued if legs else None,
            over=late,
            next_late=min((leg.deadline for leg in legs if leg.deadline >= now), default=None),
            waits=tuple(_wait(leg) for leg in legs[:_WAITS]),
            agents=agents,
            callbacks=sum(1 for leg in legs if leg.callback),
        )


def _wait(leg: Leg) -> WaitRow:
    return WaitRow(leg.contact, leg.queued, leg.ringing[0].key if leg.ringing else None)


def _bound(row: AgentRow) -> tuple[object, ...]:
    return row.site, row.team, row.skills, row.queues


def _tied(row: QueueRow) -> tuple[object, ...]:
    return row.site, row.channel, row.client


def _queued(leg: Leg) -> int:
    return leg.queued


def _stack(rows: list[Ints], width: int) -> Ints:
    stacked = np.zeros((len(rows), width), np.int64)
    for index, row in enumerate(rows):
        stacked[index, : len(row)] = row
    stacked.flags.writeable = False
    return stacked
