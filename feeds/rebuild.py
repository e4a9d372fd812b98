"""Reading what `feeds.columns` wrote."""

from collections import deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import islice, repeat
from typing import Any, Final

import numpy as np
from msgspec import Struct

from feeds.columns import (
    DTYPES,
    NO_TABLE,
    Bodies,
    Column,
    Plain,
    Range,
    Table,
    Values,
    Words,
    class_name,
    decoder,
    reachable,
)

_FILL: Final[Mapping[str, Callable[[], Any]]] = {"list": list, "dict": dict, "set": set, "deque": deque}
_ROW_BYTES: Final = 4
"""A thing takes at least so many bytes in writing."""
_MADE: Final = frozenset({"tuple", "frozenset", "array"})
Classes = Callable[[str], type | None]
Held = list[tuple[object, dict[str, Any]]]
"""Things, and what each is to hold, by the names of its attributes."""


def read(raw: bytes, root: object, class_of: Classes) -> Held:
    """Make everything that `feeds.columns.Taken` holds but the things that ``root`` has in the same place already.

    Returns what those, and ``root`` itself, are to hold. Classes are those that ``class_of`` knows by name. Raises one
    of `feeds.columns.MALFORMED`.
    """
    graph = decoder.decode(raw)
    if sum(table.count for table in graph.tables) * _ROW_BYTES > len(raw):
        raise ValueError("more things than are there")
    mine = reachable(root, lambda kind: class_of(class_name(kind)) is kind)
    there = {
        place: mine[path]
        for path, place in graph.places.items()
        if path in mine and graph.tables[place[0]].kind == class_name(type(mine[path]))
    }
    if there.get((0, 0)) is not root or len(set(map(id, there.values()))) < len(there):
        raise ValueError("not of the same root")
    return _Reader(graph.tables, class_of, there).fill()


class _Reader:
    def __init__(self, tables: Sequence[Table], class_of: Classes, there: Mapping[tuple[int, int], object]) -> None:
        self._tables = tables
        self._class_of = class_of
        self._there = there
        self._words: dict[str | None, str | None] = {}
        self._begun: set[int] = set()
        self._things: list[list[Any] | None] = list(map(self._shells, range(len(tables))))

    def fill(self) -> Held:
        """Make and fill everything; returns what things that were there are to hold."""
        held: Held = []
        for number, table in enumerate(self._tables):
            things = self._of(number)
            if table.kind in _FILL:
                self._fill(table, things)
            elif self._is_plain(table.kind):
                columns = [self._values(column, table.count) for column in table.columns]
                held += self._hold(number, things, table.names, columns)
        return held

    def _shells(self, number: int) -> list[Any] | None:
        """Empty things, for whatever may lead to itself; ``None`` of a kind that is made of what it holds."""
        table = self._tables[number]
        if table.kind == "deque":
            return [deque(maxlen=most) for most in self._values(table.columns[2], table.count)]
        if table.kind in _FILL:
            return [_FILL[table.kind]() for _ in range(table.count)]
        if not self._is_plain(table.kind):
            return None
        kind: Any = self._class(table.kind)
        things = [kind.__new__(kind) for _ in range(table.count)]
        for (where, row), thing in self._there.items():
            if where == number:
                things[row] = thing
        return things

    def _is_plain(self, kind: str) -> bool:
        """Whether it is a class whose attributes are set."""
        if kind in _MADE or kind in _FILL:
            return False
        found = self._class(kind)
        return not issubclass(found, Struct) and "__reduce__" not in vars(found)

    def _class(self, name: str) -> type:
        found = self._class_of(name)
        if found is None:
            raise ValueError(f"no class {name} is known")
        return found

    def _of(self, number: int) -> list[Any]:
        """The things of a table."""
        found = self._things[number]
        if found is None:
            if number in self._begun:
                raise ValueError("things that are made of themselves")
            self._begun.add(number)
            found = self._things[number] = self._make(self._tables[number])
        return found

    def _make(self, table: Table) -> list[Any]:
        if table.kind == "frozenset":
            return list(map(frozenset, self._parts(table)))
        columns = [self._values(column, table.count) for column in table.columns]
        if table.kind == "tuple":
            return list(zip(*columns, strict=True)) if columns else [()] * table.count
        if table.kind == "array":
            return list(map(_array, *columns))
        kind = self._class(table.kind)
        if not issubclass(kind, Struct):
            return list(map(kind, *columns))
        return [kind(**dict(zip(table.names, row, strict=True))) for row in zip(*columns, strict=True)]

    def _fill(self, table: Table, things: list[Any]) -> None:
        for thing, part in zip(things, self._parts(table), strict=True):
            (thing.extend if table.kind in {"list", "deque"} else thing.update)(part)

    def _parts(self, table: Table) -> Iterator[Iterator[Any]]:
        """What each of some containers holds."""
        lengths = self._values(table.columns[0], table.count)
        total = sum(lengths)
        if min(lengths, default=0) < 0:
            raise ValueError("lengths that do not fit")
        rest = iter(self._values(table.columns[1], total))
        if table.kind == "dict":
            rest = zip(rest, self._values(table.columns[2], total), strict=True)
        return (islice(rest, length) for length in lengths)

    def _hold(self, number: int, things: list[Any], names: Sequence[str], columns: list[list[Any]]) -> Held:
        """Set attributes; of things that were there only say which."""
        if any(callable(getattr(self._class(self._tables[number].kind), name, None)) for name in names):
            raise ValueError("code cannot be replaced")
        there = {row for where, row in self._there if where == number}
        if there:
            rows = [(thing, dict(zip(names, row, strict=True))) for thing, *row in zip(things, *columns, strict=True)]
            for row, (thing, held) in enumerate(rows):
                if row not in there:
                    for name, value in held.items():
                        setattr(thing, name, value)
            return [rows[row] for row in there]
        for name, values in zip(names, columns, strict=True):
            deque(map(setattr, things, repeat(name), values), maxlen=0)
        return []

    def _values(self, column: Column, count: int) -> list[Any]:
        """A column as it was. Raises ``ValueError`` unless it has so many rows."""
        found: list[Any]
        if isinstance(column, Values | Bodies):
            found = column.values
        elif isinstance(column, Words):
            words = list(map(self._words.setdefault, column.words, column.words))
            found = list(map(words.__getitem__, column.rows))
        elif isinstance(column, Range):
            found = self._of(column.table)[column.start : column.start + count]
        else:
            found = self._each(column.tables, column.rows)
        if len(found) != count:
            raise ValueError("columns that do not fit")
        return found

    def _each(self, tables: list[int], rows: list[Plain]) -> list[Any]:
        found = {table: self._of(table) for table in set(tables) if table != NO_TABLE}
        places: Any = zip(tables, rows, strict=True)
        return [row if table == NO_TABLE else found[table][row] for table, row in places]


def _array(dtype: Any, high: Any, wide: Any, body: Any) -> "np.ndarray[Any, Any]":
    if dtype not in DTYPES:
        raise ValueError(f"no array of {dtype}")
    return np.frombuffer(body, dtype).reshape(high if wide is None else (high, wide)).copy()
