"""The course of the day, drawn by pyqtgraph inside a tile: lines, hours, a target and "now"."""

import pyqtgraph as pg  # type: ignore[import-untyped] # it ships no types
from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QRegion, QResizeEvent
from PySide6.QtWidgets import QFrame, QWidget

from wallboard.board.tiles.trend import Line, Mark, Tick, TrendView
from wallboard.ui.style import MEDIUM, Style
from wallboard.ui.tile import CENTER, Tile


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
        if old.calm != new.calm:
            return [self.rect()]
        return [self._legend().toAlignedRect()] if _legend_words(old) != _legend_words(new) else []

    def show_view(self, view: TrendView) -> None:
        """Show a view; the chart too, when what surrounds it changes."""
        redrawn = view != self.view
        super().show_view(view)
        if redrawn:
            self._draw()

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - the name is Qt's
        """Keep the chart in the body, with as many marks as that holds."""
        super().resizeEvent(event)
        self._place()
        self._draw()

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The legend; the chart is a child. Words in its place while there is nothing to draw."""
        del dirty
        if self.view.calm:
            self.say(painter, body, self.view.calm, self.look.size("body"), self.look.color("faint"), CENTER)
            return
        box, size = self._legend(), self.look.size("small")
        for words, ink, dashed in self._keys():
            if box.width() < size * 4:
                return
            swatch = QRectF(box.left(), box.center().y() - self.look.px(2.5), size * 1.4, self.look.px(5))
            for k in range(3 if dashed else 1):
                wide = swatch.width() / 5 if dashed else swatch.width()
                painter.fillRect(QRectF(swatch.left() + 2 * k * wide, swatch.top(), wide, swatch.height()), ink)
            box.setLeft(swatch.right() + size * 0.5)
            told = self.look.fit(words, max(1.0, box.width()), size, MEDIUM)
            self.write(painter, box, told, self.look.color("soft"))
            box.setLeft(box.left() + told.width + size * 1.4)

    def _keys(self) -> list[tuple[str, QColor, bool]]:
        """What the legend explains: words, colour, and whether it is drawn with dashes."""
        view = self.view
        keys = [(_words(line), self._ink(i), False) for i, line in enumerate(view.lines)]
        named = {"calm": "Target", "warning": "Warning", "breach": "Limit"}
        keys += [(f"{named[mark.level]} {mark.text}", self._mark_ink(mark), True) for mark in view.marks]
        if len(view.plan) > 1:
            keys.append(("Forecast", self.look.color("soft"), True))
        if view.band:
            keys.append(("Usual", self.look.color("band"), False))
        return keys

    def _legend(self) -> QRectF:
        body = self.body()
        return QRectF(body.left(), body.top(), body.width(), self.look.size("small") * 1.5)

    def _place(self) -> None:
        body = self.body()
        top = self._legend().bottom()
        self._plot.setGeometry(QRectF(body.left(), top, body.width(), max(1.0, body.bottom() - top)).toRect())
        self._plot.setYRange(0, self._top(), padding=0)

    def _ink(self, i: int) -> QColor:
        return self.look.series[i % len(self.look.series)]

    def _draw(self) -> None:
        """Put the view into the chart."""
        plot, look, view = self._plot, self.look, self.view
        plot.clear()
        plot.setVisible(not view.calm)
        plot.setXRange(0, 1, padding=0)
        plot.setYRange(0, self._top(), padding=0)
        for name, ticks in (("bottom", view.xs), ("left", view.ys)):
            self._axis(name, self._apart(ticks, name))
        for tick in view.ys:
            self._rule(tick.at, 0, look.color("rule"))
        self._band(view)
        for mark in view.marks:
            self._rule(mark.at, 0, self._mark_ink(mark), Qt.PenStyle.DashLine)
        for i, line in enumerate(view.lines):
            if view.bars and i == 0:
                self._bars(line, self._ink(i))
            else:
                self._line(line, self._ink(i))
        self._plan(view)
        if view.now is not None:
            self._rule(view.now, 90, look.color("soft"))

    def _top(self) -> float:
        """How far the axis goes: the topmost mark has its words whole."""
        room: float = max(1.0, self._plot.height() - self.look.size("small") * 1.8)
        return float(1.0 + min(0.5, self.look.size("small") * 0.75 / room))

    def _band(self, view: TrendView) -> None:
        """What the same weekdays before were like: a quiet ground with their median in it."""
        if not view.band:
            return
        xs, lows, middles, highs = (list(column) for column in zip(*view.band, strict=True))
        edges = [pg.PlotCurveItem(xs, ys, pen=None) for ys in (lows, highs)]
        self._plot.addItem(pg.FillBetweenItem(*edges, brush=self.look.color("band")))
        pen = QPen(self.look.color("faint"), max(1.0, self.look.px(1.2)), Qt.PenStyle.DotLine)
        pen.setCosmetic(True)
        self._plot.addItem(pg.PlotCurveItem(xs, middles, pen=pen, antialias=True))

    def _plan(self, view: TrendView) -> None:
        if len(view.plan) > 1:
            pen = QPen(self.look.color("soft"), max(1.0, self.look.px(2)), Qt.PenStyle.DashLine)
            pen.setCosmetic(True)
            self._plot.addItem(
                pg.PlotCurveItem([x for x, _ in view.plan], [y for _, y in view.plan], pen=pen, antialias=True)
            )

    def _bars(self, line: Line, color: QColor) -> None:
        """Intervals as bars with a hair between them."""
        told = [(x, y) for x, y in line.points if y is not None]
        if told:
            xs, ys = [x for x, _ in told], [y for _, y in told]
            soft = QColor(color)
            soft.setAlphaF(0.55)
            wide = self.view.wide * 0.8
            self._plot.addItem(pg.BarGraphItem(x=xs, height=ys, width=wide, brush=soft, pen=QPen(Qt.PenStyle.NoPen)))

    def _mark_ink(self, mark: Mark) -> QColor:
        return self.look.color("soft") if mark.level == "calm" else self.look.level(mark.level).edge

    def _rule(self, at: float, angle: int, color: QColor, dashes: Qt.PenStyle = Qt.PenStyle.SolidLine) -> None:
        pen = QPen(color, max(1.0, self.look.px(1.2)), dashes)
        pen.setCosmetic(True)
        self._plot.addItem(pg.InfiniteLine(at, angle=angle, pen=pen))

    def _apart(self, ticks: tuple[Tick, ...], side: str) -> tuple[Tick, ...]:
        """As many marks of an axis as stand apart, none over another; upwards, the topmost is one of them."""
        if not ticks:
            return ticks
        if side == "left":
            small = self.look.size("small")
            room = (self._plot.height() - small * 1.8) / self._top()
            fitting = max(1, int(room // (small * 1.3)))
            return ticks[::-1][:: -(-len(ticks) // fitting)][::-1]
        wide = max(self.look.metrics(self.look.size("small")).horizontalAdvance(tick.text) for tick in ticks) * 1.35
        fitting = max(1, int(self.body().width() * 0.9 // wide))
        return ticks[:: -(-len(ticks) // fitting)]

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
        alone = [(x, y) for x, y in _alone(line)]
        if alone:
            dots = pg.ScatterPlotItem([x for x, _ in alone], [y for _, y in alone], size=self.look.px(9), brush=color)
            dots.setPen(QPen(Qt.PenStyle.NoPen))
            self._plot.addItem(dots)


def _alone(line: Line) -> list[tuple[float, float]]:
    """Points with a break on both sides, which no line would show."""
    ys = [None, *(y for _, y in line.points), None]
    return [(x, y) for i, (x, y) in enumerate(line.points) if y is not None and ys[i] is None and ys[i + 2] is None]


def _words(line: Line) -> str:
    return f"{line.name} {line.last}" if line.last else line.name


def _legend_words(view: TrendView) -> list[str]:
    marks = [f"{mark.level} {mark.text}" for mark in view.marks]
    return [view.calm, *(_words(line) for line in view.lines), *marks, f"{len(view.plan)} {bool(view.band)}"]
