"""Groups of a snapshot: which cells, agents and queues belong to each, and the sums of their facts."""

import numpy as np

from wallboard.core.facts import AGENT, CELL
from wallboard.core.ledger import Ints
from wallboard.core.snapshot import STATES, AgentRow, By, Cell, QueueRow, Snapshot, WindowFacts
from wallboard.core.timeline import LEVELS

_CELL = {name: index for index, name in enumerate(CELL)}
_AGENT = {name: index for index, name in enumerate(AGENT)}
_TIME = {f"t_{state}": index for index, state in enumerate(STATES)}
_STATE = {f"n_{state}": index for index, state in enumerate(STATES)}
BY_AGENT = frozenset(("agent", "team", "skill"))
"""Groups made of agents rather than of queue legs."""


class Members:
    """Who belongs to one group; ``None`` where the snapshot cannot say (agents of a channel, say)."""

    def __init__(self, snapshot: Snapshot, by: By, group: str) -> None:
        self.of_agents = by in BY_AGENT
        self.cells = [i for i, cell in enumerate(snapshot.cells) if cell_in(cell, by, group, snapshot)]
        self.queues = [queue for queue in snapshot.queues if queue_in(queue, by, group)]
        self.agents = agents_in(snapshot, by, group)


def cell_in(cell: Cell, by: By, group: str, snapshot: Snapshot) -> bool:
    """Whether a cell's facts count for the group."""
    if by == "total":
        return True
    if by in BY_AGENT:
        return False
    if by == "client":
        return any(queue.key == cell.queue and (queue.client or "") == group for queue in snapshot.queues)
    return name_of(getattr(cell, by)) == group


def queue_in(queue: QueueRow, by: By, group: str) -> bool:
    """Whether a queue's waits count for the group."""
    if by == "total":
        return True
    if by == "queue":
        return queue.key == group
    return by in ("site", "channel", "client") and name_of(getattr(queue, by)) == group


def agents_in(snapshot: Snapshot, by: By, group: str) -> list[AgentRow] | None:
    """The agents of a group; ``None`` where agents do not belong to such groups."""
    agents = snapshot.agents
    if by == "total":
        return list(agents)
    if by == "agent":
        return [agent for agent in agents if agent.key == group]
    if by in ("team", "site"):
        return [agent for agent in agents if name_of(getattr(agent, by)) == group]
    if by == "skill":
        return [agent for agent in agents if group in agent.skills]
    if by == "queue":
        return [agent for agent in agents if group in agent.queues]
    return None


def name_of(value: str | int | None) -> str:
    """How a group is called: nothing is the empty string."""
    return "" if value is None else str(value)


class Facts:
    """Sums of one group over one window, by name; ``None`` is a fact this group has no way to know."""

    def __init__(self, snapshot: Snapshot, members: Members, window: WindowFacts) -> None:
        self._snapshot = snapshot
        self._members = members
        self.window = window
        agents = members.agents
        self._rows = None if agents is None else np.array([agent.row for agent in agents], np.int64)
        self._cells: list[int] | None = None
        self._agents: list[int] | None = None
        self._time: list[int] | None = None

    def get(self, name: str) -> int | None:
        """The sum called ``name``; see ``kpis`` for what names there are. Raises ``KeyError`` for no such name."""
        if name in _TIME:
            return self._spent(_TIME[name])
        if name in _STATE:
            return self._standing(_STATE[name])
        if name == "window_ms":
            return self.window.end - self.window.begin
        if name in ("n_waiting", "n_over", "n_callbacks"):
            return None if self._members.of_agents else self._waiting(name)
        if self._members.of_agents:
            return self._of_agents(name)
        return self._of_cells(name)

    def total(self, names: tuple[str, ...]) -> int | None:
        """The sum of several; a leading ``-`` subtracts. ``None`` when one is unknown."""
        total = 0
        for name in names:
            value = self.get(name.removeprefix("-"))
            if value is None:
                return None
            total += -value if name.startswith("-") else value
        return total

    def histogram(self) -> Ints:
        """(2 bins,) counts of waits, then of handle times."""
        summed: Ints = self.window.histogram[self._members.cells].sum(axis=0)
        return summed

    def longest(self) -> int:
        """The longest answered wait, ms; 0 when none was answered."""
        return int(self.window.longest[self._members.cells].max(initial=0))

    def oldest(self) -> int | None:
        """When the oldest waiting leg was queued (ms)."""
        return min((queue.oldest for queue in self._members.queues if queue.oldest is not None), default=None)

    def threshold_ms(self) -> int | None:
        """The service-level threshold all queues of the group share."""
        thresholds = {queue.service_level_ms for queue in self._members.queues}
        return thresholds.pop() if len(thresholds) == 1 else None

    def _waiting(self, name: str) -> int | None:
        queues = self._members.queues
        if name == "n_callbacks":
            return sum(queue.waiting for queue in queues if queue.channel == "callback")
        return sum(queue.waiting if name == "n_waiting" else queue.over for queue in queues)

    def _standing(self, state: int) -> int | None:
        agents = self._members.agents
        if agents is None:
            return None
        return sum(1 for agent in agents if agent.state == STATES[state])

    def _spent(self, state: int) -> int | None:
        if self._rows is None:
            return None
        if self._time is None:
            self._time = self.window.time[self._rows].sum(axis=0).tolist()
            assert len(self._time) == LEVELS  # noqa: S101 - the matrix is (agents x LEVELS)
        return self._time[state]

    def _of_agents(self, name: str) -> int | None:
        if self._agents is None:
            self._agents = self.window.agents[self._rows].sum(axis=0).tolist()
        if name == "late_answered":
            return self._agents[_AGENT["answered"]] - self._agents[_AGENT["answered_in"]]
        index = _AGENT.get(name)
        if index is None and name not in _CELL:
            raise KeyError(name)
        return None if index is None else self._agents[index]

    def _of_cells(self, name: str) -> int | None:
        if self._cells is None:
            self._cells = self.window.cells[self._members.cells].sum(axis=0).tolist()
        index = _CELL.get(name)
        if index is None:
            return self._of_members(name)
        return self._cells[index]

    def _of_members(self, name: str) -> int | None:
        """A fact only agents have, for a group of queues whose agents are known."""
        index = _AGENT[name]
        if self._rows is None:
            return None
        return int(self.window.agents[self._rows, index].sum())
