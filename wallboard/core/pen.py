"""What a contact's story writes with: facts, inputs of agents, anomalies. To untell it, the same is taken back."""

from collections import deque
from collections.abc import Callable
from typing import Protocol

from wallboard.core.agents import Agent, Entry
from wallboard.core.contacts import Contact
from wallboard.core.ledger import Ledger
from wallboard.core.queues import Leg, Queue


class Floor(Protocol):
    """What handlers look up: things by (site, id), made on first sight, and the cell of a contact's facts."""

    closing: deque[tuple[int, Contact]]
    """Contacts that have ended, and when; to be let go after a while."""

    def agent(self, site: str | None, agent: str, at: int) -> Agent: ...  # noqa: D102
    def queue(self, site: str | None, queue: str) -> Queue: ...  # noqa: D102
    def cell(self, queue: Queue | None, contact: Contact) -> int: ...  # noqa: D102
    def watch(self, leg: Leg) -> None: ...  # noqa: D102
    def first(self, customer: str, contact: str) -> bool: ...  # noqa: D102
    def wraps_up(self, at: int, contact: str, agent: Agent) -> bool: ...  # noqa: D102
    def wrapped(self, at: int) -> None: ...  # noqa: D102
    def converts(self, outcome: str) -> bool: ...  # noqa: D102


class Pen:
    """``sink`` takes facts and ``back`` takes facts back; ``touch`` moves an agent; ``anomaly`` counts one by name."""

    __slots__ = ("anomaly", "back", "floor", "sink", "touch")

    def __init__(
        self,
        floor: Floor,
        sink: Ledger,
        back: Ledger,
        touch: Callable[[Agent, Entry], None],
        anomaly: Callable[[str], None],
    ) -> None:
        self.floor = floor
        self.sink = sink
        self.back = back
        self.touch = touch
        self.anomaly = anomaly
