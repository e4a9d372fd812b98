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
