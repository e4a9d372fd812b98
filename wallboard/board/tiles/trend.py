"""The course of the day: one line a KPI, per clock interval, with hours under it and "now" marked."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from wallboard.board import format as fmt
from wallboard.board.scene import Scene
from wallboard.board.spec import Limit, TileSpec
from wallboard.board.view import TileView
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import By

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_MOST_TICKS = 12
_NICE = (1, 2, 2.5, 5, 10)


class TrendSpec(TileSpec, frozen=True, kw_only=True):
    """``begin`` and ``end`` are hours of the local day; left out, the axis runs from the first data to now."""

    kpis: tuple[str, ...]
    step: Literal[60_000, 900_000] = 900_000
    by: By = "total"
    group: str = ""
    variant: str | None = None
    target: Limit | None = None
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


class TrendView(TileView, frozen=True, kw_only=True):
    """The chart in shares of its axes."""

    lines: tuple[Line, ...]
    xs: tuple[Tick, ...]
    ys: tuple[Tick, ...]
    now: float | None = None
    target: float | None = None


def present(spec: TrendSpec, scene: Scene) -> TrendView:
    """The chart now. The interval still running is left out: half an interval is not a drop."""
    courses = [_course(spec, scene, kpi) for kpi in spec.kpis]
    unit = CATALOGUE[spec.kpis[0]].unit
    begin, end = _axis(spec, scene, [at for course in courses for at, _ in course])
    aim = fmt.limit(spec.target, unit)
    tall = [value for course in courses for _, value in course if value is not None]
    step, top = _scale(max([*tall, aim or 0], default=0), unit)
    lines = [_line(spec, scene, k, c, (begin, end, top)) for k, c in zip(spec.kpis, courses, strict=True)]
    return TrendView(
        title=spec.title or " and ".join(line.name for line in lines),
        note=scene.note(f"per {spec.step // 60_000} min"),
        trust=scene.trust,
        lines=tuple(lines),
        xs=_hours(begin, end),
        ys=tuple(Tick(i * step / top, _mark(i * step, unit, scene)) for i in range(1, round(top / step) + 1)),
        now=_share(scene.local(scene.snapshot.as_of), begin, end),
        target=None if aim is None else aim / top,
    )


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
    """Whole hours under the axis, as many as stay readable."""
    hours = -(-(end - begin) // _HOUR)
    every = next(step for step in (1, 2, 3, 4, 6, 12, 24) if hours / step <= _MOST_TICKS or step == 24) * _HOUR  # noqa: PLR2004
    first = -(-begin // every) * every
    return tuple(
        Tick(round((at - begin) / (end - begin), 4), fmt.clock(at, seconds=False))
        for at in range(first, end + 1, every)
    )
