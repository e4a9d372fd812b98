"""What is wrong now: every alert that stands, the worst first, with its value, its limit and since when."""

from msgspec import Struct

from wallboard.board import format as fmt
from wallboard.board.scene import Scene
from wallboard.board.severity import Level, worst
from wallboard.board.spec import TileSpec
from wallboard.board.view import TileView
from wallboard.core.alerts import Alert
from wallboard.core.kpis import CATALOGUE

_RECENT_MS = 600_000
"""Up to here a length of time says more than a time of day."""


class AlertsSpec(TileSpec, frozen=True, kw_only=True):
    """Nothing of its own: the rules belong to the board."""


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
    standing = scene.alerts
    return AlertsView(
        title=spec.title or "Alerts",
        note=_note(scene, standing),
        within=worst(*(_level(alert) for alert in standing)),
        trust=scene.trust,
        items=tuple(AlertItem(*words(alert, scene), _level(alert)) for alert in standing),
        calm=_calm(scene),
        turn=scene.turn,
    )


def words(alert: Alert, scene: Scene) -> tuple[str, str, tuple[str, ...]]:
    """Of whom, what is wrong, and against which limit since when: ``over 02:00``, ``for 2 min 31 s``."""
    rule, decimal = alert.rule, scene.board.decimal
    name = scene.name(rule.by, alert.group) if alert.group else ""
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


def _calm(scene: Scene) -> str:
    if scene.trust == "lost":
        return "Nothing is known while the feed is away"
    if scene.blank:
        return "Nothing is known yet"
    watched = scene.rules
    if watched and not any(scene.figures.measure(rule.kpi, rule.window).supplied for rule in watched):
        return "Nothing this board watches is in this feed"
    rules = len(watched)
    return f"All calm: {rules} {'rule' if rules == 1 else 'rules'} watched" if rules else "No rules on this page"
