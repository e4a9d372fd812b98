"""The wall's own memory: what it knew, it knows again, and only the tail is asked for."""

import random
import sqlite3
import sys
from collections.abc import Callable, Mapping
from contextlib import closing
from pathlib import Path

import pytest

from feeds.clock import ManualClock
from feeds.headstart import HeadStart
from feeds.journal import JournalReader, JournalWriter
from feeds.memory import LOOK_MS, REMOVED, Keeping, Memory
from feeds.publisher import Publisher
from feeds.recorder import Taker
from feeds.subscriber import Subscriber
from tests.feeds.chaos import ADDRESS, BEGIN, facts, feed
from tests.feeds.ether import Ether
from wallboard.core.aggregator import Aggregator
from wallboard.core.events import Notice
from wallboard.core.vocabulary import Event
from wallboard.errors import JournalError
from wallboard.zones import period


def aggregator() -> Aggregator:
    return Aggregator(period, ("today", "30m"), "UTC")


class Site:
    """A producer and a wall with a memory, in one made-up network."""

    def __init__(self, folder: Path, seed: int = 3, count: int = 3000) -> None:
        self.clock = ManualClock(wall=BEGIN)
        self.ether = Ether(self.clock, random.Random(seed))
        self.journal = JournalWriter(folder / "theirs.feed", self.clock)
        self.publisher = Publisher(
            ADDRESS, source="pbx", journal=self.journal, clock=self.clock, network=self.ether.host()
        )
        self.events = feed(seed, count)
        self.path = folder / "memory" / "ours.feed"
        self.asked: list[dict[str, tuple[int, int]]] = []
        self._next = 0
        self.keeping = Keeping(events=200)

    def open(self) -> Memory:
        def live(known: Mapping[str, tuple[int, int]], head: HeadStart | None) -> Taker:
            self.asked.append(dict(known))
            return Subscriber(ADDRESS, clock=self.clock, since=0, resume=known, network=self.ether.host(), head=head)

        return Memory(self.path, live, self.keeping, since=0, clock=self.clock)

    def run(self, memory: Memory | None, fold: Aggregator, until: int) -> int:
        """Publish up to an event and fold all that comes; returns how many events came."""
        count = 0
        for _ in range(10_000):
            self.clock.advance(20)
            stop = min(until, self._next + 20)
            self.publisher.publish(self.events[self._next : stop])
            self._next = stop
            self.publisher.tick()
            if memory is None:
                if stop == until:
                    return 0
                continue
            events = memory.poll(0)
            count += len(events)
            fold.fold(events)
            memory.keep(fold)
            if stop == until and memory.health().state == "live" and not events:
                return count
        raise AssertionError(memory and memory.health())

    def close(self) -> None:
        self.publisher.close()
        self.journal.close()


def told(fold: Aggregator, events: list[Event]) -> bytes:
    fold.advance(max(event.at for event in events))
    return facts(fold.snapshot())


def clean(events: list[Event]) -> bytes:
    fold = aggregator()
    fold.fold(events)
    return told(fold, events)


def killed(memory: Memory) -> None:
    memory._writer._db.close()
    memory._writer._lock.release()
    memory._reader.close()


def restart(site: Site, memory: Memory, end: Callable[[Memory], None]) -> tuple[Memory, Aggregator, bool]:
    end(memory)
    site.run(None, aggregator(), 2000)  # it goes on without the wall
    again, fold = site.open(), aggregator()
    return again, fold, again.restore(fold)


@pytest.mark.parametrize("end", [Memory.close, killed], ids=["closed", "killed"])
@pytest.mark.parametrize("checkpoint", [True, False])
def test_a_wall_that_starts_again_has_the_same_totals_and_asks_for_the_tail_only(
    tmp_path: Path, end: Callable[[Memory], None], *, checkpoint: bool
) -> None:
    site = Site(tmp_path)
    memory, fold = site.open(), aggregator()
    site.run(memory, fold, 1000)
    if checkpoint:
        memory.checkpoint(fold)
    site.run(memory, fold, 1500)
    site.clock.advance(250)
    assert memory.poll(0) == []
    memory, fold, restored = restart(site, memory, end)
    assert restored == checkpoint
    came = site.run(memory, fold, 3000)
    assert came == (2000 if checkpoint else 3000)
    assert site.asked[0] == {}
    assert site.asked[1]["pbx"][1] == 1500
    assert told(fold, site.events) == clean(site.events)
    memory.close()
    site.close()


def test_while_it_remembers_it_says_so_and_how_far_it_is(tmp_path: Path) -> None:
    site = Site(tmp_path)
    memory, fold = site.open(), aggregator()
    site.run(memory, fold, 3000)
    memory.close()
    memory = site.open()
    health = memory.health()
    assert (health.state, health.progress, health.source) == ("catching-up", 0.0, "the wall's own memory")
    memory.poll(0)
    assert 0 < (memory.health().progress or 0) <= 1
    memory.close()
    site.close()


def positions(path: Path) -> list[int]:
    with closing(sqlite3.connect(path)) as db:
        return [position for (position,) in db.execute("SELECT position FROM checkpoints ORDER BY id")]


def test_a_checkpoint_is_made_when_there_is_enough_to_fold_and_the_newest_two_stay(tmp_path: Path) -> None:
    site = Site(tmp_path)
    memory, fold = site.open(), aggregator()
    for stop in (199, 400, 500, 600, 800):
        site.run(memory, fold, stop)
        site.clock.advance(site.keeping.every_ms)
        memory.keep(fold)
        site.run(memory, fold, stop + 10)  # the fold goes on while the checkpoint is on its way
        memory.keep(fold)
        assert memory.trouble is None
    memory.close()
    assert positions(site.path) == [600, 800]
    site.close()


def test_a_checkpoint_on_its_way_is_of_the_moment_it_was_taken(tmp_path: Path) -> None:
    site = Site(tmp_path)
    memory, fold = site.open(), aggregator()
    site.run(memory, fold, 1000)
    site.clock.advance(site.keeping.every_ms)
    memory.keep(fold)
    site.run(memory, fold, 1500)
    memory, fold, restored = restart(site, memory, Memory.close)
    assert restored
    assert site.run(memory, fold, 3000) == 2000
    assert told(fold, site.events) == clean(site.events)
    memory.close()
    site.close()


def test_what_is_too_old_or_too_much_is_let_go(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.keeping = Keeping(size=60_000, events=200)
    memory, fold = site.open(), aggregator()
    site.run(memory, fold, 3000)
    before = memory._writer.total
    for _ in range(2):
        site.clock.advance(site.keeping.every_ms)
        memory.checkpoint(fold)
        memory.keep(fold)
    assert memory.trouble is None
    with JournalReader(site.path) as reader:
        left = reader.bounds()
    assert left is None or left.events < before
    memory.close()
    site.close()


def test_another_wall_may_not_have_the_same_memory(tmp_path: Path) -> None:
    site = Site(tmp_path)
    with site.open(), pytest.raises(JournalError, match="being written by another program"):
        site.open()
    site.close()


def test_a_damaged_memory_is_set_aside_and_a_new_one_begun(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.path.parent.mkdir()
    site.path.write_bytes(b"SQLite format 3\0" + bytes(5000))
    memory, fold = site.open(), aggregator()
    assert not memory.restore(fold)
    site.run(memory, fold, 3000)
    assert told(fold, site.events) == clean(site.events)
    assert [path.name for path in site.path.parent.glob("*-damaged-*.feed")] == [f"ours-damaged-{BEGIN}.feed"]
    memory.close()
    site.close()


def test_a_checkpoint_of_other_windows_is_not_taken(tmp_path: Path) -> None:
    """A wall of two boards keeps the windows of both; without the second, its memory is folded again."""
    site = Site(tmp_path)
    memory, fold = site.open(), Aggregator(period, ("today", "5m", "30m"), "UTC")
    site.run(memory, fold, 1000)
    memory.checkpoint(fold)
    memory.close()
    assert not site.open().restore(aggregator())
    site.close()


def test_a_restart_folds_again_what_alerts_have_to_see(tmp_path: Path) -> None:
    """Of two checkpoints not the newest but the one that is ten minutes old."""
    site = Site(tmp_path)
    site.events = [Notice(at=BEGIN + minute * 60_000, text=str(minute)) for minute in range(20)]
    memory, fold = site.open(), aggregator()
    for stop in (5, 15):
        site.run(memory, fold, stop)
        fold.advance(site.events[stop - 1].at)
        memory.checkpoint(fold)
    site.run(memory, fold, 20)
    memory.close()
    memory, fold = site.open(), aggregator()
    assert memory.restore(fold)
    assert fold.now == site.events[4].at
    assert memory.now() == site.events[-1].at
    assert len(memory.poll(0)) == 15
    memory.close()
    site.close()


def test_a_day_that_lacks_events_lacks_them_after_a_restart_too(tmp_path: Path) -> None:
    """Numbers that never came are not in the memory; nor is a block that the disk spoiled."""
    site = Site(tmp_path)
    memory, fold = site.open(), aggregator()
    site.run(memory, fold, 1000)
    site.publisher.seq += 70  # nobody has these
    site.run(memory, fold, 2100)
    assert memory.health().missing == 70
    memory.close()
    memory, fold = site.open(), aggregator()
    assert memory.health().missing == 70
    site.run(memory, fold, 2200)
    assert memory.health().missing == 70
    memory.close()
    site.close()


def test_a_spoiled_block_of_a_memory_is_said(tmp_path: Path) -> None:
    site = Site(tmp_path)
    memory, fold = site.open(), aggregator()
    site.run(memory, fold, 3000)
    memory.close()
    with closing(sqlite3.connect(site.path)) as db:
        db.execute("UPDATE blocks SET body = zeroblob(100) WHERE id = (SELECT min(id) FROM blocks)")
        lost = db.execute("SELECT count FROM blocks ORDER BY id").fetchone()[0]
        db.commit()
    memory, fold = site.open(), aggregator()
    assert site.run(memory, fold, 3000) == 3000 - lost
    assert memory.health().missing == lost
    memory.close()
    site.close()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be removed there")
def test_a_memory_whose_file_was_removed_says_so(tmp_path: Path) -> None:
    site = Site(tmp_path)
    memory, fold = site.open(), aggregator()
    site.run(memory, fold, 500)
    assert memory.health().recording is None
    site.path.unlink()
    site.clock.advance(LOOK_MS)
    site.run(memory, fold, 600)
    assert memory.health().recording == REMOVED
    memory.close()
    site.close()


@pytest.mark.skipif(sys.platform == "win32", reason="an open file cannot be renamed there")
def test_what_a_damaged_memory_wrote_last_is_set_aside_with_it(tmp_path: Path) -> None:
    """Somebody else reads it, so that what was written last is still in a file beside it."""
    site = Site(tmp_path)
    memory, fold = site.open(), aggregator()
    site.run(memory, fold, 500)
    with JournalReader(site.path) as reader, closing(sqlite3.connect(site.path)) as db:
        assert reader.head()
        memory.close()
        db.execute("PRAGMA journal_mode = WAL")
        db.execute("UPDATE meta SET value = x'00' WHERE key = 'head'")
        db.commit()
        site.open().close()
    (aside,) = site.path.parent.glob("*-damaged-*.feed-wal")
    assert aside.stat().st_size > 0
    site.close()
