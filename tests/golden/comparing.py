"""Pictures made small, kept, and compared block by block: letters may be drawn a little differently, nothing else."""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QBuffer, QIODevice, Qt
from PySide6.QtGui import QImage

Pixels = NDArray[np.uint8]
"""(height, width, 3)."""

SIZES = ((1280, 720), (1920, 1080), (3840, 2160), (1080, 1920))
LYING, UPRIGHT = (480, 270), (456, 810)
BLOCK = 6
"""Pixels of a block's side; at 1080 lines that is 24."""
APART = 7.0
"""Mean difference of a block (of 255) from which it counts as changed."""
ALLOWED = 0.0015
"""The share of changed blocks that is luck with letters."""
_STEP = 8
"""Colours are kept in steps of so many of 255: half the size on disk, far below what counts."""


def small(image: QImage, size: tuple[int, int]) -> Pixels:
    """A picture scaled down, as pixels."""
    scaled = image.scaled(*size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation)
    return pixels(scaled)


def pixels(image: QImage) -> Pixels:
    """The pixels of a picture."""
    plain = image.convertToFormat(QImage.Format.Format_RGB888)
    wide, tall, line = plain.width(), plain.height(), plain.bytesPerLine()
    raw = np.frombuffer(plain.constBits(), np.uint8).reshape(tall, line)
    return raw[:, : wide * 3].reshape(tall, wide, 3).copy()


def sheet(images: tuple[QImage, ...]) -> Pixels:
    """One picture of each of ``SIZES``, on one sheet: three lying ones on the left, the upright one beside them."""
    lying = np.concatenate([small(image, LYING) for image in images[:3]])
    return np.concatenate([lying, small(images[3], UPRIGHT)], axis=1)


def changed(one: Pixels, two: Pixels) -> list[tuple[int, int]]:
    """The blocks (column, row) in which two sheets differ."""
    if one.shape != two.shape:
        return [(0, 0)]
    tall, wide = (length // BLOCK * BLOCK for length in one.shape[:2])
    difference = np.abs(one[:tall, :wide].astype(np.int16) - two[:tall, :wide])
    blocks = difference.reshape(tall // BLOCK, BLOCK, wide // BLOCK, BLOCK, 3).mean(axis=(1, 3)).max(axis=2)
    return [(int(x), int(y)) for y, x in zip(*np.nonzero(blocks > APART), strict=True)]


def same(one: Pixels, two: Pixels) -> bool:
    """Whether two sheets show the same."""
    allowed: float = ALLOWED * one.shape[0] * one.shape[1] / BLOCK**2
    return len(changed(one, two)) <= allowed


def read(path: Path) -> Pixels:
    """A kept sheet."""
    image = QImage(str(path))
    assert not image.isNull(), f"{path} cannot be read"
    return pixels(image)


def write(path: Path, sheet_: Pixels) -> None:
    """Keep a sheet, as small as it goes."""
    steps = (np.minimum(sheet_.astype(np.int16) + _STEP // 2, 255) // _STEP * _STEP).astype(np.uint8)
    tall, wide = steps.shape[:2]
    image = QImage(steps.tobytes(), wide, tall, wide * 3, QImage.Format.Format_RGB888)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG", 0)  # type: ignore[call-overload] # the stubs know bytes only
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(buffer.data().data())
