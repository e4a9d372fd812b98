"""What an event costs: decoding alone, decoding and folding a full day, and folding at the live engine's pace."""

import time
from collections.abc import Iterator
from functools import partial
from statistics import median

from feeds.wire import decode_events
from tests.bench.fold_clock import DEFAULT_GC, ENGINE_GC, Figure, collecting, cpu_s, median_s
from tests.bench.fold_feed import (
    BIG_RATE,
    BLOCK,
    BLOCKS_AN_ADVANCE,
    HOUR,
    START,
    blocks,
    centre,
    events_of,
    fold,
    fresh,
    ticks,
)
from tests.bench.fold_interpreted import interpreted
from wallboard.core.aggregator import Aggregator
from wallboard.core.ledger import COMPILED
from wallboard.core.vocabulary import Event


def day(runs: int) -> list[Figure]:
    """What a day costs, compiled or not; where it is compiled, also what it would cost otherwise."""
    return costs(runs, 24) + ([interpreted(1)] if COMPILED else [])


def costs(runs: int, hours: int) -> list[Figure]:
    """A day at its natural pace, folded as fast as it goes."""
    made = list(blocks(centre(), START, START + hours * HOUR))
    total = (len(made) - 1) * BLOCK + len(decode_events(made[-1], 0))

    def decode() -> None:
        for block in made:
            decode_events(block, 0)

    def both() -> None:
        fold(fresh(), made)

    with collecting(ENGINE_GC):
        decoding, folding = median_s(decode, runs), median_s(both, runs)
        parts = [median(part) / total * 1e6 for part in zip(*(_parts(made) for _ in range(runs)), strict=True)]
    with collecting(DEFAULT_GC):
        untuned = median_s(both, runs)
    note = f"{total} events of {hours} h, 1 000 agents, 50 queues, 5 windows"
    return [
        Figure("fold", "decode only", decoding / total * 1e6, "µs/event", note),
        Figure("fold", "decode + fold", folding / total * 1e6, "µs/event", "time told every 10 000 events"),
        Figure("fold", "decode + fold", total / folding, "events/s", "gc.set_threshold(100_000, 20, 50)"),
        Figure("fold", "decode + fold, default gc", total / untuned, "events/s"),
        Figure("fold", "of it decoding", parts[0], "µs/event", "folding keeps events, so they find no warm memory"),
        Figure("fold", "of it folding", parts[1], "µs/event"),
        Figure("fold", "of it telling the time", parts[2], "µs/event", "sums of all windows"),
    ]


def _parts(made: list[bytes]) -> tuple[float, float, float]:
    """Seconds that decoding, folding and telling the time take of one run."""
    into, clock, spent = fresh(), time.process_time, [0.0, 0.0, 0.0]
    for number, block in enumerate(made, 1):
        begin = clock()
        events = decode_events(block, 0)
        decoded = clock()
        into.fold(events)
        folded = clock()
        if number % BLOCKS_AN_ADVANCE == 0 or number == len(made):
            into.advance(into.newest)
        for place, seconds in enumerate((decoded - begin, folded - decoded, clock() - folded)):
            spent[place] += seconds
    return spent[0], spent[1], spent[2]


def live(runs: int, minutes: int) -> list[Figure]:
    """Busy minutes, the time told every 33 ms of event time that has events, as the live engine does."""
    found = []
    for pace, rate in (("natural pace", None), ("pace of five million a day", BIG_RATE)):
        begin = START + 9 * HOUR
        made = blocks(centre(rate=rate), begin, begin + HOUR + minutes * 60_000)
        warm, measured = _parted(events_of(made), begin + HOUR)
        length = minutes * 60
        for what, shown in (("fold + advance", False), ("fold + advance + snapshot", True)):
            spent = [_live_s(warm, measured, shown=shown) for _ in range(runs)]
            cost = sorted(spent)[len(spent) // 2]
            note = f"{len(measured) / length:.0f} events/s, {pace}"
            found += [
                Figure("live", f"{what} per 33 ms", cost / len(measured) * 1e6, "µs/event", note),
                Figure("live", f"{what} per 33 ms", cost / length * 100, "% of a core", note),
            ]
    return found


def _parted(events: list[Event], at: int) -> tuple[list[Event], list[Event]]:
    return [event for event in events if event.at < at], [event for event in events if event.at >= at]


def _live_s(warm: list[Event], measured: list[Event], *, shown: bool) -> float:
    into = fresh()
    into.fold(warm)
    into.advance(warm[-1].at)
    into.snapshot()
    with collecting(ENGINE_GC):
        return cpu_s(lambda: _tick(into, measured, shown=shown))


def _tick(into: Aggregator, events: list[Event], *, shown: bool) -> None:
    for tick in ticks(events):
        into.fold(tick)
        into.advance(tick[-1].at)
        if shown:
            into.snapshot()


def by_hour(hours: int) -> list[Figure]:
    """What an event costs in every two hours of a long run: nothing should grow with the length of the day."""
    into, feed, found = fresh(), blocks(centre(), START, START + hours * HOUR), []
    for hour in range(2, hours + 1, 2):
        part = list(_until(feed, START + hour * HOUR))
        with collecting(ENGINE_GC):
            spent = cpu_s(partial(fold, into, part))
        found.append(Figure("length of day", f"{hour} h", spent / (len(part) * BLOCK) * 1e6, "µs/event"))
    return found


def _until(feed: Iterator[bytes], at: int) -> Iterator[bytes]:
    for block in feed:
        yield block
        if decode_events(block, 0)[-1].at >= at:
            return
