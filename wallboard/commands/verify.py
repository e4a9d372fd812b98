"""``wallboard verify``: what a recording holds, and what is wrong with it."""

import argparse
import sys
from pathlib import Path

from feeds.verify import verify


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("feed", type=Path, metavar="FILE.feed")


def run(options: argparse.Namespace) -> int:
    """Print the report. Returns 1 when something is wrong. Raises ``JournalError``."""
    report = verify(options.feed)
    sys.stdout.write("\n".join(report.lines()) + "\n")
    return 0 if report.ok else 1
