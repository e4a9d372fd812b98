"""``wallboard import``: another system's files become a feed."""

import argparse
import sys
from collections.abc import Iterable
from pathlib import Path

from feeds.adapters.registry import ADAPTERS, import_files
from feeds.adapters.report import Report
from feeds.journal import JournalWriter
from wallboard.commands.moments import one_of
from wallboard.commands.places import check_output
from wallboard.commands.progress import progress
from wallboard.commands.reading import add_options, options_of
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError, UsageError

BATCH = 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    known = sorted(ADAPTERS)
    parser.add_argument("format", type=one_of(known, "format"), metavar="FORMAT", help=", ".join(known))
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE")
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.feed")
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Read, write, report. Returns 1 when part of the input had to be left out. Raises ``WallboardError``.

    The feed is written beside its place and takes it when it is done, so a file of that name is a whole one. What could
    be read before a file broke off is kept all the same.
    """
    out: Path = options.out
    if out.exists():
        raise UsageError(f"{out} is there already; name a new file or remove it")
    check_output(out)
    report = Report()
    events = import_files(options.format, options.files, options_of(options), report)
    part = out.with_name(f"{out.name}.part")
    part.unlink(missing_ok=True)
    try:
        written, trouble = _write(events, part, options.format)
        if not written:
            raise trouble or DataError(f"{options.files[0]}: nothing in it becomes an event; {report.summary}")
        part.rename(out)
    finally:
        part.unlink(missing_ok=True)
    sys.stderr.write(f"{out}: {report.summary}\n")
    for example in report.examples:
        sys.stderr.write(f"  {example}\n")
    if trouble is not None:
        raise DataError(f"{trouble}; the {written} events before that are in {out}")
    return 1 if report.skipped else 0


def _write(events: Iterable[Event], path: Path, source: str) -> tuple[int, DataError | None]:
    """Write what can be read; returns how many events that was, and what ended it early."""
    seq, trouble = 0, None
    with (
        JournalWriter(path) as journal,
        progress() as tell,
    ):
        feed = iter(events)
        while trouble is None:
            batch: list[Event] = []
            try:
                for event in feed:
                    batch.append(event)
                    if len(batch) == BATCH:
                        break
            except DataError as error:
                trouble = error
            journal.append(batch, source=source, epoch=1, seq=seq)
            seq += len(batch)
            tell(len(batch))
            if len(batch) < BATCH:
                break
    return seq, trouble
