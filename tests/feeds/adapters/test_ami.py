"""The manager interface: the same events as the log beside it, from bytes cut anywhere."""

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from feeds.adapters.asterisk.ami import AmiTranslator
from feeds.adapters.asterisk.blocks import LARGEST, Blocks, parse_block
from feeds.adapters.options import Options
from feeds.adapters.registry import import_files
from feeds.adapters.report import Report
from wallboard.core.events import ContactAnswered, ContactOffered
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


HUNG_UP = block("HangupRequest", 4.9, {"Uniqueid": "call.1"})
OTHER_LINE = block("HangupRequest", 0, {"Uniqueid": "another"})
LOST = block("QueueCallerAbandon", 5, CALL)


@pytest.fixture
def ami(options: Options) -> AmiTranslator:
    return AmiTranslator(options, Report())


@pytest.mark.parametrize("size", [1, 7, 1448])
def test_bytes_may_be_cut_anywhere(recordings: Path, options: Options, size: int) -> None:
    raw = gzip.decompress((recordings / "asterisk-22.ami.gz").read_bytes())[:200_000]
    whole, cut = (AmiTranslator(options, Report()) for _ in range(2))
    pieces = [event for at in range(0, len(raw), size) for event in cut.feed(raw[at : at + size], 0)]
    assert pieces == whole.feed(raw, 0)
    assert pieces


def test_every_single_byte_may_be_the_last_of_a_read(options: Options) -> None:
    """Within a line end, the end of a block, a key, a value, a letter of two bytes."""
    said = JOIN + CALLED + LEAVE + CONNECT + block("AgentComplete", 9, CALL, ANN, {"Reason": "a: b"})
    raw = said.replace(b"Ann", "Zo\u00eb".encode())
    whole = AmiTranslator(options, Report()).feed(raw, 0)
    for at in range(1, len(raw)):
        cut = AmiTranslator(options, Report())
        assert cut.feed(raw[:at], 0) + cut.feed(raw[at:], 0) == whole
    assert whole[-2].agent == "Zo\u00eb"  # type: ignore[attr-defined]


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


def test_a_hang_up_requested_before_the_abandon_makes_it_one_and_ends_the_contact(
    ami: AmiTranslator, told: Told
) -> None:
    events = ami.feed(JOIN + HUNG_UP + LOST + LEAVE, 0)
    assert told(events, "reason", only="contact")[2:] == ["contact.unqueued abandoned", "contact.ended"]


def test_an_abandon_without_a_hang_up_is_a_caller_taken_out_alive(ami: AmiTranslator, told: Told) -> None:
    ami.feed(OTHER_LINE + JOIN + LOST + LEAVE, 0)
    assert ami.settle(T * 1000 + 6499) == []
    assert told(ami.settle(T * 1000 + 6500), "reason") == ["contact.unqueued diverted"]


@pytest.mark.parametrize(
    ("status", "reason"),
    [("TIMEOUT", "timeout"), ("LEAVEEMPTY", "no-agents"), ("WITHDRAW", "diverted"), ("CONTINUE", "key")],
)
def test_the_dialplan_may_say_why_a_caller_left(ami: AmiTranslator, told: Told, status: str, reason: str) -> None:
    ami.feed(OTHER_LINE + JOIN + LOST + LEAVE, 0)
    event = block("UserEvent", 5.1, CALL, {"UserEvent": "QueueExit", "QueueStatus": status})
    assert told(ami.feed(event, 0), "reason") == [f"contact.unqueued {reason}"]
    ami.feed(block("QueueCallerJoin", 6, CALL) + block("QueueCallerAbandon", 7, CALL), 0)
    variable = {"Uniqueid": "call.1", "Variable": "QUEUESTATUS", "Value": status}
    assert told(ami.feed(block("VarSet", 7.1, variable), 0), "reason") == [f"contact.unqueued {reason}"]


def test_without_the_call_class_every_such_event_is_an_abandon_as_the_acd_counts(
    ami: AmiTranslator, told: Told
) -> None:
    assert told(ami.feed(JOIN + LOST, 0), "reason", only="contact.un") == ["contact.unqueued abandoned"]


def test_whoever_enters_again_has_left_before(ami: AmiTranslator, told: Told) -> None:
    again = block("QueueCallerJoin", 5.5, {"Uniqueid": "call.1", "Queue": "vip"})
    events = ami.feed(OTHER_LINE + JOIN + LOST + LEAVE + again, 0)
    assert told(events, "queue", "reason", only="contact.")[1:] == [
        "contact.queued sales",
        "contact.unqueued sales diverted",
        "contact.queued vip",
    ]


def test_a_caller_in_two_queues_and_twice_in_one_has_a_leg_for_each(ami: AmiTranslator, told: Told) -> None:
    vip = block("QueueCallerJoin", 6, {"Uniqueid": "call.1", "Queue": "vip"})
    leave = block("QueueCallerLeave", 7, {"Uniqueid": "call.1", "Queue": "vip"})
    events = ami.feed(JOIN + LOST + LEAVE + vip + leave + block("QueueCallerJoin", 8, CALL), 0)
    assert told(events, "queue", "leg", only="contact.queued") == [
        "contact.queued sales 0",
        "contact.queued vip 1",
        "contact.queued sales 2",
    ]


def test_one_agent_in_two_calls_at_once_ends_each_by_itself(ami: AmiTranslator, told: Told) -> None:
    second = {"Uniqueid": "call.2", "Queue": "sales"}
    events = ami.feed(JOIN + LEAVE + CONNECT, 0)
    events += ami.feed(block("QueueCallerJoin", 6, second) + block("AgentConnect", 7, second, ANN), 0)
    events += ami.feed(block("AgentComplete", 8, second, ANN) + block("AgentComplete", 9, {"Queue": "sales"}, ANN), 0)
    assert told(events, "contact", only="contact.released") == [
        "contact.released call.2",
        "contact.released call.1",
    ]


def test_a_redirected_caller_is_no_abandon_where_the_line_tells(ami: AmiTranslator, told: Told) -> None:
    events = ami.feed(OTHER_LINE + JOIN + LOST + LEAVE, 0) + ami.settle(T * 1000 + 9000)
    assert "contact.ended" not in told(events)


def test_an_agent_removed_while_its_phone_rings_can_answer_and_stays_no_member(ami: AmiTranslator, told: Told) -> None:
    added = block("QueueMemberAdded", 0, {"Queue": "sales"}, ANN, {"Paused": "0"})
    removed = block("QueueMemberRemoved", 3, {"Queue": "sales"}, ANN)
    late = block("QueueMemberStatus", 3.1, {"Queue": "sales"}, ANN, {"Status": "6", "Paused": "0"})
    events = ami.feed(added + JOIN + CALLED + removed + late + LEAVE + CONNECT, 0)
    assert told(events, "agent", only="agent.joined") == ["agent.joined Ann"]
    assert told(events, "agent", only="contact.answered") == ["contact.answered Ann"]


def test_a_static_member_is_seen_by_its_status_with_its_pause(ami: AmiTranslator, told: Told) -> None:
    status = {"Queue": "sales", "Status": "1", "Paused": "1", "PausedReason": "Lunch"}
    events = ami.feed(block("QueueMemberStatus", 1, status, ANN), 0)
    assert told(events, "agent", "queue", "state", "reason", only="agent.")[1:] == [
        "agent.joined Ann sales",
        "agent.state Ann not-ready Lunch",
    ]


def status(second: float, device: int) -> bytes:
    return block("QueueMemberStatus", second, {"Queue": "sales", "Status": str(device), "Paused": "0"}, ANN)


def test_a_phone_in_use_without_a_call_of_ours_is_busy_elsewhere_after_a_moment(ami: AmiTranslator, told: Told) -> None:
    ami.feed(status(0, 1) + status(1, 2), 0)
    assert ami.settle(T * 1000 + 2999) == []
    assert told(ami.settle(T * 1000 + 3000), "state", "reason") == ["agent.state not-ready other-call"]
    assert told(ami.feed(status(9, 1), 0), "state") == ["agent.state ready"]


def test_a_phone_in_use_by_a_call_of_ours_is_not_busy_elsewhere(ami: AmiTranslator, told: Told) -> None:
    ami.feed(JOIN + status(1, 2) + CALLED + LEAVE + CONNECT, 0)
    assert ami.settle(T * 1000 + 60_000) == []
    ami.feed(block("AgentComplete", 61, CALL, ANN, {"Reason": "caller"}), 0)
    assert ami.settle(T * 1000 + 62_999) == []
    assert told(ami.settle(T * 1000 + 63_000), "reason") == ["agent.state other-call"]


def test_a_phone_of_whom_no_queue_knows_any_more_is_forgotten(ami: AmiTranslator, told: Told) -> None:
    ami.feed(status(0, 1) + status(1, 2) + block("QueueMemberRemoved", 2, {"Queue": "sales"}, ANN), 0)
    assert ami.settle(T * 1000 + 60_000) == []
    added = block("QueueMemberAdded", 61, {"Queue": "sales", "Paused": "0", "Status": "1"}, ANN)
    assert told(ami.feed(added, 0), "state")[-1] == "agent.state ready"
    assert ami.settle(T * 1000 + 90_000) == []


def test_timestamps_that_run_back_stay_what_they_are(ami: AmiTranslator) -> None:
    events = ami.feed(JOIN + CONNECT + block("AgentComplete", 4.998, CALL, ANN), 0)
    assert [event.at - T * 1000 for event in events][-2:] == [4998, 4998]


def test_hold_is_told_of_the_agents_line_and_only_where_it_changes(ami: AmiTranslator, told: Told) -> None:
    phone = {"Uniqueid": "phone.1"}
    talk = block("AgentConnect", 5.002, CALL, ANN, {"DestUniqueid": "phone.1"})
    holds = [block(event, 6, phone) for event in ("Unhold", "Hold", "Hold", "Unhold", "Unhold")]
    events = ami.feed(JOIN + LEAVE + talk + b"".join(holds), 0)
    assert told(events, "agent")[-2:] == ["contact.held Ann", "contact.resumed Ann"]


def test_names_of_the_system_and_variables_in_every_event_change_nothing(ami: AmiTranslator, told: Told) -> None:
    extra = {"SystemName": "pbx-1", "ChanVariable": "REF=1", "DestChanVariable": "REF=1"}
    assert told(ami.feed(block("QueueCallerJoin", 0, CALL, extra), 0)) == told(
        AmiTranslator(Options(customer_key=b"k"), Report()).feed(JOIN, 0)
    )


def test_a_complete_without_its_channels_is_found_by_queue_and_interface(ami: AmiTranslator, told: Told) -> None:
    complete = block("AgentComplete", 9, {"Queue": "sales"}, ANN, {"TalkTime": "4", "Reason": "caller"})
    events = ami.feed(JOIN + LEAVE + CONNECT + complete + complete, 0)
    assert told(events, "contact", "by", only="contact.released") == ["contact.released call.1 customer"]


@pytest.mark.parametrize(("event", "reason"), [("AgentRingNoAnswer", "no-answer"), ("AgentDump", "rejected")])
def test_an_offer_that_ends_without_its_channels_is_that_of_who_rings_there(
    ami: AmiTranslator, told: Told, event: str, reason: str
) -> None:
    events = ami.feed(
        JOIN + CALLED + block(event, 9, {"Queue": "sales"}, ANN) + block(event, 9, {"Queue": "vip"}, ANN), 0
    )
    assert told(events, "contact", "reason", only="contact.unanswered") == [f"contact.unanswered call.1 {reason}"]


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
