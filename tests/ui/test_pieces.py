"""What is painted piece by piece as figures change is, pixel for pixel, what is painted at once."""

import numpy as np
import pytest
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from tests.bench.ui_floor import SimulatedFloor
from wallboard.config import load_board, memory_of
from wallboard.core.figures import Figures
from wallboard.core.source import FeedHealth
from wallboard.theme import load_theme
from wallboard.ui.pane import Pane
from wallboard.ui.window import WallWindow

LIVE = FeedHealth(state="live", age_ms=100)
STEP_MS = 700
_SEEN = 6
"""Steps of a colour (of 255) that nobody sees, where soft edges meet."""


def pixels(image: QImage) -> "np.ndarray[tuple[int, ...], np.dtype[np.int16]]":
    plain = image.convertToFormat(QImage.Format.Format_RGB32)
    found = np.frombuffer(plain.constBits(), np.uint8).reshape(plain.height(), plain.width(), 4)
    return found[:, :, :3].astype(np.int16)


@pytest.mark.parametrize("name", ["operations", "supervisor", "omnichannel", "team"])
def test_pieces_make_the_whole(qtbot: QtBot, name: str) -> None:
    board = load_board(name)
    floor = SimulatedFloor(board, 80, 12, 40, 600_000)
    window = WallWindow(load_theme())
    qtbot.addWidget(window)
    window.resize(1280, 720)
    window.show()
    pane = Pane(window, board, memory_of(board))
    for turn in range(45):
        moment = floor.step(STEP_MS)
        pane.show(moment, LIVE, lambda: Figures(moment), turn * STEP_MS)  # noqa: B023 - asked for at once
        QCoreApplication.sendPostedEvents()
        QCoreApplication.processEvents()
        shown = pixels(window.screen().grabWindow(window.winId()).toImage())
        whole = pixels(window.grab().toImage())
        rows, columns = np.nonzero(np.abs(shown - whole).max(axis=2) > _SEEN)
        assert not len(rows), f"turn {turn}: at {columns[0]}, {rows[0]}"
