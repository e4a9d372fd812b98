"""Local clocks to moments, safe through midnight and through days of 23 and 25 hours.

A clock without a date is put on the day that brings it nearest to the moment before it in the same call, so a service
across midnight, and one noted a second before the midnight its wait ended at, both come out right. A clock that a zone
shows twice in a night is the one nearest to the moment before it (the first, if there is none).
"""

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from feeds.adapters.call_records.record_map import ClockKeys
from wallboard.errors import DataError

DAY = timedelta(days=1)
HALF = timedelta(hours=12)
EPOCHS = {"epoch": 1000, "epoch-ms": 1}


class Clocks:
    """Reads the moments of one table."""

    def __init__(self, keys: ClockKeys, *, dated: bool) -> None:
        try:
            self._zone = ZoneInfo(keys.time_zone)
        except (KeyError, ValueError, OSError):
            raise DataError(f"the map's time zone '{keys.time_zone}' is not one of the IANA list") from None
        self._never = frozenset(keys.never) | {""}
        self._day = lru_cache(4096)(lambda text: datetime.strptime(text, keys.day).date())  # noqa: DTZ007 - local
        self._format = keys.time or ("%H:%M:%S" if dated else "iso")
        self._parsed = lru_cache(131_072)(self._parse)
        self._dated = dated

    def never(self, value: object) -> bool:
        """Whether the value says that it did not happen."""
        return value is None or (isinstance(value, str) and value.strip() in self._never)

    def day(self, value: object) -> date:
        """The local day of a call. Raises ValueError."""
        if isinstance(value, datetime):
            return value.date()
        return value if isinstance(value, date) else self._day(str(value).strip())

    def moment(self, value: object, day: date | None, before: int | None) -> int:
        """Ms since the epoch; `before` is the call's moment before this one, if any. Raises ValueError."""
        known = value if isinstance(value, datetime | time) else self._parsed(str(value).strip())
        if isinstance(known, int):
            return known
        if isinstance(known, time) or (self._dated and day is not None):
            if day is None:
                raise ValueError("a clock without a day")
            known = self._on_the_nearest_day(known if isinstance(known, time) else known.time(), day, before)
        return self._instant(known, before)

    def _parse(self, text: str) -> datetime | int:
        if self._format in EPOCHS:
            return round(float(text) * EPOCHS[self._format])
        return datetime.fromisoformat(text) if self._format == "iso" else datetime.strptime(text, self._format)  # noqa: DTZ007

    def _on_the_nearest_day(self, clock: time, day: date, before: int | None) -> datetime:
        if before is None:
            return datetime.combine(day, clock)
        last = datetime.fromtimestamp(before / 1000, self._zone).replace(tzinfo=None)
        here = datetime.combine(last.date(), clock)
        if here - last > HALF:
            return here - DAY
        return here + DAY if last - here > HALF else here

    def _instant(self, local: datetime, before: int | None) -> int:
        if local.tzinfo is not None:
            return round(local.timestamp() * 1000)
        either = [round(local.replace(tzinfo=self._zone, fold=fold).timestamp() * 1000) for fold in (0, 1)]
        return either[0] if before is None else min(either, key=lambda moment: abs(moment - before))
