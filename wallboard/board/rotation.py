"""Which page a screen shows: pages take turns, and trouble holds its page or pulls it forward."""

from collections.abc import Mapping

from wallboard.board.severity import Level, rank
from wallboard.board.spec import PageSpec

STEP_MS = 1000
"""The progress line moves with the clock, not by itself."""


class Rotation:
    """The turns of the pages of one screen, by the screen's own time (ms, monotonic).

    A page with ``pull`` comes at once when it gets that bad. A page with ``hold`` stays while it is that bad; of
    several such pages only these take turns, so the rotation never hides a burning one behind a calm one.
    """

    def __init__(self, pages: tuple[PageSpec, ...], page: int = 0) -> None:
        self.page = page % len(pages)
        self._pages = pages
        self._since: int | None = None
        self._pulled: set[int] = set()

    @property
    def watched(self) -> tuple[int, ...]:
        """The pages whose level has to be known also while they are not shown."""
        return tuple(i for i, page in enumerate(self._pages) if page.hold or page.pull)

    def turn(self, now: int, levels: Mapping[int, Level], called: frozenset[int] = frozenset()) -> int:
        """The page that is due, by what is known of the levels of pages; ``called`` ones come and stay anyway."""
        if self._since is None:
            self._since = now
        pulling = {i for i, page in enumerate(self._pages) if i in called or _reached(_level(levels, i), page.pull)}
        fresh, self._pulled = pulling - self._pulled, pulling
        if fresh and self.page not in fresh:
            self._open(max(fresh, key=lambda i: (rank(_level(levels, i)), -i)), now)
        elif now - self._since >= self._pages[self.page].seconds * 1000:
            self._open(self._next(levels, called), now)
        return self.page

    def progress(self, now: int) -> float:
        """How much of the page's time is over, 0-1, in steps of a second; 0 where there is nothing to turn to."""
        if len(self._pages) == 1 or self._since is None:
            return 0.0
        over = (now - self._since) // STEP_MS * STEP_MS
        return min(1.0, over / (self._pages[self.page].seconds * 1000))

    def go(self, page: int, now: int) -> None:
        """Turn to a page by hand; it gets its whole time."""
        self._open(page % len(self._pages), now)

    def _open(self, page: int, now: int) -> None:
        self.page, self._since = page, now

    def _next(self, levels: Mapping[int, Level], called: frozenset[int]) -> int:
        count = len(self._pages)
        order = [(self.page + step) % count for step in range(1, count + 1)]
        held = [i for i in order if i in called or _reached(_level(levels, i), self._pages[i].hold)]
        return held[0] if held else order[0]


def _level(levels: Mapping[int, Level], page: int) -> Level:
    return levels.get(page, "calm")


def _reached(level: Level, limit: Level | None) -> bool:
    return limit is not None and rank(level) >= rank(limit)
