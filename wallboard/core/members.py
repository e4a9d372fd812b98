"""Groups of a snapshot: which cells, agents and queues belong to each, and to several at once."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wallboard.core.snapshot import AgentRow, By, Cell, Conditions, QueueRow, Snapshot

BY_AGENT = frozenset(("agent", "team", "skill"))
"""Groups made of agents rather than of queue legs."""


class Index:
    """Every group of one kind and who belongs to it, found in one pass over the floor while its bonds last."""

    def __init__(self, snapshot: Snapshot, by: By) -> None:
        self._height = max(1, len(snapshot.cells))
        self._by = by
        bonds = snapshot.bonds
        if by not in bonds.agents:
            clients = {queue.key: queue.client for queue in snapshot.queues} if by == "client" else {}
            bonds.cells[by] = _grouped(snapshot.cells, lambda cell: _cell_groups(cell, by, clients))
            bonds.queues[by] = _grouped(snapshot.queues, lambda queue: _queue_groups(queue, by))
            bonds.agents[by] = _grouped(snapshot.agents, lambda agent: _agent_groups(agent, by))
        self._cells, self._queues, self._agents = bonds.cells[by], bonds.queues[by], bonds.agents[by]
        self._snapshot = snapshot

    def members(self, group: str) -> "Members":
        """Who belongs to one group; nobody, when there is no such group."""
        queues = [self._snapshot.queues[row] for row in self._queues.get(group, ())]
        agents = None
        if self._by in _HAS_AGENTS:
            agents = [self._snapshot.agents[row] for row in self._agents.get(group, ())]
        return Members(((self._by, group),), self._cells.get(group, []), queues, agents, self._height)


class Members:
    """Who belongs to a group, or to several at once; ``agents`` is ``None`` where no agents do (to channels, say)."""

    def __init__(
        self,
        key: Conditions,
        cells: list[int],
        queues: list[QueueRow],
        agents: list[AgentRow] | None,
        height: int,
    ) -> None:
        self.key = key
        kinds = {by for by, _ in key}
        self.of_agents = not kinds.isdisjoint(BY_AGENT)
        self.of_queues = kinds <= _HAS_QUEUES
        self.torn = self.of_agents and "queue" in kinds
        """Agents of a queue: what they did is not kept by queue."""
        self.cells = cells
        self.queues = queues
        self.agents = agents
        self._height = height

    def within(self, other: "Members") -> "Members":
        """Who belongs here and there."""
        cells, queues = set(other.cells), {queue.key for queue in other.queues}
        agents = None
        if self.agents is not None and other.agents is not None:
            there = {agent.row for agent in other.agents}
            agents = [agent for agent in self.agents if agent.row in there]
        return Members(
            self.key + other.key,
            [cell for cell in self.cells if cell in cells],
            [queue for queue in self.queues if queue.key in queues],
            agents,
            self._height,
        )

    def rows(self) -> NDArray[np.bool_]:
        """Which cells belong to the group."""
        rows = np.zeros(self._height, np.bool_)
        rows[self.cells] = True
        return rows


_HAS_AGENTS = BY_AGENT | {"total", "site", "queue"}
_HAS_QUEUES = frozenset(("total", "queue", "site", "channel", "client"))
Row = TypeVar("Row")


def _grouped(rows: Iterable[Row], groups: Callable[[Row], Iterable[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, row in enumerate(rows):
        for group in groups(row):
            found.setdefault(group, []).append(number)
    return found


def _cell_groups(cell: Cell, by: By, clients: dict[str, str | None]) -> tuple[str, ...]:
    if by == "total":
        return ("",)
    if by in BY_AGENT:
        return ()
    if by == "client":
        return (name_of(clients.get(cell.queue or "")),)
    return (name_of(getattr(cell, by)),)


def _queue_groups(queue: QueueRow, by: By) -> tuple[str, ...]:
    if by == "total":
        return ("",)
    if by == "queue":
        return (queue.key,)
    return (name_of(getattr(queue, by)),) if by in _HAS_QUEUES else ()


def _agent_groups(agent: AgentRow, by: By) -> tuple[str, ...]:
    if by == "total":
        return ("",)
    if by == "agent":
        return (agent.key,)
    if by == "skill":
        return agent.skills
    if by == "queue":
        return agent.queues
    return (name_of(getattr(agent, by)),) if by in ("team", "site") else ()


def name_of(value: str | int | None) -> str:
    """How a group is called: nothing is the empty string."""
    return "" if value is None else str(value)
