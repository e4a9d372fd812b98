"""Days of 23, 24 and 25 hours in five zones, and clocks that step an hour either way: the sums are exact."""

from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from tests.feeds.test_clock_steps import today, told_through
from tests.soak.conftest import Told
from wallboard.zones import period

ZONES = ("Europe/Paris", "America/New_York", "Australia/Lord_Howe", "America/Santiago", "Pacific/Auckland")
HOUR = 3_600_000


def days(zone: str, year: int = 2026) -> dict[str, int]:
    """A noon of a day of each length in ``zone``, ms, by its hours."""
    found: dict[str, int] = {}
    noon = datetime(year, 1, 2, 12, tzinfo=ZoneInfo(zone))
    for _ in range(365):
        at = round(noon.timestamp() * 1000)
        begin, end = period(at, zone, (0,))
        found.setdefault(f"{(end - begin) / HOUR:g}", at)
        noon = (noon.replace(tzinfo=None) + timedelta(days=1)).replace(tzinfo=ZoneInfo(zone))
    return found


def test_long_and_short_days(told: Told) -> None:
    lengths: Counter[str] = Counter()
    for zone in ZONES:
        found = days(zone)
        assert len(found) == 3, (zone, found)
        for length, noon in found.items():
            begin, end = period(noon, zone, (0,))
            step = 60_000
            offered = today(zone, begin, end, step)
            assert offered == (end - begin) // step, (zone, length)
            lengths[length] += 1
    told(zones=list(ZONES), days_by_hours=dict(lengths), wrong_sums=0)


@pytest.mark.parametrize("hours", [-1, 1])
def test_clock_steps(hours: int, told: Told) -> None:
    for seed in range(20):
        got, clean = told_through(seed, 1000, hours * HOUR)
        assert got == clean, seed
    told(seeds="0-19", step_hours=hours, events=20 * 1000, wrong_states=0)
