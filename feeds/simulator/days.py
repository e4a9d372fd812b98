"""Local days of a time zone, 23- and 25-hour ones included."""

from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

MINUTE = 60_000
SLOT = 30 * MINUTE


class Days:
    """Local midnights and wall-clock moments of one zone, as ms since the epoch."""

    def __init__(self, time_zone: str) -> None:
        self._zone = ZoneInfo(time_zone)

    def day_of(self, moment: int) -> date:
        """The local date at a moment."""
        return datetime.fromtimestamp(moment / 1000, self._zone).date()

    def moment(self, day: date, minutes: int = 0) -> int:
        """When the wall clock shows so many minutes after midnight; over 1440 is the next day."""
        local = datetime.combine(day, time.min, self._zone) + timedelta(minutes=minutes)
        return int(local.timestamp()) * 1000


def after(day: date, count: int = 1) -> date:
    """The date so many days later."""
    return day + timedelta(days=count)
