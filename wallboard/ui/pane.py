"""One screen of the wall: its window, its board, and the page that is due on it."""

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from wallboard.board.health import feed_view
from wallboard.board.memory import Memory
from wallboard.board.present import present
from wallboard.board.rotation import Rotation
from wallboard.board.severity import Level, worst
from wallboard.board.spec import BoardSpec
from wallboard.board.view import BoardView, FeedView
from wallboard.core.figures import Figures
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth
from wallboard.ui.window import WallWindow

WATCH_MS = 1000
"""How often pages that are not shown are asked whether they want to be."""


class Pane:
    """Presents snapshots as the due page of a board, and shows them in a window.

    Args:
        window: where.
        board: what.
        memory: what the screen remembers between moments.
        page: which page comes first.
        turned: told the page whenever another one comes.
    """

    def __init__(
        self,
        window: WallWindow,
        board: BoardSpec,
        memory: Memory,
        page: int = 0,
        turned: Callable[[int], None] = lambda _: None,
    ) -> None:
        self.window, self.board, self.memory = window, board, memory
        self.rotation = Rotation(board.pages, page)
        self._turned = turned
        self._page: int | None = None
        self._levels: dict[int, Level] = {}
        self._shown: tuple[Any, ...] = ()
        self._view: BoardView | None = None
        self._began: int | None = None
        self._watched: int | None = None

    def show(self, snapshot: Snapshot, health: FeedHealth, figures: Callable[[], Figures], now: int) -> None:
        """Show a moment. ``now`` is the screen's own time (ms, monotonic): pages turn by it, also in a replay.

        ``figures`` is asked only if something but the age of the feed has changed: at least once a second.
        """
        self._began = now if self._began is None else self._began
        self._watch(health, figures, now)
        feed = feed_view(health, snapshot.feed, snapshot.as_of)
        called = frozenset[int]() if feed.trust == "lost" else self.memory.called
        page = self.rotation.turn(now, self._levels, called)
        moment = (snapshot.feed, self.memory.local(snapshot.as_of) // 1000, feed.trust, feed.warning, page)
        if self._view is None or moment != self._shown:
            self._shown = moment
            self._view = present(figures(), health, self.board, page, self.memory.local, now - self._began, self.memory)
            self._levels[page] = _level(self._view)
        self._view = _with(self._view, feed, self.rotation.progress(now))
        self.window.show_view(self._view)
        if page != self._page:
            self._page = page
            self._turned(page)

    def turn(self, by: int, now: int) -> None:
        """Turn pages by hand."""
        self.rotation.go(self.rotation.page + by, now)

    def _watch(self, health: FeedHealth, figures: Callable[[], Figures], now: int) -> None:
        """Once a second, the levels of the pages that may come forward or stay."""
        others = [page for page in self.rotation.watched if page != self.rotation.page]
        if not others or (self._watched is not None and now - self._watched < WATCH_MS):
            return
        self._watched = now
        for page in others:
            view = present(figures(), health, self.board, page, self.memory.local, 0, self.memory)
            self._levels[page] = _level(view)


def _level(view: BoardView) -> Level:
    return worst(*(level for placed in view.page.tiles for level in (placed.tile.level, placed.tile.within)))


def _with(view: BoardView, feed: FeedView, progress: float) -> BoardView:
    strip = view.strip
    if strip.feed == feed and strip.progress == progress:
        return view
    return replace(view, strip=replace(strip, feed=feed, progress=progress))
