"""A fold at rest: the whole state of an `Aggregator` as bytes that only this installation can have made.

This is pickle, which runs what it is told to; so it is never read from the wire, nor from a .feed that somebody gave
us. It is sealed with a key of this installation (HMAC-SHA-256), tagged with the very source it was made by, and names
outside the fold are refused on top.
"""

import hashlib
import hmac
import io
import itertools
import pickle
import platform
from importlib import resources
from typing import Any, Final

import numpy as np
import zstandard

from wallboard.core.aggregator import Aggregator

MAX_BYTES: Final = 1 << 30
"""Of a thawed state."""
_SEAL: Final = hashlib.sha256().digest_size
_LEFT_OUT: Final = frozenset({"_others"})
"""What a new aggregator has of its own: a table of its methods."""
_SELF: Final = "the aggregator"
_BUILTINS: Final = frozenset({"getattr", "set", "frozenset", "dict", "list", "tuple", "object", "bytearray", "complex"})
_HOMES: Final = ("wallboard.core.", "wallboard.zones.", "numpy.", "collections.", "itertools.", "msgspec.", "copyreg.")
UNFREEZABLE: Final = (pickle.PicklingError, TypeError, AttributeError, RecursionError)
_UNTHAWABLE: Final = (
    pickle.UnpicklingError, zstandard.ZstdError, EOFError, ImportError, AttributeError, TypeError, ValueError,
    KeyError, IndexError, RecursionError, MemoryError,
)  # fmt: skip


def tag(*settings: object) -> str:
    """Names the fold: its source, what runs it, and its ``settings``. Another tag, another shape: not to be thawed."""
    digest = hashlib.sha256()
    for file in sorted(resources.files("wallboard.core").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".py"):
            digest.update(file.read_bytes())
    for word in (platform.python_version(), np.__version__, *settings):
        digest.update(repr(word).encode())
    return f"fold/{digest.hexdigest()[:32]}"


class _Freezer(pickle.Pickler):
    def __init__(self, file: io.BytesIO, aggregator: Aggregator) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self._aggregator = aggregator

    def persistent_id(self, obj: Any) -> str | None:
        return _SELF if obj is self._aggregator else None

    def reducer_override(self, obj: Any) -> Any:
        """Python is giving up pickling counters, which show where they are."""
        if type(obj) is itertools.count:
            return itertools.count, (int(repr(obj).removeprefix("count(").removesuffix(")")),)
        return NotImplemented


class _Thawer(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, aggregator: Aggregator) -> None:
        super().__init__(file)
        self._aggregator = aggregator

    def persistent_load(self, pid: Any) -> Aggregator:
        if pid != _SELF:
            raise pickle.UnpicklingError(f"{pid!r} is not part of a fold")
        return self._aggregator

    def find_class(self, module: str, name: str) -> Any:
        if (name in _BUILTINS) if module == "builtins" else f"{module}.".startswith(_HOMES):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not part of a fold")


def freeze(aggregator: Aggregator, key: bytes) -> bytes:
    """The state, compressed and sealed with ``key``. Raises one of `UNFREEZABLE` when it cannot be had."""
    file = io.BytesIO()
    state = {name: value for name, value in vars(aggregator).items() if name not in _LEFT_OUT}
    _Freezer(file, aggregator).dump(state)
    body = zstandard.compress(file.getbuffer(), 1)
    return hmac.digest(key, body, "sha256") + body


def thaw(frozen: bytes, key: bytes, fresh: Aggregator) -> bool:
    """Put a frozen state into a ``fresh`` aggregator made with the same settings; whether that could be done."""
    seal, body = frozen[:_SEAL], frozen[_SEAL:]
    if not hmac.compare_digest(seal, hmac.digest(key, body, "sha256")):
        return False
    try:
        if zstandard.frame_content_size(body) > MAX_BYTES:
            return False
        state = _Thawer(io.BytesIO(zstandard.decompress(body)), fresh).load()
    except _UNTHAWABLE:
        return False
    if not isinstance(state, dict) or state.keys() | _LEFT_OUT != vars(fresh).keys():
        return False
    vars(fresh).update(state)
    return True
