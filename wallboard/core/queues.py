"""Queues and the legs that wait in them: one pass of a contact through a queue is one leg."""

from mypy_extensions import mypyc_attr

from wallboard.core.agents import Agent
from wallboard.core.vocabulary import Channel


@mypyc_attr(allow_interpreted_subclasses=True)
class Queue:
    """One queue: what was declared of it, and the legs waiting in it now."""

    __slots__ = (
        "channel",
        "client",
        "day_start",
        "declared",
        "key",
        "name",
        "row",
        "short_ms",
        "site",
        "target",
        "threshold_ms",
        "waiting",
        "zone",
    )

    def __init__(self, key: str, site: str | None, row: int) -> None:
        self.key = key
        self.site = site
        self.row = row
        self.declared = -1
        self.name: str | None = None
        self.channel: Channel | None = None
        self.client: str | None = None
        self.threshold_ms = 20_000
        self.target: float | None = None
        self.short_ms = 5_000
        self.day_start = 0
        self.zone: str | None = None
        self.waiting: dict[Leg, None] = {}


@mypyc_attr(allow_interpreted_subclasses=True)
class Leg:
    """One pass of a contact through a queue. Times are ms."""

    __slots__ = (
        "born", "callback", "cell", "completed", "contact", "deadline", "ended", "late", "met", "queue", "queued",
        "result", "ringing", "taken", "wait",
    )  # fmt: skip

    def __init__(self, contact: str, queue: Queue, cell: int, at: int, *, callback: bool) -> None:
        self.contact = contact
        self.queue = queue
        self.cell = cell
        self.queued = at
        self.born = at // 1000
        self.deadline = at + queue.threshold_ms
        self.callback = callback
        self.late = False
        self.ended = 0
        self.result: str | None = None
        self.wait = 0
        self.met = 0
        self.taken = False
        self.completed = False
        self.ringing: tuple[Agent, ...] = ()
