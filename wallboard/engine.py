"""The engine: take what a source has until the tick's deadline, fold it, tell the time, publish the newest snapshot.

Runs in a thread of its own, which owns the source. In silence it still publishes four times a second, so waits tick and
windows age without any timer elsewhere.

The fold is told the source's present only when it has been given all that happened up to then. While old events still
come (a late join, a jump in a replay) the time is that of the newest of them: a wait that is answered by the next event
must not first be told that its threshold has passed.
"""

import gc
import time
from collections.abc import Callable, Iterable, Sequence
from operator import attrgetter
from threading import Event as Flag

from msgspec.structs import replace

from wallboard.board.health import trust
from wallboard.core.aggregator import Aggregator
from wallboard.core.alerts import Alerts
from wallboard.core.baseline import Usual
from wallboard.core.past import AHEAD_MS, MINUTE_MS, SECOND_MS, Past
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import BEGINNING, RECORDED, Beginning, FeedHealth, Source
from wallboard.core.vocabulary import Event
from wallboard.zones import period

TICK_MS = 33
"""At most this often a changed floor is published."""
IDLE_MS = 250
"""At least this often the time is, changed or not."""
SLOWEST_MS = 1000
"""However slow the screens, a clock on them goes on."""
GATHER_MS = 100
"""So long, at most, events wait in the source while no snapshot is due anyway: waking for each costs more than it."""
COLLECTOR = (10_000, 10, 1000)
"""Thresholds of Python's collector: a fold makes many objects and few cycles, and nobody is to wait long for a pass.

Passes over a hundred thousand young objects were seldom, but stopped the wall for 50 ms.
"""
BEHIND_MS = 2_000
"""Events further behind the present than this are the past being told, not news that came late."""
LOOKS_S = 20
"""So many times a second of ours, at most, alerts are held against a recording that is replayed quickly."""
_EVER = 1 << 62
_AT: Callable[[Event], int] = attrgetter("at")

Publish = Callable[[Snapshot, FeedHealth], None]
Opened = Callable[[Beginning], Source]
"""Opens a source, in the thread that uses it."""
Usually = Callable[[int], tuple[Usual, ...]]
"""What the same weekdays before the day of a moment (ms) were like."""


class Engine:
    """Folds one source into one aggregator.

    Args:
        source: made, polled and closed by the thread that runs the engine.
        aggregator: the fold.
        publish: takes each snapshot, with the feed's health at that moment; must return at once.
        mono: the monotonic clock, ms.
        pace: how far apart snapshots are wanted at least, ms.
        alerts: what is to be held against every moment; the thread that runs the engine steps them.
    """

    def __init__(
        self,
        source: Source,
        aggregator: Aggregator,
        publish: Publish,
        mono: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
        pace: Callable[[], int] = lambda: TICK_MS,
        alerts: Iterable[Alerts] = (),
    ) -> None:
        self._source = source
        self._aggregator = aggregator
        self._past = Past(aggregator, alerts)
        self._publish = publish
        self._mono = mono
        self._pace = pace
        self._shown = -IDLE_MS
        self._newest = 0
        self._changed = False
        self._refused = 0

    def run(self, stop: Flag) -> None:
        """Turn until told to stop, then close the source."""
        try:
            while not stop.is_set():
                self.turn()
                if self._changed:  # what comes before the next snapshot may come in handfuls
                    stop.wait(min(GATHER_MS, self._rest(self._mono())) / 1000)
        finally:
            self._source.close()

    def turn(self) -> None:
        """One tick: what has come until the deadline, then at most one snapshot."""
        now = self._mono()
        idle = 0 if self._changed else self._shown + IDLE_MS - now
        events = self._source.poll(max(self._rest(now), idle))
        taken = self._mono()
        if events:
            self._take(events)
            self._changed = True
        if self._rest(self._mono()) == 0 and (self._changed or self._mono() >= self._shown + IDLE_MS):
            self._show()
            # what came meanwhile is not to wait for longer than the pace, unless that would leave nobody else a turn
            self._shown = max(taken, self._mono() - TICK_MS // 2)

    def _take(self, events: Sequence[Event]) -> None:
        newest = max(map(_AT, events))
        if newest > self._limit():
            events = self._believable(events)
            newest = max(map(_AT, events), default=self._newest)
        self._newest = newest
        if events:
            self._past.tell(events, self._source.now())

    def _rest(self, now: int) -> int:
        """Ms until the floor may be published again."""
        return max(0, self._shown + min(self._pace(), SLOWEST_MS) - now)

    def _show(self) -> None:
        health = self._source.health()
        now = self._source.now()
        behind = self._changed and self._newest < now - BEHIND_MS
        if not behind and health.state not in BEGINNING:
            self._past.reach_present(now, known=trust(health) != "lost")
            self._past.step = _step(health)
        snapshot = self._aggregator.snapshot()
        ahead = max(0, snapshot.as_of - now) if health.state not in (*BEGINNING, *RECORDED) else 0
        if self._refused or ahead:
            health = replace(health, refused=self._refused, ahead_ms=ahead)
        self._publish(snapshot, health)
        self._changed = False

    def _limit(self) -> int:
        """The latest moment that is believed, ms."""
        return _EVER if self._source.health().state in RECORDED else self._source.now() + AHEAD_MS

    def _believable(self, events: Sequence[Event]) -> Sequence[Event]:
        limit = self._limit()
        good = [event for event in events if event.at <= limit]
        self._refused += len(events) - len(good)
        return good


def spare_collector() -> None:
    """What is there when the wall begins stays until it ends; the fold makes few cycles, so it is seldom looked for."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(*COLLECTOR)


def _step(health: FeedHealth) -> int:
    """How far apart alerts are looked at (ms): every second, but in a quick replay."""
    if health.state not in RECORDED:
        return SECOND_MS
    return MINUTE_MS if health.speed is None else max(1, int(health.speed / LOOKS_S)) * SECOND_MS


def comparing(fold: Aggregator, usual: Usually, zone: str | None, put: Publish) -> Publish:
    """Publish, and tell the fold what is usual on each day: when it begins, and when the fold knows it no longer."""
    until, told = 0, None

    def shown(snapshot: Snapshot, health: FeedHealth) -> None:
        nonlocal until, told
        if snapshot.as_of >= until and snapshot.agents:
            until, told = period(snapshot.as_of, zone, (0,))[1], usual(snapshot.as_of)
        if told is not None and snapshot.usual is not told:  # it was begun from a checkpoint
            fold.compare_with(told)
        put(snapshot, health)

    return shown
