"""Secrets of this installation itself: made on first use, readable by their owner only."""

import contextlib
from collections.abc import Callable
from pathlib import Path

from platformdirs import user_data_path

from feeds.secret import write_secret


def own_file(name: str, make: Callable[[], bytes]) -> Path:
    """The file of that name in this installation's data; ``make`` is what is in it at first. Raises ``OSError``."""
    path = user_data_path("wallboard") / name
    path.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.suppress(FileExistsError):
        write_secret(path, make())
    return path
