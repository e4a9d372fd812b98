"""What is on the screen, in words and shares of a length: frozen, comparable, without a pixel or a colour."""

from typing import Literal

from msgspec import Struct

from wallboard.board.severity import Level

Trust = Literal["live", "late", "lost", "replay"]
"""``late``: amber, values shown but ageing; ``lost``: values withheld; ``replay``: another time than now."""
Sureness = Literal["known", "unknown", "absent", "lost"]
"""``unknown``: no data yet; ``absent``: this feed cannot supply it; ``lost``: the feed is gone."""


class Figure(Struct, frozen=True, gc=False):
    """One value as it is written."""

    text: str
    unit: str = ""
    level: Level = "calm"
    sure: Sureness = "known"


class TileView(Struct, frozen=True, kw_only=True):
    """What every tile shows: a title, a quiet note beside it, its level, and how far the feed is to be trusted.

    ``level`` colours the whole card; ``within`` is the worst of what a list holds, whose card stays calm.
    """

    title: str
    note: str = ""
    level: Level = "calm"
    within: Level = "calm"
    trust: Trust = "live"


class Placed(Struct, frozen=True):
    """A tile on the page's grid: column, row, width, height; ``upright`` on that of a screen that stands upright."""

    at: tuple[int, int, int, int]
    tile: TileView
    upright: tuple[int, int, int, int]


class FeedView(Struct, frozen=True, gc=False):
    """The health of the feed in words."""

    text: str
    trust: Trust
    warning: str = ""
    """What else is wrong, and does not stop the figures: not recording, an open port."""


class StripView(Struct, frozen=True):
    """The line at the top of the wall."""

    title: str
    subtitle: str
    page: int
    pages: int
    feed: FeedView
    clock: str
    message: str = ""
    message_level: Level = "info"
    progress: float = 0.0
    """How much of the page's time is over, 0-1."""


class PageView(Struct, frozen=True):
    """A grid of tiles, and the columns and rows of the one on a screen that stands upright."""

    title: str
    columns: int
    rows: int
    tiles: tuple[Placed, ...]
    upright: tuple[int, int]


class BoardView(Struct, frozen=True):
    """Everything on one screen."""

    strip: StripView
    page: PageView
