"""What the fold costs, measured in one run: processor time, medians, ratios. Not a test: nothing here can fail on time.

    python -m tests.bench.fold_rate [--runs 3] [--parts fold live ...] [--page docs/performance.md]

Comparisons and the plot need the ``bench`` extra; without it they are skipped and say so. About ten minutes.
"""

import argparse
import os
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec

from tests.bench.compare_fold import compare
from tests.bench.fold_adherence import adherence
from tests.bench.fold_clock import Figure
from tests.bench.fold_cost import by_hour, day, live
from tests.bench.fold_growth import growth, plot
from tests.bench.fold_memory import memory
from tests.bench.fold_report import table, write
from tests.bench.fold_snapshot import snapshots
from tests.bench.fold_steps import steps

Part = Callable[[int], list[Figure]]
PARTS: dict[str, Part] = {
    "fold": day,
    "live": lambda runs: live(runs, 5),
    "snapshot": lambda _: snapshots(),
    "adherence": lambda _: adherence(),
    "compare": lambda runs: compare(runs, 3),
    "growth": growth,
    "hours": lambda _: by_hour(24),
    "steps": lambda _: steps(),
    "memory": lambda _: memory((24, 120)),
}


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Measure what the fold costs.")
    parser.add_argument("--runs", type=int, default=3, help="of which the median is taken")
    parser.add_argument("--parts", nargs="+", choices=tuple(PARTS), default=list(PARTS))
    parser.add_argument("--page", type=Path, help="write the tables, and a plot beside it, into this page")
    parser.add_argument("--keep", type=Path, help="keep the figures in this file, and begin with those it holds")
    return parser.parse_args()


def main() -> None:
    """Measure, print, and write the page."""
    options = _options()
    os.environ.setdefault("POLARS_MAX_THREADS", "1")
    figures: dict[str, list[Figure]] = {}
    if options.keep and options.keep.exists():
        figures = msgspec.json.decode(options.keep.read_bytes(), type=dict[str, list[Figure]])
    for name in options.parts:
        figures[name] = PARTS[name](options.runs)
        sys.stdout.write(table(figures[name]) + "\n")
        sys.stdout.flush()
        if options.keep:
            options.keep.write_bytes(msgspec.json.encode(figures))
    if options.page:
        found = [figure for some in figures.values() for figure in some]
        write(found, options.page)
        if not plot(found, options.page.with_name("performance-growth.png")):
            sys.stdout.write("no plot: install the bench extra (pip install -e '.[bench]')\n")


if __name__ == "__main__":
    main()
