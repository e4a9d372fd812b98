"""A publisher's catch-up service that has a checkpoint, or says so: what a wall may be answered, good and bad."""

from collections.abc import Callable
from pathlib import Path
from typing import cast

import msgspec

from feeds.catchup import Answer, Ask, CatchUpService, encode
from feeds.freeze import freeze, tag
from feeds.headstart import Place
from feeds.publisher import Publisher
from feeds.reader import JournalReader
from feeds.sockets import Socket
from wallboard.core.aggregator import Aggregator
from wallboard.zones import fold_of

WINDOWS = ("today", "30m")
PIECE = 20_000
_asks = msgspec.msgpack.Decoder(Ask)

Answering = Callable[["Checkpoints", Ask], list[bytes] | None]


def fresh() -> Aggregator:
    """A fold that has been told nothing."""
    return fold_of(WINDOWS, "UTC")


class Checkpoints(CatchUpService):
    """Answers an ask for a checkpoint as ``answering`` says, and all others as any service does."""

    def __init__(self, socket: Socket, path: Path, answering: Answering) -> None:
        super().__init__(socket, path)
        self.path = path
        self.answering = answering
        self.asks: list[Ask] = []
        self.kept: dict[int, tuple[bytes, Place]] = {}

    def answer(self, raw: bytes) -> list[bytes]:
        ask = _asks.decode(raw)
        self.asks.append(ask)
        return self.answering(self, ask) or super().answer(raw)

    def make(self, position: int) -> tuple[bytes, Place]:
        """The fold of the journal's events up to a position."""
        if position not in self.kept:
            fold, count, place = fresh(), 0, None
            with JournalReader(self.path) as reader:
                for block in reader.blocks():
                    events = block.events[: position - count]
                    if events:
                        fold.fold(events)
                        place = Place(block.source, block.epoch, block.seq + len(events))
                    count += len(events)
            fold.advance(fold.newest)
            assert place is not None
            self.kept[position] = freeze(fold), place
        return self.kept[position]

    def piece(self, ask: Ask, position: int, size: int = PIECE) -> list[bytes]:
        """What a service with a checkpoint at that position answers."""
        body, place = self.make(position)
        offset = ask.offset or 0
        return piece(ask, body, place, position, offset, size)


def piece(ask: Ask, body: bytes, place: Place, position: int, offset: int, size: int) -> list[bytes]:
    """A piece of a checkpoint."""
    stop = min(len(body), offset + size)
    answer = Answer(
        id=ask.id,
        checkpoint=len(body),
        position=position,
        more=stop < len(body),
        share=stop / len(body),
        source=place.source,
        epoch=place.epoch,
        seq=place.seq,
    )
    return [encode(answer), body[offset:stop]]


def honest(least: int = 500, share: float = 0.7) -> Answering:
    """A checkpoint over a share of the journal, where that spares so many events."""

    def answering(service: Checkpoints, ask: Ask) -> list[bytes] | None:
        if ask.fold is None or ask.fold.tag != tag(fresh().settings):
            return None
        if ask.offset is not None and ask.position is not None:
            if ask.position not in service.kept:
                return [encode(Answer(id=ask.id, reason="that checkpoint is gone"))]
            return service.piece(ask, ask.position)
        reader = service._reader
        begin: int | None = reader.before(ask.at or 0)
        if ask.source is not None and ask.epoch is not None and ask.seq is not None:
            begin = reader.after(ask.source, ask.epoch, ask.seq)
        head = reader.head()
        position = int(head.total * share) if head else 0
        if begin is None or position - begin < least:
            return None
        return service.piece(ask, position)

    return answering


def serve(publisher: Publisher, path: Path, answering: Answering) -> Checkpoints:
    """Let a publisher answer so."""
    assert publisher._service is not None
    publisher._service.close()
    publisher._service = Checkpoints(cast("Socket", publisher._router), path, answering)
    return publisher._service
