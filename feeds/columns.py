"""A graph of objects as columns of plain values, and back: data only, so it may be read from anybody.

Things of a kind make a table: those of a class, or the lists, dicts, tuples, arrays … found in one place of another
table. A row is one thing; a column holds one attribute, or one place, of every row: plain values as they are, other
things by their table and row, so that what was shared is shared again. Reading calls nothing but the constructors of
the kinds named here and of classes that whoever reads knows by name; what a count or a length claims is held against
what is there.

What a thing has for code (functions, and dicts of them) is not written: where the reader's own root has a thing in the
same place, by names of attributes, that one is taken, and keeps its own.
"""

from collections import deque
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from operator import attrgetter
from typing import Annotated, Any, Final

import msgspec
import numpy as np
from msgspec import Meta, Struct

MALFORMED: Final = (msgspec.MsgspecError, ValueError, TypeError, AttributeError, LookupError, RecursionError)
"""What reading raises for bytes that hold no such graph."""
UNWRITABLE: Final = (TypeError, ValueError, AttributeError, OverflowError)
"""What writing raises for a graph that cannot be written."""
_PLAIN: Final = frozenset({int, str, float, bool, bytes, type(None)})
_WORDS: Final = frozenset({str, type(None)})
_FEW: Final = 16
NO_TABLE: Final = -1
_ROW_BITS: Final = 32
_ROW: Final = (1 << _ROW_BITS) - 1
DTYPES: Final = frozenset({"|b1", "|i1", "|u1", "<i2", "<u2", "<i4", "<u4", "<i8", "<u8", "<f4", "<f8"})

Plain = int | str | float | bool | None
_Natural = Annotated[int, Meta(ge=0)]


class Values(Struct, array_like=True, tag="v"):
    """Plain values."""

    values: list[Plain]


class Bodies(Struct, array_like=True, tag="b"):
    """Bytes."""

    values: list[bytes]


class Words(Struct, array_like=True, tag="w"):
    """Strings that repeat."""

    words: list[str | None]
    rows: list[_Natural]


class Range(Struct, array_like=True, tag="r"):
    """Things of one table, one after the other."""

    table: _Natural
    start: _Natural


class Things(Struct, array_like=True, tag="t"):
    """Of each, its table and its row; a plain value has no table."""

    tables: list[Annotated[int, Meta(ge=NO_TABLE)]]
    rows: list[Plain]


Column = Values | Bodies | Words | Range | Things


class Table(Struct, array_like=True):
    """Things of a kind, ``count`` of them; a column for each of the names."""

    kind: str
    count: _Natural
    names: tuple[str, ...]
    columns: tuple[Column, ...]


class Graph(Struct, array_like=True):
    """All tables; the root is the first row of the first."""

    tables: tuple[Table, ...]
    places: dict[str, tuple[_Natural, _Natural]]
    """Things that are there by names of attributes, from the root on: their tables and rows."""


decoder: Final = msgspec.msgpack.Decoder(Graph)


def attributes(thing: object) -> dict[str, Any]:
    """What a thing holds, by name, whether it is interpreted or compiled; without its code."""
    state: Any = thing.__getstate__()
    parts = state if type(state) is tuple else (state,)
    held: dict[str, Any] = {}
    for part in parts:
        held |= part or {}
    return {name: value for name, value in held.items() if not _is_code(value)}


def class_name(kind: type) -> str:
    """What a class is called in writing: its module and its name."""
    return f"{kind.__module__}.{kind.__qualname__}"


def _is_code(value: object) -> bool:
    return callable(value) or (type(value) is dict and bool(value) and all(map(callable, value.values())))


def reachable(root: object, is_known: Callable[[type], bool]) -> dict[str, object]:
    """Things that can be had from ``root`` by attributes alone, by their path: each once, the nearest way."""
    found, ids, queue = {"": root}, {id(root)}, deque([("", root)])
    while queue:
        path, thing = queue.popleft()
        for name, value in sorted(attributes(thing).items()):
            if is_known(type(value)) and id(value) not in ids:
                way = f"{path}.{name}".lstrip(".")
                found[way] = value
                ids.add(id(value))
                queue.append((way, value))
    return found


class _Draft:
    """A table being written."""

    def __init__(self, kind: str, names: tuple[str, ...], take: "_Take") -> None:
        self.kind = kind
        self.names = names
        self.rows: list[Any] = []
        self.done = 0
        self.columns: list[list[Any]] = [[] for _ in names]
        self.take = take


_Take = Callable[[list[Any]], Iterable[Iterable[Any]]]
"""The columns of some rows."""


def _lengths_and(*parts: Callable[[list[Any]], Iterable[Iterable[Any]]]) -> _Take:
    return lambda rows: (map(len, rows), *(chain.from_iterable(part(rows)) for part in parts))


def _of_array(array: "np.ndarray[Any, Any]") -> tuple[Plain | bytes, ...]:
    if array.ndim > 2 or array.dtype.str not in DTYPES:  # noqa: PLR2004 - rows and columns
        raise TypeError(f"no way to write an array of {array.ndim} dimensions of {array.dtype}")
    high, *wide = array.shape
    return array.dtype.str, high, wide[0] if wide else None, array.tobytes()


_FLAT: Final = _lengths_and(lambda rows: rows)
_DICT: Final = _lengths_and(lambda rows: rows, lambda rows: (row.values() for row in rows))
_KINDS: Final[dict[type, tuple[str, tuple[str, ...], _Take]]] = {
    list: ("list", ("lengths", "flat"), _FLAT),
    set: ("set", ("lengths", "flat"), _FLAT),
    frozenset: ("frozenset", ("lengths", "flat"), _FLAT),
    deque: ("deque", ("lengths", "flat", "most"), lambda rows: (*_FLAT(rows), (row.maxlen for row in rows))),
    dict: ("dict", ("lengths", "keys", "values"), _DICT),
    np.ndarray: ("array", ("dtype", "rows", "columns", "body"), lambda rows: zip(*map(_of_array, rows), strict=True)),
}


class Taken:
    """What ``root`` leads to, at one moment: what it holds may change from then on, and be `written` by another thread.

    Classes are those that ``is_known``. Raises one of `UNWRITABLE`.
    """

    def __init__(self, root: object, is_known: Callable[[type], bool]) -> None:
        self._is_known = is_known
        self._tables: list[_Draft] = []
        self._numbers: dict[object, int] = {}
        self._places: dict[int, int] = {}
        self._look((root,), 0, 0)
        while self._turn():
            pass
        mine = reachable(root, is_known)
        self._paths = {path: _place(self._places[id(thing)]) for path, thing in mine.items()}

    def _turn(self) -> bool:
        """Look at what was found since the last turn; whether there was anything."""
        found = False
        for number, table in enumerate(self._tables):
            rows = table.rows[table.done :]
            if rows:
                found, table.done = True, len(table.rows)
                for index, taken in enumerate(table.take(rows)):
                    values = list(taken)
                    table.columns[index] += values  # kept: no other thing must get the id of one made for us
                    self._look(values, number, index)
        return found

    def _look(self, values: Any, owner: int, column: int) -> None:
        """Give everything that is not plain a place."""
        kinds = dict.fromkeys(map(type, values))
        for kind in kinds:
            if kind in _PLAIN:
                continue
            here: Any = values if len(kinds) == 1 else [value for value in values if type(value) is kind]
            if kind is tuple:
                for length in set(map(len, here)):
                    self._put([value for value in here if len(value) == length], (kind, owner, column, length))
            else:
                self._put(here, (kind, owner, column) if kind in _KINDS or issubclass(kind, Struct) else kind)

    def _put(self, things: Sequence[Any], key: object) -> None:
        """Those that have no place yet get one in the table ``key``, in their order."""
        known = self._places
        fresh = {number: thing for number, thing in zip(map(id, things), things, strict=True) if number not in known}
        if not fresh:
            return
        table = self._numbers.setdefault(key, len(self._tables))
        if table == len(self._tables):
            self._tables.append(_Draft(*self._kind(things[0])))
        rows = self._tables[table].rows
        begin = table << _ROW_BITS | len(rows)
        known.update(zip(fresh, range(begin, begin + len(fresh)), strict=True))
        rows += fresh.values()

    def _kind(self, value: Any) -> tuple[str, tuple[str, ...], _Take]:
        kind = type(value)
        if kind in _KINDS:
            return _KINDS[kind]
        if kind is tuple:
            return "tuple", tuple(map(str, range(len(value)))), lambda rows: zip(*rows, strict=True)
        name = class_name(kind)
        if not self._is_known(kind):
            raise TypeError(f"no way to write a {name}")
        if "__reduce__" in vars(kind):
            names = tuple(map(str, range(len(value.__reduce__()[1]))))
            return name, names, lambda rows: zip(*(row.__reduce__()[1] for row in rows), strict=True)
        names = kind.__struct_fields__ if issubclass(kind, Struct) else tuple(sorted(attributes(value)))
        return name, names, lambda rows: (map(attrgetter(name), rows) for name in names)

    def written(self) -> bytes:
        """MessagePack. Raises one of `UNWRITABLE`."""
        tables = tuple(
            Table(table.kind, len(table.rows), table.names, tuple(map(self._column, table.columns)))
            for table in self._tables
        )
        return msgspec.msgpack.encode(Graph(tables, self._paths))

    def _column(self, values: list[Any]) -> Column:
        kinds = set(map(type, values))
        if kinds <= _WORDS and len(values) > _FEW:
            words = {word: row for row, word in enumerate(dict.fromkeys(values))}
            if len(words) * 2 < len(values):
                return Words(list(words), list(map(words.__getitem__, values)))
        if kinds == {bytes}:
            return Bodies(values)
        if bytes in kinds:
            raise TypeError("no way to write bytes among other values")
        if kinds <= _PLAIN:
            return Values(values)
        found = list(map(self._places.get, map(id, values)))
        start = found[0]
        if start is not None and found == list(range(start, start + len(found))):
            return Range(*_place(start))
        tables = [NO_TABLE if place is None else place >> _ROW_BITS for place in found]
        rows = [value if place is None else place & _ROW for place, value in zip(found, values, strict=True)]
        return Things(tables, rows)


def _place(place: int) -> tuple[int, int]:
    return place >> _ROW_BITS, place & _ROW
