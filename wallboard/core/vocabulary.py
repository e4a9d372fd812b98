"""The words and bounds of the event vocabulary: what a field may hold."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

Id = Annotated[str, Meta(min_length=1, max_length=64)]
Name = Annotated[str, Meta(max_length=120)]
Text = Annotated[str, Meta(max_length=1000)]
Moment = Annotated[int, Meta(ge=0, le=32_503_680_000_000)]
Duration = Annotated[int, Meta(ge=0, le=366 * 86_400_000)]
Count = Annotated[int, Meta(ge=0, le=1_000_000_000)]
Amount = Annotated[int, Meta(ge=-(10**12), le=10**12)]
Scalar = Annotated[str, Meta(max_length=1000)] | int | float | bool | None
Extras = Annotated[dict[Id, Scalar], Meta(max_length=32)]

Channel = Literal["voice", "chat", "email", "social", "sms", "video", "callback", "task"]
Direction = Literal["inbound", "outbound", "internal"]
State = Literal["offline", "ready", "ringing", "talking", "hold", "wrapping", "not-ready"]
UnqueueReason = Literal[
    "answered",
    "abandoned",
    "timeout",
    "overflow",
    "transferred",
    "callback",
    "key",
    "no-agents",
    "closed",
    "full",
    "diverted",
    "system",
]
OfferEnd = Literal["no-answer", "rejected", "busy", "caller-left", "withdrawn", "failed"]
Role = Literal["primary", "consult", "conference", "monitor"]
AutomatedResult = Literal["entered", "contained", "to-queue", "left", "failed"]
Sender = Literal["customer", "agent", "bot"]
ScoreKind = Literal["csat", "nps", "fcr", "quality", "sentiment"]
DialMode = Literal["preview", "progressive", "predictive", "manual"]
DialResult = Literal["live", "busy", "no-answer", "machine", "nuisance", "failed", "dropped", "do-not-call"]
Severity = Literal["info", "warning", "breach"]
Party = Literal["customer", "agent", "system"]


class Settings(Struct, frozen=True, kw_only=True):
    """What a fold was made with: two of the same settings and events are the same; see `aggregator.Aggregator`."""

    windows: tuple[str, ...]
    zone: str | None
    conversions: tuple[str, ...]
    shifts: tuple[int, ...]


class Event(
    Struct, frozen=True, kw_only=True, omit_defaults=True, forbid_unknown_fields=True, tag_field="type", gc=False
):
    """What every event has: when (ms since the epoch), where, an optional unique id, and raw leftovers."""

    at: Moment
    site: Id | None = None
    id: Id | None = None
    x: Extras | None = None
