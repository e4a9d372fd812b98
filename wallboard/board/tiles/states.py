"""Who does what now: agents by state, as shares of one bar."""

from msgspec import Struct

from wallboard.board.scene import Scene
from wallboard.board.spec import TileSpec
from wallboard.board.view import Figure, TileView
from wallboard.core.snapshot import By
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


class StatesSpec(TileSpec, frozen=True, kw_only=True):
    """``queue`` counts the members of one queue only."""

    queue: str | None = None


class StatePart(Struct, frozen=True):
    """One state: how many, and its share of everybody in, 0-1 (``None`` while unknown)."""

    state: State
    label: str
    figure: Figure
    share: float | None


class StatesView(TileView, frozen=True, kw_only=True):
    """The parts in a fixed order, so that the eye learns where to look."""

    parts: tuple[StatePart, ...]


def present(spec: StatesSpec, scene: Scene) -> StatesView:
    """The bar now."""
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
    )
