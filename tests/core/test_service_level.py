"""Service levels: the published table, live semantics, thresholds of each queue, and other answers known in advance."""

import pytest

from tests.core.tales import Floor, answered, left, queued, released, tell
from wallboard.core.vocabulary import Event


def table() -> list[Event]:
    """1000 answered, 860 of them in T; 60 abandoned, 20 in T, 10 of those short."""
    events = [tell("QueueDeclared", 0, service_level_ms=20_000, short_abandon_ms=5_000)]
    waits = [10] * 860 + [40] * 140
    events += [event for i, wait in enumerate(waits) for event in (queued(0, f"a{i}"), answered(wait, f"a{i}"))]
    lost = [3] * 10 + [15] * 10 + [30] * 40
    events += [event for i, wait in enumerate(lost) for event in (queued(0, f"b{i}"), left(wait, "abandoned", f"b{i}"))]
    return sorted(events, key=lambda event: event.at)


@pytest.mark.parametrize(
    ("variant", "share"),
    [
        ("answered", "86.00"), ("abandons-met", "83.02"), ("abandons-missed", "81.13"), ("early-abandons-out", "82.69"),
        ("short-abandons-met", "82.08"), ("short-abandons-out", "81.90"), ("flow-outs-missed", "81.13"),
        ("offered", "81.13"),
    ],
)  # fmt: skip
def test_the_published_table_comes_out_to_the_hundredth(variant: str, share: str) -> None:
    floor = Floor(*table(), now=60)
    assert f"{100 * floor.get('service_level', variant=variant):.2f}" == share


def test_the_default_leaves_short_abandons_out() -> None:
    assert f"{100 * Floor(*table(), now=60).get('service_level'):.2f}" == "81.90"


def test_the_figure_falls_when_t_passes_not_when_the_caller_gives_up() -> None:
    floor = Floor(queued(0, "d"), answered(5, "d"), queued(0), now=20)
    assert floor.get("service_level") == 1.0
    assert floor.hear(now=20.001).get("service_level") == 0.5
    assert floor.hear(left(50, "abandoned"), now=51).get("service_level") == 0.5


def test_a_late_leg_that_flows_out_no_longer_counts_against_us() -> None:
    floor = Floor(queued(0, "d"), answered(5, "d"), queued(0), now=30)
    assert floor.hear(left(31, "overflow"), now=32).get("service_level") == 1.0
    assert floor.get("service_level", variant="flow-outs-missed") == 0.5


def test_a_quarantined_leg_counts_in_no_variant() -> None:
    floor = Floor(queued(0, "d"), answered(5, "d"), queued(0), now=30, windows=("all",))
    floor.hear(now=25 * 3600)
    assert floor.get("service_level", "all", variant="flow-outs-missed") == 1.0


def test_an_answer_in_t_heard_after_t_had_passed_is_met() -> None:
    floor = Floor(queued(0), now=20.5)
    assert floor.get("service_level") == 0.0
    assert floor.hear(answered(19.9), now=20.6).get("service_level") == 1.0


def test_the_wait_is_met_at_exactly_t_and_late_a_millisecond_after() -> None:
    assert Floor(queued(0), answered(20), now=21).get("service_level") == 1.0
    assert Floor(queued(0), answered(20.001), now=21).get("service_level") == 0.0


def test_each_queue_counts_with_its_own_t_and_totals_sum_parts() -> None:
    floor = Floor(
        tell("QueueDeclared", 0, queue="q", service_level_ms=10_000),
        tell("QueueDeclared", 0, queue="r", service_level_ms=60_000),
        *(queued(1, f"q{i}") for i in range(3)), queued(1, "r0", "r"),
        answered(31, "r0"), *(answered(31, f"q{i}") for i in range(3)), now=40,
    )  # fmt: skip
    assert floor.get("service_level", by="queue", group="q") == 0.0
    assert floor.get("service_level", by="queue", group="r") == 1.0
    assert floor.get("service_level") == 0.25


def test_unknown_is_not_zero() -> None:
    floor = Floor(queued(), now=5)
    assert (floor.get("answered"), floor.get("asa"), floor.get("service_level")) == (0, None, None)
    assert (floor.get("longest_answered"), floor.get("wait_p90"), floor.get("estimated_wait")) == (None, None, None)
    assert (floor.get("agents_ready"), floor.get("agents_ready", by="channel", group="voice")) == (0, None)
    assert floor.get("waiting", by="direction", group="inbound") is None
    assert (floor.get("offered", by="agent", group="a"), floor.get("longest_answered", by="agent", group="a")) == (
        None,
        None,
    )


def test_an_abandon_is_short_at_exactly_the_limit_and_not_a_millisecond_after() -> None:
    floor = Floor(tell("QueueDeclared", 0, short_abandon_ms=7_000), now=1)
    floor.hear(queued(1, "c"), left(8, "abandoned", "c"), queued(10, "d"), left(17.001, "abandoned", "d"), now=20)
    assert (floor.get("short_abandons"), floor.get("abandoned")) == (1, 2)


def test_waits_are_sorted_into_buckets_with_inclusive_edges() -> None:
    floor = Floor(*(e for i, w in enumerate((8, 8.001, 600, 600.001)) for e in (queued(0, f"c{i}"),)),
                  *(answered(w, f"c{i}") for i, w in enumerate((8, 8.001, 600, 600.001))), now=700)  # fmt: skip
    assert [floor.get(f"waits_{edge}") for edge in ("8", "30", "60", "600", "more")] == [1, 1, 0, 1, 1]


def test_percentiles_are_within_two_and_a_half_percent() -> None:
    waits = [1 + i * 0.737 for i in range(500)]
    floor = Floor(
        *(queued(0, f"c{i}") for i in range(500)), *(answered(w, f"c{i}") for i, w in enumerate(waits)), now=900
    )
    for share in (50, 90, 95):
        exact = 1000 * sorted(waits)[-(-500 * share // 100) - 1]
        assert abs(floor.get(f"wait_p{share}") - exact) <= 0.025 * exact


def test_the_estimated_wait_is_one_more_than_waiting_over_the_pace() -> None:
    answers = [event for i in range(6) for event in (queued(i * 60, f"d{i}"), answered(i * 60 + 5, f"d{i}"))]
    floor = Floor(*answers, queued(310, "w1"), queued(311, "w2"), now=320)
    begin = next(window.begin for window in floor.snapshot.windows if window.name == "5m")
    length = floor.snapshot.as_of - begin
    assert 299_000 <= length <= 300_000
    assert floor.get("estimated_wait", "5m") == round(3 * length / floor.get("answered", "5m"))


def test_a_queue_of_another_zone_is_estimated_over_its_own_day() -> None:
    floor = Floor(tell("QueueDeclared", 0, time_zone="Asia/Tokyo"), queued(1), answered(2), queued(3, "d"), now=10)
    since = (
        21 * 3600 + 10 - 24 * 3600 + 6 * 3600
    )  # noon UTC is 21:00 in Tokyo: its day began at 15:00 UTC the day before
    assert since > 0
    assert floor.get("estimated_wait", by="queue", group="q") == 2 * (21 * 3600 + 10) * 1000


def test_all_begins_with_the_first_event() -> None:
    floor = Floor(tell("DialAttempted", 0, campaign="s"), now=3600)
    assert floor.get("attempts_per_hour", "all") == 1.0


def test_attribution_is_by_event_and_never_clipped_unless_by_cohort() -> None:
    floor = Floor(queued(0), now=10)
    floor.hear(answered(301), now=302)
    assert (floor.get("offered", "5m"), floor.get("answered", "5m")) == (0, 1)
    floor = Floor(queued(0), answered(301), released(310), now=311, windows=("5m+cohort",))
    assert (floor.get("answered", "5m+cohort"), floor.get("handled", "5m+cohort")) == (0, 0)


def test_a_first_leg_is_of_the_second_its_contact_began_in_and_a_later_one_of_its_own() -> None:
    floor = Floor(
        tell("ContactStarted", 0), queued(250, leg=1), left(260, "transferred", leg=1), queued(260, leg=2), now=299,
        windows=("5m+cohort", "clock:5m+cohort"),
    )  # fmt: skip
    assert floor.get("offered", "5m+cohort") == 2
    assert (floor.hear(now=310).get("offered", "5m+cohort"), floor.get("flowed_out", "5m+cohort")) == (1, 0)
