"""Producers' clocks: errors are not believed, steps are followed, and nothing is lost meanwhile."""

from collections.abc import Iterable

from feeds.skew import DOUBT_MS, MOST, STEP_MS, Skews
from feeds.wire import Batch
from wallboard.core.events import Notice

WALL, MONO = 1_700_000_000_000, 5_000
HOUR = 3_600_000
YEARS = 10 * 366 * 24 * HOUR


def batch(seq: int, sent: int | None, source: str = "pbx", events: int = 1) -> Batch:
    return Batch(source=source, epoch=1, seq=seq, sent=sent, events=(Notice(at=WALL, text="x"),) * events)


def told(skews: Skews, steps: Iterable[tuple[int, int]], seq: int = 0) -> list[tuple[int, int]]:
    """Batches sent at so many ms, by a clock so far ahead; when (ms) each number was given out."""
    out: list[tuple[int, int]] = []
    for number, (at, ahead) in enumerate(steps, seq):
        settled = skews.hear(batch(number, WALL + at + ahead), WALL + at, MONO + at)
        out.extend((each.seq, at) for each in settled)
    return out


def test_an_error_is_not_believed_and_what_came_with_it_is_not_lost() -> None:
    skews = Skews()
    steps = [(0, 0), (1000, 0), (2000, YEARS), (3000, 20), (4000, 0)]
    assert told(skews, steps[:3]) == [(0, 0), (1, 1000)]
    assert skews.now(MONO + 2000) == WALL + 2000
    assert "clock of pbx jumped" in (skews.doubt or "")
    assert told(skews, steps[3:], 3) == [(2, 3000), (3, 3000), (4, 4000)]
    assert skews.now(MONO + 4000) == WALL + 4020
    assert skews.skew_ms == 20
    assert skews.doubt is None


def test_a_clock_that_was_set_is_followed_either_way() -> None:
    for step in (HOUR, -HOUR):
        skews = Skews()
        steps = [(0, 0), (1000, step), (2000, step), (2500, step), (3000, step), (4000, step)]
        given = [(0, 0), (1, 3000), (2, 3000), (3, 3000), (4, 3000), (5, 4000)]
        assert told(skews, steps) == given
        assert skews.now(MONO + 4000) == WALL + 4000 + step


def test_what_nobody_agrees_with_or_denies_waits_no_longer_than_it_has_to() -> None:
    skews = Skews()
    told(skews, [(0, 0), (1000, YEARS)])
    assert skews.due() == MONO + 1000 + DOUBT_MS
    assert skews.settle(skews.due() - 1) == []
    assert [each.seq for each in skews.settle(skews.due())] == [1]
    assert skews.now(MONO + 5000) == WALL + 5000
    assert skews.due() > MONO + YEARS


def test_errors_that_do_not_agree_among_themselves_say_nothing() -> None:
    skews = Skews()
    told(skews, [(0, 0), *((1000 * n, n * YEARS) for n in range(1, 6))])
    assert skews.now(MONO + 5000) == WALL + 5000


def test_what_was_held_up_on_the_way_tells_no_other_time() -> None:
    """A line that stood still for half a minute gives out at once what was sent meanwhile."""
    skews = Skews()
    given = told(skews, [(0, 0), *((30_000 + n, 1000 * n - 30_000) for n in range(1, 31)), (31_000, 0)])
    assert [seq for seq, _ in given] == list(range(32))
    assert skews.now(MONO + 31_000) == WALL + 31_000


def test_what_does_not_say_when_it_was_sent_keeps_its_place() -> None:
    skews = Skews()
    told(skews, [(0, 0), (1000, YEARS)])
    assert skews.hear(batch(2, None), WALL + 1100, MONO + 1100) == []
    assert [each.seq for each in skews.hear(batch(3, WALL + 1200), WALL + 1200, MONO + 1200)] == [1, 2, 3]


def test_each_producer_has_a_clock_of_its_own_and_the_latest_is_the_present() -> None:
    skews = Skews()
    for at in range(0, 4000, 1000):
        for source, ahead in (("a", 0), ("b", HOUR), ("c", STEP_MS - 1)):
            assert len(skews.hear(batch(at, WALL + at + ahead, source), WALL + at, MONO + at)) == 1
    assert skews.now(MONO + 4000) == WALL + 4000 + HOUR
    for at in range(4000, 30_000, 1000):
        skews.hear(batch(at, WALL + at, "a"), WALL + at, MONO + at)
    assert skews.now(MONO + 30_000) == WALL + 30_000


def test_it_holds_back_no_more_than_it_may() -> None:
    skews = Skews()
    told(skews, [(0, 0), (1000, YEARS)])
    big = [batch(2 + n, WALL + 1001 + n + YEARS, events=50_000) for n in range(4)]
    given = [len(skews.hear(each, WALL + 1001 + n, MONO + 1001 + n)) for n, each in enumerate(big)]
    assert given == [0, 0, 0, 5]
    for number in range(MOST + 10):
        assert skews.hear(batch(0, WALL, f"s{number}"), WALL, MONO)
    assert len(skews._clocks) == MOST
