"""Days and shifts on wall clocks: the calendar functions that are handed to the pure core."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wallboard.errors import DataError


def zone_of(name: str | None) -> ZoneInfo | None:
    """The IANA zone of that name; ``None`` is this machine's own. Raises ``DataError`` for a name that is no zone."""
    if not name:
        return None
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise DataError(f'there is no time zone "{name}"; use an IANA name such as Europe/Paris') from None


def period(at: int, zone: str | None, starts: tuple[int, ...]) -> tuple[int, int]:
    """The period ``at`` lies in: (begin, next begin), ms since the epoch.

    Periods begin at ``starts`` (ms after local midnight) of every local day in the IANA ``zone``. A start that a clock
    change skips happens when the clock has jumped; days of 23 and 25 hours come out as they are. An unknown zone is
    read as this machine's, because a feed's typing mistake must not stop a wall.
    """
    moment = _moments(zone)
    today = _local(at, zone).replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    days = [today + timedelta(days=shift) for shift in (-1, 0, 1, 2)]
    moments = sorted({moment(day + timedelta(milliseconds=start)) for day in days for start in starts or (0,)})
    begin = max(when for when in moments if when <= at)
    return begin, min(when for when in moments if when > at)


def _local(at: int, zone: str | None) -> datetime:
    """Local wall-clock time without its zone."""
    return datetime.fromtimestamp(at / 1000, _known(zone)).replace(tzinfo=None)


def _known(zone: str | None) -> ZoneInfo | None:
    try:
        return zone_of(zone)
    except DataError:
        return None


def _moments(zone: str | None) -> Callable[[datetime], int]:
    where = _known(zone)
    return lambda wall: round(wall.replace(tzinfo=where).timestamp() * 1000)
