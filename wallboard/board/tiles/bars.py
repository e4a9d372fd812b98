"""One figure for every group of a kind, side by side, the largest first: waiting by queue, offered by channel."""

from msgspec import Struct, field

from wallboard.board import format as fmt
from wallboard.board.scene import Scene
from wallboard.board.severity import worst
from wallboard.board.spec import Better, Limit, TileSpec, Where
from wallboard.board.view import Figure, TileView
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import By


class BarsSpec(TileSpec, frozen=True, kw_only=True):
    """``zeros`` keeps groups whose figure is nought."""

    kpi: str
    by: By
    window: str = "today"
    variant: str | None = None
    warn: Limit | None = None
    breach: Limit | None = None
    better: Better | None = None
    zeros: bool = True
    where: Where = field(default_factory=dict)


class BarLine(Struct, frozen=True):
    """One group, and how long its bar is, 0-1: against the longest, or, of a share, against the whole."""

    name: str
    figure: Figure
    share: float


class BarsView(TileView, frozen=True, kw_only=True):
    """The bars; ``turn`` says which page is due when they do not fit. ``calm`` is said when there are none."""

    lines: tuple[BarLine, ...]
    calm: str
    turn: int = 0


def present(spec: BarsSpec, scene: Scene) -> BarsView:
    """The bars now."""
    keys, figures = scene.groups(spec.by, spec.where), scene.among(spec.by, spec.where)
    measures = [figures.measure(spec.kpi, spec.window, spec.by, key, spec.variant) for key in keys]
    absent = bool(measures) and not any(measure.supplied for measure in measures)
    measures = [measure for measure in measures if (measure.value or spec.zeros) and not absent]
    lost = scene.trust == "lost"
    if not lost:
        measures.sort(key=lambda measure: -(measure.value or 0))
    whole = CATALOGUE[spec.kpi].unit == "share"
    longest = 1.0 if whole else max((measure.value or 0 for measure in measures), default=0) or 1.0
    lines = tuple(
        BarLine(
            scene.name(spec.by, measure.group) or f"no {spec.by}",
            scene.figure(measure, scene.level(measure, spec.warn, spec.breach, spec.better)),
            0.0 if lost else round(min(1.0, max(0.0, measure.value or 0) / longest), 4),
        )
        for measure in measures
    )
    return BarsView(
        title=spec.title or f"{CATALOGUE[spec.kpi].title} by {spec.by}",
        note=scene.note("now" if CATALOGUE[spec.kpi].now else fmt.window(spec.window)),
        within=worst(*(line.figure.level for line in lines)),
        trust=scene.trust,
        lines=lines,
        calm="not in this feed"
        if absent
        else "no data yet"
        if scene.blank
        else "none now"
        if CATALOGUE[spec.kpi].now
        else "none yet",
        turn=scene.turn,
    )
