"""Adherence: whether agents do what was planned, when it was planned; exact over any window.

States are folded into kinds: work is ready, ringing, talking, on hold or in wrap-up; a not-ready reason is a kind of
its own, or one of those in ``KINDS``. A plan says an activity; of plans that overlap the shortest counts, as a break in
a shift. An agent adheres while the kind it shows is the kind planned. Both times become levels of the timeline, entered
and left like a state, so a plan or a state that comes late corrects what was counted.

What is told in order costs the same however much went before it; what is late costs what was told since its moment.
Plans and changes of kind are kept for 48 hours: nothing before that is counted anew.
"""

import heapq
from bisect import bisect_left, insort
from collections.abc import Callable
from functools import lru_cache

import numpy as np
from mypy_extensions import mypyc_attr

from wallboard.core.additions import Ints, moves_of
from wallboard.core.ledger import Moves
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
_LOOK_MS = 3_600_000
"""How often it is looked what to forget of an agent."""
_NEVER = 1 << 62
_WORKING = ("ready", "ringing", "talking", "hold", "wrapping")
_CODES = np.full(LEVELS, -1, np.int64)
_CODES[[STATES.index(state) for state in _WORKING]] = 0
_CODES[len(STATES) : len(STATES) + REASONS] = np.arange(1, REASONS + 1)
Move = tuple[int, int, int]
"""at (ms), code or level, entered (+1) or left (-1)."""
Key = tuple[int, int]
"""A plan's begin and end, ms."""


@mypyc_attr(allow_interpreted_subclasses=True)
class _Agent:
    """One agent's plans and changes of kind, and how far the timeline was told of them.

    The first ``done`` entries of ``log`` and the first ``turned`` of ``turns`` are told. Before anything late is put in
    its place, what was told from its moment on is taken back.
    """

    __slots__ = ("done", "held", "log", "looked", "plans", "running", "since", "told", "turned", "turns")

    def __init__(self) -> None:
        self.plans: dict[Key, tuple[int, str]] = {}
        """When each was told (ms), and its activity."""
        self.turns: list[tuple[int, bool, Key]] = []
        """When plans begin (``True``) and end, by time."""
        self.log: list[Move] = []
        """Changes of kind, by time."""
        self.turned = self.done = 0
        self.running: set[Key] = set()
        self.held: dict[int, int] = {}
        """Codes the agent shows after the last change that was told."""
        self.told: list[Move] = []
        """What the timeline was told, from ``since`` on."""
        self.since = 0
        """Nothing before this moment (ms) is counted anew."""
        self.looked = 0
        """When it was last looked what to forget (ms)."""

    def plan(self) -> Key | None:
        """The shortest plan that runs; of several the one that began last."""
        found: Key | None = None
        for one in self.running:
            length = one[1] - one[0]
            if found is None or length < found[1] - found[0] or (length == found[1] - found[0] and one[0] > found[0]):
                found = one
        return found

    def hear(self, move: Move, back: list[Move]) -> None:
        """Put a change of kind in its place; one that takes another back takes it away."""
        at, code, sign = move
        log = self.log
        self.rewind(at, back)
        if at < self.since:
            self._step(code, sign)
            return
        place = bisect_left(log, (at, code))
        if place == len(log) or log[place][:2] != (at, code):
            log.insert(place, move)
        elif log[place][2] + sign:
            log[place] = (at, code, log[place][2] + sign)
        else:
            del log[place]

    def ask(self, key: Key, activity: str, at: int, back: list[Move]) -> bool:
        """Put a plan told at ``at`` (ms) in its place; whether it is one more."""
        known = self.plans.get(key)
        if key[1] <= self.since or (known is not None and at < known[0]):
            return False
        begin = max(key[0], self.since)
        if known is None or known[1] != activity:
            self.rewind(begin, back)
        self.plans[key] = (at, activity)
        if known is None:
            insort(self.turns, (begin, True, key))
            insort(self.turns, (key[1], False, key))
        return known is None

    def rewind(self, moment: int, back: list[Move]) -> None:
        """Take back what was told from ``moment`` on; ``back`` is what the timeline is to hear of it."""
        while self.done and self.log[self.done - 1][0] >= moment:
            self.done -= 1
            _, code, sign = self.log[self.done]
            self._step(code, -sign)
        while self.turned and self.turns[self.turned - 1][0] >= moment:
            self.turned -= 1
            _, begins, key = self.turns[self.turned]
            (self.running.discard if begins else self.running.add)(key)
        while self.told and self.told[-1][0] >= moment:
            at, level, sign = self.told.pop()
            back.append((at, level, -sign))

    def go_on(self, now: int, stands: Callable[["_Agent"], tuple[bool, bool]]) -> list[Move]:
        """What is to be told up to ``now``; ``stands`` says whether something is planned, and done."""
        told: list[Move] = []
        was = stands(self)
        while (at := self._next()) <= now:
            while self.done < len(self.log) and self.log[self.done][0] == at:
                self._step(*self.log[self.done][1:])
                self.done += 1
            while self.turned < len(self.turns) and self.turns[self.turned][0] == at:
                _, begins, key = self.turns[self.turned]
                (self.running.add if begins else self.running.discard)(key)
                self.turned += 1
            then = stands(self)
            for level, before, after in zip((PLANNED, ADHERENT), was, then, strict=True):
                if before != after:
                    told.append((at, level, 1 if after else -1))
            was = then
        self.told += told
        return told

    def forget(self, now: int) -> None:
        """Drop what was told of the time that is no longer kept."""
        self.looked = now
        before = now - KEEP_MS
        self.since = max(self.since, before)
        entries = min(self.done, bisect_left(self.log, (before,)))
        turned = min(self.turned, bisect_left(self.turns, (before,)))
        for _, begins, key in self.turns[:turned]:
            if not begins:
                del self.plans[key]
        del self.log[:entries], self.turns[:turned], self.told[: bisect_left(self.told, (before,))]
        self.done, self.turned = self.done - entries, self.turned - turned

    def _next(self) -> int:
        log = self.log[self.done][0] if self.done < len(self.log) else _NEVER
        return min(log, self.turns[self.turned][0] if self.turned < len(self.turns) else _NEVER)

    def _step(self, code: int, sign: int) -> None:
        level = self.held.get(code, 0) + sign
        self.held[code] = level
        if not level:
            del self.held[code]


@mypyc_attr(allow_interpreted_subclasses=True)
class Adherence:
    """Plans of all agents, by their rows in the agent matrices."""

    def __init__(self) -> None:
        self.scheduled = False
        """Whether this feed says what was planned."""
        self._agents: dict[int, _Agent] = {}
        self._bounds: list[tuple[int, int]] = []
        self._back: dict[int, list[Move]] = {}
        """Agents of whom there is something to tell, and what of it takes back what was told."""
        self._rows: dict[int, PlanRow] = {}
        self._shown: tuple[PlanRow, ...] = ()
        self._names: list[str] = []
        self._now = 0

    def plan(self, row: int, activity: str, begin: int, end: int, at: int) -> bool:
        """An agent's plan, told at ``at`` (ms); of those for one stretch of time the one told last counts.

        ``False``: it makes no sense, or is one too many.
        """
        self.scheduled = True
        agent, key = self._agent(row), (begin, end)
        if end <= begin:
            return False
        if len(agent.plans) >= MOST_PLANS and key not in agent.plans:
            agent.forget(self._now)
            if len(agent.plans) >= MOST_PLANS:
                return False
        if agent.ask(key, activity, at, self._back.setdefault(row, [])):
            heapq.heappush(self._bounds, (begin, row))
            heapq.heappush(self._bounds, (end, row))
        return True

    def advance(self, now: int, moves: Moves, reasons: list[str]) -> None:
        """Read the timeline's pending ``moves`` of states, and add those of the planned and the adherent time."""
        self._names, self._now = reasons, now
        if moves.pending():
            self._read(moves_of(moves))
        while self._bounds and self._bounds[0][0] <= now:
            self._back.setdefault(heapq.heappop(self._bounds)[1], [])
        for row, back in sorted(self._back.items()):
            self._tell(row, back, now, moves)
        self._back.clear()

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

    def _read(self, moves: Ints) -> None:
        """Keep the changes of kind: a step from one working state to the next cancels out."""
        codes = _CODES[moves[1] % LEVELS]
        moves, codes = moves[:, codes >= 0], codes[codes >= 0]
        if not len(codes):
            return
        first, spread = moves[0].min(), moves[0].max() - moves[0].min() + 1
        places = moves[1] // LEVELS * spread + moves[0] - first
        found, where = np.unique(places * (REASONS + 1) + codes, return_inverse=True)  # by row, at, code
        net = np.zeros(len(found), np.int64)
        np.add.at(net, where, moves[2])
        changed = np.flatnonzero(net)
        places, codes = np.divmod(found[changed], REASONS + 1)
        rows, ats = np.divmod(places, spread)
        for row, at, code, sign in zip(
            rows.tolist(), (ats + first).tolist(), codes.tolist(), net[changed].tolist(), strict=True
        ):
            self._agent(row).hear((at, code, sign), self._back.setdefault(row, []))

    def _tell(self, row: int, back: list[Move], now: int, moves: Moves) -> None:
        agent, base = self._agents[row], row * LEVELS
        for at, level, sign in (*back, *agent.go_on(now, self._stands)):
            moves.add(at, base + level, sign)
        if now - agent.looked >= _LOOK_MS:
            agent.forget(now)
        plan = agent.plan()
        shown = None if plan is None else PlanRow(row, agent.plans[plan][1], *plan, self._stands(agent)[1])
        if shown != self._rows.get(row):
            self._shown = ()
            if shown is None:
                del self._rows[row]
            else:
                self._rows[row] = shown

    def _stands(self, agent: _Agent) -> tuple[bool, bool]:
        """Whether something is planned, and whether it is done."""
        plan = agent.plan()
        if plan is None:
            return False, False
        kind = kind_of(agent.plans[plan][1])
        return True, any(level > 0 and self._kind(code) == kind for code, level in agent.held.items())

    def _kind(self, code: int) -> str | None:
        if code == 0:
            return WORK
        return kind_of(self._names[code - 1]) if code <= len(self._names) else None


@lru_cache(1024)
def kind_of(activity: str) -> str:
    """The kind of a planned activity or a not-ready reason."""
    name = activity.strip().lower().replace("_", "-").replace(" ", "-")
    return KINDS.get(name, name)
