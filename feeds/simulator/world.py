"""The simulation's time, its agenda, and its dice."""

from collections import deque
from collections.abc import Callable
from heapq import heappop, heappush
from math import exp
from random import Random
from typing import Any

from msgspec.structs import replace

from feeds.simulator.config import SimConfig
from wallboard.core.vocabulary import Event

RECENT = 400
AGAIN = 0.14
Agenda = list[tuple[int, int, Callable[[Any], None], Any]]


class Customers:
    """Who contacts us: mostly somebody new, sometimes one of the last few hundred again. Keyed hashes only."""

    __slots__ = ("_dice", "_recent")

    def __init__(self, dice: Random) -> None:
        self._dice = dice
        self._recent: deque[str] = deque(maxlen=RECENT)

    def next(self) -> str:
        """The customer of the next contact."""
        dice, recent = self._dice, self._recent
        if dice.random() < AGAIN and recent:
            return recent[int(dice.random() * len(recent))]
        customer = f"{dice.getrandbits(56):014x}"
        recent.append(customer)
        return customer


class World:
    """What every part shares: ``now`` in ms, ``do`` something later, ``emit`` an event, and seeded dice."""

    __slots__ = ("agenda", "config", "customers", "emit", "now", "out", "pace", "prefix", "scheduled", "started")

    def __init__(self, config: SimConfig, start_ms: int) -> None:
        self.config = config
        self.now = start_ms
        self.agenda: Agenda = []
        self.scheduled = 0
        self.customers = Customers(self.dice("customers"))
        self.started = 0
        self.prefix = f"{start_ms // 60_000:x}"
        self.pace = 1.0
        """Every duration of work is multiplied by this."""
        self.out: list[Event] = []
        self.emit: Callable[[Event], None] = self.out.append

    def do(self, when: int, action: Callable[[Any], None], subject: Any) -> None:
        """At ``when`` (never before now) call ``action(subject)``; ties keep their order."""
        self.scheduled += 1
        heappush(self.agenda, (when, self.scheduled, action, subject))

    def step(self) -> list[Event]:
        """Go to the next thing on the agenda, do it, and give what it emitted (valid until the next step)."""
        self.out.clear()
        self.now, _, action, subject = heappop(self.agenda)
        action(subject)
        return self.out

    def dice(self, concern: str) -> Random:
        """A stream of its own for a concern, so that one part's draws never move another's."""
        return Random(f"{self.config.seed}/{concern}")

    def new_contact_id(self) -> str:
        """A contact id no other contact of this run has."""
        self.started += 1
        return f"c{self.prefix}-{self.started}"


def spread(dice: Random, mean: float, sigma: float) -> float:
    """A lognormal draw with this mean."""
    return mean * exp(sigma * dice.gauss(0.0, 1.0) - sigma * sigma / 2)


def with_id(event: Event, number: int) -> Event:
    """The event under a unique id."""
    return replace(event, id=f"e{number}")
