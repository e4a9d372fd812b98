"""How the wall looks, as data: ``themes/*.toml`` read into a frozen ``Theme``. Free of Qt.

A theme names its raw colours once under ``[palette]``; every other colour may be ``"$name"``. ``base.qss`` is shared by
all themes and knows nothing but ``$tokens``.
"""

import string
from pathlib import Path
from typing import Annotated, Any, Literal

from msgspec import Meta, Struct, field
from msgspec.structs import replace

from wallboard.errors import DataError
from wallboard.reading import Place, Reader, suggestion

Color = Annotated[str, Meta(pattern=r"^#[0-9a-f]{6}$")]
Glyph = Literal[
    "none",
    "triangle",
    "diamond",
    "check",
    "disc",
    "ring",
    "half",
    "quarter",
    "back",
    "bars",
    "dash",
    "cup",
    "cross",
    "info",
]
Pixels = Annotated[float, Meta(gt=0, le=400)]
"""Pixels on a screen 1080 high; everything scales from there."""


class Colors(Struct, frozen=True, forbid_unknown_fields=True):
    """Where colours go that mean nothing by themselves."""

    ground: Color
    strip: Color
    card: Color
    cell: Color
    rule: Color
    track: Color
    band: Color
    text: Color
    soft: Color
    faint: Color
    accent: Color
    live: Color
    late: Color
    lost: Color
    replay: Color


class Ink(Struct, frozen=True):
    """How a level or a state is drawn: words, ground, edge and a glyph, so colour is never alone."""

    text: Color
    fill: Color
    edge: Color
    glyph: Glyph = "none"


class Levels(Struct, frozen=True):
    """The ladder of severity."""

    calm: Ink
    info: Ink
    warning: Ink
    breach: Ink
    acknowledged: Ink


class States(Struct, frozen=True):
    """Every agent state."""

    offline: Ink
    ready: Ink
    ringing: Ink
    talking: Ink
    hold: Ink
    wrapping: Ink
    not_ready: Ink = field(name="not-ready")
    unknown: Ink


class Type(Struct, frozen=True):
    """Sizes of letters on a screen 1080 high."""

    family: str
    title: Pixels
    body: Pixels
    small: Pixels
    figure: Pixels
    clock: Pixels


class Shape(Struct, frozen=True):
    """Lengths on a screen 1080 high."""

    margin: Pixels
    gap: Pixels
    pad: Pixels
    radius: Pixels
    edge: Pixels
    strip: Pixels


class Theme(Struct, frozen=True):
    """A look, resolved: no token is left in it."""

    title: str
    scheme: Literal["dark", "light"]
    colors: Colors
    levels: Levels
    states: States
    series: tuple[Color, ...]
    type: Type
    shape: Shape
    qss: str = ""
    """The style sheet of ``base.qss`` with every token filled in."""


def themes_folder() -> Path:
    """Where themes live: beside the package in a checkout, inside it once installed."""
    installed = Path(__file__).parent / "themes"
    return installed if installed.is_dir() else Path(__file__).parents[1] / "themes"


def font_files() -> tuple[Path, ...]:
    """The fonts that come with the themes, so that every machine draws the same letters."""
    return tuple(sorted((themes_folder() / "fonts").glob("*.otf")))


def theme_names() -> tuple[str, ...]:
    """Every theme there is, by the name of its file."""
    return tuple(sorted(path.stem for path in themes_folder().glob("*.toml")))


def load_theme(name: str = "midnight") -> Theme:
    """A theme by name, or by the path of a ``.toml`` file. Raises ``DataError`` with every problem at once."""
    path = Path(name) if name.endswith(".toml") else themes_folder() / f"{name}.toml"
    if not path.is_file():
        raise DataError(f'there is no theme "{name}"{suggestion(name, theme_names())}')
    return read_theme(Reader.open(path), (themes_folder() / "base.qss").read_text(encoding="utf-8"))


def read_theme(reader: Reader, qss: str) -> Theme:
    """The theme in an opened file, with its style sheet. Raises ``DataError`` with every problem at once."""
    table = dict(reader.table)
    palette = table.pop("palette", {})
    table = _resolved(table, palette, (), reader)
    theme = reader.struct(table, Theme, ())
    reader.finish()
    assert theme is not None  # noqa: S101 - a theme without problems exists
    return replace(theme, qss=_styled(qss, theme))


def _resolved(value: Any, palette: dict[str, str], place: Place, reader: Reader) -> Any:
    """The same tables with every ``$token`` replaced by its colour."""
    if isinstance(value, dict):
        return {key: _resolved(item, palette, (*place, key), reader) for key, item in value.items()}
    if isinstance(value, list):
        return [_resolved(item, palette, (*place, i), reader) for i, item in enumerate(value)]
    if not (isinstance(value, str) and value.startswith("$")):
        return value
    if value[1:] not in palette:
        reader.fail(place, f'no colour "{value}" in [palette]{suggestion(value[1:], palette)}')
        return next(iter(palette.values()), value)
    return palette[value[1:]]


def _styled(qss: str, theme: Theme) -> str:
    """The style sheet with its tokens filled in; an unknown token is a fault of the sheet."""
    tokens = {name: str(getattr(theme.colors, name)) for name in theme.colors.__struct_fields__}
    try:
        return string.Template(qss).substitute(tokens, family=theme.type.family)
    except (KeyError, ValueError) as error:
        raise DataError(f"base.qss: unknown token {error}") from None
