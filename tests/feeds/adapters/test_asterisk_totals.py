"""The ACD's own totals, printed once a minute beside its log, are the answers known in advance.

The log has whole seconds and the totals were read in the middle of one. So the rule: some cut through the lines of that
second, the same for all six queues and both figures, must give every figure exactly.
"""

import json
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from feeds.adapters.options import Options
from feeds.adapters.registry import import_files
from wallboard.core.events import ContactAnswered, ContactQueued, ContactReleased, ContactUnqueued
from wallboard.core.vocabulary import Event

ABANDONED = {"abandoned", "timeout", "no-agents", "diverted"}
NOT_COUNTED_BY_THE_ACD = {"billing": 1, "support": 1, "vip": 2, "chat": 4, "sales": 0, "outbound-callback": 0}
"""Calls of agents that had left all queues, and parallel calls: logged, but not in Completed."""
Totals = Counter[tuple[str, str]]


@pytest.fixture
def events(recordings: Path, options: Options) -> list[Event]:
    return list(import_files("asterisk-queue-log", [recordings / "asterisk-22.queue_log"], options))


@pytest.fixture
def snapshots(recordings: Path) -> list[dict[str, Any]]:
    totals = json.loads((recordings / "asterisk-22.totals.json").read_text())
    assert len(totals) == 23
    return list(totals)


def running(events: list[Event]) -> Iterator[tuple[int, Totals]]:
    """After each event: its moment, and the sums by (queue, figure) so far."""
    totals: Totals = Counter()
    legs: dict[tuple[str, int], str] = {}
    for event in events:
        if isinstance(event, ContactQueued):
            legs[event.contact, event.leg] = event.queue
            totals[event.queue, "offered"] += 1
            totals[event.queue, "waiting"] += 1
        elif isinstance(event, ContactUnqueued):
            totals[event.queue, "waiting"] -= 1
            totals[event.queue, "abandoned"] += event.reason in ABANDONED
        elif isinstance(event, ContactAnswered):
            totals[legs[event.contact, event.leg], "answered"] += 1
        elif isinstance(event, ContactReleased):
            totals[legs[event.contact, event.leg], "completed"] += 1
        yield event.at, totals


def cuts(events: list[Event], moment: int) -> Iterator[Totals]:
    """The sums at every cut through the second of `moment`."""
    second = moment // 1000 * 1000
    before: Totals = Counter()
    for at, totals in running(events):
        if at > second:
            break
        if at == second:
            yield before
        before = Counter(totals)
    yield before


def test_abandoned_and_waiting_equal_the_acds_at_every_snapshot(
    events: list[Event], snapshots: list[dict[str, Any]]
) -> None:
    for snapshot in snapshots:
        wanted = {
            (queue, figure): shown[figure]
            for queue, shown in snapshot["queues"].items()
            for figure in ("abandoned", "waiting")
        }
        found = [totals for totals in cuts(events, snapshot["at"]) if all(totals[k] == v for k, v in wanted.items())]
        assert found, snapshot["label"]


def test_completed_equals_the_acds_but_for_what_it_does_not_count(
    events: list[Event], snapshots: list[dict[str, Any]]
) -> None:
    *_, (_, totals) = running(events)
    last = snapshots[-1]["queues"]
    assert {queue: totals[queue, "completed"] - last[queue]["completed"] for queue in last} == NOT_COUNTED_BY_THE_ACD


def test_offered_and_answered_are_the_lines_of_the_log(events: list[Event], recordings: Path) -> None:
    lines = [line.split("|") for line in (recordings / "asterisk-22.queue_log").read_text("utf-8").splitlines()]
    *_, (_, totals) = running(events)
    for event, figure in (("ENTERQUEUE", "offered"), ("CONNECT", "answered")):
        written = Counter(line[2] for line in lines if line[4] == event)
        assert {queue: totals[queue, figure] for queue in written} == written
    assert sum(totals[queue, "offered"] for queue in NOT_COUNTED_BY_THE_ACD) == 815
