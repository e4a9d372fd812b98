"""Small drawn signs, so that colour never speaks alone and no font has to have them."""

from collections.abc import Callable

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPolygonF

from wallboard.ui import stamps


def draw(painter: QPainter, name: str, box: QRectF, color: QColor) -> None:
    """Draw the glyph of that name into a square box."""
    if name != "none":
        stamps.sign(painter, _INKED[name], box, color)


def _inked(paint: Callable[[QPainter], None]) -> Callable[[QPainter], None]:
    """A glyph in the pen all glyphs are drawn with; its colour is the painter's."""

    def painted(painter: QPainter) -> None:
        ink = painter.pen().color()
        painter.setPen(QPen(ink, 0.14, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap, Qt.PenJoinStyle.RoundJoin))
        paint(painter)

    return painted


def _polygon(*points: tuple[float, float]) -> Callable[[QPainter], None]:
    def paint(painter: QPainter) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in points]))

    return paint


def _strokes(*lines: tuple[tuple[float, float], ...]) -> Callable[[QPainter], None]:
    def paint(painter: QPainter) -> None:
        for line in lines:
            painter.drawPolyline(QPolygonF([QPointF(x, y) for x, y in line]))

    return paint


def _pie(share: float) -> Callable[[QPainter], None]:
    """A ring filled clockwise from noon by a share of it."""

    def paint(painter: QPainter) -> None:
        ring = QRectF(0.14, 0.14, 0.72, 0.72)
        if share:
            painter.drawPie(ring, 90 * 16, -round(share * 360 * 16))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(ring)

    return paint


def _disc(painter: QPainter) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.drawEllipse(QRectF(0.08, 0.08, 0.84, 0.84))


def _cup(painter: QPainter) -> None:
    painter.drawRoundedRect(QRectF(0.12, 0.34, 0.5, 0.46), 0.12, 0.12)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawEllipse(QRectF(0.58, 0.4, 0.28, 0.26))
    painter.drawLine(QPointF(0.26, 0.1), QPointF(0.26, 0.2))
    painter.drawLine(QPointF(0.48, 0.1), QPointF(0.48, 0.2))


def _back(painter: QPainter) -> None:
    """Two triangles to the left: back in time."""
    painter.setPen(Qt.PenStyle.NoPen)
    for left in (0.0, 0.5):
        painter.drawPolygon(QPolygonF([QPointF(x, y) for x, y in ((left, 0.5), (left + 0.5, 0.1), (left + 0.5, 0.9))]))


GLYPHS: dict[str, Callable[[QPainter], None]] = {
    "none": lambda _: None,
    "triangle": _polygon((0.5, 0.06), (1.0, 0.94), (0.0, 0.94)),
    "diamond": _polygon((0.5, 0.0), (1.0, 0.5), (0.5, 1.0), (0.0, 0.5)),
    "check": _strokes(((0.12, 0.55), (0.4, 0.82), (0.9, 0.2))),
    "disc": _disc,
    "ring": _pie(0.0),
    "quarter": _pie(0.25),
    "half": _pie(0.5),
    "back": _back,
    "bars": _strokes(((0.32, 0.14), (0.32, 0.86)), ((0.68, 0.14), (0.68, 0.86))),
    "dash": _strokes(((0.16, 0.5), (0.84, 0.5))),
    "cup": _cup,
    "cross": _strokes(((0.2, 0.2), (0.8, 0.8)), ((0.8, 0.2), (0.2, 0.8))),
    "info": _strokes(((0.5, 0.42), (0.5, 0.86)), ((0.5, 0.14), (0.5, 0.16))),
}
"""By the names a theme may use."""
_INKED = {name: _inked(paint) for name, paint in GLYPHS.items()}
