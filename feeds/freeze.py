"""A fold at rest: the whole state of an `Aggregator` as bytes that only this installation can have made.

This is pickle, which runs what it is told to; so it is never read from the wire, nor from a .feed that somebody gave
us. It is sealed with a key of this installation (HMAC-SHA-256), tagged with the very source it was made by, and names
outside the fold are refused on top.

Taking the state stops the fold, so it is made quick: kinds that are many and slow to pickle are written by a table, and
what takes no look at the fold (`sealed`: compressing and signing) can be done in another thread.
"""

import copyreg
import functools
import hashlib
import hmac
import io
import pickle
import platform
import threading
from collections.abc import Callable, Mapping
from importlib import resources
from typing import Any, Final

import numpy as np
import zstandard

from wallboard.core.aggregator import Aggregator
from wallboard.core.ledger import COMPILED
from wallboard.core.vocabulary import Settings

MAX_BYTES: Final = 1 << 30
"""Of a thawed state."""
_SEAL: Final = hashlib.sha256().digest_size
_LEFT_OUT: Final = frozenset({"_others", "settings"})
"""What a new aggregator has of its own: a table of its methods, and what it was made with."""
_BUILTINS: Final = frozenset({"getattr", "set", "frozenset", "dict", "list", "tuple", "object", "bytearray", "complex"})
_HOMES: Final = ("wallboard.core.", "wallboard.zones.", "numpy.", "collections.", "itertools.", "msgspec.", "copyreg.")
UNFREEZABLE: Final = (pickle.PicklingError, TypeError, AttributeError, RecursionError)
_UNTHAWABLE: Final = (
    pickle.UnpicklingError, zstandard.ZstdError, EOFError, ImportError, AttributeError, TypeError, ValueError,
    KeyError, IndexError, RecursionError, MemoryError,
)  # fmt: skip


def tag(settings: Settings) -> str:
    """Names a fold: its source, what runs it, and its settings. Another tag, another shape: not to be thawed."""
    digest = hashlib.sha256(_source())
    for word in (platform.python_version(), np.__version__, COMPILED, settings):
        digest.update(repr(word).encode())
    return f"fold/{digest.hexdigest()[:32]}"


@functools.cache
def _source() -> bytes:
    digest = hashlib.sha256()
    for file in sorted(resources.files("wallboard.core").iterdir(), key=lambda file: file.name):
        if file.name.endswith(".py"):
            digest.update(file.read_bytes())
    return digest.digest()


def _itself() -> Aggregator:
    """Stands for the aggregator within its own state."""
    raise pickle.UnpicklingError("only a fold that is thawed knows itself")


def _array(body: bytes, kind: str, shape: tuple[int, ...]) -> np.ndarray[Any, Any]:
    return np.frombuffer(body, kind).reshape(shape).copy()


def _of_array(array: np.ndarray[Any, Any]) -> tuple[Any, ...]:
    return _array, (array.tobytes(), array.dtype.char, array.shape)


_TABLE: Final[Mapping[type, Callable[[Any], Any]]] = {
    **copyreg.dispatch_table,
    Aggregator: lambda _: (_itself, ()),
    np.ndarray: _of_array,
}


class _Parts:
    """A file in pieces; between two of them other threads get their turn."""

    def __init__(self) -> None:
        self.parts: list[bytes] = []

    def write(self, part: "bytes | memoryview") -> int:
        self.parts.append(bytes(part))
        return len(part)


class _Thawer(pickle.Unpickler):
    def __init__(self, file: io.BytesIO, aggregator: Aggregator) -> None:
        super().__init__(file)
        self._own = {"_itself": lambda: aggregator, "_array": _array}

    def find_class(self, module: str, name: str) -> Any:
        if module == __name__ and name in self._own:
            return self._own[name]
        if (name in _BUILTINS) if module == "builtins" else f"{module}.".startswith(_HOMES):
            return super().find_class(module, name)
        raise pickle.UnpicklingError(f"{module}.{name} is not part of a fold")


def freeze(aggregator: Aggregator, key: bytes) -> bytes:
    """The state, compressed and sealed with ``key``. Raises one of `UNFREEZABLE` when it cannot be had."""
    return sealed(state_of(aggregator), key)


def state_of(aggregator: Aggregator) -> bytes:
    """The plain state, taken by whoever folds. Raises one of `UNFREEZABLE` when it cannot be had."""
    file = _Parts()
    state = {name: value for name, value in _state(aggregator).items() if name not in _LEFT_OUT}
    pickler = pickle.Pickler(file, pickle.HIGHEST_PROTOCOL)
    pickler.dispatch_table = _TABLE
    pickler.dump(state)
    return b"".join(file.parts)


def sealed(state: bytes, key: bytes) -> bytes:
    """A plain state, compressed and sealed with ``key``."""
    body = zstandard.compress(state, 1)
    return hmac.digest(key, body, "sha256") + body


class Sealing(threading.Thread):
    """`sealed`, in a thread of its own. Once it is not alive any more, ``body`` is there."""

    def __init__(self, state: bytes, key: bytes) -> None:
        super().__init__(name="checkpoint")
        self.body = b""
        self._state, self._key = state, key
        self.start()

    def run(self) -> None:
        """Compress and sign."""
        self.body = sealed(self._state, self._key)


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
    if not isinstance(state, dict) or state.keys() | _LEFT_OUT != _state(fresh).keys():
        return False
    for name, value in state.items():
        setattr(fresh, name, value)
    return True


def _state(aggregator: Aggregator) -> dict[str, Any]:
    """Its attributes, whether it is interpreted or compiled."""
    return dict(aggregator.__getstate__())  # type: ignore[call-overload, no-any-return]
