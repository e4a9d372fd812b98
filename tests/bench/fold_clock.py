"""How cost is measured here: processor time of this process, medians of several runs, garbage collection said aloud."""

import gc
import statistics
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec import Struct

ENGINE_GC = (100_000, 20, 50)
"""Thresholds of a process that makes many short-lived events: a collection every 100 000 objects."""
DEFAULT_GC = (700, 10, 10)


class Figure(Struct, frozen=True):
    """One line of the report."""

    part: str
    what: str
    value: float
    unit: str
    note: str = ""


@contextmanager
def collecting(thresholds: tuple[int, int, int]) -> Iterator[None]:
    """Measure with these thresholds of the garbage collector."""
    before = gc.get_threshold()
    gc.collect()
    gc.set_threshold(*thresholds)
    try:
        yield
    finally:
        gc.set_threshold(*before)


def cpu_s(work: Callable[[], object]) -> float:
    """Seconds of processor time, all threads of this process, that ``work`` takes once."""
    begin = time.process_time_ns()
    work()
    return (time.process_time_ns() - begin) / 1e9


def median_s(work: Callable[[], object], runs: int) -> float:
    """The median of several runs, in seconds of processor time."""
    return statistics.median(cpu_s(work) for _ in range(runs))
