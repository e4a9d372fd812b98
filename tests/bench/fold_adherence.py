"""What adherence costs a tick: every agent of a floor goes to break or comes back, hours into a planned day.

The same floor without plans is measured beside it; the ratio is what plans cost.
"""

import statistics
from collections.abc import Iterator

from tests.bench.fold_clock import ENGINE_GC, Figure, collecting, cpu_s
from tests.bench.fold_feed import HOUR, START, fresh
from wallboard.core import events as ev
from wallboard.core.aggregator import Aggregator
from wallboard.core.vocabulary import Event

MINUTE = 60_000
WARM = 40
"""Ticks before it is measured."""
MEASURED = 10


def adherence(sizes: tuple[int, ...] = (1_000, 10_000)) -> list[Figure]:
    """A tick (fold and advance) in which all agents change, and one in which one of a hundred does."""
    found = []
    for size in sizes:
        for what, share in (("all agents change", 1), ("1 % of them change", 100)):
            plain, planned = (_tick_s(size, share, plans=plans) * 1000 for plans in (False, True))
            note = f"{planned / plain:.2f} times what it takes without plans ({plain:.2f} ms)"
            found.append(Figure("adherence", f"{size} agents, {what}", planned, "ms/tick", note))
    return found


def _tick_s(agents: int, share: int, *, plans: bool) -> float:
    floor = fresh()
    if plans:
        floor.fold(tuple(_plans(agents)))
    begin = START + 8 * HOUR
    floor.fold([ev.AgentState(at=begin, agent=str(number), state="ready") for number in range(agents)])
    floor.advance(begin)
    for turn in range(WARM):
        _tick(floor, _changes(range(agents), begin + turn * 5 * MINUTE, turn))
    some = range(0, agents, share)
    spent = []
    with collecting(ENGINE_GC):
        for turn in range(WARM, WARM + MEASURED):
            events = _changes(some, begin + turn * 5 * MINUTE, turn)
            spent.append(cpu_s(lambda events=events: _tick(floor, events)))  # type: ignore[misc]
    return statistics.median(spent)


def _tick(floor: Aggregator, events: list[Event]) -> None:
    floor.fold(events)
    floor.advance(events[-1].at)


def _changes(some: range, at: int, turn: int) -> list[Event]:
    if turn % 2:
        return [ev.AgentState(at=at, agent=str(number), state="ready") for number in some]
    return [ev.AgentState(at=at, agent=str(number), state="not-ready", reason="break") for number in some]


def _plans(agents: int) -> Iterator[Event]:
    """Two shifts of eight hours with three breaks each, for everybody."""
    for number in range(agents):
        for day in range(2):
            begin = START + 8 * HOUR + day * 24 * HOUR
            spans = [("work", 0, 480), ("break", 120, 15), ("lunch", 240, 45), ("break", 360, 15)]
            for activity, after, length in spans:
                one = begin + after * MINUTE
                yield ev.AgentScheduled(
                    at=START, agent=str(number), activity=activity, from_=one, until=one + length * MINUTE
                )
