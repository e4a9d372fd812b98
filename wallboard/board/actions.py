"""What alerts do beside standing on a tile: what changed from one look to the next, and what is told of it to whom."""

from collections.abc import Iterable
from typing import Literal

from msgspec import Struct

from wallboard.board.scene import Scene
from wallboard.board.spec import Action, RuleSpec
from wallboard.board.tiles.alerts import words
from wallboard.core.alerts import GRADES, Alert, Grade
from wallboard.core.kpis import CATALOGUE, Unit
from wallboard.core.snapshot import By

What = Literal["opened", "worse", "again", "over"]
Deed = Action | Literal["webhook"]
_LINES = 4
"""Alerts that one desktop notification names."""


class Change(Struct, frozen=True):
    """An alert opened, rose from warning to breach, is back after a snooze, or is over."""

    what: What
    alert: Alert


class Report(Struct, frozen=True, kw_only=True):
    """What a webhook is sent, as JSON: figures and names of groups, and nothing about any customer.

    Times are ms since the epoch, UTC; ``value`` and ``limit`` are in ``unit`` (durations in ms, shares 0-1).
    """

    id: str
    """The same from ``opened`` to ``over``, also when another process says so."""
    event: What
    text: str
    board: str
    kpi: str
    title: str
    window: str
    by: By
    group: str
    """As this board calls it."""
    grade: Grade
    value: float | None
    limit: float
    unit: Unit
    since: int | None
    opened: int
    at: int


def changes(before: Iterable[Alert], now: Iterable[Alert]) -> tuple[Change, ...]:
    """What became of alerts between two looks, those that still stand first."""
    old = {_place(alert): alert for alert in before}
    new = {_place(alert): alert for alert in now}
    told = [(_change(old.get(place), alert), alert) for place, alert in new.items()]
    over = [Change("over", alert) for place, alert in old.items() if place not in new]
    return (*(Change(what, alert) for what, alert in told if what), *over)


def deeds(change: Change, rule: RuleSpec) -> tuple[Deed, ...]:
    """What a rule does about a change: the end of an alert is told to its webhook only."""
    done: tuple[Deed, ...] = () if change.what == "over" else rule.actions
    return (*done, "webhook") if rule.webhook else done


def sentence(change: Change, scene: Scene) -> str:
    """``Support longest wait 04:31, over 02:00 for 2 min 31 s``."""
    name, said, detail = words(change.alert, scene)
    whole = f"{name} {said}" if name else said
    if change.what == "over":
        return f"Over: {whole}"
    return f"{whole}, {' '.join(detail)}" if detail else whole


def notification(told: Iterable[Change], scene: Scene) -> tuple[str, str]:
    """Title and text of one desktop notification about several alerts, the worst first."""
    ordered = sorted(told, key=lambda change: -GRADES.index(change.alert.grade))
    lines = [sentence(change, scene) for change in ordered]
    more = [f"and {len(lines) - _LINES} more"] if len(lines) > _LINES else []
    return lines[0], "\n".join([*lines[1:_LINES], *more]) or scene.board.title


def report(change: Change, scene: Scene) -> Report:
    """What a webhook is sent about a change. Agents go by whatever names this board gives them, or by a number."""
    alert, rule = change.alert, change.alert.rule
    group = scene.name(rule.by, alert.group) if alert.group else ""
    row = next((row.row for row in scene.snapshot.agents if row.key == alert.group), 0) if rule.by == "agent" else None
    return Report(
        id=f"{rule.key}/{group if row is None else row}",
        event=change.what,
        text=sentence(change, scene),
        board=scene.board.title,
        kpi=rule.kpi,
        title=rule.title or CATALOGUE[rule.kpi].title,
        window=rule.window,
        by=rule.by,
        group=group,
        grade=alert.grade,
        value=alert.value,
        limit=alert.limit,
        unit=alert.unit,
        since=alert.since,
        opened=alert.opened,
        at=scene.snapshot.as_of,
    )


def _place(alert: Alert) -> tuple[str, str, int]:
    return alert.rule.key, alert.group, alert.opened


def _change(old: Alert | None, new: Alert) -> What | None:
    if old is None:
        return "opened"
    if GRADES.index(new.grade) > GRADES.index(old.grade):
        return "worse"
    return "again" if old.stage == "acknowledged" and new.stage == "open" else None
