"""What the engine asks of any source of events, live or recorded, and what a source says of its own health."""

from collections.abc import Sequence
from typing import Final, Literal, Protocol

from msgspec import Struct

from wallboard.core.aggregator import Aggregator
from wallboard.core.vocabulary import Event

FeedState = Literal["connecting", "catching-up", "live", "filling", "stale", "offline", "replay", "ended"]
BEGINNING: Final[tuple[FeedState, ...]] = ("connecting", "catching-up")
"""States in which a live feed's past is still being told."""
RECORDED: Final[tuple[FeedState, ...]] = ("replay", "ended")
"""States of a feed whose present is another time than now."""


class FeedHealth(Struct, frozen=True, kw_only=True):
    """How far a source can be trusted right now. Durations are ms; ``None`` is unknown."""

    state: FeedState = "connecting"
    source: str = ""
    """Where it comes from, in words for the screen."""
    age_ms: int | None = None
    """Since the newest batch (heartbeats included), by the monotonic clock."""
    skew_ms: int | None = None
    """The producer's clock less ours."""
    progress: float | None = None
    """Share of a catch-up done, 0-1."""
    retry_ms: int | None = None
    """Until the next try, when offline."""
    gaps_open: int = 0
    gaps_filled: int = 0
    missing: int = 0
    """Events known to be missing and not recovered."""
    duplicates: int = 0
    undecodable: int = 0
    refused: int = 0
    """Events left out because their time is too far ahead of the feed's present."""
    ahead_ms: int = 0
    """How far the figures' time is ahead of the feed's present. Time stands still until the feed gets there."""
    speed: float | None = None
    """Pace of a replay; 0 is paused."""
    insecure: bool = False
    """Whether it crosses a network without keys."""
    why: str | None = None
    """What is wrong with it, in words for the screen; ``None`` when the state says it all."""
    recording: str | None = None
    """``None`` when nothing is wrong; else why the journal is not being written."""


class Beginning(Struct):
    """What a source is opened for: a fold that has been told nothing yet."""

    fold: Aggregator
    trusting: bool = True
    """Whether the fold may begin from a checkpoint."""
    trusted: bool = False
    """Whether it did."""


class Source(Protocol):
    """A feed as the engine sees it. Made, used and closed in one thread."""

    def poll(self, timeout_ms: int) -> Sequence[Event]:
        """Events in order of delivery, waiting at most ``timeout_ms``; empty when there are none."""
        ...

    def now(self) -> int:
        """The feed's present, ms since the epoch: the producer's clock when live, the replay clock in a replay."""
        ...

    def health(self) -> FeedHealth:
        """How far to trust it now."""
        ...

    def close(self) -> None:
        """Let go of sockets and files."""
        ...
