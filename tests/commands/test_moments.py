"""Times, sizes, lengths and numbers as people type them."""

from argparse import ArgumentTypeError
from collections.abc import Callable
from datetime import datetime

import pytest

from wallboard.commands.moments import length, moment, number, one_of, size, whole, window
from wallboard.commands.places import publisher, publishing
from wallboard.errors import UsageError
from wallboard.zones import local, moment_of, zone_of

PARIS = "Europe/Paris"


def paris(wall: str) -> int:
    return moment_of(datetime.fromisoformat(wall), zone_of(PARIS))


FIRST, LAST = paris("2026-11-22T20:00:00"), paris("2026-11-23T14:30:20")


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        (None, "2026-11-23T14:30:20"),
        ("end", "2026-11-23T14:30:20"),
        ("14:05", "2026-11-23T14:05:00"),
        ("9:05", "2026-11-23T09:05:00"),
        ("14:05:30", "2026-11-23T14:05:30"),
        ("14:05:30.5", "2026-11-23T14:05:30.500"),
        ("14:31", "2026-11-23T14:31:00"),
        ("22:00", "2026-11-22T22:00:00"),
        ("2026-11-22T23:00", "2026-11-22T23:00:00"),
        ("2026-11-23T12:00+00:00", "2026-11-23T13:00:00"),
        ("2026-11-23T12:00Z", "2026-11-23T13:00:00"),
        (str(paris("2026-11-23T14:05") // 1000), "2026-11-23T14:05:00"),
        (str(paris("2026-11-23T14:05") + 7), "2026-11-23T14:05:00.007"),
    ],
)
def test_a_moment_is_read_on_the_wall_clock_of_the_recording(typed: str | None, meant: str) -> None:
    assert moment(typed, FIRST, LAST, PARIS) == paris(meant)


def test_a_time_of_day_means_the_wall_clock_on_a_day_of_23_hours() -> None:
    first, last = paris("2026-03-29T00:00"), paris("2026-03-29T23:00")
    assert local(moment("14:05", first, last, PARIS), PARIS).isoformat() == "2026-03-29T14:05:00+02:00"


@pytest.mark.parametrize(
    "typed", ["yesterday", "25:00", "14:60", "14 h", "-5", "", "\N{SUPERSCRIPT TWO}", "2026-13-01T00:00"]
)
def test_what_is_no_time_is_told_with_what_is(typed: str) -> None:
    with pytest.raises(UsageError) as told:
        moment(typed, FIRST, LAST, PARIS)
    assert str(told.value) == (
        f'--at "{typed}" is no time: use 14:05, 14:05:30, 2026-11-23T14:05, seconds since the epoch, or end'
    )


@pytest.mark.parametrize("typed", ["0", "15:00", "19:00", "2026-11-24T00:00", "1999-01-01T00:00", "9" * 30])
def test_a_time_outside_the_recording_is_told_with_its_bounds(typed: str) -> None:
    first = paris("2026-11-23T08:00")
    with pytest.raises(UsageError) as told:
        moment(typed, first, LAST, PARIS)
    assert str(told.value) == (
        f"--at {typed} is outside this recording, which goes from "
        "2026-11-23T08:00:00+01:00 to 2026-11-23T14:30:20+01:00"
    )


@pytest.mark.parametrize(
    ("read", "typed", "value"),
    [
        (size, "1920x1080", (1920, 1080)),
        (size, "64x8192", (64, 8192)),
        (length, "45s", 45_000),
        (length, "8h", 28_800_000),
        (length, "2d", 172_800_000),
        (window, "30m", "30m"),
        (window, "clock:15m+cohort", "clock:15m+cohort"),
        (number(0, "a number"), "1.5", 1.5),
        (whole(0, "a count"), "7", 7),
        (one_of(("one", "two"), "thing"), "two", "two"),
        (publisher, "tcp://127.0.0.1:5556", "tcp://127.0.0.1:5556"),
        (publisher, "tcp://[::1]:65534", "tcp://[::1]:65534"),
        (publisher, "ipc:///run/feed", "ipc:///run/feed"),
        (publishing, "tcp://127.0.0.1:*", "tcp://127.0.0.1:*"),
        (publishing, "tcp://*:5556", "tcp://*:5556"),
    ],
)
def test_words_are_read(read: Callable[[str], object], typed: str, value: object) -> None:
    assert read(typed) == value


@pytest.mark.parametrize(
    ("read", "typed", "words"),
    [
        (size, "big", '"big" is no size: use WIDTHxHEIGHT in pixels, such as 1920x1080'),
        (size, "10x10", "10x10 cannot be drawn: use 64 to 8192 pixels a side"),
        (size, "99999x1080", "99999x1080 cannot be drawn: use 64 to 8192 pixels a side"),
        (length, "1y", '"1y" is no length of time: use 45s, 30m, 8h or 2d'),
        (
            window,
            "nonsense",
            (
                'there is no window "nonsense": use today, all, shift, 30m, 2h, 90s, 7d or clock:15m, '
                "or a day such as 2026-11-23 (any with +cohort)"
            ),
        ),
        (number(0, "0 or more"), "fast", '"fast" will not do: use 0 or more'),
        (number(0, "0 or more"), "-1", '"-1" will not do: use 0 or more'),
        (number(0, "0 or more"), "nan", '"nan" will not do: use 0 or more'),
        (number(0, "0 or more"), "inf", '"inf" will not do: use 0 or more'),
        (whole(1, "1 or more"), "0", '"0" will not do: use 1 or more'),
        (whole(1, "1 or more"), "1.5", '"1.5" will not do: use 1 or more'),
        (one_of(("one", "two"), "thing"), "tow", 'there is no thing "tow"; did you mean "two"?'),
        (one_of(("one", "two"), "thing"), "zzz", 'there is no thing "zzz"; there is: one, two'),
        (publisher, "nonsense", '"nonsense" is no address: use tcp://host:port, such as tcp://127.0.0.1:5556'),
        (publisher, "tcp://*:1", '"tcp://*:1" is no address: use tcp://host:port, such as tcp://127.0.0.1:5556'),
        (publisher, "tcp://host:99999", "99999 is no port for a feed: use 1 to 65534"),
        (publishing, "tcp://*:65535", "65535 is no port for a feed: use 1 to 65534"),
        (publishing, "udp://x:1", '"udp://x:1" is no address: use tcp://host:port, such as tcp://127.0.0.1:5556'),
    ],
)
def test_words_that_will_not_do_are_told_with_what_will(read: Callable[[str], object], typed: str, words: str) -> None:
    with pytest.raises(ArgumentTypeError) as told:
        read(typed)
    assert str(told.value) == words
