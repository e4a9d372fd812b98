"""``wallboard record``: a live feed into a file, until told to stop."""

import argparse
import sys
from pathlib import Path

from feeds.recorder import record
from wallboard.commands.stopping import stop_flag


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("feed", metavar="tcp://host:port")
    parser.add_argument("out", type=Path, metavar="OUT.feed")


def run(options: argparse.Namespace) -> int:
    """Record until SIGINT or SIGTERM. Returns 1 when events are missing. Raises ``FeedError`` or ``JournalError``."""
    stop = stop_flag()
    sys.stderr.write(f"recording {options.feed} into {options.out}; stop with Ctrl+C\n")
    done = record(options.feed, options.out, stop.is_set, say=lambda text: print(text, file=sys.stderr))
    sys.stderr.write(
        f"{done.events} events recorded, {done.missing} missing, {done.duplicates} repeated, "
        f"{done.undecodable} undecodable\n"
    )
    return 1 if done.missing or done.lost else 0
