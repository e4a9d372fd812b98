"""River's ``TimeRolling``: one statistic, the mean wait over 15 minutes, for each queue.

Given: the answered legs with their waits, times already as ``datetime``. Measured: ``update`` alone. It keeps one
number a queue over one window and ages only when something is answered; Wallboard keeps some 120 counters a cell and
agent over five windows, the floor, and ages in silence.
"""

import importlib
from datetime import UTC, datetime, timedelta

from tests.bench.compare_legs import LegFact

WINDOW = timedelta(minutes=15)


class River:
    """One rolling mean a queue."""

    def __init__(self, legs: list[LegFact]) -> None:
        self._rolling = importlib.import_module("river.utils").TimeRolling
        self._mean = importlib.import_module("river.stats").Mean
        answered = [leg for leg in legs if leg.answered]
        # it compares with a time that has no zone
        self.observations = [
            (leg.queue, leg.wait, datetime.fromtimestamp(leg.at / 1000, UTC).replace(tzinfo=None)) for leg in answered
        ]

    def run(self) -> None:
        """Update every queue's mean with every answered leg."""
        by_queue = {queue: self._rolling(self._mean, period=WINDOW) for queue, _, _ in self.observations}
        for queue, wait, at in self.observations:
            by_queue[queue].update(wait, t=at)
