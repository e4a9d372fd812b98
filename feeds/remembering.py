"""A fold that is remembered: what a `Memory` is told of it, and a source that could have none."""

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from feeds.memory import Memory
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import Beginning, FeedHealth, Source
from wallboard.core.vocabulary import Event


class Forgetful:
    """A live source that could not have a memory, and says why for as long as it lasts."""

    def __init__(self, source: Source, why: str) -> None:
        self._source = source
        self._why = why

    def poll(self, timeout_ms: int) -> Sequence[Event]:
        """The source's."""
        return self._source.poll(timeout_ms)

    def now(self) -> int:
        """The source's."""
        return self._source.now()

    def health(self) -> FeedHealth:
        """The source's, and that it is not being remembered."""
        return replace(self._source.health(), recording=self._why)

    def close(self) -> None:
        """Let go."""
        self._source.close()


def remembering(
    source: Source, beginning: Beginning, publish: Callable[[Snapshot, FeedHealth], None]
) -> Callable[[Snapshot, FeedHealth], None]:
    """``publish``, after which a `Memory` makes its checkpoints. The fold begins from its newest, if that may be."""
    if not isinstance(source, Memory):
        return publish
    fold = beginning.fold
    if beginning.trusting:
        beginning.trusted = source.restore(fold)

    def keeping(snapshot: Snapshot, health: FeedHealth) -> None:
        publish(snapshot, health)
        source.keep(fold)

    return keeping
