"""A primary and a standby that number the same events alike, over real sockets: either may die, nothing is twice."""

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feeds.clock import ManualClock
from feeds.journal import JournalReader, JournalWriter
from feeds.merged import Merged
from feeds.publisher import Publisher, write_past
from feeds.subscriber import Subscriber
from wallboard.core.events import AnyEvent, Notice

ANY = "tcp://127.0.0.1:*"
EPOCH = 1_795_336_200_000
PATIENCE_S = 60.0


def notes(start: int, stop: int) -> list[AnyEvent]:
    return [Notice(at=EPOCH + i, text=str(i)) for i in range(start, stop)]


class End:
    """A publisher with its journal, which begins its source again each time it is started."""

    def __init__(self, path: Path, clock: ManualClock) -> None:
        self.path, self.clock, self.address = path, clock, ANY
        self.at = 0

    def start(self, upto: int) -> None:
        self.journal = JournalWriter(self.path, self.clock)
        self.held = write_past(self.journal, "pbx", EPOCH, [notes(0, upto // 2), notes(upto // 2, upto)])
        self.publisher = Publisher(self.address, source="pbx", journal=self.journal, epoch=EPOCH, clock=self.clock)
        self.address, self.at = self.publisher.address, upto

    def tell(self, upto: int) -> None:
        self.publisher.publish(notes(self.at, upto)[self.held :])
        self.held, self.at = 0, upto

    def die(self) -> None:
        self.publisher._let_go()
        self.journal._db.close()
        self.journal._lock.release()


class Wall:
    """A wall on both, and the times of what it was given."""

    def __init__(self, ends: list[End], clock: ManualClock) -> None:
        self.ends, self.clock = ends, clock
        members = [Subscriber(end.address, clock=clock, since=0) for end in ends]
        self.merged = Merged([members], clock=clock)
        self.got: list[int] = []

    def until(self, done: Callable[[], bool]) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while not done():
            assert time.monotonic() < deadline, (len(self.got), self.merged.health())
            self.clock.advance(10)
            for end in self.ends:
                end.publisher.tick()
            self.got += [event.at - EPOCH for event in self.merged.poll(5)]


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock(wall=EPOCH + 3_600_000)


@pytest.fixture
def ends(tmp_path: Path, clock: ManualClock) -> Iterator[list[End]]:
    found = [End(tmp_path / f"{name}.feed", clock) for name in "ab"]
    yield found
    for end in found:
        end.publisher.close()
        end.journal.close()


def test_either_may_die_and_come_back_and_the_wall_has_everything_once(ends: list[End], clock: ManualClock) -> None:
    a, b = ends
    a.start(40)
    b.start(50)
    wall = Wall([a, b], clock)
    wall.until(lambda: len(wall.got) == 50 and wall.merged.health().state == "live")
    a.tell(60)
    b.tell(60)
    wall.until(lambda: len(wall.got) == 60)
    a.die()
    wall.ends = [b]
    b.tell(100)
    wall.until(lambda: len(wall.got) == 100)
    a.start(110)  # what it missed it has from its own source
    wall.ends = [a, b]
    b.tell(110)
    wall.until(lambda: wall.merged.health().why is None)
    b.die()
    wall.ends = [a]
    a.tell(150)
    wall.until(lambda: len(wall.got) == 150)
    assert wall.got == list(range(150))
    assert wall.merged.health().missing == 0
    b.start(150)
    wall.merged.close()


@pytest.mark.parametrize("kept", [True, False])
def test_a_wall_on_one_of_them_hears_nothing_twice_when_it_begins_again(
    ends: list[End], clock: ManualClock, *, kept: bool
) -> None:
    a, b = ends
    a.start(40)
    wall = Wall([a], clock)
    wall.until(lambda: len(wall.got) == 40 and wall.merged.health().state == "live")
    a.die()
    if not kept:
        a.path.unlink()
    a.start(45)
    wall.until(lambda: len(wall.got) == 45)
    a.tell(50)
    wall.until(lambda: len(wall.got) == 50)
    assert wall.got == list(range(50))
    b.start(0)
    wall.merged.close()


def test_a_past_that_ends_before_the_journal_does_is_not_numbered_anew(tmp_path: Path) -> None:
    with JournalWriter(tmp_path / "a.feed") as journal:
        assert write_past(journal, "pbx", EPOCH, [notes(0, 10)]) == 0
        assert write_past(journal, "pbx", EPOCH, [notes(0, 7)]) == 3
        assert write_past(journal, "pbx", EPOCH, [notes(0, 7), notes(7, 12)]) == 0
    with JournalReader(tmp_path / "a.feed") as reader:
        assert [event.at - EPOCH for block in reader.events() for event in block] == list(range(12))


def test_another_epoch_begins_at_its_own_numbers(tmp_path: Path) -> None:
    with JournalWriter(tmp_path / "a.feed") as journal:
        write_past(journal, "pbx", EPOCH, [notes(0, 10)])
        for epoch, seq in ((EPOCH + 1, 0), (EPOCH, 10)):
            with Publisher(ANY, source="pbx", journal=journal, epoch=epoch) as publisher:
                assert (publisher.epoch, publisher.seq) == (epoch, seq)
