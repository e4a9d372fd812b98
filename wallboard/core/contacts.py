"""Contacts: what is remembered of each while it lives, and each agent's segment in it."""

from mypy_extensions import mypyc_attr

from wallboard.core.agents import TALKING, WRAPPING, Agent
from wallboard.core.queues import Leg
from wallboard.core.vocabulary import Channel, Direction, Event


@mypyc_attr(allow_interpreted_subclasses=True)
class Segment:
    """One agent's part in a contact. ``mark`` is when the running phase began (ms)."""

    __slots__ = ("agent", "cell", "hold", "leg", "mark", "phase", "primary", "released", "talk")

    def __init__(self, agent: Agent, leg: Leg | None, cell: int, at: int, *, primary: bool) -> None:
        self.agent = agent
        self.cell = cell
        self.leg = leg
        self.primary = primary
        self.phase = TALKING
        self.mark = at
        self.talk = 0
        self.hold = 0
        self.released = 0


@mypyc_attr(allow_interpreted_subclasses=True)
class Contact:
    """One customer's contact. Times are ms."""

    __slots__ = (
        "awaiting", "began", "campaign", "cell", "channel", "direction", "ended", "entry", "events", "first", "key",
        "known", "language", "last", "last_agent", "latest", "legs", "priority", "quiet", "responded", "ringing",
        "scored", "segments", "site", "started",
    )  # fmt: skip

    def __init__(self, key: str, site: str | None) -> None:
        self.key = key
        self.site = site
        self.events: list[Event] = []
        self.quiet: tuple[Event, ...] = ()
        self.last = -1
        self.known = False
        self.started = False
        self.began: int | None = None
        self.ended: int | None = None
        self.channel: Channel = "voice"
        self.direction: Direction = "inbound"
        self.campaign: str | None = None
        self.priority: int | None = None
        self.language: str | None = None
        self.entry: str | None = None
        self.first = True
        self.cell: int | None = None
        self.legs: dict[int, Leg] = {}
        self.latest: Leg | None = None
        self.segments: dict[str, Segment] = {}
        self.ringing: tuple[Agent, ...] = ()
        self.last_agent: Agent | None = None
        self.awaiting: int | None = None
        self.responded = False
        self.scored = False

    def leg(self, number: int) -> Leg | None:
        """The leg of that number; 0 also means the latest, for feeds that do not number them."""
        return self.legs.get(number) or (self.latest if number == 0 else None)

    def leg_in(self, number: int, queue: str) -> Leg | None:
        """The leg of that number in that queue; else the one that waits there, else the last that did."""
        leg = self.leg(number)
        if leg is not None and leg.queue.key == queue:
            return leg
        there = [leg for leg in self.legs.values() if leg.queue.key == queue]
        return next((leg for leg in there if leg.result is None), there[-1] if there else None)

    def open(self) -> bool:
        """Whether anything of it still waits, rings or talks."""
        if self.ringing or (self.latest is not None and self.latest.result is None):
            return True
        if any(segment.phase != WRAPPING for segment in self.segments.values()):
            return True
        return len(self.legs) > 1 and any(leg.result is None for leg in self.legs.values())
