"""The time of day of a place, by the time of the feed."""

from wallboard.board import format as fmt
from wallboard.board.scene import Scene
from wallboard.board.spec import TileSpec
from wallboard.board.view import TileView


class ClockSpec(TileSpec, frozen=True, kw_only=True):
    """``zone`` is an IANA name; "" is the board's own."""

    zone: str = ""
    seconds: bool = False
    date: bool = True


class ClockView(TileView, frozen=True, kw_only=True):
    """Time and date in words."""

    time: str
    date: str
    known: bool = True


def present(spec: ClockSpec, scene: Scene) -> ClockView:
    """The time now; unknown before anything was heard."""
    at = scene.snapshot.as_of
    local = scene.memory.zone(spec.zone)(at)
    place = spec.zone.rpartition("/")[2].replace("_", " ")
    return ClockView(
        title=spec.title or place or "Time",
        note="" if spec.title is None else place,
        trust=scene.trust,
        time=fmt.clock(local, seconds=spec.seconds) if at else fmt.UNKNOWN,
        date=fmt.date(local) if at and spec.date else "",
        known=bool(at),
    )
