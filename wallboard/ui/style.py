"""A theme at one size of screen: its colours, pens and fonts as Qt wants them."""

from functools import cache, lru_cache
from typing import NamedTuple

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontMetricsF, QPalette

from wallboard.theme import Ink, Theme, font_files

DESIGNED = (1920, 1080)
"""The screen a theme's lengths are written for; upright, it is turned."""
LEAST = 9
"""No letter is smaller than this many pixels: past it, text elides."""
REGULAR, MEDIUM, STRONG = QFont.Weight.Normal, QFont.Weight.Medium, QFont.Weight.DemiBold


class Tint(NamedTuple):
    """An ``Ink`` of the theme, ready to paint with."""

    text: QColor
    fill: QColor
    edge: QColor
    glyph: str


@cache
def add_fonts() -> tuple[str, ...]:
    """Make the fonts that come with the themes known to Qt, once; the families they hold."""
    found = [
        QFontDatabase.applicationFontFamilies(QFontDatabase.addApplicationFont(str(path))) for path in font_files()
    ]
    return tuple(sorted({family for families in found for family in families}))


@lru_cache(maxsize=512)
def _font(family: str, pixels: int, weight: QFont.Weight) -> QFont:
    """A font with tabular digits: a figure that ticks keeps its width."""
    font = QFont(family)
    font.setPixelSize(pixels)
    font.setWeight(weight)
    font.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
    font.setFeature(QFont.Tag("tnum"), 1)
    if weight >= STRONG:
        font.setLetterSpacing(QFont.SpacingType.PercentageSpacing, 97)
    return font


@lru_cache(maxsize=512)
def _metrics(family: str, pixels: int, weight: QFont.Weight) -> QFontMetricsF:
    return QFontMetricsF(_font(family, pixels, weight))


@lru_cache(maxsize=2048)
def _width(family: str, words: str, pixels: int, weight: QFont.Weight) -> float:
    """Most words a wall repaints have been on it before: each is measured once."""
    return _metrics(family, pixels, weight).horizontalAdvance(words)


class Text(NamedTuple):
    """Words in a font that fits them, and how wide they are."""

    words: str
    font: QFont
    width: float


class Style:
    """Everything a tile needs to paint itself. Made anew when the window changes its size."""

    def __init__(self, theme: Theme, width: int, height: int) -> None:
        self.theme = theme
        self.upright = height > width
        across, down = reversed(DESIGNED) if self.upright else DESIGNED
        self.scale = max(0.25, min(width / across, height / down))
        self._colors = {name: QColor(getattr(theme.colors, name)) for name in theme.colors.__struct_fields__}
        self._levels = {name: _tint(getattr(theme.levels, name)) for name in theme.levels.__struct_fields__}
        self._states = {n.replace("_", "-"): _tint(getattr(theme.states, n)) for n in theme.states.__struct_fields__}
        self.series = tuple(QColor(color) for color in theme.series)

    def color(self, name: str) -> QColor:
        """One of the theme's ``[colors]``."""
        return self._colors[name]

    def level(self, name: str) -> Tint:
        """How a level of severity is drawn."""
        return self._levels[name]

    def state(self, name: str) -> Tint:
        """How an agent's state is drawn."""
        return self._states[name]

    def px(self, length: float) -> float:
        """A length written for a screen 1080 high, on this one."""
        return length * self.scale

    def shape(self, name: str) -> float:
        """One of the theme's lengths, on this screen."""
        return self.px(float(getattr(self.theme.shape, name)))

    def size(self, name: str) -> float:
        """One of the theme's sizes of letters, on this screen."""
        return self.px(float(getattr(self.theme.type, name)))

    def font(self, pixels: float, weight: QFont.Weight = REGULAR) -> QFont:
        """The theme's font; never smaller than can be read."""
        return _font(self.theme.type.family, max(LEAST, round(pixels)), weight)

    def metrics(self, pixels: float, weight: QFont.Weight = REGULAR) -> QFontMetricsF:
        """How wide and tall that font writes."""
        return _metrics(self.theme.type.family, max(LEAST, round(pixels)), weight)

    def fit(
        self,
        words: str,
        width: float,
        pixels: float,
        weight: QFont.Weight = REGULAR,
        least: float = 0.75,
        elide: Qt.TextElideMode = Qt.TextElideMode.ElideRight,
    ) -> Text:
        """Words that fit a width: shrunk to ``least`` of the size at most, and elided after that."""
        wanted = self.width(words, pixels, weight)
        if wanted <= width:
            return Text(words, self.font(pixels, weight), wanted)
        lowest = max(LEAST, round(pixels * least))
        shrunk = max(lowest, int(pixels * width / wanted))
        while shrunk > lowest and self.width(words, shrunk, weight) > width:
            shrunk -= 1
        told = self.metrics(shrunk, weight).elidedText(words, elide, width)
        return Text(told, self.font(shrunk, weight), self.width(told, shrunk, weight))

    def name(self, words: str, width: float, pixels: float, weight: QFont.Weight = REGULAR) -> Text:
        """A name that fits a width: of one too long the middle goes, for names of a list often begin alike."""
        return self.fit(words, width, pixels, weight, elide=Qt.TextElideMode.ElideMiddle)

    def width(self, words: str, pixels: float, weight: QFont.Weight = REGULAR) -> float:
        """How wide words are in that font."""
        return _width(self.theme.type.family, words, max(LEAST, round(pixels)), weight)

    def palette(self) -> QPalette:
        """Qt's own palette, for what a style sheet does not reach."""
        palette = QPalette()
        palette.setColor(QPalette.ColorRole.Window, self.color("ground"))
        palette.setColor(QPalette.ColorRole.Base, self.color("card"))
        palette.setColor(QPalette.ColorRole.WindowText, self.color("text"))
        palette.setColor(QPalette.ColorRole.Text, self.color("text"))
        palette.setColor(QPalette.ColorRole.Highlight, self.color("accent"))
        return palette


def _tint(ink: Ink) -> Tint:
    return Tint(QColor(ink.text), QColor(ink.fill), QColor(ink.edge), ink.glyph)
