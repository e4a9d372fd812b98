"""Reading figures off a snapshot: any KPI, over any window, for any group, with its parts."""

from functools import cache
from weakref import WeakValueDictionary

import numpy as np
from msgspec import Struct

from wallboard.core.additions import BINS, Ints, bin_value
from wallboard.core.baseline import Band
from wallboard.core.groups import Facts, IntervalFacts, Sums, added
from wallboard.core.kpis import CATALOGUE, DEFAULT_VARIANT, VARIANTS, Kpi, Names, Unit
from wallboard.core.members import BY_AGENT, Index, Members, name_of
from wallboard.core.snapshot import By, Conditions, QueueRow, Snapshot, WindowFacts
from wallboard.core.staffing import OF_THE_PAST, Staffing
from wallboard.core.traffic import observed

Parts = tuple[tuple[str, int | None], ...]


class Measure(Struct, frozen=True, gc=False):
    """One figure and where it came from. ``value`` is ``None`` when unknown; ms are ints, shares 0-1."""

    kpi: str
    value: float | None
    unit: Unit
    parts: Parts
    """Named integer facts behind it; a share begins with its numerator and denominator, ``met`` and ``of``."""
    window: str
    by: By
    group: str
    variant: str | None = None
    supplied: bool = True
    """``False``: this feed cannot supply it at all (not the same as no data yet)."""
    threshold_ms: int | None = None
    """The service-level threshold, where one applies to the whole group."""


class Figures:
    """Measures over one snapshot, or over what of it meets every condition; remembers sums, so asking twice is free."""

    where: Conditions = ()

    def __init__(self, snapshot: Snapshot, where: Conditions = ()) -> None:
        self.snapshot = snapshot
        self.where = where
        self._everything: Figures | None = None
        """The figures of everything, when these are of less. In a circle they would wait for the collector."""
        self._narrowed: WeakValueDictionary[Conditions, Figures] = WeakValueDictionary()
        self._windows = {window.name: window for window in snapshot.windows}
        self._members: dict[tuple[By, str], Members] = {}
        self._facts: dict[tuple[str, By, str], Facts] = {}
        self._sums: dict[tuple[str, By], Sums] = {}
        self._indexes: dict[By, Index] = {}
        self._staffing: dict[tuple[str, int, int], Staffing] = {}

    @property
    def _whole(self) -> "Figures":
        return self if self._everything is None else self._everything

    def measure(
        self, kpi: str, window: str = "today", by: By = "total", group: str = "", variant: str | None = None
    ) -> Measure:
        """One figure. Raises ``KeyError`` for a KPI or window that does not exist; an unknown group has no facts."""
        entry = CATALOGUE[kpi]
        if window == "now" or (entry.now and window not in self._windows):
            window = next(iter(self._windows))
        return self._read(entry, self._group(window, by, group), window, by, group, variant)

    def narrowed(self, where: Conditions) -> "Figures":
        """Measures over what belongs to all of these groups. What is not kept by all of them together is unknown."""
        if not where:
            return self
        found = self._narrowed.get(where)
        if found is None:
            found = self._narrowed[where] = Figures(self.snapshot, self.where + where)
            found._everything = self._whole
        return found

    def has(self, by: By, group: str) -> bool:
        """Whether anything belongs to the group."""
        members = self._group_members(by, group)
        return bool(members.cells or members.queues or members.agents)

    def queues(self, by: By, group: str) -> list[QueueRow] | None:
        """The queues of a group; ``None`` where queues do not belong to such groups."""
        members = self._group_members(by, group)
        return members.queues if members.of_queues else None

    def names(self, by: By) -> tuple[str, ...]:
        """Every group there is of that kind, in a stable order."""
        members = self._group_members("total", "")
        queues, agents = members.queues, members.agents or []
        cells = [self.snapshot.cells[row] for row in members.cells] if self.where else self.snapshot.cells
        if by == "total":
            return ("",)
        if by == "queue":
            return tuple(queue.key for queue in queues)
        if by == "agent":
            return tuple(agent.key for agent in agents)
        if by == "skill":
            return tuple(sorted({skill for agent in agents for skill in agent.skills}))
        if by == "client":
            clients = {name_of(queue.client) for queue in queues}
            return tuple(sorted(clients | {"" for cell in cells if cell.queue is None}))
        found = {name_of(getattr(row, by)) for row in (agents if by in BY_AGENT else cells)}
        if by == "site":
            found |= {name_of(agent.site) for agent in agents} | {name_of(q.site) for q in queues}
        return tuple(sorted(found))

    def series(
        self, kpi: str, step: int, by: By = "total", group: str = "", variant: str | None = None
    ) -> tuple[tuple[int, float | None], ...]:
        """The KPI per clock interval: (start in ms, value), oldest first. ``step`` is 60 000 or 900 000 ms.

        Intervals in which nothing happened are there too, as 0 or unknown. Raises ``KeyError`` for another step.
        """
        return tuple((begin, measure.value) for begin, measure in self.intervals(kpi, step, by, group, variant))

    def intervals(
        self, kpi: str, step: int, by: By = "total", group: str = "", variant: str | None = None
    ) -> tuple[tuple[int, Measure], ...]:
        """The same with the parts of each value."""
        found = {series.step: series for series in self.snapshot.series}[step]
        by_start = {interval.begin: interval for interval in found.intervals}
        if not by_start:
            return ()
        members = self._group_members(by, group)
        entry = CATALOGUE[kpi]
        points = []
        for begin in range(min(by_start), self.snapshot.as_of + 1, step):
            window = _span(begin, min(begin + step, self.snapshot.as_of))
            facts = IntervalFacts(self.snapshot, members, by_start.get(begin), window)
            points.append((begin, self._read(entry, facts, "interval", by, group, variant)))
        return tuple(points)

    def _group_members(self, by: By, group: str) -> Members:
        members = self._members.get((by, group))
        if members is None:
            index = self._indexes.get(by)
            if index is None:
                index = self._indexes[by] = Index(self.snapshot, by)
            members = index.members(group)
            for other in self.where:
                members = members.within(self._whole._group_members(*other))  # noqa: SLF001 - one of its own kind
            self._members[by, group] = members
        return members

    def _group(self, window: str, by: By, group: str) -> Facts:
        facts = self._facts.get((window, by, group))
        if facts is None:
            members, over = self._group_members(by, group), self._windows[window]
            facts = self._facts[window, by, group] = Facts(self.snapshot, members, over, self._summed(window, by))
        return facts

    def _summed(self, window: str, by: By) -> Sums | None:
        """The sums of all groups of a kind, unless these are figures of what is narrower than such groups."""
        if self.where:
            return None
        if (window, by) not in self._sums:
            self._sums[window, by] = Sums(self.snapshot, by, self._windows[window])
        return self._sums[window, by]

    def _read(self, kpi: Kpi, facts: Facts, window: str, by: By, group: str, variant: str | None) -> Measure:
        if kpi.read == "service-level":
            chosen = VARIANTS[variant or DEFAULT_VARIANT]
            value, parts = _ratio(facts, chosen.top, chosen.bottom, 1, kpi.unit)
            threshold = facts.threshold_ms()
            supplied = None not in [part[1] for part in parts]
            return Measure(kpi.key, value, kpi.unit, parts, window, by, group, chosen.key, supplied, threshold)
        value, parts = _READ[kpi.read](self._whole, kpi, facts)
        supplied = None not in [part[1] for part in parts]
        return Measure(kpi.key, value, kpi.unit, parts, window, by, group, None, supplied)

    def usual(self, kpi: str, window: str = "today", by: By = "total", group: str = "") -> Band | None:
        """The KPI over the same hours of the same weekdays before; ``None`` where no past is known."""
        if self.where:
            return None
        span = self._windows[window]
        return next(
            (
                past.band(span.begin, span.end)
                for past in self.snapshot.usual
                if past.kpi == kpi and by in ("total", "queue") and past.group == group
            ),
            None,
        )

    def _staffed(self, kpi: Kpi, facts: Facts) -> tuple[float | None, Parts]:
        past = facts if isinstance(facts, IntervalFacts) else None
        if facts.of_agents or (past and kpi.top[0] not in OF_THE_PAST):
            return None, ((kpi.top[0], None),)
        window = facts.window
        key = (window.name, window.begin, window.end)
        found = self._staffing.get(key)
        if found is None:
            memory = self._by_queue("today" if "today" in self._windows else next(iter(self._windows)))
            now = self._interval_by_queue(past) if past else self._by_queue(window.name)
            found = self._staffing[key] = Staffing(self.snapshot, window, observed(self.snapshot, now, memory))
        return found.read(kpi.top[0], facts.queues)

    def _by_queue(self, window: str) -> dict[str, Facts]:
        return {queue.key: self._group(window, "queue", queue.key) for queue in self.snapshot.queues}

    def _interval_by_queue(self, facts: IntervalFacts) -> dict[str, Facts]:
        mine = {queue.key: self._group_members("queue", queue.key) for queue in self.snapshot.queues}
        return {key: IntervalFacts(self.snapshot, who, facts.interval, facts.window) for key, who in mine.items()}

    def _age(self, _: Kpi, facts: Facts) -> tuple[float | None, Parts]:
        oldest = facts.oldest()
        return None if oldest is None else self.snapshot.as_of - oldest, ()


_NOTHING = np.zeros((0, 0), np.int64)


def _span(begin: int, end: int) -> WindowFacts:
    """A clock interval as a window of no facts of its own."""
    return WindowFacts("interval", begin, end, *(_NOTHING,) * 5)


def _sum(_: Figures, kpi: Kpi, facts: Facts) -> tuple[float | None, Parts]:
    parts = _named(facts, kpi.top)
    if len(parts) == 1 and kpi.top[0] == parts[0][0]:
        return parts[0][1], parts
    return added(dict(parts).__getitem__, kpi.top), parts


def _quotient(_: Figures, kpi: Kpi, facts: Facts) -> tuple[float | None, Parts]:
    return _ratio(facts, kpi.top, kpi.bottom, kpi.scale, kpi.unit)


def _ratio(facts: Facts, top: Names, bottom: Names, scale: int, unit: Unit) -> tuple[float | None, Parts]:
    named = _named(facts, top + bottom)
    value_of = dict(named).__getitem__
    met, of = added(value_of, top), added(value_of, bottom)
    parts = (("met", met), ("of", of), *named)
    if met is None or not of:
        return None, parts
    value = met * scale / of
    return (round(value) if unit in ("ms", "money") else value), parts


def _named(facts: Facts, names: Names) -> Parts:
    return tuple([(name, facts.get(name)) for name in _plain(names)])


@cache
def _plain(names: Names) -> Names:
    """Each name once, without its sign."""
    return tuple(dict.fromkeys(name.removeprefix("-") for name in names))


def _percentile(_: Figures, kpi: Kpi, facts: Facts) -> tuple[float | None, Parts]:
    if facts.of_agents:
        return None, (("of", None),)
    both = facts.histogram()
    if both is None:
        return None, (("of", None),)
    counts = both[:BINS] if kpi.top == ("answered waits",) else both[BINS:]
    total = int(counts.sum())
    return percentile(counts, kpi.scale), (("of", total),)


def percentile(counts: Ints, share: int) -> int | None:
    """The duration in ms that ``share`` % of a histogram's durations do not exceed (nearest rank); ``None``: empty."""
    total = int(counts.sum())
    if total <= 0:
        return None
    rank = -(-total * share // 100)
    return bin_value(int(np.searchsorted(np.cumsum(counts), rank, "left")))


def _longest(_: Figures, __: Kpi, facts: Facts) -> tuple[float | None, Parts]:
    longest = None if facts.of_agents else facts.longest()
    answered = None if longest is None else facts.get("answered")
    return (longest if answered else None), (("of", answered),)


def _wait_estimate(_: Figures, kpi: Kpi, facts: Facts) -> tuple[float | None, Parts]:
    waiting, length, answered = facts.get("n_waiting"), facts.get("window_ms"), facts.get("answered")
    parts = _named(facts, (*kpi.top, *kpi.bottom))
    if waiting is None or length is None or not answered:
        return None, parts
    return round((waiting + 1) * length / answered), parts


_READ = {
    "sum": _sum,
    "live": _sum,
    "ratio": _quotient,
    "age": Figures._age,  # noqa: SLF001 - the table of readers belongs to the class
    "percentile": _percentile,
    "longest": _longest,
    "wait-estimate": _wait_estimate,
    "staffing": Figures._staffed,  # noqa: SLF001 - so is this
}
