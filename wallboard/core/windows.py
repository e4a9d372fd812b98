"""Every window the wall asks for, by name, kept up from one stream of facts.

``today`` begins at each queue's day start in its own zone; ``all`` at the first event; ``30m``, ``2h``, ``90s`` slide;
``clock:15m`` is the running clock interval; ``shift`` the running shift; ``span:BEGIN:END`` (ms since the epoch) lies
where it lies. A ``+cohort`` suffix attributes every outcome to the second its leg arrived in (a contact's first leg:
the second the contact began in) instead of the second it happened in.
"""

import re
from collections.abc import Callable

import numpy as np
from msgspec import Struct

from wallboard.core.additions import Additions, Ints, answered_of, expand, facts_of
from wallboard.core.ledger import Ledger
from wallboard.core.longest import Longest
from wallboard.core.snapshot import Series, WindowFacts
from wallboard.core.timeline import Timeline
from wallboard.core.window import Intervals, Past, Resetting, Sliding

Calendar = Callable[[int, str | None, tuple[int, ...]], tuple[int, int]]
"""(at ms, IANA zone, period starts in ms after local midnight) -> (begin, next) ms of the period ``at`` lies in."""
Key = tuple[str | None, tuple[int, ...]]
"""A calendar's zone and period starts."""

_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
_SLIDING = re.compile(r"(clock:)?([1-9]\d{0,5})([smhd])")
_SPAN = re.compile(r"span:(\d{1,14}):(\d{1,14})")
COHORT = "+cohort"
END = "+end"
"""Marks, in the timeline, where a span ends."""
_NEVER = 1 << 62


class WindowName(Struct, frozen=True):
    """A window's name taken apart.

    ``seconds`` is the length of a sliding or clock window; ``begin`` and ``until`` are the seconds a span lies between.
    """

    name: str
    kind: str
    seconds: int
    cohort: bool
    begin: int = 0
    until: int | None = None


def parse_window(name: str) -> WindowName:
    """Take a window's name apart. Raises ``ValueError`` that says which names there are."""
    plain = name.removesuffix(COHORT)
    if plain in ("today", "all", "shift"):
        return WindowName(name, plain, 0, cohort=plain != name)
    span = _SPAN.fullmatch(plain)
    if span and int(span[1]) < int(span[2]):
        begin, until = int(span[1]) // 1000, int(span[2]) // 1000
        return WindowName(name, "span", 0, cohort=plain != name, begin=begin, until=until)
    found = _SLIDING.fullmatch(plain)
    if not found:
        raise ValueError(
            f"no window {name!r}: use today, all, shift, 30m, 2h, 90s, 7d or clock:15m (any with {COHORT})"
        )
    kind = "clock" if found[1] else "sliding"
    return WindowName(name, kind, int(found[2]) * _UNITS[found[3]], cohort=plain != name)


class Windows:
    """All windows, moved together. ``calendars`` gives each cell's calendar for ``today``; agents use ``home``."""

    def __init__(self, names: tuple[str, ...], calendar: Calendar, zone: str | None, shifts: tuple[int, ...]) -> None:
        self.names = tuple(parse_window(name) for name in dict.fromkeys(names))
        self._calendar = calendar
        self.home: Key = (zone, (0,))
        self._shifts: Key = (zone, shifts)
        self._periods: dict[Key, tuple[int, int]] = {}
        self._begun: tuple[list[Key], int] = ([], 0)
        """The calendars and the number of agents that windows began with, good until ``_anew`` (ms)."""
        self._anew = 0
        self._sliding = {n.name: Sliding(n.seconds) for n in self.names if n.kind == "sliding"}
        self._resetting = {n.name: Resetting(n.until) for n in self.names if n.kind != "sliding"}
        self._ends = {n.name: n.until * 1000 for n in self.names if n.until is not None}
        ends = tuple(name + END for name in self._ends)
        self.timeline = Timeline(tuple(self._sliding), (*self._resetting, *ends))
        self._past = {False: Past(), True: Past()}
        longest = max((window.seconds for window in self._sliding.values()), default=0)
        cohorts = frozenset(name.name for name in self.names if name.cohort)
        self._longest = Longest(max(longest, 3600), cohorts, {name: end // 1000 for name, end in self._ends.items()})
        self.first: int | None = None
        """``at`` of the earliest event (ms), where ``all`` begins."""
        self._intervals = (Intervals(60, 120), Intervals(900, 128))
        self._second = 0
        self._cache: dict[str, tuple[tuple[int, ...], WindowFacts]] = {}

    def advance(self, as_of: int, ledger: Ledger, back: Ledger, calendars: list[Key], agents: int) -> None:
        """Age everything to ``as_of`` (ms), then add pending facts, and take back those in ``back``."""
        second = max(self._second, as_of // 1000)
        cells = len(calendars)
        if second > self._second:
            self._expire(second)
        self._begin(as_of, calendars, agents)
        self._second = second
        self._sum(ledger, 1)
        self._sum(back, -1)
        self._longest.expire(second, {name: self._begins(name, "cell", cells) for name in self._resetting})
        begins = {n.name: min(as_of, self._begin_ms(n)) for n in self.names}
        ends = {name + END: min(as_of, until) for name, until in self._ends.items()}
        self.timeline.advance(begins | ends, as_of)

    def _sum(self, ledger: Ledger, sign: int) -> None:
        if not ledger.pending():
            return
        plain, wide = facts_of(ledger)
        for space, additions in expand(plain, wide).items():
            self._add(space, additions if sign > 0 else additions.taken_back())
        answered = answered_of(wide)
        if answered.size and sign > 0:
            self._longest.add(answered)
        elif answered.size:
            self._longest.take_back(answered)

    def facts(self, as_of: int, cells: int, agents: int) -> tuple[WindowFacts, ...]:
        """Every window as it stands."""
        return tuple(self._facts(name, as_of, cells, agents) for name in self.names)

    def series(self) -> tuple[Series, ...]:
        """Cell facts per minute and per quarter of an hour."""
        return tuple(intervals.series() for intervals in self._intervals)

    def period(self, at: int, key: Key) -> tuple[int, int]:
        """The calendar period that ``at`` lies in, remembered while it lasts."""
        found = self._periods.get(key)
        if found is None or not found[0] <= at < found[1]:
            found = self._periods[key] = self._calendar(at, *key)
        return found

    def _expire(self, second: int) -> None:
        cutoffs = {False: second, True: second}
        for name in self.names:
            if name.kind == "sliding":
                window = self._sliding[name.name]
                window.expire(second, self._past[name.cohort])
                cutoffs[name.cohort] = min(cutoffs[name.cohort], window.cutoff)
        for cohort, past in self._past.items():
            past.forget(cutoffs[cohort])
        for intervals in self._intervals:
            intervals.expire(second)

    def _begin(self, as_of: int, calendars: list[Key], agents: int) -> None:
        if as_of < self._anew and self._begun == (calendars, agents):
            return
        self._begun, self._anew = (calendars.copy(), agents), self._next(as_of, calendars)
        for name in self.names:
            if name.kind == "sliding":
                continue
            begins = self._period_begins(name, as_of, calendars)
            window = self._resetting[name.name]
            old = window.begins["cell"]
            changed = np.flatnonzero(begins[: len(old)] != old[: len(begins)])
            if len(changed):
                self._longest.restart(name.name, changed)
            window.begin("cell", begins)
            window.begin("histogram", begins)
            home = self._period_begins(name, as_of, [self.home])[0]
            window.begin("agent", np.full(agents, home, np.int64))

    def _next(self, as_of: int, calendars: list[Key]) -> int:
        """When (ms) the next window begins anew."""
        kinds = {name.kind for name in self.names}
        keys = {*calendars, self.home} if "today" in kinds else set()
        ends = [self.period(as_of, key)[1] for key in (keys | {self._shifts} if "shift" in kinds else keys)]
        clocks = [name.seconds * 1000 for name in self.names if name.kind == "clock"]
        return min([*ends, *((as_of // step + 1) * step for step in clocks)], default=_NEVER)

    def _period_begins(self, name: WindowName, as_of: int, calendars: list[Key]) -> Ints:
        if name.kind == "today":
            begins = {key: self.period(as_of, key)[0] // 1000 for key in set(calendars)}
            return np.array([begins[key] for key in calendars], np.int64)
        begin = name.begin
        if name.kind == "shift":
            begin = self.period(as_of, self._shifts)[0] // 1000
        elif name.kind == "clock":
            begin = as_of // 1000 // name.seconds * name.seconds
        return np.full(len(calendars), begin, np.int64)

    def _begins(self, name: str, space: str, rows: int) -> Ints:
        begins = self._resetting[name].begins[space]
        return begins if len(begins) >= rows else np.zeros(rows, np.int64)

    def _begin_ms(self, name: WindowName) -> int:
        if name.kind == "sliding":
            return max(0, (self._sliding[name.name].cutoff + 1) * 1000)
        key = {"today": self.home, "shift": self._shifts}.get(name.kind)
        if key is not None:
            return self._periods.get(key, (0, 0))[0] if key in self._periods else 0
        return self._second // name.seconds * name.seconds * 1000 if name.seconds else name.begin * 1000

    def _add(self, space: str, additions: Additions) -> None:
        told = {cohort: additions.of_cohorts() if cohort else additions for cohort in {n.cohort for n in self.names}}
        for name in self.names:
            window = self._sliding.get(name.name) or self._resetting[name.name]
            window.add(space, told[name.cohort])
        for cohort in {name.cohort for name in self.names if name.kind == "sliding"}:
            self._past[cohort].put(space, told[cohort])
        if space == "cell":
            for intervals in self._intervals:
                intervals.add(additions)

    def _facts(self, name: WindowName, as_of: int, cells: int, agents: int) -> WindowFacts:
        window = self._sliding.get(name.name) or self._resetting[name.name]
        state = (window.sums.changes, cells, agents, self._longest.changes)
        known = self._cache.get(name.name)
        begin = (self.first or 0) // 1000 * 1000 if name.kind == "all" else self._begin_ms(name)
        begins = self._begins(name.name, "cell", cells) * 1000 if name.kind == "today" else None
        time = self.timeline.spent(name.name, as_of, agents, name.name + END if name.name in self._ends else None)
        as_of = max(begin, min(as_of, self._ends.get(name.name, as_of)))
        if known is not None and known[0] == state:
            old = known[1]
            return WindowFacts(name.name, begin, as_of, old.cells, old.agents, time, old.histogram, old.longest, begins)
        after = window.cutoff if isinstance(window, Sliding) else self._begins(name.name, "cell", cells) - 1
        facts = WindowFacts(
            name.name,
            begin,
            as_of,
            window.sums.matrix("cell", cells),
            window.sums.matrix("agent", agents),
            time,
            window.sums.matrix("histogram", cells),
            self._longest.over(name.name, after, cells, cohort=name.cohort),
            begins,
        )
        self._cache[name.name] = (state, facts)
        return facts
