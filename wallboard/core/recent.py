"""A memory of the most recent keys, bounded: two generations, the older forgotten when the newer is full."""

from typing import Generic, TypeVar

from mypy_extensions import mypyc_attr

V = TypeVar("V")


@mypyc_attr(allow_interpreted_subclasses=True)
class Recent(Generic[V]):
    """Remembers at least the last ``size`` keys put in, and at most twice as many."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._new: dict[str, V] = {}
        self._old: dict[str, V] = {}

    def get(self, key: str) -> V | None:
        """What was put under the key, if it is still remembered."""
        found = self._new.get(key)
        return self._old.get(key) if found is None else found

    def put(self, key: str, value: V) -> None:
        """Remember a value; the oldest generation goes when this one is full."""
        if len(self._new) >= self._size:
            self._old, self._new = self._new, {}
        self._new[key] = value
