"""The one vocabulary every ACD is mapped onto: MessagePack maps tagged by ``type``, frozen, typed, bounded.

Times are ``int`` ms since the epoch, UTC, by the producer's clock (``at``). Unknown fields are refused; ``x``
carries raw leftovers that are never shown and never trusted.
"""

from typing import Annotated, Literal

from msgspec import Meta, field

from wallboard.core.vocabulary import (
    Amount,
    AutomatedResult,
    Channel,
    Count,
    DialMode,
    DialResult,
    Direction,
    Duration,
    Event,
    Id,
    Moment,
    Name,
    OfferEnd,
    Party,
    Role,
    ScoreKind,
    Sender,
    Severity,
    State,
    Text,
    UnqueueReason,
)


class QueueDeclared(Event, frozen=True, tag="queue.declared"):
    """What the ACD says of a queue; the board file may override it. ``day_start`` is ms after local midnight."""

    queue: Id
    name: Name | None = None
    channel: Channel = "voice"
    service_level_ms: Duration | None = None
    service_level_target: Annotated[float, Meta(ge=0, le=1)] | None = None
    short_abandon_ms: Duration | None = None
    day_start: Annotated[int, Meta(ge=0, lt=86_400_000)] = 0
    time_zone: Id | None = None
    client: Id | None = None


class AgentDeclared(Event, frozen=True, tag="agent.declared"):
    """Who an agent is; never a state. ``capacity`` is contacts at once, per channel."""

    agent: Id
    name: Name | None = None
    team: Id | None = None
    skills: Annotated[tuple[Id, ...], Meta(max_length=64)] = ()
    capacity: Annotated[dict[Channel, Annotated[int, Meta(ge=0, le=1000)]], Meta(max_length=8)] | None = None


class AgentState(Event, frozen=True, tag="agent.state"):
    """A state the ACD reports. Set, never counted. ``since`` may be earlier than ``at``."""

    agent: Id
    state: State
    reason: Id | None = None
    since: Moment | None = None
    channel: Channel | None = None
    pending: State | None = None


class AgentJoined(Event, frozen=True, tag="agent.joined"):
    """An agent becomes a member of a queue."""

    agent: Id
    queue: Id
    penalty: Annotated[int, Meta(ge=0, le=1_000_000)] = 0


class AgentParted(Event, frozen=True, tag="agent.parted"):
    """An agent leaves a queue's membership."""

    agent: Id
    queue: Id


class AgentScheduled(Event, frozen=True, tag="agent.scheduled"):
    """What workforce management planned for an agent, for adherence."""

    agent: Id
    activity: Id
    from_: Moment = field(name="from")
    until: Moment


class ContactStarted(Event, frozen=True, tag="contact.started"):
    """A customer's contact begins. ``customer`` is a keyed hash; a raw number never enters a feed."""

    contact: Id
    channel: Channel = "voice"
    direction: Direction = "inbound"
    entry: Id | None = None
    campaign: Id | None = None
    customer: Id | None = None
    priority: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)] | None = None
    language: Id | None = None
    callback_of: Id | None = None


class ContactAutomated(Event, frozen=True, tag="contact.automated"):
    """A step of an IVR, a bot or self-service."""

    contact: Id
    step: Id
    result: AutomatedResult


class ContactQueued(Event, frozen=True, tag="contact.queued"):
    """A wait starts. ``leg`` numbers this pass: one contact may queue in two queues, at once or in turn."""

    contact: Id
    queue: Id
    leg: Count = 0
    priority: Annotated[int, Meta(ge=-1_000_000, le=1_000_000)] | None = None
    credit_ms: Duration = 0
    callback: bool = False


class ContactUnqueued(Event, frozen=True, tag="contact.unqueued"):
    """A wait ends, and why. Every queued leg ends exactly once."""

    contact: Id
    queue: Id
    reason: UnqueueReason
    leg: Count = 0


class ContactOffered(Event, frozen=True, tag="contact.offered"):
    """Rings, or is pushed to, an agent."""

    contact: Id
    agent: Id
    leg: Count = 0


class ContactUnanswered(Event, frozen=True, tag="contact.unanswered"):
    """An offer ended without an answer. Counted per offer on the agent, never as an abandon."""

    contact: Id
    agent: Id
    reason: OfferEnd
    leg: Count = 0


class ContactAnswered(Event, frozen=True, tag="contact.answered"):
    """An agent's segment begins."""

    contact: Id
    agent: Id
    leg: Count = 0
    role: Role = "primary"


class ContactHeld(Event, frozen=True, tag="contact.held"):
    """The agent put the customer on hold."""

    contact: Id
    agent: Id
    leg: Count = 0


class ContactResumed(Event, frozen=True, tag="contact.resumed"):
    """The agent took the customer off hold."""

    contact: Id
    agent: Id
    leg: Count = 0


class ContactTransferred(Event, frozen=True, tag="contact.transferred"):
    """The agent passed the contact on."""

    contact: Id
    agent: Id
    kind: Literal["blind", "attended"]
    leg: Count = 0
    to_queue: Id | None = None
    to_agent: Id | None = None
    to_outside: bool = False


class ContactReleased(Event, frozen=True, tag="contact.released"):
    """The agent's segment ends; wrap-up may follow."""

    contact: Id
    agent: Id
    leg: Count = 0
    by: Party | None = None


class ContactWrapped(Event, frozen=True, tag="contact.wrapped"):
    """Wrap-up ends, or the agent leaves the wrap-up state."""

    contact: Id
    agent: Id
    leg: Count = 0
    code: Id | None = None


class ContactMessage(Event, frozen=True, tag="contact.message"):
    """A message in a chat, e-mail or social contact; for first-response and reply times."""

    contact: Id
    sender: Sender
    agent: Id | None = None


class ContactEnded(Event, frozen=True, tag="contact.ended"):
    """The whole contact ends. ``outcome`` is a disposition; ``value`` and ``cost`` are minor units of a currency."""

    contact: Id
    by: Party | None = None
    outcome: Id | None = None
    value: Amount | None = None
    cost: Amount | None = None
    resolved: bool | None = None


class ContactScored(Event, frozen=True, tag="contact.scored"):
    """A score of a contact; may come days later. csat 1-5, nps 0-10, fcr 0 or 1, quality 0-100, sentiment -100-100."""

    contact: Id
    kind: ScoreKind
    score: Annotated[int, Meta(ge=-100, le=100)]
    agent: Id | None = None


class DialAttempted(Event, frozen=True, tag="dial.attempted"):
    """A dialler placed a call."""

    contact: Id
    campaign: Id
    mode: DialMode = "progressive"


class DialResulted(Event, frozen=True, tag="dial.resulted"):
    """What came of a dialled call."""

    contact: Id
    campaign: Id
    result: DialResult


class ForecastDeclared(Event, frozen=True, tag="forecast.declared"):
    """What workforce management planned for a queue between two moments."""

    queue: Id
    from_: Moment = field(name="from")
    until: Moment
    offered: Count
    handle_ms: Duration
    agents: Count | None = None


class FloorBegan(Event, frozen=True, tag="floor.began"):
    """A full restatement begins: it replaces live state and never counts as traffic."""

    why: Name = ""
    unheard_since: Moment | None = None
    """Nobody listened from then (0: who knows when) to ``at``: what came and went is in no event."""


class FloorEnded(Event, frozen=True, tag="floor.ended"):
    """A full restatement ends: whatever it did not name is gone."""

    why: Name = ""


class Notice(Event, frozen=True, tag="notice"):
    """The message line of the wall."""

    text: Text
    severity: Severity = "info"
    until: Moment | None = None


class Undecodable(Event, frozen=True, tag="undecodable"):
    """Made by the decoder, so junk is a fact like any other. ``size`` is in bytes."""

    reason: Name
    size: Count = 0


AnyEvent = (
    QueueDeclared | AgentDeclared | AgentState | AgentJoined | AgentParted | AgentScheduled
    | ContactStarted | ContactAutomated | ContactQueued | ContactUnqueued | ContactOffered | ContactUnanswered
    | ContactAnswered | ContactHeld | ContactResumed | ContactTransferred | ContactReleased | ContactWrapped
    | ContactMessage | ContactEnded | ContactScored | DialAttempted | DialResulted | ForecastDeclared
    | FloorBegan | FloorEnded | Notice | Undecodable
)  # fmt: skip
