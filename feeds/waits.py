"""How long gaps have been waited for, by producer. What is known to lack by then waits together, however many gaps."""

from collections.abc import Iterable
from typing import Final

from feeds.sequence import Stream

REORDER_WAIT_MS: Final = 250


class Waits:
    """Of each producer with a gap: its epoch, since when (monotonic ms), and the number that was the next to come."""

    def __init__(self) -> None:
        self._waits: dict[str, tuple[int, int, int]] = {}

    def follow(self, streams: Iterable[Stream], now: int) -> Stream | None:
        """See what lacks ``now``; returns one whose gap was waited for long enough, if there is one."""
        found, before, self._waits = None, self._waits, {}
        for stream in streams:
            if stream.sequence.gap is None:
                continue
            epoch, since, end = before.get(stream.source, (stream.epoch, now, 0))
            if epoch != stream.epoch or stream.sequence.next >= end:
                since, end = now, stream.sequence.end
            self._waits[stream.source] = stream.epoch, since, end
            if found is None and now - since >= REORDER_WAIT_MS:
                found = stream
        return found

    def due(self) -> list[int]:
        """When each has been waited for long enough, monotonic ms."""
        return [since + REORDER_WAIT_MS for _, since, _ in self._waits.values()]

    def since(self, source: str) -> int | None:
        """Since when a producer's gap is waited for; ``None`` when none is."""
        return self._waits[source][1] if source in self._waits else None

    def end(self, stream: Stream) -> int:
        """The number before which all gaps of a producer have been waited for as long."""
        epoch, _, end = self._waits.get(stream.source, (stream.epoch, 0, 0))
        return end if epoch == stream.epoch else 0
