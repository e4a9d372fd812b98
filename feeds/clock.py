"""Clocks: the system's, one that tests turn by hand, and one that runs a recording at any pace.

Two clocks, said aloud: ``wall()`` is ms since the epoch, UTC, and may step; ``mono()`` is ms that only grow, from an
unnamed beginning. ``wait(ms)`` lets time pass: the system sleeps, a manual clock jumps.
"""

import time
from typing import Protocol


class Clock(Protocol):
    """Where a feed takes the time from."""

    def wall(self) -> int:
        """Wall time, ms since the epoch, UTC."""
        ...

    def mono(self) -> int:
        """Monotonic time, ms."""
        ...

    def wait(self, ms: int) -> None:
        """Let ``ms`` pass."""
        ...


class SystemClock:
    """The machine's clocks."""

    def wall(self) -> int:
        """Wall time, ms since the epoch, UTC."""
        return time.time_ns() // 1_000_000

    def mono(self) -> int:
        """Monotonic time, ms."""
        return time.monotonic_ns() // 1_000_000

    def wait(self, ms: int) -> None:
        """Sleep."""
        time.sleep(max(ms, 0) / 1000)


class ManualClock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, wall: int = 1_700_000_000_000, mono: int = 1_000_000) -> None:
        self._wall = wall
        self._mono = mono

    def wall(self) -> int:
        """Wall time as set."""
        return self._wall

    def mono(self) -> int:
        """Monotonic time as set."""
        return self._mono

    def advance(self, ms: int) -> None:
        """Both clocks move on by ``ms``, which is not negative."""
        if ms < 0:
            raise ValueError("a monotonic clock does not go back; use step() for the wall clock")
        self._wall += ms
        self._mono += ms

    def step(self, ms: int) -> None:
        """Only the wall clock moves, either way, as when somebody sets it."""
        self._wall += ms

    def wait(self, ms: int) -> None:
        """The time is simply over."""
        self.advance(max(ms, 0))


class ReplayClock:
    """Feed time that runs ``rate`` times as fast as a base clock's monotonic time. Rate 0 is paused.

    Raises ``ValueError`` when the rate is negative.
    """

    def __init__(self, base: Clock, at: int, rate: float = 1.0) -> None:
        if not rate >= 0:
            raise ValueError("a replay runs forward: the rate is 0 or more")
        self._base = base
        self._at = at
        self._since = base.mono()
        self._rate = rate

    def now(self) -> int:
        """The feed's present, ms since the epoch."""
        return self._at + int((self._base.mono() - self._since) * self._rate)

    def jump(self, at: int) -> None:
        """The present is ``at`` from now on."""
        self._at, self._since = at, self._base.mono()

    def until(self, at: int) -> int | None:
        """Ms of the base clock until the present is ``at``, rounded up; ``None`` when that never comes (paused)."""
        left = at - self.now()
        if left <= 0:
            return 0
        return None if self._rate == 0 else int(left / self._rate) + 1
