"""Tiles on the grid of a page: every one inside it, and none on another."""

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from wallboard.board.spec import PageSpec, TileSpec

At = tuple[int, int, int, int]
"""Column, row, width and height."""


def mistakes(page: dict[str, Any], tiles: Sequence[Any]) -> Iterator[tuple[int, str, str]]:
    """What is wrong with where tiles stand: which (from 0), by which of its keys, and what to say.

    Read from the tables as they are written, as far as each makes sense by itself, so that another mistake in a tile or
    its page does not hide that it lies over its neighbour.
    """
    size = (_field(page, PageSpec, "columns"), _field(page, PageSpec, "rows"))
    yield from _on(None if None in size else size, tiles, "at")
    standing = _field(page, PageSpec, "portrait")
    if standing is not None:
        yield from _on(standing, tiles, "portrait")


def _on(size: tuple[int, int] | None, tiles: Sequence[Any], key: str) -> Iterator[tuple[int, str, str]]:
    places: list[At | None] = [_field(tile, TileSpec, key) for tile in tiles]
    for i, at in enumerate(places):
        if at is None:
            continue
        if size is not None and (at[0] + at[2] > size[0] or at[1] + at[3] > size[1]):
            yield i, key, f"the tile reaches outside the page of {size[0]} columns and {size[1]} rows"
        for j, other in enumerate(places[:i]):
            if other is not None and _overlap(at, other):
                yield i, key, f"the tile lies over tile {j + 1} of the page"


def _field(table: Any, kind: type[msgspec.Struct], key: str) -> Any:
    """What a table says of one key, or what is so without it; ``None`` when that is none."""
    field = next(field for field in msgspec.structs.fields(kind) if field.name == key)
    if not isinstance(table, dict) or key not in table:
        return None if field.required else field.default
    try:
        return msgspec.convert(table[key], field.type)
    except msgspec.ValidationError:
        return None


def _overlap(one: At, two: At) -> bool:
    across = one[0] < two[0] + two[2] and two[0] < one[0] + one[2]
    return across and one[1] < two[1] + two[3] and two[1] < one[1] + one[3]
