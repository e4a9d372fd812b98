"""Adherence: whether agents do what was planned, when it was planned; exact over any window.

States are folded into kinds: work is ready, ringing, talking, on hold or in wrap-up; a not-ready reason is a kind of
its own, or one of those in ``KINDS``. A plan says an activity; of plans that overlap the shortest counts, as a break in
a shift. An agent adheres while the kind it shows is the kind planned. Both times become levels of the timeline, entered
and left like a state, so a plan or a state that comes late corrects what was counted.

Plans and changes of kind are kept for 48 hours; an agent's unbroken plans are kept for as long as they run.
"""

import heapq
from bisect import insort
from functools import lru_cache

import numpy as np
from msgspec import Struct

from wallboard.core.snapshot import STATES, PlanRow
from wallboard.core.timeline import ADHERENT, LEVELS, PLANNED, REASONS

WORK, REST = "work", "break"
KINDS: dict[str, str] = {
    **dict.fromkeys(("work", "shift", "phone", "queue", "calls", "open", "on-queue", "inbound", "outbound"), WORK),
    **dict.fromkeys(("break", "lunch", "meal", "pause", "rest", "dinner", "tea"), REST),
    **dict.fromkeys(("meeting", "huddle", "team-meeting"), "meeting"),
    **dict.fromkeys(("training", "coaching", "learning"), "training"),
}
"""Activities and not-ready reasons that are one kind under several names; any other is a kind by its own name."""
KEEP_MS = 48 * 3_600_000
MOST_PLANS = 512
"""Plans of one agent at a time; those beyond are not taken."""
_LOG = 64
_WORKING = ("ready", "ringing", "talking", "hold", "wrapping")
_CODES = np.full(LEVELS, -1, np.int64)
_CODES[[STATES.index(state) for state in _WORKING]] = 0
_CODES[len(STATES) : len(STATES) + REASONS] = np.arange(1, REASONS + 1)


class Plan(Struct, frozen=True, gc=False, order=True):
    """One planned activity; ms."""

    begin: int
    end: int
    activity: str


class _Agent:
    """One agent's plans, changes of kind, and what the timeline was told of them."""

    __slots__ = ("base", "log", "plans", "since", "told")

    def __init__(self) -> None:
        self.plans: dict[tuple[int, int], Plan] = {}
        self.log: list[tuple[int, int, int]] = []
        """(at, code, entered or left), by time."""
        self.base: dict[int, int] = {}
        """Codes held where the log begins."""
        self.since = 0
        """Nothing before this moment (ms) is counted anew."""
        self.told: list[tuple[int, int, int]] = []
        """(at, level, entered or left) as the timeline has it, from ``since`` on."""

    def forget(self, before: int) -> None:
        """Drop what ended before a moment, if no plan runs across it."""
        covering = [plan.begin for plan in self.plans.values() if plan.begin <= before <= plan.end]
        while covering:
            before = min(covering) - 1
            covering = [plan.begin for plan in self.plans.values() if plan.begin <= before <= plan.end]
        if before <= self.since:
            return
        self.since = before
        self.plans = {key: plan for key, plan in self.plans.items() if plan.begin >= before}
        self.told = [move for move in self.told if move[0] >= before]
        for _, code, sign in (entry for entry in self.log if entry[0] < before):
            self.base[code] = self.base.get(code, 0) + sign
        self.log = [entry for entry in self.log if entry[0] >= before]


class Adherence:
    """Plans of all agents, by their rows in the agent matrices."""

    def __init__(self) -> None:
        self.scheduled = False
        """Whether this feed says what was planned."""
        self._agents: dict[int, _Agent] = {}
        self._bounds: list[tuple[int, int]] = []
        self._dirty: set[int] = set()
        self._rows: dict[int, PlanRow] = {}
        self._shown: tuple[PlanRow, ...] = ()
        self._names: list[str] = []

    def plan(self, row: int, activity: str, begin: int, end: int) -> bool:
        """An agent's plan; one for the same time replaces it. ``False``: it makes no sense, or is one too many."""
        self.scheduled = True
        agent = self._agent(row)
        if end <= begin or (len(agent.plans) >= MOST_PLANS and (begin, end) not in agent.plans):
            return False
        known = agent.plans.get((begin, end))
        if known is None:
            heapq.heappush(self._bounds, (begin, row))
            heapq.heappush(self._bounds, (end, row))
        if known is None or known.activity != activity:
            agent.plans[begin, end] = Plan(begin, end, activity)
            self._dirty.add(row)
        return True

    def advance(self, now: int, moves: list[int], reasons: list[str]) -> None:
        """Read the timeline's pending ``moves`` of states, and add those of the planned and the adherent time."""
        self._names = reasons
        if moves:
            self._read(np.fromiter(moves, np.int64, len(moves)).reshape(-1, 3))
        while self._bounds and self._bounds[0][0] <= now:
            self._dirty.add(heapq.heappop(self._bounds)[1])
        for row in sorted(self._dirty):
            self._tell(row, now, moves)
        self._dirty.clear()

    def rows(self) -> tuple[PlanRow, ...]:
        """Agents of whom something is planned now, by row."""
        if not self._shown and self._rows:
            self._shown = tuple(self._rows[row] for row in sorted(self._rows))
        return self._shown

    def _agent(self, row: int) -> _Agent:
        found = self._agents.get(row)
        if found is None:
            found = self._agents[row] = _Agent()
        return found

    def _read(self, moves: np.ndarray[tuple[int, int], np.dtype[np.int64]]) -> None:
        """Keep the changes of kind: a step from one working state to the next cancels out."""
        codes = _CODES[moves[:, 1] % LEVELS]
        moves, codes = moves[codes >= 0], codes[codes >= 0]
        if not len(codes):
            return
        first, spread = moves[:, 0].min(), moves[:, 0].max() - moves[:, 0].min() + 1
        places = moves[:, 1] // LEVELS * spread + moves[:, 0] - first
        found, where = np.unique(places * (REASONS + 1) + codes, return_inverse=True)  # by row, at, code
        net = np.zeros(len(found), np.int64)
        np.add.at(net, where, moves[:, 2])
        changed = np.flatnonzero(net)
        places, codes = np.divmod(found[changed], REASONS + 1)
        rows, ats = np.divmod(places, spread)
        for row, at, code, sign in zip(
            rows.tolist(), (ats + first).tolist(), codes.tolist(), net[changed].tolist(), strict=True
        ):
            agent = self._agent(row)
            insort(agent.log, (at, code, sign))
            if agent.plans:
                self._dirty.add(row)
            elif len(agent.log) > _LOG:
                agent.forget(at - KEEP_MS)

    def _tell(self, row: int, now: int, moves: list[int]) -> None:
        agent = self._agents[row]
        agent.forget(now - KEEP_MS)
        told, plan, adherent = self._sweep(agent, now)
        same = 0
        while same < min(len(told), len(agent.told)) and told[same] == agent.told[same]:
            same += 1
        base = row * LEVELS
        for at, level, sign in agent.told[same:]:
            moves.extend((at, base + level, -sign))
        for at, level, sign in told[same:]:
            moves.extend((at, base + level, sign))
        agent.told = told
        shown = None if plan is None else PlanRow(row, plan.activity, plan.begin, plan.end, adherent)
        if shown != self._rows.get(row):
            self._shown = ()
            if shown is None:
                del self._rows[row]
            else:
                self._rows[row] = shown

    def _sweep(self, agent: _Agent, now: int) -> tuple[list[tuple[int, int, int]], Plan | None, bool]:
        """All enters and leaves of the two levels up to ``now``, and how things stand then."""
        steps = [(plan.begin, 1, plan) for plan in agent.plans.values()]
        steps += [(plan.end, 0, plan) for plan in agent.plans.values()]
        turns = sorted(step for step in steps if step[0] <= now)
        held, log, entries, turned = dict(agent.base), agent.log, 0, 0
        running: set[Plan] = set()
        told: list[tuple[int, int, int]] = []
        plan, was = None, (False, False)
        for at in sorted({turn[0] for turn in turns} | {entry[0] for entry in log if entry[0] <= now}):
            while entries < len(log) and log[entries][0] <= at:
                _, code, sign = log[entries]
                held[code] = held.get(code, 0) + sign
                entries += 1
            while turned < len(turns) and turns[turned][0] <= at:
                _, begins, turn = turns[turned]
                (running.add if begins else running.discard)(turn)
                turned += 1
            plan = min(running, key=lambda one: (one.end - one.begin, -one.begin), default=None)
            stands = (plan is not None, plan is not None and self._shows(held, plan.activity))
            for level, before, after in zip((PLANNED, ADHERENT), was, stands, strict=True):
                if before != after:
                    told.append((at, level, 1 if after else -1))
            was = stands
        return told, plan, was[1]

    def _shows(self, held: dict[int, int], activity: str) -> bool:
        kind = kind_of(activity)
        return any(level > 0 and self._kind(code) == kind for code, level in held.items())

    def _kind(self, code: int) -> str | None:
        if code == 0:
            return WORK
        return kind_of(self._names[code - 1]) if code <= len(self._names) else None


@lru_cache(1024)
def kind_of(activity: str) -> str:
    """The kind of a planned activity or a not-ready reason."""
    name = activity.strip().lower().replace("_", "-").replace(" ", "-")
    return KINDS.get(name, name)
