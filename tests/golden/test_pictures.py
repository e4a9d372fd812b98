"""Every ready board, theme and state of every tile, at four sizes, against pictures that somebody has looked at.

After a change that is meant: ``WALLBOARD_UPDATE=1 pytest tests/golden``, then look at ``tests/golden/pictures``.
"""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from tests.golden.comparing import SIZES, Pixels, changed, read, same, sheet, write
from tests.golden.floor import State, view
from wallboard.config import board_names, load_board
from wallboard.theme import load_theme, theme_names
from wallboard.ui.render import render

HERE = Path(__file__).parent
GALLERY = str(HERE / "gallery.toml")
STATES: tuple[State, ...] = ("empty", "unknown", "absent", "stale", "offline", "replay", "long")


class Case(NamedTuple):
    """What one sheet shows."""

    name: str
    board: str
    page: int
    state: State = "live"
    theme: str = "midnight"


def cases() -> Iterator[Case]:
    for board in board_names():
        for page in range(len(load_board(board).pages)):
            yield Case(f"{board}-{page + 1}", board, page)
    for page in (0, 1):
        yield from (Case(f"theme-{theme}-{page + 1}", GALLERY, page, "live", theme) for theme in theme_names())
        yield from (Case(f"state-{state}-{page + 1}", GALLERY, page, state) for state in STATES)


def drawn(case: Case) -> tuple[QImage, ...]:
    shown, theme = view(load_board(case.board), case.page, case.state), load_theme(case.theme)
    return tuple(render(shown, theme, size).toImage() for size in SIZES)


CASES = {case.name: case for case in cases()}


@pytest.mark.parametrize("name", CASES)
def test_the_wall_looks_as_somebody_has_seen_it(qtbot: QtBot, tmp_path: Path, name: str) -> None:
    del qtbot
    now, kept = sheet(drawn(CASES[name])), HERE / "pictures" / f"{name}.png"
    if os.environ.get("WALLBOARD_UPDATE"):
        if not kept.exists() or changed(now, read(kept)):
            write(kept, now)
        return
    before = read(kept)
    if not same(now, before):
        write(tmp_path / f"{name}.png", now)
        pytest.fail(f"{name} looks different in {len(changed(now, before))} blocks; see {tmp_path}")


def test_no_picture_is_kept_of_what_no_longer_exists() -> None:
    assert {path.stem for path in (HERE / "pictures").glob("*.png")} == set(CASES)


def test_pictures_stay_small() -> None:
    assert sum(path.stat().st_size for path in HERE.rglob("*") if path.is_file()) < 8_000_000


@pytest.fixture(scope="module")
def gallery() -> tuple[QImage, ...]:
    from wallboard.ui.render import application  # noqa: PLC0415 - the one the tests share

    keep = application()
    images = drawn(Case("", GALLERY, 0))
    del keep
    return images


def repainted(image: QImage, box: tuple[int, int, int, int], dx: int, ink: QColor | None = None) -> QImage:
    """The picture with one box moved aside, or filled."""
    other = image.copy()
    with QPainter(other) as painter:
        if ink is None:
            painter.drawImage(box[0] + dx, box[1], image.copy(*box))
        else:
            painter.fillRect(*box, ink)
    return other


def with_one(images: tuple[QImage, ...], i: int, other: QImage) -> Pixels:
    return sheet((*images[:i], other, *images[i + 1 :]))


def test_a_tile_that_moves_is_seen(gallery: tuple[QImage, ...]) -> None:
    moved = repainted(gallery[1], (20, 320, 960, 360), 8)
    assert not same(sheet(gallery), with_one(gallery, 1, moved))


def test_a_colour_that_changes_is_seen(gallery: tuple[QImage, ...]) -> None:
    edge = repainted(gallery[1], (24, 90, 460, 20), 0, QColor(load_theme().colors.card))
    assert not same(sheet(gallery), with_one(gallery, 1, edge))


def test_letters_drawn_a_little_differently_are_not(gallery: tuple[QImage, ...]) -> None:
    before = sheet(gallery)
    noise = np.random.default_rng(1).integers(-6, 7, before.shape)
    assert same(before, np.clip(before + noise, 0, 255).astype(np.uint8))
