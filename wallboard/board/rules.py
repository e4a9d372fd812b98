"""Rules as a board writes them, turned into rules as the core watches them; and those everybody asks for."""

import re
from typing import Any, get_args

from wallboard.board import format as fmt
from wallboard.board.spec import Day, Limit, RuleSpec
from wallboard.core.alerts import Bound, Rule
from wallboard.core.kpis import CATALOGUE, Unit

PRESETS: dict[str, dict[str, Any]] = {
    "waiting": {"kpi": "waiting", "by": "queue", "warn": 5, "breach": 10, "clear": 3, "for": "15 s"},
    "longest-wait": {"kpi": "longest_wait", "by": "queue", "warn": "01:00", "breach": "02:00"},
    "service-level": {
        "kpi": "service_level", "by": "queue", "window": "30m", "warn": "target", "for": "1 min", "least": 20,
        "cool_down": "5 min",
    },
    "nobody-ready": {
        "kpi": "agents_ready", "title": "Nobody ready", "by": "queue", "warn": 1, "only": "agents_in",
        "for": "1 min", "cool_down": "2 min",
    },
    "occupancy": {
        "kpi": "occupancy", "window": "30m", "better": "down", "warn": "90 %", "clear": "88 %", "for": "5 min",
        "cool_down": "10 min",
    },
}  # fmt: skip
"""By the word a board file uses: ``preset = "waiting"``; whatever else the rule says takes precedence."""

_TIMES_T = re.compile(r"^(\d+(?:\.\d+)?)\s*x\s*T$")
_ADDRESS = re.compile(r"^https?://[^\s/?#:]+(:\d+)?([/?#]\S*)?$")
_DAYS: tuple[str, ...] = get_args(Day)
_BOUNDS = ("warn", "breach", "clear")
_LENGTHS = ("for_", "cool_down")


def with_preset(table: dict[str, Any]) -> dict[str, Any]:
    """The table of a rule with what its preset adds. Raises ``KeyError`` for a preset that does not exist."""
    if "preset" not in table:
        return table
    own = {key: value for key, value in table.items() if key != "preset"}
    return {**PRESETS[str(table["preset"])], **own}


def rules_of(specs: tuple[RuleSpec, ...]) -> tuple[Rule, ...]:
    """The rules of a board, keyed by their order. Raises ``ValueError`` for a limit that is none."""
    return tuple(_rule(f"{i}-{spec.kpi}", spec) for i, spec in enumerate(specs))


def bound(written: Limit | None, unit: Unit) -> Bound | None:
    """A limit in the KPI's own unit, or as a multiple of the queue's own promises. Raises ``ValueError``."""
    if isinstance(written, str):
        if unit == "ms" and (times := _TIMES_T.match(written.strip())):
            return Bound(float(times[1]), "threshold")
        if unit == "share" and written.strip() == "target":
            return Bound(1.0, "target")
    value = fmt.limit(written, unit)
    return None if value is None else Bound(value)


def span(hours: str) -> tuple[int, int]:
    """``08:00-18:00`` in ms after midnight. Raises ``ValueError`` for a time that no clock shows."""
    begin, end = (_time(part) for part in hours.split("-"))
    return begin, end


def problem(spec: RuleSpec) -> tuple[str, str] | None:
    """What is wrong with a rule whose words are all right: the key and what to say of it."""
    for name in _LENGTHS:
        try:
            fmt.limit(getattr(spec, name), "ms")
        except ValueError:
            return name.strip("_"), f'"{getattr(spec, name)}" is no length of time; write "30 s" or "5 min"'
    for hours in spec.hours:
        try:
            span(hours)
        except ValueError:
            return "hours", f'"{hours}" is no time of day; write "08:00-18:00"'
    if spec.webhook and not _ADDRESS.match(spec.webhook):
        return "webhook", f'"{spec.webhook}" is no address; write "https://host/path"'
    better = spec.better or CATALOGUE[spec.kpi].better
    if better == "none":
        return "kpi", f'whether more or less of "{spec.kpi}" is better depends; say better = "down" or "up"'
    first, clear = (bound(value, CATALOGUE[spec.kpi].unit) for value in (spec.warn or spec.breach, spec.clear))
    if first and clear and first.of == clear.of and (clear.value < first.value) == (better == "up"):
        side = "above" if better == "up" else "below"
        return "clear", f"a rule is over {side} the limit it begins at, or at it"
    return None


def wrong_way(warn: Limit | None, breach: Limit | None, better: str, unit: Unit, first: str = "warn") -> str | None:
    """What to say of a breach that is reached before its warning; ``first`` is what the warning is called.

    Limits of different kinds (``5`` and ``"3 x T"``), and such as are none, are not held against each other.
    """
    try:
        sooner, later = bound(warn, unit), bound(breach, unit)
    except ValueError:
        return None
    if sooner is None or later is None or sooner.of != later.of or better == "none":
        return None
    if later.value == sooner.value or (later.value > sooner.value) == (better == "down"):
        return None
    more, side = ("less", "above") if better == "down" else ("more", "below")
    return (
        f"where {more} is better a breach lies {side} what comes before it; "
        f"{first} = {_written(warn)} and breach = {_written(breach)} are the wrong way round; swap them"
    )


def _written(limit: Limit | None) -> str:
    return f'"{limit}"' if isinstance(limit, str) else f"{limit:g}"


def _rule(key: str, spec: RuleSpec) -> Rule:
    unit = CATALOGUE[spec.kpi].unit
    warn, breach, clear = (bound(getattr(spec, name), unit) for name in _BOUNDS)
    for_ms, cool_ms = (int(fmt.limit(getattr(spec, name), "ms") or 0) for name in _LENGTHS)
    return Rule(
        key=key,
        kpi=spec.kpi,
        window=spec.window,
        by=spec.by,
        group=spec.group,
        where=tuple(sorted(spec.where.items())),
        variant=spec.variant,
        title=spec.title,
        warn=warn,
        breach=breach,
        clear=clear,
        better=spec.better or CATALOGUE[spec.kpi].better,
        for_ms=for_ms,
        cool_ms=cool_ms,
        hours=tuple(span(hours) for hours in spec.hours),
        days=tuple(_DAYS.index(day) for day in spec.days),
        only=spec.only,
        least=spec.least,
    )


def _time(text: str) -> int:
    hours, minutes = (int(part) for part in text.split(":"))
    if hours * 60 + minutes > 24 * 60 or minutes > 59:  # noqa: PLR2004 - a clock
        raise ValueError(text)
    return (hours * 60 + minutes) * 60_000
