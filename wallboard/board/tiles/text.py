"""Words that stay: an address, a house rule, a heading."""

from typing import Literal

from wallboard.board.scene import Scene
from wallboard.board.spec import TileSpec
from wallboard.board.view import TileView


class TextSpec(TileSpec, frozen=True, kw_only=True):
    """``size`` is that of the letters; long words shrink, then elide."""

    text: str
    size: Literal["small", "body", "title", "large"] = "body"
    align: Literal["left", "center"] = "left"


class TextView(TileView, frozen=True, kw_only=True):
    """The words."""

    text: str
    size: str
    align: str


def present(spec: TextSpec, scene: Scene) -> TextView:
    """The words. They do not depend on the feed, but among marked tiles one without a mark would look like news."""
    return TextView(title=spec.title or "", text=spec.text, size=spec.size, align=spec.align, trust=scene.trust)
