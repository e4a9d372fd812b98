"""A past told at once, and looked at on the way as a wall would have that had been up all the time.

Alerts are a fold over moments: whether one stands depends on how long its figure has been past a limit, so every second
counts that lies within the longest time a rule waits; of a long one, further back, every fifth. Before that a look each
minute tells what has stood for long, and before the earliest of those nothing is looked at: there the fold is only told
the time, once in each minute that has events, so that its samples are those of a floor that was watched.
"""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Final

from wallboard.core.aggregator import Aggregator
from wallboard.core.alerts import Alerts
from wallboard.core.figures import Figures
from wallboard.core.vocabulary import Event

SECOND_MS: Final = 1_000
MINUTE_MS: Final = 60_000
FAR_MS: Final = 2 * 3_600_000
"""How long before the present the looks begin."""
CLOSE_MS: Final = 10 * MINUTE_MS
"""For so long before the present, at most, seconds are looked at."""
NEAR_MS: Final = 2 * MINUTE_MS
"""For so long, every one of them; before, every fifth."""
AHEAD_MS: Final = 5 * MINUTE_MS
"""An event this far ahead of a live feed's present is not believed, but left out, counted and told."""


class Past:
    """Tells a fold what happened, and holds alerts against the moments that it passes.

    Args:
        fold: is told.
        alerts: each set once, however many screens show it.
        step: between two looks close to the present, ms; a multiple of a second.
    """

    def __init__(self, fold: Aggregator, alerts: Iterable[Alerts] = (), step: int = SECOND_MS) -> None:
        self.step = step
        self._fold = fold
        self._alerts = tuple({id(each): each for each in alerts if each.rules}.values())
        waits = [rule.for_ms + MINUTE_MS for each in self._alerts for rule in each.rules]
        self._close = min(max(waits, default=0), CLOSE_MS)
        self._due: int | None = None
        self._looked: int | None = None
        self._begun = not self._alerts

    def tell(self, events: Sequence[Event], present: int) -> None:
        """Fold events in the order given, of a past that ends at ``present`` (ms)."""
        start = 0
        while start < len(events):
            self._pass(events[start].at, present, known=True)
            self._looked = None
            stop = max(start + 1, bisect_right(events, self._due or 0, start, key=attrgetter("at")))
            self._fold.fold(events[start:stop])
            start = stop

    def reach_present(self, now: int, *, known: bool = True) -> None:
        """Nothing more is to come before ``now`` (ms). While the feed is not ``known`` alerts stay as they are."""
        self._pass(now + 1, now, known=known)
        self._fold.advance(now)
        if known and not self._begun:  # a feed that has only just begun is looked at where it is
            self._look()

    def _pass(self, at: int, present: int, *, known: bool) -> None:
        """Leave behind every moment before ``at`` that is due."""
        if self._due is None:
            self._due = _after(at - 1, self._grain(at, present))
        while self._due < at:
            self._fold.advance(self._due)
            watched = present - FAR_MS <= self._due <= present
            if watched and known:
                self._look()
            begin = self._due if watched else max(self._due, at - 1 if at > present else min(at - 1, present - FAR_MS))
            self._due = _after(begin, self._grain(begin, present))

    def _grain(self, at: int, present: int) -> int:
        age = present - at
        if not 0 <= age <= self._close:
            return max(self.step, MINUTE_MS)
        return self.step if age <= NEAR_MS else max(self.step, 5 * SECOND_MS)

    def _look(self) -> None:
        if not self._alerts or self._fold.newest < 0 or self._fold.now == self._looked:
            return
        self._begun, self._looked = True, self._fold.now
        figures = Figures(self._fold.snapshot())
        for each in self._alerts:
            each.step(figures)


def _after(at: int, grain: int) -> int:
    """The first multiple of ``grain`` after a moment."""
    return (at // grain + 1) * grain
