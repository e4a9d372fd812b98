"""A head start: a checkpoint of the fold, made by the publisher, in the place of the events that led to it.

It comes in pieces. What they say of themselves has to fit, and they are few and bounded; whether the whole is a state
of this fold is for `feeds.freeze` to say. Until then the fold is not touched.
"""

from collections.abc import Callable
from typing import Final, NamedTuple

from msgspec import Struct
from msgspec.structs import replace

from feeds.catchup import Answer, Ask, Fold
from feeds.freeze import thaw
from feeds.upkeep import named
from wallboard.core.aggregator import Aggregator

MAX_SIZE: Final = 64 << 20
"""Bytes of a checkpoint."""
MAX_PIECES: Final = 256
_WINDOWS: Final = 32


class Place(NamedTuple):
    """A number of a producer."""

    source: str
    epoch: int
    seq: int


class HeadStart(Struct, frozen=True):
    """What may begin from a checkpoint."""

    fold: Fold
    put: Callable[[bytes, Place], bool]
    """Takes the state, and the number that comes after it; whether it was one of this fold."""
    sources: frozenset[str] = frozenset()
    """Those it may be of; none means any."""


def head_start(
    fold: Aggregator, taken: Callable[[Place], object] = lambda _: None, sources: frozenset[str] = frozenset()
) -> HeadStart | None:
    """A head start for a fold; ``None`` when nobody else can make the same. ``taken`` hears when it was taken."""
    settings = fold.settings
    if settings.zone is None or len(settings.windows) > _WINDOWS:
        return None

    def put(body: bytes, place: Place) -> bool:
        if not thaw(body, fold):
            return False
        taken(place)
        return True

    return HeadStart(named(fold), put, sources)


class Fetching:
    """One checkpoint on its way. ``plain`` is what is asked for when there is none."""

    def __init__(self, head: HeadStart, plain: Ask) -> None:
        self.plain = plain
        self._head = head
        self._first: Answer | None = None
        self._parts: list[bytes] = []
        self._got = 0

    def ask(self, number: int) -> Ask:
        """What to ask for next."""
        if self._first is not None:
            return Ask(id=number, position=self._first.position, fold=self._head.fold, offset=self._got)
        # a publisher that does not know the number must not give what only its own journal holds
        since = self.plain.at if self.plain.source is None else None
        return replace(self.plain, id=number, fold=self._head.fold, at=since)

    def concerns(self, answer: Answer) -> bool:
        """Whether it is about a checkpoint, rather than the events that a publisher without one gives."""
        return answer.checkpoint is not None or answer.reason is not None or self._first is not None

    def take(self, answer: Answer, frames: list[bytes]) -> bool:
        """The next piece; whether it fits those before."""
        size, first = answer.checkpoint, self._first or answer
        if size is None or len(frames) != 1 or not frames[0] or len(self._parts) == MAX_PIECES:
            return False
        self._first = first
        self._parts.append(frames[0])
        self._got += len(frames[0])
        same = (size, answer.position, _place(answer)) == (first.checkpoint, first.position, _place(first))
        return same and self._got <= size <= MAX_SIZE and answer.more == (self._got < size) and self._goes_on(answer)

    def _goes_on(self, answer: Answer) -> bool:
        """Whether it holds more than is known, and of nobody else."""
        place, known, sources = _place(answer), self.plain, self._head.sources
        if place is None or answer.position is None or (sources and place.source not in sources):
            return False
        return place[:2] != (known.source, known.epoch) or place.seq > (known.seq or 0)

    @property
    def whole(self) -> bool:
        """Whether all of it is there."""
        return self._first is not None and self._got == self._first.checkpoint

    @property
    def share(self) -> float:
        """Of its bytes, 0-1."""
        size = self._first.checkpoint if self._first else None
        return min(1.0, self._got / size) if size else 0.0

    def put(self) -> Place | None:
        """Put it into the fold; where numbers go on, when it is of this fold."""
        place, self._parts, body = _place(self._first), [], b"".join(self._parts)
        return place if place is not None and self._head.put(body, place) else None


def _place(answer: Answer | None) -> Place | None:
    if answer is None or answer.source is None or answer.epoch is None or answer.seq is None:
        return None
    return Place(answer.source, answer.epoch, answer.seq)
