"""How long a frame takes: present, compare, paint what changed; and a whole repaint, as when a page turns.

    python -m tests.bench.ui_frames [--agents 1000 5000] [--size 1920x1080 3840x2160] [--frames 200] [--profile]

On the screen that DISPLAY names with QT_QPA_PLATFORM=xcb, or with none on Qt's offscreen platform.
"""

import argparse
import cProfile
import gc
import os
import pstats
import statistics
import sys
import time
from collections.abc import Callable
from functools import partial

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtWidgets import QApplication, QWidget

from tests.bench.ui_floor import SimulatedFloor, board
from wallboard.config import memory_of
from wallboard.core.figures import Figures
from wallboard.core.source import FeedHealth
from wallboard.engine import COLLECTOR
from wallboard.theme import load_theme
from wallboard.ui.pane import Pane
from wallboard.ui.window import WallWindow

STEP_MS = 250
LIVE = FeedHealth(state="live", age_ms=100)


def told(name: str, times: list[float]) -> None:
    """Print median and p99 of times in ms."""
    times.sort()
    middle, late = statistics.median(times), times[min(len(times) - 1, int(len(times) * 0.99))]
    sys.stdout.write(f"{name:58} median {middle:6.1f} ms   p99 {late:6.1f} ms   worst {times[-1]:6.1f} ms\n")
    sys.stdout.flush()


def timed(work: Callable[[], object]) -> float:
    """Processor time of this process for some work, ms."""
    begun = time.process_time()
    work()
    return (time.process_time() - begun) * 1000


def frames(application: QApplication, agents: int, size: tuple[int, int], count: int, rate: float) -> None:
    """Measure at one size of floor and screen."""
    shown = board()
    floor = SimulatedFloor(shown, agents, 50, rate, 600_000)
    window = WallWindow(load_theme())
    window.resize(*size)
    window.show()
    pane = Pane(window, shown, memory_of(shown))
    present, paint, whole = [], [], []
    for i in range(count):
        snapshot = floor.step(STEP_MS)
        figures = partial(Figures, snapshot)
        present.append(timed(partial(pane.show, snapshot, LIVE, figures, i * STEP_MS)))
        paint.append(timed(application.processEvents))
    for _ in range(20):
        window.update()
        for tile in window.findChildren(QWidget):
            tile.update()
        whole.append(timed(application.processEvents))
    name = f"{application.platformName()} {size[0]}x{size[1]}, {agents} agents, 24 tiles"
    told(f"{name}: present", present[5:])
    told(f"{name}: paint", paint[5:])
    told(f"{name}: frame", [a + b for a, b in zip(present[5:], paint[5:], strict=False)])
    told(f"{name}: whole repaint", whole)
    window.deleteLater()
    application.processEvents()


def main() -> None:
    """Measure every combination."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, nargs="*", default=[1000, 5000])
    parser.add_argument("--size", nargs="*", default=["1920x1080", "3840x2160"])
    parser.add_argument("--frames", type=int, default=200)
    parser.add_argument("--rate", type=float, default=100)
    parser.add_argument("--profile", action="store_true")
    options = parser.parse_args()
    application = QApplication(sys.argv[:1])
    gc.set_threshold(*COLLECTOR)  # as the wall itself does
    profile = cProfile.Profile()
    if options.profile:
        profile.enable()
    for agents in options.agents:
        for size in options.size:
            wide, tall = size.split("x")
            frames(application, agents, (int(wide), int(tall)), options.frames, options.rate)
    if options.profile:
        pstats.Stats(profile, stream=sys.stderr).sort_stats("tottime").print_stats(40)


if __name__ == "__main__":
    main()
