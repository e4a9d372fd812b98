"""What presenting remembers from one snapshot to the next: courses dear to ask for, and where the alerts are.

Everything in it follows from the snapshots it has seen. One memory belongs to one board on one screen. Its alerts are
stepped where the moments are made, which is not where they are shown; here they are only read.
"""

from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from wallboard.board.hours import course as course_of
from wallboard.board.rules import rules_of
from wallboard.board.spec import BoardSpec, RuleSpec
from wallboard.core.alerts import Alert, Alerts
from wallboard.core.baseline import STEP_MS, Usual
from wallboard.core.figures import Figures
from wallboard.core.snapshot import By

LocalTime = Callable[[int], int]
"""Epoch ms, UTC, to ms of a local time."""
Course = tuple[tuple[int, float | None], ...]
"""A KPI per clock interval: (start in ms, value), oldest first."""
Band = tuple[tuple[int, float, float, float], ...]
"""The same weekdays before: (start in ms, on the day shown; low, median, high), oldest first."""
Ask = tuple[str, int, By, str, str | None]
"""KPI, step (ms), kind of group, group, service-level variant."""

T = TypeVar("T")
FRESH_MS = 5_000
"""How old a course may be, by the time of the snapshots."""
_STAGGER_MS = 700
_MOST = 1_000


class Memory:
    """What one screen remembers.

    Args:
        board: whose rules are watched.
        local: the wall's own local time.
        zones: local time by IANA name, for clocks of other places.
        usual: what the same weekdays before were like, laid over the day shown; may be set anew each day.
        alerts: those of the same rules that another screen watches already.
    """

    def __init__(
        self,
        board: BoardSpec,
        local: LocalTime,
        zones: Callable[[str], LocalTime] | None = None,
        usual: tuple[Usual, ...] = (),
        alerts: Alerts | None = None,
    ) -> None:
        self.alerts = alerts or Alerts(rules_of(board.rules), local)
        self._rules = {rule.key: spec for rule, spec in zip(self.alerts.rules, board.rules, strict=True)}
        self.local = local
        self.usual = usual
        self._zones = zones
        self._kept: dict[Hashable, tuple[int, int, object]] = {}
        self._locals: dict[str, LocalTime] = {}

    def zone(self, name: str) -> LocalTime:
        """The local time of a place; "" is the wall's own."""
        if name not in self._locals:
            self._locals[name] = self._zones(name) if name and self._zones else self.local
        return self._locals[name]

    def rule(self, alert: Alert) -> RuleSpec:
        """The rule an alert is of, as this screen's board has it."""
        return self._rules[alert.rule.key]

    @property
    def called(self) -> frozenset[int]:
        """The pages (from 0) that open alerts bring forward."""
        calling = [self.rule(alert) for alert in self.alerts.standing if alert.stage == "open"]
        return frozenset(page - 1 for rule in calling if "page" in rule.actions for page in rule.pages)

    def band(self, kpi: str, step: int, by: By, group: str) -> Band:
        """What is usual for a KPI at each quarter of an hour; nothing where that is not known."""
        if step != STEP_MS or by not in ("total", "queue"):
            return ()
        found = next((one for one in self.usual if (one.kpi, one.group) == (kpi, group)), None)
        told = () if found is None else found.bands()
        return tuple((at, band.low, band.median, band.high) for at, band in told if band is not None)

    def course(self, figures: Figures, ask: Ask, fresh_ms: int = FRESH_MS) -> Course:
        """A KPI per clock interval, at most ``fresh_ms`` old."""
        now = figures.snapshot.as_of
        return self.kept((ask, figures.where), now, fresh_ms, lambda: course_of(figures, *ask, self.local(now) - now))

    def kept(self, key: Hashable, now: int, fresh_ms: int, make: Callable[[], T]) -> T:
        """What ``make`` gave at most ``fresh_ms`` ago. Not everything that is kept is made anew at the same moment."""
        place, turn, found = self._kept.get(key, (len(self._kept), -1, None))
        due = (now + place * _STAGGER_MS) // fresh_ms
        if due != turn:
            if len(self._kept) > _MOST:  # groups come and go; nothing may grow for ever
                self._kept.clear()
            found = make()
            self._kept[key] = (place, due, found)
        return cast(T, found)
