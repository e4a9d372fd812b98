"""Small pictures that are drawn once and set down again and again: signs, and digits too large for Qt to keep.

A stamp stands on whole pixels of the screen. Painting one costs a fortieth of drawing its curves.
"""

from collections.abc import Callable
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QPointF, QRectF, QSize
from PySide6.QtGui import QColor, QFont, QPainter, QPixmap

from wallboard.ui.style import Style

LARGE = 40
"""Digits from so many pixels on are stamped: Qt draws letters of that size as curves, each time."""
_ROOM = 0.12
"""Around a letter, of its size: what leans out of its own width."""


def sign(painter: QPainter, paint: Callable[[QPainter], None], box: QRectF, color: QColor) -> None:
    """Set down what ``paint`` draws into a square of length 1, as large as ``box``."""
    ratio = painter.device().devicePixelRatio()
    side = max(1, round(box.width() * ratio))
    _set_down(painter, box.left(), box.top(), _sign(paint, side, color.name(), ratio), ratio)


def digits(painter: QPainter, at: QPointF, words: str, look: Style, size: float, weight: QFont.Weight) -> None:
    """Write words in the painter's pen, from a point on their base line; large letters are stamped one by one."""
    font = look.font(size, weight)
    painter.setFont(font)
    if font.pixelSize() < LARGE:
        painter.drawText(at, words)
        return
    ratio, color = painter.device().devicePixelRatio(), painter.pen().color().name()
    ascent, room = look.metrics(size, weight).ascent(), font.pixelSize() * _ROOM
    top = at.y() - ascent - room
    for i, letter in enumerate(words):
        left = at.x() + look.width(words[:i], size, weight) - room
        if not letter.isspace():
            wide = look.width(letter, size, weight)
            stamp = _letter(letter, font, wide, ascent, color, ratio)
            _set_down(painter, left, top, stamp, ratio)


def _set_down(painter: QPainter, left: float, top: float, stamp: QPixmap, ratio: float) -> None:
    painter.drawPixmap(QPointF(round(left * ratio) / ratio, round(top * ratio) / ratio), stamp)


@lru_cache(maxsize=1024)
def _sign(paint: Callable[[QPainter], None], side: int, color: str, ratio: float) -> QPixmap:
    stamp = blank(QSize(side, side), 1.0)
    with QPainter(stamp) as painter:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.scale(side, side)
        ink = QColor(color)
        painter.setPen(ink)
        painter.setBrush(ink)
        paint(painter)
    stamp.setDevicePixelRatio(ratio)
    return stamp


@lru_cache(maxsize=256)
def _letter(letter: str, font: QFont, wide: float, ascent: float, color: str, ratio: float) -> QPixmap:
    room = font.pixelSize() * _ROOM
    stamp = blank(QSize(ceil(wide + 2 * room), ceil(ascent * 1.3 + 2 * room)), ratio)
    with QPainter(stamp) as painter:
        painter.setFont(font)
        painter.setPen(QColor(color))
        painter.drawText(QPointF(room, ascent + room), letter)
    return stamp


def blank(size: QSize, ratio: float) -> QPixmap:
    """A clear picture so large on a screen with so many pixels to one of Qt's."""
    stamp = QPixmap(max(1, ceil(size.width() * ratio)), max(1, ceil(size.height() * ratio)))
    stamp.fill(QColor("transparent"))
    stamp.setDevicePixelRatio(ratio)
    return stamp
