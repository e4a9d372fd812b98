"""The health of a feed in words, and how far its figures may be trusted."""

from collections.abc import Callable

from wallboard.board import format as fmt
from wallboard.board.view import FeedView, Trust
from wallboard.core.snapshot import FeedFacts
from wallboard.core.source import FeedHealth, FeedState

STALE_MS = 3000
"""Older than this, the newest batch is not news: amber."""
LOST_MS = 10_000
"""Older than this, values are withheld."""
AHEAD_MS = 5_000
"""Figures further ahead of their feed than this stand still for longer than anybody takes for a delay."""
SKEW_MS = 2_000
"""A clock that differs by this from ours is told of: ages allow for it, but people compare the clock on the wall."""
DAY_MS = 86_400_000


def trust(health: FeedHealth) -> Trust:
    """How far to trust the figures: by what the source says, and by age whatever it says."""
    if health.state in ("replay", "ended"):
        return "replay"
    age = health.age_ms or 0
    if health.state == "offline" or age > LOST_MS:
        return "lost"
    return "live" if _is_live(health) and health.ahead_ms <= AHEAD_MS else "late"


def _is_live(health: FeedHealth) -> bool:
    return health.state == "live" and (health.age_ms or 0) <= STALE_MS and not health.gaps_open


def unheard(facts: FeedFacts, now: int) -> int:
    """How long (ms) of the day up to ``now`` the feed's source itself heard nothing."""
    return sum(until - max(since, now - DAY_MS) for since, until in facts.unheard if until > now - DAY_MS)


def feed_view(health: FeedHealth, facts: FeedFacts | None = None, now: int = 0) -> FeedView:
    """What the strip says of a feed, of which ``facts`` are known ``now`` (ms)."""
    trusted = trust(health)
    state: FeedState = health.state
    if trusted == "lost":
        state = "offline"
    elif health.state == "live" and not _is_live(health):
        state = "filling" if health.gaps_open else "stale"
    told = [_WORDS[state](health)]
    if state == "live":
        told += _lacks(health, facts, now) or [_NOTHING if facts and facts.newest is None else _WHOLE]
        told += _clock(health)
    elif trusted == "replay":
        told += _lacks(health, facts, now)
    return FeedView(" · ".join(told), trusted, _warning(health))


def _seconds(ms: int | None) -> str:
    return f"{(ms or 0) // 1000}{fmt.GAP}s"


def _live(health: FeedHealth) -> str:
    return "live" if health.age_ms is None else f"live · {health.age_ms / 1000:.1f}{fmt.GAP}s"


def _lacks(health: FeedHealth, facts: FeedFacts | None, now: int) -> list[str]:
    """What the figures lack: events lost on the way here, those nobody could read, times in which nobody listened."""
    told = [f"{_events(health.missing)} missing"] if health.missing else []
    if facts and facts.undecodable:
        told.append(f"{_events(facts.undecodable)} unreadable")
    if unheard_ms := unheard(facts, now) if facts else 0:
        told.append(f"{fmt.spell(max(unheard_ms, 1000))} unheard")
    return told


def _clock(health: FeedHealth) -> list[str]:
    """How the clock over there, which is the one on the wall, differs from ours."""
    skew = health.skew_ms or 0
    if abs(skew) < SKEW_MS:
        return []
    return [f"its clock is {fmt.spell(abs(skew))} {'ahead' if skew > 0 else 'behind'}"]


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{fmt.number(count)} events"


def _catching_up(health: FeedHealth) -> str:
    return "catching up" if health.progress is None else f"catching up · {health.progress * 100:.0f}{fmt.GAP}%"


def _offline(health: FeedHealth) -> str:
    retry = "" if health.retry_ms is None else f" · retrying in {_seconds(health.retry_ms)}"
    return (f"no data for {_seconds(health.age_ms)}" if health.age_ms is not None else "offline") + retry


def _replay(health: FeedHealth) -> str:
    if health.speed is None:
        return "replay"
    return f"replay {fmt.TIMES}{health.speed:g}" if health.speed else "replay paused"


_NOTHING, _WHOLE = "no data yet", "no gaps"

_WORDS: dict[FeedState, Callable[[FeedHealth], str]] = {
    "connecting": lambda health: f"connecting to {health.source}" if health.source else "connecting",
    "catching-up": _catching_up,
    "live": _live,
    "filling": lambda health: f"filling {health.gaps_open} {'gap' if health.gaps_open == 1 else 'gaps'}",
    "stale": lambda health: f"no data for {_seconds(health.age_ms)}",
    "offline": _offline,
    "replay": _replay,
    "ended": lambda _: "replay ended",
}


def _warning(health: FeedHealth) -> str:
    """What is wrong beside the figures. The short and grave come first: a strip has little room."""
    told = ["open to the network without keys"] if health.insecure else []
    if health.ahead_ms > AHEAD_MS:
        told.append(f"time stands still for {fmt.spell(health.ahead_ms)}: dated ahead, or its clock was set back")
    if health.undecodable and health.age_ms is None:
        told.append("what comes cannot be read: is it a feed of this program, and of its version?")
    if health.refused:
        told.append(f"{_events(health.refused)} left out, dated over 5 minutes ahead: look at the phone system's clock")
    if health.why is not None:
        told.append(health.why)
    if health.recording is not None:
        told.append(f"not recording: {health.recording}")
    return " · ".join(told)
