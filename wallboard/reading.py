"""Reading a user's TOML into frozen structs: every problem at once, each with its place and a suggestion."""

import difflib
import json
import re
import tomllib
from collections.abc import Collection, Iterator, Mapping
from pathlib import Path
from types import UnionType
from typing import Any, TypeVar, Union, get_args, get_origin

import msgspec
from msgspec import Meta, Struct

from wallboard.errors import DataError

Place = tuple[str | int, ...]
"""Where in the file: keys and list positions, e.g. ``("pages", 0, "tiles", 2, "kpi")``."""

T = TypeVar("T", bound=Struct)

_HEADER = re.compile(r"^\s*(\[\[|\[)\s*([A-Za-z0-9_.-]+)\s*(\]\]|\])")
_KEY = re.compile(r"^\s*([A-Za-z0-9_-]+)\s*=")

_TYPES = {
    "bool": "true or false",
    "int": "a whole number",
    "float": "a number",
    "str": "text in quotes",
    "array": "a list",
    "object": "a table",
}
"""What ``msgspec`` calls a type, as people who write TOML know it."""
_GOT = _TYPES | {"float": "a fraction", "str": "text"}
_EXPECTED = re.compile(r"expected ([a-z |]+?)( of length)?((?: [<>=]+)? [\d.]+)?(?:, got (\w+))?")
_NO_WORD = re.compile(r"invalid enum value '(.*)'")


def suggestion(word: str, known: Collection[str]) -> str:
    """``; did you mean "x"?`` where one is near, else the whole list when it is short, else nothing."""
    near = difflib.get_close_matches(word, sorted(known), n=1, cutoff=0.6)
    if near:
        return f'; did you mean "{near[0]}"?'
    return f"; there is: {', '.join(sorted(known))}" if 0 < len(known) <= 20 else ""  # noqa: PLR2004 - fits one line


class Reader:
    """One TOML file being read. Problems gather in it; ``finish`` raises them together as one ``DataError``."""

    def __init__(self, text: str, name: str) -> None:
        self.name = name
        self.problems: list[tuple[int, str]] = []
        self._lines = _places(text)
        try:
            self.table: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            raise DataError(f"{name}: this is not TOML: {error}") from None

    @classmethod
    def open(cls, path: Path) -> "Reader":
        """Read a file. Raises ``DataError`` when it cannot be read or is not TOML."""
        try:
            return cls(path.read_text(encoding="utf-8"), str(path))
        except OSError as error:
            raise DataError(f"{path}: cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise DataError(f"{path}: is not UTF-8 text") from None

    def fail(self, place: Place, text: str) -> None:
        """Note a problem at a place."""
        line = next((self._lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in self._lines), 0)
        self.problems.append((line, f"{_dotted(place)}: {text}" if place else text))

    def finish(self) -> None:
        """Raise every problem at once, in the order of the file."""
        if self.problems:
            told = [f"  line {line}: {text}" if line else f"  {text}" for line, text in sorted(self.problems)]
            count = "1 problem" if len(told) == 1 else f"{len(told)} problems"
            raise DataError("\n".join([f"{self.name}: {count}", *told]))

    def struct(self, table: Any, kind: type[T], place: Place) -> T | None:
        """A table as ``kind``; ``None`` when anything in it is wrong (the problems are noted)."""
        if not isinstance(table, Mapping):
            self.fail(place, "must be a table")
            return None
        before = len(self.problems)
        fields = {field.encode_name: field for field in msgspec.structs.fields(kind)}
        for key in table.keys() - fields.keys():
            self.fail((*place, key), f'unknown key "{key}"{suggestion(key, fields)}')
        for key in [key for key, field in fields.items() if field.required and key not in table]:
            self.fail(place, f'"{key}" is missing')
        values = {f.name: self.value(table[k], f.type, (*place, k)) for k, f in fields.items() if k in table}
        return kind(**values) if len(self.problems) == before else None

    def value(self, value: Any, kind: Any, place: Place) -> Any:
        """A value as ``kind``: a struct, a tuple of structs, or whatever ``msgspec`` converts."""
        inner = _struct_in(kind)
        if inner and get_origin(kind) is tuple:
            rows = value if isinstance(value, list) else []
            if rows is not value:
                self.fail(place, "must be a list of tables")
            return tuple(self.struct(row, inner, (*place, i)) for i, row in enumerate(rows))
        if inner:
            return self.struct(value, inner, place)
        try:
            return msgspec.convert(value, kind)
        except msgspec.ValidationError as error:
            self.fail(place, _plain(str(error), value, kind))
            return None


def _struct_in(kind: Any) -> type[Struct] | None:
    """The struct a field holds, alone, optional or in a tuple; ``None`` for anything else."""
    options = get_args(kind) if get_origin(kind) in (tuple, Union, UnionType) else (kind,)
    return next((o for o in options if isinstance(o, type) and issubclass(o, Struct)), None)


def _plain(text: str, value: Any, kind: Any) -> str:
    """A validation error in the words of TOML, with the value that caused it and what it may be."""
    words = text.replace("`", "").split(" - at ")[0]
    words = words[:1].lower() + words[1:]
    if wrong := _NO_WORD.fullmatch(words):
        return f'"{wrong[1]}" will not do{suggestion(wrong[1], [a for a in _leaves(kind) if isinstance(a, str)])}'
    if wrong := _EXPECTED.fullmatch(words):
        wanted = " or ".join(_TYPES.get(name, name) for name in wrong[1].split(" | ") if name != "null")
        words = f"must be {wanted}{' of' if wrong[2] else ''}{wrong[3] or ''}"
        words += f", not {_GOT.get(wrong[4], wrong[4])}" if wrong[4] else ""
    elif " matching regex " in words:
        words = "has the wrong form"
    if isinstance(value, str | int | float):
        words += f" (it is {json.dumps(value, ensure_ascii=False)})"
    told = [_shown(leaf) for leaf in _leaves(kind) if isinstance(leaf, Meta) and leaf.description]
    return words + "".join(f"; write {shown}" for shown in told[:1])


def _shown(meta: Meta) -> str:
    examples = [f", such as {json.dumps(example)}" for example in meta.examples or ()]
    return "".join([meta.description or "", *examples])


def _leaves(kind: Any) -> Iterator[Any]:
    """What a type is made of: the words of its literals, what is noted on its parts, and the plain types."""
    parts = get_args(kind)
    if not parts:
        yield kind
    for part in parts:
        yield from _leaves(part)


def _dotted(place: Place) -> str:
    """``pages[0].tiles[2].kpi``, counting from 1 as people do."""
    parts = [f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place]
    return "".join(parts).removeprefix(".")


def _places(text: str) -> dict[Place, int]:
    """The line of every header and key, as well as a look at each line can tell."""
    found: dict[Place, int] = {}
    counts: dict[Place, int] = {}
    here: Place = ()
    for number, line in enumerate(text.splitlines(), start=1):
        if header := _HEADER.match(line):
            here = _enter(header[2].split("."), counts, listed=header[1] == "[[")
            found.setdefault(here, number)
        elif key := _KEY.match(line):
            found.setdefault((*here, key[1]), number)
    return found


def _enter(names: list[str], counts: dict[Place, int], *, listed: bool) -> Place:
    """The place a header opens, counting the tables of each list."""
    place: Place = ()
    for i, name in enumerate(names):
        place = (*place, name)
        if listed and i == len(names) - 1:
            counts[place] = counts.get(place, 0) + 1
        if place in counts:
            place = (*place, counts[place] - 1)
    return place
