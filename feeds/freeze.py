"""A fold at rest: the whole state of an `Aggregator` as bytes, which another fold like it can be given.

It is plain data (see `feeds.columns`), named by a tag of the very source it was made by and of what it was made with;
so it may come from a disk or, from the publisher that is listened to anyway, over the wire. What has another shape is
not taken; whether what it says is true is up to whoever says it, as with events.

Taking the state stops the fold, so it is made quick; writing and compressing it takes no look at the fold and can be
done in another thread.
"""

import contextlib
import functools
import hashlib
import importlib
import threading
from importlib import resources
from typing import Any, Final

import zstandard

from feeds.columns import MALFORMED, UNWRITABLE, Taken, attributes, class_name
from feeds.rebuild import Held, read
from wallboard.core.aggregator import Aggregator
from wallboard.core.vocabulary import Settings

MAX_BYTES: Final = 1 << 28
"""Of a state before it is compressed."""
_DENSEST: Final = 100
"""So much smaller, at most, compressing makes it."""
UNFREEZABLE: Final = UNWRITABLE
_CORE: Final = "wallboard.core"


@functools.cache
def _source() -> bytes:
    digest = hashlib.sha256()
    for file in sorted(resources.files(_CORE).iterdir(), key=lambda file: file.name):
        if file.name.endswith(".py"):
            digest.update(file.read_bytes())
    return digest.digest()


def tag(settings: Settings) -> str:
    """Names a fold: its source and its settings. Another tag, another shape: not to be thawed."""
    return f"fold/{hashlib.sha256(_source() + repr(settings).encode()).hexdigest()[:32]}"


def taken(aggregator: Aggregator) -> Taken:
    """The state, taken by whoever folds. Raises one of `UNFREEZABLE` when it cannot be had."""
    return Taken(aggregator, _is_core)


def packed(state: Taken) -> bytes:
    """A state, written and compressed. Raises one of `UNFREEZABLE`."""
    return zstandard.ZstdCompressor(level=1, write_checksum=True).compress(state.written())


def freeze(aggregator: Aggregator) -> bytes:
    """Both at once."""
    return packed(taken(aggregator))


class Packing(threading.Thread):
    """`packed`, in a thread of its own. Once it is not alive any more there is a ``body``, or else a ``trouble``."""

    def __init__(self, state: Taken) -> None:
        super().__init__(name="checkpoint")
        self.body = b""
        self.trouble: str | None = None
        self._state = state
        self.start()

    def run(self) -> None:
        """Write and compress."""
        try:
            self.body = packed(self._state)
        except UNFREEZABLE as error:
            self.trouble = str(error)


def thaw(frozen: bytes, fold: Aggregator) -> bool:
    """Give a frozen state to a ``fold`` made with the same settings, in the place of its own.

    Whether that could be done; if not, the fold is as it was.
    """
    try:
        if zstandard.frame_content_size(frozen) > min(MAX_BYTES, _DENSEST * len(frozen)):
            return False
        held = read(zstandard.decompress(frozen), fold, _class_of)
    except (*MALFORMED, zstandard.ZstdError, MemoryError):
        return False
    before = [(thing, attributes(thing)) for thing, _ in held]
    if any(now.keys() != was.keys() for (_, now), (_, was) in zip(held, before, strict=True)):
        return False
    settings = fold.settings
    with contextlib.suppress(TypeError, AttributeError):  # what is compiled takes no other types than its own
        _give(held)
        if fold.settings == settings:
            return True
    _give(before)
    return False


def _give(held: Held) -> None:
    for thing, values in held:
        for name, value in values.items():
            setattr(thing, name, value)


def _is_core(kind: type) -> bool:
    return kind.__module__.startswith(f"{_CORE}.")


def _class_of(name: str) -> type | None:
    """A class of the core, by `class_name`."""
    module, _, found = name.rpartition(".")
    if not module.startswith(f"{_CORE}.") or not found.isidentifier():
        return None
    try:
        kind: Any = getattr(importlib.import_module(module), found, None)
    except ImportError:
        return None
    return kind if isinstance(kind, type) and class_name(kind) == name else None
