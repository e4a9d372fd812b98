"""A file is read whole and every number accounted for."""

import sqlite3
from pathlib import Path

from feeds.journal import JournalWriter
from feeds.verify import verify
from wallboard.core.events import ContactEnded, FloorBegan, Undecodable

T0 = 1_700_000_000_000


def test_a_report_counts_gaps_repeats_latecomers_and_junk(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    with JournalWriter(path) as writer:
        for seq, at, name in ((0, 0, "a"), (1, 9000, "b"), (4, 6999, "c"), (3, 7000, "c"), (4, 9100, "d")):
            writer.append([ContactEnded(at=T0 + at, contact="c", id=name)], source="s", epoch=1, seq=seq)
        writer.append([Undecodable(at=T0 + 9999, reason="junk")], source="s", epoch=2, seq=0)
    report = verify(path)
    assert (report.events, report.blocks, report.sources, report.epochs) == (6, 4, ("s",), 2)
    assert (report.first_at, report.last_at) == (T0, T0 + 9999)
    assert [(gap.epoch, gap.start, gap.stop) for gap in report.gaps] == [(1, 2, 3)]
    assert (report.missing, report.repeated_numbers, report.repeated_ids) == (1, 1, 1)
    assert (report.late, report.undecodable, report.ok) == (1, 1, True)
    assert report.lines() == [
        f"{path}: sound",
        "6 events in 4 blocks",
        "from 2023-11-14 22:13:20 UTC to 2023-11-14 22:13:29 UTC",
        "sources: s; epochs: 2",
        "missing numbers: 1 in 1 gap; repeated: 1",
        "repeated ids: 1; over 2 s late: 1; undecodable: 1",
        "gap: s, epoch 1, 2",
    ]


def test_times_in_which_the_source_heard_nothing_are_told_and_are_no_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    with JournalWriter(path) as writer:
        began = [FloorBegan(at=T0 + at, unheard_since=since) for at, since in ((0, 0), (9000, T0 + 2000), (12_000, 0))]
        writer.append([*began, FloorBegan(at=T0 + 13_000)], source="s", epoch=1, seq=0)
    report = verify(path)
    assert report.ok
    assert report.unheard == ((T0 + 2000, T0 + 9000), (T0 + 9000, T0 + 12_000))
    assert report.lines()[-2:] == [
        f"nobody listened from 2023-11-14 22:13:{since} UTC to 2023-11-14 22:13:{until} UTC: "
        "what came and went then is not in it"
        for since, until in ((22, 29), (29, 32))
    ]


def test_an_empty_recording_is_sound(tmp_path: Path) -> None:
    JournalWriter(tmp_path / "a.feed").close()
    report = verify(tmp_path / "a.feed")
    assert (report.ok, report.events, report.first_at, report.last_at) == (True, 0, None, None)
    assert "from unknown to unknown" in report.lines()


def test_damage_is_not_sound_and_says_what_it_cost(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    with JournalWriter(path) as writer:
        writer.append([ContactEnded(at=T0 + i, contact="c") for i in range(3000)], source="s", epoch=1, seq=0)
    with sqlite3.connect(path) as db:
        db.execute("UPDATE blocks SET body = x'1234' WHERE first_seq = 1000")
    db.close()
    report = verify(path)
    assert (report.ok, report.events, report.missing) == (False, 2000, 1000)
    assert report.lines()[0] == f"{path}: DAMAGED"
    assert any("its checksum does not match; 1000 events lost" in line for line in report.lines())
