"""A key figure, never alone: with its target or limit, its parts or its split, and its course over the day."""

from typing import Literal

from msgspec import field
from msgspec.structs import replace

from wallboard.board import format as fmt
from wallboard.board.scene import Scene
from wallboard.board.spec import Better, Limit, TileSpec, Where
from wallboard.board.view import Figure, TileView
from wallboard.core.figures import Measure
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import By

_SPARK_POINTS = 32
_WAITS = ("waiting", "longest_wait", "waiting_over")


class NumberSpec(TileSpec, frozen=True, kw_only=True):
    """``target`` is what to reach (missing it is a warning); ``split`` tells how the figure is made up.

    ``where`` counts only what it all belongs to, agents as well as contacts; what is not kept by all of it is n/a.
    """

    kpi: str
    window: str = "today"
    by: By = "total"
    group: str = ""
    where: Where = field(default_factory=dict)
    variant: str | None = None
    target: Limit | None = None
    warn: Limit | None = None
    breach: Limit | None = None
    better: Better | None = None
    split: By | None = None
    spark: bool = False
    delta: bool = False
    """Tell the last whole interval of ``step`` and how it differs from the one before."""
    step: Literal[60_000, 900_000] = 900_000


class NumberView(TileView, frozen=True, kw_only=True):
    """``spark`` is heights 0-1, oldest first, ``None`` where nothing is known; ``line`` the height of the target."""

    figure: Figure
    detail: tuple[str, ...] = ()
    """What stands under the figure, the most important first; the last give way when there is no room."""
    spark: tuple[float | None, ...] = ()
    line: float | None = None


def present(spec: NumberSpec, scene: Scene) -> NumberView:
    """The tile now."""
    stray, scene = scene.stray(spec.where), scene.narrowed(spec.where)
    measure = scene.figures.measure(spec.kpi, spec.window, spec.by, spec.group, spec.variant)
    warn = spec.target if spec.warn is None else spec.warn
    level = scene.level(measure, warn, spec.breach, spec.better)
    if stray:
        measure = replace(measure, supplied=False)
    drawn = spec.spark and scene.trust != "lost" and measure.supplied
    spark, line = _spark(spec, scene) if drawn else ((), None)
    return NumberView(
        title=spec.title or CATALOGUE[spec.kpi].title,
        note=scene.whose(spec.by, spec.group, spec.where),
        level="calm" if stray else level,
        trust=scene.trust,
        figure=scene.figure(measure, level),
        detail=(stray,) if stray else _detail(spec, scene, measure),
        spark=spark,
        line=line,
    )


def _detail(spec: NumberSpec, scene: Scene, measure: Measure) -> tuple[str, ...]:
    """The line under the figure."""
    if not measure.supplied:
        return ("not in this feed",)
    if scene.trust == "lost" and not scene.blank:
        return (f"was {scene.words(measure.value, measure.unit)}", scene.last_heard())
    heard: tuple[str, ...] = ()
    if not scene.blank:
        heard = (
            _delta(spec, scene) if spec.delta else "",
            _nobody(spec, scene),
            _parts(scene, measure),
            *_split(spec, scene),
        )
    company = _company(spec, scene) if spec.kpi.startswith("agents_") and not scene.blank else ""
    told = tuple(part for part in (_aim(spec, scene, measure), company, *heard) if part)
    if scene.blank or (measure.value is None and not any(heard)):
        return (*told, "no data yet")
    if told:
        return told
    return (_company(spec, scene) or ("now" if CATALOGUE[spec.kpi].now else fmt.window(spec.window)),)


def _company(spec: NumberSpec, scene: Scene) -> str:
    """What stands with a figure that has neither target nor parts: no number stands alone."""
    if not spec.kpi.startswith("agents_"):
        return _delta(spec, scene)
    other, word = ("agents_ready", "ready") if spec.kpi == "agents_in" else ("agents_in", "in")
    value = scene.figures.measure(other, "now", spec.by, spec.group).value
    told = "" if value is None else f"{scene.words(value, 'count')} {word}"
    return told if spec.kpi == "agents_in" or not told else f"of {told}"


def _aim(spec: NumberSpec, scene: Scene, measure: Measure) -> str:
    """The target, or the limit where there is no target."""
    aim = spec.target if spec.target is not None else spec.breach if spec.breach is not None else spec.warn
    value = scene.limit(measure, aim)
    if value is None:
        return ""
    word = "target" if spec.target is not None else "limit"
    within = f" in {measure.threshold_ms // 1000}{fmt.GAP}s" if measure.threshold_ms else ""
    return f"{word} {fmt.bound(value, measure.unit, scene.board.decimal)}{within}"


def _parts(scene: Scene, measure: Measure) -> str:
    """``1 412 of 1 803`` for a share, ``904 answered`` for a mean."""
    facts = dict(measure.parts)
    have, out_of, bottom = facts.get("met"), facts.get("of"), CATALOGUE[measure.kpi].bottom
    if not out_of:
        return ""
    if measure.unit == "share" and have is not None:
        unit = "ms" if bottom and bottom[0].startswith("t_") else "count"
        return f"{scene.words(have, unit)} of {scene.words(out_of, unit)}"
    if measure.unit == "ms":
        noun = bottom[0].replace("_", " ") if len(bottom) == 1 else ""
        return f"{scene.words(out_of, 'count')} {noun}" if noun else f"of {scene.words(out_of, 'count')}"
    return ""


def _delta(spec: NumberSpec, scene: Scene) -> str:
    """``last 15 min 71.2 %, down 3.4 pts``: shares differ by points, not by per cent."""
    if CATALOGUE[spec.kpi].now:
        return ""
    course = scene.course(spec.kpi, spec.step, spec.by, spec.group, spec.variant)
    closed = [value for at, value in course if at + spec.step <= scene.snapshot.as_of]
    if len(closed) < 2 or closed[-1] is None or closed[-2] is None:  # noqa: PLR2004 - two make a difference
        return ""
    unit, difference = CATALOGUE[spec.kpi].unit, closed[-1] - closed[-2]
    last = f"last {spec.step // 60_000}{fmt.GAP}min {scene.words(closed[-1], unit)}"
    if scene.words(abs(difference), unit) == scene.words(0, unit):
        return f"{last}, as before"
    by = scene.words(abs(difference), unit)
    if unit == "share":
        by = f"{fmt.number(abs(difference) * 100, 1, scene.board.decimal)}{fmt.GAP}pts"
    return f"{last}, {'up' if difference > 0 else 'down'} {by}"


def _nobody(spec: NumberSpec, scene: Scene) -> str:
    if spec.kpi not in _WAITS or scene.figures.measure("waiting", "now", spec.by, spec.group).value != 0:
        return ""
    return "nobody waits"


def _split(spec: NumberSpec, scene: Scene) -> tuple[str, ...]:
    """Counts by group, or the one group where a duration or share is at its worst."""
    if spec.split is None:
        return ()
    rows = [
        (m.value, scene.name(spec.split, key), m.unit)
        for key in scene.figures.names(spec.split)
        if key and (m := scene.figures.measure(spec.kpi, spec.window, spec.split, key, spec.variant)).value
    ]
    if not rows or CATALOGUE[spec.kpi].unit == "count":
        rows.sort(key=lambda row: -(row[0] or 0))
        return tuple(f"{name} {scene.words(value, unit)}" for value, name, unit in rows)
    pick = min if (spec.better or CATALOGUE[spec.kpi].better) == "up" else max
    return (pick(rows, key=lambda row: row[0] or 0)[1],)


def _spark(spec: NumberSpec, scene: Scene) -> tuple[tuple[float | None, ...], float | None]:
    """The day's course since anything was known, and the target, as heights between the lowest and highest value."""
    course = [v for _, v in scene.course(spec.kpi, spec.step, spec.by, spec.group, spec.variant)[-_SPARK_POINTS:]]
    first = next((i for i, value in enumerate(course) if value is not None), len(course))
    points = course[first:]
    values = [value for value in points if value is not None]
    aim = fmt.limit(spec.target, CATALOGUE[spec.kpi].unit)
    if len(values) < 3:  # noqa: PLR2004 - fewer points are no course
        return (), None
    low, high = min(values), max(values)
    if aim is not None:
        low, high = min(low, aim), max(high, aim)
    span = (high - low) or 1.0
    heights = tuple(None if value is None else round((value - low) / span, 3) for value in points)
    return heights, None if aim is None else round((aim - low) / span, 3)
