"""A recorded feed folded up to a moment, with nothing on a screen."""

import sys
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from operator import attrgetter
from pathlib import Path

from msgspec import Struct
from tqdm import tqdm

from feeds.journal import Damage, JournalReader
from wallboard.core.aggregator import Aggregator
from wallboard.core.snapshot import Snapshot
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError
from wallboard.zones import period

BEYOND_MS = 10 * 60_000
"""Blocks whose events all lie this far after the moment asked for end the reading."""


class Folded(Struct, frozen=True):
    """A recording up to a moment: its state, its bounds (ms), and what of it could not be read."""

    snapshot: Snapshot
    begin: int
    end: int
    damage: tuple[Damage, ...]


def bounds_of(path: Path) -> tuple[int, int]:
    """First and last moment of a recording (ms). Raises ``JournalError``, or ``DataError`` when it holds nothing."""
    with JournalReader(path) as reader:
        found = reader.bounds()
    if found is None:
        raise DataError(f"{path} holds no events: there is nothing to show")
    return found.first_at, found.last_at


def fold_file(path: Path, at: int, windows: tuple[str, ...], zone: str | None, *, minutes: bool = False) -> Folded:
    """Fold a recording up to and including ``at`` (ms); with ``minutes``, take the floor's samples as if it were live.

    Raises ``JournalError`` or ``DataError``.
    """
    begin, end = bounds_of(path)
    aggregator = Aggregator(period, windows, zone)
    with JournalReader(path) as reader:
        for block in _progress(reader, at):
            for events in _minutes(block) if minutes else (block,):
                aggregator.fold(events)
                aggregator.advance(min(at, events[-1].at))
        damage = tuple(reader.damage)
    aggregator.advance(at)
    return Folded(aggregator.snapshot(), begin, end, damage)


def _progress(reader: JournalReader, at: int) -> Iterator[Sequence[Event]]:
    found = reader.bounds()
    total = found.events if found else 0
    with tqdm(total=total, unit=" events", disable=not sys.stderr.isatty(), leave=False, file=sys.stderr) as bar:
        for block in reader.events():
            bar.update(len(block))
            if block[0].at > at + BEYOND_MS and min(event.at for event in block) > at:
                return
            kept = block if block[-1].at <= at and max(e.at for e in block) <= at else [e for e in block if e.at <= at]
            if kept:
                yield kept


def _minutes(events: Sequence[Event]) -> Iterator[Sequence[Event]]:
    """The same events in pieces that do not cross a minute, so that minute samples are taken as they were live."""
    start = 0
    while start < len(events):
        minute = (events[start].at // 60_000 + 1) * 60_000
        stop = max(start + 1, bisect_right(events, minute - 1, start, key=attrgetter("at")))
        yield events[start:stop]
        start = stop
