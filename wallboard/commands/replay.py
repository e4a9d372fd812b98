"""``wallboard replay``: a recording on the wall, at its own pace or faster, from any moment."""

import argparse
from pathlib import Path

from wallboard.commands.folding import bounds_of
from wallboard.commands.moments import moment, number
from wallboard.commands.walls import add_history, add_options, has_display, refuse_without_display, usual_in


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    pace = number(0, "0 (paused) or more; a feed cannot be replayed backwards")
    parser.add_argument("feed", type=Path, metavar="FILE.feed")
    parser.add_argument("--at", metavar="TIME", help="begin at 14:05, 2026-11-23T14:05, …")
    parser.add_argument("--speed", type=pace, default=1.0, metavar="X", help="1 is as it was, 60 an hour a minute")
    add_options(parser)
    add_history(parser)


def run(options: argparse.Namespace) -> int:
    """Replay until the window closes. Returns 1 when part of the recording is damaged. Raises ``WallboardError``."""
    first, last = bounds_of(options.feed)
    from wallboard import app  # noqa: PLC0415 - Qt is imported only where a wall is shown

    wall = app.wall_of(options.board, options.theme, kiosk=options.kiosk, screen=options.screen)
    at = moment(options.at, first, last, wall.board.zone or None) if options.at else None
    wall = app.compared(wall, usual_in(options.past, wall.board.zone or None))
    if not has_display():
        return refuse_without_display()
    return app.show(wall, app.recorded(options.feed, options.speed, at))
