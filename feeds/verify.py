"""What a .feed file holds and whether it is whole: every block is read and every number accounted for."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from msgspec import Struct

from feeds.reader import JournalReader
from feeds.walk import Block, Damage
from wallboard.core.events import AnyEvent, FloorBegan, Undecodable

LATE_MS: Final = 2000
"""The reorder allowance: an event further behind the newest than this is late."""
IDS_KEPT: Final = 1_000_000
"""Newest ids among which repeats are looked for."""


class Gap(Struct, frozen=True):
    """Numbers of an epoch, from ``start`` to before ``stop``, that are not in the file."""

    source: str
    epoch: int
    start: int
    stop: int


class Report(Struct, frozen=True, kw_only=True):
    """What `verify` found. Times are ms since the epoch."""

    path: str
    blocks: int
    events: int
    sources: tuple[str, ...]
    epochs: int
    first_at: int | None
    last_at: int | None
    damage: tuple[Damage, ...]
    gaps: tuple[Gap, ...]
    """Damaged blocks leave gaps too."""
    repeated_numbers: int
    repeated_ids: int
    late: int
    """Events over 2 s behind the newest before them."""
    undecodable: int
    unheard: tuple[tuple[int, int], ...]
    """From when to when the source itself heard nothing."""
    integrity: tuple[str, ...]
    """What is wrong with the file as such, much of it in SQLite's words."""

    @property
    def ok(self) -> bool:
        """Whether the file gives back all that was written into it. Gaps of the feed itself do not count."""
        return not self.damage and not self.integrity

    @property
    def missing(self) -> int:
        """Events whose numbers lack."""
        return sum(gap.stop - gap.start for gap in self.gaps)

    def lines(self) -> list[str]:
        """The report in words."""
        return list(_lines(self))


class _Tally:
    """Counts while blocks go by."""

    def __init__(self) -> None:
        self.blocks = self.events = self.late = self.undecodable = self.repeated_ids = 0
        self.first_at: int | None = None
        self.high = 0
        self.spans: dict[tuple[str, int], list[tuple[int, int]]] = {}
        self.unheard: list[tuple[int, int]] = []
        self._ids: dict[tuple[str | None, str], None] = {}

    def take(self, block: Block) -> None:
        self.blocks += 1
        self.events += len(block.events)
        self.first_at = block.first_at if self.first_at is None else min(self.first_at, block.first_at)
        spans = self.spans.setdefault((block.source, block.epoch), [])
        if spans and spans[-1][1] == block.seq:
            spans[-1] = (spans[-1][0], block.seq + len(block.events))
        else:
            spans.append((block.seq, block.seq + len(block.events)))
        for event in block.events:
            self._event(event)

    def _event(self, event: AnyEvent) -> None:
        self.late += event.at < self.high - LATE_MS
        if type(event) is FloorBegan and event.unheard_since is not None:
            since = event.unheard_since or self.high
            self.unheard += [(since, event.at)] if 0 < since < event.at else []
        self.high = max(self.high, event.at)
        self.undecodable += type(event) is Undecodable
        if event.id is None:
            return
        key = (event.site, event.id)
        self.repeated_ids += key in self._ids
        self._ids[key] = None
        if len(self._ids) > IDS_KEPT:
            del self._ids[next(iter(self._ids))]

    def numbers(self) -> tuple[tuple[Gap, ...], int]:
        """Gaps, and how many numbers came more than once."""
        gaps: list[Gap] = []
        repeats = 0
        for (source, epoch), spans in sorted(self.spans.items()):
            reached: int | None = None
            for start, stop in sorted(spans):
                if reached is not None and start > reached:
                    gaps.append(Gap(source, epoch, reached, start))
                repeats += max(0, min(stop, reached) - start) if reached is not None else 0
                reached = stop if reached is None else max(reached, stop)
        return tuple(gaps), repeats


def verify(path: Path) -> Report:
    """Read all of the file at ``path``; raises `JournalError` when it is no .feed file."""
    tally = _Tally()
    with JournalReader(path) as reader:
        for block in reader.blocks():
            tally.take(block)
        gaps, repeats = tally.numbers()
        return Report(
            path=str(path),
            blocks=tally.blocks,
            events=tally.events,
            sources=tuple(sorted({source for source, _ in tally.spans})),
            epochs=len(tally.spans),
            first_at=tally.first_at,
            last_at=tally.high if tally.events else None,
            damage=tuple(reader.damage),
            gaps=gaps,
            repeated_numbers=repeats,
            repeated_ids=tally.repeated_ids,
            late=tally.late,
            undecodable=tally.undecodable,
            unheard=tuple(tally.unheard),
            integrity=tuple(reader.integrity()),
        )


def _clock(at: int | None) -> str:
    return "unknown" if at is None else datetime.fromtimestamp(at / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _lines(report: Report) -> Iterator[str]:
    yield f"{report.path}: {'sound' if report.ok else 'DAMAGED'}"
    yield f"{_many(report.events, 'event')} in {_many(report.blocks, 'block')}"
    yield f"from {_clock(report.first_at)} to {_clock(report.last_at)}"
    yield f"sources: {', '.join(report.sources) or 'none'}; epochs: {report.epochs}"
    yield f"missing numbers: {report.missing} in {_many(len(report.gaps), 'gap')}; repeated: {report.repeated_numbers}"
    yield f"repeated ids: {report.repeated_ids}; over 2 s late: {report.late}; undecodable: {report.undecodable}"
    for gap in report.gaps[:20]:
        last = gap.stop - 1
        yield f"gap: {gap.source}, epoch {gap.epoch}, {gap.start}" + (f" to {last}" if last > gap.start else "")
    for since, until in report.unheard[:20]:
        yield f"nobody listened from {_clock(since)} to {_clock(until)}: what came and went then is not in it"
    for damage in report.damage:
        cost = "an unknown number of events" if damage.events is None else _many(damage.events, "event")
        yield f"damage: {damage.reason}; {cost} lost, {_clock(damage.first_at)} to {_clock(damage.last_at)}"
    yield from (f"file: {line}" for line in report.integrity)
