"""Past days from the recordings in a folder, for comparison with today; each file is folded once and remembered."""

import contextlib
import hashlib
import os
import sys
from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import groupby
from pathlib import Path

import msgspec
from msgspec import Struct
from platformdirs import user_cache_path

from feeds.journal import JournalReader
from wallboard.core.aggregator import Aggregator
from wallboard.core.baseline import MOST_DAYS, SLOTS, STEP_MS, WEEK, PastDay, Usual, same_weekdays
from wallboard.core.comparison import Slot, harvest
from wallboard.core.figures import Figures
from wallboard.errors import DataError, WallboardError
from wallboard.zones import period, zone_of

_DAY_MS = 86_400_000
_VERSION = 2


class _Kept(Struct, frozen=True):
    """What is remembered of one file, and of which state of it."""

    version: int
    size: int
    changed: int
    zone: str
    days: tuple[PastDay, ...]


def usual_of(folder: Path, now: int, zone: str | None, cache: Path | None = None) -> tuple[Usual, ...]:
    """What is usual on the local day of ``now`` (ms), from every .feed file in ``folder``.

    Files that hold no earlier day of this weekday are not read; one that cannot be read is told on stderr and left
    out. ``cache`` is where folded days are kept; by default the user's cache. Raises ``DataError`` for no folder.
    """
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder of recordings")
    slot_of = slots(zone)
    today = _date(now, zone)
    found: list[PastDay] = []
    for path in sorted(folder.glob("*.feed")):
        try:
            if _may_hold(path, today, zone):
                found.extend(_days(path, zone, slot_of, cache or user_cache_path("wallboard") / "history"))
        except (WallboardError, OSError) as error:
            sys.stderr.write(f"wallboard: {path} is left out of the comparison: {error}\n")
    return same_weekdays(found, today, begins(now, zone))


def slots(zone: str | None) -> Slot:
    """Local dates and quarters of an hour of a zone, by its wall clock."""
    where = zone_of(zone)

    def slot_of(at: int) -> tuple[int, int] | None:
        local = datetime.fromtimestamp(at / 1000, where)
        return None if local.fold else (local.toordinal(), (local.hour * 60 + local.minute) // 15)

    return slot_of


def begins(now: int, zone: str | None) -> tuple[int, ...]:
    """When each quarter of an hour of the local day of ``now`` begins (ms); one a clock change skips has no length."""
    where = zone_of(zone)
    midnight = datetime.fromtimestamp(now / 1000, where).replace(
        hour=0, minute=0, second=0, microsecond=0, fold=0, tzinfo=None
    )
    walls = (midnight + timedelta(milliseconds=STEP_MS * slot) for slot in range(SLOTS))
    found = [round(wall.replace(tzinfo=where).timestamp() * 1000) for wall in walls]
    for slot in reversed(range(SLOTS - 1)):
        found[slot] = min(found[slot], found[slot + 1])
    return tuple(found)


def _date(at: int, zone: str | None) -> int:
    return datetime.fromtimestamp(at / 1000, zone_of(zone)).toordinal()


def _may_hold(path: Path, today: int, zone: str | None) -> bool:
    """Whether a file reaches into an earlier day of today's weekday that is not too long ago."""
    with JournalReader(path) as reader:
        bounds = reader.bounds()
    if bounds is None:
        return False
    dates = range(_date(bounds.first_at, zone), min(_date(bounds.last_at, zone), today - 1) + 1)
    return any((today - back) in dates for back in range(WEEK, WEEK * MOST_DAYS + 1, WEEK))


def _days(path: Path, zone: str | None, slot_of: Slot, cache: Path) -> tuple[PastDay, ...]:
    """The days a file holds, folded now or remembered."""
    about = path.stat()
    key = hashlib.sha256(f"{path.resolve()}\n{zone}".encode()).hexdigest()[:32]
    kept = cache / f"{key}.msgpack"
    with contextlib.suppress(OSError, msgspec.MsgspecError):
        known = msgspec.msgpack.decode(kept.read_bytes(), type=_Kept)
        if (known.version, known.size, known.changed) == (_VERSION, about.st_size, about.st_mtime_ns):
            return known.days
    days = tuple(_fold(path, zone, slot_of))
    with contextlib.suppress(OSError):
        cache.mkdir(parents=True, exist_ok=True)
        fresh = kept.with_suffix(f".{os.getpid()}")
        fresh.write_bytes(msgspec.msgpack.encode(_Kept(_VERSION, about.st_size, about.st_mtime_ns, zone or "", days)))
        fresh.replace(kept)
    return days


def _fold(path: Path, zone: str | None, slot_of: Slot) -> Iterator[PastDay]:
    """Fold a file, and harvest it before its quarters of an hour are forgotten."""
    aggregator = Aggregator(period, ("today",), zone)
    since: int | None = None
    with JournalReader(path) as reader:
        for block in reader.events():
            for _, quarter in groupby(block, lambda event: event.at // STEP_MS):
                events = tuple(quarter)
                if since is None:
                    since = -(-events[0].at // STEP_MS) * STEP_MS
                elif events[0].at - since > _DAY_MS:
                    aggregator.advance(min(events[0].at, -(-aggregator.now // STEP_MS) * STEP_MS))
                    yield from harvest(Figures(aggregator.snapshot()), since, aggregator.now, slot_of)
                    since = aggregator.now // STEP_MS * STEP_MS
                aggregator.fold(events)
                aggregator.advance(aggregator.newest)
    if since is not None:
        yield from harvest(Figures(aggregator.snapshot()), since, aggregator.now, slot_of)
