"""Periods of local days: 23, 24 and 25 hours long, in zones far apart, with starts that a clock change skips."""

import pickle
import time
from collections.abc import Callable, Iterator
from datetime import datetime

import pytest
import tzlocal

from wallboard.errors import UsageError
from wallboard.zones import fold_of, local, moment_of, own_zone, period, zone_of

HOUR = 3_600_000
MIDNIGHT = (0,)


def at(wall: str, zone: str) -> int:
    return moment_of(datetime.fromisoformat(wall), zone_of(zone))


def shown(moments: tuple[int, int], zone: str) -> list[str]:
    return [local(moment, zone).strftime("%m-%d %H:%M") for moment in moments]


@pytest.mark.parametrize(
    ("zone", "noon", "hours"),
    [
        ("Europe/Paris", "2026-03-29T12:00", 23),
        ("Europe/Paris", "2026-03-30T12:00", 24),
        ("Europe/Paris", "2026-10-25T12:00", 25),
        ("America/New_York", "2026-03-08T12:00", 23),
        ("America/New_York", "2026-11-01T12:00", 25),
        ("Australia/Sydney", "2026-10-04T12:00", 23),
        ("Australia/Sydney", "2026-04-05T12:00", 25),
        ("Australia/Lord_Howe", "2026-04-05T12:00", 24.5),
        ("America/Santiago", "2026-09-06T12:00", 23),
        ("Asia/Kolkata", "2026-03-29T12:00", 24),
    ],
)
def test_a_day_is_as_long_as_its_clocks_make_it(zone: str, noon: str, hours: float) -> None:
    begin, end = period(at(noon, zone), zone, MIDNIGHT)
    assert (end - begin) / HOUR == hours
    assert shown((begin, end), zone)[1].endswith("00:00")


@pytest.mark.parametrize(
    "zone", ["Europe/Paris", "America/New_York", "Australia/Sydney", "Asia/Kolkata", "Africa/Cairo"]
)
def test_periods_follow_each_other_without_gap_or_overlap_through_a_year(zone: str) -> None:
    for starts in (MIDNIGHT, (6 * HOUR,), (0, 8 * HOUR, 16 * HOUR), (2 * HOUR + HOUR // 2,)):
        begin, end = period(at("2026-01-01T12:00", zone), zone, starts)
        while end < at("2027-01-01T12:00", zone):
            assert period(end - 1, zone, starts) == (begin, end)
            following = period(end, zone, starts)
            assert following[0] == end
            assert end < following[1] <= end + 26 * HOUR
            begin, end = following


def test_a_start_that_the_clocks_skip_happens_when_they_have_jumped() -> None:
    half_past_two = (2 * HOUR + HOUR // 2,)
    zone = "Europe/Paris"
    assert shown(period(at("2026-03-29T12:00", zone), zone, half_past_two), zone) == ["03-29 03:30", "03-30 02:30"]
    assert shown(period(at("2026-03-29T01:00", zone), zone, half_past_two), zone) == ["03-28 02:30", "03-29 03:30"]


def test_a_midnight_that_the_clocks_skip_is_one_in_the_morning() -> None:
    assert shown(
        period(at("2026-09-06T12:00", "America/Santiago"), "America/Santiago", MIDNIGHT), "America/Santiago"
    ) == [
        "09-06 01:00",
        "09-07 00:00",
    ]


def test_a_start_that_comes_twice_counts_the_first_time() -> None:
    zone = "Europe/Paris"
    begin, end = period(at("2026-10-25T12:00", zone), zone, (2 * HOUR + HOUR // 2,))
    assert local(begin, zone).isoformat() == "2026-10-25T02:30:00+02:00"
    assert (end - begin) / HOUR == 25


def test_shifts_divide_the_day() -> None:
    zone, starts = "Europe/Paris", (6 * HOUR, 14 * HOUR, 22 * HOUR)
    assert shown(period(at("2026-05-04T13:59", zone), zone, starts), zone) == ["05-04 06:00", "05-04 14:00"]
    assert shown(period(at("2026-05-04T14:00", zone), zone, starts), zone) == ["05-04 14:00", "05-04 22:00"]
    assert shown(period(at("2026-05-04T03:00", zone), zone, starts), zone) == ["05-03 22:00", "05-04 06:00"]


def test_a_day_that_a_country_left_out_is_no_period() -> None:
    zone = "Pacific/Apia"
    assert shown(period(at("2011-12-29T12:00", zone), zone, MIDNIGHT), zone) == ["12-29 00:00", "12-31 00:00"]


def test_a_zone_that_a_feed_misspells_does_not_stop_the_wall() -> None:
    moment = at("2026-05-04T12:00", "UTC")
    assert period(moment, "Mars/Phobos", MIDNIGHT) == period(moment, None, MIDNIGHT)


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Europe/Pari", 'there is no time zone "Europe/Pari"; did you mean "Europe/Paris"?'),
        ("Mars/Phobos", 'there is no time zone "Mars/Phobos"; use an IANA name such as Europe/Paris'),
        ("../etc/passwd", 'there is no time zone "../etc/passwd"; use an IANA name such as Europe/Paris'),
    ],
)
def test_a_zone_that_a_person_misspells_is_told(name: str, words: str) -> None:
    with pytest.raises(UsageError) as told:
        zone_of(name)
    assert str(told.value) == words


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str, str], None]]:
    """Sets the clocks of this machine, and what its settings say they are."""

    def set_clocks(shown: str, said: str) -> None:
        monkeypatch.setenv("TZ", said)
        tzlocal.reload_localzone()
        monkeypatch.setenv("TZ", shown)
        time.tzset()

    yield set_clocks
    monkeypatch.undo()
    time.tzset()
    tzlocal.reload_localzone()


def test_this_machines_zone_is_named(machine: Callable[[str, str], None]) -> None:
    machine("Europe/Paris", "Europe/Paris")
    assert own_zone() == "Europe/Paris"


@pytest.mark.parametrize(("shown", "name"), [("Europe/Paris", None), ("Etc/UTC", "UTC")])
def test_a_name_that_says_other_than_the_clocks_show_is_none(
    machine: Callable[[str, str], None], shown: str, name: str | None
) -> None:
    machine(shown, "Asia/Kolkata")
    assert own_zone() == name


def test_a_fold_by_its_windows_and_zone_can_be_told_to_another_process() -> None:
    made = pickle.loads(pickle.dumps(fold_of))(("5m", "today"), "Asia/Kolkata")  # noqa: S301 - ours
    assert (made.settings.windows, made.settings.zone) == (("5m", "today"), "Asia/Kolkata")
