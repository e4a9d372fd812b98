"""``wallboard simulate``: a simulated centre, published like a real one.

With ``--epoch`` it began at a moment that is named, and its events are numbered from there: started twice with the same
options, now or later, it publishes the same feed, so the second is a standby of the first.
"""

import argparse
import sys
import tempfile
from collections.abc import Callable, Iterator
from itertools import chain, islice
from pathlib import Path

from feeds.clock import Clock, SystemClock
from feeds.journal import JournalWriter
from feeds.publisher import Publisher, write_past
from feeds.simulator import Paced, SimConfig, simulate
from wallboard.commands.keeping import keeping
from wallboard.commands.keys import add_server_options, server_keys, warn_insecure
from wallboard.commands.moments import instant, length, number, whole
from wallboard.commands.places import check_output, publishing
from wallboard.commands.progress import progress
from wallboard.commands.recording import Recording
from wallboard.commands.stopping import stop_flag
from wallboard.core.vocabulary import Event
from wallboard.errors import UsageError

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
    past = parser.add_mutually_exclusive_group()
    past.add_argument("--history", type=length, default=0, metavar="8h", help="begin with so much already past")
    told = "when it all began, such as 2026-11-23T08:00Z; the same on a primary and its standby, which number alike"
    past.add_argument("--epoch", type=instant, metavar="TIME", help=told)
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
    if options.epoch is not None and options.epoch > SystemClock().wall():
        raise UsageError("--epoch is still to come: name a moment that is past")
    if options.journal is not None:
        check_output(options.journal)
    with tempfile.TemporaryDirectory(prefix="wallboard-") as scratch:
        path = options.journal or Path(scratch) / "simulated.feed"
        with JournalWriter(path) as journal:
            _publish(options, config, journal)
    return 0


def _publish(options: argparse.Namespace, config: SimConfig, journal: JournalWriter) -> None:
    stop = stop_flag()
    begin = SystemClock().wall() if options.epoch is None else options.epoch
    clock = Centre(SystemClock(), begin, options.speed)
    open_to = {"keys": server_keys(options), "insecure": options.insecure}
    source = f"simulator-{config.seed}-{config.agents}-{config.queues}"
    begun = None if options.epoch is None else _Begun(config, options.epoch, clock)
    held = write_past(journal, source, begun.epoch, begun.past(stop.is_set)) if begun else 0
    with (
        Publisher(
            options.publish, source=source, journal=journal, epoch=options.epoch, clock=clock, **open_to
        ) as publisher,
        keeping(publisher, journal),
    ):
        warn_insecure(publisher.address, insecure=publisher.insecure)
        live, begin = begun.rest(held) if begun else _history(publisher, config, clock, options.history)
        paced = Paced(live, _Mono(clock), options.speed, begin)
        end = None if options.seconds is None else clock.mono() + options.seconds * 1000
        sys.stderr.write(f"publishing on {publisher.address}; stop with Ctrl+C\n")
        sys.stderr.flush()
        recording = Recording()
        while not stop.is_set() and (end is None or clock.mono() < end):
            events = paced.due(clock.mono())
            publisher.publish(events)
            publisher.poll(POLL_MS)
            recording.tell(publisher.recording)


class Centre:
    """The clocks of a centre whose time of day goes on at ``speed`` since ``begin`` (ms), as its events do."""

    def __init__(self, base: Clock, begin: int, speed: float) -> None:
        self._base = base
        self._begin = begin
        self._speed = speed

    def wall(self) -> int:
        """Wall time there, ms since the epoch, UTC."""
        return self._begin + int((self._base.wall() - self._begin) * self._speed)

    def mono(self) -> int:
        """Monotonic time, ms, which is everybody's."""
        return self._base.mono()

    def wait(self, ms: int) -> None:
        """Let ``ms`` of that pass."""
        self._base.wait(ms)


class _Begun:
    """A centre that began at ``epoch`` and has gone on since, whether anybody published it or not."""

    def __init__(self, config: SimConfig, epoch: int, clock: Clock) -> None:
        self.epoch = epoch
        self._clock = clock
        self._feed = simulate(config, epoch)
        self._next: list[Event] = []

    def past(self, stop: Callable[[], bool]) -> Iterator[list[Event]]:
        """What happened so far; less when it is to stop."""
        until, batch = self._clock.wall(), [next(self._feed)]
        with progress() as tell:
            while batch[-1].at <= until and not stop():
                if len(batch) > BATCH:
                    yield batch[:-1]
                    tell(len(batch) - 1)
                    del batch[:-1]
                batch.append(next(self._feed))
        yield batch[:-1]
        self._next = batch[-1:]

    def rest(self, held: int) -> tuple[Iterator[Event], int]:
        """What comes, without the first ``held`` events, and the simulated moment that is now."""
        return islice(chain(self._next, self._feed), held, None), self._clock.wall()


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
