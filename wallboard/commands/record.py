"""``wallboard record``: a live feed into a file, until told to stop.

A new file begins with the day, where the publisher still has it, so that it knows who was there and who waits.
"""

import argparse
import sys
from pathlib import Path

from feeds.clock import SystemClock
from feeds.journal import JournalWriter
from feeds.lineage import Guarded
from feeds.recorder import Recorder, places
from feeds.subscriber import Subscriber
from wallboard.commands.keys import add_client_options, client_keys
from wallboard.commands.places import check_output, publisher
from wallboard.commands.stopping import stop_flag
from wallboard.core.source import FeedHealth
from wallboard.errors import FeedError
from wallboard.zones import period

POLL_MS = 100


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("feed", type=publisher, metavar="tcp://host:port")
    parser.add_argument("out", type=Path, metavar="OUT.feed", help="made, or continued where it ended")
    add_client_options(parser)


def run(options: argparse.Namespace) -> int:
    """Record until SIGINT or SIGTERM. Returns 1 when events are missing. Raises ``FeedError`` or ``JournalError``."""
    check_output(options.out)
    keys = client_keys(options)
    stop = stop_flag()
    fresh = not options.out.exists()
    resume = places(options.out)
    writer = JournalWriter(options.out)
    before = writer.total
    said = ""
    today, _ = period(SystemClock().wall(), None, (0,))
    subscriber = Subscriber(options.feed, since=None if resume else today, resume=resume, keys=keys)
    feed = Guarded(subscriber, resume, f"{options.out} is of the one before; record the new one into another file")
    with Recorder(feed, writer) as recorder:
        sys.stderr.write(f"recording {options.feed} into {options.out}; stop with Ctrl+C\n")
        while not stop.is_set():
            recorder.poll(POLL_MS)
            words = _words(recorder.health())
            if words != said:
                sys.stderr.write(words + "\n")
                sys.stderr.flush()
            said = words
        health = recorder.health()
    sys.stderr.write(
        f"{writer.total - before} events recorded, {health.missing} missing, {health.duplicates} repeated, "
        f"{health.undecodable} undecodable\n"
    )
    empty = fresh and not writer.total
    if empty:
        options.out.unlink()
    left = f"; {options.out} was not made" if empty else ""
    if health.age_ms is None:
        raise FeedError(f"nothing was heard from {options.feed}; {health.why or 'is its publisher running?'}{left}")
    if empty:
        sys.stderr.write(f"nothing happened there{left}\n")
    return 1 if health.missing or writer.lost else 0


def _words(health: FeedHealth) -> str:
    """The state of a recording in a line that changes only when the state does."""
    if health.recording is not None:
        return f"not recording: {health.recording}"
    if health.age_ms is None:
        return health.why or "waiting: nothing heard yet; is its publisher running?"
    if health.state in ("stale", "offline"):
        return "no data; trying again"
    if health.why is not None:
        return health.why
    return "hearing the feed" if health.state in ("live", "filling") else "catching up"
