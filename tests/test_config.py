"""Board files: the one that comes along, every problem at once, limits, grids and clocks."""

from pathlib import Path

import pytest

from wallboard.board.tiles.number import NumberSpec
from wallboard.config import board_names, load_board, local_time, read_board, windows
from wallboard.errors import DataError
from wallboard.reading import Reader

GOOD = """
[board]
title = "Floor"

[[pages]]
columns = 4
rows = 2

[[pages.tiles]]
kind = "number"
at = [0, 0, 2, 1]
kpi = "service_level"
window = "30m"
target = "80 %"

[[pages.tiles]]
kind = "queues"
at = [2, 0, 2, 2]

[[rules]]
kpi = "longest_wait"
by = "queue"
warn = "3 x T"
"""


def problems(text: str) -> list[str]:
    """What is told of a file, line by line, without its heading."""
    with pytest.raises(DataError) as told:
        read_board(Reader(text, "board.toml"))
    return str(told.value).splitlines()[1:]


def test_every_board_that_comes_along_is_right() -> None:
    assert "operations" in board_names()
    for name in board_names():
        assert load_board(name).pages


def test_a_board_becomes_its_spec() -> None:
    board = read_board(Reader(GOOD, "board.toml"))
    tile = board.pages[0].tiles[0]
    assert isinstance(tile, NumberSpec)
    assert (tile.kpi, tile.window, tile.target, tile.at) == ("service_level", "30m", "80 %", (0, 0, 2, 1))
    assert board.rules[0].warn == "3 x T"
    assert windows(board) == ("30m", "today")


def test_every_problem_is_told_at_once_with_its_line_and_a_suggestion() -> None:
    text = (
        GOOD.replace('title = "Floor"', 'title = "Floor"\nthem = "midnight"')
        .replace('"service_level"', '"service_levle"')
        .replace('kind = "queues"', 'kind = "queue"')
        .replace('by = "queue"\n', 'by = "queues"\n')
    )
    assert problems(text) == [
        '  line 4: board.them: unknown key "them"; did you mean "theme"?',
        '  line 13: pages[1].tiles[1].kpi: there is no KPI "service_levle"; did you mean "service_level"?',
        '  line 18: pages[1].tiles[2].kind: there is no kind of tile "queue"; did you mean "queues"?',
        '  line 23: rules[1].by: "queues" will not do; did you mean "queue"?',
    ]


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            '"80 %"',
            '"soon"',
            '  line 14: pages[1].tiles[1].target: "soon" is no limit for this figure; write "80 %" or 0.8',
        ),
        (
            '"3 x T"',
            '"3 x U"',
            '  line 23: rules[1].warn: "3 x U" is no limit for this figure; write "02:00" or "90 s"',
        ),
        ('warn = "3 x T"', "", '  line 20: rules[1]: a rule needs "warn" or "breach"'),
        ("at = [2, 0, 2, 2]", "at = [3, 0, 2, 2]", "the tile reaches outside the page of 4 columns and 2 rows"),
        ("at = [2, 0, 2, 2]", "at = [1, 0, 2, 2]", "the tile lies over tile 1 of the page"),
        ('"30m"', '"yesterday"', "no window 'yesterday'"),
        (
            'title = "Floor"',
            'title = "Floor"\nzone = "Europe/Pariss"',
            'there is no time zone "Europe/Pariss"; did you mean "Europe/Paris"?',
        ),
        (
            'title = "Floor"',
            'title = "Floor"\ntheme = "midnigth"',
            'there is no theme "midnigth"; did you mean "midnight"?',
        ),
        (
            'target = "80 %"',
            'variant = "answerd"',
            'there is no service-level variant "answerd"; did you mean "answered"?',
        ),
        (
            'warn = "3 x T"',
            'warn = "3 x T"\npreset = "longest"',
            'there is no preset "longest"; did you mean "longest-wait"?',
        ),
        (
            'warn = "3 x T"',
            'warn = "3 x T"\nonly = "agents_inn"',
            'there is no KPI "agents_inn"; did you mean "agents_in"?',
        ),
        ('warn = "3 x T"', 'warn = "01:00"\nclear = "02:00"', "a rule is over below the limit it begins at, or at it"),
        ('warn = "3 x T"', 'warn = "01:00"\nfor = "soon"', 'rules[1].for: "soon" is no length of time'),
        (
            'by = "queue"',
            'by = "agent"\nwhere = { channel = "chat" }',
            'rules[1].where: "agent" is of agents and "channel" of contacts; no figure is kept by both',
        ),
        ('kind = "queues"', 'kind = "clock"\nzone = "Asia/Karachy"', 'did you mean "Asia/Karachi"?'),
        ('kind = "queues"', 'kind = "queues"\nwhere = { sight = "lyon" }', '"sight" will not do; did you mean "site"?'),
        (
            "at = [2, 0, 2, 2]",
            "at = [2, 0, 2]",
            "must be a list of 4, not 3; write [column, row, width, height], such as",
        ),
        ('title = "Floor"', 'title = "Floor"\ndistance = 0', "must be a number > 0.0 (it is 0)"),
        (
            'warn = "3 x T"',
            'warn = "3 x T"\nhours = ["8-18"]',
            'rules[1].hours: has the wrong form; write begin and end, such as "08:00-18:00"',
        ),
        ('kind = "queues"', 'kind = "queues"\nportrait = [0, 0, 1, 1]', "the page must say its columns and rows there"),
        (
            "at = [2, 0, 2, 2]",
            "at = [2, 0, 2, 2]\nlimits = { assa = [1, 2] }",
            'there is no KPI "assa"; did you mean "asa"?',
        ),
    ],
)
def test_a_mistake_is_told_where_it_is(old: str, new: str, told: str) -> None:
    assert old in GOOD
    found = problems(GOOD.replace(old, new))
    assert len(found) == 1
    assert told in found[0]


UPRIGHT = (
    GOOD.replace("rows = 2\n", "rows = 2\nportrait = [1, 2]\n")
    .replace("at = [0, 0, 2, 1]", "at = [0, 0, 2, 1]\nportrait = [0, 0, 1, 1]")
    .replace("at = [2, 0, 2, 2]", "at = [2, 0, 2, 2]\nportrait = [0, 1, 1, 1]")
)


def test_other_mistakes_do_not_hide_that_a_tile_lies_over_another() -> None:
    text = (
        UPRIGHT.replace("at = [2, 0, 2, 2]", "at = [1, 0, 2, 2]")
        .replace("portrait = [0, 1, 1, 1]", "portrait = [0, 0, 1, 1]")
        .replace('"service_level"', '"service_levle"')
        .replace("rows = 2\n", 'rows = "two"\n')
    )
    told = problems(text)
    assert len(told) == 4
    assert told[0].startswith("  line 7: pages[1].rows: must be a whole number")
    assert "there is no KPI" in told[1]
    assert told[2:] == [
        "  line 20: pages[1].tiles[2].at: the tile lies over tile 1 of the page",
        "  line 21: pages[1].tiles[2].portrait: the tile lies over tile 1 of the page",
    ]


ROUND = "are the wrong way round; swap them"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'target = "80 %"',
            'warn = "70 %"\nbreach = "80 %"',
            (
                "  line 15: pages[1].tiles[1].breach: where more is better a breach lies below what comes before it; "
                f'warn = "70 %" and breach = "80 %" {ROUND}'
            ),
        ),
        (
            'target = "80 %"',
            'target = "80 %"\nbreach = "90 %"',
            (
                "pages[1].tiles[1].breach: where more is better a breach lies below what comes before it; "
                f'target = "80 %" and breach = "90 %" {ROUND}'
            ),
        ),
        (
            'warn = "3 x T"',
            'warn = "6 x T"\nbreach = "3 x T"',
            (
                "  line 24: rules[1].breach: where less is better a breach lies above what comes before it; "
                f'warn = "6 x T" and breach = "3 x T" {ROUND}'
            ),
        ),
        (
            'kind = "queues"',
            'kind = "queues"\nlimits = { service_level = [0.6, "80 %"] }',
            (
                "pages[1].tiles[2].limits.service_level: where more is better a breach lies below what comes "
                f'before it; warn = 0.6 and breach = "80 %" {ROUND}'
            ),
        ),
        (
            'kind = "queues"',
            'kind = "agents"\nlimits = { wrapping = ["05:00", "02:00"] }',
            f'warn = "05:00" and breach = "02:00" {ROUND}',
        ),
    ],
)
def test_a_breach_that_is_reached_before_its_warning_is_told(old: str, new: str, told: str) -> None:
    (found,) = problems(GOOD.replace(old, new))
    assert told in found


@pytest.mark.parametrize(
    "new", ['warn = "3 x T"\nbreach = "00:01"', 'warn = 60\nbreach = "01:00"', 'better = "up"\nwarn = 60\nbreach = 30']
)
def test_limits_that_cannot_be_compared_or_are_the_right_way_round_are_good(new: str) -> None:
    assert read_board(Reader(GOOD.replace('warn = "3 x T"', new), "board.toml")).rules


def test_a_page_says_where_its_tiles_stand_on_an_upright_screen() -> None:
    page = read_board(Reader(UPRIGHT, "board.toml")).pages[0]
    assert (page.portrait, [tile.portrait for tile in page.tiles]) == ((1, 2), [(0, 0, 1, 1), (0, 1, 1, 1)])


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("portrait = [0, 1, 1, 1]", "", "so every tile needs its place there"),
        (
            "portrait = [0, 1, 1, 1]",
            "portrait = [0, 1, 2, 1]",
            "the tile reaches outside the page of 1 columns and 2 rows",
        ),
        ("portrait = [0, 1, 1, 1]", "portrait = [0, 0, 1, 2]", "the tile lies over tile 1 of the page"),
    ],
)
def test_a_mistake_on_the_upright_screen_is_told(old: str, new: str, told: str) -> None:
    (found,) = problems(UPRIGHT.replace(old, new))
    assert told in found


def test_a_preset_fills_in_what_a_rule_does_not_say() -> None:
    text = GOOD.replace('kpi = "longest_wait"', 'preset = "service-level"').replace('"3 x T"', '"75 %"')
    (rule,) = read_board(Reader(text, "board.toml")).rules
    assert (rule.kpi, rule.warn, rule.least, rule.window) == ("service_level", "75 %", 20, "30m")


def test_a_board_without_pages_or_tiles_is_told() -> None:
    assert problems('[board]\ntitle = "Floor"\n') == ["  a board needs at least one [[pages]] with [[pages.tiles]]"]
    assert problems('[board]\ntitle = "Floor"\n[[pages]]\n') == [
        "  line 3: pages[1]: a page needs at least one [[pages.tiles]]"
    ]


def test_a_board_that_is_not_there_is_answered_with_those_that_are() -> None:
    with pytest.raises(DataError, match=r'^there is no board "operatons"; did you mean "operations"\?$'):
        load_board("operatons")


def test_a_board_is_loaded_from_a_path(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(GOOD, encoding="utf-8")
    assert load_board(str(path)).title == "Floor"


def test_local_time_follows_the_zone_through_a_change_of_clocks() -> None:
    local = local_time("Europe/Paris")
    change = 1_774_746_000_000  # 2026-03-29 01:00 UTC
    assert local(change - 1) - (change - 1) == 3_600_000
    assert local(change) - change == 7_200_000
    assert local_time("Asia/Kathmandu")(0) == 19_800_000
