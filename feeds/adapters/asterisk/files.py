"""Log files, packed or not, opened and looked at before they are believed."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from wallboard.errors import DataError

LOOK = 64 * 1024
PROBLEMS = (OSError, EOFError, zlib.error)


@contextmanager
def open_log(path: Path) -> Iterator[BinaryIO]:
    """The bytes of a file, unpacked if its name ends in ``.gz``. A failure to read on becomes a DataError."""
    try:
        with gzip.open(path, "rb") if path.suffix == ".gz" else path.open("rb") as stream:
            yield cast("BinaryIO", stream)
    except PROBLEMS as error:
        raise DataError(f"{path}: reading stopped: {error}") from error


def read_head(path: Path, holds: str) -> bytes:
    """The first bytes of a file that is there and not empty; `holds` says what it should have in it."""
    if path.is_dir():
        raise DataError(f"{path}: is a directory; name the file in it")
    if not path.exists():
        raise DataError(f"{path}: no such file")
    with open_log(path) as stream:
        head = stream.read(LOOK)
    if not head:
        raise DataError(f"{path}: is empty; {holds}")
    return head
