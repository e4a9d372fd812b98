"""The queue table: columns as wide as their figures, rows as tall as fit, and pages when they do not."""

from typing import NamedTuple

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QPainter, QPen, QRegion
from PySide6.QtWidgets import QWidget

from wallboard.board.tiles.queues import Bar, Column, QueueCell, QueueLine, QueuesView
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM, REGULAR, Style
from wallboard.ui.tile import CENTER, RIGHT, Tile

_GAP = 22
"""Between columns, at 1080."""
_BAR = (56, 190)
"""The least and the most that a bar is long, at 1080."""
_NAMES = (0.18, 0.36)
"""The least and the most of the table's width that names take."""


class _Place(NamedTuple):
    """Where a column stands: its left edge, where its figures end, and where the bar beside them does."""

    left: float
    value: float
    right: float


class QueuesTile(Tile[QueuesView]):
    """Shows a ``QueuesView``."""

    looks = True

    def __init__(self, view: QueuesView, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(view, style, parent)
        self._placed: tuple[tuple[object, ...], list[_Place]] | None = None
        self._named: tuple[tuple[object, ...], float] | None = None

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """The heads, then those rows of the due page that need painting."""
        view, tall = self.view, self._tall(body)
        if not view.rows:
            self.say(painter, body, view.calm, self.look.size("body"), self.look.color("faint"), CENTER)
            return
        columns = self._columns(body)
        self._heads(painter, body, columns)
        for i, row in enumerate(self._page(body, view)):
            box = QRectF(body.left(), body.top() + self._head() + i * tall, body.width(), tall)
            if dirty.intersects(box.toAlignedRect()):
                self._row(painter, box, row, columns, dirty)
        pages = self._pages(body)
        if pages > 1:
            foot = QRectF(body.left(), body.bottom() - self._head() * 0.7, body.width(), self._head() * 0.8)
            note = f"page {view.turn % pages + 1} of {pages} · {len(view.rows)} queues"
            self.say(painter, foot, note, self.look.size("small"), self.look.color("faint"), CENTER)

    def changed(self, old: QueuesView, new: QueuesView) -> list[QRect]:
        """The figures that differ; whole rows where their queue does, and everything where the table itself changed."""
        if len(old.rows) != len(new.rows) or old.columns != new.columns or old.calm != new.calm or old.turn != new.turn:
            return [self.rect()]
        body = self.body()
        tall, columns = self._tall(body), self._columns(body)
        boxes: list[QRect] = []
        for i, (before, now) in enumerate(zip(self._page(body, old), self._page(body, new), strict=True)):
            box = QRectF(body.left(), body.top() + self._head() + i * tall, body.width(), tall)
            boxes += _touched(before, now, box, columns)
        return boxes

    def _head(self) -> float:
        return self.look.size("small") * 1.9

    def _least(self) -> float:
        return self.look.size("body") * 1.7

    def _fitting(self, body: QRectF) -> int:
        """How many rows fit, leaving a line for the page number when not all do."""
        room = body.height() - self._head()
        count = len(self.view.rows)
        if count * self._least() <= room:
            return max(1, count)
        return max(1, int((room - self._head()) // self._least()))

    def _pages(self, body: QRectF) -> int:
        return max(1, -(-len(self.view.rows) // self._fitting(body)))

    def _page(self, body: QRectF, view: QueuesView) -> tuple[QueueLine, ...]:
        size = self._fitting(body)
        start = view.turn % self._pages(body) * size
        return view.rows[start : start + size]

    def _tall(self, body: QRectF) -> float:
        room = body.height() - self._head() * (1 if self._pages(body) == 1 else 2)
        return max(self._least(), min(self.look.px(66), room / self._fitting(body)))

    def _columns(self, body: QRectF) -> list[_Place]:
        """Where each column stands; remembered while neither the columns nor the room for them change."""
        key = (self.view.columns, self._names(body), body, self.look)
        if self._placed is None or self._placed[0] != key:
            self._placed = (key, self._lay_out(body))
        return self._placed[1]

    def _lay_out(self, body: QRectF) -> list[_Place]:
        """Figures as wide as they get, then bars, then air between them all."""
        view, gap = self.view, self.look.px(_GAP)
        wide = [self._value(column) + gap for column in view.columns]
        least, most = self.look.px(_BAR[0]), self.look.px(_BAR[1])
        bars = sum(column.bar for column in view.columns)
        room = body.width() * (1 - self._names(body))
        spare = room - sum(wide) - bars * (least + gap)
        scale = min(1.0, room / (room - spare)) if room > spare else 1.0
        bar = (least + min(most - least, max(0.0, spare) * 0.4 / max(1, bars))) * scale
        air = max(0.0, spare - bars * (bar - least)) / max(1, len(wide))
        places: list[_Place] = []
        left = body.right() - sum(w * scale + air for w in wide) - bars * (bar + gap * scale)
        for column, w in zip(view.columns, wide, strict=True):
            value = left + w * scale + air
            right = value + (bar + gap * scale if column.bar else 0.0)
            places.append(_Place(left + gap * scale * 0.5, value, right))
            left = right
        return places

    def _value(self, column: Column) -> float:
        """How wide the figures of a column and its head are."""
        look = self.look
        return max(look.width(column.title, look.size("small")), look.width(column.widest, self._letters(), MEDIUM))

    def _names(self, body: QRectF) -> float:
        """The share of the table's width that its names need; remembered while they stay the same."""
        told = frozenset([(row.name, row.channel) for row in self.view.rows])
        key = (told, body.width(), self.look)
        if self._named is None or self._named[0] != key:
            self._named = (key, self._share(told, body))
        return self._named[1]

    def _share(self, told: frozenset[tuple[str, str]], body: QRectF) -> float:
        look, size = self.look, self.look.size("body")
        letters, small = self._letters(), look.size("small")
        widest = max((look.width(n, letters, MEDIUM) + look.width(c, small) for n, c in told), default=0.0)
        least, most = _NAMES
        return min(most, max(least, (widest + self._indent() + size * 1.2) / body.width()))

    def _heads(self, painter: QPainter, body: QRectF, columns: list[_Place]) -> None:
        look = self.look
        row = QRectF(body.left(), body.top(), body.width(), self._head())
        size = look.size("small")
        self.say(painter, row.adjusted(self._indent(), 0, 0, 0), "Queue", size, look.color("faint"))
        for place, column in zip(columns, self.view.columns, strict=True):
            head = QRectF(place.left, row.top(), place.value - place.left, row.height())
            self.say(painter, head, column.title, size, look.color("faint"), RIGHT)

    def _letters(self) -> float:
        return self.look.size("body") * 1.08

    def _indent(self) -> float:
        return self.look.size("body") * 1.5

    def _row(self, painter: QPainter, box: QRectF, row: QueueLine, columns: list[_Place], dirty: QRegion) -> None:
        """What of a row needs painting."""
        painter.fillRect(QRectF(box.left(), box.top(), box.width(), self.look.px(1)), self.look.color("rule"))
        if dirty.intersects(_beside(box, columns)):
            self._name(painter, box, row)
        for column, cell in zip(columns, row.cells, strict=True):
            if dirty.intersects(_under(box, column)):
                self._cell(painter, box, column, cell)

    def _name(self, painter: QPainter, box: QRectF, row: QueueLine) -> None:
        look, size, tint = self.look, self.look.size("body"), self.look.level(row.level)
        side = size * 0.75
        glyphs.draw(
            painter, tint.glyph, QRectF(box.left() + side * 0.3, box.center().y() - side / 2, side, side), tint.edge
        )
        name = QRectF(
            box.left() + self._indent(), box.top(), box.width() * self._names(box) - self._indent(), box.height()
        )
        written = look.name(row.name, name.width(), self._letters(), MEDIUM)
        self.write(painter, name, written, look.color("text"))
        rest = name.adjusted(written.width + size * 0.5, 0, 0, 0)
        if rest.width() > size * 2:
            self.say(painter, rest, row.channel, look.size("small"), look.color("faint"))

    def _cell(self, painter: QPainter, row: QRectF, place: _Place, cell: QueueCell) -> None:
        look, figure = self.look, cell.figure
        words = f"{figure.text}\N{NARROW NO-BREAK SPACE}{figure.unit}" if figure.unit else figure.text
        known = figure.sure == "known"
        color = look.level(figure.level).text if known else look.color("faint")
        weight = REGULAR if figure.level == "calm" else MEDIUM
        value = QRectF(place.left, row.top(), place.value - place.left, row.height())
        if cell.bar is not None:
            gap = look.px(_GAP) * 0.8
            bar = QRectF(value.right() + gap, row.center().y(), place.right - value.right() - gap, 0)
            self._bar(painter, bar, cell.bar, figure.level)
        self.say(painter, value, words, self._letters(), color, RIGHT, weight)

    def _bar(self, painter: QPainter, line: QRectF, bar: Bar, level: str) -> None:
        """A share of a length, with the target as a notch across it."""
        look, thick = self.look, self.look.px(8)
        if line.width() < look.px(20):
            return
        track = QRectF(line.left(), line.top() - thick / 2, line.width(), thick)
        painter.setPen(QPen(look.color("track"), 0))
        painter.setBrush(look.color("track"))
        painter.drawRoundedRect(track, thick / 2, thick / 2)
        if bar.share is not None:
            ink = look.color("accent") if level == "calm" else look.level(level).edge
            painter.setPen(QPen(ink, 0))
            painter.setBrush(ink)
            painter.drawRoundedRect(
                QRectF(track.left(), track.top(), max(thick, track.width() * bar.share), thick), thick / 2, thick / 2
            )
        if bar.target is not None:
            notch = QRectF(
                track.left() + track.width() * bar.target - look.px(1.5),
                track.top() - thick * 0.6,
                look.px(3),
                thick * 2.2,
            )
            painter.fillRect(notch, look.color("text"))


def _touched(before: QueueLine, now: QueueLine, box: QRectF, columns: list[_Place]) -> list[QRect]:
    """What differs between two lines in the same row of the table."""
    if (before.name, before.channel, before.level) != (now.name, now.channel, now.level):
        return [box.toAlignedRect()]
    cells = zip(columns, before.cells, now.cells, strict=True)
    return [_under(box, column) for column, old, new in cells if old != new]


def _beside(box: QRectF, columns: list[_Place]) -> QRect:
    """The part of a row in front of its figures."""
    left = columns[0].left if columns else box.right()
    return QRectF(box.left(), box.top(), left - box.left(), box.height()).toRect()


def _under(box: QRectF, column: _Place) -> QRect:
    """The part of a row under one head: the figure, the bar beside it, and the pixel their soft edges reach over."""
    return QRectF(column.left - 1, box.top(), column.right - column.left + 2, box.height()).toAlignedRect()
