"""The engine: take what a source has until the tick's deadline, fold it, tell the time, publish the newest snapshot.

Runs in a thread of its own, which owns the source. In silence it still publishes four times a second, so waits tick and
windows age without any timer elsewhere.
"""

import time
from collections.abc import Callable, Sequence
from threading import Event as Flag

from wallboard.core.aggregator import Aggregator
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth, Source
from wallboard.core.vocabulary import Event

TICK_MS = 33
"""At most this often a changed floor is published."""
IDLE_MS = 250
"""At least this often the time is, changed or not."""
AHEAD_MS = 300_000
"""An event this far ahead of a live feed's present is not believed."""

Publish = Callable[[Snapshot, FeedHealth], None]


class Engine:
    """Folds one source into one aggregator.

    Args:
        source: made, polled and closed by the thread that runs the engine.
        aggregator: the fold.
        publish: takes each snapshot, with the feed's health at that moment; must return at once.
        mono: the monotonic clock, ms.
    """

    def __init__(
        self,
        source: Source,
        aggregator: Aggregator,
        publish: Publish,
        mono: Callable[[], int] = lambda: time.monotonic_ns() // 1_000_000,
    ) -> None:
        self._source = source
        self._aggregator = aggregator
        self._publish = publish
        self._mono = mono
        self._told: FeedHealth | None = None
        self._due = 0
        self._changed = False
        self.refused = 0
        """Events from too far in the future, not folded."""

    def run(self, stop: Flag) -> None:
        """Turn until told to stop, then close the source."""
        try:
            while not stop.is_set():
                self.turn()
        finally:
            self._source.close()

    def turn(self) -> None:
        """One tick: what has come until the deadline, then at most one snapshot."""
        now = self._mono()
        events = self._source.poll(max(0, min(IDLE_MS, self._due - now)) if not self._changed else self._rest(now))
        if events:
            self._aggregator.fold(self._believable(events))
            self._changed = True
        if self._rest(self._mono()) == 0 and (self._changed or self._mono() >= self._due):
            self._show()

    def _rest(self, now: int) -> int:
        """Ms until a changed floor may be published again."""
        return max(0, self._due - (IDLE_MS - TICK_MS) - now)

    def _show(self) -> None:
        self._aggregator.advance(self._source.now())
        self._told = self._source.health()
        self._publish(self._aggregator.snapshot(), self._told)
        self._changed = False
        self._due = self._mono() + IDLE_MS

    def _believable(self, events: Sequence[Event]) -> Sequence[Event]:
        limit = self._source.now() + AHEAD_MS
        if all(event.at <= limit for event in events):
            return events
        good = [event for event in events if event.at <= limit]
        self.refused += sum(1 for event in events if event.at > limit)
        return good
