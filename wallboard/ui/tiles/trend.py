"""The course of the day, drawn by pyqtgraph inside a tile: lines, hours, a target and "now"."""

import pyqtgraph as pg  # type: ignore[import-untyped] # it ships no types
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from wallboard.board.tiles.trend import Line, Tick, TrendView
from wallboard.ui.style import MEDIUM, Style
from wallboard.ui.tile import Tile


class TrendTile(Tile[TrendView]):
    """Shows a ``TrendView``."""

    def __init__(self, view: TrendView, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(view, style, parent)
        self._plot = pg.PlotWidget(self, background=None)
        self._plot.setFrameShape(QFrame.Shape.NoFrame)
        self._plot.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._plot.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._plot.hideButtons()
        self._plot.setMenuEnabled(False)
        self._plot.setMouseEnabled(x=False, y=False)
        self._draw()

    def set_look(self, style: Style) -> None:
        """Wear another theme or size."""
        super().set_look(style)
        self._place()
        self._draw()

    def changed(self, old: TrendView, new: TrendView) -> list[QRect]:
        """The legend, when it differs; the chart repaints itself."""
        return [self._legend().toAlignedRect()] if _legend_words(old) != _legend_words(new) else []

    def show_view(self, view: TrendView) -> None:
        """Show a view; the chart too, when what surrounds it changes."""
        redrawn = view != self.view
        super().show_view(view)
        if redrawn:
            self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - the name is Qt's
        """Keep the chart in the body."""
        super().resizeEvent(event)
        self._place()

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The legend; the chart is a child."""
        del body, dirty
        box, size = self._legend(), self.look.size("small")
        for i, line in enumerate(self.view.lines):
            swatch = QRectF(box.left(), box.center().y() - self.look.px(2.5), size * 1.4, self.look.px(5))
            painter.fillRect(swatch, self._ink(i))
            words = self.look.fit(_words(line), max(1.0, box.right() - swatch.right()), size, MEDIUM)
            box.setLeft(swatch.right() + size * 0.5)
            self.write(painter, box, words, self.look.color("soft"))
            box.setLeft(box.left() + words.width + size * 1.4)

    def _legend(self) -> QRectF:
        body = self.body()
        return QRectF(body.left(), body.top(), body.width(), self.look.size("small") * 1.5)

    def _place(self) -> None:
        body = self.body()
        top = self._legend().bottom()
        self._plot.setGeometry(QRectF(body.left(), top, body.width(), max(1.0, body.bottom() - top)).toRect())

    def _ink(self, i: int) -> QColor:
        return self.look.series[i % len(self.look.series)]

    def _draw(self) -> None:
        """Put the view into the chart."""
        plot, look, view = self._plot, self.look, self.view
        plot.clear()
        plot.setXRange(0, 1, padding=0)
        plot.setYRange(0, 1.04, padding=0)
        for name, ticks in (("bottom", view.xs), ("left", view.ys)):
            self._axis(name, ticks)
        for tick in view.ys:
            self._rule(tick.at, 0, look.color("rule"))
        if view.target is not None:
            self._rule(view.target, 0, look.color("faint"), Qt.PenStyle.DashLine)
        if view.now is not None:
            self._rule(view.now, 90, look.color("soft"))
        for i, line in enumerate(view.lines):
            self._line(line, self._ink(i))

    def _rule(self, at: float, angle: int, color: QColor, dashes: Qt.PenStyle = Qt.PenStyle.SolidLine) -> None:
        pen = QPen(color, max(1.0, self.look.px(1.2)), dashes)
        pen.setCosmetic(True)
        self._plot.addItem(pg.InfiniteLine(at, angle=angle, pen=pen))

    def _axis(self, name: str, ticks: tuple[Tick, ...]) -> None:
        axis, look = self._plot.getAxis(name), self.look
        axis.setTicks([[(tick.at, tick.text) for tick in ticks]])
        axis.setPen(QPen(look.color("rule"), 0))
        axis.setTextPen(look.color("faint"))
        axis.setStyle(tickFont=look.font(look.size("small")), tickLength=0, tickTextOffset=round(look.px(8)))
        if name == "left":
            wide = max((look.metrics(look.size("small")).horizontalAdvance(tick.text) for tick in ticks), default=0)
            axis.setWidth(round(wide + look.px(18)))
        else:
            axis.setHeight(round(look.size("small") * 1.8))

    def _line(self, line: Line, color: QColor) -> None:
        """One course; a filled ground under the only one, none under several."""
        pen = QPen(color, max(1.0, self.look.px(2.4)))
        pen.setCosmetic(True)
        xs = [x for x, _ in line.points]
        ys = [float("nan") if y is None else y for _, y in line.points]
        ground = QColor(color)
        ground.setAlphaF(0.13)
        fill = {"fillLevel": 0, "brush": ground} if len(self.view.lines) == 1 else {}
        curve = pg.PlotCurveItem(xs, ys, pen=pen, antialias=True, connect="finite", **fill)
        curve.setSegmentedLineMode("on")
        self._plot.addItem(curve)


def _words(line: Line) -> str:
    return f"{line.name} {line.last}" if line.last else line.name


def _legend_words(view: TrendView) -> list[str]:
    return [_words(line) for line in view.lines]
