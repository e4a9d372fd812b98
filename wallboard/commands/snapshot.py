"""``wallboard snapshot``: a picture of the wall at a moment of a recording. Needs no display."""

import argparse
import os
from pathlib import Path

from wallboard.commands.folding import bounds_of, fold_file, say_damage, say_missing
from wallboard.commands.moments import moment, size, whole
from wallboard.commands.places import check_output
from wallboard.commands.walls import add_history, usual_in
from wallboard.core.source import FeedHealth
from wallboard.errors import UsageError


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("feed", type=Path, metavar="FILE.feed")
    parser.add_argument("out", type=Path, metavar="OUT.png")
    parser.add_argument("--at", metavar="TIME", help="14:05, 2026-11-23T14:05, or end (the default)")
    parser.add_argument("--size", type=size, default=(1920, 1080), metavar="1920x1080")
    parser.add_argument("--board", metavar="B.toml")
    parser.add_argument("--theme", metavar="NAME")
    add_history(parser)
    page = whole(1, "the number of a page, from 1")
    parser.add_argument("--page", type=page, default=1, metavar="N", help="which page of the board, from 1")


def run(options: argparse.Namespace) -> int:
    """Fold, draw, write. Returns 1 when part of the recording is damaged. Raises ``WallboardError``."""
    if options.out.suffix.lower() != ".png":
        raise UsageError(f"{options.out}: a picture is a PNG; name it {options.out.with_suffix('.png')}")
    check_output(options.out)
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from wallboard import app  # noqa: PLC0415 - Qt is imported only where a wall is drawn
    from wallboard.config import memory_of, windows  # noqa: PLC0415

    wall = app.wall_of(options.board, options.theme)
    pages = len(wall.board.pages)
    if options.page > pages:
        raise UsageError(f"there is no page {options.page}: the board has {pages}")
    zone = wall.board.zone or None
    first, last = bounds_of(options.feed)
    at = moment(options.at, first, last, zone)
    usual = usual_in(options.past, zone)
    memory = memory_of(wall.board)
    folded = fold_file(options.feed, at, windows(wall.board), zone, alerts=(memory.alerts,), usual=usual)
    health = FeedHealth(state="replay", source=options.feed.name, speed=0.0, missing=folded.missing)
    app.picture(wall, (folded.snapshot, health), memory, options.size, options.out, options.page - 1)
    say_missing(options.feed, folded.missing)
    return say_damage(options.feed, folded.damage)
