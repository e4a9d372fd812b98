"""Polars recomputing the last 15 minutes at each tick: offered, answered, abandoned, service level and ASA by queue.

Given: all legs as one frame in order of time, and which rows each tick's window has (a slice that copies nothing), so
appending and filtering cost it nothing. Measured: group, sum and divide, one thread.
"""

import importlib
import os
from bisect import bisect_right
from operator import attrgetter
from typing import Any

import msgspec

from tests.bench.compare_legs import LegFact

os.environ.setdefault("POLARS_MAX_THREADS", "1")
WINDOW_MS = 15 * 60_000
SUMS = ("offered", "answered", "abandoned", "met", "wait")


class Polars:
    """One frame of legs, recomputed ``hz`` times a second of event time; ``run`` does every ``every``-th tick."""

    def __init__(self, legs: list[LegFact], begin: int, until: int, hz: int, every: int) -> None:
        self._polars: Any = importlib.import_module("polars")
        frame: Any = self._polars.DataFrame([msgspec.structs.asdict(leg) for leg in legs])
        self._frame = frame.with_columns(self._polars.col("queue").cast(self._polars.Categorical)).rechunk()
        step = 1000 // hz
        moments = range(begin, until, step)
        self.share = len(moments[::every]) / len(moments)
        at = attrgetter("at")
        self._slices = [
            (low := bisect_right(legs, now - WINDOW_MS, key=at), bisect_right(legs, now, key=at) - low)
            for now in moments[::every]
        ]

    def run(self) -> None:
        """Recompute the chosen ticks."""
        sums = [self._polars.col(name).sum() for name in SUMS]
        answered = self._polars.col("answered")
        ratios = {
            "service_level": self._polars.col("met") / (answered + self._polars.col("abandoned")),
            "asa": self._polars.col("wait") / answered,
        }
        for start, length in self._slices:
            self._frame.slice(start, length).group_by("queue").agg(sums).with_columns(**ratios)
