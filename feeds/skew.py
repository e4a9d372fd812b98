"""What time it is where events come from: producers' clocks, followed when they step and not believed when they err.

A batch says when it was sent. That, less our monotonic clock, is a producer's skew, and the largest of its recent ones
has the least of the network in it. One that is seconds away from those is in doubt, and so is what came with it: a
clock that was set stays so, an error does not, and the next batches tell which it was.
"""

from collections import deque
from typing import Final

from feeds.sequence import MAX_HELD
from feeds.wire import Batch

STEP_MS: Final = 5_000
"""So far apart, skews are not of the same clock."""
AGREED: Final = 3
"""So many batches, over so many ms, say that a clock was set."""
AGREED_MS: Final = 2_000
DOUBT_MS: Final = 3_000
"""What nobody agrees with for so long was an error."""
MOST: Final = 256
"""Producers whose time is followed."""
_RECENT: Final = 20
_NEVER: Final = 1 << 62
_PRESENT_MS: Final = 20_000
"""A producer that said nothing for so long does not say what time it is, if others do."""

_Skew = tuple[int, int, int]
"""The producer's clock less our wall clock, less our monotonic clock, and when that was, monotonic ms."""


class _Clock:
    """One producer's."""

    def __init__(self) -> None:
        self.believed: deque[_Skew] = deque(maxlen=_RECENT)
        self.doubted: list[_Skew] = []
        self.waiting: list[Batch] = []

    @property
    def skew(self) -> _Skew:
        """The largest of those that are believed."""
        return max(self.believed, key=lambda skew: skew[1])

    def hear(self, skew: _Skew) -> None:
        """Believe or doubt; whoever agrees with what was believed ends all doubt."""
        if not self.believed or abs(skew[1] - self.skew[1]) <= STEP_MS:
            self.believed.append(skew)
            self.doubted.clear()
            return
        self.doubted = [each for each in self.doubted if abs(each[1] - skew[1]) <= STEP_MS] + [skew]
        if len(self.doubted) >= AGREED and skew[2] - self.doubted[0][2] >= AGREED_MS:
            self.believed = deque(self.doubted, _RECENT)
            self.doubted.clear()

    def settled(self, now: int) -> list[Batch]:
        """What waited, once nothing is in doubt, or has been for too long or with too much."""
        held = sum(len(batch.events) for batch in self.waiting)
        if self.doubted and now - self.doubted[-1][2] < DOUBT_MS and held < MAX_HELD:
            return []
        self.doubted.clear()
        waiting, self.waiting = self.waiting, []
        return waiting


class Skews:
    """The clocks of all producers on a feed."""

    def __init__(self) -> None:
        self._clocks: dict[str, _Clock] = {}

    def hear(self, batch: Batch, wall: int, now: int) -> list[Batch]:
        """Take the time from a batch that came at ``wall`` and ``now`` (monotonic), ms; returns what may be folded.

        That is the batch itself, nothing while its producer's time is in doubt, and after that all that waited.
        """
        if batch.source not in self._clocks and len(self._clocks) >= MOST:
            return [batch]
        clock = self._clocks.setdefault(batch.source, _Clock())
        if batch.sent is not None:
            clock.hear((batch.sent - wall, batch.sent - now, now))
        clock.waiting.append(batch)
        return clock.settled(now)

    def settle(self, now: int) -> list[Batch]:
        """What has waited long enough."""
        return [batch for clock in self._clocks.values() if clock.waiting for batch in clock.settled(now)]

    def due(self) -> int:
        """When `settle` will have something to do, monotonic ms; far off when nothing waits."""
        waits = (clock.doubted[-1][2] + DOUBT_MS for clock in self._clocks.values() if clock.waiting and clock.doubted)
        return min(waits, default=_NEVER)

    def _present(self) -> list[_Skew]:
        """Of each producer that is heard."""
        heard = [clock for clock in self._clocks.values() if clock.believed]
        newest = max((clock.believed[-1][2] for clock in heard), default=0)
        return [clock.skew for clock in heard if newest - clock.believed[-1][2] < _PRESENT_MS]

    def now(self, now: int) -> int | None:
        """The producers' present, ms: the latest of them. ``None`` when none said what time it is."""
        return max((now + skew[1] for skew in self._present()), default=None)

    @property
    def skew_ms(self) -> int | None:
        """The producers' clock less ours."""
        return max((skew[0] for skew in self._present()), default=None)

    @property
    def doubt(self) -> str | None:
        """In words, that a clock is being watched."""
        names = ", ".join(source for source, clock in self._clocks.items() if clock.doubted)
        return f"the clock of {names} jumped; waiting to see whether it stays so" if names else None
