"""A whole shift on the glass as fast as it goes: every frame presented and painted; memory, handles, threads, timers.

    python -m tests.bench.ui_day [--hours 8] [--step 33] [--agents 100] [--board operations] [--size 1920x1080] [--fold]

Prints a line a simulated hour. What is shown are 300 frames of a floor, over and over, on a clock that goes on, so
that what grows is the wall; with ``--fold`` the simulated centre goes on as well, and the fold's own memory of its day
is in the figures.
"""

import argparse
import gc
import os
import sys
import threading
from functools import partial
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from tests.bench.ui_floor import SimulatedFloor
from wallboard.config import load_board, memory_of
from wallboard.core.figures import Figures
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth
from wallboard.theme import load_theme
from wallboard.ui.pane import Pane
from wallboard.ui.window import WallWindow

HOUR_MS = 3_600_000
AGAIN = 300
"""Frames, over and over."""
LIVE = FeedHealth(state="live", age_ms=100)


def rss_mb() -> float:
    """Resident memory of this process."""
    lines = Path("/proc/self/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Rss:")) / 1024


def tell(hour: float, first: float) -> None:
    """One line about this process."""
    handles = len(list(Path("/proc/self/fd").iterdir()))
    widgets = QApplication.allWidgets()
    timers = sum(len(widget.findChildren(QTimer)) for widget in QApplication.topLevelWidgets())
    now = rss_mb()
    sys.stdout.write(
        f"hour {hour:4.1f}: RSS {now:6.1f} MB ({now - first:+5.1f}), {handles} handles, "
        f"{threading.active_count()} threads, {timers} timers, {len(widgets)} widgets, "
        f"{len(gc.get_objects())} objects\n"
    )
    sys.stdout.flush()


def _moved(snapshot: Snapshot, now: int) -> Snapshot:
    """The same floor at another time, everybody as long in their state."""
    by = now - snapshot.as_of
    agents = tuple(replace(row, since=row.since + by) for row in snapshot.agents)
    facts = replace(snapshot.feed, newest=now, events=now)
    return replace(snapshot, as_of=now, agents=agents, feed=facts)


def main() -> None:
    """Run the shift."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=float, default=8)
    parser.add_argument("--step", type=int, default=33, help="simulated ms from frame to frame")
    parser.add_argument("--agents", type=int, default=100)
    parser.add_argument("--board", default="operations")
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--fold", action="store_true")
    options = parser.parse_args()
    application = QApplication(sys.argv[:1])
    board = load_board(options.board)
    floor = SimulatedFloor(board, options.agents, 10, None, 600_000)
    window, first = WallWindow(load_theme()), 0.0
    window.resize(*(int(part) for part in options.size.split("x")))
    window.show()
    pane = Pane(window, board, memory_of(board))
    step = options.step
    again = [] if options.fold else [floor.step(step) for _ in range(AGAIN)]
    begin, told = floor.now, HOUR_MS // 10
    for frame in range(int(options.hours * HOUR_MS) // step + 2):
        passed = frame * step
        snapshot = floor.step(step) if options.fold else _moved(again[frame % AGAIN], begin + passed)
        pane.show(snapshot, LIVE, partial(Figures, snapshot), passed)
        application.processEvents()
        if passed >= told:
            first = first or rss_mb()  # every page was on, every cache is warm
            tell(passed / HOUR_MS, first)
            told = (passed // HOUR_MS + 1) * HOUR_MS


if __name__ == "__main__":
    main()
