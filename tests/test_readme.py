"""The README tells the truth: its tables are those of the program, and its picture is there."""

import re

from tests.documents import README, filled
from wallboard.cli import COMMANDS


def test_the_generated_tables_of_the_readme_are_those_of_the_program() -> None:
    text = README.read_text(encoding="utf-8")
    assert filled(text) == text, "run `python -m tests.documents`"


def test_every_command_the_readme_shows_exists() -> None:
    shown = set(re.findall(r"^wallboard ([a-z]+)", README.read_text(encoding="utf-8"), re.MULTILINE))
    assert shown == set(COMMANDS)


def test_the_readme_opens_with_a_picture_that_is_there() -> None:
    first = README.read_text(encoding="utf-8").splitlines()[0]
    found = re.fullmatch(r"!\[.+\]\((.+\.png)\)", first)
    assert found is not None
    assert (README.parent / found[1]).stat().st_size > 10_000
