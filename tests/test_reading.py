"""Reading TOML: places, lines, suggestions, and several problems in one error."""

import pytest
from msgspec import Struct

from wallboard.errors import DataError
from wallboard.reading import Reader, suggestion


class Leaf(Struct, frozen=True):
    size: int


class Root(Struct, frozen=True):
    name: str
    leaf: Leaf | None = None
    leaves: tuple[Leaf, ...] = ()


def test_a_good_file_becomes_its_struct() -> None:
    reader = Reader('name = "a"\n[leaf]\nsize = 1\n[[leaves]]\nsize = 2\n[[leaves]]\nsize = 3\n', "x.toml")
    assert reader.struct(reader.table, Root, ()) == Root("a", Leaf(1), (Leaf(2), Leaf(3)))
    reader.finish()


def test_problems_are_told_together_in_the_order_of_the_file() -> None:
    reader = Reader('nam = "a"\n[leaf]\nsize = "big"\n[[leaves]]\nsize = 2\n[[leaves]]\nsise = 3\n', "x.toml")
    assert reader.struct(reader.table, Root, ()) is None
    with pytest.raises(DataError) as told:
        reader.finish()
    assert str(told.value) == (
        "x.toml: 5 problems\n"
        '  "name" is missing\n'
        '  line 1: nam: unknown key "nam"; did you mean "name"?\n'
        '  line 3: leaf.size: must be a whole number, not text (it is "big")\n'
        '  line 6: leaves[2]: "size" is missing\n'
        '  line 7: leaves[2].sise: unknown key "sise"; did you mean "size"?'
    )


def test_what_is_not_toml_is_told_with_the_parsers_place() -> None:
    with pytest.raises(DataError, match=r"^x\.toml: this is not TOML: .*line 1"):
        Reader("name = ]\n", "x.toml")


def test_a_list_that_is_a_table_is_told() -> None:
    reader = Reader('name = "a"\nleaves = 3\nleaf = 4\n', "x.toml")
    reader.struct(reader.table, Root, ())
    with pytest.raises(DataError, match=r"(?s)line 2: leaves: must be a list of tables.*line 3: leaf: must be a table"):
        reader.finish()


def test_a_word_near_nothing_is_answered_with_the_whole_list() -> None:
    assert suggestion("zzz", ["one", "two"]) == "; there is: one, two"
