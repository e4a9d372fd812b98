"""Secrets of this installation itself: made on first use, readable by their owner only."""

import contextlib
import os
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_data_path


def own_file(name: str, make: Callable[[], bytes]) -> Path:
    """The file of that name in this installation's data; ``make`` is what is in it at first. Raises ``OSError``."""
    path = user_data_path("wallboard") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(make())
    return path
