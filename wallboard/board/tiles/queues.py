"""Every queue in a row: what waits, how the day went, who is there."""

from collections.abc import Sequence
from functools import cache
from typing import ClassVar, Literal

from msgspec import Struct, field

from wallboard.board import format as fmt
from wallboard.board.lazy import Lazy
from wallboard.board.scene import Scene
from wallboard.board.severity import Level, rank, worst
from wallboard.board.spec import Limit, TileSpec, Where
from wallboard.board.view import Figure, TileView
from wallboard.core.kpis import CATALOGUE, DEFAULT_VARIANT, VARIANTS
from wallboard.core.snapshot import By, QueueRow

HEADINGS = {
    "waiting": "Waiting",
    "longest_wait": "Longest",
    "waiting_over": "Over",
    "service_level": "Service level",
    "asa": "ASA",
    "aht": "AHT",
    "abandon_rate": "Abandoned",
    "abandoned": "Abandoned",
    "answer_rate": "Answered",
    "agents_ready": "Ready",
    "agents_talking": "Talking",
    "agents_wrapping": "Wrap-up",
    "agents_not_ready": "Not ready",
    "agents_in": "In",
    "occupancy": "Occupancy",
}
"""Short heads for columns; any other KPI is headed by its title."""

OWN: dict[str, tuple[Limit | None, Limit | None]] = {
    "service_level": ("target", None),
    "longest_wait": ("3 x T", "6 x T"),
}
"""What a queue is held to when the board says nothing: its own promises."""

_AT_A_LOOK = 7


class QueuesSpec(TileSpec, frozen=True, kw_only=True):
    """``limits`` gives a column's warning and breach, e.g. ``longest_wait = ["01:00", "02:00"]``."""

    lists: ClassVar[By] = "queue"

    columns: tuple[str, ...] = (
        "waiting",
        "longest_wait",
        "service_level",
        "asa",
        "abandon_rate",
        "agents_talking",
        "agents_ready",
    )
    window: str = "today"
    variant: str | None = None
    queues: tuple[str, ...] = ()
    sort: Literal["auto", "feed", "name", "severity"] = "auto"
    """``auto`` keeps the feed's order while a look takes in the table; a longer one begins with its worst rows."""
    where: Where = field(default_factory=dict)
    limits: dict[str, tuple[Limit | None, Limit | None]] = field(default_factory=dict)


class Column(Struct, frozen=True, gc=False):
    """A column's head, whether its figures have a bar beside them, and the widest they usually get."""

    title: str
    bar: bool = False
    widest: str = "00:00"


class Bar(Struct, frozen=True, gc=False):
    """A share of a length, and where on it the target stands."""

    share: float | None
    target: float | None


class QueueCell(Struct, frozen=True):
    """One figure of one queue."""

    figure: Figure
    bar: Bar | None = None


class QueueLine(Struct, frozen=True):
    """One queue."""

    name: str
    channel: str
    level: Level
    cells: Sequence[QueueCell]


class QueuesView(TileView, frozen=True, kw_only=True):
    """The table; ``turn`` says which page of it is due when it does not fit."""

    columns: tuple[Column, ...]
    rows: tuple[QueueLine, ...]
    calm: str = ""
    """What to say when there is no queue."""
    turn: int = 0


def present(spec: QueuesSpec, scene: Scene) -> QueuesView:
    """The table now."""
    queues = [row for row in scene.queues(spec.where) if not spec.queues or row.key in spec.queues]
    heads = tuple([_column(key) for key in spec.columns])
    rows = _sorted([_line(spec, scene, row, heads) for row in queues], spec.sort)
    return QueuesView(
        title=spec.title or "Queues",
        note=_note(spec, scene),
        within=worst(*(row.level for row in rows)),
        trust=scene.trust,
        columns=heads,
        rows=tuple(rows),
        calm="no data yet" if scene.blank else "no such queue" if scene.snapshot.queues else "no queues yet",
        turn=scene.turn,
    )


def _note(spec: QueuesSpec, scene: Scene) -> str:
    formula = VARIANTS[spec.variant or DEFAULT_VARIANT].formula if "service_level" in spec.columns else ""
    within = fmt.window(spec.window)
    return scene.note(f"{within} · {formula}" if formula else within)


@cache
def _column(key: str) -> Column:
    kpi = CATALOGUE[key]
    widest = {"ms": "00:00", "share": f"100.0{fmt.GAP}%", "count": "0000"}.get(kpi.unit, "0000.0")
    return Column(HEADINGS.get(key, kpi.title), kpi.unit == "share" and kpi.better == "up", widest)


def _sorted(rows: list[QueueLine], order: str) -> list[QueueLine]:
    if order == "name":
        return sorted(rows, key=lambda row: row.name.casefold())
    if order == "severity" or (order == "auto" and len(rows) > _AT_A_LOOK):
        return sorted(rows, key=lambda row: -rank(row.level))
    return rows


def _line(spec: QueuesSpec, scene: Scene, row: QueueRow, heads: tuple[Column, ...]) -> QueueLine:
    """One queue; those of its figures that are held to nothing are made when they are looked at."""
    cells = Lazy(len(heads), lambda i: _cell(spec, scene, row, spec.columns[i], heads[i]))
    held = [i for i, key in enumerate(spec.columns) if _limits(spec, key) != (None, None)]
    level = worst(*(cells[i].figure.level for i in held))
    return QueueLine(row.name, scene.name("channel", row.channel), level, cells)


def _limits(spec: QueuesSpec, key: str) -> tuple[Limit | None, Limit | None]:
    return spec.limits.get(key, OWN.get(key, (None, None)))


def _cell(spec: QueuesSpec, scene: Scene, row: QueueRow, key: str, head: Column) -> QueueCell:
    measure = scene.figures.measure(key, spec.window, "queue", row.key, spec.variant)
    warn, breach = _limits(spec, key)
    figure = scene.figure(measure, scene.level(measure, warn, breach))
    if not head.bar:
        return QueueCell(figure)
    share = measure.value if figure.sure == "known" else None
    return QueueCell(figure, Bar(share, scene.limit(measure, warn)))
