"""What is usual is told to the fold once a day."""

from wallboard.core.aggregator import Aggregator
from wallboard.core.baseline import Usual
from wallboard.core.events import AgentDeclared
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth
from wallboard.engine import comparing
from wallboard.zones import period

DAY = 86_400_000


def test_what_is_usual_is_asked_once_a_day() -> None:
    asked: list[int] = []
    shown: list[Snapshot] = []

    def usual(now: int) -> tuple[Usual, ...]:
        asked.append(now)
        return ()

    fold = Aggregator(period, ("today",), "UTC")
    put = comparing(fold, usual, "UTC", lambda snapshot, _: shown.append(snapshot))
    fold.apply(AgentDeclared(at=10 * DAY, agent="a"))
    for at in (10 * DAY, 10 * DAY + 5, 11 * DAY - 1, 11 * DAY, 11 * DAY + 1):
        fold.advance(at)
        put(fold.snapshot(), FeedHealth())

    assert asked == [10 * DAY, 11 * DAY]
    assert len(shown) == 5


def test_a_fold_that_began_from_a_checkpoint_is_told_again() -> None:
    """Who made that knows of no usual days, or of others."""
    asked: list[int] = []
    days = (Usual("offered", "", (0,), ()),)

    def usual(now: int) -> tuple[Usual, ...]:
        asked.append(now)
        return days

    fold = Aggregator(period, ("today",), "UTC")
    put = comparing(fold, usual, "UTC", lambda *_: None)
    fold.apply(AgentDeclared(at=10 * DAY, agent="a"))
    fold.advance(10 * DAY)
    put(fold.snapshot(), FeedHealth())
    fold.compare_with(())
    put(fold.snapshot(), FeedHealth())
    assert fold.snapshot().usual is days
    assert asked == [10 * DAY]
