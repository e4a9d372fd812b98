"""Days and shifts on wall clocks: the calendar functions that are handed to the pure core."""

from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

from tzlocal import get_localzone_name

from wallboard.core.aggregator import Aggregator
from wallboard.errors import UsageError
from wallboard.reading import suggestion

_MONTHS = 12


def fold_of(windows: tuple[str, ...], zone: str | None) -> Aggregator:
    """An empty fold over these windows, by the clocks of an IANA zone; ``None`` is this machine's own."""
    return Aggregator(period, windows, zone)


def own_zone() -> str | None:
    """The IANA name of this machine's zone; ``None`` when no name says what its clocks showed this year."""
    try:
        name = get_localzone_name()
    except (ZoneInfoNotFoundError, OSError):  # its settings contradict each other, or cannot be read
        name = None
    return next((each for each in (name, "UTC") if each and _is_own(each)), None)


def _is_own(name: str) -> bool:
    zone, now = _known(name), datetime.now(UTC)
    moments = [now - timedelta(days=30 * month) for month in range(_MONTHS)]
    return zone is not None and all(at.astimezone(zone).utcoffset() == at.astimezone().utcoffset() for at in moments)


def zone_of(name: str | None) -> ZoneInfo | None:
    """The IANA zone of that name; ``None`` is this machine's own. Raises ``UsageError`` for a name that is no zone."""
    found = _known(name)
    if name and found is None:
        known = suggestion(name, available_timezones()) or "; use an IANA name such as Europe/Paris"
        raise UsageError(f'there is no time zone "{name}"{known}')
    return found


def local(at: int, zone: str | None) -> datetime:
    """A moment (ms since the epoch) on the clocks of a zone, with its offset. Raises ``UsageError`` as ``zone_of``."""
    return datetime.fromtimestamp(at / 1000, zone_of(zone)).astimezone(zone_of(zone))


def period(at: int, zone: str | None, starts: tuple[int, ...]) -> tuple[int, int]:
    """The period ``at`` lies in: (begin, next begin), ms since the epoch.

    Periods begin at ``starts`` (ms after local midnight) of every local day in the IANA ``zone``. A start that a clock
    change skips happens when the clock has jumped; days of 23 and 25 hours come out as they are. An unknown zone is
    read as this machine's, because a feed's typing mistake must not stop a wall.
    """
    where = _known(zone)
    today = datetime.fromtimestamp(at / 1000, where).replace(
        hour=0, minute=0, second=0, microsecond=0, fold=0, tzinfo=None
    )
    days = [today + timedelta(days=shift) for shift in (-1, 0, 1, 2)]
    moments = sorted(
        {moment_of(day + timedelta(milliseconds=start), where) for day in days for start in starts or (0,)}
    )
    begin = max(when for when in moments if when <= at)
    return begin, min(when for when in moments if when > at)


def moment_of(wall: datetime, zone: tzinfo | None) -> int:
    """When a wall clock shows that: ms since the epoch; the first time, where it does so twice."""
    return round(wall.replace(tzinfo=zone).timestamp() * 1000)


def _known(zone: str | None) -> ZoneInfo | None:
    try:
        return ZoneInfo(zone) if zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return None
