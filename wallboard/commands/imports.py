"""``wallboard import``: another system's files become a feed."""

import argparse
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from feeds.adapters.registry import ADAPTERS, import_files
from feeds.adapters.report import Report
from feeds.journal import JournalWriter
from wallboard.commands.moments import one_of
from wallboard.commands.places import check_output
from wallboard.commands.progress import progress
from wallboard.commands.reading import add_options, options_of
from wallboard.core.events import AgentDeclared, QueueDeclared
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError, UsageError
from wallboard.reading import suggestion
from wallboard.zones import local

BATCH = 1000
FEW = 20
"""So many queues are named."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    known = sorted(ADAPTERS)
    parser.add_argument("format", type=one_of(known, "format"), metavar="FORMAT", help=", ".join(known))
    told = "what the other system wrote; rotated and .gz files together, in any order"
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help=told)
    parser.add_argument("--out", type=Path, required=True, metavar="OUT.feed", help="the recording to be made")
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
    told = options_of(options)
    seen = Seen()
    events = seen.of(import_files(options.format, options.files, told, report))
    part = out.with_name(f"{out.name}.part")
    _remove(part)
    try:
        written, trouble = _write(events, part, options.format)
        if not written:
            raise trouble or DataError(f"{options.files[0]}: nothing in it becomes an event; {report.summary}")
        part.rename(out)
    finally:
        _remove(part)
    sys.stderr.write(f"{out}: {report.summary}\n")
    for example in report.examples:
        sys.stderr.write(f"  {example}\n")
    sys.stderr.write(f"{seen.summary}\n")
    if trouble is not None:
        raise DataError(f"{trouble}; the {written} events before that are in {out}")
    for queue in told.service_levels.keys() - seen.queues.keys():
        sys.stderr.write(f'--service-level: there is no queue "{queue}"{suggestion(queue, seen.queues)}\n')
    return 1 if report.skipped else 0


class Seen:
    """What went by: from when to when (ms), and of which queues and agents."""

    def __init__(self) -> None:
        self.first, self.last = sys.maxsize, 0
        self.queues: dict[str, None] = {}
        self.agents: set[str] = set()

    def of(self, events: Iterable[Event]) -> Iterator[Event]:
        """The same events, looked at."""
        for event in events:
            self.first, self.last = min(self.first, event.at), max(self.last, event.at)
            if isinstance(event, QueueDeclared):
                self.queues[event.queue] = None
            elif isinstance(event, AgentDeclared):
                self.agents.add(event.agent)
            yield event

    @property
    def summary(self) -> str:
        """When, who and what, on this machine's clocks: what a board and ``--at`` may name."""
        begin, end = (local(at, None).isoformat(timespec="seconds") for at in (self.first, self.last))
        named = f": {', '.join(self.queues)}" if len(self.queues) <= FEW else ""
        return f"{begin} to {end}; {len(self.agents)} agents, {len(self.queues)} queues{named}"


def _remove(part: Path) -> None:
    """A feed that is not whole, and what a disk that was full has left beside it."""
    for beside in ("", "-wal", "-shm"):
        part.with_name(part.name + beside).unlink(missing_ok=True)


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
