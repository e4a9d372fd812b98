"""``wallboard run``: the wall on a live feed, or on a recording."""

import argparse
from pathlib import Path

from wallboard.commands.walls import add_options, refuse_without_display
from wallboard.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--feed", default="tcp://127.0.0.1:5556", metavar="tcp://host:port | FILE.feed")
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Show the wall until its window closes. Raises ``WallboardError``."""
    from wallboard import app  # noqa: PLC0415 - Qt is imported only where a wall is shown

    wall = app.wall_of(options.board, options.theme, kiosk=options.kiosk, screen=options.screen)
    if "://" in options.feed:
        source = app.live(options.feed, wall.board)
    elif Path(options.feed).exists():
        source = app.recorded(Path(options.feed), 1.0)
    else:
        raise UsageError(f"{options.feed} is neither an address such as tcp://127.0.0.1:5556 nor a .feed file")
    if not app.has_display():
        return refuse_without_display()
    return app.show(wall, source)
