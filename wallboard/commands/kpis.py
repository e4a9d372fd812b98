"""``wallboard kpis``: every figure of a recorded feed at a moment, headless."""

import argparse
import json
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, get_args

from wallboard.board.format import duration
from wallboard.commands.folding import Folded, bounds_of, fold_file, say_damage, say_missing
from wallboard.commands.moments import moment, one_of, span_of
from wallboard.commands.moments import window as window_name
from wallboard.commands.walls import add_history, usual_in
from wallboard.core.figures import Figures, Measure
from wallboard.core.kpis import CATALOGUE, VARIANTS
from wallboard.core.members import BY_AGENT
from wallboard.core.snapshot import By
from wallboard.zones import local, zone_of

Groups = dict[By, dict[str, dict[str, Any]]]


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("feed", type=Path, metavar="FILE.feed")
    parser.add_argument("--at", metavar="TIME", help="14:05, 2026-11-23T14:05, or end (the default)")
    windows = "today, all, shift, 30m, 2h, clock:15m, 2026-11-23, …"
    parser.add_argument("--window", type=window_name, default="today", metavar="W", help=windows)
    groups = get_args(By)
    told = f"{', '.join(groups)}; may be given more than once"
    parser.add_argument("--by", action="append", type=one_of(groups, "kind of group"), metavar="GROUP", help=told)
    parser.add_argument("--zone", metavar="ZONE", help="IANA time zone of queues that declare none")
    variants = one_of(VARIANTS, "service-level variant")
    parser.add_argument("--variant", type=variants, metavar="V", help=f"which service level: {', '.join(VARIANTS)}")
    add_history(parser)
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Fold, measure, print. Raises ``WallboardError``."""
    zone_of(options.zone)
    first, last = bounds_of(options.feed)
    at = moment(options.at, first, last, options.zone)
    window = span_of(options.window, options.zone)
    folded = fold_file(options.feed, at, (window,), options.zone, usual=usual_in(options.past, options.zone))
    figures = Figures(folded.snapshot)
    asked: list[By] = options.by or ["total", "queue"]
    groups = {by: groups_of(figures, by, window, options.variant) for by in asked}
    if options.json:
        plain = (sys.stdout.encoding or "").lower() not in ("utf-8", "utf8")
        json.dump(report(folded, options.window, groups), sys.stdout, ensure_ascii=plain, indent=1)
        sys.stdout.write("\n")
    else:
        sys.stdout.write(table(figures, asked, window, options.variant, options.zone))
    say_missing(options.feed, folded.missing)
    return say_damage(options.feed, folded.damage)


def groups_of(figures: Figures, by: By, window: str, variant: str | None) -> dict[str, dict[str, Any]]:
    """Every KPI of every group of one kind."""
    return {name: group_of(figures, by, name, window, variant) for name in figures.names(by)}


def group_of(figures: Figures, by: By, name: str, window: str, variant: str | None) -> dict[str, Any]:
    """Every KPI of one group: counts and ``*_ms`` as integers, shares 0-1, unknown ``None``, parts beside them."""
    found: dict[str, Any] = {}
    parts: dict[str, dict[str, int | None]] = {}
    for key, kpi in CATALOGUE.items():
        measure = figures.measure(key, window, by, name, variant)
        if key == "service_level":
            found[key] = _service_level(measure)
            found["service_levels"] = {other: figures.measure(key, window, by, name, other).value for other in VARIANTS}
            continue
        label = f"{key}_ms" if kpi.unit == "ms" else key
        found[label] = measure.value
        if measure.parts and kpi.read in ("ratio", "percentile", "staffing"):
            parts[label] = dict(measure.parts)
    found["parts"] = parts
    found.update(_about(figures, by, name))
    return found


def _service_level(measure: Measure) -> dict[str, Any]:
    parts = dict(measure.parts)
    return {
        "value": measure.value,
        "met": parts.pop("met"),
        "of": parts.pop("of"),
        "variant": measure.variant,
        "threshold_ms": measure.threshold_ms,
        "parts": parts,
    }


def _about(figures: Figures, by: By, name: str) -> dict[str, Any]:
    """What a group is called and, of an agent, what it does now."""
    rows = figures.snapshot.queues if by == "queue" else ()
    for queue in rows:
        if queue.key == name:
            return {"name": queue.name, "channel": queue.channel}
    agents = figures.snapshot.agents if by == "agent" else ()
    for agent in agents:
        if agent.key == name:
            since = figures.snapshot.as_of - agent.since
            return {"name": agent.name, "state": agent.state, "reason": agent.reason, "time_in_state_ms": since}
    return {}


def report(folded: Folded, window: str, groups: Groups) -> dict[str, Any]:
    """The one JSON object."""
    snapshot = folded.snapshot
    feed = snapshot.feed
    return {
        "as_of": _iso(snapshot.as_of),
        "as_of_ms": snapshot.as_of,
        "window": window,
        "window_begin_ms": snapshot.windows[0].begin,
        "groups": groups,
        "feed": {
            "events": feed.events,
            "newest_ms": feed.newest,
            "age_of_newest_ms": None if feed.newest is None else snapshot.as_of - feed.newest,
            "late": feed.late,
            "reordered": feed.reordered,
            "duplicates": feed.duplicates,
            "conflicts": feed.conflicts,
            "orphans": feed.orphans,
            "quarantined": feed.quarantined,
            "undecodable": feed.undecodable,
            "anomalies": dict(feed.anomalies),
            "missing": folded.missing,
            "damaged_blocks": len(folded.damage),
            "unheard": [{"from": _iso(since), "until": _iso(until)} for since, until in feed.unheard],
            "unheard_ms": sum(until - since for since, until in feed.unheard),
            "complete": not (folded.damage or folded.missing or feed.undecodable or feed.unheard),
        },
    }


_COLUMNS = (
    "waiting", "longest_wait", "offered", "answered", "abandoned", "service_level", "asa", "aht", "handled",
)  # fmt: skip
_LONG = ("logged_in", "time_talking", "time_ready")
"""Times of a day are told in hours and minutes; means in tenths of a second, so that they can be compared."""
_AGENT_COLUMNS = ("handled", "aht", "occupancy", "logged_in", "time_talking", "time_ready", "no_answers")


def table(figures: Figures, asked: list[By], window: str, variant: str | None, zone: str | None) -> str:
    """A plain table a kind of group, for people, on the clocks of their zone."""
    lines = [f"as of {local(figures.snapshot.as_of, zone).isoformat(timespec='seconds')}, window {window}"]
    for span in figures.snapshot.feed.unheard:
        since, until = (local(at, zone).isoformat(timespec="seconds") for at in span)
        lines.append(f"nobody listened from {since} to {until}: what came and went then is not counted")
    for by in asked:
        columns = _AGENT_COLUMNS if by in BY_AGENT else _COLUMNS
        lines.append("")
        lines.append(f"{by:<24}" + "".join(f"{CATALOGUE[key].title:>15}" for key in columns))
        for name in figures.names(by):
            cells = (_cell(key, figures.measure(key, window, by, name, variant)) for key in columns)
            lines.append(f"{name or 'all':<24.24}" + "".join(f"{cell:>15}" for cell in cells))
    return "\n".join(lines) + "\n"


def _cell(key: str, measure: Measure) -> str:
    value = measure.value
    if value is None:
        return "-"
    if measure.unit == "ms":
        return duration(value) if key in _LONG else f"{value / 1000:.1f} s"
    return f"{value * 100:.1f} %" if measure.unit == "share" else f"{value:g}"


def _iso(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
