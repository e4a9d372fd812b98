"""Sums of facts of a group of a snapshot, over a window or over one clock interval."""

from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from wallboard.core.additions import Ints
from wallboard.core.facts import AGENT, CELL
from wallboard.core.members import Members, joined
from wallboard.core.snapshot import STATES, AgentRow, By, Interval, QueueRow, Snapshot, WindowFacts
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


class Sums:
    """Sums of every group of one kind over one window: each matrix is summed for all of them when one asks first."""

    def __init__(self, snapshot: Snapshot, by: By, window: WindowFacts) -> None:
        self._snapshot, self._by, self._window = snapshot, by, window
        self._found: dict[str, Ints] = {}

    def of(self, group: str, what: Literal["cells", "agents", "time"]) -> list[int]:
        """The columns of one matrix of the window, summed over a group."""
        matrix: Ints = getattr(self._window, what)
        groups = joined(self._snapshot, "cells" if what == "cells" else "agents", self._by)
        place = groups.place.get(group)
        if place is None:
            return [0] * matrix.shape[1]
        summed = self._found.get(what)
        if summed is None:
            summed = self._found[what] = np.add.reduceat(matrix[groups.rows], groups.starts, axis=0)
        row: list[int] = summed[place].tolist()
        return row


class Facts:
    """Sums of one group over one window, by name; ``None`` is a fact this group has no way to know.

    ``sums`` are those of all groups like it, where it is no narrower than they are.
    """

    def __init__(self, snapshot: Snapshot, members: Members, window: WindowFacts, sums: Sums | None = None) -> None:
        self._snapshot = snapshot
        self._members = members
        self._sums = sums
        self.window = window
        self._known_agents = members.has_agents
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
        counter = _CELL.get(name)
        if counter is not None and not self._members.of_agents:
            return self._counted(counter)
        if name in _TIME:
            return self._spent(_TIME[name])
        if name in _STATE or name in _PLANS:
            return self._standing(name)
        if name == "window_ms":
            return self.window.end - self._begin()
        if name in ("n_waiting", "n_over", "n_callbacks"):
            return self._waiting(name)
        return self._of_agents(name) if self._members.of_agents else self._of_members(name)

    def total(self, names: tuple[str, ...]) -> int | None:
        """The sum of several; a leading ``-`` subtracts. ``None`` when one is unknown."""
        return added(self.get, names)

    def histogram(self) -> Ints | None:
        """(2 bins,) counts of waits, then of handle times; ``None`` where they are not kept."""
        summed: Ints = self.window.histogram[self._members.cells].sum(axis=0)
        return summed

    def longest(self) -> int | None:
        """The longest answered wait, ms; 0 when none was answered, ``None`` where it is not kept."""
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
        if not self._members.of_queues:
            return None
        queues = self._members.queues
        if name == "n_callbacks":
            return sum(queue.callbacks for queue in queues)
        return sum(queue.waiting if name == "n_waiting" else queue.over for queue in queues)

    def _standing(self, name: str) -> int | None:
        if not self._members.has_agents:
            return None
        if name not in _PLANS and self._members.queue is not None:
            return self._members.queue.agents[_STATE[name]]
        agents = self._members.agents or []
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
        if not self._known_agents or (state >= PLANNED and not self._snapshot.scheduled):
            return None
        if self._time is None:
            self._time = self._summed("time")
            assert len(self._time) == LEVELS  # noqa: S101 - the matrix is (agents x LEVELS)
        return self._time[state]

    def _of_agents(self, name: str) -> int | None:
        if name not in _CELL:
            raise KeyError(name)
        if not self._known_agents or self._members.torn:
            return None
        if self._agents is None:
            self._agents = self._summed("agents")
        if name == "late_answered":
            return self._agents[_AGENT["answered"]] - self._agents[_AGENT["answered_in"]]
        index = _AGENT.get(name)
        return None if index is None else self._agents[index]

    def _counted(self, counter: int) -> int:
        if self._cells is None:
            self._cells = self._summed("cells")
        return self._cells[counter]

    def _summed(self, what: Literal["cells", "agents", "time"]) -> list[int]:
        if self._sums is not None:
            return self._sums.of(self._members.key[0][1], what)
        rows = self._members.cells if what == "cells" else [agent.row for agent in self._members.agents or []]
        matrix: Ints = getattr(self.window, what)
        found: list[int] = matrix[np.array(rows, np.int64)].sum(axis=0).tolist()
        return found

    def _of_members(self, name: str) -> int | None:
        """A fact only agents have, for a group of queues whose agents are known."""
        index = _AGENT[name]
        if not self._known_agents:
            return None
        if self._agents is None:
            self._agents = self._summed("agents")
        return self._agents[index]


class IntervalFacts(Facts):
    """Sums of one group over one clock interval: what only agents know, or only this moment, it cannot say."""

    def __init__(self, snapshot: Snapshot, members: Members, interval: Interval | None, window: WindowFacts) -> None:
        super().__init__(snapshot, members, window)
        self.interval = interval
        self._known_agents = False
        if interval is None:
            self._cells = [0] * len(CELL)
            return
        summed = interval.sums.get(members.key)
        if summed is None:
            summed = interval.sums[members.key] = _summed(interval, members.rows())
        self._cells = summed.tolist()

    def get(self, name: str) -> int | None:
        """The sum called ``name``; ``None`` for counts of this moment, which say nothing of an interval."""
        return None if name.startswith("n_") else super().get(name)

    def _of_agents(self, name: str) -> int | None:
        if name not in _CELL:
            raise KeyError(name)
        return None

    def histogram(self) -> None:
        """Not kept per interval."""
        return

    def longest(self) -> None:
        """Not kept per interval."""
        return

    def oldest(self) -> None:
        """Of this moment only."""
        return


def added(get: Callable[[str], int | None], names: tuple[str, ...]) -> int | None:
    """The sum of what is got by several names; a leading ``-`` subtracts. ``None`` when one is unknown."""
    total = 0
    for name in names:
        value = get(name.removeprefix("-"))
        if value is None:
            return None
        total += -value if name[0] == "-" else value
    return total


def _summed(interval: Interval, rows: NDArray[np.bool_]) -> Ints:
    """(CELL,) the interval's facts of the cells marked in ``rows``."""
    row, counter = np.divmod(interval.flat, len(CELL))
    inside = rows[np.minimum(row, len(rows) - 1)] & (row < len(rows))
    summed = np.zeros(len(CELL), np.int64)
    np.add.at(summed, counter[inside], interval.delta[inside])
    return summed
