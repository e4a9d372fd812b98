"""Tables of finished calls, read by a map: invented rows in the layout of the Anonymous Bank's table, and others."""

import builtins
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import polars as pl
import pytest

from feeds.adapters.options import Options
from feeds.adapters.registry import follow, import_files
from feeds.adapters.report import Report
from wallboard.core.events import (
    AgentDeclared,
    ContactAnswered,
    ContactEnded,
    ContactQueued,
    ContactReleased,
    ContactStarted,
    ContactUnqueued,
    QueueDeclared,
)
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError, UsageError

Told = Callable[..., list[str]]
HEAD = (
    "vru+line call_id customer_id priority type date vru_entry vru_exit vru_time q_start q_exit q_time outcome "
    "ser_start ser_exit ser_time server"
)
NO_QUEUE = "0:00:00 0:00:00 0"
NO_SERVICE = "0:00:00 0:00:00 0"
ANSWERED = "L1 1 0 0 PS 990301 9:00:00 9:00:10 10 9:00:10 9:00:40 30 AGENT 9:00:39 9:01:39 60 ANN"
"""Its service is noted a second before its wait ends."""


def bank(folder: Path, *rows: str, name: str = "bank.tsv") -> Path:
    path = folder / name
    path.write_bytes(b"".join(row.replace(" ", "\t").encode() + b"\r\n" for row in (HEAD, *rows)))
    return path


@pytest.fixture
def read(tmp_path: Path, options: Options, report: Report) -> Callable[..., list[Event]]:
    def reading(*rows: str) -> list[Event]:
        using = msgspec.structs.replace(options, map=Path("anonymous-bank"))
        return list(import_files("call-records", [bank(tmp_path, *rows)], using, report))

    return reading


def local(event: Event) -> str:
    """The moment on a clock two hours ahead of UTC, where the invented calls are."""
    return datetime.fromtimestamp(event.at / 1000 + 7200, UTC).strftime("%d %H:%M:%S")


def one(events: Sequence[Event], kind: type[Event]) -> Any:
    (event,) = [event for event in events if isinstance(event, kind)]
    return event


def wait_and_talk(events: Sequence[Event]) -> tuple[int, int]:
    """Seconds of the only call."""
    wait = one(events, ContactUnqueued).at - one(events, ContactQueued).at
    return wait // 1000, (one(events, ContactReleased).at - one(events, ContactAnswered).at) // 1000


def test_a_call_that_waited_has_every_event_in_order(read: Callable[..., list[Event]], told: Told) -> None:
    events = read(ANSWERED)
    assert told(events, "contact", "result", "reason", "agent", "queue", only="contact") == [
        "contact.started 990301-L1-1",
        "contact.automated 990301-L1-1 entered",
        "contact.automated 990301-L1-1 to-queue",
        "contact.queued 990301-L1-1 PS",
        "contact.unqueued 990301-L1-1 answered PS",
        "contact.answered 990301-L1-1 ANN",
        "contact.released 990301-L1-1 ANN",
        "contact.ended 990301-L1-1",
    ]


def test_a_service_noted_before_the_wait_ends_is_moved_whole(read: Callable[..., list[Event]]) -> None:
    events = read(ANSWERED)
    assert wait_and_talk(events) == (30, 60)
    assert [local(one(events, kind)) for kind in (ContactAnswered, ContactEnded)] == ["01 09:00:40", "01 09:01:40"]


def test_queues_and_agents_are_declared_when_they_first_appear_and_never_logged_in(
    read: Callable[..., list[Event]], told: Told
) -> None:
    earlier = ANSWERED.replace(" 9:0", " 8:0").replace("L1 1", "L1 2")
    events = read(ANSWERED, earlier)
    queue, agent = one(events, QueueDeclared), one(events, AgentDeclared)
    assert (local(queue), queue.service_level_ms, queue.time_zone) == ("01 08:00:10", 20_000, "Asia/Jerusalem")
    assert (local(agent), agent.agent) == ("01 08:00:40", "ANN")
    assert told(events, only="agent.state") == []


def test_an_answer_without_a_queue_is_offered_and_waits_nothing(read: Callable[..., list[Event]]) -> None:
    events = read(f"L1 1 0 0 PS 990301 9:00:00 9:00:10 10 {NO_QUEUE} AGENT 9:00:09 9:01:09 60 ANN")
    assert wait_and_talk(events) == (0, 60)
    assert local(one(events, ContactQueued)) == local(one(events, ContactAnswered)) == "01 09:00:10"


def test_a_hang_up_in_the_queue_is_an_abandon_even_with_a_service_time(read: Callable[..., list[Event]]) -> None:
    events = read("L1 1 0 0 PS 990301 9:00:00 9:00:10 10 9:00:10 9:00:40 30 HANG 9:00:39 9:01:39 60 ANN")
    assert one(events, ContactUnqueued).reason == "abandoned"
    assert local(one(events, ContactEnded)) == "01 09:00:40"
    assert not [event for event in events if isinstance(event, ContactAnswered | AgentDeclared)]


def test_a_hang_up_without_a_queue_left_in_the_automated_step(read: Callable[..., list[Event]], told: Told) -> None:
    events = read(f"L1 1 0 0 PS 990301 9:00:00 9:00:10 10 {NO_QUEUE} HANG {NO_SERVICE} NO_SERVER")
    assert told(events, "result", "step") == [
        "contact.started",
        "contact.automated entered vru",
        "contact.automated left vru",
        "contact.ended",
    ]


def test_phantoms_are_dropped_and_counted(read: Callable[..., list[Event]], report: Report) -> None:
    read(ANSWERED, f"L1 2 0 0 PS 990301 9:00:00 9:00:10 10 {NO_QUEUE} PHANTOM {NO_SERVICE} NO_SERVER")
    assert report.ignored == {"dropped by the map": 1}
    assert report.read == 2


def test_a_negative_automated_time_keeps_the_order_and_the_wait(read: Callable[..., list[Event]]) -> None:
    events = read("L1 1 0 0 PS 990301 9:01:00 9:00:10 -50 9:00:10 9:00:40 30 AGENT 9:00:39 9:01:39 60 ANN")
    started = one(events, ContactStarted)
    assert (local(started), started.x) == ("01 09:00:10", {"clock_back_ms": 50_000})
    assert wait_and_talk(events) == (30, 60)


@pytest.mark.parametrize(
    ("row", "queued", "released"),
    [
        ("23:59:50 23:59:54 4 0:00:00 0:00:27 27 AGENT 0:00:26 0:01:26 60", "02 00:00:00", "02 00:01:27"),
        ("23:58:00 23:58:10 10 23:58:10 0:00:00 110 AGENT 23:59:59 0:00:59 60", "01 23:58:10", "02 00:01:00"),
        ("23:00:00 23:00:10 10 23:00:10 23:00:20 10 AGENT 23:00:19 0:20:19 4800", "01 23:00:10", "02 00:20:20"),
    ],
)
def test_midnight_may_fall_anywhere_in_a_call(
    read: Callable[..., list[Event]], row: str, queued: str, released: str
) -> None:
    events = read(f"L1 1 0 0 PS 990301 {row} ANN")
    assert local(one(events, ContactQueued)) == queued
    assert local(one(events, ContactReleased)) == released


def test_nobody_who_answered_is_unknown_and_no_customer_is_none(read: Callable[..., list[Event]]) -> None:
    events = read(ANSWERED.replace("ANN", "NO_SERVER"))
    assert one(events, ContactAnswered).agent == "unknown"
    assert one(events, ContactStarted).customer is None


def test_a_customer_is_hashed_and_a_priority_is_credited(read: Callable[..., list[Event]]) -> None:
    events = read(ANSWERED.replace("1 0 0 PS", "1 5550100200 2 PS"))
    assert b"5550100200" not in msgspec.msgpack.encode(events)
    queued = one(events, ContactQueued)
    assert (one(events, ContactStarted).priority, queued.priority, queued.credit_ms) == (2, 2, 90_000)


def test_a_key_that_comes_twice_is_two_contacts(read: Callable[..., list[Event]]) -> None:
    events = read(ANSWERED, ANSWERED)
    assert {e.contact for e in events if isinstance(e, ContactStarted)} == {"990301-L1-1", "990301-L1-1~2"}
    assert len({event.id for event in events}) == len(events)


def test_all_events_are_in_the_order_of_time(read: Callable[..., list[Event]]) -> None:
    events = read(ANSWERED, ANSWERED.replace("9:0", "8:0").replace("L1", "L2"))
    assert [event.at for event in events] == sorted(event.at for event in events)


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ("AGENT", "MAYBE", "the map has no such value of 'outcome'"),
        ("9:00:00", "25:00:00", "a day or clock that cannot be read"),
        ("990301", "5550100200", "a day or clock that cannot be read"),
        (" 30 ", " x ", "no number of seconds in 'q_time'"),
        (" 30 ", " nan ", "more than a month in 'q_time'"),
        (" 0 PS", " high PS", "no whole number in priority"),
    ],
)
def test_a_row_that_makes_no_call_is_skipped_counted_and_not_quoted(
    read: Callable[..., list[Event]], report: Report, old: str, new: str, why: str
) -> None:
    read(ANSWERED, ANSWERED.replace(old, new, 1))
    assert report.skipped == {why: 1}
    assert report.examples == [f"bank.tsv row 3: {why}"]


def test_a_table_of_which_no_row_is_a_call_is_refused(read: Callable[..., list[Event]]) -> None:
    with pytest.raises(DataError, match=r"bank\.tsv: no row makes a call by this map \(1 read, 0 events; 1 skipped"):
        read(ANSWERED.replace("AGENT", "MAYBE"))


def mapped(folder: Path, text: str) -> Path:
    path = folder / "map.toml"
    path.write_text(text)
    return path


PLAIN = """
[columns]
id = ["call"]
started = "begin"
answered = "answer"
released = "end"
agent = "who"
[clocks]
time_zone = "Europe/Berlin"
"""


def plain(folder: Path, options: Options, rows: Mapping[str, Sequence[object]], extra: str = "") -> list[Event]:
    """Import a table made of columns by the plain map, from Parquet if it holds anything but text."""
    table = pl.DataFrame(rows)
    text = all(kind == pl.String for kind in table.dtypes)
    path = folder / ("calls.csv" if text else "calls.parquet")
    if text:
        table.write_csv(path)
    else:
        table.write_parquet(path)
    using = msgspec.structs.replace(options, map=mapped(folder, PLAIN + extra))
    return list(import_files("call-records", [path], using))


def test_a_plain_table_waits_from_its_start_to_its_answer(tmp_path: Path, options: Options) -> None:
    call = {"call": ["a"], "begin": ["2024-05-01 12:00:00"], "answer": ["2024-05-01 12:00:20"], "who": ["Ann"]}
    events = plain(tmp_path, options, {**call, "end": ["2024-05-01T12:01:00"]})
    assert wait_and_talk(events) == (20, 40)
    assert one(events, ContactStarted).at == datetime(2024, 5, 1, 10, tzinfo=UTC).timestamp() * 1000


def test_a_call_through_the_hour_that_comes_twice_keeps_its_durations(tmp_path: Path, options: Options) -> None:
    call = {"call": ["a"], "begin": ["2024-10-27 02:50:00"], "answer": ["2024-10-27 02:05:00"], "who": ["Ann"]}
    events = plain(tmp_path, options, {**call, "end": ["2024-10-27 03:05:00"]})
    assert wait_and_talk(events) == (15 * 60, 60 * 60)


def test_a_call_through_the_hour_that_never_was_keeps_its_durations(tmp_path: Path, options: Options) -> None:
    call = {"call": ["a"], "begin": ["2024-03-31 01:59:00"], "answer": ["2024-03-31 03:00:00"], "who": ["Ann"]}
    events = plain(tmp_path, options, {**call, "end": ["2024-03-31 03:01:00"]})
    assert wait_and_talk(events) == (60, 60)


def test_parquet_is_read_with_its_own_times_and_empty_cells(tmp_path: Path, options: Options) -> None:
    noon = datetime(2024, 5, 1, 12, tzinfo=UTC)
    rows: dict[str, list[object]] = {
        "call": [1, 2],
        "begin": [noon, noon],
        "answer": [noon.replace(second=9), None],
        "end": [noon.replace(minute=1), noon.replace(second=30)],
        "who": ["Ann", None],
        "unused": [1.5, 2.5],
    }
    events = plain(tmp_path, options, rows)
    ends = {
        e.contact: (e.reason, e.at - round(noon.timestamp() * 1000)) for e in events if isinstance(e, ContactUnqueued)
    }
    assert ends == {"1": ("answered", 9000), "2": ("abandoned", 30_000)}


def test_epochs_are_moments_too(tmp_path: Path, options: Options) -> None:
    call = {"call": ["a"], "begin": ["1800000000"], "answer": ["1800000007.5"], "end": ["1800000010"], "who": ["Ann"]}
    events = plain(tmp_path, options, call, 'time = "epoch"\n')
    assert one(events, ContactUnqueued).at == 1_800_000_007_500


def test_channel_and_direction_are_mapped_from_their_columns(tmp_path: Path, options: Options) -> None:
    call = {"call": ["a"], "begin": ["2024-05-01 12:00"], "answer": ["2024-05-01 12:00"], "end": [""], "who": ["Ann"]}
    extra = '[channels]\nW = "chat"\n[directions]\nO = "outbound"\n'
    columns = PLAIN.replace("[clocks]", 'channel = "kind"\ndirection = "way"\n[clocks]')
    path = tmp_path / "calls.csv"
    pl.DataFrame({**call, "kind": ["W"], "way": ["O"]}).write_csv(path)
    using = msgspec.structs.replace(options, map=mapped(tmp_path, columns + extra))
    started = one(list(import_files("call-records", [path], using)), ContactStarted)
    assert (started.channel, started.direction) == ("chat", "outbound")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("[columns]\nid = []\n", "is not a map of call records: Expected `array` of length >= 1"),
        ("[columns]\nid = ['a']\nqueud = 'b'\n", "is not a map of call records: Object contains unknown field `queud`"),
        ("[columns", "is not a map of call records: "),
        ("[columns]\nid = ['a']\n[outcomes]\nA = 'won'\n", "is not a map of call records: Invalid enum value 'won'"),
        (PLAIN.replace("Berlin", "Atlantis"), "time zone 'Europe/Atlantis' is not one of the IANA list"),
        (PLAIN.replace('"answer"', '"answr"'), r"names columns that are not there: 'answr' \(is it 'answer'\?\)"),
    ],
)
def test_a_wrong_map_is_refused_in_words(tmp_path: Path, options: Options, text: str, complaint: str) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("call,begin,answer,end,who\na,2024-05-01 12:00:00,,,\n")
    using = msgspec.structs.replace(options, map=mapped(tmp_path, text))
    with pytest.raises(DataError, match=complaint):
        import_files("call-records", [path], using)


def test_a_missing_map_names_the_ones_that_come_along(tmp_path: Path, options: Options) -> None:
    with pytest.raises(DataError, match=r"need a map of their columns: --map FILE, or one of: anonymous-bank"):
        import_files("call-records", [bank(tmp_path, ANSWERED)], options)
    using = msgspec.structs.replace(options, map=Path("gone.toml"))
    with pytest.raises(DataError, match=r"gone\.toml: cannot be read: .*; maps that come along: anonymous-bank"):
        import_files("call-records", [bank(tmp_path, ANSWERED)], using)


@pytest.mark.parametrize(
    ("name", "content", "complaint"),
    [
        ("a.csv", b"", "is empty; a table begins with the names of its columns"),
        ("a.csv", b"\x00\xff" * 9, "names columns that are not there: 'call', 'begin', 'answer', 'end', 'who'"),
        ("a.csv", b"x" * 70_000, "cannot be read as csv: a line is longer than 64 KiB"),
        ("a.parquet", b"PAR1 and then nothing", "cannot be read as Parquet"),
    ],
)
def test_a_file_of_another_kind_is_refused_in_words(
    tmp_path: Path, options: Options, name: str, content: bytes, complaint: str
) -> None:
    path = tmp_path / name
    path.write_bytes(content)
    using = msgspec.structs.replace(options, map=mapped(tmp_path, PLAIN))
    with pytest.raises(DataError, match=complaint):
        import_files("call-records", [path], using)
    for wrong in (tmp_path, tmp_path / "gone.csv"):
        with pytest.raises(DataError, match=r"is a directory; name a file in it|no such file"):
            import_files("call-records", [wrong], using)


def test_parquet_without_polars_says_what_to_install(
    tmp_path: Path, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.parquet"
    path.write_bytes(b"PAR1")
    real = builtins.__import__

    def without_polars(name: str, *rest: Any, **more: Any) -> Any:
        if name == "polars":
            raise ImportError(name)
        return real(name, *rest, **more)

    monkeypatch.setattr(builtins, "__import__", without_polars)
    using = msgspec.structs.replace(options, map=mapped(tmp_path, PLAIN))
    with pytest.raises(UsageError, match="reading Parquet needs polars: install wallboard with its extra 'parquet'"):
        import_files("call-records", [path], using)


def test_a_table_cannot_be_followed(tmp_path: Path, options: Options) -> None:
    with pytest.raises(UsageError, match="call-records is read from closed files only; import it instead"):
        follow("call-records", tmp_path, options)
