"""The queues, agents and other groups a board names, held against those a recording knows."""

from collections.abc import Iterator
from typing import cast

from msgspec import Struct

from wallboard.board.spec import BoardSpec
from wallboard.core.figures import Figures
from wallboard.core.snapshot import By
from wallboard.reading import suggestion


def unknown_names(board: BoardSpec, figures: Figures) -> list[str]:
    """What the board asks for by a name the recording does not have, each with its place and a suggestion."""
    told = []
    for place, by, name in _named(board):
        known = figures.names(by)
        if name in known:
            continue
        some = f', such as "{known[0]}"' if known else ""
        told.append(
            f'{place}: there is no {by} "{name}"{suggestion(name, [other for other in known if other])}'
            if name
            else f'{place}: one {by} is to be shown; say which with "group"{some}'
        )
    return told


def _named(board: BoardSpec) -> Iterator[tuple[str, By, str]]:
    """Where the board names a group, of which kind, and how."""
    for number, page in enumerate(board.pages, start=1):
        for count, tile in enumerate(page.tiles, start=1):
            yield from _names_in(f"pages[{number}].tiles[{count}]", tile)
    for number, rule in enumerate(board.rules, start=1):
        if rule.group is not None:
            yield f"rules[{number}].group", rule.by, rule.group
        for kind, name in rule.where.items():
            yield f"rules[{number}].where", cast("By", kind), name


def _names_in(place: str, tile: Struct) -> Iterator[tuple[str, By, str]]:
    by = getattr(tile, "by", None)
    if by and hasattr(tile, "group"):
        yield f"{place}.group", by, getattr(tile, "group", "")
    for name in getattr(tile, "queues", ()):
        yield f"{place}.queues", "queue", name
    if queue := getattr(tile, "queue", None):
        yield f"{place}.queue", "queue", queue
    for kind, name in getattr(tile, "where", {}).items():
        yield f"{place}.where", cast("By", kind), name
