"""What the floor is told: every notice in force, the most severe and then the newest first."""

from msgspec import Struct

from wallboard.board.scene import Scene
from wallboard.board.severity import Level, rank
from wallboard.board.spec import TileSpec
from wallboard.board.view import TileView


class MessageSpec(TileSpec, frozen=True, kw_only=True):
    """Nothing of its own: notices come with the feed."""


class MessageItem(Struct, frozen=True, gc=False):
    """One notice, and when it came."""

    text: str
    time: str
    level: Level


class MessageView(TileView, frozen=True, kw_only=True):
    """The notices; ``calm`` is what to say when there are none."""

    items: tuple[MessageItem, ...]
    calm: str
    turn: int = 0


def present(spec: MessageSpec, scene: Scene) -> MessageView:
    """The notices now. They stay while the feed is away: they were meant for such moments too."""
    now = scene.snapshot.as_of
    valid = [notice for notice in scene.snapshot.notices if notice.until is None or notice.until > now]
    valid.sort(key=lambda notice: (-rank(notice.severity), -notice.at))
    return MessageView(
        title=spec.title or "Messages",
        note=scene.note(""),
        trust=scene.trust,
        items=tuple(MessageItem(notice.text, scene.clock(notice.at), notice.severity) for notice in valid),
        calm="no data yet" if scene.blank else "no messages",
        turn=scene.turn,
    )
