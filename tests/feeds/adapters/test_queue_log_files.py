"""Files that are, or are not, a queue_log; and logs that are cut, rotated, mixed with junk, or live."""

import gzip
from pathlib import Path

import msgspec
import pytest

from feeds.adapters.asterisk.queue_log import GONE_MS
from feeds.adapters.asterisk.queues_conf import parse_queues_conf
from feeds.adapters.options import Options
from feeds.adapters.registry import follow, import_files
from feeds.adapters.report import Report
from wallboard.core.events import AgentJoined, ContactQueued, Notice, QueueDeclared
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError, UsageError

ENTER = b"1800000000|call.1|sales|NONE|ENTERQUEUE||5550100200|1\n"
CONNECT = b"1800000004|call.1|sales|Ann|CONNECT|4|call.2|3\n"
COMPLETE = b"1800000014|call.1|sales|Ann|COMPLETEAGENT|4|10|1\n"
WHOLE = ENTER + CONNECT + COMPLETE


def write(folder: Path, content: bytes, name: str = "queue_log") -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def read(path: Path, options: Options, report: Report | None = None) -> list[Event]:
    return list(import_files("asterisk-queue-log", [path], options, report))


def test_line_ends_junk_bytes_and_foreign_lines_change_nothing(
    tmp_path: Path, options: Options, report: Report
) -> None:
    messy = (
        ENTER.replace(b"\n", b"\r\n") + b"\0\0\xff\xfe junk 5550100200\n\n" + b"x" * 90_000 + b"\n" + CONNECT + COMPLETE
    )
    assert read(write(tmp_path, messy), options, report) == read(write(tmp_path, WHOLE, "clean"), options)
    assert report.skipped["not a queue_log line"] >= 1
    assert report.examples[0] == "queue_log line 2: not a queue_log line: '\\x00\\x00\\ufffd\\ufffd junk #\\n'"


def test_invalid_utf8_in_a_name_is_replaced(tmp_path: Path, options: Options) -> None:
    events = read(write(tmp_path, ENTER + CONNECT.replace(b"Ann", b"S\xf8ren")), options)
    assert any(getattr(event, "agent", "") == "S\ufffdren" for event in events)


def test_a_cut_last_line_is_skipped_and_counted(tmp_path: Path, options: Options, report: Report) -> None:
    events = read(write(tmp_path, ENTER + CONNECT[:-12]), options, report)
    assert [event for event in events if event.at == 1_800_000_004_000] == []
    assert report.skipped == {"cut off at the end of the file": 1}
    assert report.summary == "2 read, 3 events; 1 skipped (1 cut off at the end of the file)"


def test_a_last_line_that_only_lacks_its_end_is_read(tmp_path: Path, options: Options, report: Report) -> None:
    assert read(write(tmp_path, WHOLE[:-1]), options) == read(write(tmp_path, WHOLE, "whole"), options, report)


def test_rotated_files_are_one_log_in_any_order_and_packed(tmp_path: Path, options: Options) -> None:
    older = write(tmp_path, gzip.compress(ENTER), "queue_log.1.gz")
    newer = write(tmp_path, b"1800000003|NONE|NONE|NONE|CONFIGRELOAD|\n" + CONNECT + COMPLETE)
    together = list(import_files("asterisk-queue-log", [newer, older], options))
    assert together == read(write(tmp_path, WHOLE, "whole"), options)


def test_a_second_reading_gives_the_same_ids_and_no_id_twice(recordings: Path, options: Options) -> None:
    path = recordings / "asterisk-22.queue_log"
    first, second = (read(path, options) for _ in range(2))
    assert first == second
    assert len({event.id for event in first}) == len(first)


def test_equal_lines_of_one_second_have_different_ids(tmp_path: Path, options: Options) -> None:
    ring = b"1800000002|call.1|sales|Ann|RINGNOANSWER|1000\n"
    events = read(write(tmp_path, ENTER + ring + ring), options)
    assert len({event.id for event in events}) == len(events)


@pytest.mark.parametrize(
    ("content", "complaint"),
    [
        (b"", "is empty; a queue_log has a line for every event"),
        (b"name,calls\nAnn,3\n", "is not an Asterisk queue_log: no line reads 'epoch|uniqueid|queue|agent|event|...'"),
        (bytes(range(256)) * 40, "is not an Asterisk queue_log: no line reads 'epoch|uniqueid|queue|agent|event|...'"),
        (ENTER[:20], "is not an Asterisk queue_log: no line reads 'epoch|uniqueid|queue|agent|event|...'"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(
    tmp_path: Path, options: Options, content: bytes, complaint: str
) -> None:
    path = write(tmp_path, content)
    with pytest.raises(DataError) as refusal:
        import_files("asterisk-queue-log", [path], options)
    assert str(refusal.value) == f"{path}: {complaint}"


def test_a_directory_a_missing_file_and_a_broken_archive_are_refused_in_words(tmp_path: Path, options: Options) -> None:
    with pytest.raises(DataError, match="is a directory; name the file in it"):
        import_files("asterisk-queue-log", [tmp_path], options)
    with pytest.raises(DataError, match="no such file"):
        import_files("asterisk-queue-log", [tmp_path / "gone"], options)
    with pytest.raises(DataError, match="reading stopped"):
        import_files("asterisk-queue-log", [write(tmp_path, WHOLE, "log.gz")], options)


def test_an_unknown_format_and_no_file_are_wrong_words(options: Options) -> None:
    with pytest.raises(UsageError, match="unknown format 'cisco'; there are: "):
        import_files("cisco", [Path("x")], options)
    with pytest.raises(UsageError, match="nothing to import: name at least one file"):
        import_files("asterisk-queue-log", [], options)


def test_a_follower_reads_what_is_there_and_then_what_comes(tmp_path: Path, options: Options) -> None:
    path = write(tmp_path, ENTER)
    live = follow("asterisk-queue-log", path, options)
    seen = live.poll(0)
    assert any(isinstance(event, ContactQueued) for event in seen)
    assert live.poll(0) == []
    with path.open("ab") as stream:
        stream.write(CONNECT[:20])
        stream.flush()
        assert live.poll(0) == []
        stream.write(CONNECT[20:] + COMPLETE)
    seen += live.poll(0)
    live.close()
    assert seen == read(path, options)


def test_a_follower_ends_lingering_contacts_by_the_clock_alone(tmp_path: Path, options: Options) -> None:
    path = write(tmp_path, ENTER + b"1800000009|call.1|sales|NONE|EXITWITHTIMEOUT|1|1|9\n")
    live = follow("asterisk-queue-log", path, options)
    live.poll(0)
    assert live.poll(1_800_000_068_999) == []
    assert [str(event.__struct_config__.tag) for event in live.poll(1_800_000_069_000)] == ["contact.ended"]
    live.close()


def test_the_service_level_comes_from_the_caller_then_queues_conf_then_the_default(
    tmp_path: Path, options: Options
) -> None:
    conf = write(
        tmp_path, b"[base](!)\nservicelevel=45\n[sales](base)\n[vip]\nservicelevel => 10 ; soon\n", "queues.conf"
    )
    log = write(tmp_path, b"".join(ENTER.replace(b"sales", name) for name in (b"sales", b"vip", b"chat", b"own")))
    using = msgspec.structs.replace(options, queues_conf=conf, service_levels={"own": 5000})
    levels = {e.queue: e.service_level_ms for e in read(log, using) if isinstance(e, QueueDeclared)}
    assert levels == {"sales": 45_000, "vip": 10_000, "chat": 20_000, "own": 5000}


def test_queues_conf_is_read_with_tolerance() -> None:
    conf = parse_queues_conf(
        "[general]\npersistentmembers=yes\n[a]\nservicelevel=x\nmember => SIP/1,0,Ann,hint\nnonsense\n"
    )
    assert (conf.persistent, conf.names, conf.service_levels) == (True, {"SIP/1": "Ann"}, {})


def test_a_missing_queues_conf_is_refused_in_words(tmp_path: Path, options: Options) -> None:
    using = msgspec.structs.replace(options, queues_conf=tmp_path / "gone.conf")
    with pytest.raises(DataError, match=r"gone\.conf: cannot be read: No such file"):
        read(write(tmp_path, WHOLE), using)


def test_a_closed_log_is_read_once_for_names_so_that_a_login_is_known_from_its_first_line(
    tmp_path: Path, options: Options
) -> None:
    path = write(
        tmp_path,
        b"1800000000|MANAGER|sales|Local/1@a|ADDMEMBER|\n1800000001|MANAGER|sales|Local/2@a|ADDMEMBER|\n"
        b"1800000002|MANAGER|sales|Local/2@a|REMOVEMEMBER|\n1800000003|NONE|sales|Ann|PAUSE|Lunch\n",
    )
    joined = [(event.agent, event.at) for event in read(path, options) if isinstance(event, AgentJoined)]
    assert joined == [("Ann", 1_800_000_000_000)]


def test_a_follower_waits_for_its_file_but_refuses_another_kind(tmp_path: Path, options: Options) -> None:
    live = follow("asterisk-queue-log", tmp_path / "later", options)
    assert live.poll(0) == []
    write(tmp_path, WHOLE, "later")
    assert live.poll(0) == read(tmp_path / "later", options)
    live.close()
    for wrong in (tmp_path, write(tmp_path, b"name,calls\n", "calls.csv")):
        with pytest.raises(DataError, match=r"is a directory; name the file in it|is not an Asterisk queue_log"):
            follow("asterisk-queue-log", wrong, options)


def test_a_log_that_is_gone_for_longer_than_a_rotation_takes_is_told_until_it_is_back(
    tmp_path: Path, options: Options
) -> None:
    path, now = write(tmp_path, WHOLE), 1_800_000_100_000
    live = follow("asterisk-queue-log", path, options)
    while live.poll(now):
        pass
    path.unlink()
    assert [live.poll(now + ms) for ms in (0, GONE_MS - 1)] == [[], []]
    (gone,) = live.poll(now + GONE_MS)
    assert isinstance(gone, Notice)
    assert (gone.text, gone.severity) == (f"Nothing is heard of the phone system: there is no {path}", "breach")
    assert live.poll(now + 2 * GONE_MS) == []
    path.write_bytes(b"")
    (back,) = live.poll(now + 3 * GONE_MS)
    assert isinstance(back, Notice)
    assert (back.text, back.until) == (gone.text, back.at)
    live.close()


def test_a_follower_that_is_told_no_time_tells_only_what_is_in_the_log(tmp_path: Path, options: Options) -> None:
    live = follow("asterisk-queue-log", tmp_path / "later", options)
    assert [live.poll(0) for _ in range(3)] == [[], [], []]
    live.close()
