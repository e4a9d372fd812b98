"""What is wrong now: every rule of the board that is broken, the worst first."""

from msgspec import Struct

from wallboard.board import format as fmt
from wallboard.board.scene import Scene
from wallboard.board.severity import Level, rank
from wallboard.board.spec import RuleSpec, TileSpec
from wallboard.board.view import TileView
from wallboard.core.figures import Measure
from wallboard.core.kpis import CATALOGUE


class AlertsSpec(TileSpec, frozen=True, kw_only=True):
    """Nothing of its own: the rules belong to the board."""


class AlertItem(Struct, frozen=True, gc=False):
    """One broken rule."""

    title: str
    detail: str
    level: Level


class AlertsView(TileView, frozen=True, kw_only=True):
    """Broken rules, worst first; ``calm`` is what to say when there are none."""

    items: tuple[AlertItem, ...]
    calm: str
    turn: int = 0


def present(spec: AlertsSpec, scene: Scene) -> AlertsView:
    """The alerts now."""
    items = sorted((i for rule in scene.board.rules for i in _broken(rule, scene)), key=lambda item: -rank(item.level))
    return AlertsView(
        title=spec.title or "Alerts",
        note=_note(scene, items),
        level="calm",
        trust=scene.trust,
        items=tuple(items),
        calm=_calm(scene),
        turn=scene.turn,
    )


def _note(scene: Scene, items: list[AlertItem]) -> str:
    return scene.note(f"{len(items)} open" if items else "")


def _calm(scene: Scene) -> str:
    if scene.trust == "lost":
        return "Nothing is known while the feed is away"
    if scene.blank:
        return "Nothing is known yet"
    rules = len(scene.board.rules)
    return f"All calm: {rules} {'rule' if rules == 1 else 'rules'} watched" if rules else "No rules on this board"


def _broken(rule: RuleSpec, scene: Scene) -> list[AlertItem]:
    """The groups in which the rule is broken now."""
    groups = ("",) if rule.by == "total" else scene.figures.names(rule.by) if rule.group is None else (rule.group,)
    measures = [scene.figures.measure(rule.kpi, rule.window, rule.by, group, rule.variant) for group in groups]
    told = [(measure, scene.level(measure, rule.warn, rule.breach, rule.better)) for measure in measures]
    return [_item(rule, scene, measure, level) for measure, level in told if level != "calm"]


def _item(rule: RuleSpec, scene: Scene, measure: Measure, level: Level) -> AlertItem:
    name = scene.name(rule.by, measure.group) if measure.group else ""
    title = CATALOGUE[rule.kpi].title
    crossed = scene.limit(measure, rule.breach if level == "breach" else rule.warn) or 0.0
    side = "under" if (rule.better or CATALOGUE[rule.kpi].better) == "up" else "limit"
    said = f"{name} {title[:1].lower()}{title[1:]}" if name else title
    return AlertItem(
        f"{said} {scene.words(measure.value, measure.unit)}",
        f"{side} {fmt.bound(crossed, measure.unit, scene.board.decimal)}",
        level,
    )
