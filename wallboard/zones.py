"""Days and shifts on wall clocks: the calendar functions that are handed to the pure core."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from wallboard.errors import DataError


def zone_of(name: str | None) -> ZoneInfo:
    """The IANA zone of that name; ``None`` is UTC. Raises ``DataError`` for a name that is no zone."""
    try:
        return ZoneInfo(name or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise DataError(f'there is no time zone "{name}"; use an IANA name such as Europe/Paris') from None


def period(at: int, zone: str | None, starts: tuple[int, ...]) -> tuple[int, int]:
    """The period ``at`` lies in: (begin, next begin), ms since the epoch.

    Periods begin at ``starts`` (ms after local midnight) of every local day in the IANA ``zone``. A start that a clock
    change skips happens when the clock has jumped; days of 23 and 25 hours come out as they are. An unknown zone is read
    as UTC, because a feed's typing mistake must not stop a wall.
    """
    try:
        where = zone_of(zone)
    except DataError:
        where = zone_of(None)
    local = datetime.fromtimestamp(at / 1000, where)
    today = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    moments = sorted(
        {_moment(today + timedelta(days=days), start) for days in (-1, 0, 1, 2) for start in starts or (0,)}
    )
    begin = max(moment for moment in moments if moment <= at)
    return begin, min(moment for moment in moments if moment > at)


def _moment(midnight: datetime, start: int) -> int:
    wall = midnight.replace(tzinfo=None) + timedelta(milliseconds=start)
    there = wall.replace(tzinfo=midnight.tzinfo).astimezone(UTC)
    return round(there.timestamp() * 1000)
