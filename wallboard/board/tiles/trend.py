"""The course of the day: one line a KPI, per clock interval, with hours under it and "now" marked."""

from collections.abc import Iterable
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field

from wallboard.board import format as fmt
from wallboard.board.memory import Band
from wallboard.board.scene import Scene
from wallboard.board.severity import Level
from wallboard.board.spec import Limit, TileSpec, Where
from wallboard.board.view import TileView
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import By

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_PLAN_MS = 30_000
_QUARTER = _HOUR // 4
_EVERY = (1, 2, 4, 8, 12, 16, 24, 48, 96)
"""Quarters of an hour that marks under the axis may be apart."""
_MOST_TICKS = 12
_NICE = (1, 2, 2.5, 5, 10)


class TrendSpec(TileSpec, frozen=True, kw_only=True):
    """``begin`` and ``end`` are hours of the local day; left out, the axis runs from the first data to now.

    ``bars`` draws intervals of the first KPI as bars; ``band`` shows what the same weekdays before were like;
    ``forecast`` what was planned, where the feed brings a plan. ``where`` counts only what it all belongs to.
    """

    kpis: tuple[str, ...]
    step: Literal[60_000, 900_000] = 900_000
    by: By = "total"
    group: str = ""
    where: Where = field(default_factory=dict)
    variant: str | None = None
    target: Limit | None = None
    warn: Limit | None = None
    breach: Limit | None = None
    bars: bool = False
    band: bool = False
    forecast: bool = False
    begin: Annotated[float, Meta(ge=0, lt=24)] | None = None
    end: Annotated[float, Meta(gt=0, le=24)] | None = None


class Line(Struct, frozen=True):
    """A course: (x, y) in shares of the axes, 0-1; ``None`` is a break in it. ``last`` is the newest value in words."""

    name: str
    points: tuple[tuple[float, float | None], ...]
    last: str = ""


class Tick(Struct, frozen=True, gc=False):
    """A mark on an axis, at a share of its length."""

    at: float
    text: str


class Mark(Struct, frozen=True, gc=False):
    """A line across the chart: ``calm`` is the target, else the limit of that level."""

    at: float
    text: str
    level: Level


class TrendView(TileView, frozen=True, kw_only=True):
    """The chart in shares of its axes."""

    lines: tuple[Line, ...]
    xs: tuple[Tick, ...]
    ys: tuple[Tick, ...]
    now: float | None = None
    marks: tuple[Mark, ...] = ()
    bars: bool = False
    wide: float = 0.0
    """How wide an interval is on the axis."""
    band: tuple[tuple[float, float, float, float], ...] = ()
    """x, low, median and high of the same weekdays before."""
    plan: tuple[tuple[float, float], ...] = ()
    """The forecast."""
    calm: str = ""
    """What to say where there is nothing to draw."""


def present(spec: TrendSpec, scene: Scene) -> TrendView:
    """The chart now. The interval still running is left out: half an interval is not a drop."""
    stray, scene = scene.stray(spec.where), scene.narrowed(spec.where)
    courses = [() if stray else _course(spec, scene, kpi) for kpi in spec.kpis]
    unit = CATALOGUE[spec.kpis[0]].unit
    begin, end = _axis(spec, scene, [at for course in courses for at, _ in course])
    band, plan = _band(spec, scene), _plan(spec, scene)
    marks = _marks(spec, unit)
    tall = [value for course in courses for _, value in course if value is not None]
    tall += [*(high for *_, high in band), *(value for _, value in plan), *(value for value, _ in marks)]
    step, top = _scale(max(tall, default=0), unit)
    lines = [_line(spec, scene, k, c, (begin, end, top)) for k, c in zip(spec.kpis, courses, strict=True)]
    return TrendView(
        title=spec.title or _title([line.name for line in lines]),
        note=scene.note(_note(spec, scene)),
        trust=scene.trust,
        lines=tuple(lines),
        xs=_hours(begin, end),
        ys=tuple(Tick(i * step / top, _mark(i * step, unit, scene)) for i in range(1, round(top / step) + 1)),
        now=_here(_share(scene.local(scene.snapshot.as_of), begin, end)),
        marks=tuple(Mark(value / top, _mark(value, unit, scene), level) for value, level in marks),
        bars=spec.bars,
        wide=spec.step / (end - begin),
        band=tuple((x, *(round(v / top, 4) for v in rest)) for x, *rest in _placed(band, spec, scene, begin, end)),
        plan=tuple((x, round(value / top, 4)) for x, value in _placed(plan, spec, scene, begin, end)),
        calm=stray or _calm(spec, scene, any(line.points for line in lines)),
    )


def _note(spec: TrendSpec, scene: Scene) -> str:
    whose = scene.whose(spec.by, spec.group, spec.where) if spec.where else ""
    return " · ".join(part for part in (whose, f"per {spec.step // 60_000} min") if part)


def _title(names: list[str]) -> str:
    """``Offered and answered``; what is written in capitals stays so."""
    return " and ".join([names[0], *(n if n[:2].isupper() else n[:1].lower() + n[1:] for n in names[1:])])


def _calm(spec: TrendSpec, scene: Scene, drawn: bool) -> str:  # noqa: FBT001 - one fact
    if not any(scene.figures.measure(kpi, "today", spec.by, spec.group).supplied for kpi in spec.kpis):
        return "not in this feed"
    return "" if drawn else "no data yet"


def _marks(spec: TrendSpec, unit: str) -> list[tuple[float, Level]]:
    """The target and the limits, where they stand by themselves."""
    named: tuple[tuple[Limit | None, Level], ...] = (
        (spec.target, "calm"),
        (spec.warn, "warning"),
        (spec.breach, "breach"),
    )
    told = [(fmt.limit(written, unit), level) for written, level in named]
    return [(value, level) for value, level in told if value is not None]


def _band(spec: TrendSpec, scene: Scene) -> Band:
    if not spec.band or spec.where:
        return ()
    return scene.memory.band(spec.kpis[0], spec.step, spec.by, spec.group)


def _plan(spec: TrendSpec, scene: Scene) -> list[tuple[int, float]]:
    """What was planned to be offered, per interval of the chart; plans do not change from frame to frame."""
    if not spec.forecast or "offered" not in spec.kpis:
        return []
    key = ("plan", spec.step, spec.by, spec.group, scene.figures.where)
    return scene.memory.kept(key, scene.snapshot.as_of, _PLAN_MS, lambda: _planned(spec, scene))


def _planned(spec: TrendSpec, scene: Scene) -> list[tuple[int, float]]:
    planned: dict[int, float] = {}
    whole = spec.by == "total" and not spec.where
    queues = () if whole else scene.figures.queues(spec.by, spec.group) or ()
    keys = {queue.key for queue in queues}
    for row in scene.snapshot.forecasts:
        if not whole and row.queue not in keys:
            continue
        for at in range(row.begin // spec.step * spec.step, row.end, spec.step):
            covered = min(at + spec.step, row.end) - max(at, row.begin)
            planned[at] = planned.get(at, 0.0) + row.offered * covered / (row.end - row.begin)
    return sorted(planned.items())


def _placed(
    points: Iterable[tuple[Any, ...]], spec: TrendSpec, scene: Scene, begin: int, end: int
) -> list[tuple[Any, ...]]:
    """Points by time (ms) as points by the share of the axis, those beside it left out."""
    told = [(_share(scene.local(at + spec.step // 2), begin, end), *rest) for at, *rest in points]
    return [point for point in told if point[0] is not None]


def _course(spec: TrendSpec, scene: Scene, kpi: str) -> tuple[tuple[int, float | None], ...]:
    points = scene.course(kpi, spec.step, spec.by, spec.group, spec.variant)
    return tuple(point for point in points if point[0] + spec.step <= scene.snapshot.as_of)


def _axis(spec: TrendSpec, scene: Scene, starts: list[int]) -> tuple[int, int]:
    """The local moments at both ends of the axis."""
    now = scene.local(scene.snapshot.as_of)
    midnight = now // _DAY * _DAY
    first = scene.local(min(starts)) // _HOUR * _HOUR if starts else now // _HOUR * _HOUR
    begin = first if spec.begin is None else midnight + int(spec.begin * _HOUR)
    end = -(-now // _HOUR) * _HOUR if spec.end is None else midnight + int(spec.end * _HOUR)
    return begin, max(end, begin + _HOUR)


def _share(at: int, begin: int, end: int) -> float | None:
    share = (at - begin) / (end - begin)
    return round(share, 4) if 0 <= share <= 1 else None


def _here(share: float | None) -> float | None:
    """Where "now" is drawn: no finer than the eye follows, so that the chart need not be drawn anew for it."""
    return None if share is None else round(share, 3)


def _line(
    spec: TrendSpec,
    scene: Scene,
    kpi: str,
    course: tuple[tuple[int, float | None], ...],
    axes: tuple[int, int, float],
) -> Line:
    """One course; each value stands at the middle of its interval."""
    begin, end, top = axes
    points = [
        (x, None if value is None else round(value / top, 4))
        for at, value in course
        if (x := _share(scene.local(at + spec.step // 2), begin, end)) is not None
    ]
    last = course[-1][1] if course and scene.trust != "lost" else None
    return Line(CATALOGUE[kpi].title, tuple(points), "" if last is None else scene.words(last, CATALOGUE[kpi].unit))


def _scale(most: float, unit: str) -> tuple[float, float]:
    """A round step and a top above the highest value: at most five marks."""
    if unit == "share":
        return 0.25, 1.0
    base = 60_000.0 if unit == "ms" else 1.0
    while most / base > _NICE[-1] * 4:
        base *= 10
    step = next(base * nice for nice in _NICE if most <= base * nice * 4)
    if unit == "count":
        step = float(-(-step // 1))
    return step, step * max(1, -(-most // step))


def _mark(value: float, unit: str, scene: Scene) -> str:
    return fmt.bound(value, unit, scene.board.decimal)


def _hours(begin: int, end: int) -> tuple[Tick, ...]:
    """Marks under the axis, as many as stay readable: whole hours, or quarters of one where few are shown."""
    quarters = -(-(end - begin) // _QUARTER)
    every = next(step for step in _EVERY if quarters / step <= _MOST_TICKS or step == _EVERY[-1]) * _QUARTER
    first = -(-begin // every) * every
    return tuple(
        Tick(round((at - begin) / (end - begin), 4), fmt.clock(at, seconds=False))
        for at in range(first, end + 1, every)
    )
