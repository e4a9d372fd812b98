"""A view as a picture, with no screen needed."""

import os
import sys
from pathlib import Path

from PySide6.QtCore import QSaveFile
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication

from wallboard.board.view import BoardView
from wallboard.errors import DataError
from wallboard.theme import Theme
from wallboard.ui.window import WallWindow


def application() -> QApplication:
    """The running application, or a new one that needs no display."""
    running = QApplication.instance()
    if isinstance(running, QApplication):
        return running
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    return QApplication(sys.argv[:1])


def render(view: BoardView, theme: Theme, size: tuple[int, int]) -> QPixmap:
    """The wall as a picture, width and height in pixels. Needs a running application."""
    window = WallWindow(theme)
    window.resize(*size)
    window.show_view(view)
    picture = window.grab()
    window.deleteLater()
    return picture


def render_png(view: BoardView, theme: Theme, size: tuple[int, int], path: Path) -> None:
    """Write the wall as a PNG. Raises ``DataError`` when the file cannot be written; then what was there still is."""
    keep = application()
    picture = render(view, theme, size)
    file = QSaveFile(str(path))
    file.setDirectWriteFallback(True)
    if not (file.open(QSaveFile.OpenModeFlag.WriteOnly) and picture.save(file, "PNG") and file.commit()):
        raise DataError(f"{path}: the picture cannot be written there")
    del keep
