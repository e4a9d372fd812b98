"""``wallboard bridge``: a live ACD onto the feed."""

import argparse
import sys
from pathlib import Path

from feeds.adapters.registry import ADAPTERS, follow
from feeds.adapters.report import Report
from feeds.clock import SystemClock
from feeds.journal import JournalWriter
from feeds.publisher import Publisher
from wallboard.commands.reading import add_options, options_of
from wallboard.commands.stopping import stop_flag

POLL_MS = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    live = sorted(name for name, adapter in ADAPTERS.items() if adapter.follower is not None)
    parser.add_argument("format", choices=live, metavar="FORMAT", help=", ".join(live))
    parser.add_argument("source", type=Path, metavar="SOURCE", help="the file the ACD writes")
    parser.add_argument("--publish", required=True, metavar="tcp://host:port")
    parser.add_argument("--journal", type=Path, metavar="FILE.feed", help="keep what was published, for catch-up")
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Publish until SIGINT or SIGTERM. Raises ``WallboardError``."""
    stop = stop_flag()
    clock = SystemClock()
    report = Report()
    follower = follow(options.format, options.source, options_of(options), report)
    journal = JournalWriter(options.journal) if options.journal else None
    try:
        with Publisher(options.publish, source=f"{options.format}:{options.source.name}", journal=journal) as publisher:
            sys.stderr.write(f"publishing {options.source} on {publisher.address}; stop with Ctrl+C\n")
            while not stop.is_set():
                events = follower.poll(clock.wall())
                publisher.publish(events)
                publisher.poll(0 if events else POLL_MS)
    finally:
        follower.close()
        if journal is not None:
            journal.close()
    sys.stderr.write(report.summary + "\n")
    return 0
