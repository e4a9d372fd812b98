"""Themes: what a file may say, how problems are told, and that every theme can be read by every eye."""

import itertools
import re
import tomllib
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from wallboard.errors import DataError
from wallboard.reading import Reader
from wallboard.theme import Theme, font_files, load_theme, read_theme, theme_names, themes_folder

LIGHT = NDArray[np.float64]
EYES: dict[str, LIGHT] = {
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
    "tritan": np.array(
        [[1.255528, -0.076749, -0.178779], [-0.078411, 0.930809, 0.147602], [0.004733, 0.691367, 0.303900]]
    ),
}
"""What each kind of eye makes of linear RGB (Machado, Oliveira and Fernandes 2009, severity 1)."""
TO_XYZ: LIGHT = np.array(
    [[0.4124564, 0.3575761, 0.1804375], [0.2126729, 0.7151522, 0.0721750], [0.0193339, 0.1191920, 0.9503041]]
)


def linear(color: str) -> LIGHT:
    """Linear light of ``#rrggbb``, 0-1."""
    shares = np.array([int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    return np.where(shares <= 0.04045, shares / 12.92, ((shares + 0.055) / 1.055) ** 2.4)


def contrast(one: str, two: str) -> float:
    """The WCAG contrast of two colours, 1-21."""
    lights = sorted(float(TO_XYZ[1] @ linear(color)) for color in (one, two))
    return (lights[1] + 0.05) / (lights[0] + 0.05)


def lab(color: str, eye: str) -> LIGHT:
    """CIE L*a*b* of a colour as an eye sees it."""
    xyz = TO_XYZ @ np.clip(EYES[eye] @ linear(color), 0, 1) / (TO_XYZ @ np.ones(3))
    f = np.where(xyz > 216 / 24389, np.cbrt(xyz), (24389 / 27 * xyz + 16) / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


def apart(one: str, two: str, eye: str) -> float:
    """How different two colours look (CIE 1976)."""
    return float(np.linalg.norm(lab(one, eye) - lab(two, eye)))


@pytest.fixture(params=theme_names())
def theme(request: pytest.FixtureRequest) -> Theme:
    return load_theme(request.param)


def test_every_theme_of_the_folder_loads() -> None:
    assert {"midnight", "daylight", "high-contrast", "colour-blind"} <= set(theme_names())


def test_words_have_contrast_on_everything_they_stand_on(theme: Theme) -> None:
    colors = theme.colors
    for ink, ground in itertools.product(
        (colors.text, colors.soft, colors.faint), (colors.ground, colors.strip, colors.card, colors.cell)
    ):
        assert contrast(ink, ground) >= 4.5, (ink, ground)
    for ink in (colors.live, colors.late, colors.lost, colors.replay):
        assert contrast(ink, colors.strip) >= 4.5, ink


def test_levels_and_states_have_contrast_on_their_own_ground(theme: Theme) -> None:
    inks = [getattr(theme.levels, name) for name in theme.levels.__struct_fields__]
    inks += [getattr(theme.states, name) for name in theme.states.__struct_fields__]
    for ink in inks:
        assert contrast(ink.text, ink.fill) >= 4.5, ink
        assert contrast(theme.colors.text, ink.fill) >= 4.5, ink
        assert contrast(theme.colors.soft, ink.fill) >= 4.5, ink


def test_a_states_words_stay_readable_on_a_cell_in_trouble(theme: Theme) -> None:
    fills = (theme.levels.warning.fill, theme.levels.breach.fill)
    for name, fill in itertools.product(theme.states.__struct_fields__, fills):
        assert contrast(getattr(theme.states, name).text, fill) >= 4.5, (name, fill)


def test_lines_of_a_chart_stand_out_from_the_card(theme: Theme) -> None:
    for color in theme.series:
        assert contrast(color, theme.colors.card) >= 3, color


@pytest.mark.parametrize("eye", sorted(EYES))
def test_severities_look_different_to_every_eye(theme: Theme, eye: str) -> None:
    levels = theme.levels
    for one, two in itertools.combinations((levels.calm.text, levels.warning.edge, levels.breach.edge), 2):
        assert apart(one, two, eye) >= 12, (one, two, eye)


def test_no_two_states_and_no_two_severities_share_a_glyph(theme: Theme) -> None:
    for group in (theme.states, theme.levels):
        glyphs = [getattr(group, name).glyph for name in group.__struct_fields__]
        assert len(set(glyphs)) == len(glyphs)


def test_the_style_sheet_has_no_token_left_and_no_colour_of_its_own(theme: Theme) -> None:
    assert "$" not in theme.qss
    assert theme.colors.ground in theme.qss
    assert not re.search(r"#[0-9a-fA-F]{3,8}\b", (themes_folder() / "base.qss").read_text(encoding="utf-8"))


def test_no_module_holds_a_colour_literal() -> None:
    literal = re.compile(r"""["']#[0-9a-fA-F]{3,8}["']|\brgba?\(|QColor\(\s*\d|GlobalColor""")
    package = Path(load_theme.__code__.co_filename).parent
    modules = sorted(package.rglob("*.py"))
    assert len(modules) > 20
    assert [module.name for module in modules if literal.search(module.read_text(encoding="utf-8"))] == []


def test_fonts_come_with_their_licence() -> None:
    assert len(font_files()) == 3
    assert "Open Font License" in (themes_folder() / "fonts" / "OFL.txt").read_text(encoding="utf-8")


def test_an_unknown_theme_is_answered_with_the_nearest_name() -> None:
    with pytest.raises(DataError, match=r'^there is no theme "midnigth"; did you mean "midnight"\?$'):
        load_theme("midnigth")


def test_every_problem_of_a_theme_is_told_at_once_with_its_line() -> None:
    text = (themes_folder() / "midnight.toml").read_text(encoding="utf-8")
    broken = text.replace('scheme = "dark"', 'scheme = "dusk"').replace('accent = "$blue"', 'accent = "$bleu"')
    broken = broken.replace("radius = 12", "raduis = 12")
    with pytest.raises(DataError) as told:
        read_theme(Reader(broken, "mine.toml"), "")
    lines = str(told.value).splitlines()
    assert lines[0] == "mine.toml: 4 problems"
    assert '  line 2: scheme: "dusk" will not do; there is: dark, light' in lines
    assert any('colors.accent: no colour "$bleu" in [palette]; did you mean "blue"?' in line for line in lines)
    assert any('shape.raduis: unknown key "raduis"; did you mean "radius"?' in line for line in lines)
    assert any('shape: "radius" is missing' in line for line in lines)


def test_an_unknown_token_in_the_style_sheet_is_told() -> None:
    text = (themes_folder() / "midnight.toml").read_text(encoding="utf-8")
    with pytest.raises(DataError, match=r"base\.qss: unknown token 'grund'"):
        read_theme(Reader(text, "mine.toml"), "QWidget { background: $grund; }")


def test_every_palette_is_used_up() -> None:
    for name in theme_names():
        text = (themes_folder() / f"{name}.toml").read_text(encoding="utf-8")
        unused = [token for token in tomllib.loads(text)["palette"] if f'"${token}"' not in text]
        assert unused == []


@pytest.mark.parametrize("eye", sorted(EYES))
def test_states_of_agents_at_work_look_different_to_every_eye(theme: Theme, eye: str) -> None:
    names = ("ready", "ringing", "talking", "hold", "wrapping", "not_ready")
    for one, two in itertools.combinations(names, 2):
        assert apart(getattr(theme.states, one).edge, getattr(theme.states, two).edge, eye) >= 10, (one, two, eye)
