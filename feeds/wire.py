"""`Batch`: the one message on the wire, and its bounded, typed decoder.

A batch is one MessagePack map ``{v, source, epoch, seq, sent, events}``. ``seq`` numbers its first event, from 0 in
each epoch; a batch without events is a heartbeat and carries the number the *next* event will have. ``epoch`` changes
when a producer begins its numbers anew. ``sent`` is the producer's wall clock, ms since the epoch, UTC.

Nothing a stranger sends raises: a bad event inside a good batch becomes one `Undecodable` in its place, so the numbers
of its neighbours hold, and a message that is no batch at all becomes one `Undecodable`. Size (1 MiB), length and
nesting are bounded. Source: the wire format of this project; MessagePack is the public specification of that name.
"""

from collections.abc import Iterator, Sequence
from typing import Annotated, Final, cast

import msgspec
from msgspec import Meta, Raw, Struct

from wallboard.core.events import AnyEvent, Undecodable
from wallboard.core.vocabulary import Event, Id, Moment

VERSION: Final = 1
TOPIC: Final = b"wallboard"
MAX_MESSAGE: Final = 1 << 20
"""Bytes a message may have, on the wire and before it is looked at."""
MAX_EVENTS: Final = 10_000
"""Events a batch may have."""

Number = Annotated[int, Meta(ge=0, le=1 << 62)]

UNREADABLE: Final = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)
"""All that a typed MessagePack decoder raises on hostile bytes (a `ValidationError` is a `DecodeError`)."""
UNWRITABLE: Final = (OverflowError, TypeError, ValueError, RecursionError, msgspec.EncodeError)


class Batch(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Events of one producer with consecutive numbers, or a heartbeat."""

    v: int = VERSION
    source: Id
    epoch: Number = 0
    seq: Number
    """Of the first event; of the next one to come when there are no events."""
    sent: Moment | None = None
    events: Annotated[tuple[AnyEvent, ...], Meta(max_length=MAX_EVENTS)] = ()

    @property
    def stop(self) -> int:
        """The number after its last event."""
        return self.seq + len(self.events)


class _Rough(Struct, frozen=True, forbid_unknown_fields=True):
    """A batch whose events are still bytes."""

    source: Id
    seq: Number
    v: int = VERSION
    epoch: Number = 0
    sent: Moment | None = None
    events: Annotated[list[Raw], Meta(max_length=MAX_EVENTS)] = msgspec.field(default_factory=list)


_encoder: Final = msgspec.msgpack.Encoder()
_batch: Final = msgspec.msgpack.Decoder(Batch)
_rough: Final = msgspec.msgpack.Decoder(_Rough)
_event: Final[msgspec.msgpack.Decoder[AnyEvent]] = msgspec.msgpack.Decoder(AnyEvent)
_events: Final[msgspec.msgpack.Decoder[tuple[AnyEvent, ...]]] = msgspec.msgpack.Decoder(
    Annotated[tuple[AnyEvent, ...], Meta(max_length=MAX_EVENTS)]
)
_raws: Final = msgspec.msgpack.Decoder(Annotated[list[Raw], Meta(max_length=MAX_EVENTS)])


def reason_of(error: BaseException) -> str:
    """An exception as one bounded line for `Undecodable.reason` (it never quotes the bytes)."""
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "text is not UTF-8"
    return " ".join(str(error).split())[:120]


def decode(message: bytes, now: int) -> Batch | Undecodable:
    """The batch in ``message``, or what was wrong with it as an event at ``now`` (ms). Never raises."""
    if len(message) > MAX_MESSAGE:
        return Undecodable(at=now, reason=f"message over {MAX_MESSAGE} bytes", size=min(len(message), 10**9))
    try:
        batch = _batch.decode(message)
    except UNREADABLE:
        return _patiently(message, now)
    return batch if batch.v == VERSION else _other_version(batch.v, len(message), now)


def _other_version(v: int, size: int, now: int) -> Undecodable:
    return Undecodable(at=now, reason=f"wire version {v}; this program reads version {VERSION}"[:120], size=size)


def _patiently(message: bytes, now: int) -> Batch | Undecodable:
    try:
        rough = _rough.decode(message)
    except UNREADABLE as error:
        return Undecodable(at=now, reason=reason_of(error), size=len(message))
    if rough.v != VERSION:
        return _other_version(rough.v, len(message), now)
    at = now if rough.sent is None else rough.sent
    events = tuple(_one(raw, at) for raw in rough.events)
    return Batch(source=rough.source, epoch=rough.epoch, seq=rough.seq, sent=rough.sent, events=events)


def _one(raw: Raw, at: int) -> AnyEvent:
    try:
        return _event.decode(raw)
    except UNREADABLE as error:
        return Undecodable(at=at, reason=reason_of(error), size=len(bytes(raw)))


def encode(batch: Batch) -> bytes:
    """``batch`` as one MessagePack map. Raises ``OverflowError`` or ``TypeError`` for events the wire cannot hold."""
    return _encoder.encode(batch)


def decode_events(body: bytes, at: int) -> tuple[AnyEvent, ...]:
    """A MessagePack array of events, each bad one replaced by an `Undecodable` at ``at``.

    Raises one of `UNREADABLE` only when ``body`` is no array of at most `MAX_EVENTS` elements.
    """
    try:
        return _events.decode(body)
    except UNREADABLE:
        return tuple(_one(raw, at) for raw in _raws.decode(body))


def undecoded(body: bytes, _: int = 0) -> tuple[AnyEvent, ...]:
    """Like `decode_events`, but each event stays the bytes it is: to be counted, cut and encoded, and nothing else."""
    return cast("tuple[AnyEvent, ...]", tuple(_raws.decode(body)))


def encode_events(events: Sequence[Event]) -> bytes:
    """Events as a MessagePack array. Raises one of `UNWRITABLE` when one cannot be written."""
    return _encoder.encode(events)


def writable(events: Sequence[Event]) -> tuple[AnyEvent, ...]:
    """``events`` with each one that a reader would refuse replaced by an `Undecodable`: same length, same numbers."""
    try:
        return _events.decode(_encoder.encode(events[:MAX_EVENTS])) + (
            writable(events[MAX_EVENTS:]) if len(events) > MAX_EVENTS else ()
        )
    except (*UNWRITABLE, *UNREADABLE):
        return tuple(_checked(event) for event in events)


def _checked(event: Event) -> AnyEvent:
    try:
        return _event.decode(_encoder.encode(event))
    except (*UNWRITABLE, *UNREADABLE) as error:
        return Undecodable(at=_moment(event.at), reason=f"not writable: {reason_of(error)}"[:120])


def _moment(at: object) -> int:
    try:
        return msgspec.convert(at, Moment)
    except msgspec.ValidationError:
        return 0


def split(batch: Batch) -> Iterator[tuple[Batch, bytes]]:
    """``batch`` and its bytes, in as many parts as its size asks for; the parts' numbers follow each other."""
    if len(batch.events) <= MAX_EVENTS:
        message = encode(batch)
        if len(message) <= MAX_MESSAGE or len(batch.events) <= 1:
            yield batch, message
            return
    half = len(batch.events) // 2
    yield from split(msgspec.structs.replace(batch, events=batch.events[:half]))
    yield from split(msgspec.structs.replace(batch, seq=batch.seq + half, events=batch.events[half:]))
