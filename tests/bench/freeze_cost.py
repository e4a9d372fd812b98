"""What a checkpoint costs whoever folds, and what its packing and thawing take.

``python -m tests.bench.freeze_cost``.

A simulated centre of 1 000 agents and 50 queues after 300 000 events, with five windows. Processor time of the thread.
"""

import gc
import sys
import time
from collections.abc import Callable
from itertools import islice
from statistics import median

from feeds.freeze import freeze, packed, taken, thaw
from feeds.simulator import SimConfig, simulate
from wallboard.core.aggregator import Aggregator
from wallboard.zones import period

BEGIN = 1_700_028_000_000
EVENTS = 300_000
RUNS = 9


def measured(work: Callable[[], object]) -> float:
    """Median processor time of this thread, ms."""
    found = []
    for _ in range(RUNS):
        begun = time.thread_time()
        work()
        found.append((time.thread_time() - begun) * 1000)
    return median(found)


def main() -> None:
    """Print a line."""
    gc.set_threshold(100_000, 20, 50)
    fold = Aggregator(period, ("today", "5m", "15m", "30m", "60m"), "Europe/Paris")
    feed = simulate(SimConfig(seed=5, agents=1000, queues=50), BEGIN)
    for _ in range(EVENTS // 1000):
        events = list(islice(feed, 1000))
        fold.fold(events)
        fold.advance(events[-1].at)
    state, body = taken(fold), freeze(fold)
    took, packing, thawing = (
        measured(work) for work in (lambda: taken(fold), lambda: packed(state), lambda: thaw(body, fold))
    )
    sys.stdout.write(f"{len(body) / 1e6:.1f} MB: {took:.0f} ms on the fold's thread, {packing:.0f} ms beside it; ")
    sys.stdout.write(f"{thawing:.0f} ms to thaw\n")


if __name__ == "__main__":
    main()
