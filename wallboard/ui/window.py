"""The wall's window: a strip, and the page that is due."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from wallboard.board.view import BoardView
from wallboard.theme import Theme
from wallboard.ui.message import MessageLine
from wallboard.ui.page import Page, outline
from wallboard.ui.strip import Strip
from wallboard.ui.style import Style, add_fonts


class WallWindow(QWidget):
    """Shows a ``BoardView`` at any size; everything scales with the window."""

    def __init__(self, theme: Theme) -> None:
        super().__init__()
        add_fonts()
        self._theme = theme
        self._pages: dict[int, Page] = {}
        self._current: Page | None = None
        self._look = Style(theme, self.width(), self.height())
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._strip = Strip(self._look, self)
        self._message = MessageLine(self._look, self)
        self.set_theme(theme)

    @property
    def theme(self) -> Theme:
        """What it wears."""
        return self._theme

    def set_theme(self, theme: Theme) -> None:
        """Wear another theme at once."""
        self._theme = theme
        self.setStyleSheet(theme.qss)
        self._restyle()

    def show_view(self, view: BoardView) -> None:
        """Show a view; what is equal to the last one repaints nothing."""
        title = f"{view.strip.title} · Wallboard"
        if self.windowTitle() != title:
            self.setWindowTitle(title)
        self._strip.show_view(view.strip)
        self._say(view)
        page = self._pages.get(view.strip.page)
        if page is None or page.outline != outline(view.page):
            page = self._open(view, page)
        page.show_view(view.page)
        if page is not self._current:
            self._turn_to(page)

    def resizeEvent(self, event: QResizeEvent) -> None:  # noqa: N802 - the name is Qt's
        """Scale everything to the new size."""
        super().resizeEvent(event)
        self._restyle()

    def _say(self, view: BoardView) -> None:
        """The message line takes its room from the page, and gives it back."""
        before = self._message.isHidden()
        self._message.show_message(view.strip.message, view.strip.message_level)
        if self._message.isHidden() != before:
            self._place()

    def _open(self, view: BoardView, old: Page | None) -> Page:
        """Make the widgets of a page seen for the first time, or changed since."""
        if old is not None:
            old.hide()
            old.deleteLater()
        page = self._pages[view.strip.page] = Page(view.page, self._look, self)
        self._place()
        return page

    def _turn_to(self, page: Page) -> None:
        if self._current is not None:
            self._current.hide()
        self._current = page
        page.show()

    def _restyle(self) -> None:
        self._look = Style(self._theme, self.width(), self.height())
        self._strip.set_look(self._look)
        self._message.set_look(self._look)
        self._place()
        for page in self._pages.values():
            page.set_look(self._look)

    def _place(self) -> None:
        """The strip above, the message below, every page between them."""
        strip = round(self._look.shape("strip"))
        message = 0 if self._message.isHidden() else round(strip * 0.85)
        self._message.setGeometry(0, self.height() - message, self.width(), max(1, message))
        self._strip.setGeometry(0, 0, self.width(), strip)
        for page in self._pages.values():
            page.setGeometry(0, strip, self.width(), self.height() - strip - message)
