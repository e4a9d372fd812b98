"""A growing file followed through everything that log rotation does to it."""

from pathlib import Path

from feeds.adapters.tail import Tail


def add(path: Path, content: bytes) -> None:
    with path.open("ab") as stream:
        stream.write(content)


def test_whole_lines_come_once_and_a_part_waits_for_its_end(tmp_path: Path) -> None:
    path = tmp_path / "log"
    path.write_bytes(b"one\r\ntw")
    tail = Tail(path)
    assert tail.poll() == [b"one"]
    assert tail.poll() == []
    add(path, b"o\n")
    assert tail.poll() == [b"two"]
    tail.close()


def test_a_missing_file_is_waited_for(tmp_path: Path) -> None:
    tail = Tail(tmp_path / "log")
    assert tail.poll() == []
    add(tmp_path / "log", b"one\n")
    assert tail.poll() == [b"one"]
    tail.close()


def test_a_renamed_file_is_finished_before_the_new_one(tmp_path: Path) -> None:
    path = tmp_path / "log"
    add(path, b"one\n")
    tail = Tail(path)
    tail.poll()
    path.rename(tmp_path / "log.1")
    add(tmp_path / "log.1", b"two\n")
    assert tail.poll() == [b"two"]
    assert tail.poll() == []
    add(path, b"three\n")
    assert tail.poll() == [b"three"]
    tail.close()


def test_a_file_copied_and_cut_is_read_from_its_start(tmp_path: Path) -> None:
    path = tmp_path / "log"
    add(path, b"one\ntwo\n")
    tail = Tail(path)
    tail.poll()
    path.write_bytes(b"3\n")
    assert tail.poll() == [b"3"]
    tail.close()


def test_a_file_cut_and_grown_past_the_old_end_is_noticed_by_its_beginning(tmp_path: Path) -> None:
    path = tmp_path / "log"
    add(path, b"one\ntwo\n")
    tail = Tail(path)
    tail.poll()
    path.write_bytes(b"three\nfour\nfive\n")
    assert tail.poll() == [b"three", b"four", b"five"]
    tail.close()


def test_a_file_cut_to_nothing_begins_again(tmp_path: Path) -> None:
    path = tmp_path / "log"
    add(path, b"one\n")
    tail = Tail(path)
    tail.poll()
    path.write_bytes(b"")
    assert tail.poll() == []
    add(path, b"two\n")
    assert tail.poll() == [b"two"]
    tail.close()


def test_a_part_left_behind_by_a_rotation_is_counted_and_not_glued_on(tmp_path: Path) -> None:
    path = tmp_path / "log"
    add(path, b"one\npart")
    tail = Tail(path)
    tail.poll()
    path.rename(tmp_path / "log.1")
    add(path, b"two\n")
    assert tail.poll() == [b"two"]
    assert tail.lost == 1
    tail.close()


def test_reading_resumes_at_the_offset_of_the_next_unread_line(tmp_path: Path) -> None:
    path = tmp_path / "log"
    add(path, b"one\npart")
    first = Tail(path)
    first.poll()
    first.close()
    resumed = Tail(path, 4)
    add(path, b"-two\n")
    assert resumed.poll() == [b"part-two"]
    assert resumed.offset == 13
    resumed.close()


def test_a_line_without_end_does_not_fill_the_memory(tmp_path: Path) -> None:
    path = tmp_path / "log"
    add(path, b"x" * 200_000)
    tail = Tail(path)
    assert tail.poll() == []
    assert tail.lost == 1
    add(path, b"rest\none\n")
    assert tail.poll()[-1] == b"one"
    tail.close()


def test_a_large_file_comes_in_several_polls(tmp_path: Path) -> None:
    path = tmp_path / "log"
    add(path, b"0123456789\n" * 200_000)
    tail = Tail(path)
    polls = []
    while lines := tail.poll():
        polls.append(len(lines))
    assert sum(polls) == 200_000
    assert len(polls) > 1
    tail.close()
