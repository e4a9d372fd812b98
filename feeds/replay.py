"""A .feed file as a live source: at any pace, paused, from any moment, or as fast as it can be read.

Events come in the order they were recorded, each when the replay clock reaches its time. An event whose own time lies
ahead of those behind it (a clock that stepped) does not hold them up: it is due when the first of them is.
"""

import bisect
import itertools
from pathlib import Path
from typing import Self

from feeds.clock import Clock, ReplayClock, SystemClock
from feeds.reader import JournalReader
from feeds.walk import Block
from wallboard.core.events import AnyEvent, Undecodable
from wallboard.core.source import FeedHealth

AT_ONCE = 5000
"""Events in one `Replay.poll`, about; the rest comes with the next."""


class Replay:
    """The file at ``path`` as a `wallboard.core.source.Source`. Raises `JournalError` when it is no .feed file.

    ``speed`` is feed time to real time: 1 as it was, 60 an hour a minute, 0 paused, ``None`` as fast as can be.
    Raises ``ValueError`` when that is negative.
    """

    def __init__(self, path: Path, *, speed: float | None = 1.0, clock: Clock | None = None) -> None:
        self.path = path
        self._base = clock or SystemClock()
        self._reader = JournalReader(path)
        bounds = self._reader.bounds()
        self.first_at = bounds.first_at if bounds else 0
        """When the recording begins, ms."""
        self.last_at = bounds.last_at if bounds else 0
        """When it ends, ms."""
        self._speed = speed
        self._clock = ReplayClock(self._base, self.first_at, 1.0 if speed is None else speed)
        self._undecodable = 0
        self._high = self.first_at
        self._go()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file."""
        self._reader.close()

    def jump(self, at: int) -> None:
        """Make ``at`` (ms) the present; `poll` then gives everything from the beginning, up to ``at`` at once."""
        self._clock.jump(at)
        self._high = min(at, self.last_at)
        self._go()

    def poll(self, timeout_ms: int) -> tuple[AnyEvent, ...]:
        """What is due, waiting at most ``timeout_ms`` for it; a whole block when the pace is as fast as can be."""
        due = self._due()
        if due or self._block is None or self._speed is None:
            return due
        until = self._clock.until(self._gates[self._begin])
        self._base.wait(timeout_ms if until is None else min(until, timeout_ms))
        return self._due()

    def now(self) -> int:
        """The recording's present, ms; it does not go beyond the recording's end."""
        if self._speed is None:
            return self._high
        return min(self._clock.now(), self.last_at)

    def health(self) -> FeedHealth:
        """A replay is never live; ``missing`` is what damage cost."""
        return FeedHealth(
            state="ended" if self._block is None else "replay",
            source=f"replay of {self.path.name}",
            missing=sum(damage.events or 0 for damage in self._reader.damage),
            undecodable=self._undecodable,
            speed=self._speed,
        )

    def _go(self) -> None:
        self._reader.damage.clear()
        self._blocks = self._reader.blocks()
        self._ahead: Block | None = next(self._blocks, None)
        self._load()

    def _load(self) -> None:
        """The next block, and when each of its events is due: no later than any event behind it."""
        self._block, self._ahead = self._ahead, next(self._blocks, None)
        self._begin = 0
        self._gates: list[int] = []
        if self._block is not None and self._speed is not None:
            self._gate(self._block)

    def _gate(self, block: Block) -> None:
        behind = [self._ahead.first_at] if self._ahead else []
        backwards = itertools.chain(behind, (event.at for event in reversed(block.events)))
        gates = list(itertools.accumulate(backwards, min))
        self._gates = gates[len(behind) :][::-1]

    def _due(self) -> tuple[AnyEvent, ...]:
        out: tuple[AnyEvent, ...] = ()
        now = self._clock.now()
        while self._block is not None and len(out) < AT_ONCE:
            stop = len(self._block.events)
            if self._speed is not None:
                if not self._gates:
                    self._gate(self._block)
                stop = bisect.bisect_right(self._gates, now, lo=self._begin)
            out += self._block.events[self._begin : stop]
            self._begin = stop
            if stop < len(self._block.events):
                break
            self._high = max(self._high, self._block.last_at)
            self._load()
            if self._speed is None and out:
                break
        self._undecodable += sum(type(event) is Undecodable for event in out)
        return out
