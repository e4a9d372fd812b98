"""Nothing a fold remembers grows with the length of the run: a fifth day leaves no more behind than the two before it.

Plans and forecasts are kept for two days, so that growth shows from the third on. Not part of the quick suite; run it
by name: ``pytest tests/soak/test_length_of_day.py``.
"""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.bench.fold_memory import EVERY_HOURS, Sample, run

DAY = 24
AGENTS, QUEUES, DAYS = 1_000, 50, 5
OFTEN = 1_000
"""Containers with fewer elements than this come and go with the moment."""
GROWTH = 1.25
REMEMBERED = 800_000
"""Elements that the memories of recent customers, ids and scores may ever hold together."""
MOST_MB = 200.0
LEVEL = 1.05
"""Resident memory also holds what Python and the allocator have not given back."""


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return run(AGENTS, QUEUES, None, DAYS * DAY)


@pytest.mark.slow
def test_the_run_was_looked_at_every_six_hours_of_five_days(samples: list[Sample]) -> None:
    assert len(samples) == DAYS * DAY // EVERY_HOURS
    assert samples[-1].events > 4 * samples[3].events


@pytest.mark.slow
def test_no_container_ever_holds_more_on_the_fifth_day_than_on_the_third_and_fourth(samples: list[Sample]) -> None:
    before, after = _most(samples, 2 * DAY, 4 * DAY), _most(samples, 4 * DAY, 5 * DAY)
    kept = {name: count for name, count in after.items() if not name.startswith(("Recent.", "Event"))}
    assert {name: (before[name], count) for name, count in kept.items() if _grew(before[name], count)} == {}


@pytest.mark.slow
def test_contacts_that_ended_are_let_go(samples: list[Sample]) -> None:
    alive = [sample.held.get("Contact", 0) for sample in samples]
    assert 0 < max(alive) < 4 * AGENTS


@pytest.mark.slow
def test_memories_of_recent_keys_stay_within_their_bounds(samples: list[Sample]) -> None:
    held = samples[-1].held
    assert sum(count for name, count in held.items() if name.startswith("Recent.")) <= REMEMBERED


@pytest.mark.slow
def test_memory_is_level_from_the_third_day_on(samples: list[Sample], told: Callable[..., None]) -> None:
    days = [samples[day * 4 : day * 4 + 4] for day in range(DAYS)]
    most = [max(sample.mb for sample in day) for day in days]
    assert max(most) <= MOST_MB
    assert most[4] <= LEVEL * max(most[2:4])
    told(
        agents=AGENTS,
        queues=QUEUES,
        events=samples[-1].events,
        MB_after_24_48_72_96_and_120_h=[round(day[-1].mb) for day in days],
        most_MB_of_each_day=[round(mb) for mb in most],
        elements_held_at_the_end_of_each_day=[sum(day[-1].held.values()) for day in days],
    )


def _most(samples: list[Sample], after: int, upto: int) -> Counter[str]:
    """The most each container held at any look between these hours."""
    most: Counter[str] = Counter()
    for sample in samples:
        if after < sample.hours <= upto + 1:
            most |= Counter(sample.held)
    return most


def _grew(before: int, after: int) -> bool:
    return after > max(OFTEN, before * GROWTH)
