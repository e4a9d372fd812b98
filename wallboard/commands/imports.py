"""``wallboard import``: another system's files become a feed."""

import argparse
import sys
from itertools import islice
from pathlib import Path

from tqdm import tqdm

from feeds.adapters.registry import ADAPTERS, import_files
from feeds.adapters.report import Report
from feeds.journal import JournalWriter
from wallboard.commands.reading import add_options, options_of
from wallboard.errors import DataError, UsageError

BATCH = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("format", choices=sorted(ADAPTERS), metavar="FORMAT", help=", ".join(sorted(ADAPTERS)))
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.feed")
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Read, write, report. Returns 1 when part of the input had to be left out. Raises ``WallboardError``."""
    if options.out.exists():
        raise UsageError(f"{options.out} is there already; name a new file or remove it")
    report = Report()
    events = iter(import_files(options.format, options.files, options_of(options), report))
    first = list(islice(events, BATCH))  # a wrong file is refused before anything is written
    if not first:
        raise DataError(f"{options.files[0]}: nothing in it becomes an event; {report.summary}")
    seq = 0
    with (
        JournalWriter(options.out) as journal,
        tqdm(unit=" events", disable=not sys.stderr.isatty(), leave=False, file=sys.stderr) as bar,
    ):
        while first:
            journal.append(first, source=options.format, epoch=1, seq=seq)
            seq += len(first)
            bar.update(len(first))
            first = list(islice(events, BATCH))
    sys.stderr.write(f"{options.out}: {report.summary}\n")
    for example in report.examples:
        sys.stderr.write(f"  {example}\n")
    return 1 if report.skipped else 0
