"""What every tile on the screen does: holds a view, paints its card, and repaints only what changed."""

from math import ceil
from typing import ClassVar, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPaintEvent, QPen, QRegion
from PySide6.QtWidgets import QWidget

from wallboard.board.view import TileView
from wallboard.ui import glyphs
from wallboard.ui.style import MEDIUM, REGULAR, Style, Text

V = TypeVar("V", bound=TileView)
LEFT = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
CENTER = Qt.AlignmentFlag.AlignCenter


class Paged(NamedTuple):
    """Lines of a list that is shown in pages: which of them now, how tall each is, and what page that is."""

    begin: int
    end: int
    tall: float
    page: int
    pages: int


def paged(count: int, room: float, foot: float, least: float, most: float, turn: int) -> Paged:
    """As many lines as fit, none cut; with more than one page, ``foot`` is kept free under them (pixels)."""
    fitting = max(1, int(room // least))
    if count > fitting:
        fitting = max(1, int((room - foot) // least))
    pages = max(1, -(-count // fitting))
    tall = min(most, (room - (foot if pages > 1 else 0)) / min(fitting, count or 1))
    page = turn % pages
    return Paged(page * fitting, min(count, (page + 1) * fitting), tall, page, pages)


class Tile(QWidget, Generic[V]):
    """A card with a title. A kind of tile paints its body and says which rectangles a new view changes."""

    looks: ClassVar[bool] = False
    """Whether a kind compares only what it shows of its views, which are much longer."""

    def __init__(self, view: V, style: Style, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.view = view
        self.look = style

    def set_look(self, style: Style) -> None:
        """Wear another theme or size."""
        self.look = style
        self.update()

    def show_view(self, view: V) -> None:
        """Show a view; an equal one repaints nothing."""
        if not self.looks and view == self.view:
            return
        old, self.view = self.view, view
        if _frame(old) != _frame(view):
            self.update()
            return
        if (old.title, old.note) != (view.title, view.note):
            self.update(0, 0, self.width(), ceil(self.body().top()))
        for rect in self.changed(old, view):
            self.update(rect)

    def changed(self, old: V, new: V) -> list[QRect]:
        """The rectangles in which two views with the same frame differ."""
        return [self.rect()] if old != new else []

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """Paint what is under the title."""
        raise NotImplementedError

    def body(self) -> QRectF:
        """Where the kind may paint: inside the padding, under the title."""
        pad, title = self.look.shape("pad"), self.look.size("title")
        box = QRectF(self.rect())
        return box.adjusted(pad, pad * 0.7 + title * 1.6, -pad, -pad * 0.7)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: N802 - the name is Qt's
        """Paint the card, then the body."""
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            body, dirty = self.body(), event.region()
            touched = dirty.boundingRect()
            if self._plain(touched):
                painter.fillRect(touched, self.look.level(self.view.level).fill)
            else:
                self._paint_card(painter)
            if touched.top() < body.top():
                self._paint_title(painter)
            self.paint_body(painter, body, dirty)

    def _plain(self, touched: QRect) -> bool:
        """Whether nothing but the card's own ground is under a rectangle: neither its edges nor its corners."""
        edge = ceil(max(self.look.shape("radius"), self.look.shape("edge"), self.look.px(3))) + 1
        return self.rect().adjusted(edge, edge, -edge, -edge).contains(touched)

    def _paint_card(self, painter: QPainter) -> None:
        """The ground, the edge that carries the level, and the mark of a feed that is not to be trusted."""
        look, tint = self.look, self.look.level(self.view.level)
        painter.fillRect(self.rect(), look.color("ground"))
        card = QPainterPath()
        card.addRoundedRect(QRectF(self.rect()), look.shape("radius"), look.shape("radius"))
        painter.fillPath(card, tint.fill)
        if tint.edge != tint.fill:
            painter.save()
            painter.setClipPath(card)
            painter.fillRect(QRectF(0, 0, look.shape("edge"), self.height()), tint.edge)
            painter.restore()
        if self.view.trust in ("late", "lost"):
            half = look.px(1.5)
            painter.setPen(QPen(look.color(self.view.trust), half * 2, Qt.PenStyle.DashLine))
            inner = QRectF(self.rect()).adjusted(half, half, -half, -half)
            painter.drawRoundedRect(inner, look.shape("radius"), look.shape("radius"))

    def _paint_title(self, painter: QPainter) -> None:
        """Title on the left, note or glyph on the right, neither over the other."""
        look, pad, size = self.look, self.look.shape("pad"), self.look.size("title")
        row = QRectF(pad, pad * 0.7, self.width() - 2 * pad, size * 1.35)
        tint = look.level(self.view.level)
        if tint.glyph != "none":
            side = size * 0.8
            box = QRectF(row.right() - side, row.center().y() - side / 2, side, side)
            glyphs.draw(painter, tint.glyph, box, tint.edge)
            row.setRight(box.left() - pad * 0.5)
        title = look.fit(self.view.title, row.width(), size, MEDIUM)
        self.write(painter, row, title, look.color("soft"))
        rest = row.adjusted(title.width + pad, 0, 0, 0)
        if self.view.note and rest.width() > size * 3:
            self.write(painter, rest, look.fit(self.view.note, rest.width(), size * 0.95), look.color("faint"), RIGHT)

    def write(self, painter: QPainter, box: QRectF, text: Text, color: QColor, align: Qt.AlignmentFlag = LEFT) -> None:
        """Write words that were fitted before."""
        painter.setFont(text.font)
        painter.setPen(color)
        painter.drawText(box, int(align), text.words)

    def foot(self) -> float:
        """How tall the line is that tells the page of a list."""
        return self.look.size("small") * 1.5

    def tell_page(self, painter: QPainter, body: QRectF, shown: Paged, total: str) -> None:
        """``page 2 of 3 · 40 queues`` at the bottom, where there is more than one."""
        if shown.pages > 1:
            line = QRectF(body.left(), body.bottom() - self.foot() * 0.9, body.width(), self.foot())
            note = f"page {shown.page + 1} of {shown.pages} · {total}"
            self.say(painter, line, note, self.look.size("small"), self.look.color("soft"), CENTER)

    def bar(self, painter: QPainter, track: QRectF, share: float, ink: QColor) -> None:
        """A rounded length on its track."""
        round_ = min(track.height() / 2, self.look.px(6))
        for length, color in ((track.width(), self.look.color("track")), (track.width() * share, ink)):
            if length > 0:
                path = QPainterPath()
                box = QRectF(track.left(), track.top(), max(min(track.height(), track.width()), length), track.height())
                path.addRoundedRect(box, round_, round_)
                painter.fillPath(path, color)

    def wrap(self, words: str, size: float, width: float) -> list[str]:
        """Words broken into lines no wider than ``width`` pixels; a single word may be."""
        metrics = self.look.metrics(size)
        lines: list[str] = []
        for paragraph in words.split("\n"):
            line = ""
            for word in paragraph.split():
                longer = f"{line} {word}".strip()
                if line and metrics.horizontalAdvance(longer) > width:
                    lines.append(line)
                    longer = word
                line = longer
            lines.append(line)
        return lines

    def say(
        self,
        painter: QPainter,
        box: QRectF,
        words: str,
        size: float,
        color: QColor,
        align: Qt.AlignmentFlag = LEFT,
        weight: QFont.Weight = REGULAR,
    ) -> None:
        """Fit words into a box and write them."""
        self.write(painter, box, self.look.fit(words, box.width(), size, weight), color, align)


def _frame(view: TileView) -> tuple[object, ...]:
    """What is painted around the body, apart from the line above it."""
    return (view.level, view.trust)
