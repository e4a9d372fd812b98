"""What every adapter owes to the fold, whatever it reads. A new one adds a sample here."""

import gzip
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from feeds.adapters.options import Options
from feeds.adapters.registry import ADAPTERS, import_files
from wallboard.core.events import (
    AnyEvent,
    ContactAnswered,
    ContactEnded,
    ContactQueued,
    ContactReleased,
    ContactStarted,
    ContactUnqueued,
)
from wallboard.core.vocabulary import Event

CANARY = "5550100299"
REORDER_MS = 2000
CALLS = f"""day,line,id,customer,in,ivr,q,out,result,begin,end,agent
2024-10-27,7,1,{CANARY},02:50:00,02:50:05,02:50:05,02:10:00,yes,02:10:00,02:15:00,Ann
2024-10-27,7,2,{CANARY},03:00:00,03:00:05,03:00:05,03:00:09,no,,,
2024-10-27,7,2,{CANARY},23:59:00,23:59:05,,,yes,23:59:05,00:04:00,
2024-10-27,8,3,,03:00:00,03:00:05,,,no,,,
"""
MAP = """
[columns]
id = ["day", "line", "id"]
day = "day"
started = "in"
automated_left = "ivr"
queued = "q"
unqueued = "out"
answered = "begin"
released = "end"
outcome = "result"
agent = "agent"
customer = "customer"
[clocks]
time_zone = "Europe/Berlin"
[outcomes]
yes = "answered"
no = "abandoned"
"""


def queue_log(folder: Path, recordings: Path, options: Options) -> list[Event]:
    raw = (recordings / "asterisk-22.queue_log").read_bytes()
    path = folder / "queue_log"
    path.write_bytes(
        re.sub(rb"(ENTERQUEUE\|\|)\d{9,}", rb"\g<1>" + CANARY.encode(), raw).replace(
            b"|Lunch", b"|ring " + CANARY.encode()
        )
    )
    return list(import_files("asterisk-queue-log", [path], options))


def call_records(folder: Path, _: Path, options: Options) -> list[Event]:
    (folder / "map.toml").write_text(MAP)
    (folder / "calls.csv").write_text(CALLS)
    using = msgspec.structs.replace(options, map=folder / "map.toml")
    return list(import_files("call-records", [folder / "calls.csv"], using))


def ami(folder: Path, recordings: Path, options: Options) -> list[Event]:
    raw = gzip.decompress((recordings / "asterisk-22.ami.gz").read_bytes())
    path = folder / "ami.raw"
    path.write_bytes(re.sub(rb"(CallerIDNum: )\d{9,}", rb"\g<1>" + CANARY.encode(), raw))
    return list(import_files("asterisk-ami", [path], options))


SAMPLES: dict[str, Callable[[Path, Path, Options], list[Event]]] = {
    "asterisk-ami": ami,
    "asterisk-queue-log": queue_log,
    "call-records": call_records,
}


@pytest.fixture(scope="module", params=sorted(ADAPTERS))
def events(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, recordings: Path, options: Options
) -> list[Event]:
    assert request.param in SAMPLES, "a new adapter needs a sample here"
    sample = SAMPLES[request.param](tmp_path_factory.mktemp("sample"), recordings, options)
    assert sample
    return sample


def test_every_leg_that_is_queued_ends_once_and_after_it_began(events: list[Event]) -> None:
    began: dict[tuple[str, str, int], int] = {}
    for event in events:
        if isinstance(event, ContactQueued):
            assert (event.contact, event.queue, event.leg) not in began
            began[event.contact, event.queue, event.leg] = event.at
        elif isinstance(event, ContactUnqueued):
            assert began.pop((event.contact, event.queue, event.leg)) <= event.at
    assert not began


def test_every_answer_is_released_once(events: list[Event]) -> None:
    talks = Counter((e.contact, e.leg, e.agent) for e in events if isinstance(e, ContactAnswered))
    assert talks == Counter((e.contact, e.leg, e.agent) for e in events if isinstance(e, ContactReleased))
    assert set(talks.values()) == {1}


def test_every_contact_starts_once_and_ends_once(events: list[Event]) -> None:
    started = Counter(event.contact for event in events if isinstance(event, ContactStarted))
    assert started == Counter(event.contact for event in events if isinstance(event, ContactEnded))
    assert set(started.values()) == {1}


def test_events_are_in_the_order_of_time_within_the_reorder_allowance(events: list[Event]) -> None:
    newest = 0
    for event in events:
        assert event.at >= newest - REORDER_MS
        newest = max(newest, event.at)


def test_events_survive_the_wire_and_their_bounds_are_kept(events: list[Event]) -> None:
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(events), type=list[AnyEvent]) == events


def test_no_raw_number_is_anywhere_in_the_encoded_events(events: list[Event]) -> None:
    assert CANARY.encode() not in msgspec.msgpack.encode(events)
    assert CANARY.encode() not in msgspec.json.encode(events)
    assert any(isinstance(event, ContactStarted) and event.customer for event in events)


def test_ids_are_unique(events: list[Event]) -> None:
    assert len({event.id for event in events}) == len(events)
    assert None not in {event.id for event in events}
