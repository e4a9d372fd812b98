"""What commands that show a wall share: the options, and what to do where there is no display."""

import argparse
import os
import sys
from pathlib import Path

from wallboard.commands.history import usual_of
from wallboard.commands.moments import whole
from wallboard.engine import Usually
from wallboard.errors import DataError


def add_options(parser: argparse.ArgumentParser, *, kiosk: bool = True) -> None:
    """Declare what a wall may be told; without ``kiosk`` where it can be nothing else."""
    screen = whole(0, "the number of a screen, from 0")
    parser.add_argument("--board", metavar="B.toml", help="a board file, or the name of one that comes with it")
    parser.add_argument("--theme", metavar="NAME", help="instead of the board's own")
    if kiosk:
        parser.add_argument("--kiosk", action="store_true", help="full screen, with no way out but Ctrl+Alt+Q")
    parser.add_argument(
        "--screen", type=screen, action="append", metavar="N", help="which screen, from 0; once for each of several"
    )


def add_history(parser: argparse.ArgumentParser) -> None:
    """Declare where past days are."""
    text = "a folder of recordings: the same weekdays in it are compared, and forecast where nothing else does"
    parser.add_argument("--history", dest="past", type=Path, metavar="FOLDER", help=text)


def usual_in(folder: Path | None, zone: str | None) -> Usually | None:
    """What is usual on the day of a moment (ms), by the recordings of a folder. Raises ``DataError`` for no folder."""
    if folder is None:
        return None
    if not folder.is_dir():
        raise DataError(f"{folder} is no folder of recordings")
    return lambda now: usual_of(folder, now, zone)


def refuse_without_display() -> int:
    """Say that there is no display, and what works without one."""
    named = [f"{name} is {os.environ[name]}" for name in ("DISPLAY", "WAYLAND_DISPLAY") if os.environ.get(name)]
    why = f"{' and '.join(named)}, where nothing answers" if named else "neither DISPLAY nor WAYLAND_DISPLAY is set"
    sys.stderr.write(
        f"wallboard: there is no display ({why}). "
        "Use `wallboard snapshot` for a picture, or `wallboard kpis` for the figures.\n"
    )
    return 1


def has_display() -> bool:
    """Whether a window could be seen: Qt ends the process when nothing answers at the display it is told."""
    if sys.platform in ("win32", "darwin") or os.environ.get("QT_QPA_PLATFORM"):
        return True
    wayland = os.environ.get("WAYLAND_DISPLAY", "")
    return _x_answers(os.environ.get("DISPLAY", "")) or bool(
        wayland and Path(os.environ.get("XDG_RUNTIME_DIR", "/"), wayland).exists()
    )


def _x_answers(display: str) -> bool:
    """Whether there is a socket of a local X server; one on another machine is believed."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if host not in ("", "unix") or not number:
        return bool(display)
    return Path(f"/tmp/.X11-unix/X{number}").exists()  # noqa: S108 - where every X server listens
