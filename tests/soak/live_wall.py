"""A real window under load: ``python -m tests.soak.live_wall [--seconds 600 --rate 1000 --agents 1000 --queues 50]``.

Starts the simulator in a process of its own, shows its feed on a wall (under Xvfb, or on the display there is), and
tells how the window's event loop kept up, the memory over time, and whether every event published was folded.
"""

import argparse
import resource
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from feeds.journal import JournalReader
from wallboard import app
from wallboard.commands.demo import busiest
from wallboard.commands.memory import live
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import Beginning, FeedHealth
from wallboard.engine import Engine, spare_collector
from wallboard.ui.bridge import Mailbox, Screens

BEAT_MS = 20
TOLD_S = 30


def say(text: str) -> None:
    """A line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def rss_mb() -> float:
    """Resident memory of this process, MB."""
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * resource.getpagesize() / 1e6


def centre_of(options: argparse.Namespace, journal: Path) -> "tuple[subprocess.Popen[str], str]":
    """A simulated centre at work, and its address."""
    command = [
        sys.executable, "-m", "wallboard", "simulate", "--publish", "tcp://127.0.0.1:*", "--seed", "3",
        "--agents", str(options.agents), "--queues", str(options.queues), "--rate", str(options.rate),
        "--journal", str(journal), "--seconds", str(options.seconds), "--history", "30m",
        "--zone", busiest(datetime.now(tz=UTC)),
    ]  # fmt: skip
    centre = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
    said = next(line for line in centre.stderr or () if "publishing on " in line)
    return centre, said.split("publishing on ")[1].split(";")[0]


class Watch:
    """How late the window's event loop is, and what memory it takes."""

    def __init__(self) -> None:
        self.began = self.last = time.monotonic()
        self.lags: list[float] = []
        self.memory: list[tuple[float, float]] = []

    def beat(self) -> float:
        """Note one beat; seconds since the first."""
        now = time.monotonic()
        self.lags.append((now - self.last) * 1000 - BEAT_MS)
        self.last = now
        if not self.memory or now - self.began - self.memory[-1][0] >= TOLD_S:
            self.memory.append((now - self.began, rss_mb()))
            say(f"{now - self.began:6.0f} s  {self.memory[-1][1]:6.1f} MB")
        return now - self.began

    def tell(self) -> None:
        """What was seen; the first minute, in which the wall catches up, by itself."""
        early = [self.lags[: 60_000 // BEAT_MS], self.lags[60_000 // BEAT_MS :]]
        for name, lags in zip(("first minute", "after it"), early, strict=True):
            ordered = sorted(lags) or [0.0]
            p99, most = ordered[int(len(ordered) * 0.99)], ordered[-1]
            say(f"event loop late, {name}: median {statistics.median(ordered):.1f}, p99 {p99:.1f}, most {most:.1f} ms")
        usage = resource.getrusage(resource.RUSAGE_SELF)
        say(f"{(usage.ru_utime + usage.ru_stime) / (self.last - self.began):.0%} of one core")
        quarter = self.memory[len(self.memory) // 4]
        say(f"memory {quarter[1]:.0f} MB at {quarter[0]:.0f} s, {self.memory[-1][1]:.0f} MB at the end")


def shown(options: argparse.Namespace, journal: Path) -> tuple[Snapshot, FeedHealth]:
    """Show the centre's feed until it has ended; the last that was seen of it."""
    centre, address = centre_of(options, journal)
    application = QApplication(sys.argv[:1])
    wall, mailbox, stop, watch = app.wall_of(None), Mailbox(), threading.Event(), Watch()
    stage = app._window(wall)
    spare_collector()
    screens = Screens(mailbox, stage.panes, shown=stage.tick)
    newest: list[tuple[Snapshot, FeedHealth]] = []

    def keep(snapshot: Snapshot, health: FeedHealth) -> None:
        newest[:] = [(snapshot, health)]
        mailbox.put(snapshot, health)

    def beat() -> None:
        if watch.beat() > options.seconds + 3 and centre.poll() is not None:
            application.quit()

    fold = app.aggregator_of(wall.board)
    source = live(((address,),), wall.board, None, remember=False)
    engine = threading.Thread(
        target=lambda: Engine(source(Beginning(fold)), fold, keep, pace=lambda: mailbox.pace_ms).run(stop)
    )
    engine.start()
    timer = QTimer()
    timer.timeout.connect(beat)
    timer.start(BEAT_MS)
    application.exec()
    stop.set()
    engine.join()
    del screens
    watch.tell()
    return newest[0]


def main() -> int:
    """Run, tell, and return 1 when an event was lost."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--seconds", type=int, default=600)
    parser.add_argument("--rate", type=float, default=1000)
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--queues", type=int, default=50)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        journal = Path(scratch) / "centre.feed"
        snapshot, health = shown(options, journal)
        with JournalReader(journal) as reader:
            total = sum(len(block.events) for block in reader.blocks())
    say(f"published {total}, folded {snapshot.feed.events}, missing {health.missing}, gaps {health.gaps_open}")
    return 0 if total == snapshot.feed.events else 1


if __name__ == "__main__":
    sys.exit(main())
