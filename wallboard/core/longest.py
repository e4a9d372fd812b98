"""The longest answered wait per cell, over any window: a maximum cannot be summed, so its rows are kept for a while."""

from collections.abc import Mapping
from types import MappingProxyType

import numpy as np

from wallboard.core.additions import Ints

_SEC, _BORN, _CELL, _WAIT = range(4)
_COLUMNS = [1, 2, 3, 5]
"""Where these stand in a fact of the ``answered`` kind."""
_NEVER = 2**62
_SWEEP_S = 60


class Longest:
    """Answered waits of the last ``keep`` seconds, and the settled maximum of what is older but still today's."""

    def __init__(
        self, keep: int, cohorts: frozenset[str] = frozenset(), untils: Mapping[str, int] = MappingProxyType({})
    ) -> None:
        self._cohorts = cohorts
        self._untils = untils
        self._keep = keep
        self._rows = np.zeros((4, 0), np.int64)
        self._fresh: list[Ints] = []
        self._settled: dict[str, Ints] = {}
        self.changes = 0
        self._due = 0

    def add(self, answered: Ints) -> None:
        """More facts of the ``answered`` kind, by columns."""
        self._fresh.append(answered[_COLUMNS])
        self.changes += 1

    def take_back(self, answered: Ints) -> None:
        """Rows that were told by mistake; each takes one equal row with it."""
        self._join()
        for fact in answered[_COLUMNS].T:
            same = np.flatnonzero((self._rows == fact[:, None]).all(axis=0))
            if len(same):
                self._rows = np.delete(self._rows, same[0], axis=1)
        self.changes += 1

    def expire(self, second: int, resetting: dict[str, Ints]) -> None:
        """Now and then, forget rows older than ``keep``; what they mean for resetting windows is settled first."""
        if second < self._due:
            return
        self._due = second + _SWEEP_S
        self._join()
        old = self._rows[_SEC] <= second - self._keep
        if old.any():
            for name, begins in resetting.items():
                self._settle(name, self._rows[:, old], begins)
            self._rows = self._rows[:, ~old]

    def restart(self, name: str, rows: Ints) -> None:
        """These cells of a resetting window begin again."""
        settled = self._settled.get(name)
        if settled is not None:
            settled[rows[rows < len(settled)]] = 0

    def over(self, name: str, after: int | Ints, cells: int, *, cohort: bool = False) -> Ints:
        """(cells,) the longest answered wait in ms of rows later than ``after`` (one second, or one per cell)."""
        self._join()
        longest = np.zeros(cells, np.int64)
        settled = self._settled.get(name)
        if settled is not None:
            longest[: len(settled)] = settled[:cells]
        limit = after if isinstance(after, int) else after[self._rows[_CELL]]
        when = self._rows[_BORN if cohort else _SEC]
        inside = self._rows[:, (when > limit) & (when < self._untils.get(name, _NEVER))]
        np.maximum.at(longest, inside[_CELL], inside[_WAIT])
        longest.flags.writeable = False
        return longest

    def _join(self) -> None:
        if self._fresh:
            self._rows = np.concatenate((self._rows, *self._fresh), axis=1)
            self._fresh.clear()

    def _settle(self, name: str, rows: Ints, begins: Ints) -> None:
        when = rows[_BORN if name in self._cohorts else _SEC]
        current = rows[:, (when >= begins[rows[_CELL]]) & (when < self._untils.get(name, _NEVER))]
        settled = self._settled.get(name, np.zeros(0, np.int64))
        if len(settled) < len(begins):
            settled = np.concatenate((settled, np.zeros(len(begins) - len(settled), np.int64)))
        np.maximum.at(settled, current[_CELL], current[_WAIT])
        self._settled[name] = settled
