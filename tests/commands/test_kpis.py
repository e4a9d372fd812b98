"""The figures as people and scripts read them."""

import json
from pathlib import Path
from typing import Any, get_args

import pytest

from feeds.journal import JournalWriter
from tests.commands.conftest import Wallboard
from wallboard.core.events import FloorBegan, FloorEnded, Notice, Undecodable
from wallboard.core.kpis import CATALOGUE, VARIANTS
from wallboard.core.snapshot import By

T0 = 1_795_336_680_000


def found(wallboard: Wallboard, *words: object) -> dict[str, Any]:
    ended = wallboard("kpis", "--json", *words)
    assert (ended.code, ended.err) == (0, "")
    told: dict[str, Any] = json.loads(ended.out)
    return told


def test_the_object_says_when_what_window_which_groups_and_how_the_feed_was(
    wallboard: Wallboard, recording: Path
) -> None:
    told = found(wallboard, recording, "--window", "30m")
    assert list(told) == ["as_of", "as_of_ms", "window", "window_begin_ms", "groups", "feed"]
    assert (told["as_of"], told["as_of_ms"]) == ("2026-11-22T08:38:55.000Z", 1_795_336_735_000)
    assert told["window"] == "30m"
    assert list(told["groups"]) == ["total", "queue"]
    assert told["feed"]["complete"] is True
    assert told["feed"]["anomalies"] == {}


def test_a_time_in_which_nobody_listened_is_told_in_words_and_the_feed_is_not_complete(
    wallboard: Wallboard, tmp_path: Path
) -> None:
    path = tmp_path / "gap.feed"
    said = [
        Notice(at=T0, text="hello"),
        FloorBegan(at=T0 + 60_000, unheard_since=T0 + 17_000),
        FloorEnded(at=T0 + 60_000),
    ]
    with JournalWriter(path) as writer:
        writer.append(said, source="s", epoch=1, seq=0)
    feed = found(wallboard, path)["feed"]
    assert feed["unheard"] == [{"from": "2026-11-22T08:38:17.000Z", "until": "2026-11-22T08:39:00.000Z"}]
    assert (feed["unheard_ms"], feed["complete"]) == (43_000, False)
    assert wallboard("kpis", path, "--zone", "UTC").out.splitlines()[1] == (
        "nobody listened from 2026-11-22T08:38:17+00:00 to 2026-11-22T08:39:00+00:00: "
        "what came and went then is not counted"
    )


def test_events_that_never_came_are_told_and_the_feed_is_not_complete(wallboard: Wallboard, tmp_path: Path) -> None:
    path = tmp_path / "gap.feed"
    with JournalWriter(path) as writer:
        writer.append([Notice(at=T0, text="before")], source="s", epoch=1, seq=0)
        writer.append([Notice(at=T0 + 60_000, text="after")], source="s", epoch=1, seq=41)
    ended = wallboard("kpis", path, "--json")
    feed = json.loads(ended.out)["feed"]
    assert (ended.code, feed["missing"], feed["complete"]) == (0, 40, False)
    assert ended.err == f"wallboard: 40 events never came into {path}; `wallboard verify` says which\n"
    assert found(wallboard, path, "--at", str(T0 // 1000))["feed"]["complete"] is True


def test_events_that_nobody_could_read_leave_a_feed_incomplete(wallboard: Wallboard, tmp_path: Path) -> None:
    path = tmp_path / "junk.feed"
    with JournalWriter(path) as writer:
        writer.append([Undecodable(at=T0, reason="not a map")], source="s", epoch=1, seq=0)
    assert found(wallboard, path)["feed"]["complete"] is False


def test_a_service_level_comes_with_its_parts_and_its_other_variants(wallboard: Wallboard, recording: Path) -> None:
    queue = found(wallboard, recording, "--by", "queue")["groups"]["queue"]["support"]
    level = queue["service_level"]
    assert (level["variant"], level["threshold_ms"]) == ("short-abandons-out", 20_000)
    assert level["value"] == level["met"] / level["of"]
    assert set(queue["service_levels"]) == set(VARIANTS)
    assert queue["service_levels"]["short-abandons-out"] == level["value"]


def test_a_variant_can_be_asked_for(wallboard: Wallboard, recording: Path) -> None:
    total = found(wallboard, recording, "--variant", "answered", "--by", "total")["groups"]["total"][""]
    assert total["service_level"]["variant"] == "answered"
    assert total["service_level"]["value"] == total["service_levels"]["answered"]


@pytest.mark.parametrize("by", get_args(By))
def test_every_kpi_is_there_for_every_kind_of_group_in_its_unit(wallboard: Wallboard, recording: Path, by: str) -> None:
    groups = found(wallboard, recording, "--by", by, "--zone", "UTC")["groups"]
    assert list(groups) == [by]
    for figures in groups[by].values():
        for key, kpi in CATALOGUE.items():
            if key == "service_level":
                continue
            value = figures[f"{key}_ms" if kpi.unit == "ms" else key]
            assert value is None or isinstance(value, int) or kpi.unit not in ("ms", "count"), key
            if kpi.unit == "share" and value is not None:
                assert 0 <= value <= 1, key


def test_unknown_is_null_and_nothing_is_zero(wallboard: Wallboard, recording: Path) -> None:
    at = "2026-11-22T08:17:19Z"
    total = found(wallboard, recording, "--at", at, "--by", "total")["groups"]["total"][""]
    assert (total["answered"], total["asa_ms"], total["service_level"]["value"]) == (0, None, None)


def test_a_table_has_a_row_a_group_and_dashes_for_what_is_unknown(wallboard: Wallboard, recording: Path) -> None:
    lines = wallboard("kpis", recording, "--window", "all", "--zone", "Europe/Paris").out.splitlines()
    assert lines[0] == "as of 2026-11-22T09:38:55+01:00, window all"
    row = next(line for line in lines if line.startswith("support"))
    assert row.split()[:5] == ["support", "0", "-", "288", "194"]


def test_a_table_tells_long_times_in_hours_and_means_in_tenths(wallboard: Wallboard, recording: Path) -> None:
    lines = wallboard("kpis", recording, "--by", "agent").out.splitlines()
    row = next(line for line in lines if line.startswith("Carla Costa"))
    assert row.split()[2:10] == ["33", "17.3", "s", "50.2", "%", "21:29", "09:30", "09:25"]


def test_of_an_agent_the_state_and_its_age_are_told(wallboard: Wallboard, recording: Path) -> None:
    agents = found(wallboard, recording, "--by", "agent")["groups"]["agent"]
    assert all(figures["time_in_state_ms"] >= 0 and figures["state"] for figures in agents.values())
