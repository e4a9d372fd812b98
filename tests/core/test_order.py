"""Order, repeats and batches do not matter within what is allowed: the last snapshot is that of the clean feed."""

from random import Random

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.comparing import essence
from tests.core.days import HOUR, Day
from wallboard.core.aggregator import Aggregator
from wallboard.core.snapshot import Snapshot
from wallboard.core.vocabulary import Event
from wallboard.zones import period

WINDOWS = ("today", "5m", "30m+cohort", "clock:15m", "shift", "all", "today+cohort")
BEGIN = 1_772_503_200_000


def told(events: list[Event], *, dice: Random | None = None, step: int = 10**6) -> Snapshot:
    """The snapshot after these events; with dice, the time is told at any moment between batches of any size."""
    fold = Aggregator(period, WINDOWS, "Europe/Paris")
    begin = 0
    while begin < len(events):
        size = dice.randrange(1, step) if dice else step
        fold.fold(events[begin : begin + size])
        begin += size
        if dice and dice.random() < 0.7:
            fold.advance(fold.newest + dice.choice((0, 0, 1, 700)))
        if dice and dice.random() < 0.2:
            fold.snapshot()
    fold.advance(max(event.at for event in events) + 5_000)
    return fold.snapshot()


def shuffled(events: list[Event], dice: Random) -> list[Event]:
    """Each moment delayed by less than 2 s; events of one millisecond stay in order, declarations first."""
    first = events[0].at
    delay = {at: 0 if at == first else dice.choice((0, dice.randrange(2000))) for at in {event.at for event in events}}
    return sorted(events, key=lambda event: event.at + delay[event.at])


@settings(max_examples=20)
@given(seed=st.integers(0, 10**6), contacts=st.integers(1, 40))
def test_events_delayed_by_up_to_two_seconds_end_in_the_same_snapshot(seed: int, contacts: int) -> None:
    dice = Random(seed)
    events = Day(seed, BEGIN, contacts, HOUR // 4).all()
    assert essence(told(shuffled(events, dice), dice=dice, step=40)) == essence(told(events, dice=Random(1), step=20))


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6), contacts=st.integers(1, 40), named=st.booleans())
def test_exact_repeats_with_or_without_ids_change_nothing(seed: int, contacts: int, named: bool) -> None:  # noqa: FBT001
    dice = Random(seed)
    events = Day(seed, BEGIN, contacts, HOUR // 4).all()
    if named:
        events = [msgspec.structs.replace(event, id=f"e{i}") for i, event in enumerate(events)]
    unique = list({msgspec.msgpack.encode(event): event for event in events}.values())
    again = [event for event in unique if dice.random() < 0.5]
    chosen = sorted([*unique, *again], key=lambda event: event.at)
    if named:
        delay = {event.at: 0 if event.at == unique[0].at else dice.randrange(1000) for event in unique}
        due = [(event.at + delay[event.at], event) for event in unique]
        due += [(event.at + delay[event.at] + dice.randrange(1000), event) for event in again]
        chosen = [event for _, event in sorted(due, key=lambda one: one[0])]
    assert essence(told(chosen, dice=dice, step=50)) == essence(told(unique, dice=Random(2), step=20))


@settings(max_examples=12)
@given(seed=st.integers(0, 10**6), contacts=st.integers(1, 40))
def test_batches_of_any_size_and_time_told_at_any_moment_end_in_the_same_snapshot(seed: int, contacts: int) -> None:
    events = Day(seed, BEGIN, contacts, HOUR).all()
    some = essence(told(events, dice=Random(seed), step=90))
    assert some == essence(told(events, dice=Random(seed + 1), step=4))


@pytest.mark.parametrize("seed", [1, 2])
def test_the_same_calls_give_the_same_snapshot_byte_for_byte(seed: int) -> None:
    def encoded() -> tuple[bytes, ...]:
        snapshot = told(Day(seed, BEGIN, 30, HOUR).all(), dice=Random(seed), step=30)
        plain = msgspec.msgpack.encode(
            [snapshot.agents, snapshot.queues, snapshot.cells, snapshot.feed, snapshot.as_of]
        )
        arrays = (
            matrix.tobytes() for w in snapshot.windows for matrix in (w.cells, w.agents, w.time, w.histogram, w.longest)
        )
        gauges = snapshot.gauges
        return plain, *arrays, gauges.waiting.tobytes(), gauges.oldest.tobytes(), gauges.states.tobytes()

    assert encoded() == encoded()
