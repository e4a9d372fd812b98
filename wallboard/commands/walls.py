"""What commands that show a wall share: the options, and what to do where there is no display."""

import argparse
import sys


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what a wall may be told."""
    parser.add_argument("--board", metavar="B.toml", help="a board file, or the name of one that comes with it")
    parser.add_argument("--theme", metavar="NAME", help="instead of the board's own")
    parser.add_argument("--kiosk", action="store_true", help="full screen")
    parser.add_argument("--screen", type=int, default=0, metavar="N", help="which screen, from 0")


def refuse_without_display() -> int:
    """Say that there is no display, and what works without one."""
    sys.stderr.write(
        "wallboard: there is no display (neither DISPLAY nor WAYLAND_DISPLAY is set). "
        "Use `wallboard snapshot` for a picture, or `wallboard kpis` for the figures.\n"
    )
    return 1
