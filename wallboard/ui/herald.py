"""Does what rules ask for beside the tiles, of a live feed only: a recorded day rings nobody up."""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from wallboard.board.actions import Change, Deed, changes, deeds, notification, report
from wallboard.board.health import trust
from wallboard.board.memory import Memory
from wallboard.board.present import scene_of
from wallboard.board.scene import Scene
from wallboard.board.spec import BoardSpec
from wallboard.core.alerts import Alert
from wallboard.core.figures import Figures
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import BEGINNING, RECORDED, FeedHealth

_NOT_NOW = (*BEGINNING, *RECORDED)
"""States of a feed that tells the past."""


class Means(Struct, frozen=True):
    """How this machine can be heard. None of them waits."""

    sound: Callable[[], None]
    notify: Callable[[str, str], None]
    """Title and text."""
    post: Callable[[str, bytes], None]
    """Address and JSON."""


class Herald:
    """Acts on what changed among the alerts of a board, once for the whole machine.

    What stands when the feed becomes live is told too: nobody here knows of it yet.
    """

    def __init__(self, board: BoardSpec, memory: Memory, means: Means) -> None:
        self._board, self._memory, self._means = board, memory, means
        self._told: tuple[Alert, ...] = ()

    def show(self, _: Snapshot, health: FeedHealth, figures: Callable[[], Figures], __: int) -> None:
        """Look at what stands now; ``figures`` is asked when something changed."""
        trusted, standing = trust(health), self._memory.alerts.standing
        if health.state in _NOT_NOW or trusted == "lost" or standing is self._told:
            return
        found, self._told = changes(self._told, standing), standing
        if found:
            self._act(found, scene_of(figures(), self._board, trusted, self._memory))

    def _act(self, found: tuple[Change, ...], scene: Scene) -> None:
        """One sound and one notification however much changed; each webhook by itself."""
        asked = [(change, self._memory.rule(change.alert)) for change in found]

        def of(deed: Deed) -> list[Change]:
            return [change for change, rule in asked if deed in deeds(change, rule)]

        if of("sound"):
            self._means.sound()
        if shown := of("notify"):
            self._means.notify(*notification(shown, scene))
        for change in of("webhook"):
            address = self._memory.rule(change.alert).webhook
            self._means.post(address, msgspec.json.encode(report(change, scene)))
