"""The manager interface: the same events as the log beside it, from bytes cut anywhere."""

import gzip
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from feeds.adapters.asterisk.ami import AmiTranslator
from feeds.adapters.asterisk.blocks import LARGEST, Blocks, parse_block
from feeds.adapters.options import Options
from feeds.adapters.registry import import_files
from feeds.adapters.report import Report
from wallboard.core.events import AgentState, ContactAnswered, ContactOffered, ContactReleased, ContactUnqueued
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError

Told = Callable[..., list[str]]
T = 1_800_000_000
CALL = {"Uniqueid": "call.1", "Queue": "sales"}
ANN = {"Interface": "Local/1@a", "MemberName": "Ann"}


def block(event: str, second: float, *headers: dict[str, str]) -> bytes:
    lines = [f"Event: {event}", "Privilege: agent,all", f"Timestamp: {T + second:.6f}"]
    lines += [f"{key}: {value}" for some in headers for key, value in some.items()]
    return ("\r\n".join(lines) + "\r\n\r\n").encode()


JOIN = block("QueueCallerJoin", 0, CALL, {"CallerIDNum": "5550100200"})
LEAVE = block("QueueCallerLeave", 5, CALL)
CALLED = block("AgentCalled", 1, CALL, ANN)
CONNECT = block("AgentConnect", 5.002, CALL, ANN, {"HoldTime": "5", "RingTime": "4"})


@pytest.fixture
def ami(options: Options) -> AmiTranslator:
    return AmiTranslator(options, Report())


def test_the_capture_tells_what_the_log_of_the_same_minutes_tells(recordings: Path, options: Options) -> None:
    def sums(events: list[Event]) -> Counter[tuple[str, ...]]:
        alike = {"timeout": "abandoned", "diverted": "abandoned", "no-agents": "abandoned"}
        counts: Counter[tuple[str, ...]] = Counter()
        for event in events:
            if isinstance(event, ContactUnqueued):
                counts[event.queue, alike.get(event.reason, event.reason)] += 1
            elif isinstance(event, ContactReleased):
                counts["released", event.agent, str(event.by)] += 1
            elif isinstance(event, AgentState):
                counts["state", event.agent, event.state, str(event.reason)] += 1
        return counts

    log = sums(list(import_files("asterisk-queue-log", [recordings / "asterisk-22.queue_log"], options)))
    manager = sums(list(import_files("asterisk-ami", [recordings / "asterisk-22.ami.gz"], options)))
    assert manager == log


@pytest.mark.parametrize("size", [1, 7, 1448])
def test_bytes_may_be_cut_anywhere(recordings: Path, options: Options, size: int) -> None:
    raw = gzip.decompress((recordings / "asterisk-22.ami.gz").read_bytes())[:200_000]
    whole, cut = (AmiTranslator(options, Report()) for _ in range(2))
    pieces = [event for at in range(0, len(raw), size) for event in cut.feed(raw[at : at + size], 0)]
    assert pieces == whole.feed(raw, 0)
    assert pieces


def test_a_phone_rings_before_it_is_answered(ami: AmiTranslator, told: Told) -> None:
    events = ami.feed(JOIN + CALLED + LEAVE + CONNECT, 0)
    assert told(events, "reason", only="contact") == [
        "contact.started",
        "contact.queued",
        "contact.offered",
        "contact.unqueued answered",
        "contact.answered",
    ]
    assert [event.at - T * 1000 for event in events if isinstance(event, ContactOffered | ContactAnswered)] == [
        1000,
        5002,
    ]


def test_the_other_phones_stop_ringing_when_one_answers(ami: AmiTranslator, told: Told) -> None:
    bob = block("AgentCalled", 1, CALL, {"Interface": "Local/2@a", "MemberName": "Bob"})
    events = ami.feed(JOIN + CALLED + bob + LEAVE + CONNECT, 0)
    assert told(events, "agent", "reason", only="contact.unanswered") == ["contact.unanswered Bob withdrawn"]


def test_a_leave_is_not_an_end_until_no_answer_has_followed_it(ami: AmiTranslator, told: Told) -> None:
    ami.feed(JOIN + LEAVE, 0)
    assert ami.settle(T * 1000 + 6000) == []
    assert told(ami.settle(T * 1000 + 6500), "reason") == ["contact.unqueued key"]


def test_an_abandon_comes_before_its_leave_and_stops_the_phones(ami: AmiTranslator, told: Told) -> None:
    events = ami.feed(JOIN + CALLED + block("QueueCallerAbandon", 5, CALL) + LEAVE, 0) + ami.settle(T * 1000 + 9000)
    assert told(events, "reason", only="contact.un") == [
        "contact.unanswered caller-left",
        "contact.unqueued abandoned",
    ]


def test_a_complete_without_its_channels_is_found_by_queue_and_interface(ami: AmiTranslator, told: Told) -> None:
    complete = block("AgentComplete", 9, {"Queue": "sales"}, ANN, {"TalkTime": "4", "Reason": "caller"})
    events = ami.feed(JOIN + LEAVE + CONNECT + complete + complete, 0)
    assert told(events, "contact", "by", only="contact.released") == ["contact.released call.1 customer"]


def test_the_kind_of_a_transfer_is_told_by_the_event_before(ami: AmiTranslator, told: Told) -> None:
    attended = block("AttendedTransfer", 8, {"TransfereeUniqueid": "call.1"})
    complete = block("AgentComplete", 9, CALL, ANN, {"Reason": "transfer"})
    events = ami.feed(JOIN + LEAVE + CONNECT + attended + complete, 0)
    assert told(events, "kind", only="contact.transferred") == ["contact.transferred attended"]


def test_a_dumped_caller_waits_on(ami: AmiTranslator, told: Told) -> None:
    events = ami.feed(JOIN + CALLED + block("AgentDump", 3, CALL, ANN), 0)
    assert told(events, "reason", only="contact")[-1] == "contact.unanswered rejected"


def test_pauses_have_their_reason_in_either_header(ami: AmiTranslator, told: Told) -> None:
    member = {"Queue": "sales", **ANN}
    events = ami.feed(
        block("QueueMemberAdded", 0, member, {"Paused": "0"})
        + block("QueueMemberPause", 1, member, {"Paused": "1", "Reason": "Lunch"})
        + block("QueueMemberPause", 2, member, {"Paused": "1", "PausedReason": "Auto-Pause"})
        + block("QueueMemberPenalty", 3, member, {"Penalty": "4"})
        + block("QueueMemberRemoved", 4, member),
        0,
    )
    assert told(events, "state", "reason", "penalty", only="agent.")[1:] == [
        "agent.joined 0",
        "agent.state ready",
        "agent.state not-ready Lunch",
        "agent.state not-ready no-answer",
        "agent.joined 4",
        "agent.parted",
        "agent.state offline",
    ]


def test_a_login_is_no_restart_but_a_later_beginning_is(ami: AmiTranslator, told: Told) -> None:
    def boot(second: int, uptime: int) -> list[Event]:
        return ami.feed(block("FullyBooted", second, {"Uptime": str(uptime)}), 0)

    assert boot(100, 60) == []
    assert boot(200, 160) == []
    assert told(boot(300, 5), "why") == ["floor.began QUEUESTART", "floor.ended QUEUESTART"]


def test_a_header_that_comes_twice_keeps_its_first_value_and_values_may_hold_colons() -> None:
    parsed = parse_block("State: one\r\nState: two\r\nName: a: b\r\nEmpty:\r\nno header\r\nPerson: Chlo\u00e9".encode())
    assert parsed == {"State": "one", "Name": "a: b", "Empty": "", "Person": "Chlo\u00e9"}


def test_a_block_too_large_is_dropped_counted_and_not_kept() -> None:
    blocks = Blocks()
    assert list(blocks.feed(b"Event: " + b"x" * LARGEST)) == []
    assert list(blocks.feed(b"x" * LARGEST)) == []
    assert [parsed for parsed, _ in blocks.feed(b"\r\n\r\nEvent: A\r\n\r\n")] == [{"Event": "A"}]
    assert blocks.dropped == 1


def test_a_file_without_timestamps_or_events_is_refused_in_words(tmp_path: Path, options: Options) -> None:
    path = tmp_path / "ami.raw"
    path.write_bytes(b"Asterisk Call Manager/11.0.0\r\nEvent: FullyBooted\r\n\r\n")
    with pytest.raises(DataError, match="is not a capture of the manager interface with timestampevents=yes"):
        import_files("asterisk-ami", [path], options)
