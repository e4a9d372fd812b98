"""A key figure: as large as the tile allows, its unit small beside it, its course behind it."""

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPen, QPolygonF, QRegion

from wallboard.board.tiles.number import NumberView
from wallboard.ui.stamps import digits
from wallboard.ui.style import MEDIUM, STRONG
from wallboard.ui.tile import Tile

_SPARK = 0.24
"""The least share of a tile's width that a spark line is worth drawing in."""


class NumberTile(Tile[NumberView]):
    """Shows a ``NumberView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The figure, with the detail under it and the spark line to its right."""
        look, view = self.look, self.view
        small, foot = self._small(), self._foot(body)
        head = QRectF(body.left(), body.top(), body.width(), max(1.0, foot.top() - body.top()))
        if dirty.intersects(foot.toAlignedRect()):
            self.say(painter, foot, self._told(foot.width(), small), small, look.color("soft"))
        if not dirty.intersects(self._reach(body).toAlignedRect()):
            return
        right = self._figure(painter, head)
        spark = QRectF(right, head.top(), head.right() - right, head.height())
        if view.spark and spark.width() > head.width() * _SPARK * 0.9:
            tall = min(spark.height() * 0.6, look.px(130))
            self._spark(painter, QRectF(spark.left(), spark.center().y() - tall / 2, spark.width(), tall))

    def changed(self, old: NumberView, new: NumberView) -> list[QRect]:
        """What is under the figure, or the rest of the body, or both."""
        body = self.body()
        foot = self._foot(body)
        parts = ((self._reach(body), _above(old) != _above(new)), (foot, old.detail != new.detail))
        return [box.toAlignedRect() for box, differs in parts if differs]

    def figure_height(self) -> float:
        """How tall the digits of the figure are, in pixels."""
        body = self.body()
        size = self._size(body.width(), body.height() - self.look.size("body") * 1.3)
        return self.look.metrics(size, STRONG).capHeight()

    def _small(self) -> float:
        return self.look.size("body") * 0.92

    def _foot(self, body: QRectF) -> QRectF:
        """Where the detail stands."""
        tall = self._small() * 1.4
        return QRectF(body.left(), body.bottom() - tall, body.width(), tall)

    def _reach(self, body: QRectF) -> QRectF:
        """Where the figure and its course may paint: a comma hangs a little lower than they stand."""
        tall = self._foot(body).top() - body.top()
        return QRectF(body.left(), body.top(), body.width(), tall * 1.06)

    def _told(self, width: float, size: float) -> str:
        """The first part of the detail, and of the others those that fit beside it at about their own size."""
        told, metrics = self.view.detail[:1], self.look.metrics(size * 0.9)
        for part in self.view.detail[1:]:
            if metrics.horizontalAdvance(" · ".join((*told, part))) <= width:
                told = (*told, part)
        return " · ".join(told)

    def _figure(self, painter: QPainter, head: QRectF) -> float:
        """Write the figure; where a spark line may begin."""
        look, figure = self.look, self.view.figure
        size = self._size(head.width(), head.height())
        color = look.color("faint") if figure.sure != "known" else look.level(figure.level).text
        number = look.metrics(size, STRONG)
        base = head.center().y() + number.capHeight() / 2
        painter.setPen(color)
        digits(painter, QPointF(head.left(), base), figure.text, look, size, STRONG)
        right = head.left() + look.width(figure.text, size, STRONG)
        if figure.unit:
            unit = size * 0.46
            right += size * 0.14
            digits(painter, QPointF(right, base), figure.unit, look, unit, MEDIUM)
            right += look.width(figure.unit, unit, MEDIUM)
        return right + look.shape("pad")

    def _size(self, width: float, height: float) -> float:
        """The largest size at which figure and unit fit; by the count of digits, so that ticking never rescales.

        A spark line has the room that is left, and the figure gives way only where that is too little to draw in: so
        figures side by side are as tall as each other.
        """
        figure = self.view.figure
        height *= 0.55 if figure.sure == "absent" else 1.0
        text = "".join("0" if letter.isdigit() else letter for letter in figure.text)
        size = min(self.look.size("figure") * 1.6, height * 0.95)
        unit = (0.14 + 0.5 * len(figure.unit)) * size if figure.unit else 0.0
        wide = self.look.metrics(size, STRONG).horizontalAdvance(text) + unit
        if self.view.spark and wide + self.look.shape("pad") > width * (1 - _SPARK):
            width *= 1 - _SPARK
            width -= self.look.shape("pad")
        return size * min(1.0, width / wide) if wide else size

    def _spark(self, painter: QPainter, box: QRectF) -> None:
        look, view = self.look, self.view
        color = look.level(view.level).edge if view.level != "calm" else look.color("accent")
        if view.line is not None:
            y = box.bottom() - view.line * box.height()
            painter.setPen(QPen(look.color("faint"), look.px(1.5), Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(box.left(), y), QPointF(box.right(), y))
        for run in _runs(view.spark, box):
            self._run(painter, run, box.bottom(), color)

    def _run(self, painter: QPainter, run: list[QPointF], bottom: float, color: QColor) -> None:
        """One unbroken stretch: a soft ground under a line."""
        under = QPainterPath(QPointF(run[0].x(), bottom))
        for point in run:
            under.lineTo(point)
        under.lineTo(run[-1].x(), bottom)
        ground = QColor(color)
        ground.setAlphaF(0.14)
        painter.fillPath(under, ground)
        painter.setPen(QPen(color, self.look.px(2.2)))
        painter.drawPolyline(QPolygonF(run))


def _above(view: NumberView) -> tuple[object, ...]:
    return (view.figure, view.spark, view.line)


def _runs(heights: tuple[float | None, ...], box: QRectF) -> list[list[QPointF]]:
    """The unbroken stretches of a course, as points in a box."""
    runs: list[list[QPointF]] = [[]]
    step = box.width() / max(1, len(heights) - 1)
    for i, height in enumerate(heights):
        if height is None:
            runs.append([])
        else:
            runs[-1].append(QPointF(box.left() + i * step, box.bottom() - height * box.height()))
    return [run for run in runs if len(run) > 1]
