"""What is true at one moment: the frozen noun that leaves the core.

Rows describe the live floor; windows hold summed integer facts as read-only matrices, so that a KPI over any group is
one sum of rows and one division. Names of groups are keys: ``id``, or ``site/id`` where the feed names sites.
"""

from typing import Literal, NamedTuple

import numpy as np
from msgspec import Struct, field
from numpy.typing import NDArray

from wallboard.core.baseline import Usual
from wallboard.core.vocabulary import Channel, Direction, Severity, State

STATES: tuple[State, ...] = ("offline", "ready", "ringing", "talking", "hold", "wrapping", "not-ready")
"""The order of every by-state tuple and matrix column."""

Matrix = NDArray[np.int64]

By = Literal[
    "total",
    "queue",
    "agent",
    "team",
    "channel",
    "direction",
    "site",
    "client",
    "campaign",
    "skill",
    "priority",
    "language",
    "entry",
]

Conditions = tuple[tuple[By, str], ...]
"""Groups all of which something belongs to: (kind, name of the group)."""


class AgentRow(Struct, frozen=True, gc=False):
    """One agent now. ``since`` is when the shown state began (ms); ``queue`` and ``contact`` are those in hand."""

    key: str
    name: str
    site: str | None
    team: str | None
    skills: tuple[str, ...]
    queues: tuple[str, ...]
    state: State
    reason: str | None
    since: int
    contacts: int
    """Open segments: contacts at once, wrap-up included."""
    capacity: int | None
    queue: str | None
    contact: str | None
    login: int | None
    """When the agent last left ``offline``; ``None`` while offline."""
    row: int
    """Row of this agent in every agent matrix."""


class WaitRow(Struct, frozen=True, gc=False):
    """One waiting leg: since when (ms), and what it waits for."""

    contact: str
    queued: int
    ringing: str | None
    """Key of the agent it rings at, if any."""


class QueueRow(Struct, frozen=True, gc=False):
    """One queue now."""

    key: str
    name: str
    site: str | None
    channel: Channel
    client: str | None
    service_level_ms: int
    service_level_target: float | None
    short_abandon_ms: int
    waiting: int
    oldest: int | None
    """When the longest waiting leg was queued (ms); ``None`` when nobody waits."""
    over: int
    """Waiting already longer than the service-level threshold."""
    next_late: int | None
    """When the next waiting leg will pass the threshold (ms)."""
    waits: tuple[WaitRow, ...]
    """The longest waits, oldest first, at most 50."""
    agents: tuple[int, ...]
    """Members by shown state, in the order of ``STATES``."""
    callbacks: int = 0
    """Waiting legs that are call-backs."""


class Cell(Struct, frozen=True, gc=False):
    """What one row of every cell matrix is about: the finest group facts are summed in."""

    queue: str | None
    site: str | None
    channel: Channel
    direction: Direction
    campaign: str | None
    priority: int | None
    language: str | None
    entry: str | None


class Joined(NamedTuple):
    """All groups of a kind in one array, for one sum over them all: the rows of each begin at ``starts``."""

    rows: Matrix
    starts: Matrix
    place: dict[str, int]
    """Which of the sums is that of a group."""


class Bonds(Struct, frozen=True):
    """Who belongs to which groups, as ``members`` has found so far: the same object while nobody comes or changes."""

    cells: dict[By, dict[str, list[int]]] = field(default_factory=dict)
    queues: dict[By, dict[str, list[int]]] = field(default_factory=dict)
    agents: dict[By, dict[str, list[int]]] = field(default_factory=dict)
    joined: dict[tuple[str, By], Joined] = field(default_factory=dict)
    """``cells`` and ``agents`` once more, by those words and the kind of group."""


class WindowFacts(Struct, frozen=True):
    """Summed facts of one window: ``begin`` (inclusive) to ``end``, ms.

    ``cells`` is (cells x facts.CELL), ``agents`` (agents x facts.AGENT), ``time`` (agents x timeline.LEVELS, ms in each
    shown state, for each not-ready reason, planned, and as planned), ``histogram`` (cells x 2 ledger.BINS: waits, then
    handle times) for percentiles, ``longest`` (cells,) the longest answered wait in ms. All int64 and read-only.
    """

    name: str
    begin: int
    end: int
    cells: Matrix
    agents: Matrix
    time: Matrix
    histogram: Matrix
    longest: Matrix
    begins: Matrix | None = None
    """(cells,) when the window began for each cell (ms), where that differs from ``begin``."""


class Interval(Struct, frozen=True):
    """Sparse facts of one clock interval: additions ``delta`` at ``flat = row * len(facts.CELL) + counter``."""

    begin: int
    flat: Matrix
    delta: Matrix
    sums: dict[Conditions, Matrix] = field(default_factory=dict)
    """What ``groups`` has summed of it so far: an interval that no longer changes is summed once a group."""


class Series(Struct, frozen=True):
    """Facts per clock interval of ``step`` ms, oldest first; intervals without facts are absent."""

    step: int
    intervals: tuple[Interval, ...]


class Gauges(Struct, frozen=True):
    """Live figures sampled once a minute, oldest first: ``at`` (ms), total waiting and agents by state."""

    at: tuple[int, ...]
    waiting: Matrix
    """(samples x queues), in the order of ``Snapshot.queues`` now; missing queues read 0."""
    oldest: Matrix
    """(samples x queues): age of the longest wait, ms."""
    states: Matrix
    """(samples x STATES), the whole floor."""


class NoticeRow(Struct, frozen=True, gc=False):
    """A line for the message strip."""

    at: int
    text: str
    severity: Severity
    until: int | None


class ForecastRow(Struct, frozen=True, gc=False):
    """What was planned for a queue between two moments (ms)."""

    queue: str
    begin: int
    end: int
    offered: int
    handle_ms: int
    agents: int | None


class PlanRow(Struct, frozen=True, gc=False):
    """What an agent is planned to do now, from when to when (ms), and whether it does."""

    agent: int
    """Row of the agent in every agent matrix."""
    activity: str
    begin: int
    end: int
    adherent: bool


class FeedFacts(Struct, frozen=True, gc=False):
    """What the fold itself noticed about the feed, since it began."""

    events: int = 0
    newest: int | None = None
    """``at`` of the newest event that could be read (ms)."""
    duplicates: int = 0
    conflicts: int = 0
    late: int = 0
    reordered: int = 0
    orphans: int = 0
    quarantined: int = 0
    undecodable: int = 0
    anomalies: tuple[tuple[str, int], ...] = ()
    unheard: tuple[tuple[int, int], ...] = ()
    """The latest times (from, until; ms) in which the source itself heard nothing: what came and went is unknown."""


class Snapshot(Struct, frozen=True):
    """Everything the wall can show, at ``as_of`` (ms): the only "now" the screen knows."""

    as_of: int
    agents: tuple[AgentRow, ...]
    queues: tuple[QueueRow, ...]
    cells: tuple[Cell, ...]
    windows: tuple[WindowFacts, ...]
    series: tuple[Series, ...]
    gauges: Gauges
    notices: tuple[NoticeRow, ...]
    forecasts: tuple[ForecastRow, ...]
    reasons: tuple[str, ...]
    """Not-ready reasons in the order of their columns in ``WindowFacts.time``."""
    feed: FeedFacts
    plans: tuple[PlanRow, ...] = ()
    """Agents of whom something is planned now, by row."""
    scheduled: bool = False
    """Whether this feed says what agents are planned to do."""
    usual: tuple[Usual, ...] = ()
    """What is usual on this weekday, where past days are known."""
    bonds: Bonds = field(default_factory=Bonds)
