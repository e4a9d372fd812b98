"""A simulated feed at the pace of a clock, and a stretch of one as a list."""

from collections.abc import Iterable, Iterator
from itertools import takewhile
from typing import Protocol

from feeds.simulator.config import SimConfig
from feeds.simulator.run import simulate
from wallboard.core.vocabulary import Event


class Now(Protocol):
    """Anything that tells the time, ms."""

    def now(self) -> int:
        """The present, ms."""
        ...


class Paced:
    """Releases events when their time has come, ``speed`` simulated ms for each ms of the clock. Never sleeps."""

    def __init__(self, events: Iterable[Event], clock: Now, speed: float, begin: int | None = None) -> None:
        self._events: Iterator[Event] = iter(events)
        self._held: Event | None = next(self._events, None)
        self._begin = begin if begin is not None else self._held.at if self._held is not None else clock.now()
        self._origin = clock.now()
        self._speed = speed

    def present(self, now: int) -> int:
        """The simulated time when the clock shows ``now``, ms."""
        return self._begin + int((now - self._origin) * self._speed)

    def due(self, now: int) -> list[Event]:
        """Every event not yet given whose time has come when the clock shows ``now``, in order."""
        until, ready, event = self.present(now), [], self._held
        while event is not None and event.at <= until:
            ready.append(event)
            event = next(self._events, None)
        self._held = event
        return ready


def paced(events: Iterable[Event], clock: Now, speed: float = 1.0, begin: int | None = None) -> Paced:
    """Pace ``events`` by ``clock`` from now on; ``begin`` (default: the first event's time) is simulated time now."""
    return Paced(events, clock, speed, begin)


def history(config: SimConfig, start: int, until: int) -> list[Event]:
    """All events of a simulation from ``start`` until before ``until``, both ms since the epoch."""
    return list(takewhile(lambda event: event.at < until, simulate(config, start)))
