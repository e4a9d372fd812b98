"""Levels: limits reached where less is better, missed where more is better."""

from wallboard.board.severity import judge, worst


def test_a_limit_is_crossed_when_reached_where_less_is_better() -> None:
    assert [judge(value, 5, 10, "down") for value in (4, 5, 9, 10)] == ["calm", "warning", "warning", "breach"]


def test_a_target_is_missed_only_below_it_where_more_is_better() -> None:
    assert [judge(value, 0.8, 0.7, "up") for value in (0.8, 0.79, 0.7, 0.69)] == [
        "calm",
        "warning",
        "warning",
        "breach",
    ]


def test_nothing_is_bad_about_the_unknown_or_about_what_has_no_direction() -> None:
    assert judge(None, 1, 2, "down") == "calm"
    assert judge(99, 1, 2, "none") == "calm"


def test_the_worst_of_several_wins_and_none_is_calm() -> None:
    assert worst("warning", "breach", "calm") == "breach"
    assert worst() == "calm"
