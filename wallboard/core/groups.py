"""Groups of a snapshot: which cells, agents and queues belong to each, and the sums of their facts."""

from collections.abc import Callable, Iterable
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from wallboard.core.facts import AGENT, CELL
from wallboard.core.ledger import BINS, Ints
from wallboard.core.snapshot import STATES, AgentRow, By, Cell, Interval, QueueRow, Snapshot, WindowFacts
from wallboard.core.timeline import ADHERENT, LEVELS, PLANNED

_CELL = {name: index for index, name in enumerate(CELL)}
_AGENT = {name: index for index, name in enumerate(AGENT)}
_TIME = {
    **{f"t_{state}": index for index, state in enumerate(STATES)},
    "t_planned": PLANNED,
    "t_adherent": ADHERENT,
}
_STATE = {f"n_{state}": index for index, state in enumerate(STATES)}
_PLANS = ("n_planned", "n_adherent")
BY_AGENT = frozenset(("agent", "team", "skill"))
"""Groups made of agents rather than of queue legs."""


class Index:
    """Every group of one kind and who belongs to it, found in one pass over the snapshot."""

    def __init__(self, snapshot: Snapshot, by: By) -> None:
        self._height = max(1, len(snapshot.cells))
        self._by = by
        clients = {queue.key: queue.client for queue in snapshot.queues} if by == "client" else {}
        self._cells = _grouped(enumerate(snapshot.cells), lambda cell: _cell_groups(cell, by, clients))
        self._queues = _grouped(enumerate(snapshot.queues), lambda queue: _queue_groups(queue, by))
        self._agents = _grouped(enumerate(snapshot.agents), lambda agent: _agent_groups(agent, by))
        self._snapshot = snapshot

    def members(self, group: str) -> "Members":
        """Who belongs to one group; nobody, when there is no such group."""
        queues = [self._snapshot.queues[row] for row in self._queues.get(group, ())]
        agents = None
        if self._by in _HAS_AGENTS:
            agents = [self._snapshot.agents[row] for row in self._agents.get(group, ())]
        return Members((self._by, group), self._cells.get(group, []), queues, agents, self._height)


class Members:
    """Who belongs to one group; ``agents`` is ``None`` where agents do not belong to such groups (channels, say)."""

    def __init__(
        self,
        group: tuple[By, str],
        cells: list[int],
        queues: list[QueueRow],
        agents: list[AgentRow] | None,
        height: int,
    ) -> None:
        self.group = group
        self.of_agents = group[0] in BY_AGENT
        self.cells = cells
        self.queues = queues
        self.agents = agents
        self._height = height

    def rows(self) -> NDArray[np.bool_]:
        """Which cells belong to the group."""
        rows = np.zeros(self._height, np.bool_)
        rows[self.cells] = True
        return rows


_HAS_AGENTS = BY_AGENT | {"total", "site", "queue"}
_HAS_QUEUES = frozenset(("total", "queue", "site", "channel", "client"))
Row = TypeVar("Row")


def _grouped(rows: Iterable[tuple[int, Row]], groups: Callable[[Row], Iterable[str]]) -> dict[str, list[int]]:
    found: dict[str, list[int]] = {}
    for number, row in rows:
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

    @property
    def queues(self) -> list[QueueRow]:
        """The queues of the group."""
        return self._members.queues

    @property
    def of_agents(self) -> bool:
        """Whether the group is made of agents rather than of queue legs."""
        return self._members.of_agents

    def get(self, name: str) -> int | None:
        """The sum called ``name``; see ``kpis`` for what names there are. Raises ``KeyError`` for no such name."""
        if name in _TIME:
            return self._spent(_TIME[name])
        if name in _STATE or name in _PLANS:
            return self._standing(name)
        if name == "window_ms":
            return self.window.end - self._begin()
        if name in ("n_waiting", "n_over", "n_callbacks"):
            return self._waiting(name)
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

    def _begin(self) -> int:
        """When the window began: for all cells of the group if they agree, else for the floor."""
        begins = self.window.begins
        found = set() if begins is None else set(begins[self._members.cells].tolist())
        return found.pop() if len(found) == 1 else self.window.begin

    def _waiting(self, name: str) -> int | None:
        if self._members.group[0] not in _HAS_QUEUES:
            return None
        queues = self._members.queues
        if name == "n_callbacks":
            return sum(queue.callbacks for queue in queues)
        return sum(queue.waiting if name == "n_waiting" else queue.over for queue in queues)

    def _standing(self, name: str) -> int | None:
        agents = self._members.agents
        if agents is None:
            return None
        if name in _PLANS:
            return self._planned(agents, adherent=name == "n_adherent")
        state = STATES[_STATE[name]]
        return sum(1 for agent in agents if agent.state == state)

    def _planned(self, agents: list[AgentRow], *, adherent: bool) -> int | None:
        if not self._snapshot.scheduled:
            return None
        rows = {agent.row for agent in agents}
        return sum(1 for plan in self._snapshot.plans if plan.agent in rows and (plan.adherent or not adherent))

    def _spent(self, state: int) -> int | None:
        if self._rows is None or (state >= PLANNED and not self._snapshot.scheduled):
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


class IntervalFacts(Facts):
    """Sums of one group over one clock interval; what only agents know is not kept per interval."""

    def __init__(self, snapshot: Snapshot, members: Members, interval: Interval | None, window: WindowFacts) -> None:
        super().__init__(snapshot, members, window)
        self.interval = interval
        self._rows = None
        if interval is None:
            self._cells = [0] * len(CELL)
            return
        summed = interval.sums.get(members.group)
        if summed is None:
            summed = interval.sums[members.group] = _summed(interval, members.rows())
        self._cells = summed.tolist()

    def _of_agents(self, name: str) -> int | None:
        return None if name in _AGENT else super()._of_agents(name)

    def histogram(self) -> Ints:
        """Not kept per interval: empty."""
        return np.zeros(2 * BINS, np.int64)

    def longest(self) -> int:
        """Not kept per interval: 0."""
        return 0


def _summed(interval: Interval, rows: NDArray[np.bool_]) -> Ints:
    """(CELL,) the interval's facts of the cells marked in ``rows``."""
    row, counter = np.divmod(interval.flat, len(CELL))
    inside = rows[np.minimum(row, len(rows) - 1)] & (row < len(rows))
    summed = np.zeros(len(CELL), np.int64)
    np.add.at(summed, counter[inside], interval.delta[inside])
    return summed
