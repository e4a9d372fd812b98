"""Files that hold a secret: made once, and readable by their owner only."""

import os
from pathlib import Path


def write_secret(path: Path, body: bytes) -> None:
    """Make the file. Raises ``FileExistsError`` when there is one, which stays as it is, or another ``OSError``."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(body)
