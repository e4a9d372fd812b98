"""One figure for every group and hour of the day: where and when it burned."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from wallboard.board import format as fmt
from wallboard.board.scene import Scene
from wallboard.board.severity import Level
from wallboard.board.spec import Better, Limit, TileSpec, Where
from wallboard.board.view import TileView
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import By

_HOUR = 3_600_000
_DAY = 24 * _HOUR
_FRESH_MS = 60_000
_MOST = 16
"""Hours that stand side by side unless the board asks for others."""


class HeatSpec(TileSpec, frozen=True, kw_only=True):
    """``begin`` and ``end`` are hours of the local day; left out, the last 16 that had data."""

    kpi: str
    by: By = "queue"
    variant: str | None = None
    warn: Limit | None = None
    breach: Limit | None = None
    better: Better | None = None
    begin: Annotated[int, Meta(ge=0, le=23)] | None = None
    end: Annotated[int, Meta(ge=1, le=24)] | None = None
    where: Where = field(default_factory=dict)


class HeatCell(Struct, frozen=True, gc=False):
    """One hour of one group: its value in words, and where it lies between nought and the highest, 0-1."""

    text: str
    share: float | None
    level: Level = "calm"


class HeatRow(Struct, frozen=True):
    """One group."""

    name: str
    cells: tuple[HeatCell, ...]


class HeatView(TileView, frozen=True, kw_only=True):
    """The map. ``now`` is the column of the running hour; ``turn`` says which page of rows is due."""

    hours: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    now: int | None = None
    calm: str = ""
    turn: int = 0


def present(spec: HeatSpec, scene: Scene) -> HeatView:
    """The map now."""
    keys = scene.groups(spec.by, spec.where)
    scene = replace(scene, figures=scene.among(spec.by, spec.where))
    courses = {
        key: {
            scene.local(at) // _HOUR: value
            for at, value in scene.course(*_ask(spec, key), _FRESH_MS)
            if value is not None
        }
        for key in keys
    }
    hours = _hours(spec, scene, [hour for course in courses.values() for hour in course])
    most = max((v or 0 for course in courses.values() for h, v in course.items() if h in hours), default=0) or 1.0
    lost = scene.trust == "lost"
    rows = tuple(
        HeatRow(
            scene.name(spec.by, key) or f"no {spec.by}",
            tuple(HeatCell("", None) if lost else _cell(spec, scene, key, courses[key].get(h), most) for h in hours),
        )
        for key in keys
    )
    here = scene.local(scene.snapshot.as_of) // _HOUR
    measure = scene.figures.measure(spec.kpi)
    return HeatView(
        title=spec.title or f"{CATALOGUE[spec.kpi].title} by {spec.by} and hour",
        note=scene.note("by hour"),
        trust=scene.trust,
        hours=tuple(f"{hour % 24:02d}" for hour in hours),
        rows=rows,
        now=hours.index(here) if here in hours else None,
        calm="not in this feed" if not measure.supplied else "" if any(courses[key] for key in keys) else "no data yet",
        turn=scene.turn,
    )


def _ask(spec: HeatSpec, key: str) -> tuple[str, Literal[3_600_000], By, str, str | None]:
    return (spec.kpi, 3_600_000, spec.by, key, spec.variant)


def _hours(spec: HeatSpec, scene: Scene, seen: list[int]) -> range:
    """The local hours (since the epoch) that stand side by side."""
    now = scene.local(scene.snapshot.as_of)
    midnight = now // _DAY * 24
    last = now // _HOUR + 1 if spec.end is None else midnight + spec.end
    begin = max(min(seen, default=last - 1), last - _MOST) if spec.begin is None else midnight + spec.begin
    return range(min(begin, last - 1), last)


def _cell(spec: HeatSpec, scene: Scene, key: str, value: float | None, most: float) -> HeatCell:
    unit = CATALOGUE[spec.kpi].unit
    if value is None or scene.blank:
        return HeatCell("", None)
    measure = scene.figures.measure(spec.kpi, "today", spec.by, key, spec.variant)
    level = scene.judge(measure, value, spec.warn, spec.breach, spec.better)
    text = fmt.duration(value) if unit == "ms" else fmt.number(value * (100 if unit == "share" else 1))
    return HeatCell(text, round(max(0.0, value) / (1.0 if unit == "share" else most), 3), level)
