"""The funnel: steps one under the other, each as wide as what is left of the first."""

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QRegion

from wallboard.board.tiles.funnel import FunnelStep, FunnelView
from wallboard.ui.style import MEDIUM, STRONG
from wallboard.ui.tile import CENTER, RIGHT, Tile


class FunnelTile(Tile[FunnelView]):
    """Shows a ``FunnelView``."""

    def paint_body(self, painter: QPainter, body: QRectF, dirty: QRegion) -> None:
        """A line a step."""
        del dirty
        look, view = self.look, self.view
        if view.calm:
            self.say(painter, body, view.calm, look.size("body"), look.color("faint"), CENTER)
            return
        tall = min(look.px(110), body.height() / len(view.steps))
        for i, step in enumerate(view.steps):
            self._step(painter, QRectF(body.left(), body.top() + i * tall, body.width(), tall), step)

    def _step(self, painter: QPainter, box: QRectF, step: FunnelStep) -> None:
        """Name and count above, the length below; beside the name, the share of the step before."""
        look, size = self.look, min(self.look.size("body"), box.height() * 0.36)
        words = QRectF(box.left(), box.top() + box.height() * 0.06, box.width(), size * 1.4)
        figure = look.fit(step.figure.text, box.width() * 0.4, size * 1.15, STRONG)
        ink = look.color("text" if step.figure.sure == "known" else "faint")
        self.write(painter, words, figure, ink, RIGHT)
        rest = words.adjusted(0, 0, -figure.width - size, 0)
        name = look.fit(step.title, rest.width(), size, MEDIUM)
        self.write(painter, rest, name, look.color("soft"))
        rate = rest.adjusted(name.width + size, 0, 0, 0)
        if step.rate and rate.width() > size * 5:
            self.say(painter, rate, step.rate, size * 0.85, look.color("faint"), RIGHT)
        thick = min(look.px(26), box.bottom() - words.bottom() - box.height() * 0.14)
        if thick >= look.px(3):
            self.bar(painter, QRectF(box.left(), words.bottom() + box.height() * 0.04, box.width(), thick), step.share,
                     look.color("accent"))  # fmt: skip
