"""Generated days: after every few events, after silence and across day rolls, the fold says what the oracle says."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.core.comparing import GROUPS, compare, compare_series
from tests.core.days import HOUR, Day
from tests.core.formulas import STAFFING, VARIANTS
from tests.core.oracle import Oracle
from wallboard.core.aggregator import Aggregator
from wallboard.core.kpis import CATALOGUE
from wallboard.core.kpis import VARIANTS as PUBLISHED
from wallboard.core.vocabulary import Event
from wallboard.zones import period

BEGIN = 1_772_503_200_000  # 3 March 2026, 03:00 in Paris
SPANS = (
    f"span:{BEGIN + 15 * 60_000}:{BEGIN + HOUR}", f"span:{BEGIN - 3 * HOUR}:{BEGIN + 21 * HOUR}+cohort",
    f"span:{BEGIN + HOUR // 2}:{BEGIN + HOUR + 777}+cohort",
)  # fmt: skip
WINDOWS = ("today", "5m", "30m+cohort", "clock:15m", "shift", "all", "today+cohort", *SPANS)
ZONE = "Europe/Paris"


def check(fold: Aggregator, told: list[Event], turn: int) -> None:
    """A total, a queue and an agent each time, the other groups in turn."""
    groups = (*GROUPS[:3], GROUPS[3 + turn % (len(GROUPS) - 3)])
    windows = ("today", *(WINDOWS[1 + (turn + i) % (len(WINDOWS) - 1)] for i in range(3)))
    oracle = Oracle(told, fold.now, period, ZONE)
    compare(fold.snapshot(), oracle, windows, groups)
    compare_series(fold.snapshot(), oracle, (groups[turn % len(groups)],), turn)


@settings(max_examples=8)
@given(seed=st.integers(0, 10**6), contacts=st.integers(1, 25), step=st.integers(40, 120))
def test_every_kpi_is_the_oracles_after_every_few_events_and_in_silence(seed: int, contacts: int, step: int) -> None:
    events = Day(seed, BEGIN, contacts, 2 * HOUR).all()
    fold = Aggregator(period, WINDOWS, ZONE)
    for begin in range(0, len(events), step):
        fold.fold(events[begin : begin + step])
        fold.advance(fold.newest + seed % 3000)
        check(fold, events[: begin + step], seed + begin)
    for turn, silence in enumerate((11_000, 6 * 60_000, 31 * 60_000, 9 * HOUR, 15 * 24 * HOUR)):
        fold.advance(fold.now + silence)
        check(fold, events, seed + turn)
    compare(fold.snapshot(), Oracle(events, fold.now, period, ZONE), ("all",))


@pytest.mark.parametrize(
    ("zone", "begin"),
    [
        ("Europe/Paris", 1_774_735_200_000),  # the night of 28 to 29 March 2026: a day of 23 hours begins
        ("Europe/Paris", 1_792_875_600_000),  # the night of 24 to 25 October 2026: a day of 25 hours begins
        ("America/New_York", 1_772_938_800_000),  # the night of 7 to 8 March 2026
        ("Asia/Jerusalem", 1_774_555_200_000),  # the night of 26 to 27 March 2026
        ("Australia/Lord_Howe", 1_775_305_800_000),  # 4 April 2026: clocks go back half an hour
        ("Asia/Kolkata", 1_772_558_100_000),  # 3 March 2026, half an hour off the others
    ],
)
def test_days_roll_in_each_queues_own_zone_on_short_and_long_days_too(zone: str, begin: int) -> None:
    zones = (zone, "America/New_York")
    events = Day(begin % 997, begin, 25, 4 * HOUR).all(zones)
    fold = Aggregator(period, WINDOWS, zone)
    last = 0
    for now in range(begin, begin + 30 * HOUR, 45 * 60_000):
        upto = next((i for i, event in enumerate(events) if event.at > now), len(events))
        fold.fold(events[last:upto])
        last = upto
        fold.advance(now)
        if now < begin + 6 * HOUR or now > begin + 22 * HOUR:
            compare(fold.snapshot(), Oracle(events[:upto], fold.now, period, zone), ("today", "shift", "all"),
                    ("total", "queue"))  # fmt: skip


def test_the_oracle_knows_every_kpi_of_the_catalogue_over_every_kind_of_window() -> None:
    oracle = Oracle([], BEGIN, period, ZONE)
    for kpi in CATALOGUE:
        for window in (*WINDOWS, f"interval:{BEGIN}:60000"):
            oracle.value(kpi, window, "total", "")
    assert {kpi for kpi, entry in CATALOGUE.items() if entry.read == "staffing"} == set(STAFFING)
    assert set(VARIANTS) == set(PUBLISHED)
