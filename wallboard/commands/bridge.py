"""``wallboard bridge``: a live ACD onto the feed.

What was published is kept in a journal, so a wall that starts later catches up. A bridge that starts again with the
same journal reads a file from the beginning and leaves out what the journal already has, by the events' ids; over a
network, where nothing can be read again, it knows from the journal which callers were there.

With ``--shared`` the log alone decides what an event's number is: its epoch is the log's first moment, its place is its
place in the log, and what only the passing of time brings about waits for the next line. So two bridges of one log are
a primary and its standby.
"""

import argparse
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from feeds.adapters.registry import ADAPTERS, Follower, follow
from feeds.adapters.report import Report
from feeds.clock import SystemClock
from feeds.journal import JournalReader, JournalWriter
from feeds.publisher import Publisher, write_past
from wallboard.commands.keeping import keeping
from wallboard.commands.keys import add_server_options, server_keys, warn_insecure
from wallboard.commands.moments import one_of
from wallboard.commands.places import check_output, publishing
from wallboard.commands.reading import add_login, add_options, options_of
from wallboard.commands.recording import Recording
from wallboard.commands.stopping import stop_flag
from wallboard.core.events import Notice
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError, UsageError
from wallboard.zones import local, period

POLL_MS = 20
PAST_MS = 25 * 3_600_000

Fresh = Callable[[Sequence[Event]], list[Event]]
"""Those of some events that were not published before."""
LOG_ONLY = 0
"""The time for a follower that is to know no other than its log's."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    live = sorted(name for name, adapter in ADAPTERS.items() if adapter.follower is not None)
    parser.add_argument("format", type=one_of(live, "live format"), metavar="FORMAT", help=", ".join(live))
    places = "; ".join(f"{name}: {ADAPTERS[name].place}" for name in live)
    parser.add_argument("source", metavar="SOURCE", help=places)
    parser.add_argument("--publish", type=publishing, required=True, metavar="tcp://host:port")
    parser.add_argument("--journal", type=Path, metavar="FILE.feed", help="keep what was published")
    told = "number events by the log alone, so that a second bridge of the same log is a standby of this one"
    parser.add_argument("--shared", action="store_true", help=told)
    add_options(parser)
    add_login(parser)
    add_server_options(parser)


def run(options: argparse.Namespace) -> int:
    """Publish until SIGINT or SIGTERM. Raises ``WallboardError``."""
    stop = stop_flag()
    report = Report()
    source = Path(options.source)
    is_file = ADAPTERS[options.format].is_file
    if options.shared and not is_file:
        raise UsageError(f"--shared is for logs: two connections to {options.format} do not tell the same in one order")
    if is_file and source.is_file() and not os.access(source, os.R_OK):
        raise DataError(f"{source} cannot be read: permission denied")
    if options.journal is not None:
        check_output(options.journal)
    follower = follow(options.format, options.source, options_of(options), report, _past(options.journal))
    try:
        if is_file and not source.exists():
            sys.stderr.write(f"waiting for {source}: there is no such file yet\n")
            sys.stderr.flush()
        with (
            tempfile.TemporaryDirectory(prefix="wallboard-") as scratch,
            JournalWriter(options.journal or Path(scratch) / "bridge.feed") as journal,
        ):
            _serve(options, follower, journal, stop.is_set)
    finally:
        follower.close()
    sys.stderr.write(report.summary + "\n")
    return 0


def _serve(options: argparse.Namespace, follower: Follower, journal: JournalWriter, stop: Callable[[], bool]) -> None:
    source, clock = f"{options.format}:{Path(options.source).name}", SystemClock()
    source += f"@{options.site}" if options.site else ""  # logs of all sites are called the same
    open_to = {"keys": server_keys(options), "insecure": options.insecure}
    epoch: int | None = None
    fresh: Fresh = Told(journal.path).fresh
    if options.shared:
        epoch, fresh = _shared(follower, journal, source, stop)
    with (
        Publisher(options.publish, source=source, journal=journal, epoch=epoch, clock=clock, **open_to) as publisher,
        keeping(publisher, journal),
    ):
        warn_insecure(publisher.address, insecure=publisher.insecure)
        sys.stderr.write(f"publishing {options.source} on {publisher.address}; stop with Ctrl+C\n")
        sys.stderr.flush()
        newest, read, recording = 0, False, Recording()
        while not stop():
            events = follower.poll(LOG_ONLY if options.shared else clock.wall())
            publisher.publish(fresh(events))
            _say(events)
            newest = max(newest, events[-1].at if events else 0)
            if newest and not events and not read:
                read = True
                say_past(newest, clock.wall())
            publisher.poll(0 if events else POLL_MS)
            recording.tell(publisher.recording)


def _shared(follower: Follower, journal: JournalWriter, source: str, stop: Callable[[], bool]) -> tuple[int, Fresh]:
    """The epoch that the log itself gives, once its past is in the journal, and what of the rest is not."""
    first: list[Event] = []
    while not first:
        if stop():
            return 0, list
        first = follower.poll(LOG_ONLY)
        SystemClock().wait(0 if first else POLL_MS)
    epoch = first[0].at
    held = write_past(journal, source, epoch, chain([first], iter(lambda: follower.poll(LOG_ONLY), [])))
    return epoch, Behind(held).fresh


def _past(journal: Path | None) -> Iterator[Event]:
    """The last hours of what this bridge published before, if it keeps that."""
    if journal is None or not journal.exists():
        return
    with JournalReader(journal) as reader:
        found = reader.bounds()
        if found is not None:
            for events in reader.events(max(found.last_at - PAST_MS, 0)):
                yield from events


def say_past(newest: int, now: int) -> None:
    """Say so when a log has been read to its end and none of it is of today."""
    begin, _ = period(now, None, (0,))
    if newest < begin:
        when = local(newest, None).isoformat(timespec="seconds")
        sys.stderr.write(f"the newest of it is of {when}, and a live wall shows today; see `wallboard import --help`\n")
        sys.stderr.flush()


def _say(events: Sequence[Event]) -> None:
    """What the wall reads on its message line, whoever runs the bridge reads too."""
    for event in events:
        if isinstance(event, Notice):
            sys.stderr.write(f"{event.text}{': over' if event.until == event.at else ''}\n")
            sys.stderr.flush()


class Told:
    """What a journal already holds, by id, until the source has been read up to its present end."""

    def __init__(self, path: Path) -> None:
        with JournalReader(path) as reader:
            self._ids = {(event.site, event.id) for events in reader.events() for event in events if event.id}

    def fresh(self, events: Sequence[Event]) -> list[Event]:
        """Those not told yet. Once there is nothing more to read, nothing can come twice, and the ids are let go."""
        if not events:
            self._ids.clear()
        if not self._ids:
            return list(events)
        return [event for event in events if event.id is None or (event.site, event.id) not in self._ids]


class Behind:
    """What comes after so many events that are known already."""

    def __init__(self, known: int) -> None:
        self._known = known

    def fresh(self, events: Sequence[Event]) -> list[Event]:
        """Those not known."""
        known, self._known = self._known, max(0, self._known - len(events))
        return list(events[known:])
