"""Any bytes a manager may send: no crash, and only events that the wire can hold."""

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as some

from feeds.adapters.asterisk.ami import AmiTranslator
from feeds.adapters.asterisk.blocks import Block
from feeds.adapters.asterisk.standing import Census
from feeds.adapters.options import Options
from feeds.adapters.report import Report
from wallboard.core.events import AnyEvent

EVENTS = [
    *(f"Agent{name}" for name in ("Called", "Complete", "Connect", "Dump", "RingNoAnswer")),
    *(f"Queue{name}" for name in ("CallerAbandon", "CallerJoin", "CallerLeave", "Entry", "Member", "Params")),
    *(f"QueueMember{name}" for name in ("Added", "Pause", "Penalty", "Removed", "Status")),
    *("AttendedTransfer", "FullyBooted", "HangupRequest", "Hold", "Unhold", "UserEvent", "VarSet", "CoreShowChannel"),
    *("QueueStatusComplete", "CoreShowChannelsComplete", "Nonsense"),
]
VALUES = some.one_of(
    some.sampled_from(
        ["", "1", "2", "5", "sales", "Ann", "SIP/1", "SIP/1-0a", "call.1", "NONE", "-1", "9" * 40, "nan"]
    ),
    some.text(max_size=80).map(str.strip),
)
HEADERS = (
    *(
        "Uniqueid",
        "Queue",
        "Interface",
        "MemberName",
        "Name",
        "Location",
        "Paused",
        "PausedReason",
        "Penalty",
        "Status",
    ),
    *(
        "Wait",
        "LastPause",
        "CallerIDNum",
        "HoldTime",
        "TalkTime",
        "RingTime",
        "Reason",
        "Timestamp",
        "Uptime",
        "BridgeId",
    ),
    *("ServiceLevel", "DestUniqueid", "QueueStatus", "Variable", "Value", "Application", "ApplicationData", "Channel"),
    *("Duration", "TransfereeUniqueid"),
)
BLOCKS = some.builds(
    lambda event, headers: {"Event": event, **headers},
    some.sampled_from(EVENTS),
    some.dictionaries(some.sampled_from(HEADERS), VALUES, max_size=8),
)


@given(some.lists(BLOCKS, max_size=30))
@settings(max_examples=60, deadline=None)
def test_any_blocks_make_events_the_wire_can_hold(blocks: list[Block]) -> None:
    ami = AmiTranslator(Options(customer_key=b"k"), Report(), live=True)
    census = Census()
    events = []
    for number, block in enumerate(blocks):
        at = 1_800_000_000_000 + number * 500
        events += ami.block(block, str(number).encode(), at)
        census.take(block, at)
    at = max(1_800_000_100_000, ami.newest)
    events += ami.restate(census.standing(ami.agent, at), at, "test") + ami.settle(at) + ami.finish()
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(events), type=list[AnyEvent]) == events


@given(some.binary(max_size=400))
@settings(max_examples=60, deadline=None)
def test_any_bytes_are_survived(raw: bytes) -> None:
    ami = AmiTranslator(Options(customer_key=b"k"), Report())
    events = ami.feed(raw + b"\r\n\r\n" + raw, 1) + ami.finish()
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(events), type=list[AnyEvent]) == events
