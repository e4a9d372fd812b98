"""Alerts: rules held against one snapshot after another, as pure state. Time is that of the snapshots.

A rule opens an alert for a group when its figure has been past a limit for long enough, and resolves it when the figure
is back past the clear value: the distance between warning and clear value also keeps a breach from flapping.
"""

from collections import deque
from collections.abc import Callable, Iterable
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from wallboard.core.figures import Figures, Measure
from wallboard.core.kpis import CATALOGUE, Unit
from wallboard.core.snapshot import By, Conditions, QueueRow

Grade = Literal["warning", "breach"]
Stage = Literal["open", "acknowledged", "resolved"]
Better = Literal["up", "down", "none"]
GRADES: tuple[Grade, ...] = ("warning", "breach")
KEPT = 500
"""Resolved alerts that are remembered."""
_DAY = 86_400_000
_THURSDAY = 3
"""The epoch's day of the week, Monday being 0."""


class Bound(Struct, frozen=True, gc=False):
    """A limit in the figure's own unit, or a multiple of a queue's own threshold T (ms) or target (0-1)."""

    value: float
    of: Literal["value", "threshold", "target"] = "value"


class Rule(Struct, frozen=True, kw_only=True):
    """What is watched: a KPI for every group of a kind (or one ``group``), its limits, and when it counts.

    ``where`` narrows it: the figures are of what belongs to all of it, the groups those that have any of that.
    """

    key: str
    kpi: str
    window: str = "today"
    by: By = "total"
    group: str | None = None
    where: Conditions = ()
    variant: str | None = None
    title: str = ""
    warn: Bound | None = None
    breach: Bound | None = None
    clear: Bound | None = None
    """The value at which it is over; without one, the limit it began at."""
    better: Better = "down"
    for_ms: int = 0
    """How long the figure must be past the limit before anybody is told."""
    cool_ms: int = 0
    """How long after it is over the same group may not open again."""
    hours: tuple[tuple[int, int], ...] = ()
    """Local times of day (ms) between which it counts; empty: always. A pair that ends early spans midnight."""
    days: tuple[int, ...] = ()
    """Days of the week on which it counts, Monday being 0; empty: every day."""
    only: str | None = None
    """A KPI that must be above nought for the same group; else the rule sleeps for it."""
    least: int = 0
    """The denominator below which a share or mean is no evidence."""


class Alert(Struct, frozen=True, kw_only=True):
    """One rule broken by one group. Times are ms; ``since`` is ``None`` when it was so before the watch began."""

    rule: Rule
    group: str
    grade: Grade
    stage: Stage = "open"
    value: float | None
    limit: float
    unit: Unit
    worst: float
    since: int | None
    opened: int
    resolved: int | None = None
    who: str = ""
    note: str = ""
    noted: int | None = None
    """When it was acknowledged."""
    until: int | None = None
    """When an acknowledgement runs out (a snooze)."""


class _Watch:
    """What is remembered of one rule and group between two snapshots."""

    __slots__ = ("alert", "quiet", "since")

    def __init__(self) -> None:
        self.since: dict[Grade, int | None] = dict.fromkeys(GRADES)
        self.alert: Alert | None = None
        self.quiet = 0


class Alerts:
    """The state of every alert of a set of rules.

    Args:
        rules: what to watch.
        local: epoch ms, UTC, to ms of the local time that ``Rule.hours`` and ``Rule.days`` mean.
    """

    def __init__(self, rules: Iterable[Rule], local: Callable[[int], int] = lambda at: at) -> None:
        self.rules = tuple(rules)
        self.history: deque[Alert] = deque(maxlen=KEPT)
        self.standing: tuple[Alert, ...] = ()
        self._local = local
        self._at: int | None = None
        self._watched: dict[tuple[str, str], _Watch] = {}
        self._queues: dict[str, QueueRow] = {}

    def step(self, figures: Figures, *, known: bool = True) -> tuple[Alert, ...]:
        """Hold the rules against the next snapshot; what stands, the worst first.

        Looks once a second of the snapshots' time. Going back in time forgets everything. While the feed is not
        ``known`` nothing opens and nothing resolves.
        """
        now = figures.snapshot.as_of
        if self._at is not None and now < self._at:
            self._at, self._watched, self.standing = None, {}, ()
            self.history.clear()
        if not known or figures.snapshot.feed.newest is None or (self._at or 0) // 1000 == now // 1000:
            return self.standing
        first, self._at = self._at is None, now
        seen = set()
        self._queues = {queue.key: queue for queue in figures.snapshot.queues}
        for rule in self.rules:
            narrowed = figures.narrowed(rule.where)
            for group in _groups(rule, figures, narrowed):
                seen.add((rule.key, group))
                self._look(rule, group, narrowed, first=first)
        for gone in self._watched.keys() - seen:
            self._resolve(self._watched.pop(gone), now, None)
        self._arrange()
        return self.standing

    def acknowledge(self, rule: str, group: str, who: str, note: str = "", until: int | None = None) -> bool:
        """Somebody has seen it; ``until`` (ms) makes it a snooze. False when no such alert is open."""
        watch = self._watched.get((rule, group))
        if watch is None or watch.alert is None:
            return False
        watch.alert = replace(watch.alert, stage="acknowledged", who=who, note=note, noted=self._at or 0, until=until)
        self._arrange()
        return True

    def _arrange(self) -> None:
        found = [watch.alert for watch in self._watched.values() if watch.alert is not None]
        self.standing = tuple(
            sorted(
                found, key=lambda a: (a.stage == "acknowledged", -GRADES.index(a.grade), a.opened, a.rule.key, a.group)
            )
        )

    def _look(self, rule: Rule, group: str, figures: Figures, *, first: bool) -> None:
        now = figures.snapshot.as_of
        watch = self._watched.setdefault((rule.key, group), _Watch())
        measure = figures.measure(rule.kpi, rule.window, rule.by, group, rule.variant)
        counts = self._awake(rule, now) and _evident(rule, measure, figures)
        value = measure.value if counts else None
        bounds = _bounds(rule, measure, self._queues)
        for grade in GRADES:
            watch.since[grade] = _since(rule, watch, grade, value, bounds, now)
        told = [grade for grade in GRADES if _long_enough(rule, watch.since[grade], now, first=first)]
        worst = told[-1] if told else None
        if watch.alert is not None:
            self._go_on(watch, worst, value, bounds, now)
        elif worst is not None and value is not None and now >= watch.quiet:
            known = None if first and watch.since[worst] == now else watch.since[worst]
            watch.alert = Alert(
                rule=rule,
                group=group,
                grade=worst,
                value=value,
                limit=bounds[worst] or 0.0,
                unit=measure.unit,
                worst=value,
                since=known,
                opened=now,
            )

    def _go_on(
        self, watch: _Watch, grade: Grade | None, value: float | None, bounds: dict[Grade, float | None], now: int
    ) -> None:
        """An alert that stands: worse, better, over, or as it was."""
        alert = watch.alert
        assert alert is not None  # noqa: S101 - the caller looked
        if all(since is None for since in watch.since.values()):
            self._resolve(watch, now, value)
            return
        grade = grade or alert.grade
        rose = alert.grade == "warning" and grade == "breach"
        if alert.stage == "acknowledged" and (rose or (alert.until is not None and now >= alert.until)):
            alert = replace(alert, stage="open", until=None)
        if alert.grade != grade:
            alert = replace(alert, since=watch.since[grade] or alert.since)
        pick = min if alert.rule.better == "up" else max
        worst = alert.worst if value is None else pick(alert.worst, value)
        watch.alert = replace(alert, grade=grade, value=value, worst=worst, limit=bounds[grade] or alert.limit)

    def _resolve(self, watch: _Watch, now: int, value: float | None) -> None:
        if watch.alert is not None:
            self.history.append(replace(watch.alert, stage="resolved", resolved=now, value=value))
            watch.quiet = now + watch.alert.rule.cool_ms
        watch.alert, watch.since = None, dict.fromkeys(GRADES)

    def _awake(self, rule: Rule, now: int) -> bool:
        if not rule.hours and not rule.days:
            return True
        local = self._local(now)
        day, clock = (local // _DAY + _THURSDAY) % 7, local % _DAY
        spans = rule.hours or ((0, _DAY),)
        return (not rule.days or day in rule.days) and any(
            begin <= clock < end if begin < end else clock >= begin or clock < end for begin, end in spans
        )


def crossed(value: float | None, limit: float | None, better: str) -> bool:
    """Whether a limit is crossed. Where less is better that is when reached; where more is better, when missed."""
    if value is None or limit is None or better == "none":
        return False
    return value < limit if better == "up" else value >= limit


def _groups(rule: Rule, figures: Figures, narrowed: Figures) -> tuple[str, ...]:
    """What is watched; what belongs to no group only where there are no others."""
    if rule.by == "total":
        return ("",)
    if rule.group is not None:
        return (rule.group,)
    apart = rule.by == "queue" and rule.where and narrowed.queues("total", "") is None  # agents work in every queue
    names = (figures if apart else narrowed).names(rule.by)
    return tuple(name for name in names if name) or names


def _evident(rule: Rule, measure: Measure, figures: Figures) -> bool:
    """Whether there is enough to judge by."""
    if not measure.supplied or (rule.least and (dict(measure.parts).get("of") or 0) < rule.least):
        return False
    return rule.only is None or bool(figures.measure(rule.only, rule.window, rule.by, measure.group).value)


def _bounds(rule: Rule, measure: Measure, queues: dict[str, QueueRow]) -> dict[Grade, float | None]:
    """Both limits in the figure's own unit."""
    return {
        "warning": _value(rule.warn, measure, queues),
        "breach": _value(rule.breach, measure, queues),
    }


def _value(bound: Bound | None, measure: Measure, queues: dict[str, QueueRow]) -> float | None:
    if bound is None or bound.of == "value":
        return None if bound is None else bound.value
    if measure.by == "queue":
        own = queues.get(measure.group)
        if own is not None:
            base = own.service_level_ms if bound.of == "threshold" else own.service_level_target
            return None if base is None else bound.value * base
    return bound.value * measure.threshold_ms if bound.of == "threshold" and measure.threshold_ms else None


def _since(
    rule: Rule, watch: _Watch, grade: Grade, value: float | None, bounds: dict[Grade, float | None], now: int
) -> int | None:
    """Since when the figure is past a limit; a grade that stands is left only with the rule's own distance."""
    limit = bounds[grade]
    stands = watch.alert is not None and grade in (watch.alert.grade, "warning")
    if limit is not None and stands:
        limit += _slack(rule, bounds)
    if not crossed(value, limit, rule.better) or value is None or limit is None:
        return None
    if (since := watch.since[grade]) is not None:
        return since
    return now - int(value - limit) if CATALOGUE[rule.kpi].read == "age" else now


def _slack(rule: Rule, bounds: dict[Grade, float | None]) -> float:
    """How far behind a limit the figure must come back; signed as it is added to the limit."""
    base = bounds["warning"] if bounds["warning"] is not None else bounds["breach"]
    if rule.clear is None or base is None:
        return 0.0
    clear = rule.clear.value
    if rule.clear.of != "value":
        written = rule.warn or rule.breach
        if written is None or written.of != rule.clear.of:
            return 0.0
        clear = base * rule.clear.value / written.value
    return max(0.0, clear - base) if rule.better == "up" else min(0.0, clear - base)


def _long_enough(rule: Rule, since: int | None, now: int, *, first: bool) -> bool:
    """Whether a limit has been crossed for long enough; what was so when the watch began has been."""
    return since is not None and (first or now - since >= rule.for_ms)
