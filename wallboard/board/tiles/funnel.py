"""How many are left at each step: attempts, connects, people reached, conversions."""

from typing import Annotated

from msgspec import Meta, Struct, field

from wallboard.board import format as fmt
from wallboard.board.scene import Scene
from wallboard.board.spec import TileSpec, Where
from wallboard.board.view import Figure, TileView
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import By


class FunnelSpec(TileSpec, frozen=True, kw_only=True):
    """``steps`` are KPIs that count, each a part of the one before; ``where`` counts only what it all belongs to."""

    steps: Annotated[tuple[str, ...], Meta(min_length=2, max_length=8)] = (
        "attempts",
        "connects",
        "live_contacts",
        "conversions",
    )
    window: str = "today"
    by: By = "total"
    group: str = ""
    where: Where = field(default_factory=dict)


class FunnelStep(Struct, frozen=True):
    """One step: its count, its share of the first step (0-1), and in words of the step before."""

    title: str
    figure: Figure
    share: float
    rate: str


class FunnelView(TileView, frozen=True, kw_only=True):
    """The steps; ``calm`` is said instead of them when there is nothing to show."""

    steps: tuple[FunnelStep, ...]
    calm: str = ""


def present(spec: FunnelSpec, scene: Scene) -> FunnelView:
    """The funnel now."""
    stray, scene = scene.stray(spec.where), scene.narrowed(spec.where)
    measures = [scene.figures.measure(kpi, spec.window, spec.by, spec.group) for kpi in spec.steps]
    first, before = measures[0].value or 0, 0.0
    steps: list[FunnelStep] = []
    for measure in measures:
        figure = scene.figure(measure)
        known = figure.sure == "known"
        value = (measure.value or 0) if known else 0
        rate = f"{scene.words(value / before, 'share')} of {steps[-1].title.lower()}" if known and before else ""
        share = round(min(1.0, value / first), 4) if known and first else 0.0
        steps.append(FunnelStep(CATALOGUE[measure.kpi].title, figure, share, rate))
        before = value
    supplied = any(measure.supplied for measure in measures)
    return FunnelView(
        title=spec.title or "From attempt to outcome",
        note=scene.note(scene.whose(spec.by, spec.group, spec.where) or fmt.window(spec.window)),
        trust=scene.trust,
        steps=tuple(steps),
        calm=stray or ("" if supplied else "not in this feed"),
    )
