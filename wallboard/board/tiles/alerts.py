"""What is wrong now: every alert that stands, the worst first, with its value, its limit and since when."""

from typing import cast

from msgspec import Struct, field

from wallboard.board import format as fmt
from wallboard.board.scene import Scene
from wallboard.board.severity import Level, worst
from wallboard.board.spec import TileSpec, Where
from wallboard.board.view import TileView
from wallboard.core.alerts import Alert, Rule
from wallboard.core.kpis import CATALOGUE

_RECENT_MS = 600_000
"""Up to here a length of time says more than a time of day."""


class AlertsSpec(TileSpec, frozen=True, kw_only=True):
    """The rules belong to the board; ``where`` shows only the alerts of groups that belong to all of it."""

    where: Where = field(default_factory=dict)


class AlertItem(Struct, frozen=True, gc=False):
    """One alert: of whom, and what. Where room is short, ``subject`` gives way before the value does."""

    subject: str
    title: str
    detail: tuple[str, ...]
    """Against which limit, since when; the last gives way."""
    level: Level


class AlertsView(TileView, frozen=True, kw_only=True):
    """Alerts, worst first; ``calm`` is what to say when there are none."""

    items: tuple[AlertItem, ...]
    calm: str
    turn: int = 0


def present(spec: AlertsSpec, scene: Scene) -> AlertsView:
    """The alerts now."""
    standing = tuple(alert for alert in scene.alerts if _within(alert.rule, alert.group, spec.where, scene))
    whose = scene.whose("total", "", spec.where)
    return AlertsView(
        title=spec.title or "Alerts",
        note=" · ".join(part for part in (whose, _note(scene, standing)) if part),
        within=worst(*(_level(alert) for alert in standing)),
        trust=scene.trust,
        items=tuple(AlertItem(*words(alert, scene), _level(alert)) for alert in standing),
        calm=scene.stray(spec.where) or _calm(spec, scene),
        turn=scene.turn,
    )


def words(alert: Alert, scene: Scene) -> tuple[str, str, tuple[str, ...]]:
    """Of whom, what is wrong, and against which limit since when: ``over 02:00``, ``for 2 min 31 s``."""
    rule, decimal = alert.rule, scene.board.decimal
    name = scene.whose(rule.by if alert.group else "total", alert.group, cast("Where", dict(rule.where)))
    title = rule.title or CATALOGUE[rule.kpi].title
    said = f"{title[:1].lower()}{title[1:]}" if name and title[:2] != title[:2].upper() else title
    said += "" if rule.title else f" {fmt.words(alert.value, alert.unit, decimal)}"
    limit = fmt.bound(alert.limit, alert.unit, decimal)
    side = "under" if rule.better == "up" else "at" if alert.value == alert.limit else "over"
    if alert.stage == "acknowledged":
        note = f": \N{LEFT DOUBLE QUOTATION MARK}{alert.note}\N{RIGHT DOUBLE QUOTATION MARK}" if alert.note else ""
        return name, said, (f"acknowledged {scene.clock(alert.noted or alert.opened)}, {alert.who}{note}",)
    held = "" if rule.title else f"{side} {limit}"
    return name, said, tuple(part for part in (held, _since(alert, scene)) if part)


def _since(alert: Alert, scene: Scene) -> str:
    if alert.since is None:
        return ""
    lasted = scene.snapshot.as_of - alert.since
    if lasted < 1000:  # noqa: PLR2004 - a second
        return "just now"
    return f"for {fmt.spell(lasted)}" if lasted < _RECENT_MS else f"since {scene.clock(alert.since)}"


def _level(alert: Alert) -> Level:
    return "acknowledged" if alert.stage == "acknowledged" else alert.grade


def _note(scene: Scene, standing: tuple[Alert, ...]) -> str:
    seen = sum(alert.stage == "acknowledged" for alert in standing)
    told = [f"{len(standing) - seen} open"] if len(standing) > seen else []
    return scene.note(" · ".join([*told, f"{seen} acknowledged"] if seen else told))


def _within(rule: Rule, group: str | None, where: Where, scene: Scene) -> bool:
    """Whether what a rule watches belongs to all of it; ``None`` stands for whatever groups there are."""
    own = dict(rule.where) | ({} if group is None or rule.by == "total" else {rule.by: group})
    apart = [(by, key) for by, key in where.items() if own.get(by) != key]
    if any(by in own for by, _ in apart) or (apart and rule.by == "total"):
        return False
    return group is None or all(group in scene.figures.narrowed((each,)).names(rule.by) for each in apart)


def _calm(spec: AlertsSpec, scene: Scene) -> str:
    if scene.trust == "lost":
        return "Nothing is known while the feed is away"
    if scene.blank:
        return "Nothing is known yet"
    watched = [rule for rule in scene.rules if _within(rule, rule.group, spec.where, scene)]
    if watched and not any(_supplied(rule, scene) for rule in watched):
        return "Nothing this board watches is in this feed"
    rules = len(watched)
    place = "here" if spec.where else "on this page"
    return f"All calm: {rules} {'rule' if rules == 1 else 'rules'} watched" if rules else f"No rules {place}"


def _supplied(rule: Rule, scene: Scene) -> bool:
    return scene.figures.narrowed(rule.where).measure(rule.kpi, rule.window).supplied
