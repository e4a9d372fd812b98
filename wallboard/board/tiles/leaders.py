"""The first few by one figure. On no board that comes along: a shared ranking hurts more often than it helps."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from wallboard.board import format as fmt
from wallboard.board.scene import Scene
from wallboard.board.spec import Better, TileSpec, Where
from wallboard.board.view import Figure, TileView
from wallboard.core.figures import Measure
from wallboard.core.kpis import CATALOGUE


class LeadersSpec(TileSpec, frozen=True, kw_only=True):
    """``least`` is the denominator below which a share or mean does not take part."""

    kpi: str
    by: Literal["agent", "team"] = "agent"
    window: str = "today"
    variant: str | None = None
    better: Better | None = None
    count: Annotated[int, Meta(ge=1, le=20)] = 5
    least: Annotated[int, Meta(ge=0)] = 1
    where: Where = field(default_factory=dict)


class LeaderLine(Struct, frozen=True):
    """One of the first; equals share a place."""

    place: str
    name: str
    figure: Figure


class LeadersView(TileView, frozen=True, kw_only=True):
    """The first few; ``calm`` is said when there is nobody."""

    lines: tuple[LeaderLine, ...]
    calm: str = ""


def present(spec: LeadersSpec, scene: Scene) -> LeadersView:
    """The list now."""
    kpi = CATALOGUE[spec.kpi]
    keys, figures = scene.groups(spec.by, spec.where), scene.among(spec.by, spec.where)
    measures = [figures.measure(spec.kpi, spec.window, spec.by, key, spec.variant) for key in keys]
    known = [measure for measure in measures if _takes_part(measure, spec)]
    ascending = (spec.better or kpi.better) == "down"
    known.sort(key=lambda measure: measure.value or 0, reverse=not ascending)
    known = [] if scene.trust == "lost" or scene.blank else known
    values = [measure.value for measure in known]
    lines = tuple(
        LeaderLine(
            f"{values.index(measure.value) + 1}",
            scene.name(spec.by, measure.group) or f"no {spec.by}",
            scene.figure(measure),
        )
        for measure in known[: spec.count]
    )
    within = fmt.window(spec.window)
    absent = bool(measures) and not any(measure.supplied for measure in measures)
    return LeadersView(
        title=spec.title or f"{kpi.title} by {spec.by}",
        note=scene.note(f"first {len(lines)} of {len(measures)} · {within}" if lines else within),
        trust=scene.trust,
        lines=lines,
        calm="not in this feed"
        if absent
        else "unknown while the feed is away"
        if scene.trust == "lost"
        else "no data yet",
    )


def _takes_part(measure: Measure, spec: LeadersSpec) -> bool:
    of = dict(measure.parts).get("of")
    counts = bool(measure.value) or measure.unit not in ("count", "money")
    return measure.value is not None and measure.supplied and counts and (of is None or of >= spec.least)
