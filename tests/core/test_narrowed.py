"""Figures of what belongs to several groups at once: summed from the same facts, unknown where no fact is kept so."""

from functools import cache
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from feeds.journal import JournalReader
from tests.golden.floor import MIDNIGHT, MOMENT, moments
from wallboard.core.events import ContactQueued, ContactUnqueued
from wallboard.core.facts import AGENT, CELL
from wallboard.core.figures import Figures
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import STATES, By, Cell, Conditions
from wallboard.core.vocabulary import Event

DAY = Path(__file__).parents[1] / "golden" / "day.feed"
One = tuple[By, str]
LYON: One = ("site", "lyon")
VOICE: One = ("channel", "voice")
BLUE: One = ("team", "Blue")
SUMS = [key for key, kpi in CATALOGUE.items() if kpi.read == "sum" and set(kpi.top) <= set(CELL)]


@pytest.fixture(scope="module")
def whole() -> Figures:
    return Figures(moments()[-1])


@cache
def events() -> tuple[Event, ...]:
    with JournalReader(DAY) as reader:
        return tuple(event for block in reader.events() for event in block if MIDNIGHT <= event.at <= MOMENT)


def matches(figures: Figures, cell: Cell, where: Conditions) -> bool:
    queues = {queue.key: queue for queue in figures.snapshot.queues}
    own = {"site": cell.site, "channel": cell.channel, "queue": cell.queue, "direction": cell.direction}
    own["client"] = queues[cell.queue].client if cell.queue else None
    return all(own[by] == key for by, key in where)


@pytest.mark.parametrize(
    "where",
    [
        (LYON, VOICE),
        (("channel", "chat"), ("site", "porto")),
        (("client", "Borealis Air"), VOICE),
        (("direction", "inbound"), VOICE, LYON),
        (LYON, ("queue", "porto/support-de")),
    ],
)
def test_a_count_is_the_sum_over_the_cells_that_meet_every_condition(whole: Figures, where: Conditions) -> None:
    rows = [i for i, cell in enumerate(whole.snapshot.cells) if matches(whole, cell, where)]
    window = next(window for window in whole.snapshot.windows if window.name == "today")
    summed = dict(zip(CELL, window.cells[rows].sum(axis=0).tolist(), strict=True))
    for key in SUMS:
        assert whole.narrowed(where).measure(key).value == sum(summed[name] for name in CATALOGUE[key].top), key


def test_what_is_counted_is_what_the_feed_told(whole: Figures) -> None:
    """Counted anew from the events themselves; they name a queue without its site."""
    voice = {q.key.removeprefix("lyon/") for q in whole.snapshot.queues if (q.site, q.channel) == ("lyon", "voice")}
    queued = [event for event in events() if isinstance(event, ContactQueued) and event.queue in voice]
    left = [event for event in events() if isinstance(event, ContactUnqueued) and event.queue in voice]
    narrowed = whole.narrowed((LYON, VOICE))
    assert narrowed.measure("offered").value == len(queued) > 100
    assert narrowed.measure("abandoned").value == sum(event.reason == "abandoned" for event in left) > 10
    assert sum(value or 0 for _, value in narrowed.series("offered", 900_000)) == len(queued)


@pytest.mark.parametrize("kpi", ["service_level", "asa", "abandon_rate", "aht", "answer_rate"])
def test_a_share_is_one_division_of_the_queues_own_parts(whole: Figures, kpi: str) -> None:
    mine = [q.key for q in whole.snapshot.queues if (q.site, q.channel) == ("lyon", "chat")]
    parts = [dict(whole.measure(kpi, by="queue", group=key).parts) for key in mine]
    found = dict(whole.narrowed((LYON, ("channel", "chat"))).measure(kpi, by="direction", group="inbound").parts)
    assert len(mine) == 1
    assert (found["met"], found["of"]) == tuple(sum(part[name] or 0 for part in parts) for name in ("met", "of"))
    assert found["of"]


@pytest.mark.parametrize("one", [LYON, VOICE, ("queue", "lyon/support-fr"), BLUE])
def test_narrowing_to_one_group_is_asking_for_it(whole: Figures, one: One) -> None:
    for key in CATALOGUE:
        one_, two = whole.narrowed((one,)).measure(key), whole.measure(key, "today", *one)
        assert (one_.value, one_.supplied, one_.parts) == (two.value, two.supplied, two.parts), key


def test_the_parts_of_a_floor_add_up_to_it(whole: Figures) -> None:
    pairs = list(product(whole.names("site"), whole.names("channel")))
    for key in SUMS:
        told = [whole.narrowed((("site", s), ("channel", c))).measure(key).value or 0 for s, c in pairs]
        assert sum(told) == whole.measure(key).value, key


def test_what_waits_is_counted_in_the_queues_that_meet_every_condition(whole: Figures) -> None:
    mine = [q for q in whole.snapshot.queues if (q.site, q.channel) == ("porto", "voice")]
    narrowed = whole.narrowed((("site", "porto"), VOICE))
    assert narrowed.measure("waiting").value == sum(queue.waiting for queue in mine) > 0
    oldest = min(queue.oldest for queue in mine if queue.oldest)
    assert narrowed.measure("longest_wait").value == whole.snapshot.as_of - oldest


def test_agents_are_those_who_meet_every_condition(whole: Figures) -> None:
    mine = [a for a in whole.snapshot.agents if a.site == "lyon" and a.team == "Blue" and "support" in a.skills]
    assert 0 < len(mine) < len([a for a in whole.snapshot.agents if a.site == "lyon"])
    narrowed = whole.narrowed((LYON, BLUE, ("skill", "support")))
    assert narrowed.measure("agents_talking").value == sum(a.state == "talking" for a in mine)
    window = next(window for window in whole.snapshot.windows if window.name == "today")
    rows = np.array([a.row for a in mine])
    assert narrowed.measure("handled").value == window.agents[rows, AGENT.index("handled")].sum()
    assert narrowed.measure("time_ready").value == window.time[rows, STATES.index("ready")].sum()


def test_nothing_is_made_up_where_no_fact_is_kept_so(whole: Figures) -> None:
    """Agents have no channel, contacts no team, and what an agent did is not kept by queue."""
    for where in ((BLUE, VOICE), (VOICE, ("skill", "support"))):
        assert [whole.narrowed(where).measure(key).supplied for key in ("handled", "agents_ready", "waiting")] == [
            False
        ] * 3
    queue = whole.snapshot.agents[0].queues[0]
    members = whole.narrowed((BLUE, ("queue", queue)))
    assert not members.measure("handled").supplied
    assert not members.measure("service_level").supplied
    mine = [a for a in whole.snapshot.agents if a.team == "Blue" and queue in a.queues]
    assert members.measure("agents_in").value == sum(a.state != "offline" for a in mine) > 0


def test_staffing_is_of_the_queues_that_are_left(whole: Figures) -> None:
    """The pools are those of the whole floor; a client's queues all stand at one site here."""
    narrowed = whole.narrowed((("client", "Borealis Air"), ("site", "porto")))
    for key in ("offered_load", "agents_needed", "agents_serving"):
        assert narrowed.measure(key, "30m").value == whole.measure(key, "30m", "site", "porto").value
        assert whole.narrowed((BLUE,)).measure(key, "30m").value is None


def test_groups_within_what_is_left_are_the_ones_it_touches(whole: Figures) -> None:
    narrowed = whole.narrowed((LYON,))
    assert set(narrowed.names("team")) < set(whole.names("team"))
    assert narrowed.names("client") == ("", "Aurora Energy")
    assert all(key.startswith("lyon/") for key in (*narrowed.names("queue"), *narrowed.names("agent")))
    assert whole.has("team", "Blue")
    assert not whole.has("team", "Bleu")


def test_asking_twice_sums_once(whole: Figures) -> None:
    assert whole.narrowed((LYON, VOICE)) is whole.narrowed((LYON, VOICE))
    assert whole.narrowed(()) is whole
    assert whole.narrowed((LYON,)).narrowed((VOICE,)).measure("offered") == whole.narrowed((LYON, VOICE)).measure(
        "offered"
    )
