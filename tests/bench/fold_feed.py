"""A simulated centre as blocks of bytes, made before anything is measured, and the folds that are fed with them."""

import subprocess
import sys
from collections.abc import Iterable, Iterator

from feeds.simulator import SimConfig, simulate
from feeds.wire import decode_events, encode_events
from wallboard.core.aggregator import Aggregator
from wallboard.core.vocabulary import Event
from wallboard.zones import period

START = 1_717_365_600_000
"""A Monday's midnight in the zone of the centre, ms."""
HOUR = 3_600_000
ZONE = "Europe/Paris"
WINDOWS = ("today", "5m", "15m", "30m", "60m")
BLOCK = 1_000
"""Events a block."""
BLOCKS_AN_ADVANCE = 10
TICK_MS = 33
"""How often, at most, the live engine tells the time."""
BIG_RATE = 160.0
"""Events a second in a busy hour that make a day of some five million."""


def centre(agents: int = 1_000, queues: int = 50, rate: float | None = None) -> SimConfig:
    """A centre with everything a centre can have: three sites, self-service, chat and e-mail, a dialler, surveys."""
    return SimConfig(seed=7, agents=agents, queues=queues, rate=rate, sites=3, time_zone=ZONE)


def blocks(config: SimConfig, begin: int, until: int) -> Iterator[bytes]:
    """The centre's events from ``begin`` until before ``until`` (ms), as MessagePack arrays of ``BLOCK`` events."""
    waiting: list[Event] = []
    for event in simulate(config, begin):
        if event.at >= until:
            break
        waiting.append(event)
        if len(waiting) == BLOCK:
            yield encode_events(waiting)
            waiting.clear()
    yield encode_events(waiting)


def events_of(made: Iterable[bytes]) -> list[Event]:
    """All events of blocks."""
    return [event for block in made for event in decode_events(block, 0)]


def fresh(windows: tuple[str, ...] = WINDOWS) -> Aggregator:
    """A fold that has seen nothing."""
    return Aggregator(period, windows, ZONE)


def fold(into: Aggregator, made: Iterable[bytes]) -> int:
    """Decode and fold blocks, telling the time every so many; returns how many events there were."""
    total = 0
    for number, block in enumerate(made, 1):
        events = decode_events(block, 0)
        total += len(events)
        into.fold(events)
        if number % BLOCKS_AN_ADVANCE == 0:
            into.advance(events[-1].at)
    into.advance(into.newest)
    return total


def ticks(events: list[Event], ms: int = TICK_MS) -> Iterator[list[Event]]:
    """The same events as they come in ticks of ``ms``; ticks without events are left out."""
    tick: list[Event] = []
    due = 0
    for event in events:
        if tick and event.at // ms != due:
            yield tick
            tick = []
        due = event.at // ms
        tick.append(event)
    yield tick


def piped(config: SimConfig, hours: int) -> Iterator[bytes]:
    """Blocks made by a process of their own, so that the memory of the simulation is not ours."""
    asked = [str(config.agents), str(config.queues), str(config.rate or 0), str(hours)]
    command = [sys.executable, "-m", "tests.bench.fold_feed", *asked]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as maker:
        assert maker.stdout is not None
        while size := maker.stdout.read(4):
            yield maker.stdout.read(int.from_bytes(size, "big"))


def main() -> None:
    """Write blocks to stdout, each after its size: ``fold_feed.py AGENTS QUEUES RATE HOURS``."""
    agents, queues, rate, hours = sys.argv[1:]
    config = centre(int(agents), int(queues), float(rate) or None)
    for block in blocks(config, START, START + int(hours) * HOUR):
        sys.stdout.buffer.write(len(block).to_bytes(4, "big") + block)


if __name__ == "__main__":
    main()
