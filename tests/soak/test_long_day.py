"""24 hours at full speed over real sockets: publisher, wall, fold, snapshots and journals, on a clock of our own."""

import os
import threading
from itertools import takewhile
from pathlib import Path

from feeds.clock import ManualClock
from feeds.freeze import tag
from feeds.journal import JournalWriter
from feeds.memory import Keeping, Memory, remembering
from feeds.publisher import Publisher
from feeds.simulator import SimConfig, simulate
from feeds.subscriber import Subscriber
from tests.feeds.chaos import BEGIN
from tests.soak.conftest import Told
from tests.soak.test_hostile import rss
from wallboard.core.aggregator import Aggregator
from wallboard.core.vocabulary import Event
from wallboard.engine import Engine
from wallboard.zones import period

STEP_MS = 2000
HOUR = 3_600_000
WARM_H = 4
"""Hours after which nothing is new any more: windows are full, every agent was there once."""


FRESH = 3
PATIENCE = 100
"""Looks at the sockets for what was sent; each waits for up to a quarter of a second."""


def held() -> tuple[int, int]:
    """Descriptors and threads of this process."""
    return len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208 - not files, descriptors


def test_long_day(tmp_path: Path, told: Told) -> None:
    clock = ManualClock(wall=BEGIN)
    journal = JournalWriter(tmp_path / "theirs.feed", clock)
    publisher = Publisher("tcp://127.0.0.1:*", source="pbx", journal=journal, clock=clock)
    keeping = Keeping(tag=tag("day"), key=b"k" * 32)
    memory = Memory(
        tmp_path / "ours.feed",
        lambda known: Subscriber(publisher.address, clock=clock, since=0, resume=known),
        keeping,
        since=0,
        clock=clock,
    )
    fold = Aggregator(period, ("today", "30m"), "Europe/Paris")
    engine = Engine(memory, fold, remembering(memory, fold, lambda *_: None), mono=clock.mono)
    end = BEGIN + 24 * HOUR
    feed = takewhile(lambda event: event.at < end, simulate(SimConfig(seed=45, agents=60), BEGIN))
    held_back: Event | None = next(feed)
    sent, warm, samples = 0, (0, (0, 0)), []
    for turn in range(24 * HOUR // STEP_MS):
        clock.advance(STEP_MS)
        due = []
        while held_back is not None and held_back.at <= clock.wall():
            due.append(held_back)
            held_back = next(feed, None)
        sent += len(due)
        publisher.publish(due)
        publisher.heartbeat()
        publisher.tick()
        engine.turn()
        for tries in range(PATIENCE):  # the sockets are real, and need real time
            if fold._counts["events"] == sent:
                break
            publisher.tick()
            engine.turn()
            clock.advance(100 if tries > FRESH else 0)  # a socket that was built anew asks for what it missed
        if turn == WARM_H * HOUR // STEP_MS:
            warm = rss(), held()
        if turn % (HOUR // STEP_MS) == 0:
            samples.append(rss() >> 20)
    grown, after = rss() - warm[0], held()
    health = memory.health()
    memory.close()
    publisher.close()
    journal.close()
    assert (health.missing, memory.trouble) == (0, None)
    assert after == warm[1]
    told(
        events=sent,
        snapshots=24 * HOUR // STEP_MS,
        memory_mb_each_hour=samples,
        memory_grown_after_warm_up_kb=grown // 1024,
        descriptors_and_threads_before_and_after=[*warm[1], *after],
        missing=health.missing,
        checkpoints=24 * 6,
    )
    assert grown < 10_000_000
