"""A recorded feed folded up to a moment, with nothing on a screen."""

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from feeds.journal import Damage, JournalReader
from wallboard.commands.progress import progress
from wallboard.core.aggregator import Aggregator
from wallboard.core.alerts import Alerts
from wallboard.core.past import Past
from wallboard.core.snapshot import Snapshot
from wallboard.core.vocabulary import Event
from wallboard.engine import Usually
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
    missing: int = 0
    """Events up to then that were lost before they could be recorded."""


def bounds_of(path: Path) -> tuple[int, int]:
    """First and last moment of a recording (ms). Raises ``JournalError``, or ``DataError`` when it holds nothing."""
    with JournalReader(path) as reader:
        found = reader.bounds()
    if found is None:
        raise DataError(f"{path} holds no events: there is nothing to show")
    return found.first_at, found.last_at


def say_damage(path: Path, damage: Sequence[Damage]) -> int:
    """Tell on stderr what of a recording could not be read. Returns the exit code: 1 when there was anything."""
    for hurt in damage:
        lost = "an unknown number of events" if hurt.events is None else _events(hurt.events)
        sys.stderr.write(f"wallboard: {path} is damaged: {hurt.reason}; {lost} could not be read\n")
    return 1 if damage else 0


def say_missing(path: Path, missing: int) -> None:
    """Tell on stderr what a recording never had. That is no damage of the file."""
    if missing:
        sys.stderr.write(f"wallboard: {_events(missing)} never came into {path}; `wallboard verify` says which\n")


def _events(count: int) -> str:
    return "1 event" if count == 1 else f"{count} events"


def fold_file(
    path: Path,
    at: int,
    windows: tuple[str, ...],
    zone: str | None,
    *,
    alerts: Iterable[Alerts] = (),
    usual: Usually | None = None,
) -> Folded:
    """Fold a recording up to and including ``at`` (ms), with the floor's samples and ``alerts`` as if it were live.

    ``usual`` tells what is usual on the day of ``at``, for forecasts and bands.
    Raises ``JournalError`` or ``DataError``.
    """
    begin, end = bounds_of(path)
    aggregator = Aggregator(period, windows, zone)
    past = Past(aggregator, alerts)
    with JournalReader(path) as reader:
        for block in _progress(reader, at):
            past.tell(block, at)
        damage = tuple(reader.damage)
        missing = 0 if damage else reader.lacking(until=at)
    past.reach_present(at)
    if usual is not None:
        aggregator.compare_with(usual(at))
    return Folded(aggregator.snapshot(), begin, end, damage, missing)


def _progress(reader: JournalReader, at: int) -> Iterator[Sequence[Event]]:
    found = reader.bounds()
    total = found.events if found else 0
    with progress(total) as tell:
        for block in reader.events():
            tell(len(block))
            if block[0].at > at + BEYOND_MS and min(event.at for event in block) > at:
                return
            kept = block if block[-1].at <= at and max(e.at for e in block) <= at else [e for e in block if e.at <= at]
            if kept:
                yield kept
