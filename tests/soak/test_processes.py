"""Both ends as processes: full pace with keys, a late join, a frozen publisher, and kill -9 of whoever."""

import random
import signal
import time
from functools import partial
from itertools import islice, pairwise, takewhile
from pathlib import Path
from typing import Any, Final

from feeds.journal import JournalReader, JournalWriter
from feeds.simulator import SimConfig, simulate
from feeds.verify import verify
from tests.soak.conftest import Told
from tests.soak.ends import End, keys, scene
from tests.soak.programs import digest, fold
from wallboard.core.past import Past
from wallboard.core.vocabulary import Event

RATE = 20_000
BIG: Final = {"agents": 600, "queues": 40}


def events_of(path: Path) -> list[Event]:
    """All that a journal holds."""
    with JournalReader(path) as reader:
        return [event for block in reader.events() for event in block]


def test_full_pace(tmp_path: Path, told: Told) -> None:
    """20 000 events a second for 60 s: PUB/SUB with CURVE, decode, fold, snapshots, journals at both ends."""
    seconds = 60
    where, ring = scene(), keys(tmp_path / "keys")
    more = {"keys": ring, **where}
    centre = End("publisher", address="tcp://127.0.0.1:*", journal=tmp_path / "theirs.feed", rate=RATE, seconds=seconds, **BIG, **more)  # fmt: skip # noqa: E501
    address = centre.wait(lambda line: "address" in line)["address"]
    wall = End("wall", address=address, journal=tmp_path / "ours.feed", **more)
    wall.wait(lambda line: line.get("state") == "live")
    done = centre.wait(lambda line: bool(line.get("done")), seconds * 3)
    end = wall.wait(lambda line: line.get("events") == RATE * seconds and line["state"] == "live")
    late = end["heard"] - done["heard"]
    lines = [line for line in wall.lines if line.get("state")]
    silent = max(b["heard"] - a["heard"] for a, b in pairwise(lines))
    wall.end()
    centre.end()
    assert events_of(tmp_path / "ours.feed") == events_of(tmp_path / "theirs.feed")
    assert (end["missing"], end["gaps"]) == (0, 0)
    told(
        events=RATE * seconds,
        publisher_took_s=round(done["heard"] - centre.lines[0]["heard"], 1),
        wall_done_after_s=round(late, 2),
        lost=end["missing"],
        gaps_open=end["gaps"],
        longest_time_without_a_snapshot_told_s=round(silent, 2),
        snapshots=end["published"],
        wall_memory_mb=end["rss"] >> 20,
    )


PASTS_S = (5, 10, 26, 45, 45)
LATE_S = 60


def _told(count: int, line: dict[str, Any]) -> bool:
    """Whether a publisher says that it told so many events."""
    return int(line["told"]) >= count


def test_late_join(tmp_path: Path, told: Told) -> None:
    """Walls join when 5 to 45 s of 20 000 events a second are past and more are coming; one after the other."""
    where, total, took, worked, ends = scene(), RATE * LATE_S, [], [], []
    centre = End("publisher", address="tcp://127.0.0.1:*", journal=tmp_path / "theirs.feed", rate=RATE, seconds=LATE_S, **BIG, **where)  # fmt: skip # noqa: E501
    address = centre.wait(lambda line: "address" in line)["address"]
    paths = [tmp_path / f"{turn}-{past}.feed" for turn, past in enumerate(PASTS_S)]
    for path, past in zip(paths, PASTS_S, strict=True):
        if int(centre.last["told"]) < RATE * past:
            centre.wait(partial(_told, RATE * past))
        wall = End("wall", address=address, journal=path, checkpoint_ms=10_000, **where)
        begun = wall.wait(lambda line: "remembered" in line)
        live = wall.wait(lambda line: line.get("state") == "live")
        took.append(round(live["heard"] - begun["heard"], 2))
        worked.append(round(live["cpu"] - begun["cpu"], 2))
        ends.append(wall.wait(lambda line: bool(line.get("digest")) and line["why"] is None))
        whole = ends[-1]["heard"] - begun["heard"]
        if path != paths[-1]:
            wall.end()
    ends.append(wall.wait(lambda line: line.get("events") == total and bool(line["digest"])))
    time.sleep(11)  # a checkpoint is due
    wall.end(signal.SIGKILL)
    again = End("wall", address=address, journal=paths[-1], **where)
    woken = again.wait(lambda line: "remembered" in line)
    ends.append(again.wait(lambda line: line.get("events") == total and bool(line["digest"])))
    again.end()
    centre.end()
    theirs = events_of(tmp_path / "theirs.feed")
    ours = [events_of(path) for path in paths]
    assert all(mine == theirs[: len(mine)] for mine in ours)
    assert all(len(mine) >= end["events"] for mine, end in zip(ours, ends, strict=False))
    assert len(ours[-1]) == len(theirs) == total
    same = [end["digest"] == clean(theirs[: end["events"]], str(where["zone"]), end["as_of"]) for end in ends]
    assert all(same), same
    told(
        seconds_past=list(PASTS_S),
        live_after_s=took,
        of_it_processor_time_s=worked,
        the_last_had_all_the_past_after_s=round(whole, 2),
        equal_totals_and_events=True,
        missing=ends[-1]["missing"],
        events_in_the_checkpoint_after_a_kill=woken["remembered"],
        live_again_after_s=round(ends[-1]["heard"] - woken["heard"], 2),
    )


PACE = 300
HOURS = 7


def morning(path: Path, begin: int, zone: str) -> int:
    """A journal with all since a moment (ms) until now, as its publisher ended it; how many events."""
    centre = SimConfig(seed=1, agents=600, queues=40, rate=PACE, time_zone=zone)
    with JournalWriter(path) as journal:
        feed = takewhile(lambda event: event.at < begin + HOURS * 3_600_000, simulate(centre, begin))
        while batch := list(islice(feed, 1000)):
            journal.append(batch, source="pbx", epoch=begin, seq=journal.total)
        journal.set_meta("clean-pbx", 1)
        return journal.total


def test_heavy_day(tmp_path: Path, told: Told) -> None:
    """Walls join a centre of 600 agents when seven hours of a heavy day are past, one after the other."""
    where, took, worked = scene(), [], []
    where["begin"] = begin = time.time_ns() // 1_000_000 - HOURS * 3_600_000
    past = morning(tmp_path / "theirs.feed", begin, str(where["zone"]))
    centre = End("publisher", address="tcp://127.0.0.1:*", journal=tmp_path / "theirs.feed", rate=PACE, seconds=past / PACE + 20, **BIG, **where)  # fmt: skip # noqa: E501
    address = centre.wait(lambda line: "address" in line)["address"]
    time.sleep(40)  # the process beside it folds the morning
    for turn in range(7):
        wall = End("wall", address=address, journal=tmp_path / f"{turn}.feed", **where)
        begun = wall.wait(lambda line: "remembered" in line)
        live = wall.wait(lambda line: line.get("state") == "live")
        took.append(round(live["heard"] - begun["heard"], 2))
        worked.append(round(live["cpu"] - begun["cpu"], 2))
        end = wall.wait(lambda line: bool(line.get("digest")) and line["why"] is None)
        wall.end()
    centre.end()
    theirs, ours = events_of(tmp_path / "theirs.feed"), events_of(tmp_path / f"{turn}.feed")
    assert ours == theirs
    assert len(ours) == end["events"] > past
    assert end["digest"] == clean(theirs, str(where["zone"]), end["as_of"])
    told(
        events_past=past,
        live_after_s=took,
        of_it_processor_time_s=worked,
        the_last_had_all_the_past_after_s=round(end["heard"] - begun["heard"], 2),
        equal_totals_and_events=True,
    )


def test_frozen(tmp_path: Path, told: Told) -> None:
    """How long until the wall's health says so, from the moment the publisher is frozen or killed."""
    where = scene()
    found: dict[str, list[float]] = {"SIGSTOP": [], "SIGKILL": []}
    for turn, name in enumerate(("SIGSTOP", "SIGKILL") * 5):
        journal = tmp_path / f"{turn}.feed"
        centre = End("publisher", address="tcp://127.0.0.1:*", journal=journal, rate=1000, seconds=600, **where)
        address = centre.wait(lambda line: "address" in line)["address"]
        wall = End("wall", address=address, journal=tmp_path / f"{turn}-ours.feed", **where)
        wall.wait(lambda line: line.get("state") == "live")
        begun = time.monotonic()
        centre.send(getattr(signal, name))
        stale = wall.wait(lambda line: line.get("state") not in ("live", None), 10)
        found[name].append(stale["heard"] - begun)
        wall.end()
        centre.end(signal.SIGKILL)
    assert max(map(max, found.values())) < 3.5
    told(**{f"{name.lower()}_stale_after_s_at_most": round(max(times), 2) for name, times in found.items()}, times=10)


def clean(events: list[Event], zone: str, as_of: int) -> str:
    """What a wall shows that was there from the beginning and never disturbed."""
    floor = fold(zone)
    past = Past(floor)
    past.tell(events, as_of)
    past.reach_present(as_of)
    return digest(floor.snapshot())


KILLS = 60
SEED = 43


def test_kills(tmp_path: Path, told: Told) -> None:
    """Kill -9 of the publisher, the wall and a second wall that records, 60 times, at random moments."""
    dice, where = random.Random(SEED), scene()
    journal = tmp_path / "theirs.feed"
    options = {"rate": 2000, "seconds": 75, **where}
    centre = End("publisher", address="tcp://127.0.0.1:*", journal=journal, **options)
    address = str(centre.wait(lambda line: "address" in line)["address"])
    files = [tmp_path / "wall.feed", tmp_path / "recorder.feed"]
    often = {"checkpoint_ms": 1500}
    walls = [End("wall", address=address, journal=path, **often, **where) for path in files]
    counts = {"publisher": 0, "wall": 0, "recorder": 0}
    for _ in range(KILLS):
        time.sleep(dice.uniform(0.2, 1.2))
        who = dice.choice(tuple(counts))
        counts[who] += 1
        if who == "publisher":
            centre.end(signal.SIGKILL)
            centre = End("publisher", address=address, journal=journal, **options)
        else:
            at = ("wall", "recorder").index(who)
            walls[at].end(signal.SIGKILL)
            walls[at] = End("wall", address=address, journal=files[at], **often, **where)
    centre.wait(lambda line: bool(line.get("done")), 300)
    total = 2000 * 75
    ends = [wall.wait(lambda line: line.get("events") == total and bool(line["digest"])) for wall in walls]
    for program in (*walls, centre):
        program.end()
    theirs = events_of(journal)
    same = [end["digest"] == clean(theirs, str(where["zone"]), end["as_of"]) for end in ends]
    assert len(theirs) == total
    assert all(events_of(path) == theirs for path in files)
    assert all(end["missing"] == 0 for end in ends)
    assert all(verify(path).ok for path in (*files, journal))
    assert all(same)
    told(
        seed=SEED,
        kills=KILLS,
        **{f"of_{who}": count for who, count in counts.items()},
        events=total,
        lost=0,
        doubled=0,
        totals_as_the_clean_feed=same,
    )
