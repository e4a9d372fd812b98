"""Groups of a snapshot: which cells, agents and queues belong to each, and to several at once."""

from collections.abc import Callable, Iterable
from functools import cached_property
from typing import Literal, TypeVar

import numpy as np
from numpy.typing import NDArray

from wallboard.core.snapshot import AgentRow, By, Cell, Conditions, Joined, QueueRow, Snapshot

BY_AGENT = frozenset(("agent", "team", "skill"))
"""Groups made of agents rather than of queue legs."""


class Index:
    """Every group of one kind and who belongs to it, found in one pass over the floor while its bonds last."""

    def __init__(self, snapshot: Snapshot, by: By) -> None:
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
        agents = self._agents.get(group, []) if self._by in _HAS_AGENTS else None
        mine = ((self._by, group),)
        return Members(mine, self._snapshot, self._cells.get(group, []), self._queues.get(group, []), agents)


class Members:
    """Who belongs to a group, or to several at once; ``agents`` is ``None`` where no agents do (to channels, say).

    ``queues`` and ``agents`` are given as places in the snapshot's own, and looked up when somebody asks.
    """

    def __init__(
        self, key: Conditions, snapshot: Snapshot, cells: list[int], queues: list[int], agents: list[int] | None
    ) -> None:
        self.key = key
        kinds = {by for by, _ in key}
        self.of_agents = not kinds.isdisjoint(BY_AGENT)
        self.of_queues = kinds <= _HAS_QUEUES
        self.torn = self.of_agents and "queue" in kinds
        """Agents of a queue: what they did is not kept by queue."""
        self.cells = cells
        self._snapshot = snapshot
        self.queue_places, self.agent_places = queues, agents

    @cached_property
    def queues(self) -> list[QueueRow]:
        """The queues of the group."""
        return [self._snapshot.queues[place] for place in self.queue_places]

    @cached_property
    def agents(self) -> list[AgentRow] | None:
        """The agents of the group."""
        return None if self.agent_places is None else [self._snapshot.agents[place] for place in self.agent_places]

    @property
    def has_agents(self) -> bool:
        """Whether agents belong to such groups at all."""
        return self.agent_places is not None

    @property
    def queue(self) -> QueueRow | None:
        """The queue, where the group is just that."""
        return self.queues[0] if self.queues and len(self.key) == 1 and self.key[0][0] == "queue" else None

    def within(self, other: "Members") -> "Members":
        """Who belongs here and there."""
        cells, queues = set(other.cells), set(other.queue_places)
        agents = None
        if self.agent_places is not None and other.agent_places is not None:
            there = set(other.agent_places)
            agents = [place for place in self.agent_places if place in there]
        return Members(
            self.key + other.key,
            self._snapshot,
            [cell for cell in self.cells if cell in cells],
            [place for place in self.queue_places if place in queues],
            agents,
        )

    def rows(self) -> NDArray[np.bool_]:
        """Which cells belong to the group."""
        rows = np.zeros(max(1, len(self._snapshot.cells)), np.bool_)
        rows[self.cells] = True
        return rows


def joined(snapshot: Snapshot, what: Literal["cells", "agents"], by: By) -> Joined:
    """Every group of one kind that has any cells or agents; found once while the bonds of the floor last."""
    found = snapshot.bonds.joined.get((what, by))
    if found is None:
        groups = {name: rows for name, rows in getattr(snapshot.bonds, what)[by].items() if rows}
        rows = np.array([row for mine in groups.values() for row in mine], np.int64)
        if what == "agents":
            rows = np.array([agent.row for agent in snapshot.agents], np.int64)[rows]
        sizes = np.array([len(mine) for mine in groups.values()], np.int64)
        starts = np.cumsum(sizes) - sizes
        found = Joined(rows, starts, {name: place for place, name in enumerate(groups)})
        snapshot.bonds.joined[what, by] = found
    return found


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
