"""``wallboard run``: the wall on live feeds, or on a recording."""

import argparse
from pathlib import Path

from wallboard.commands.folding import bounds_of
from wallboard.commands.keys import add_client_options, client_keys
from wallboard.commands.memory import add_options as add_memory_options
from wallboard.commands.memory import groups_of, live
from wallboard.commands.walls import add_history, add_options, has_display, refuse_without_display, usual_in
from wallboard.errors import DataError, UsageError

DEFAULT = "tcp://127.0.0.1:5556"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("feed", nargs="?", metavar="FILE.feed", help="a recording instead")
    add_live_options(parser)
    add_options(parser)
    add_history(parser)


def add_live_options(parser: argparse.ArgumentParser) -> None:
    """Declare what a wall on live feeds may be told of them."""
    text = f"once for each site; a comma between publishers of the same feed; default: {DEFAULT}"
    parser.add_argument("--feed", dest="named", action="append", metavar="tcp://host:port[,…]", help=text)
    add_client_options(parser)
    add_memory_options(parser)


def run(options: argparse.Namespace) -> int:
    """Show the wall until its window closes. Raises ``WallboardError``."""
    if options.named and options.feed:
        raise UsageError(f"live or recorded: leave out --feed {options.named[0]} or {options.feed}")
    feeds: list[str] = options.named or [options.feed or DEFAULT]
    recording = None if "://" in feeds[0] else Path(feeds[0])
    keys = client_keys(options)
    groups = () if recording else groups_of(feeds)
    if recording is not None and not recording.exists():
        blame = UsageError if options.named else DataError
        raise blame(f"{feeds[0]} is neither an address such as {DEFAULT} nor a .feed file that is there")
    if recording is not None:
        bounds_of(recording)
    from wallboard import app  # noqa: PLC0415 - Qt is imported only where a wall is shown

    wall = app.wall_of(options.board, options.theme, kiosk=options.kiosk, screen=options.screen)
    wall = app.compared(wall, usual_in(options.past, wall.board.zone or None))
    if not has_display():
        return refuse_without_display()
    source = live(groups, wall.board, keys, remember=not options.no_memory)
    return app.show(wall, app.recorded(recording, 1.0) if recording else source)
