"""What a tile is presented from: the figures, the clock, the board's habits, and how far the feed is to be trusted."""

from msgspec import Struct
from msgspec.structs import replace

from wallboard.board import format as fmt
from wallboard.board.audience import stands_on
from wallboard.board.memory import FRESH_MS, Course, LocalTime, Memory
from wallboard.board.severity import Level, judge
from wallboard.board.spec import BoardSpec, Limit, Names, Where
from wallboard.board.view import Figure, Trust
from wallboard.core.alerts import Alert, Rule
from wallboard.core.figures import Figures, Measure
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import AgentRow, By, Conditions, QueueRow, Snapshot

CHANNELS = {"email": "e-mail", "callback": "call-back", "sms": "SMS"}
"""Channels whose name is not the word people read."""
TURN_MS = 8000
"""How long a tile that cannot hold everything at once shows each of its pages."""


class Scene(Struct, frozen=True):
    """One moment to present. Every value passes through here, so no tile can forget to be honest."""

    figures: Figures
    board: BoardSpec
    trust: Trust
    memory: Memory
    rows: dict[str, QueueRow]
    """The queues by their key."""
    names: Names
    """What may be told of people here."""
    page: int = 0
    """Which page of the board this is, from 0."""
    turn: int = 0
    """Which page of an overfull tile is due."""

    @property
    def snapshot(self) -> Snapshot:
        """The floor at this moment."""
        return self.figures.snapshot

    @property
    def local(self) -> LocalTime:
        """The wall's own local time."""
        return self.memory.local

    @property
    def alerts(self) -> tuple[Alert, ...]:
        """The alerts that are for this page; none while nothing is known."""
        if self.trust == "lost" or self.blank:
            return ()
        return tuple(a for a in self.memory.alerts.standing if stands_on(self.memory.rule(a), self.page))

    @property
    def rules(self) -> tuple[Rule, ...]:
        """The rules that are for this page."""
        watched = zip(self.memory.alerts.rules, self.board.rules, strict=True)
        return tuple(rule for rule, spec in watched if stands_on(spec, self.page))

    def course(self, kpi: str, step: int, by: By, group: str, variant: str | None, fresh_ms: int = FRESH_MS) -> Course:
        """A KPI per clock interval of ``step`` ms, as fresh as a look needs."""
        return self.memory.course(self.figures, (kpi, step, by, group, variant), fresh_ms)

    def agents(self, where: Where) -> list[AgentRow]:
        """The agents for whom all of it is so."""
        if not where:
            return list(self.snapshot.agents)
        return [row for row in self.snapshot.agents if all(_agent_in(row, by, key) for by, key in where.items())]

    def queues(self, where: Where) -> list[QueueRow]:
        """The queues for which all of it is so."""
        if not where:
            return list(self.snapshot.queues)
        return [row for row in self.snapshot.queues if all(_queue_in(row, by, key) for by, key in where.items())]

    def narrowed(self, where: Where) -> "Scene":
        """The same moment, of what belongs to all of it only."""
        return replace(self, figures=self.figures.narrowed(_conditions(where))) if where else self

    def stray(self, where: Where) -> str:
        """That nothing in this feed is called so: a filter that finds nothing is no nought."""
        if self.blank:
            return ""
        missing = [(by, key) for by, key in _conditions(where) if not self.figures.has(by, key)]
        return f'no {missing[0][0]} "{missing[0][1]}" in this feed' if missing else ""

    def whose(self, by: By, group: str, where: Where) -> str:
        """Of what a figure is, in words; of everything says nothing."""
        own: Conditions = () if by == "total" else ((by, group),)
        return " · ".join(self.name(kind, key) for kind, key in (*own, *_conditions(where)))

    def groups(self, by: By, where: Where) -> tuple[str, ...]:
        """Every group of a kind, as far as a filter can choose among them.

        What belongs to no group is one only where there are no others.
        """
        if where and by == "queue":
            return tuple(row.key for row in self.queues(where))
        if where and by == "agent":
            return tuple(row.key for row in self.agents(where))
        names = self.narrowed(where).figures.names(by)
        return tuple(name for name in names if name) or names

    def among(self, by: By, where: Where) -> Figures:
        """The figures of these groups: an agent or a queue that a filter lets through is shown whole."""
        return self.figures if by in ("agent", "queue") else self.narrowed(where).figures

    def clock(self, at: int, *, seconds: bool = False) -> str:
        """A moment (ms) as local time of day."""
        return fmt.clock(self.local(at), seconds=seconds)

    def figure(self, measure: Measure, level: Level = "calm") -> Figure:
        """A measure as it may be written now."""
        if not measure.supplied:
            return Figure(fmt.ABSENT, sure="absent")
        if self.trust == "lost":
            return Figure(fmt.UNKNOWN, sure="lost")
        if measure.value is None or self.blank:
            return Figure(fmt.UNKNOWN, sure="unknown")
        return Figure(*fmt.figure(measure.value, measure.unit, self.board.decimal), level)

    def words(self, value: float | None, unit: str) -> str:
        """A value with its unit, as the board writes numbers."""
        return fmt.words(value, unit, self.board.decimal)

    def level(
        self, measure: Measure, warn: Limit | None = None, breach: Limit | None = None, better: str | None = None
    ) -> Level:
        """How bad a measure is; nothing is bad once the feed is lost, because nothing is known."""
        if self.trust == "lost" or self.blank or not measure.supplied:
            return "calm"
        return self.judge(measure, measure.value, warn, breach, better)

    def judge(
        self, measure: Measure, value: float | None, warn: Limit | None, breach: Limit | None, better: str | None
    ) -> Level:
        """How bad another value of the measure's KPI and group is."""
        toward = better or CATALOGUE[measure.kpi].better
        return judge(value, self.limit(measure, warn), self.limit(measure, breach), toward)

    def limit(self, measure: Measure, written: Limit | None) -> float | None:
        """A written threshold in the measure's own unit."""
        if not isinstance(written, str) or measure.by != "queue":
            return fmt.limit(written, measure.unit, measure.threshold_ms)
        own = self.rows.get(measure.group)
        if own is None:
            return fmt.limit(written, measure.unit, measure.threshold_ms)
        return fmt.limit(written, measure.unit, own.service_level_ms, own.service_level_target)

    def elapsed(self, since: int | None) -> str:
        """How long ago a moment (ms) was; unknown once the feed is lost."""
        return fmt.UNKNOWN if since is None or self.trust == "lost" else fmt.duration(self.snapshot.as_of - since)

    @property
    def blank(self) -> bool:
        """Whether nothing has been heard at all: then nothing is nought, and nothing is calm."""
        return self.snapshot.feed.newest is None

    def last_heard(self) -> str:
        """``last data 14:07:21``, or that there was never any."""
        newest = self.snapshot.feed.newest
        return "no data yet" if newest is None else f"last data {self.clock(newest, seconds=True)}"

    def note(self, words: str) -> str:
        """What stands beside a title: these words, unless the feed is lost or was never heard."""
        return self.last_heard() if self.trust == "lost" or self.blank else words

    def name(self, by: By, key: str) -> str:
        """What people call a group."""
        if by == "queue":
            return self.rows[key].name if key in self.rows else key
        if by == "agent":
            return next((self.person(row) for row in self.snapshot.agents if row.key == key), fmt.UNKNOWN)
        return CHANNELS.get(key, key) if by == "channel" else key

    def person(self, row: AgentRow) -> str:
        """What this page may call an agent."""
        if self.names != "alias":
            return fmt.person(row.name, self.names)
        known = self.board.aliases
        return known.get(row.key) or known.get(row.name) or f"Agent {row.row + 1}"


def _conditions(where: Where) -> Conditions:
    return tuple(sorted(where.items()))


def _agent_in(row: AgentRow, by: str, key: str) -> bool:
    if by in ("skill", "queue"):
        return key in (row.skills if by == "skill" else row.queues)
    return by not in ("team", "site") or getattr(row, by) == key


def _queue_in(row: QueueRow, by: str, key: str) -> bool:
    if by == "queue":
        return row.key == key
    return by not in ("site", "channel", "client") or getattr(row, by) == key
