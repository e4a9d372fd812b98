"""``wallboard snapshot``: a picture of the wall at a moment of a recording. Needs no display."""

import argparse
import os
import sys
from pathlib import Path

from wallboard.commands.folding import bounds_of, fold_file
from wallboard.commands.moments import moment, size
from wallboard.core.source import FeedHealth


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("feed", type=Path, metavar="FILE.feed")
    parser.add_argument("out", type=Path, metavar="OUT.png")
    parser.add_argument("--at", metavar="TIME", help="14:05, 2026-11-23T14:05, or end (the default)")
    parser.add_argument("--size", type=size, default=(1920, 1080), metavar="1920x1080")
    parser.add_argument("--board", metavar="B.toml")
    parser.add_argument("--theme", metavar="NAME")
    parser.add_argument("--page", type=int, default=1, metavar="N", help="which page of the board, from 1")


def run(options: argparse.Namespace) -> int:
    """Fold, draw, write. Returns 1 when part of the recording is damaged. Raises ``WallboardError``."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from wallboard import app  # noqa: PLC0415 - Qt is imported only where a wall is drawn
    from wallboard.config import windows  # noqa: PLC0415

    wall = app.wall_of(options.board, options.theme)
    zone = wall.board.zone or None
    _, last = bounds_of(options.feed)
    folded = fold_file(options.feed, moment(options.at, last, zone), windows(wall.board), zone, minutes=True)
    health = FeedHealth(state="replay", source=options.feed.name, speed=0.0)
    app.picture(wall, folded.snapshot, health, options.size, options.out, options.page - 1)
    for damage in folded.damage:
        sys.stderr.write(f"wallboard: {options.feed}: {damage}\n")
    return 1 if folded.damage else 0
