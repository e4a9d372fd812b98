"""Catch-up: a subscriber asks, a publisher answers from its journal, a bounded piece at a time.

One `Ask` is one MessagePack message to the ROUTER beside the PUB socket; the reply is one multipart message: an
`Answer` and then up to 16 blocks as batches. An ask names one of: a range of numbers (``epoch``, ``seq``, ``stop``),
everything after a number (``epoch``, ``seq``; with ``at`` for when that number is not known), everything from a moment
(``at``), or everything from a ``position`` that an answer named. The service keeps nothing about who asks: whoever
wants more asks again from where the answer ends.

Whoever would have to fold much may name the ``fold`` it makes. A publisher that makes the same may then answer with a
checkpoint of it in the place of the events before ``position``: its first piece, of which the others are asked for with
that ``position``, ``fold`` and an ``offset``. Any answer without a ``checkpoint`` is one of events.
"""

import itertools
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final

import msgspec
import zmq
from msgspec import Meta, Struct

from feeds.keeper import Keeper
from feeds.orders import Fold, State
from feeds.reader import JournalReader
from feeds.sockets import Socket
from feeds.walk import Block
from feeds.wire import UNREADABLE, Batch, Number, reason_of, split, undecoded
from wallboard.core.vocabulary import Id, Moment
from wallboard.errors import JournalError

__all__ = ["Answer", "Ask", "CatchUpService", "Fold"]

VERSION: Final = 1
BLOCKS: Final = 16
"""Blocks of up to 1 000 events in an answer."""
PIECE: Final = 512 << 10
"""Bytes of a checkpoint in an answer."""
_AT_ONCE: Final = 16
"""Asks served before the publisher does something else."""


class Ask(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a subscriber wants. ``id`` comes back in the answer."""

    v: int = VERSION
    id: Number
    source: Id | None = None
    epoch: Number | None = None
    seq: Number | None = None
    stop: Number | None = None
    at: Moment | None = None
    position: Number | None = None
    fold: Fold | None = None
    offset: Number | None = None
    """Of a piece of the checkpoint at ``position``, in bytes."""


class Answer(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What follows in this message's other frames, and whether there is more."""

    v: int = VERSION
    id: Number
    more: bool = False
    position: Number | None = None
    """Where to go on."""
    share: Annotated[float, Meta(ge=0, le=1)] | None = None
    """How far this reaches, 0-1: of the journal's newest event, or of a checkpoint's bytes."""
    checkpoint: Number | None = None
    """That the other frame is a piece of a checkpoint of so many bytes; events go on at ``position``."""
    source: Id | None = None
    epoch: Number | None = None
    seq: Number | None = None
    """Of a checkpoint: whose its last event is, and the number after that."""
    reason: Annotated[str, Meta(max_length=200)] | None = None
    """Why there is nothing."""


_encoder: Final = msgspec.msgpack.Encoder()
_asks: Final = msgspec.msgpack.Decoder(Ask)
_answers: Final = msgspec.msgpack.Decoder(Answer)


def encode(message: Ask | Answer) -> bytes:
    """One MessagePack map."""
    return _encoder.encode(message)


def decode_answer(raw: bytes) -> Answer | None:
    """The answer in ``raw``; ``None`` when there is none that this program reads."""
    try:
        answer = _answers.decode(raw)
    except UNREADABLE:
        return None
    return answer if answer.v == VERSION else None


def batches_of(block: Block) -> Iterator[bytes]:
    """A block as messages of the wire."""
    batch = Batch(source=block.source, epoch=block.epoch, seq=block.seq, events=block.events)
    yield from (raw for _, raw in split(batch))


def _piece_of(ask: Ask, state: State, offset: int) -> list[bytes]:
    stop = min(offset + PIECE, len(state.body))
    answer = Answer(
        id=ask.id,
        checkpoint=len(state.body),
        position=state.position,
        source=state.source,
        epoch=state.epoch,
        seq=state.seq,
        more=stop < len(state.body),
        share=stop / len(state.body),
    )
    return [encode(answer), state.body[offset:stop]]


class CatchUpService:
    """The publisher's side. ``path`` is the journal; socket and keeper are lent and stay the publisher's."""

    def __init__(self, socket: Socket, path: Path, keeper: Keeper | None = None) -> None:
        self.keeper = keeper
        """Who has checkpoints; ``None`` when nobody does."""
        self._socket = socket
        self._reader = JournalReader(path)

    def serve(self) -> int:
        """Answer the asks that wait, a few at most; returns how many. Never blocks."""
        if self.keeper is not None:
            self.keeper.tick(self._reader)
        for served in range(_AT_ONCE):
            try:
                peer, *frames = self._socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return served
            answer = self.answer(frames[-1] if frames else b"")
            try:
                self._socket.send_multipart([peer, *answer], zmq.NOBLOCK)
            except zmq.ZMQError:
                continue  # whoever asked is gone or slow, and will ask again
        return _AT_ONCE

    def answer(self, raw: bytes) -> list[bytes]:
        """The frames of the answer to ``raw``."""
        try:
            ask = _asks.decode(raw)
        except UNREADABLE as error:
            return [encode(Answer(id=0, reason=reason_of(error)))]
        if ask.v != VERSION:
            return [encode(Answer(id=ask.id, reason=f"catch-up version {ask.v}; this program answers {VERSION}"))]
        try:
            return self._frames(ask)
        except JournalError as error:
            return [encode(Answer(id=ask.id, reason=str(error)[:200]))]

    def _frames(self, ask: Ask) -> list[bytes]:
        if ask.offset is not None:
            return self._piece(ask, ask.offset)
        if ask.source is not None and ask.epoch is not None and ask.seq is not None:
            if ask.stop is not None:
                return self._range(ask, self._reader.span(ask.source, ask.epoch, ask.seq, ask.stop, undecoded))
            position = self._reader.after(ask.source, ask.epoch, ask.seq)
            if position is None and ask.at is None:
                return [encode(Answer(id=ask.id, reason="the journal does not reach back to there"))]
        else:
            position = ask.position
        if position is None:
            position = self._reader.before(ask.at or 0)
        return self._instead(ask, position) or self._from(ask, position)

    def _instead(self, ask: Ask, position: int) -> list[bytes]:
        """A checkpoint in the place of events, or nothing: then it is to be events."""
        head = self._reader.head()
        if self.keeper is None or ask.fold is None or head is None:
            return []
        begin = position if ask.at is None else max(position, self._reader.before(ask.at))
        found = self.keeper.offer(ask.fold, position, begin, head)
        return [] if found is None else _piece_of(ask, found, 0)

    def _piece(self, ask: Ask, offset: int) -> list[bytes]:
        state = None
        if self.keeper is not None and ask.fold is not None and ask.position is not None:
            state = self.keeper.given(ask.fold, ask.position)
        if state is None or offset >= len(state.body):
            return [encode(Answer(id=ask.id, reason="that checkpoint is gone; begin again"))]
        return _piece_of(ask, state, offset)

    def _range(self, ask: Ask, blocks: Iterable[Block]) -> list[bytes]:
        found = list(itertools.islice(blocks, BLOCKS + 1))
        head = encode(Answer(id=ask.id, more=len(found) > BLOCKS))
        return [head, *(raw for block in found[:BLOCKS] for raw in batches_of(block))]

    def _from(self, ask: Ask, position: int) -> list[bytes]:
        head = self._reader.head()
        found = list(itertools.islice(self._reader.blocks(position, undecoded), BLOCKS))
        stop = found[-1].stop if found else position
        total = head.total if head else stop
        share = min(stop / total, 1.0) if total else 1.0
        answer = Answer(id=ask.id, more=len(found) == BLOCKS, position=stop, share=share)
        return [encode(answer), *(raw for block in found for raw in batches_of(block))]

    def close(self) -> None:
        """Let go of the journal."""
        self._reader.close()
