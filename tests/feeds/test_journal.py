"""A .feed file: what was written is read, and what cannot be read is said."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from feeds.clock import ManualClock
from feeds.journal import Block, Damage, JournalReader, JournalWriter
from wallboard.core.events import ContactEnded, ContactStarted, Notice, Undecodable
from wallboard.core.vocabulary import Event
from wallboard.errors import JournalError

T0 = 1_700_000_000_000


def some_events(count: int, start: int = 0) -> list[Event]:
    return [
        ContactStarted(at=T0 + i * 10, contact=f"c{i}") if i % 2 else ContactEnded(at=T0 + i * 10, contact=f"c{i}")
        for i in range(start, start + count)
    ]


def write(path: Path, count: int, chunk: int = 1000) -> list[Event]:
    events = some_events(count)
    with JournalWriter(path) as writer:
        for i in range(0, count, chunk):
            writer.append(events[i : i + chunk], source="pbx", epoch=7, seq=i)
            writer.flush()
    return events


def read(path: Path) -> tuple[list[Event], list[Damage]]:
    with JournalReader(path) as reader:
        return [event for block in reader.events() for event in block], reader.damage


@pytest.mark.parametrize("chunk", [1, 7, 999, 1000, 1001, 4000])
def test_what_was_written_is_read_in_order_however_it_was_cut(tmp_path: Path, chunk: int) -> None:
    path = tmp_path / "a.feed"
    events = write(path, 2500, chunk)
    assert read(path) == (events, [])
    with JournalReader(path) as reader:
        assert [(b.seq, len(b.events)) for b in reader.blocks()] == [(0, 1000), (1000, 1000), (2000, 500)]
        bounds = reader.bounds()
        assert bounds is not None
        assert (bounds.first_at, bounds.last_at, bounds.events) == (T0, T0 + 24_990, 2500)


def test_a_closed_file_stands_alone_and_takes_an_eighth_of_the_room(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    events = write(path, 5000)
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.feed"]
    assert path.stat().st_size < 5000 * 12
    path.chmod(0o400)
    tmp_path.chmod(0o500)
    try:
        assert read(path) == (events, [])
    finally:
        tmp_path.chmod(0o700)


def test_writing_goes_on_where_it_ended_and_plain_rows_are_packed(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    write(path, 700)
    with JournalWriter(path) as writer:
        assert writer.total == 700
        writer.append(some_events(900, 700), source="pbx", epoch=7, seq=700)
    assert read(path) == (some_events(1600), [])
    with JournalReader(path) as reader:
        assert reader.positions() == {"pbx": (7, 1600)}


def test_a_new_epoch_a_break_in_numbers_and_another_source_begin_new_blocks(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    with JournalWriter(path) as writer:
        for source, epoch, seq in (("a", 1, 0), ("a", 1, 5), ("a", 2, 0), ("b", 2, 3), ("b", 2, 8)):
            writer.append(some_events(5), source=source, epoch=epoch, seq=seq)
    with JournalReader(path) as reader:
        found = [(b.source, b.epoch, b.seq, len(b.events)) for b in reader.blocks()]
        assert found == [("a", 1, 0, 10), ("a", 2, 0, 5), ("b", 2, 3, 10)]
        assert reader.positions() == {"a": (2, 5), "b": (2, 13)}


def test_a_seek_finds_the_first_event_of_a_moment_also_behind_a_clock_that_stepped(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    dice = random.Random(5)
    times = [T0 + i * 10 + dice.choice((0, 0, -3000, 2000)) for i in range(9000)]
    with JournalWriter(path) as writer:
        for i, at in enumerate(times):
            writer.append([Notice(at=at, text=str(i))], source="s", epoch=0, seq=i)
    with JournalReader(path) as reader:
        for at in (0, T0, T0 + 1, T0 + 45_000, times[-1], max(times), max(times) + 1):
            found = [event for block in reader.events(at) for event in block]
            first = next((i for i, moment in enumerate(times) if moment >= at), len(times))
            assert [event.at for event in found] == times[first:]


def test_a_span_of_numbers_is_served_by_the_blocks_that_hold_it(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    write(path, 5000)
    with JournalReader(path) as reader:
        assert [(b.seq, len(b.events)) for b in reader.span("pbx", 7, 1500, 2001)] == [(1000, 1000), (2000, 1000)]
        assert list(reader.span("pbx", 8, 0, 10)) == []


def test_numbers_that_lack_are_those_that_came_in_no_row_whatever_their_order(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    events = some_events(30)
    with JournalWriter(path) as writer:
        for epoch, start, stop in ((1, 5, 10), (1, 12, 15), (2, 0, 10), (1, 10, 11), (2, 8, 12), (2, 20, 30)):
            writer.append(events[start:stop], source="s", epoch=epoch, seq=start)
    with JournalReader(path) as reader:
        assert reader.lacking() == 1 + 8
        assert reader.lacking(until=T0 + 120) == 1
        assert reader.lacking(position=8) == 8


def test_a_reader_may_follow_a_file_that_is_written_and_packed_meanwhile(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    seen: list[Event] = []
    at = 0
    dice = random.Random(2)
    with JournalWriter(path) as writer, JournalReader(path) as reader:
        written = 0
        while written < 5000:
            count = dice.randint(1, 400)
            writer.append(some_events(count, written), source="s", epoch=0, seq=written)
            writer.flush()
            written += count
            for block in reader.blocks(at):
                assert block.seq == len(seen)
                seen.extend(block.events)
                at = block.stop
        assert reader.damage == []
    assert seen == some_events(written)


def test_events_wait_in_memory_for_a_quarter_of_a_second_at_most(tmp_path: Path) -> None:
    clock = ManualClock()
    with JournalWriter(tmp_path / "a.feed", clock) as writer, JournalReader(tmp_path / "a.feed") as reader:
        writer.append(some_events(3), source="s", epoch=0, seq=0)
        clock.advance(249)
        writer.tick()
        assert (list(reader.events()), writer.waiting) == ([], 3)
        clock.advance(1)
        writer.tick()
        assert ([len(block) for block in reader.events()], writer.waiting) == ([3], 0)


def test_a_full_disk_is_said_nothing_is_lost_and_writing_resumes(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    dice = random.Random(1)
    noise = [Notice(at=T0 + i, text=dice.randbytes(400).hex()) for i in range(3000)]
    with JournalWriter(path) as writer:
        writer.append(noise[:500], source="s", epoch=0, seq=0)
        writer.flush()
        pages = writer._db.execute("PRAGMA page_count").fetchone()[0]
        writer._db.execute(f"PRAGMA max_page_count = {pages + 3}")
        with pytest.raises(JournalError, match=r"a\.feed cannot be written: database or disk is full\."):
            writer.append(noise[500:2000], source="s", epoch=0, seq=500)
        with pytest.raises(JournalError, match="disk is full"):
            writer.flush()
        assert writer.waiting == 1500
        writer._db.execute(f"PRAGMA max_page_count = {1 << 30}")
        writer.append(noise[2000:], source="s", epoch=0, seq=2000)
        writer.flush()
        assert (writer.waiting, writer.lost) == (0, 0)
    assert read(path) == (noise, [])


def test_what_a_disk_refuses_to_the_end_is_said_to_be_lost(tmp_path: Path) -> None:
    writer = JournalWriter(tmp_path / "a.feed")
    dice = random.Random(2)
    writer.append([Notice(at=T0, text=dice.randbytes(400).hex()) for _ in range(500)], source="s", epoch=0, seq=0)
    writer._db.execute("PRAGMA max_page_count = 1")  # no more than there are
    with pytest.raises(JournalError, match=r"disk is full\. The newest 500 events are not in it\.$"):
        writer.close()


def test_what_no_longer_fits_in_memory_is_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.journal.MAX_PENDING", 50)
    with JournalWriter(tmp_path / "a.feed") as writer:
        for seq in range(0, 80, 20):
            writer.append(some_events(20, seq), source="s", epoch=0, seq=seq)
        assert (writer.lost, writer.waiting) == (40, 40)


def test_an_event_that_cannot_be_written_becomes_undecodable_in_its_place(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    with JournalWriter(path) as writer:
        bad = [Notice(at=T0, text="a"), Notice(at=T0, text="b", x={"n": 1 << 80}), Notice(at=T0, text="c")]
        writer.append(bad, source="s", epoch=0, seq=0)
    events, damage = read(path)
    assert [type(event) for event in events] == [Notice, Undecodable, Notice]
    assert damage == []


def test_the_largest_events_are_cut_into_blocks_a_reader_accepts(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    big = [Notice(at=T0, text="t", x={f"k{k}": "v" * 1000 for k in range(32)}) for _ in range(900)]
    with JournalWriter(path) as writer:
        writer.append(big, source="s", epoch=0, seq=0)
    assert read(path) == (big, [])


def test_a_second_writer_is_refused_in_words_and_let_in_afterwards(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    with JournalWriter(path), pytest.raises(JournalError, match=r"a\.feed is being written by another program"):
        JournalWriter(path)
    JournalWriter(path).close()


def test_checkpoints_are_found_by_time_and_a_damaged_one_falls_back_to_the_older(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    with JournalWriter(path) as writer:
        for i in range(3):
            writer.append(some_events(10, i * 10), source="s", epoch=0, seq=i * 10)
            writer.checkpoint(T0 + i * 100, "fold-1", b"state %d" % i)
    with JournalReader(path) as reader:
        found = reader.checkpoint(T0 + 150, "fold-1")
        assert found is not None
        assert (found.at, found.body) == (T0 + 100, b"state 1")
        assert [len(block.events) for block in reader.blocks(found.position)] == [10]
        assert reader.checkpoint(T0 - 1, "fold-1") is None
        assert reader.checkpoint(T0 + 150, "fold-2") is None
    with sqlite3.connect(path) as db:
        db.execute("UPDATE checkpoints SET body = x'00' WHERE at = ?", (T0 + 200,))
    db.close()
    with JournalReader(path) as reader:
        older = reader.checkpoint(T0 + 999, "fold-1")
        assert older is not None
        assert older.body == b"state 1"


def test_trimming_forgets_old_blocks_and_is_not_taken_for_damage(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    write(path, 5000)
    with JournalWriter(path) as writer:
        writer.trim(T0 + 25_000)
        writer.append(some_events(5, 5000), source="pbx", epoch=7, seq=5000)
    assert read(path) == (some_events(3005, 2000), [])


def test_a_flipped_bit_in_a_block_costs_that_block_and_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    events = write(path, 3000)
    with sqlite3.connect(path) as db:
        body = bytearray(db.execute("SELECT body FROM blocks ORDER BY id LIMIT 1 OFFSET 1").fetchone()[0])
        body[len(body) // 2] ^= 4
        db.execute("UPDATE blocks SET body = ? WHERE first_seq = 1000", (bytes(body),))
    db.close()
    heard: list[Damage] = []
    with JournalReader(path, heard.append) as reader:
        assert [event for block in reader.events() for event in block] == events[:1000] + events[2000:]
    (damage,) = heard
    assert damage.events == 1000
    assert (damage.first_at, damage.last_at) == (T0 + 10_000, T0 + 19_990)
    assert damage.reason.endswith("its checksum does not match")


@pytest.mark.parametrize("seq", [0, 1000, 2000])
def test_a_block_that_vanished_is_missed(tmp_path: Path, seq: int) -> None:
    path = tmp_path / "a.feed"
    write(path, 3000)
    with sqlite3.connect(path) as db:
        db.execute("DELETE FROM blocks WHERE first_seq = ?", (seq,))
    db.close()
    events, damage = read(path)
    assert len(events) == 2000
    assert [(d.reason, d.events) for d in damage] == [("blocks are missing", 1000)]


def reported(path: Path, whole: list[Event]) -> bool:
    """Whether reading ``path`` gives the whole, or says that it does not."""
    try:
        events, damage = read(path)
    except JournalError:
        return True
    left = iter(whole)
    assert all(event in left for event in events), "an event that was never written, or out of order"
    return events == whole or bool(damage)


def test_flipped_bits_are_never_silently_wrong(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.feed", 1200, 300)
    sound = (tmp_path / "a.feed").read_bytes()
    dice = random.Random(3)
    path = tmp_path / "b.feed"
    for _ in range(400):
        raw = bytearray(sound)
        for _ in range(dice.choice((1, 1, 8))):
            raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
        path.write_bytes(raw)
        assert reported(path, whole)


def test_a_file_cut_short_is_never_silently_wrong(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.feed", 1200, 300)
    sound = (tmp_path / "a.feed").read_bytes()
    dice = random.Random(4)
    path = tmp_path / "b.feed"
    for cut in [1, 50, 100, 4096, *(dice.randrange(len(sound)) for _ in range(100))]:
        path.write_bytes(sound[:cut])
        assert reported(path, whole)


WRITER = """
import json, sys
from pathlib import Path
from feeds.journal import JournalWriter
from wallboard.core.events import Notice
writer, seq = JournalWriter(Path(sys.argv[1])), 0
while True:
    writer.append([Notice(at=seq, text=str(seq)) for seq in range(seq, seq + 37)], source="s", epoch=0, seq=seq)
    writer.flush()
    seq += 37
    print(json.dumps(seq), flush=True)
"""


def test_a_writer_killed_with_9_loses_no_flushed_event_and_the_file_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    with subprocess.Popen([sys.executable, "-c", WRITER, str(path)], stdout=subprocess.PIPE) as child:
        assert child.stdout is not None
        lines = [child.stdout.readline() for _ in range(60)]
        child.send_signal(signal.SIGKILL)
        lines += child.stdout.readlines()
    acknowledged = max(json.loads(line) for line in lines if line.endswith(b"\n"))
    events, damage = read(path)
    assert damage == []
    assert len(events) >= acknowledged
    assert [event.at for event in events] == list(range(len(events)))
    with JournalWriter(path) as writer:
        writer.append(some_events(3), source="s", epoch=0, seq=len(events))
    again, damage = read(path)
    assert (len(again), damage) == (len(events) + 3, [])
    with JournalReader(path) as reader:
        blocks: list[Block] = list(reader.blocks())
    assert len(blocks) == -(-len(again) // 1000)


def foreign(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute("CREATE TABLE t (a)")
    db.close()


def newer(path: Path) -> None:
    write(path, 1)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA user_version = 9")
    db.close()


def trapped(path: Path) -> None:
    write(path, 1)
    with sqlite3.connect(path) as db:
        db.execute("CREATE VIEW v AS SELECT 1")
    db.close()


def pipe(path: Path) -> None:
    """As a shell's ``<(…)`` is."""
    os.mkfifo(path)


posix = pytest.mark.skipif(sys.platform == "win32", reason="named pipes are POSIX")


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda _: None, "There is no file "),
        (lambda path: path.mkdir(), "is a folder; name a .feed file."),
        pytest.param(pipe, "is a pipe or a device, in which nothing can be looked up; copy it into", marks=posix),
        (lambda path: path.touch(), "is empty; nothing was ever recorded in it."),
        (lambda path: path.write_text("time,queue\n" * 500), "is not a .feed file; `wallboard import` makes one"),
        (foreign, "is not a .feed file; `wallboard import` makes one"),
        (newer, "has format 9; this program reads up to 1. Open it with a newer Wallboard."),
        (trapped, "is damaged: its tables are not those of a .feed file."),
    ],
    ids=["missing", "folder", "pipe", "empty", "text", "other database", "newer", "strange tables"],
)
def test_what_is_no_feed_file_is_refused_in_words(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "a.feed"
    make(path)  # type: ignore[operator]
    with pytest.raises(JournalError) as caught:
        JournalReader(path)
    assert words in str(caught.value)
    assert str(path) in str(caught.value)


@pytest.mark.parametrize(
    ("make", "words"),
    [
        (lambda path: path.mkdir(), "is a folder; name a .feed file."),
        (lambda path: path.write_text("time,queue\n" * 500), "is not a .feed file; `wallboard import` makes one"),
        (foreign, "is not a .feed file; `wallboard import` makes one"),
        (newer, "has format 9; this program reads up to 1."),
    ],
    ids=["folder", "text", "other database", "newer"],
)
def test_what_is_no_feed_file_is_not_written_to_and_left_as_it_was(tmp_path: Path, make: object, words: str) -> None:
    path = tmp_path / "a.feed"
    make(path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(JournalError) as caught:
        JournalWriter(path)
    assert words in str(caught.value)
    assert (path.read_bytes() if path.is_file() else b"") == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["a.feed"]


@pytest.mark.parametrize("kept", [20, 71, 500, 4096, -5000, -1])
def test_a_file_cut_short_is_called_that_and_left_as_it_is(tmp_path: Path, kept: int) -> None:
    path = tmp_path / "a.feed"
    write(path, 3000)
    whole = path.read_bytes()
    cut = whole[:kept]
    path.write_bytes(cut)
    of = f" of {len(whole)}" if len(cut) > 71 else ""
    words = f"cut short: {len(cut)}{of} bytes are there; copy it again from where it came, when nothing writes it"
    if kept == -1:  # SQLite makes up for the rest of a page
        with JournalReader(path) as reader:
            assert reader.integrity() == [words]
        return
    for opened in (JournalReader, JournalWriter):
        with pytest.raises(JournalError) as caught:
            opened(path)
        assert str(caught.value) == f"{path} is {words}."
    assert path.read_bytes() == cut


def test_another_database_that_is_cut_short_is_no_feed_file(tmp_path: Path) -> None:
    path = tmp_path / "a.feed"
    foreign(path)
    path.write_bytes(path.read_bytes()[:-4096])
    with pytest.raises(JournalError, match=r"is not a \.feed file"):
        JournalReader(path)


def test_a_file_that_is_being_written_is_not_taken_for_one_cut_short(tmp_path: Path) -> None:
    with JournalWriter(tmp_path / "a.feed") as writer:
        writer.append(some_events(5000), source="s", epoch=1, seq=0)
        writer.flush()
        with JournalReader(tmp_path / "a.feed") as reader:
            assert reader.integrity() == []


def test_a_folder_that_is_missing_is_said(tmp_path: Path) -> None:
    with pytest.raises(JournalError, match=r"a\.feed cannot be written: unable to open database file\."):
        JournalWriter(tmp_path / "none" / "a.feed")


def test_a_disk_that_refuses_is_not_taken_for_a_damaged_file(tmp_path: Path) -> None:
    """What is called damaged is set aside by a wall, and with it all that it holds."""
    path, log = tmp_path / "a.feed", tmp_path / "a.feed-wal"
    write(path, 50)
    with sqlite3.connect(path) as db:
        db.execute("PRAGMA journal_mode = WAL")  # as a killed writer leaves it
    db.close()
    log.mkdir()
    with pytest.raises(JournalError, match=r"a\.feed cannot be (read|written): unable to open database file\.$"):
        JournalWriter(path)
    log.rmdir()
    with JournalWriter(path) as writer:
        assert writer.total == 50
