"""Time spent in states, exact to the millisecond over any window, at O(1) an event.

A state entered at ``t`` adds ``-t`` and opens one; left at ``u`` it adds ``+u`` and closes one: the time in it up to
any ``now`` is ``sum + open * now``. A window is that integral now, less the same integral as it stood at the window's
beginning, which a second, delayed set of sums keeps.
"""

from typing import Final

import numpy as np

from wallboard.core.additions import Ints, moves_of
from wallboard.core.ledger import Moves
from wallboard.core.snapshot import STATES

REASONS: Final = 9
"""Columns for not-ready reasons; the last is for all that come after the first eight."""
PLANNED: Final = len(STATES) + REASONS
"""Column of the time for which something was planned."""
ADHERENT: Final = PLANNED + 1
"""Column of the part of it in which the agent did as planned."""
LEVELS: Final = ADHERENT + 1
"""Columns of a time matrix: one for each state, one for each not-ready reason, then those two."""


class _Integral:
    def __init__(self) -> None:
        self.sum = np.zeros(0, np.int64)
        self.open = np.zeros(0, np.int64)

    def fit(self, size: int) -> None:
        if size > len(self.sum):
            extra = np.zeros(max(size, 2 * len(self.sum)) - len(self.sum), np.int64)
            self.sum = np.concatenate((self.sum, extra))
            self.open = np.concatenate((self.open, extra))

    def apply(self, moves: Ints) -> None:
        if not moves.size:
            return
        np.add.at(self.sum, moves[1], -moves[0] * moves[2])
        np.add.at(self.open, moves[1], moves[2])

    def at(self, now: int, size: int) -> Ints:
        return self.sum[:size] + self.open[:size] * now

    def copy(self) -> "_Integral":
        twin = _Integral()
        twin.sum, twin.open = self.sum.copy(), self.open.copy()
        return twin


class _Tail:
    """The integral as it stood at ``cutoff`` (ms, exclusive): the beginning of one window."""

    def __init__(self) -> None:
        self.cutoff = 0
        self.integral = _Integral()


class Timeline:
    """Enters and leaves of (agent, level), summed for now and for the beginning of each window.

    ``moves`` is what handlers write. ``sliding`` windows move their beginning on by the second; ``resetting`` ones jump
    to it.
    """

    def __init__(self, sliding: tuple[str, ...], resetting: tuple[str, ...]) -> None:
        self.moves = Moves()
        self._head = _Integral()
        self._sliding = {name: _Tail() for name in sliding}
        self._resetting = {name: _Tail() for name in resetting}
        self._log: list[tuple[int, int, Ints]] = []
        """(earliest, latest, moves in order of time) of the moves a sliding window has yet to pass."""

    def advance(self, begins: dict[str, int], now: int) -> None:
        """Fold pending moves, and move each window's beginning to ``begins[name]``, at most ``now`` (ms)."""
        if self.moves.pending():
            self._fold(moves_of(self.moves))
            self.moves.clear()
        for name, tail in self._sliding.items():
            if begins[name] > tail.cutoff:
                self._slide(tail, begins[name])
        for name, tail in self._resetting.items():
            if begins[name] > tail.cutoff:
                self._restart(tail, begins[name])
        oldest = min((tail.cutoff for tail in self._sliding.values()), default=now)
        self._log = [part for part in self._log if part[1] >= oldest]

    def spent(self, name: str, now: int, agents: int, end: str | None = None) -> Ints:
        """(agents x LEVELS) ms spent in each level since the window's beginning, read-only.

        Until ``now``, or until the beginning of the window called ``end``.
        """
        size = agents * LEVELS
        self._fit(size)
        tail, last = self._tail(name), None if end is None else self._tail(end)
        head = self._head.at(now, size) if last is None else last.integral.at(last.cutoff, size)
        spent = head - tail.integral.at(tail.cutoff, size)
        spent.flags.writeable = False
        return spent.reshape(agents, LEVELS)

    def _tail(self, name: str) -> _Tail:
        return self._sliding[name] if name in self._sliding else self._resetting[name]

    def _tails(self) -> tuple[_Tail, ...]:
        return (*self._sliding.values(), *self._resetting.values())

    def _fit(self, size: int) -> None:
        for integral in (self._head, *(tail.integral for tail in self._tails())):
            integral.fit(size)

    def _fold(self, moves: Ints) -> None:
        fresh = _ordered(moves)
        self._fit(fresh[1].max().item() + 1)
        self._head.apply(fresh)
        for tail in self._tails():
            tail.integral.apply(fresh[:, : fresh[0].searchsorted(tail.cutoff)])
        part = (fresh[0, 0].item(), fresh[0, -1].item(), fresh)
        if self._log and self._log[-1][2].shape[1] < 4096:  # noqa: PLR2004 - small parts are joined as they come
            low, high, last = self._log.pop()
            part = (min(low, part[0]), max(high, part[1]), _ordered(np.concatenate((last, fresh), axis=1)))
        self._log.append(part)

    def _slide(self, tail: _Tail, begin: int) -> None:
        for low, high, part in self._log:
            if high >= tail.cutoff and low < begin:
                start, stop = part[0].searchsorted((tail.cutoff, begin)).tolist()
                tail.integral.apply(part[:, start:stop])
        tail.cutoff = begin

    def _restart(self, tail: _Tail, begin: int) -> None:
        tail.integral = self._head.copy()
        for _, high, part in self._log:
            if high >= begin:
                after = part[:, part[0].searchsorted(begin) :].copy()
                after[2] = -after[2]
                tail.integral.apply(after)
        tail.cutoff = begin


def _ordered(moves: Ints) -> Ints:
    if (moves[0, 1:] >= moves[0, :-1]).all():
        return moves
    return moves[:, moves[0].argsort(kind="stable")]
