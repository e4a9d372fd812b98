"""``wallboard replay``: a recording on the wall, at its own pace or faster, from any moment."""

import argparse
from datetime import UTC, datetime
from pathlib import Path

from wallboard.commands.folding import bounds_of
from wallboard.commands.moments import moment
from wallboard.commands.walls import add_options, refuse_without_display
from wallboard.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("feed", type=Path, metavar="FILE.feed")
    parser.add_argument("--at", metavar="TIME", help="begin at 14:05, 2026-11-23T14:05, …")
    parser.add_argument("--speed", type=float, default=1.0, metavar="X", help="1 is as it was, 60 an hour a minute")
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Replay until the window closes. Raises ``WallboardError``."""
    from wallboard import app  # noqa: PLC0415 - Qt is imported only where a wall is shown

    if options.speed < 0:
        raise UsageError(f"--speed {options.speed}: a feed cannot be replayed backwards; use 0 or more")
    wall = app.wall_of(options.board, options.theme, kiosk=options.kiosk, screen=options.screen)
    first, last = bounds_of(options.feed)
    at = moment(options.at, last, wall.board.zone or None) if options.at else first
    if not first <= at <= last:
        raise UsageError(f"--at {options.at} is outside this recording; it goes from {_iso(first)} to {_iso(last)}")
    if not app.has_display():
        return refuse_without_display()
    return app.show(wall, app.recorded(options.feed, options.speed, at))


def _iso(at: int) -> str:

    return datetime.fromtimestamp(at / 1000, UTC).isoformat(timespec="seconds")
