"""Folds kept up with a journal that grows: at rest they are what a wall has that was told the same events."""

from pathlib import Path

import pytest

from feeds.clock import ManualClock
from feeds.freeze import thaw
from feeds.journal import JournalWriter
from feeds.orders import Done, Fold, Order, State, Told, Trouble
from feeds.upkeep import AGAIN_MS, EVERY_MS, MAX_WINDOWS, MOST, Upkeep, named
from tests.feeds.chaos import BEGIN, facts, feed
from wallboard.core.aggregator import Aggregator
from wallboard.core.events import Notice
from wallboard.core.past import AHEAD_MS, Past
from wallboard.core.vocabulary import Event
from wallboard.zones import fold_of, zone_of

WINDOWS = ("30m", "today")
HOUR_MS = 3_600_000


def begun(windows: tuple[str, ...], zone: str) -> tuple[Aggregator, int]:
    zone_of(zone)
    return fold_of(windows, zone), 0


def fold_named(*windows: str, zone: str = "UTC") -> Fold:
    return named(fold_of(windows, zone))


FOLD = fold_named(*WINDOWS)


class Desk:
    """A journal that somebody writes and the folds that are kept up with it."""

    def __init__(self, folder: Path, own: tuple[tuple[str, ...], str] | None = (WINDOWS, "UTC")) -> None:
        self.clock = ManualClock(wall=BEGIN + HOUR_MS)
        self.journal = JournalWriter(folder / "theirs.feed", self.clock)
        self.upkeep = Upkeep(self.journal.path, begun, own, self.clock)
        self.written = 0

    def write(self, events: list[Event]) -> None:
        self.journal.append(events, source="pbx", epoch=1, seq=self.written)
        self.journal.flush()
        self.written += len(events)

    def follow(self) -> list[Told]:
        told, busy = self.upkeep.step()
        while busy:
            more, busy = self.upkeep.step()
            told += more
        return told

    def close(self) -> None:
        self.upkeep.close()
        self.journal.close()


def told(events: list[Event], aggregator: Aggregator | None = None, end: int | None = None) -> bytes:
    """What a wall shows at ``end`` (ms) that is told ``events`` as a past, on top of what it has."""
    fold = aggregator or fold_of(WINDOWS, "UTC")
    end = events[-1].at if end is None else end
    past = Past(fold)
    past.tell(events, end)
    past.reach_present(end)
    return facts(fold.snapshot())


def thawed(state: State) -> Aggregator:
    fold = fold_of(WINDOWS, "UTC")
    assert thaw(state.body, fold)
    return fold


def states(told: list[Told]) -> list[State]:
    return [each for each in told if isinstance(each, State)]


@pytest.mark.parametrize("every", [700, 1000, 3456])
@pytest.mark.parametrize("step", [250, 999])
def test_a_checkpoint_and_the_events_after_it_are_all_events(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: int, step: int
) -> None:
    monkeypatch.setattr("feeds.upkeep.EVERY", every)
    desk, events, taken = Desk(tmp_path), feed(3, 5000), list[State]()
    for start in range(0, len(events), step):
        desk.write(events[start : start + step])
        taken += states(desk.follow())
    desk.close()
    assert len(taken) >= len(events) // (every + step)
    for state in taken:
        last = events[state.position - 1]
        assert (state.fold, state.begin, state.at) == (FOLD, 0, last.at)
        assert (state.source, state.epoch, state.seq) == ("pbx", 1, state.position)
        assert told(events[state.position :], thawed(state), events[-1].at) == told(events)


def test_a_state_is_as_of_the_newest_event_and_not_of_the_clock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.upkeep.EVERY", 1000)
    desk, events = Desk(tmp_path), feed(3, 1000)
    desk.write(events)
    (state,) = states(desk.follow())
    desk.close()
    assert thawed(state).now <= events[-1].at < desk.clock.wall()


def test_a_state_is_taken_every_so_many_events_but_not_far_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("feeds.upkeep.EVERY", 1000)
    monkeypatch.setattr("feeds.upkeep.MANY", 2500)
    desk, events = Desk(tmp_path), feed(3, 8000)
    desk.write(events[:6000])
    taken = states(desk.follow())
    for start in range(6000, 8000, 500):
        desk.write(events[start : start + 500])
        taken += states(desk.follow())
    desk.close()
    assert [state.position for state in taken] == [4000, 5000, 6000, 7000, 8000]


def test_a_state_is_taken_every_five_minutes_of_the_feed_but_not_far_back(tmp_path: Path) -> None:
    desk, events = Desk(tmp_path), feed(3, 9000, rate=3)  # 50 minutes
    desk.clock.advance(HOUR_MS)
    desk.write(events[:6000])
    taken = states(desk.follow())
    for start in range(6000, 9000, 30):
        desk.write(events[start : start + 30])
        taken += states(desk.follow())
    desk.close()
    assert taken[0].at > events[5999].at - 4 * EVERY_MS
    spans = {state.at // EVERY_MS for state in taken}
    assert sorted(spans) == list(range(min(spans), events[-1].at // EVERY_MS + 1))
    assert len(spans) == len(taken)
    for state in taken:
        assert told(events[state.position :], thawed(state), events[-1].at) == told(events)


def test_a_state_that_is_too_large_is_left_out_for_a_while(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.upkeep.EVERY", 100)
    monkeypatch.setattr("feeds.upkeep.MAX_BODY", 1 << 10)
    desk, events, said = Desk(tmp_path), feed(3, 2000), list[tuple[int, Told]]()
    for start in range(0, len(events), 100):
        desk.write(events[start : start + 100])
        said += [(start, each) for each in desk.follow()]
    desk.close()
    assert [start for start, _ in said] == [0, 1000]
    assert said[0][1] == Trouble(reason="a state takes 0 MB, and at most 0 are sent")


def test_damage_is_passed_by(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.upkeep.EVERY", 2000)
    desk, events = Desk(tmp_path), feed(3, 3000)
    desk.write(events)
    desk.journal.seal()
    desk.journal._db.execute("UPDATE blocks SET body = x'00' WHERE total > 1000")
    assert desk.follow() == []
    desk.write(events[:10])
    (state,) = states(desk.follow())
    assert (state.position, state.seq) == (3010, 3010)
    assert told([], thawed(state), events[999].at) == told(events[:1000] + events[:10], end=events[999].at)
    assert desk.upkeep._reader.damage == []
    desk.close()


@pytest.mark.parametrize(
    ("fold", "reason"),
    [
        (Fold(tag="fold/of another program", windows=WINDOWS, zone="UTC"), "a fold of another program"),
        (Fold(tag=FOLD.tag, windows=("today",), zone="UTC"), "a fold of another program"),
        (Fold(tag=FOLD.tag, windows=WINDOWS, zone="Mars/Olympus"), 'there is no time zone "Mars/Olympus"'),
        (Fold(tag=FOLD.tag, windows=WINDOWS, zone="../../etc/passwd"), "there is no time zone"),
        (Fold(tag=FOLD.tag, windows=("yesterday",), zone="UTC"), "no window 'yesterday'"),
        (Fold(tag=FOLD.tag, windows=("9d",), zone="UTC"), "longer than a week"),
        (Fold(tag=FOLD.tag, windows=tuple(f"{i + 1}m" for i in range(MAX_WINDOWS + 1)), zone="UTC"), "over 16 windows"),
    ],
)
def test_a_fold_that_cannot_be_made_is_refused(tmp_path: Path, fold: Fold, reason: str) -> None:
    desk = Desk(tmp_path)
    done = desk.upkeep.obey(Order(folds=(fold,)))
    desk.close()
    assert done.kept == (FOLD,)
    assert [(refused, reason in why) for refused, why in done.refused] == [(fold, True)]


def test_only_so_many_folds_are_kept_and_what_is_not_ordered_is_let_go(tmp_path: Path) -> None:
    desk = Desk(tmp_path)
    others = [fold_named(f"{i}m") for i in range(1, MOST + 1)]
    assert desk.upkeep.obey(Order(folds=tuple(others))) == Done(kept=(FOLD, *others[1:]))
    assert desk.upkeep.obey(Order(folds=(FOLD, others[2]))) == Done(kept=(FOLD, others[2]))
    assert list(desk.upkeep._kept) == [FOLD, others[2]]
    desk.close()


def test_a_fold_that_is_ordered_later_is_told_everything_too(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.upkeep.EVERY", 2000)
    desk, events = Desk(tmp_path, None), feed(3, 2000)
    desk.write(events)
    assert desk.follow() == []
    desk.upkeep.obey(Order(folds=(FOLD,)))
    (state,) = states(desk.follow())
    assert state.position == 2000
    desk.close()


def test_a_feed_ahead_of_the_clock_has_no_checkpoints(tmp_path: Path) -> None:
    """Each wall leaves such events out and says so; of a checkpoint it could not."""
    desk = Desk(tmp_path)
    desk.write([Notice(at=desk.clock.wall() + AHEAD_MS + 1, text="")])
    *_, trouble = desk.follow()
    reason = "there are events ahead of the clock, which each wall leaves out and tells of"
    assert trouble == Trouble(fold=FOLD, reason=reason)
    desk.clock.advance(AGAIN_MS - 1)
    desk.follow()
    assert desk.upkeep._kept == {}
    desk.clock.advance(1)
    desk.follow()
    assert desk.upkeep._kept[FOLD].position == 1
    desk.close()
