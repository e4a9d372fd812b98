"""A disk that is full, read-only or failing, under a wall that goes on showing."""

import os
import random
import sqlite3
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from feeds.clock import ManualClock
from feeds.journal import JournalWriter
from feeds.publisher import Publisher
from feeds.recorder import Recorder
from feeds.subscriber import Subscriber
from feeds.verify import verify
from tests.feeds.chaos import ADDRESS, BEGIN, feed
from tests.feeds.ether import Ether
from tests.soak.conftest import Told
from tests.soak.test_processes import events_of

SEED = 44
EVENTS = 6000
TIMES = 200


@pytest.fixture
def tiny(tmp_path: Path) -> Iterator[Path]:
    """A file system of 3 MiB, where we may make one."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    if os.name != "posix" or os.geteuid() != 0:
        pytest.skip("needs root to mount a small file system")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=3m", "tmpfs", str(folder)], check=False)
    if mounted.returncode != 0:
        pytest.skip("mounting is not allowed here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


class Rig:
    """A publisher, and a wall that records to a disk of which things may be said."""

    def __init__(self, path: Path) -> None:
        self.clock = ManualClock(wall=BEGIN)
        ether = Ether(self.clock, random.Random(SEED))
        self.publisher = Publisher(ADDRESS, source="pbx", clock=self.clock, network=ether.host())
        self.writer = JournalWriter(path, self.clock)
        self.wall = Recorder(Subscriber(ADDRESS, clock=self.clock, network=ether.host()), self.writer)
        self.events = feed(SEED, EVENTS)
        self.shown = 0
        self.turn(0, 0)

    def turn(self, start: int, stop: int) -> None:
        """Publish, and let the wall take it in."""
        self.publisher.publish(self.events[start:stop])
        self.publisher.heartbeat()
        self.clock.advance(300)
        self.shown += len(self.wall.poll(0))

    @property
    def trouble(self) -> str | None:
        """What the screen says of the recording."""
        return self.wall.health().recording

    def close(self) -> None:
        """End both."""
        try:
            self.wall.close()
        finally:
            self.publisher.close()


def test_full_disk(tiny: Path, told: Told) -> None:
    """A real file system fills up; room is made; nothing is lost."""
    path, ballast = tiny / "a.feed", tiny / "ballast"
    rig = Rig(path)
    said = 0
    try:
        for start in range(0, EVENTS, 100):
            if start == 1000:
                fill(ballast)
            if start == 4000:
                ballast.unlink()
            rig.turn(start, start + 100)
            said += rig.trouble is not None
            assert rig.shown == start + 100
            assert start != 3900 or "disk is full" in str(rig.trouble)
        assert rig.trouble is None
    finally:
        rig.close()
    assert events_of(path) == rig.events
    assert verify(path).ok
    told(events=EVENTS, shown=rig.shown, polls_that_said_not_recording=said, lost=0, journal="valid")


def fill(path: Path) -> None:
    """Write until there is no room."""
    with path.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1024))
        except OSError:
            return


def test_failing_writes(tmp_path: Path, told: Told) -> None:
    """The n-th page cannot be had, for n from 1 up; then it can; every journal is valid and complete."""
    said = 0
    for turn in range(TIMES):
        path = tmp_path / f"{turn}.feed"
        rig = Rig(path)
        pages = rig.writer._db.execute("PRAGMA page_count").fetchone()[0]
        rig.writer._db.execute(f"PRAGMA max_page_count = {pages + turn // 4}")
        for start in range(0, 3000, 500):
            rig.turn(start, start + 500)
        troubled = rig.trouble is not None
        said += troubled
        assert rig.shown == 3000
        assert troubled == (rig.writer.waiting > 0)
        rig.writer._db.execute(f"PRAGMA max_page_count = {1 << 30}")
        rig.turn(3000, 3000)
        assert rig.trouble is None
        rig.close()
        assert events_of(path) == rig.events[:3000]
        assert verify(path).ok
    told(times=TIMES, runs_that_said_not_recording=said, lost=0, invalid_journals=0)


def test_read_only(tmp_path: Path, told: Told) -> None:
    """A journal that turns read-only is said, and shown on; what came meanwhile is written when that is over."""
    rig = Rig(tmp_path / "a.feed")
    rig.turn(0, 1500)
    rig.writer._db.execute("PRAGMA query_only = ON")
    rig.turn(1500, 3000)
    assert "cannot be written" in str(rig.trouble)
    assert rig.shown == 3000
    with pytest.raises(sqlite3.OperationalError):
        rig.writer._db.execute("DELETE FROM blocks")
    rig.writer._db.execute("PRAGMA query_only = OFF")
    rig.turn(3000, 3000)
    assert rig.trouble is None
    rig.close()
    assert events_of(tmp_path / "a.feed") == rig.events[:3000]
    told(events=3000, shown=3000, lost=0)
