"""The two ends as programs of their own: a publisher with its journal, and a wall without a screen.

``python -m tests.soak.programs publisher|wall OPTIONS``. Each tells its state as a JSON line; each ends on SIGTERM, and
may be killed at any time and started again.
"""

import argparse
import hashlib
import json
import os
import signal
import sys
import threading
import time
from collections.abc import Mapping
from itertools import islice
from pathlib import Path

import msgspec
import numpy as np

from feeds.headstart import HeadStart
from feeds.journal import JournalWriter
from feeds.keys import ClientKeys, Keyring
from feeds.memory import Keeping, Memory
from feeds.publisher import Publisher
from feeds.remembering import remembering
from feeds.simulator import SimConfig, simulate
from feeds.subscriber import Subscriber
from tests.soak.test_hostile import rss
from wallboard.commands.keeping import keeping
from wallboard.core.aggregator import Aggregator
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import Beginning, FeedHealth
from wallboard.engine import Engine, spare_collector
from wallboard.zones import period

WINDOWS = ("today", "30m")


def tell(**what: object) -> None:
    """One line for whoever started us."""
    sys.stdout.write(json.dumps(what) + "\n")
    sys.stdout.flush()


def stopping() -> threading.Event:
    """Set by SIGTERM."""
    flag = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: flag.set())
    return flag


def config(options: argparse.Namespace) -> SimConfig:
    """What is simulated."""
    return SimConfig(
        seed=options.seed, agents=options.agents, queues=options.queues, rate=options.rate, time_zone=options.zone
    )


def publisher(options: argparse.Namespace) -> None:
    """``rate`` events a second from where the journal ends, for ``seconds`` in all; then heartbeats."""
    stop = stopping()
    keys = Keyring(options.keys / "there").server("centre") if options.keys else None
    with JournalWriter(options.journal) as journal:
        told, total = journal.total, int(options.rate * options.seconds)
        feed = islice(simulate(config(options), options.begin), told, total)
        with (
            Publisher(options.address, source="pbx", journal=journal, keys=keys) as publishing,
            keeping(publishing, journal, (options.zone, *WINDOWS)),
        ):
            tell(address=publishing.address, told=told)
            begun, beat = time.monotonic() - told / options.rate, 0.0
            while not stop.is_set():
                due = min(total, int((time.monotonic() - begun) * options.rate))
                batch = list(islice(feed, max(0, min(due - told, 2000))))
                publishing.publish(batch)
                told += len(batch)
                publishing.poll(0 if batch and told < due else 5)
                if time.monotonic() - beat > 1:
                    beat = time.monotonic()
                    tell(told=told, done=told >= total, behind=due - told)


def digest(snapshot: Snapshot) -> str:
    """Of everything but the samples that are taken as time goes by."""
    plain = {
        name: getattr(snapshot, name)
        for name in snapshot.__struct_fields__
        if name not in ("gauges", "series", "feed", "as_of")
    }
    return hashlib.sha256(msgspec.msgpack.encode(plain, enc_hook=_array)).hexdigest()[:16]


def _array(value: object) -> object:
    assert isinstance(value, np.ndarray), type(value)
    return value.tolist()


def fold(zone: str) -> Aggregator:
    """An empty floor."""
    return Aggregator(period, WINDOWS, zone)


class Telling:
    """Publishes to nobody, and says four times a second how things are; at once when the state is another one."""

    def __init__(self) -> None:
        self.beat = 0.0
        self.published = 0
        self.state = ""

    def __call__(self, snapshot: Snapshot, health: FeedHealth) -> None:
        self.published += 1
        same, self.state = self.state == health.state, health.state
        if same and time.monotonic() - self.beat < 0.25:
            return
        self.beat = time.monotonic()
        tell(
            state=health.state,
            events=snapshot.feed.events,
            missing=health.missing,
            gaps=health.gaps_open,
            filled=health.gaps_filled,
            age=health.age_ms,
            recording=health.recording,
            why=health.why,
            as_of=snapshot.as_of,
            digest=digest(snapshot) if same and health.state == "live" else None,
            published=self.published,
            cpu=time.process_time(),
            rss=rss(),
            fds=len(os.listdir("/proc/self/fd")),  # noqa: PTH208 - not files, descriptors
            threads=threading.active_count(),
        )


def wall(options: argparse.Namespace) -> None:
    """A wall with its memory, and nothing to look at."""
    stop = stopping()
    keys: ClientKeys | None = Keyring(options.keys / "here").client(None, ("centre",)) if options.keys else None

    def live(known: Mapping[str, tuple[int, int]], head: HeadStart | None) -> Subscriber:
        return Subscriber(options.address, since=0, resume=known, keys=keys, head=head)

    keeping = Keeping(every_ms=options.checkpoint_ms, events=0)
    source = Memory(options.journal, live, keeping, since=0)
    aggregator = fold(options.zone)
    publish = remembering(source, Beginning(aggregator), Telling())
    spare_collector()
    tell(remembered=aggregator.snapshot().feed.events, cpu=time.process_time())
    Engine(source, aggregator, publish).run(stop)


def main() -> None:
    """Read the command line and be one of the two."""
    parser = argparse.ArgumentParser()
    parser.add_argument("program", choices=("publisher", "wall"))
    parser.add_argument("--address", required=True)
    parser.add_argument("--journal", type=Path, required=True)
    parser.add_argument("--keys", type=Path)
    parser.add_argument("--zone", default="UTC")
    parser.add_argument("--begin", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--agents", type=int, default=60)
    parser.add_argument("--queues", type=int, default=8)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--checkpoint-ms", type=int, default=600_000)
    options = parser.parse_args()
    {"publisher": publisher, "wall": wall}[options.program](options)


if __name__ == "__main__":
    main()
