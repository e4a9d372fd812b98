"""``wallboard run``: the wall on a live feed, or on a recording."""

import argparse
from pathlib import Path

from wallboard.commands.folding import bounds_of
from wallboard.commands.places import publisher
from wallboard.commands.walls import add_options, refuse_without_display
from wallboard.errors import UsageError

DEFAULT = "tcp://127.0.0.1:5556"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("--feed", dest="named", metavar="tcp://host:port", help=f"default: {DEFAULT}")
    parser.add_argument("feed", nargs="?", metavar="FILE.feed", help="a recording instead")
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Show the wall until its window closes. Raises ``WallboardError``."""
    if options.named and options.feed:
        raise UsageError(f"one feed a wall: leave out --feed {options.named} or {options.feed}")
    feed: str = options.named or options.feed or DEFAULT
    recording = None if "://" in feed else Path(feed)
    if recording is None:
        _check(feed)
    elif not recording.exists():
        raise UsageError(f"{feed} is neither an address such as {DEFAULT} nor a .feed file that is there")
    else:
        bounds_of(recording)
    from wallboard import app  # noqa: PLC0415 - Qt is imported only where a wall is shown

    wall = app.wall_of(options.board, options.theme, kiosk=options.kiosk, screen=options.screen)
    if not app.has_display():
        return refuse_without_display()
    return app.show(wall, app.recorded(recording, 1.0) if recording else app.live(feed, wall.board))


def _check(address: str) -> None:
    try:
        publisher(address)
    except argparse.ArgumentTypeError as error:
        raise UsageError(str(error)) from None
