"""Who does what now: agents by state, as shares of one bar."""

from typing import Any, ClassVar

from msgspec import Struct, field

from wallboard.board.scene import Scene
from wallboard.board.spec import TileSpec, Where
from wallboard.board.view import Figure, TileView
from wallboard.core.snapshot import STATES, By
from wallboard.core.vocabulary import State

ORDER: tuple[tuple[State, str, str], ...] = (
    ("ready", "Ready", "agents_ready"),
    ("ringing", "Ringing", "agents_ringing"),
    ("talking", "Talking", "agents_talking"),
    ("hold", "On hold", "agents_on_hold"),
    ("wrapping", "Wrap-up", "agents_wrapping"),
    ("not-ready", "Not ready", "agents_not_ready"),
)
"""From free to away, with the KPI that counts each."""


_MOST = 120
"""Moments of a day that are drawn."""
_FRESH_MS = 30_000


class StatesSpec(TileSpec, frozen=True, kw_only=True):
    """``queue`` and ``where`` count only those agents; ``history`` shows how the whole floor's day went."""

    lists: ClassVar[By] = "agent"

    queue: str | None = None
    where: Where = field(default_factory=dict)
    history: bool = False


class StatePart(Struct, frozen=True):
    """One state: how many, and its share of everybody in, 0-1 (``None`` while unknown)."""

    state: State
    label: str
    figure: Figure
    share: float | None


class StatesView(TileView, frozen=True, kw_only=True):
    """The parts in a fixed order, so that the eye learns where to look."""

    parts: tuple[StatePart, ...]
    history: tuple[tuple[float, ...], ...] = ()
    """Moments of the day, oldest first: the share of the most there ever were, by state in the order of the parts."""
    begin: str = ""
    end: str = ""


def present(spec: StatesSpec, scene: Scene) -> StatesView:
    """The bar now."""
    scene = scene.narrowed(spec.where)
    by: By = "total" if spec.queue is None else "queue"
    measures = [scene.figures.measure(kpi, "now", by, spec.queue or "") for _, _, kpi in ORDER]
    total = sum(measure.value or 0 for measure in measures)
    supplied = any(measure.supplied for measure in measures)
    known = total > 0 and scene.trust != "lost"
    parts = tuple(
        StatePart(state, label, scene.figure(measure), round((measure.value or 0) / total, 4) if known else None)
        for (state, label, _), measure in zip(ORDER, measures, strict=True)
    )
    return StatesView(
        title=spec.title or "Agents by state",
        note=scene.note(f"{scene.words(total, 'count')} in" if supplied else "not in this feed"),
        trust=scene.trust,
        parts=parts,
        **(_history(spec, scene) if supplied else {}),
    )


def _history(spec: StatesSpec, scene: Scene) -> dict[str, Any]:
    """How the day went, where that was asked for and sampled."""
    if (
        not spec.history
        or spec.queue is not None
        or spec.where
        or scene.trust == "lost"
        or not scene.snapshot.gauges.at
    ):
        return {}
    told: dict[str, Any] = scene.memory.kept("states", scene.snapshot.as_of, _FRESH_MS, lambda: _sampled(scene))
    return told


def _sampled(scene: Scene) -> dict[str, Any]:
    """The samples from the first moment somebody was in, as many as are drawn."""
    gauges = scene.snapshot.gauges
    rows = gauges.states[:, [STATES.index(state) for state, _, _ in ORDER]]
    there = rows.sum(axis=1)
    if not there.any():
        return {}
    first = int((there > 0).argmax())
    rows = rows[first :: -(-(len(rows) - first) // _MOST)]
    most = max(1, int(there.max()))
    return {
        "history": tuple(tuple(round(value / most, 3) for value in row) for row in rows.tolist()),
        "begin": scene.clock(gauges.at[first]),
        "end": scene.clock(gauges.at[-1]),
    }
