"""Alerts follow from snapshots alone: limits, how long, clear values, cool-down, hours, and who has seen them."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.board.fakes import NOW, FakeFigures, snapshot
from wallboard.core.alerts import Alerts, Bound, Rule, crossed
from wallboard.core.figures import Measure
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import By

SECOND = 1000
MINUTE = 60_000


class Scripted(FakeFigures):
    """Figures that say one value a KPI, at a moment of the test's choosing (s after ``NOW``)."""

    def __init__(self, at: float, of: int = 100, queues: int = 1, **values: float | None) -> None:
        from msgspec.structs import replace  # noqa: PLC0415 - only here

        super().__init__(replace(snapshot(1, queues), as_of=NOW + int(at * SECOND)))
        self._said, self._of = values, of

    def measure(
        self, kpi: str, window: str = "today", by: By = "total", group: str = "", variant: str | None = None
    ) -> Measure:
        parts = (("met", 0), ("of", self._of))
        return Measure(kpi, self._said.get(kpi), CATALOGUE[kpi].unit, parts, window, by, group, variant)


def rule(**changes: Any) -> Rule:
    return Rule(**{"key": "r", "kpi": "waiting", "warn": Bound(5), **changes})


def course(rules: tuple[Rule, ...], *points: tuple[float, float | None], first: float | None = 0) -> list[str]:
    """What stands after each point: ``-`` nothing, ``w`` a warning, ``b`` a breach; small letters when open."""
    alerts = Alerts(rules)
    if first is not None:
        alerts.step(Scripted(-10, waiting=first))
    told = []
    for at, value in points:
        standing = alerts.step(Scripted(at, waiting=value))
        told.append("".join(a.grade[0] if a.stage == "open" else a.grade[0].upper() for a in standing) or "-")
    return told


def test_a_limit_opens_an_alert_when_reached_and_resolves_it_when_left() -> None:
    assert course((rule(),), (0, 4), (1, 5), (2, 9), (3, 4), (4, None)) == ["-", "w", "w", "-", "-"]


def test_a_figure_that_is_better_high_is_crossed_when_missed() -> None:
    assert course((rule(better="up"),), (0, 5), (1, 4), (2, 5), first=9) == ["-", "w", "-"]


def test_the_worse_limit_raises_the_grade_and_leaving_it_lowers_it() -> None:
    graded = rule(breach=Bound(10))
    assert course((graded,), (0, 5), (1, 10), (2, 9), (3, 4)) == ["w", "b", "w", "-"]


def test_nobody_is_told_before_it_has_lasted() -> None:
    lasting = rule(for_ms=3 * SECOND)
    assert course((lasting,), (0, 5), (1, 5), (2, 4), (3, 5), (5, 5), (6, 5)) == ["-", "-", "-", "-", "-", "w"]


def test_a_clear_value_keeps_an_alert_from_flapping() -> None:
    wide = rule(clear=Bound(3), breach=Bound(10))
    assert course((wide,), (0, 5), (1, 4), (2, 3), (3, 2)) == ["w", "w", "w", "-"]
    assert course((wide,), (0, 10), (1, 9), (2, 8), (3, 7), (4, 2)) == ["b", "b", "b", "w", "-"]


def test_before_it_opens_only_the_limit_itself_counts() -> None:
    assert course((rule(clear=Bound(3), for_ms=2 * SECOND),), (0, 5), (1, 4), (2, 5), (3, 5)) == ["-", "-", "-", "-"]


def test_a_group_that_has_just_recovered_stays_quiet_for_a_while() -> None:
    cooled = rule(cool_ms=5 * SECOND)
    assert course((cooled,), (0, 5), (1, 0), (2, 5), (5, 5), (6, 5)) == ["w", "-", "-", "-", "w"]


def test_what_was_so_when_the_watch_began_is_told_at_once_without_a_since() -> None:
    alerts = Alerts((rule(for_ms=MINUTE),))
    (found,) = alerts.step(Scripted(0, waiting=7))
    assert (found.grade, found.since, found.opened) == ("warning", None, NOW)


def test_a_wait_tells_by_itself_since_when_it_is_too_long() -> None:
    alerts = Alerts((rule(kpi="longest_wait", warn=Bound(2 * MINUTE), for_ms=MINUTE),))
    (found,) = alerts.step(Scripted(0, longest_wait=5 * MINUTE))
    assert found.since == NOW - 3 * MINUTE


def test_an_alert_keeps_its_worst_value_its_limit_and_its_times() -> None:
    alerts = Alerts((rule(),))
    for at, value in ((0, 0), (2, 6), (3, 9), (4, 7)):
        alerts.step(Scripted(at, waiting=value))
    (found,) = alerts.standing
    assert (found.value, found.worst, found.limit, found.since) == (7, 9, 5, NOW + 2000)
    alerts.step(Scripted(9, waiting=1))
    (past,) = alerts.history
    assert (past.stage, past.opened, past.resolved, past.value) == ("resolved", NOW + 2000, NOW + 9000, 1)


def test_an_acknowledged_alert_stays_last_until_it_gets_worse_or_its_snooze_ends() -> None:
    alerts = Alerts((rule(breach=Bound(10)), rule(key="other", kpi="handled", warn=Bound(1))))
    alerts.step(Scripted(0, waiting=0, handled=0))
    alerts.step(Scripted(1, waiting=6, handled=1))
    assert alerts.acknowledge("r", "", "Ines C.", "two back at 14:10", until=NOW + 60_000)
    assert [(a.rule.key, a.stage) for a in alerts.standing] == [("other", "open"), ("r", "acknowledged")]
    assert alerts.standing[1].noted == NOW + 1000
    alerts.step(Scripted(59, waiting=6, handled=1))
    assert alerts.standing[1].stage == "acknowledged"
    alerts.step(Scripted(60, waiting=6, handled=1))
    assert [a.stage for a in alerts.standing] == ["open", "open"]
    alerts.acknowledge("r", "", "Ines C.")
    alerts.step(Scripted(61, waiting=11, handled=1))
    assert (alerts.standing[0].rule.key, alerts.standing[0].stage) == ("r", "open")
    assert not alerts.acknowledge("r", "q9", "Ines C.")


def test_a_rule_counts_at_its_hours_and_on_its_days() -> None:
    noon, wednesday = 14 * 60 * MINUTE, 2
    during = rule(hours=((noon, noon + 8 * MINUTE),), days=(wednesday,))
    assert course((during,), (0, 9), (27, 9)) == ["w", "-"]
    assert course((rule(days=(wednesday + 1,)),), (0, 9)) == ["-"]
    overnight = rule(hours=((22 * 60 * MINUTE, 14 * 60 * MINUTE + 8 * MINUTE),))
    assert course((overnight,), (0, 9), (27, 9)) == ["w", "-"]


def test_a_rule_sleeps_without_its_condition_or_enough_evidence() -> None:
    nobody = rule(kpi="agents_ready", better="up", warn=Bound(1), only="agents_in")
    assert Alerts((nobody,)).step(Scripted(0, agents_ready=0, agents_in=0)) == ()
    assert len(Alerts((nobody,)).step(Scripted(0, agents_ready=0, agents_in=2))) == 1
    thin = rule(kpi="abandon_rate", warn=Bound(0.1), least=20)
    assert Alerts((thin,)).step(Scripted(0, of=19, abandon_rate=1.0)) == ()
    assert len(Alerts((thin,)).step(Scripted(0, of=20, abandon_rate=1.0))) == 1


def test_every_group_is_watched_by_its_own_promises() -> None:
    alerts = Alerts((rule(kpi="longest_wait", by="queue", warn=Bound(3, "threshold"), breach=Bound(6, "threshold")),))
    figures = FakeFigures(snapshot(1, 7))
    found = {alert.group: (alert.grade, alert.limit) for alert in alerts.step(figures)}
    assert found == {
        "q0": ("breach", 120_000), "q1": ("warning", 60_000), "q5": ("breach", 120_000), "q6": ("breach", 120_000),
    }  # fmt: skip


def test_a_group_that_is_gone_takes_its_alert_along() -> None:
    alerts = Alerts((rule(by="queue"),))
    alerts.step(Scripted(0, queues=2, waiting=9))
    assert len(alerts.standing) == 2
    alerts.step(Scripted(1, queues=1, waiting=9))
    assert [alert.group for alert in alerts.standing] == ["q0"]
    assert [alert.group for alert in alerts.history] == ["q1"]


def test_while_the_feed_is_away_nothing_opens_and_nothing_resolves() -> None:
    alerts = Alerts((rule(),))
    alerts.step(Scripted(0, waiting=9))
    assert alerts.step(Scripted(5, waiting=0), known=False) == alerts.standing
    assert len(alerts.standing) == 1


def test_going_back_in_time_begins_anew() -> None:
    alerts = Alerts((rule(),))
    alerts.step(Scripted(0, waiting=9))
    alerts.step(Scripted(1, waiting=0))
    assert len(alerts.history) == 1
    alerts.step(Scripted(-100, waiting=0))
    assert (alerts.standing, len(alerts.history)) == ((), 0)


@pytest.mark.parametrize(("better", "told"), [("down", True), ("up", False), ("none", False)])
def test_reaching_a_limit_is_bad_only_where_less_is_better(better: str, *, told: bool) -> None:
    assert crossed(5, 5, better) is told


@given(st.lists(st.integers(0, 12), max_size=60))
def test_the_same_snapshots_give_the_same_alerts_and_no_alert_is_lost(values: list[int]) -> None:
    rules = (rule(breach=Bound(10), clear=Bound(3), for_ms=2 * SECOND, cool_ms=3 * SECOND),)
    one, two = Alerts(rules), Alerts(rules)
    for at, value in enumerate(values):
        assert one.step(Scripted(at, waiting=value)) == two.step(Scripted(at, waiting=value))
    assert list(one.history) == list(two.history)
    for alert in one.history:
        assert alert.resolved is not None
        assert alert.opened < alert.resolved
        assert alert.worst >= 5
