"""Memory of a fold over a long day: resident size above an empty fold's, and what it holds, every six hours.

    python -m tests.bench.fold_memory AGENTS QUEUES RATE HOURS

The feed is made in a process of its own and comes block by block. Writes one JSON line per sample to stdout.
"""

import gc
import os
import subprocess
import sys

import msgspec
from msgspec import Struct

from feeds.wire import decode_events
from tests.bench.fold_census import census, resident_mb
from tests.bench.fold_clock import ENGINE_GC, Figure
from tests.bench.fold_feed import BIG_RATE, HOUR, START, centre, fold, fresh, piped
from wallboard.core.aggregator import Aggregator

EVERY_HOURS = 6
NAMED = ("Contact", "Leg", "Event", "Agent", "Ground._watched", "Ground.closing", "Cell")


class Sample(Struct):
    """What a fold held after so many hours and events."""

    hours: int
    events: int
    mb: float
    held: dict[str, int]


def samples(agents: int, queues: int, rate: float | None, hours: int) -> list[Sample]:
    """Fold a simulated run and look at it every six hours."""
    gc.set_threshold(*ENGINE_GC)
    found: list[Sample] = []
    into, total = fresh(), 0
    fold(into, piped(centre(10, 3), 1))  # whatever the first use loads is not the day's
    into = fresh()
    empty = resident_mb()
    for block in piped(centre(agents, queues, rate), hours):
        events = decode_events(block, 0)
        total += len(events)
        into.fold(events)
        into.advance(into.newest)
        if events and (events[-1].at - START) // (EVERY_HOURS * HOUR) > len(found):
            found.append(_sample(into, total, empty))
    found.append(_sample(into, total, empty))
    return found


def _sample(into: Aggregator, total: int, empty: float) -> Sample:
    into.advance(into.newest)
    into.snapshot()
    mb = resident_mb() - empty
    return Sample(round((into.newest - START) / HOUR), total, mb, _held(into))


def _held(into: Aggregator) -> dict[str, int]:
    """The census, taken by a twin of this process: remembering all it has seen would make this one larger."""
    read, write = os.pipe()
    twin = os.fork()
    if not twin:
        with open(write, "wb") as out:  # noqa: PTH123 - a descriptor has no path
            out.write(msgspec.json.encode(dict(census(into))))
        os._exit(0)
    os.close(write)
    with open(read, "rb") as told:  # noqa: PTH123
        held = msgspec.json.decode(told.read(), type=dict[str, int])
    os.waitpid(twin, 0)
    return held


def memory(hours: tuple[int, ...]) -> list[Figure]:
    """Each run in a process of its own: five million events, then natural days."""
    found = _told("five million events", BIG_RATE, 24)
    for length in hours:
        found += _told(f"natural pace, {length} h", None, length)
    return found


def _told(what: str, rate: float | None, hours: int) -> list[Figure]:
    figures = []
    for sample in run(1_000, 50, rate, hours)[3::4]:  # once a day
        held = ", ".join(f"{sample.held.get(name, 0)} {name}" for name in NAMED)
        note = f"{sample.events} events; {held}; {sum(sample.held.values())} elements in all"
        figures.append(Figure("memory", f"{what}: after {sample.hours} h", sample.mb, "MB", note))
    return figures


def run(agents: int, queues: int, rate: float | None, hours: int) -> list[Sample]:
    """The samples of a run in a process of its own."""
    asked = [str(agents), str(queues), str(rate or 0), str(hours)]
    command = [sys.executable, "-m", "tests.bench.fold_memory", *asked]
    lines = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout.splitlines()
    return [msgspec.json.decode(line, type=Sample) for line in lines]


def main() -> None:
    """Write the samples of one run to stdout."""
    agents, queues, rate, hours = sys.argv[1:]
    for sample in samples(int(agents), int(queues), float(rate) or None, int(hours)):
        sys.stdout.buffer.write(msgspec.json.encode(sample) + b"\n")


if __name__ == "__main__":
    main()
