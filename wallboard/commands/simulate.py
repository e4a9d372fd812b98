"""``wallboard simulate``: a simulated centre, published like a real one."""

import argparse
import sys
import tempfile
from collections.abc import Iterator
from itertools import chain
from pathlib import Path

from feeds.clock import Clock, SystemClock
from feeds.journal import JournalWriter
from feeds.publisher import Publisher
from feeds.simulator import Paced, SimConfig, simulate
from wallboard.commands.keys import add_server_options, server_keys, warn_insecure
from wallboard.commands.moments import length, number, whole
from wallboard.commands.places import check_output, publishing
from wallboard.commands.progress import progress
from wallboard.commands.stopping import stop_flag
from wallboard.core.vocabulary import Event

POLL_MS = 5
BATCH = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    count = whole(1, "a whole number from 1 on")
    parser.add_argument("--publish", type=publishing, required=True, metavar="tcp://host:port")
    parser.add_argument("--seed", type=whole(0, "a whole number"), default=1, metavar="N")
    parser.add_argument("--agents", type=count, default=60, metavar="N")
    parser.add_argument("--queues", type=count, default=8, metavar="N")
    rate = number(0, "events a second")
    parser.add_argument("--rate", type=rate, metavar="EVENTS_PER_S", help="default: what so many agents cause")
    parser.add_argument("--zone", default="Europe/Paris", help="IANA time zone of the centre")
    parser.add_argument("--history", type=length, default=0, metavar="8h", help="begin with so much already past")
    parser.add_argument("--journal", type=Path, metavar="FILE.feed", help="where the past is kept for catch-up")
    speed = number(0, "0 (standing still) or more")
    parser.add_argument("--speed", type=speed, default=1.0, metavar="X", help="simulated seconds a second")
    parser.add_argument("--seconds", type=number(0, "seconds"), metavar="S", help="stop by itself after so long")
    add_server_options(parser)


def run(options: argparse.Namespace) -> int:
    """Publish until SIGINT or SIGTERM. Raises ``WallboardError``."""
    config = SimConfig(
        seed=options.seed,
        agents=options.agents,
        queues=options.queues,
        rate=options.rate,
        time_zone=options.zone,
    )
    if options.journal is not None:
        check_output(options.journal)
    with tempfile.TemporaryDirectory(prefix="wallboard-") as scratch:
        path = options.journal or Path(scratch) / "simulated.feed"
        with JournalWriter(path) as journal:
            _publish(options, config, journal)
    return 0


def _publish(options: argparse.Namespace, config: SimConfig, journal: JournalWriter) -> None:
    stop, clock = stop_flag(), SystemClock()
    open_to = {"keys": server_keys(options), "insecure": options.insecure}
    source = f"simulator-{config.seed}"
    with Publisher(options.publish, source=source, journal=journal, clock=clock, **open_to) as publisher:
        warn_insecure(publisher.address, insecure=publisher.insecure)
        live, begin = _history(publisher, config, clock, options.history)
        paced = Paced(live, _Mono(clock), options.speed, begin)
        end = None if options.seconds is None else clock.mono() + options.seconds * 1000
        sys.stderr.write(f"publishing on {publisher.address}; stop with Ctrl+C\n")
        sys.stderr.flush()
        while not stop.is_set() and (end is None or clock.mono() < end):
            events = paced.due(clock.mono())
            publisher.publish(events)
            publisher.poll(POLL_MS)


def _history(publisher: Publisher, config: SimConfig, clock: Clock, past: int) -> tuple[Iterator[Event], int]:
    """Publish what is past at once; returns the rest and the moment that is now."""
    begin = clock.wall()
    feed = simulate(config, begin - past)
    batch: list[Event] = []
    with progress(shown=past > 0) as tell:
        for event in feed:
            if event.at >= begin:
                publisher.publish(batch)
                return chain((event,), feed), begin
            batch.append(event)
            if len(batch) == BATCH:
                publisher.publish(batch)
                publisher.tick()
                tell(BATCH)
                batch = []
    return iter(()), begin


class _Mono:
    """The monotonic clock, as the pacing wants it."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> int:
        return self._clock.mono()
