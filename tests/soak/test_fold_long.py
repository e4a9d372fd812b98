"""Hundreds of generated days: too slow for every run. ``pytest tests/soak/test_fold_long.py``."""

from random import Random

import pytest

from tests.core.comparing import compare, essence
from tests.core.days import HOUR, Day
from tests.core.oracle import Oracle
from tests.core.test_oracle import BEGIN, WINDOWS, ZONE
from tests.core.test_order import shuffled, told
from wallboard.core.aggregator import Aggregator
from wallboard.zones import period


@pytest.mark.parametrize("seed", range(300))
def test_every_kpi_of_every_group_is_the_oracles(seed: int) -> None:
    events = Day(seed, BEGIN, 30, 3 * HOUR).all()
    fold = Aggregator(period, WINDOWS, ZONE)
    for begin in range(0, len(events), 60):
        fold.fold(events[begin : begin + 60])
        fold.advance(fold.newest)
    fold.advance(fold.newest + 1)
    compare(fold.snapshot(), Oracle(events, fold.now, period, ZONE), WINDOWS)


@pytest.mark.parametrize("seed", range(300))
def test_order_and_batches_do_not_matter(seed: int) -> None:
    contacts, span = ((40, HOUR // 4), (25, HOUR // 30), (60, HOUR))[seed % 3]
    events = Day(seed, BEGIN, contacts, span).all()
    clean = essence(told(events, dice=Random(1), step=20))
    assert essence(told(shuffled(events, Random(seed)), dice=Random(seed), step=40)) == clean
    assert essence(told(events, dice=Random(seed + 1), step=4)) == clean
    assert essence(told(events)) == clean
