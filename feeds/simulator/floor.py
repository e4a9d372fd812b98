"""What is on the simulated floor right now: contacts, queues, skill groups, agents. Times are ms."""

from collections import OrderedDict
from typing import Literal

from feeds.simulator.names import QueueKind

Fate = Literal["abandoned", "overflow", "callback"]
Presence = Literal["offline", "on", "away"]
Role = Literal["general", "special", "campaign", "digital"]


class Agent:
    """Somebody at work. ``load`` counts contacts in hand, from the ring to the end of wrap-up."""

    __slots__ = (
        "capacity",
        "chatting",
        "group",
        "id",
        "idle_since",
        "leaving",
        "load",
        "name",
        "pending",
        "presence",
        "site",
        "speed",
        "team",
        "template",
    )

    def __init__(self, agent_id: str, name: str, team: str, group: "Group", capacity: int) -> None:
        self.id = agent_id
        self.name = name
        self.team = team
        self.group = group
        self.site = group.site
        self.capacity = capacity
        self.template = 0
        self.speed = 1.0
        self.presence: Presence = "offline"
        self.pending: list[tuple[str, int]] = []
        self.leaving = False
        self.load = 0
        self.chatting = False
        self.idle_since = 0


class Group:
    """Agents with the same queues. ``idle``: longest idle first; ``spare``: chatting, could take one more.

    ``dials`` in flight keep as many idle agents for the campaign.
    """

    __slots__ = ("agents", "campaign", "chats", "dials", "idle", "logged_in", "queues", "role", "site", "spare")

    def __init__(self, site: str | None, role: Role, queues: tuple["Queue", ...], campaign: str | None = None) -> None:
        self.site = site
        self.role = role
        self.queues = queues
        self.chats = tuple(queue for queue in queues if queue.kind.flow == "chat")
        self.campaign = campaign
        self.agents: list[Agent] = []
        self.idle: OrderedDict[Agent, None] = OrderedDict()
        self.spare: OrderedDict[Agent, None] = OrderedDict()
        self.logged_in = 0
        self.dials = 0


class Queue:
    """Where contacts wait. ``tiers`` are the groups that serve it, first choice first."""

    __slots__ = (
        "callbacks",
        "head_start",
        "id",
        "kind",
        "language",
        "name",
        "overflow",
        "peers",
        "rates",
        "rush",
        "site",
        "tiers",
        "urgent",
        "waiting",
    )

    def __init__(self, queue_id: str, name: str, kind: QueueKind, site: str | None, language: str) -> None:
        self.id = queue_id
        self.name = name
        self.kind = kind
        self.site = site
        self.language = language
        self.head_start = kind.head_start * 1000
        self.tiers: tuple[tuple[Group, ...], ...] = ()
        self.peers: tuple[Queue, ...] = ()
        self.overflow: Queue | None = None
        self.callbacks: Queue | None = None
        self.urgent: OrderedDict[Contact, None] = OrderedDict()
        self.waiting: OrderedDict[Contact, None] = OrderedDict()
        self.rates: tuple[float, ...] = ()
        self.rush = 1.0

    def head(self) -> "Contact | None":
        """Who is next, or nobody."""
        line = self.urgent or self.waiting
        return next(iter(line)) if line else None

    def staffed(self) -> bool:
        """Whether anybody who serves it is logged in."""
        return any(group.logged_in for tier in self.tiers for group in tier)


class Contact:
    """A customer's contact in hand. ``due`` and ``fate``: when and how the wait ends if no agent comes first."""

    __slots__ = (
        "agent",
        "answered_at",
        "campaign",
        "customer",
        "due",
        "fate",
        "gives_up",
        "id",
        "leg",
        "moves",
        "queue",
        "queued_at",
        "site",
        "turns",
        "urgent",
        "waits",
        "worked",
    )

    def __init__(self, contact_id: str, queue: Queue, customer: str) -> None:
        self.id = contact_id
        self.customer = customer
        self.queue = queue
        self.site = queue.site
        self.gives_up = 0
        self.agent: Agent | None = None
        self.campaign: str | None = None
        self.leg = 0
        self.moves = 0
        self.urgent = False
        self.waits = False
        self.queued_at = 0
        self.answered_at = 0
        self.due = 0
        self.fate: Fate = "abandoned"
        self.turns = 0
        self.worked = 0


class Pool:
    """Queues that share a load, and the groups that carry it with a weight each."""

    __slots__ = ("carriers", "queues")

    def __init__(self, queues: tuple[Queue, ...], carriers: tuple[tuple[Group, float], ...]) -> None:
        self.queues = queues
        self.carriers = carriers


class Centre:
    """The whole of it, in a fixed order."""

    __slots__ = ("agents", "groups", "pools", "queues")

    def __init__(self) -> None:
        self.queues: list[Queue] = []
        self.groups: list[Group] = []
        self.pools: list[Pool] = []
        self.agents: list[Agent] = []
