"""What a tile is presented from: the figures, the clock, the board's habits, and how far the feed is to be trusted."""

from collections.abc import Callable

from msgspec import Struct

from wallboard.board import format as fmt
from wallboard.board.severity import Level, judge
from wallboard.board.spec import BoardSpec, Limit
from wallboard.board.view import Figure, Trust
from wallboard.core.figures import Figures, Measure
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import By, Snapshot

LocalTime = Callable[[int], int]
"""Epoch ms, UTC, to ms of the wall's own local time."""
CHANNELS = {"email": "e-mail", "callback": "call-back", "sms": "SMS"}
"""Channels whose name is not the word people read."""
TURN_MS = 8000
"""How long a tile that cannot hold everything at once shows each of its pages."""


class Scene(Struct, frozen=True):
    """One moment to present. Every value passes through here, so no tile can forget to be honest."""

    figures: Figures
    board: BoardSpec
    trust: Trust
    local: LocalTime
    turn: int = 0
    """Which page of an overfull tile is due."""

    @property
    def snapshot(self) -> Snapshot:
        """The floor at this moment."""
        return self.figures.snapshot

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
        toward = better or CATALOGUE[measure.kpi].better
        return judge(measure.value, self.limit(measure, warn), self.limit(measure, breach), toward)

    def limit(self, measure: Measure, written: Limit | None) -> float | None:
        """A written threshold in the measure's own unit."""
        if not isinstance(written, str) or measure.by != "queue":
            return fmt.limit(written, measure.unit, measure.threshold_ms)
        own = next((row for row in self.snapshot.queues if row.key == measure.group), None)
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
            return next((row.name for row in self.snapshot.queues if row.key == key), key)
        if by == "agent":
            named = next((row.name for row in self.snapshot.agents if row.key == key), key)
            return fmt.person(named, self.board.names)
        return CHANNELS.get(key, key) if by == "channel" else key
