"""The orbit of the scene, and the light at night."""

from itertools import pairwise

import pytest

from wallboard.theme import load_theme
from wallboard.ui.kiosk_light import RADIUS, STEPS, dimmed, is_dim, orbit


def test_the_scene_never_moves_by_more_than_four_pixels_and_comes_back() -> None:
    moves = [orbit(minute) for minute in range(STEPS)]
    assert max(max(abs(x), abs(y)) for x, y in moves) == RADIUS == 4
    assert orbit(STEPS) == orbit(0)


def test_the_scene_stands_elsewhere_each_minute_and_nowhere_on_the_whole() -> None:
    moves = [orbit(minute) for minute in range(STEPS)]
    assert all(one != two for one, two in pairwise(moves))
    assert (sum(x for x, _ in moves), sum(y for _, y in moves)) == (0, 0)


@pytest.mark.parametrize(
    ("hours", "at", "dim"),
    [
        ("22:00-06:00", "21:59", False),
        ("22:00-06:00", "22:00", True),
        ("22:00-06:00", "05:59", True),
        ("22:00-06:00", "06:00", False),
        ("01:00-05:00", "00:59", False),
        ("01:00-05:00", "03:00", True),
        (None, "03:00", False),
    ],
)
def test_it_is_dim_in_the_hours_named(hours: str | None, at: str, dim: bool) -> None:  # noqa: FBT001 - a table
    hour, minute = at.split(":")
    day = 20_000 * 86_400_000
    assert is_dim(hours, day + (int(hour) * 60 + int(minute)) * 60_000) is dim


def test_a_dimmed_theme_has_a_share_of_the_light_everywhere() -> None:
    theme = load_theme("daylight")
    dim = dimmed(theme, 0.5)
    assert theme.colors.ground not in dim.qss
    assert dim.colors.ground in dim.qss
    for name in theme.colors.__struct_fields__:
        bright, dark = getattr(theme.colors, name), getattr(dim.colors, name)
        assert [int(dark[i : i + 2], 16) for i in (1, 3, 5)] == [
            round(int(bright[i : i + 2], 16) / 2) for i in (1, 3, 5)
        ]
    assert (dim.type, dim.shape) == (theme.type, theme.shape)
