"""Pages take turns, and trouble holds its page or pulls it forward."""

import pytest

from wallboard.board.rotation import Rotation
from wallboard.board.severity import Level
from wallboard.board.spec import PageSpec

CALM: dict[int, Level] = {}
PLAIN = PageSpec(seconds=20)
THREE = (PLAIN, PageSpec(seconds=10, hold="breach", pull="breach"), PageSpec(seconds=10, hold="warning"))


def pages_at(rotation: Rotation, moments: list[int], levels: dict[int, Level]) -> list[int]:
    return [rotation.turn(at * 1000, levels) for at in moments]


def test_pages_turn_by_their_own_seconds() -> None:
    assert pages_at(Rotation(THREE), [0, 19, 20, 29, 30, 39, 40, 59, 60], CALM) == [0, 0, 1, 1, 2, 2, 0, 0, 1]


def test_one_page_stays_and_shows_no_progress() -> None:
    rotation = Rotation((PLAIN,))
    assert pages_at(rotation, [0, 20, 40], CALM) == [0, 0, 0]
    assert rotation.progress(50_000) == 0.0


def test_a_breach_pulls_its_page_at_once_and_only_once() -> None:
    rotation = Rotation((PLAIN, PageSpec(seconds=10, pull="breach")))
    assert pages_at(rotation, [0, 5], CALM) == [0, 0]
    assert pages_at(rotation, [6, 15, 16, 20], {1: "breach"}) == [1, 1, 0, 0]
    assert pages_at(rotation, [21], {1: "calm"}) == [0]
    assert pages_at(rotation, [22], {1: "breach"}) == [1]


def test_a_warning_does_not_pull_a_page_that_asks_for_breaches() -> None:
    assert pages_at(Rotation(THREE), [0, 5], {1: "warning"}) == [0, 0]


def test_the_worst_of_several_pages_comes_first() -> None:
    pages = (PLAIN, PageSpec(pull="warning"), PageSpec(pull="warning"))
    rotation = Rotation(pages)
    rotation.turn(0, CALM)
    assert rotation.turn(1000, {1: "warning", 2: "breach"}) == 2


def test_a_page_stays_while_it_is_bad_and_goes_on_when_it_is_not() -> None:
    rotation = Rotation(THREE, page=1)
    assert pages_at(rotation, [0, 11, 500], {1: "breach"}) == [1, 1, 1]
    assert pages_at(rotation, [511], CALM) == [2]


def test_pages_that_hold_take_turns_among_themselves() -> None:
    rotation = Rotation(THREE, page=1)
    both: dict[int, Level] = {1: "breach", 2: "warning"}
    assert pages_at(rotation, [0, 10, 20, 30], both) == [1, 2, 1, 2]


def test_a_held_page_is_shown_next_though_another_is_due() -> None:
    rotation = Rotation(THREE)
    assert pages_at(rotation, [0, 20], {2: "warning"}) == [0, 2]


def test_a_called_page_comes_at_once_and_stays_until_it_is_not_called() -> None:
    rotation = Rotation((PLAIN, PageSpec(seconds=10)))
    assert rotation.turn(0, CALM) == 0
    called = frozenset({1})
    assert [rotation.turn(at * 1000, CALM, called) for at in (1, 11, 500)] == [1, 1, 1]
    assert rotation.turn(510_000, CALM) == 0


def test_a_page_that_stays_called_does_not_pull_twice() -> None:
    rotation = Rotation(THREE)
    called = frozenset({0, 1})
    assert [rotation.turn(at * 1000, CALM, called) for at in (0, 19, 20, 30)] == [0, 0, 1, 0]


def test_progress_moves_by_the_second_and_ends_at_one() -> None:
    rotation = Rotation(THREE, page=1)
    rotation.turn(0, {1: "breach"})
    assert [rotation.progress(at) for at in (0, 999, 1000, 5500, 9999, 60_000)] == [0.0, 0.0, 0.1, 0.5, 0.9, 1.0]


def test_a_page_turned_to_by_hand_gets_its_whole_time() -> None:
    rotation = Rotation(THREE)
    rotation.turn(0, CALM)
    rotation.go(4, 19_000)
    assert pages_at(rotation, [20, 28, 29], CALM) == [1, 1, 2]


@pytest.mark.parametrize(("remembered", "page"), [(2, 2), (7, 1)])
def test_a_remembered_page_is_found_again_on_a_board_with_fewer(remembered: int, page: int) -> None:
    assert Rotation(THREE, remembered).turn(0, CALM) == page


def test_pages_that_ask_for_something_are_watched() -> None:
    assert Rotation(THREE).watched == (1, 2)
