"""Short stories for tests: events at seconds after noon, and what a fold of them says."""

from typing import Any

from wallboard.core import events as ev
from wallboard.core.aggregator import Aggregator
from wallboard.core.figures import Figures
from wallboard.core.snapshot import AgentRow, By, QueueRow, Snapshot
from wallboard.core.vocabulary import Event
from wallboard.zones import period

NOON = 1_772_539_200_000  # 3 March 2026, 12:00 UTC
WINDOWS = ("today", "5m", "30m", "clock:15m", "all", "today+cohort")
E: Any = ev


def at(seconds: float) -> int:
    return NOON + round(seconds * 1000)


def tell(kind: str, seconds: float, /, **fields: Any) -> Event:
    """An event of that class name, so many seconds after noon; contact c, queue q and agent a unless said."""
    cls = getattr(E, kind)
    usual = {"contact": "c", "queue": "q", "agent": "a"}
    needed = set(cls.__struct_fields__) - {"agent" if kind in ("ContactMessage", "ContactScored") else ""}
    event: Event = cls(at=at(seconds), **{k: v for k, v in usual.items() if k in needed} | fields)
    return event


class Floor:
    """A fold, told events and the time in seconds after noon."""

    def __init__(self, *events: Event, now: float | None = None, windows: tuple[str, ...] = WINDOWS) -> None:
        self.fold = Aggregator(period, windows, "UTC")
        self.hear(*events, now=now)

    def hear(self, *events: Event, now: float | None = None) -> "Floor":
        self.fold.fold(events)
        if now is not None:
            self.fold.advance(at(now))
        return self

    @property
    def snapshot(self) -> Snapshot:
        return self.fold.snapshot()

    def get(
        self, kpi: str, window: str = "today", by: By = "total", group: str = "", variant: str | None = None
    ) -> Any:
        return Figures(self.snapshot).measure(kpi, window, by, group, variant).value

    def agent(self, key: str = "a") -> AgentRow:
        return next(row for row in self.snapshot.agents if row.key == key)

    def queue(self, key: str = "q") -> QueueRow:
        return next(row for row in self.snapshot.queues if row.key == key)

    def anomalies(self) -> dict[str, int]:
        return dict(self.snapshot.feed.anomalies)


def queued(seconds: float = 0, contact: str = "c", queue: str = "q", **more: Any) -> Event:
    return tell("ContactQueued", seconds, contact=contact, queue=queue, **more)


def left(seconds: float, reason: str, contact: str = "c", queue: str = "q", **more: Any) -> Event:
    return tell("ContactUnqueued", seconds, contact=contact, queue=queue, reason=reason, **more)


def answered(seconds: float, contact: str = "c", agent: str = "a", **more: Any) -> Event:
    return tell("ContactAnswered", seconds, contact=contact, agent=agent, **more)


def released(seconds: float, contact: str = "c", agent: str = "a", **more: Any) -> Event:
    return tell("ContactReleased", seconds, contact=contact, agent=agent, **more)


def state(seconds: float, name: str, agent: str = "a", **more: Any) -> Event:
    return tell("AgentState", seconds, agent=agent, state=name, **more)
