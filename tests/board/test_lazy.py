"""Lists that are made as they are looked at."""

import pytest

from wallboard.board.lazy import Lazy


def test_an_element_is_made_once_and_only_when_somebody_looks() -> None:
    made: list[int] = []

    def make(place: int) -> str:
        made.append(place)
        return str(place)

    row = Lazy(1000, make)
    assert len(row) == 1000
    assert made == []
    assert (row[3], row[-1], row[3], row[4:6]) == ("3", "999", "3", ("4", "5"))
    assert made == [3, 999, 4, 5]


def test_it_compares_and_hashes_like_a_tuple() -> None:
    row = Lazy(3, str)
    assert row == ("0", "1", "2")
    assert row == Lazy(3, str)
    assert row != Lazy(2, str)
    assert row != 3
    assert hash(row) == hash(("0", "1", "2"))
    assert list(row) == ["0", "1", "2"]
    assert "2" in row


@pytest.mark.parametrize("place", [3, -4])
def test_there_is_nothing_beside_it(place: int) -> None:
    with pytest.raises(IndexError):
        Lazy(3, str)[place]
