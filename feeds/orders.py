"""What a publisher and the process that folds its journal say to each other, over that process's input and output.

Each message is its length (4 bytes) and one MessagePack map. One `Order` is under way at a time: so what is written to
the process is little, and nobody is held up by one that does not read.
"""

import struct
from typing import Annotated, BinaryIO, Final

import msgspec
from msgspec import Meta, Struct

from feeds.wire import UNREADABLE
from wallboard.core.vocabulary import Id

MAX_BODY: Final = 64 << 20
"""Bytes of a checkpoint."""
MANY: Final = 150_000
"""Events after a state that are not sent just so that alerts see what led to the present."""
_MAX_MESSAGE: Final = MAX_BODY + (1 << 20)
_LENGTH: Final = struct.Struct("<I")


class Fold(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Which fold a checkpoint is wanted of. ``tag`` names its program and settings too; see `feeds.freeze.tag`."""

    tag: Id
    windows: Annotated[tuple[Id, ...], Meta(max_length=32)]
    zone: Id


class Order(Struct, frozen=True, kw_only=True):
    """All folds that are to be kept, beside the process's own."""

    folds: tuple[Fold, ...] = ()


class Done(Struct, frozen=True, kw_only=True, tag="done"):
    """The last order was obeyed, but for folds that cannot be made, with the reason; ``kept`` are all others."""

    kept: tuple[Fold, ...] = ()
    refused: tuple[tuple[Fold, str], ...] = ()


class State(Struct, frozen=True, kw_only=True, tag="state"):
    """A fold at rest, over a journal's events from position ``begin`` to before ``position``."""

    fold: Fold
    begin: int
    position: int
    at: int
    """When its newest event was, ms."""
    source: str
    epoch: int
    seq: int
    """The number after that of its last event, which is of that source and epoch."""
    body: bytes


class Trouble(Struct, frozen=True, kw_only=True, tag="trouble"):
    """Something went wrong; ``fold`` was given up for a while, or all of them."""

    reason: str
    fold: Fold | None = None


Told = Done | State | Trouble

_encoder: Final = msgspec.msgpack.Encoder()
_orders: Final = msgspec.msgpack.Decoder(Order)
_told: Final = msgspec.msgpack.Decoder(Told)


def write(stream: BinaryIO, message: Order | Told) -> None:
    """Send a message. Raises ``OSError`` or ``ValueError`` when nobody reads any more."""
    body = _encoder.encode(message)
    stream.write(_LENGTH.pack(len(body)) + body)
    stream.flush()


def read_order(stream: BinaryIO) -> Order | None:
    """The next order; ``None`` when there will be none."""
    body = _read(stream)
    return None if body is None else _orders.decode(body)


def read_told(stream: BinaryIO) -> Told | None:
    """What the process says next; ``None`` when that is nothing more, or nothing readable."""
    body = _read(stream)
    try:
        return None if body is None else _told.decode(body)
    except UNREADABLE:
        return None


def _read(stream: BinaryIO) -> bytes | None:
    head = stream.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    (size,) = _LENGTH.unpack(head)
    body = stream.read(size) if size <= _MAX_MESSAGE else b""
    return body if len(body) == size else None
