"""A snapshot, the health of its feed and a board, turned into a view of one page."""

from wallboard.board import format as fmt
from wallboard.board.audience import names_on
from wallboard.board.health import feed_view
from wallboard.board.memory import LocalTime, Memory
from wallboard.board.scene import TURN_MS, Scene
from wallboard.board.severity import Level, rank
from wallboard.board.spec import BoardSpec, PageSpec
from wallboard.board.tiles import PRESENTERS
from wallboard.board.upright import upright
from wallboard.board.view import BoardView, FeedView, PageView, Placed, StripView, Trust
from wallboard.core.figures import Figures
from wallboard.core.snapshot import NoticeRow
from wallboard.core.source import FeedHealth


def present(
    figures: Figures,
    health: FeedHealth,
    board: BoardSpec,
    page: int,
    local: LocalTime,
    shown: int = 0,
    memory: Memory | None = None,
) -> BoardView:
    """One page of the board at the snapshot's moment. ``page`` wraps around; ``local`` is ms UTC to local ms.

    ``shown`` is how long the screen has been up (ms): overfull tiles turn their pages by it. ``memory`` is what the
    screen remembers, and its alerts have been held against the moments up to this one; without it nothing was before.
    """
    feed = feed_view(health, figures.snapshot.feed, figures.snapshot.as_of)
    if memory is None:
        memory = Memory(board, local)
        memory.alerts.step(figures, known=feed.trust != "lost")
    memory.usual = figures.snapshot.usual or memory.usual
    index = page % len(board.pages)
    scene = scene_of(figures, board, feed.trust, memory, index, shown // TURN_MS)
    return BoardView(_strip(scene, feed, index), _page(scene, board.pages[index]))


def scene_of(
    figures: Figures, board: BoardSpec, trusted: Trust, memory: Memory, page: int | None = None, turn: int = 0
) -> Scene:
    """A moment to present, of one page (from 0) or of the board as a whole."""
    rows = {row.key: row for row in figures.snapshot.queues}
    names = board.names if page is None else names_on(board, page)
    return Scene(figures, board, trusted, memory, rows, names, page or 0, turn)


def _page(scene: Scene, page: PageSpec) -> PageView:
    grid, places = upright(page)
    tiles = tuple(
        Placed(tile.at, PRESENTERS[type(tile)](tile, scene), place)
        for tile, place in zip(page.tiles, places, strict=True)
    )
    return PageView(page.title, page.columns, page.rows, tiles, grid)


def _strip(scene: Scene, feed: FeedView, index: int) -> StripView:
    board, now = scene.board, scene.snapshot.as_of
    notice = _notice(scene.snapshot.notices, now)
    subtitle = " · ".join(part for part in (board.pages[index].title, board.subtitle) if part)
    level: Level = "info" if notice is None else notice.severity
    return StripView(
        title=board.title,
        subtitle=subtitle,
        page=index,
        pages=len(board.pages),
        feed=feed,
        clock=fmt.clock(scene.local(now)) if now else fmt.UNKNOWN,
        message=notice.text if notice else "",
        message_level=level,
    )


def _notice(notices: tuple[NoticeRow, ...], now: int) -> NoticeRow | None:
    """The notice in force: the most severe, then the newest."""
    valid = [notice for notice in notices if notice.until is None or notice.until > now]
    return max(valid, key=lambda notice: (rank(notice.severity), notice.at), default=None)
