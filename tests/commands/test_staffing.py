import json
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeds.journal import JournalWriter
from tests.commands.conftest import Wallboard
from wallboard.core import events as ev
from wallboard.core.erlang import Demand, agents_for_service_level
from wallboard.core.vocabulary import Event


def moment(day: int, hour: int) -> int:
    return round(datetime(2023, 11, day, hour, 30, tzinfo=ZoneInfo("Asia/Jerusalem")).timestamp() * 1000)


@pytest.fixture
def feed(tmp_path: Path) -> Path:
    """Two Wednesdays and a Thursday: 30 and 60, and 500 contacts from nine; every third is queued in "a"."""
    events: list[Event] = []
    for day, many in ((8, 30), (15, 60), (16, 500)):
        for number in range(many):
            contact = f"{day}-{number}"
            events.append(ev.ContactStarted(at=moment(day, 9), contact=contact))
            if number % 3 == 0:
                events.append(ev.ContactQueued(at=moment(day, 9), contact=contact, queue="a", leg=1))
    with JournalWriter(tmp_path / "days.feed") as journal:
        journal.append(events, source="test", epoch=1, seq=1)
    return tmp_path / "days.feed"


def hours(wallboard: Wallboard, *words: object) -> dict[int, dict[str, float]]:
    ended = wallboard("staffing", *words, "--zone", "Asia/Jerusalem", "--json")
    assert ended.code == 0, ended.err
    return {row["hour"]: row for row in json.loads(ended.out)["hours"]}


def test_hours_are_staffed_for_the_mean_of_their_weekday(wallboard: Wallboard, feed: Path) -> None:
    rule = ("--weekday", "wednesday", "--per-agent", "15", "--wait-probability", "0.5", "--count", "started")
    found = hours(wallboard, feed, *rule)

    assert found[9] == {"hour": 9, "contacts": 45, "load": 3, "agents": 5}
    assert sum(row["agents"] for row in found.values()) == 5
    assert len(found) == 24


def test_a_queue_is_staffed_for_what_it_is_offered(wallboard: Wallboard, feed: Path) -> None:
    found = hours(
        wallboard, feed, "--weekday", "wednesday", "--queue", "a", "--handle", "240", "--service-level", "90/10"
    )

    assert found[9]["contacts"] == 15
    assert found[9]["agents"] == agents_for_service_level(Demand(1.0, 240_000), 0.9, 10_000)


def test_patience_asks_for_fewer_agents(wallboard: Wallboard, feed: Path) -> None:
    rule = (feed, "--handle", "300", "--count", "started")

    assert hours(wallboard, *rule, "--patience", "60")[9]["agents"] < hours(wallboard, *rule)[9]["agents"]


def test_a_table_names_the_days_it_is_a_mean_of(wallboard: Wallboard, feed: Path) -> None:
    ended = wallboard("staffing", feed, "--handle", "240", "--weekday", "wednesday", "--zone", "Asia/Jerusalem")

    lines = ended.out.splitlines()
    assert lines[:2] == ["mean of 2 days", "hour      contacts    erlang    agents"]
    assert lines[11] == "09:00         15.0      1.00         3"


@pytest.mark.parametrize(
    ("words", "message", "code"),
    [
        (("--service-level", "80"), '--service-level "80": use per cent and seconds, such as 80/20', 2),
        (("--wait-probability", "50"), "--wait-probability 50: a share is at most 1", 2),
        (("--queue", "a", "--count", "started"), "use it with --count offered", 2),
        (("--queue", "aa"), 'days.feed: there is no queue "aa"; did you mean "a"?', 1),
        (("--weekday", "friday"), "nothing was offered on a friday; there is nothing to staff for", 1),
    ],
)
def test_what_cannot_be_reckoned_is_refused(
    wallboard: Wallboard, feed: Path, words: tuple[str, ...], message: str, code: int
) -> None:
    ended = wallboard("staffing", feed, "--handle", "240", *words)

    assert ended.code == code
    assert message in ended.err
