"""Every agent, none missing: state, time in it, the worst and the longest first within each team."""

from collections import Counter
from collections.abc import Sequence
from typing import ClassVar, Literal

from msgspec import Struct, field

from wallboard.board import format as fmt
from wallboard.board.lazy import Lazy
from wallboard.board.scene import Scene
from wallboard.board.severity import Level, judge, rank
from wallboard.board.spec import Limit, TileSpec, Where
from wallboard.board.view import TileView
from wallboard.core.snapshot import AgentRow, By
from wallboard.core.vocabulary import State

Shown = State | Literal["unknown"]
LABELS: dict[State, str] = {
    "offline": "Offline",
    "ready": "Ready",
    "ringing": "Ringing",
    "talking": "Talking",
    "hold": "Hold",
    "wrapping": "Wrap-up",
    "not-ready": "Not ready",
}
_SHORT = 3
"""Letters up to which a reason is an abbreviation: ACW."""
_COUNTED: tuple[tuple[State, str], ...] = (
    ("ready", "ready"),
    ("ringing", "ringing"),
    ("talking", "talking"),
    ("hold", "on hold"),
    ("wrapping", "wrap-up"),
    ("not-ready", "not ready"),
)


class AgentsSpec(TileSpec, frozen=True, kw_only=True):
    """Who is shown, grouped how. ``limits``: a state's warning and breach, e.g. ``wrapping = ["02:00", "05:00"]``."""

    lists: ClassVar[By] = "agent"

    group: Literal["none", "team", "site"] = "none"
    where: Where = field(default_factory=dict)
    offline: bool = False
    limits: dict[State, tuple[Limit | None, Limit | None]] = field(default_factory=dict)


class AgentCell(Struct, frozen=True, gc=False):
    """One agent. ``label`` is the state or its reason in words, ``time`` how long it has lasted."""

    name: str
    state: Shown
    label: str
    time: str
    level: Level


class AgentGroup(Struct, frozen=True):
    """A team, or everyone under an empty name."""

    name: str
    cells: Sequence[AgentCell]


class AgentsView(TileView, frozen=True, kw_only=True):
    """The grid; ``turn`` says which page of it is due when it does not fit."""

    groups: tuple[AgentGroup, ...]
    calm: str = ""
    """What to say when there is nobody."""
    turn: int = 0


def present(spec: AgentsSpec, scene: Scene) -> AgentsView:
    """The grid now."""
    rows = [row for row in scene.agents(spec.where) if spec.offline or row.state != "offline"]
    groups = _grouped(spec, rows)
    return AgentsView(
        title=spec.title or "Agents",
        note=scene.note(summary(rows)),
        trust=scene.trust,
        groups=tuple(AgentGroup(name, _cells(spec, scene, groups[name])) for name in sorted(groups)),
        calm="no data yet" if scene.blank else "" if scene.trust == "lost" else "nobody is in",
        turn=scene.turn,
    )


def summary(rows: list[AgentRow]) -> str:
    """``42 in · 7 ready · 17 talking``: only states that somebody is in."""
    counts = Counter(row.state for row in rows)
    told = [f"{fmt.number(counts[state])} {word}" for state, word in _COUNTED if counts[state]]
    return " · ".join([f"{fmt.number(len(rows) - counts['offline'])} in", *told])


def _grouped(spec: AgentsSpec, rows: list[AgentRow]) -> dict[str, list[AgentRow]]:
    if spec.group == "none":
        return {"": rows} if rows else {}
    groups: dict[str, list[AgentRow]] = {}
    for row in rows:
        name = row.team if spec.group == "team" else row.site
        groups.setdefault(name or f"no {spec.group}", []).append(row)
    return groups


def _cells(spec: AgentsSpec, scene: Scene, rows: list[AgentRow]) -> Sequence[AgentCell]:
    """The cells of one group, sorted by severity and then by time in state; made when they are looked at."""
    if scene.trust == "lost":
        unknown = sorted(scene.person(row) for row in rows)
        return tuple(AgentCell(name, "unknown", "unknown", fmt.UNKNOWN, "calm") for name in unknown)
    limits = {state: (fmt.limit(warn, "ms"), fmt.limit(breach, "ms")) for state, (warn, breach) in spec.limits.items()}
    now = scene.snapshot.as_of
    told: list[tuple[int, int, str, Level, AgentRow]] = []
    for row in rows:
        held = limits.get(row.state)
        level: Level = judge(now - row.since, *held, "down") if held else "calm"
        told.append((-rank(level), row.since, row.key, level, row))
    told.sort()  # no two agents have one key
    return Lazy(len(told), lambda i: _cell(scene, told[i][4], told[i][3]))


def _cell(scene: Scene, row: AgentRow, level: Level) -> AgentCell:
    label = _reason(row.reason) if row.state == "not-ready" and row.reason else LABELS[row.state]
    if row.contacts > 1:
        label = f"{label} {fmt.TIMES}{row.contacts}"
    return AgentCell(scene.person(row), row.state, label, scene.elapsed(row.since), level)


def _reason(key: str) -> str:
    """A not-ready reason in words: ``Team meeting``, ``ACW``."""
    return key.upper() if len(key) <= _SHORT else key.replace("-", " ").capitalize()
