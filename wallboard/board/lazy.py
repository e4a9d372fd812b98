"""A sequence whose elements are made when somebody looks: a list of thousands costs what is seen of it."""

from collections.abc import Callable, Iterator, Sequence
from typing import Generic, TypeVar, overload

T = TypeVar("T")


class Lazy(Sequence[T], Generic[T]):
    """``count`` elements; ``make`` gives the one at a place and is asked at most once for each."""

    __slots__ = ("_count", "_found", "_make")

    def __init__(self, count: int, make: Callable[[int], T]) -> None:
        self._count, self._make = count, make
        self._found: dict[int, T] = {}

    def __len__(self) -> int:
        return self._count

    @overload
    def __getitem__(self, place: int) -> T: ...
    @overload
    def __getitem__(self, place: slice) -> tuple[T, ...]: ...
    def __getitem__(self, place: int | slice) -> T | tuple[T, ...]:
        if isinstance(place, slice):
            return tuple([self[i] for i in range(*place.indices(self._count))])
        at = place + self._count if place < 0 else place
        found = self._found.get(at)
        if found is None:
            if not 0 <= at < self._count:
                raise IndexError(place)
            found = self._found[at] = self._make(at)
        return found

    def __iter__(self) -> Iterator[T]:
        return map(self.__getitem__, range(self._count))

    def __eq__(self, other: object) -> bool:
        """Like a tuple's."""
        if not isinstance(other, Sequence):
            return NotImplemented
        return self is other or (len(self) == len(other) and all(a == b for a, b in zip(self, other, strict=True)))

    def __hash__(self) -> int:
        return hash(tuple(self))
