"""What a board file asks for: boards, pages, rules, and what every kind of tile has in common."""

from typing import Annotated, Literal

from msgspec import Meta, Struct, field

from wallboard.core.snapshot import By

Share = Annotated[float, Meta(ge=0, le=1)]
Limit = float | str
"""A threshold as people write it: ``5``, ``"80 %"``, ``"02:00"``; a bare duration is in seconds.

Of a queue also ``"3 x T"`` (of its own service-level threshold) and ``"target"`` (its own service-level target).
"""
Place = Annotated[
    tuple[
        Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=0)], Annotated[int, Meta(ge=1)], Annotated[int, Meta(ge=1)]
    ],
    Meta(description="[column, row, width, height]", examples=[[0, 0, 6, 4]]),
]
"""Column, row, width and height on the page's grid, counting from 0."""
Better = Literal["up", "down", "none"]
Alarm = Literal["warning", "breach"]
Hours = Annotated[
    str, Meta(pattern=r"^\d{1,2}:\d{2}-\d{1,2}:\d{2}$", description="begin and end", examples=["08:00-18:00"])
]
"""Local times of day, ``08:00-18:00``; ``22:00-06:00`` spans midnight."""
Action = Literal["tile", "page", "sound", "notify"]
"""What a rule does: stand on alert tiles, bring its pages forward, sound, tell the desktop."""
Page = Annotated[int, Meta(ge=1)]
"""A page of the board, counted from 1."""
Names = Literal["full", "short", "initials", "alias", "hidden"]
"""What is told of people, from most to least."""
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Pin = Annotated[
    str, Meta(pattern="^(scrypt:[0-9a-f]{32}:[0-9a-f]{64})?$", description="what `wallboard kiosk pin` prints")
]
Dimension = Literal["site", "channel", "client", "team", "skill", "queue"]
Where = dict[Dimension, str]
"""What is counted or listed: what belongs to all of it."""


class TileSpec(Struct, frozen=True, kw_only=True):
    """What every tile has: its place and, unless the kind's own will do, a title.

    ``portrait`` is its place on a screen that stands upright, where the page says how that is divided.
    """

    at: Place
    title: str | None = None
    portrait: Place | None = None


class RuleSpec(Struct, frozen=True, kw_only=True):
    """A figure to watch, for each group of a kind, where it becomes a warning or a breach, and when that counts.

    ``clear`` is the value at which it is over; ``for`` how long it must last before anybody is told; ``cool_down`` how
    long after it the same group stays quiet; ``only`` a KPI that must be above nought for the rule to count; ``least``
    the denominator below which a share or mean is no evidence. ``where`` watches only what belongs to all of it.

    ``actions`` is what happens when it opens or gets worse; ``webhook`` an address that is sent JSON then, and when it
    is over. ``pages`` and ``screens`` are whom it is for: it stands on alert tiles there only, and ``page`` brings
    these pages forward.
    """

    kpi: str
    title: str = ""
    window: str = "today"
    by: By = "total"
    group: str | None = None
    """One group only; ``None`` watches every group of ``by``."""
    where: Where = field(default_factory=dict)
    variant: str | None = None
    warn: Limit | None = None
    breach: Limit | None = None
    clear: Limit | None = None
    better: Better | None = None
    for_: Limit = field(default=0, name="for")
    cool_down: Limit = 0
    hours: tuple[Hours, ...] = ()
    days: tuple[Day, ...] = ()
    only: str | None = None
    least: Annotated[int, Meta(ge=0)] = 0
    actions: tuple[Action, ...] = ("tile",)
    webhook: str = ""
    pages: tuple[Page, ...] = ()
    screens: tuple[str | int, ...] = ()


class PageSpec(Struct, frozen=True, kw_only=True):
    """One screenful: a grid of tiles, shown for so many seconds when pages rotate.

    ``portrait`` is columns and rows on a screen that stands upright; every tile then says where it stands there.
    Without it the page is laid out anew by itself.
    """

    title: str = ""
    columns: Annotated[int, Meta(ge=1, le=48)] = 12
    rows: Annotated[int, Meta(ge=1, le=48)] = 12
    portrait: tuple[Annotated[int, Meta(ge=1, le=48)], Annotated[int, Meta(ge=1, le=48)]] | None = None
    seconds: Annotated[float, Meta(ge=1, le=86_400)] = 20
    hold: Alarm | None = None
    """The page stays while one of its tiles is this bad; several such pages take turns among themselves."""
    pull: Alarm | None = None
    """The page comes at once when one of its tiles gets this bad."""
    names: Names | None = None
    """What this page tells of people, where that is less than the board does."""
    tiles: tuple[TileSpec, ...] = ()


class ScreenSpec(Struct, frozen=True, kw_only=True):
    """What one of several screens shows: some pages of this board, or another board.

    ``name`` is the system's name of the screen (``HDMI-1``) or its number from 0; ``pages`` are counted from 1, and
    none named means all of them.
    """

    name: str | int
    pages: tuple[Page, ...] = ()
    board: str | None = None


class KioskSpec(Struct, frozen=True, kw_only=True):
    """How the wall behaves where nobody sits: ``[kiosk]``.

    ``pin`` is what ``wallboard kiosk pin`` prints; without one the chord alone leaves. ``dim`` is hours on
    the board's own clock in which everything is shown at ``dim_to`` of its light. ``orbit`` moves the whole picture by
    a few pixels each minute.
    """

    pin: Pin = ""
    dim: Hours | None = None
    dim_to: Annotated[float, Meta(ge=0.1, le=1)] = 0.4
    orbit: bool = True


class BoardSpec(Struct, frozen=True, kw_only=True):
    """A whole board. ``zone`` is an IANA name ("" is this machine's), ``distance`` metres to the screen.

    ``names`` is what this screen tells of people, unless a page tells less; with ``alias`` it is ``aliases`` by agent
    key or name, and a number for everybody else.
    """

    title: str
    subtitle: str = ""
    zone: str = ""
    theme: str = "midnight"
    distance: Annotated[float, Meta(gt=0, le=100)] = 6.0
    decimal: Literal[".", ","] = "."
    names: Names = "short"
    aliases: dict[str, str] = field(default_factory=dict)
    pages: tuple[PageSpec, ...] = ()
    rules: tuple[RuleSpec, ...] = ()
    screens: tuple[ScreenSpec, ...] = ()
    kiosk: KioskSpec = KioskSpec()
