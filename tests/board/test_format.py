"""Numbers into words."""

import pytest

from wallboard.board import format as fmt

G = fmt.GAP


@pytest.mark.parametrize(
    ("ms", "text"),
    [
        (0, "00:00"), (999, "00:00"), (271_000, "04:31"), (3_599_999, "59:59"), (3_600_000, f"1{G}h{G}00"),
        (7_800_000, f"2{G}h{G}10"), (-61_000, "\N{MINUS SIGN}01:01"), (-500, "00:00"),
    ],
)  # fmt: skip
def test_durations_are_minutes_under_an_hour_and_hours_above(ms: int, text: str) -> None:
    assert fmt.duration(ms) == text


def test_thousands_stand_apart_and_minus_is_a_minus() -> None:
    assert fmt.number(1_412_803) == f"1{G}412{G}803"
    assert fmt.number(-3) == "\N{MINUS SIGN}3"
    assert fmt.number(-0.01, 1) == "0.0"


def test_shares_are_per_cent_with_the_boards_own_decimal_sign() -> None:
    assert fmt.figure(0.783, "share") == ("78.3", "%")
    assert fmt.words(0.783, "share", ",") == f"78,3{G}%"
    assert fmt.bound(0.8, "share") == f"80{G}%"
    assert fmt.bound(0.875, "share") == f"87.5{G}%"


def test_unknown_is_a_dash_and_not_zero() -> None:
    assert fmt.figure(None, "count") == ("\N{EN DASH}", "")
    assert fmt.figure(0, "count") == ("0", "")


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [
        ("02:00", "ms", 120_000), ("1:02:03", "ms", 3_723_000), (90, "ms", 90_000), ("90 s", "ms", 90_000),
        ("5 min", "ms", 300_000), ("120", "ms", 120_000), ("80 %", "share", 0.8), (80, "share", 0.8),
        (0.8, "share", 0.8), (5, "count", 5), ("5", "count", 5), (None, "count", None),
    ],
)  # fmt: skip
def test_limits_are_read_as_people_write_them(written: float | str | None, unit: str, value: float | None) -> None:
    assert fmt.limit(written, unit) == (None if value is None else pytest.approx(value))


def test_a_limit_in_multiples_follows_the_groups_own_threshold() -> None:
    assert fmt.limit("3 x T", "ms", 20_000) == 60_000
    assert fmt.limit("3 x T", "ms") is None


@pytest.mark.parametrize(("written", "unit"), [("80", "share"), ("5 s", "count"), ("soon", "ms"), ("5 %", "count")])
def test_a_limit_in_the_wrong_unit_is_refused(written: str, unit: str) -> None:
    with pytest.raises(ValueError, match=written):
        fmt.limit(written, unit)


@pytest.mark.parametrize(
    ("style", "shown"), [("full", "Ada Maria Berg"), ("short", "Ada B."), ("initials", "AMB"), ("hidden", "•••")]
)
def test_names_are_shown_as_the_board_allows(style: str, shown: str) -> None:
    assert fmt.person("Ada Maria Berg", style) == shown
    assert fmt.person("1042", "short") == "1042"


def test_the_clock_is_a_time_of_day() -> None:
    assert fmt.clock(50_853_000) == "14:07:33"
    assert fmt.clock(50_853_000, seconds=False) == "14:07"


def test_a_limit_may_be_the_queues_own_target() -> None:
    assert fmt.limit("target", "share", target=0.9) == 0.9
    assert fmt.limit("target", "share") is None
    with pytest.raises(ValueError, match="target"):
        fmt.limit("target", "count")
