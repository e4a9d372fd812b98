"""What each kind of event costs to fold: the same feed folded one event at a time, the clock's own cost taken off."""

import time
from collections import Counter

from tests.bench.fold_clock import ENGINE_GC, Figure, collecting
from tests.bench.fold_feed import HOUR, START, blocks, centre, events_of, fresh

ROUNDS = 10_000


def steps() -> list[Figure]:
    """Mean µs an event by type, costliest in all first, with its share of the time."""
    begin = START + 9 * HOUR
    events = events_of(blocks(centre(), begin, begin + HOUR))
    spent: Counter[str] = Counter()
    count: Counter[str] = Counter()
    into, clock = fresh(), time.thread_time_ns
    with collecting(ENGINE_GC):
        idle = _idle_ns()
        for number, event in enumerate(events):
            start = clock()
            into.fold((event,))
            name = type(event).__name__
            spent[name] += clock() - start - idle
            count[name] += 1
            if number % ROUNDS == 0:
                into.advance(event.at)
    whole = sum(spent.values())
    return [
        Figure("step", name, ns / count[name] / 1000, "µs", f"{ns / whole:.0%} of the folding, {count[name]} events")
        for name, ns in spent.most_common()
        if count[name] >= 20
    ]


def _idle_ns() -> int:
    into, clock = fresh(), time.thread_time_ns
    spent = []
    for _ in range(ROUNDS):
        start = clock()
        into.fold(())
        spent.append(clock() - start)
    return sorted(spent)[ROUNDS // 2]
