"""What a kiosk leaves on the disk: the page each screen showed, a lock against a second one, a log that stays small."""

import contextlib
import json
import logging
import os
import re
from logging.handlers import RotatingFileHandler
from pathlib import Path

from platformdirs import user_log_path, user_state_path
from PySide6.QtCore import QLockFile

from wallboard.errors import UsageError

LOG = logging.getLogger("wallboard")
LOG_BYTES, LOG_FILES = 1_000_000, 4


def folder() -> Path:
    """Where a kiosk keeps what it remembers."""
    return user_state_path("wallboard", appauthor=False)


def seat(display: str) -> str:
    """A word for a file name that tells one display of this user from another."""
    return re.sub(r"[^0-9A-Za-z]+", "-", display).strip("-") or "0"


class Pages:
    """The page each screen showed last, by the screen's name. A file that cannot be written costs only that."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._pages: dict[str, int] = {}
        with contextlib.suppress(OSError, ValueError):
            read = json.loads(path.read_text(encoding="utf-8"))
            self._pages = {str(k): v for k, v in read.items() if isinstance(v, int)} if isinstance(read, dict) else {}

    def get(self, screen: str) -> int:
        """The page to begin with, from 0."""
        return self._pages.get(screen, 0)

    def put(self, screen: str, page: int) -> None:
        """Remember a page."""
        if self._pages.get(screen) == page:
            return
        self._pages[screen] = page
        fresh = self._path.with_suffix(".new")
        try:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(self._pages), encoding="utf-8")
            fresh.replace(self._path)
        except OSError as error:
            LOG.warning("the page cannot be remembered in %s: %s", self._path, error.strerror)


def only_one(path: Path) -> QLockFile:
    """Hold the lock as long as the result lives. Raises ``UsageError`` when another wall holds it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(path))
    lock.setStaleLockTime(0)
    if lock.tryLock(0):
        return lock
    if lock.error() != QLockFile.LockError.LockFailedError:
        raise UsageError(f"{path}: the lock of the kiosk cannot be written there")
    process = f" (process {lock.getLockInfo()[0]})"
    raise UsageError(f"a kiosk hangs on this display already{process}; end that one first, or leave out --kiosk")


def keep_log(path: Path | None = None) -> logging.Handler:
    """Write the log to a file that is begun anew before it grows large; the handler, to be closed at the end."""
    target = path or user_log_path("wallboard", appauthor=False) / "kiosk.log"
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        handler: logging.Handler = RotatingFileHandler(
            target, maxBytes=LOG_BYTES, backupCount=LOG_FILES, encoding="utf-8", delay=True
        )
    except OSError:
        handler = logging.StreamHandler()
    handler.setFormatter(logging.Formatter("%(asctime)s %(process)d %(levelname)s %(message)s"))
    LOG.addHandler(handler)
    LOG.setLevel(logging.INFO)
    return handler


def display() -> str:
    """The display this process shows on."""
    return os.environ.get("WAYLAND_DISPLAY") or os.environ.get("DISPLAY") or ""
