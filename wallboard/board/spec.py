"""What a board file asks for: boards, pages, rules, and what every kind of tile has in common."""

from typing import Annotated, Literal

from msgspec import Meta, Struct

from wallboard.core.snapshot import By

Share = Annotated[float, Meta(ge=0, le=1)]
Limit = float | str
"""A threshold as people write it: ``5``, ``"80 %"``, ``"02:00"``; a bare duration is in seconds.

Of a queue also ``"3 x T"`` (of its own service-level threshold) and ``"target"`` (its own service-level target).
"""
Place = tuple[
    Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=1)], Annotated[int, Meta(ge=1)]
]
"""Column, row, width and height on the page's grid, counting from 0."""
Better = Literal["up", "down", "none"]


class TileSpec(Struct, frozen=True, kw_only=True):
    """What every tile has: its place and, unless the kind's own will do, a title."""

    at: Place
    title: str | None = None


class RuleSpec(Struct, frozen=True, kw_only=True):
    """A figure to watch, for each group of a kind, and where it becomes a warning or a breach."""

    kpi: str
    window: str = "today"
    by: By = "total"
    group: str | None = None
    """One group only; ``None`` watches every group of ``by``."""
    variant: str | None = None
    warn: Limit | None = None
    breach: Limit | None = None
    better: Better | None = None


class PageSpec(Struct, frozen=True, kw_only=True):
    """One screenful: a grid of tiles, shown for so many seconds when pages rotate."""

    title: str = ""
    columns: Annotated[int, Meta(ge=1, le=48)] = 12
    rows: Annotated[int, Meta(ge=1, le=48)] = 12
    seconds: Annotated[float, Meta(ge=1, le=86_400)] = 20
    tiles: tuple[TileSpec, ...] = ()


class BoardSpec(Struct, frozen=True, kw_only=True):
    """A whole board. ``zone`` is an IANA name ("" is this machine's), ``distance`` metres to the screen."""

    title: str
    subtitle: str = ""
    zone: str = ""
    theme: str = "midnight"
    distance: Annotated[float, Meta(gt=0, le=100)] = 6.0
    decimal: Literal[".", ","] = "."
    names: Literal["full", "short", "initials", "hidden"] = "short"
    pages: tuple[PageSpec, ...] = ()
    rules: tuple[RuleSpec, ...] = ()
