"""The manager interface, live: login, restatement, loss and return, against a manager on loopback."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from feeds.adapters.asterisk.manager import PATIENCE_MS, Manager, address
from feeds.adapters.options import Options, Secret
from feeds.adapters.registry import follow
from tests.feeds.adapters.fake_manager import FakeManager, Talk, text
from wallboard.core.aggregator import Aggregator
from wallboard.core.events import (
    AgentJoined,
    AgentState,
    ContactAnswered,
    ContactEnded,
    ContactQueued,
    ContactReleased,
    ContactUnqueued,
    FloorBegan,
    FloorEnded,
    Notice,
    QueueDeclared,
)
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError, FeedError, UsageError
from wallboard.zones import period

SECRET = "canary-secret"  # noqa: S105 - made for this test
ANN = {"Queue": "sales", "Name": "Ann", "Location": "SIP/1", "Membership": "static", "Penalty": "2"}
PARAMS = {"Event": "QueueParams", "Queue": "sales", "ServiceLevel": "15"}


@pytest.fixture
def using(options: Options) -> Options:
    return msgspec.structs.replace(options, user="wall", secret=Secret(SECRET))


@pytest.fixture
def manager() -> Iterator[FakeManager]:
    with FakeManager(secret=SECRET) as fake:
        yield fake


@pytest.fixture
def talk(manager: FakeManager, using: Options) -> Iterator[Talk]:
    made = Talk(manager, using)
    yield made
    made.follower.close()


def bridged() -> list[dict[str, str]]:
    """The caller of ``call.1`` in the queue and an agent, talking with each other."""
    shared = {"Event": "CoreShowChannel", "BridgeId": "b1"}
    queued = {"Application": "Queue", "ApplicationData": "sales"}
    return [
        {**shared, **queued, "Channel": "SIP/trunk-1", "Uniqueid": "call.1"},
        {**shared, "Channel": "SIP/1-0b", "Uniqueid": "call.2"},
    ]


def member(**more: str) -> dict[str, str]:
    return {"Event": "QueueMember", **ANN, "Status": "1", "Paused": "0", **more}


def entry(call: str, wait: int) -> dict[str, str]:
    return {"Event": "QueueEntry", "Queue": "sales", "Uniqueid": call, "Wait": str(wait), "CallerIDNum": "5550100299"}


def said(event: str, **more: str) -> bytes:
    return text({"Event": event, "Queue": "sales", **more})


def of(events: list[Event], kind: type[Event]) -> list[Event]:
    return [event for event in events if isinstance(event, kind)]


def test_the_secret_goes_out_as_a_digest_of_the_challenge_and_never_as_it_is(talk: Talk) -> None:
    talk.until("floor.ended")
    login = next(action for action in talk.manager.actions if action["Action"] == "Login")
    assert login["AuthType"] == "MD5"
    assert login["Events"] == "system,call,agent,user"
    assert SECRET not in str(talk.manager.actions)


def test_an_acd_without_challenges_gets_the_secret_itself(talk: Talk) -> None:
    talk.manager.md5 = False
    talk.until("floor.ended")
    assert next(a for a in talk.manager.actions if a["Action"] == "Login")["Secret"] == SECRET


def test_a_connection_begins_with_the_whole_floor(talk: Talk) -> None:
    talk.manager.queues = [
        PARAMS,
        member(Paused="1", PausedReason="Lunch", LastPause="1799999000"),
        entry("call.1", 42),
    ]
    events = talk.until("floor.ended")
    assert isinstance(events[0], FloorBegan)
    assert isinstance(events[-1], FloorEnded)
    assert [e.service_level_ms for e in events if isinstance(e, QueueDeclared)] == [15_000]
    assert [(e.agent, e.queue, e.penalty) for e in events if isinstance(e, AgentJoined)] == [("Ann", "sales", 2)]
    states = [(e.state, e.reason, e.since) for e in events if isinstance(e, AgentState)]
    assert states == [("not-ready", "Lunch", 1_799_999_000_000)]
    waits = [(e.contact, (events[0].at - e.at) // 1000) for e in events if isinstance(e, ContactQueued)]
    assert waits == [("call.1", 42)]


def test_an_acd_that_says_everything_byte_by_byte_is_understood(talk: Talk) -> None:
    """Greeting, challenge, login and answers."""
    talk.manager.queues = [PARAMS, member(), entry("call.1", 42)]
    talk.manager.drips = True
    reads: list[Event] = []
    talk.manager.listener = lambda: reads.extend(talk.follower.poll(talk.clock.wall()))
    events = reads + talk.until("floor.ended")
    assert [e.contact for e in events if isinstance(e, ContactQueued)] == ["call.1"]


def test_the_service_level_of_the_command_line_goes_before_the_acds(manager: FakeManager, using: Options) -> None:
    manager.queues = [PARAMS]
    talk = Talk(manager, msgspec.structs.replace(using, service_levels={"sales": 30_000}))
    levels = [e.service_level_ms for e in talk.until("floor.ended") if isinstance(e, QueueDeclared)]
    assert levels == [30_000]
    talk.follower.close()


def test_a_phone_that_is_unreachable_makes_its_agent_offline_and_back(talk: Talk) -> None:
    talk.manager.queues = [PARAMS, member(Status="5")]
    assert [e.state for e in talk.until("floor.ended") if isinstance(e, AgentState)] == ["offline"]
    talk.manager.say(said("QueueMemberStatus", MemberName="Ann", Interface="SIP/1", Status="1", Paused="0"))
    assert [e.state for e in talk.until("agent.state") if isinstance(e, AgentState)] == ["ready"]


def test_one_agent_under_a_name_and_an_interface_is_one(talk: Talk) -> None:
    talk.manager.queues = [PARAMS, member(), {**member(), "Queue": "vip", "Name": "SIP/1"}]
    joined = {(e.agent, e.queue) for e in talk.until("floor.ended") if isinstance(e, AgentJoined)}
    assert joined == {("Ann", "sales"), ("Ann", "vip")}


def test_an_agent_without_a_name_is_its_interface(talk: Talk) -> None:
    talk.manager.queues = [PARAMS, member()]
    talk.until("floor.ended")
    talk.manager.say(said("QueueMemberAdded", MemberName="SIP/9", Interface="SIP/9", Status="1", Paused="0"))
    assert [e.agent for e in talk.until("agent.joined") if isinstance(e, AgentJoined)] == ["SIP/9"]


def test_events_that_overtake_the_answers_are_told_once(talk: Talk) -> None:
    talk.manager.queues = [PARAMS, entry("call.1", 3)]
    while not talk.manager.actions or talk.manager.actions[-1]["Action"] != "CoreShowChannels":
        talk.step()
    talk.manager.say(said("QueueCallerLeave", Uniqueid="call.1") + said("QueueCallerJoin", Uniqueid="call.2"))
    events = talk.until("floor.ended") + talk.settle(ms=50)
    queued = {e.contact for e in events if isinstance(e, ContactQueued)}
    assert queued == {"call.2"}


def test_talks_that_go_on_are_found_by_the_channels_they_share(talk: Talk) -> None:
    channel = {"Event": "CoreShowChannel", "BridgeId": "b1"}
    talk.manager.queues = [PARAMS, member(Status="2")]
    talk.manager.channels = [
        {
            **channel,
            "Channel": "SIP/trunk-1",
            "Uniqueid": "call.1",
            "Application": "Queue",
            "ApplicationData": "sales,t",
        },
        {**channel, "Channel": "SIP/1-00a", "Uniqueid": "u.2", "Application": "AppQueue", "Duration": "00:01:05"},
    ]
    events = talk.until("floor.ended")
    answered = [(e.contact, e.agent, (events[0].at - e.at) // 1000) for e in events if isinstance(e, ContactAnswered)]
    assert answered == [("call.1", "Ann", 65)]
    talk.manager.say(said("AgentComplete", Interface="SIP/1", MemberName="Ann", Reason="caller", TalkTime="70"))
    ended = [e.contact for e in talk.until("contact.ended") if isinstance(e, ContactReleased | ContactEnded)]
    assert ended == ["call.1", "call.1"]


def test_without_the_right_to_see_channels_the_floor_is_restated_all_the_same(talk: Talk) -> None:
    talk.manager.channels = None
    assert talk.until("floor.ended")


def test_an_acd_that_still_boots_is_asked_again(talk: Talk) -> None:
    talk.manager.booting = True
    assert talk.settle(ms=20) == []
    talk.manager.booting = False
    assert talk.until("floor.ended", ms=100)


def test_an_acd_that_never_tells_of_its_queues_is_not_taken_for_a_calm_one(talk: Talk) -> None:
    talk.manager.booting = True
    told = talk.until("notice", ms=100)
    refusal = "it answers QueueStatus with 'Invalid/unknown command: QueueStatus.'"
    assert [e.text for e in told if isinstance(e, Notice)] == [f"The ACD does not tell how its queues stand: {refusal}"]
    assert talk.settle(ms=100) == []
    talk.manager.booting = False
    assert isinstance(talk.until("notice", ms=100)[-1], Notice)
    assert talk.events[-1].until == talk.events[-1].at  # type: ignore[attr-defined]


@pytest.mark.parametrize("action", ["QueueStatus", "CoreShowChannels"])
def test_an_answer_that_never_comes_is_named(talk: Talk, action: str) -> None:
    talk.manager.mute = action
    notice = talk.until("notice", ms=100)[-1]
    assert isinstance(notice, Notice)
    assert notice.text == f"The ACD does not tell how its queues stand: no answer to {action}"


def test_events_are_not_held_back_for_ever_by_an_acd_that_never_answers(talk: Talk) -> None:
    talk.manager.booting = True
    talk.settle(20, ms=20)
    talk.manager.say(said("QueueCallerJoin", Uniqueid="call.1"))
    assert talk.until("contact.queued", ms=100)


def test_the_acds_own_totals_starting_again_change_nothing(talk: Talk) -> None:
    talk.manager.queues = [{**PARAMS, "Completed": "9", "Abandoned": "3"}, member()]
    before = talk.until("floor.ended")
    talk.manager.queues = [{**PARAMS, "Completed": "0", "Abandoned": "0"}, member()]
    talk.manager.say(text({"Event": "Reload", "Module": "app_queue.so"}))
    after = talk.until("floor.ended")
    assert [e.__struct_config__.tag for e in after] == [e.__struct_config__.tag for e in before]


def test_calls_that_died_with_the_acd_are_quarantined_and_not_abandoned(talk: Talk) -> None:
    call = {"Uniqueid": "call.1", "MemberName": "Ann", "Interface": "SIP/1"}
    talk.manager.queues = [PARAMS, member()]
    talk.until("floor.ended")
    talk.manager.say(said("QueueCallerJoin", Uniqueid="call.1") + said("QueueCallerLeave", Uniqueid="call.1"))
    talk.manager.say(said("AgentConnect", **call) + said("QueueCallerJoin", Uniqueid="call.2"))
    talk.until("contact.answered")
    talk.manager.drop()
    talk.until("floor.ended")
    fold = Aggregator(period, ("today",))
    fold.fold(talk.events)
    fold.advance(talk.clock.wall())
    snapshot = fold.snapshot()
    assert snapshot.feed.quarantined == 1
    assert [queue.waiting for queue in snapshot.queues] == [0]
    assert [agent.state for agent in snapshot.agents] == ["ready"]
    assert not any(isinstance(event, ContactUnqueued) and event.reason == "abandoned" for event in talk.events)


def test_a_killed_acd_is_said_tried_with_growing_pauses_and_restated(talk: Talk) -> None:
    talk.manager.queues = [PARAMS, member(), entry("call.1", 3)]
    talk.until("floor.ended")
    talk.manager.drop()
    lost = talk.until("notice")
    assert [e.text for e in lost if isinstance(e, Notice)] == [
        f"No connection to the ACD: {talk.manager.address}: closed the connection"
    ]
    talk.manager.queues = [PARAMS, member()]
    talk.manager.uptime = 1
    back = talk.until("floor.ended")
    assert [e.why for e in back if isinstance(e, FloorBegan)] == ["reconnected"]
    assert of(back, ContactQueued) == []
    said_after = [e for e in [*back, *talk.settle(3)] if isinstance(e, Notice)]
    assert [e.text for e in said_after if e.until == e.at] == [e.text for e in lost if isinstance(e, Notice)]


def test_a_wait_goes_on_through_a_lost_line_as_the_same_leg(talk: Talk) -> None:
    talk.until("floor.ended")
    talk.manager.say(said("QueueCallerJoin", Uniqueid="call.1"))
    began = [(e.contact, e.leg, e.at) for e in talk.until("contact.queued") if isinstance(e, ContactQueued)]
    talk.manager.drop()
    talk.manager.queues = [PARAMS, entry("call.1", 1)]
    again = [(e.contact, e.leg, e.at) for e in talk.until("floor.ended") if isinstance(e, ContactQueued)]
    assert again == began


def test_a_bridge_that_starts_again_knows_from_its_journal_who_was_there(manager: FakeManager, using: Options) -> None:
    first = Talk(manager, using)
    first.until("floor.ended")
    call = {"Uniqueid": "call.1", "MemberName": "Ann", "Interface": "SIP/1"}
    manager.say(
        said("QueueCallerJoin", Uniqueid="call.1")
        + said("QueueCallerAbandon", Uniqueid="call.1")
        + said("QueueCallerJoin", Uniqueid="call.1")
        + said("QueueCallerLeave", Uniqueid="call.1")
        + said("AgentConnect", **call)
    )
    first.until("contact.answered")
    first.follower.close()
    manager.drop()
    manager.queues = [PARAMS, {**member(), "Location": "SIP/1"}]
    manager.channels = [
        {"Event": "CoreShowChannel", "Uniqueid": "call.1", "Application": "Queue", "BridgeId": "b", "Channel": "x-1"}
    ]
    second = Talk(manager, using, first.events)
    again = [(e.contact, e.agent, e.leg) for e in second.until("floor.ended") if isinstance(e, ContactAnswered)]
    assert again == [("call.1", "Ann", 1)]
    assert not of(second.events, ContactQueued)
    second.follower.close()


@pytest.mark.parametrize(("others", "goes_on"), [((), True), (("SIP/1-0b",), True), (("SIP/expert-0c",), False)])
def test_a_known_talk_goes_on_alone_or_with_its_agent_and_ends_with_another(
    talk: Talk, others: tuple[str, ...], goes_on: object
) -> None:
    talk.manager.queues = [PARAMS, member()]
    talk.until("floor.ended")
    call = {"Uniqueid": "call.1", "MemberName": "Ann", "Interface": "SIP/1"}
    talk.manager.say(said("QueueCallerJoin", Uniqueid="call.1") + said("AgentConnect", **call))
    talk.until("contact.answered")
    talk.manager.drop()
    shared = {"Event": "CoreShowChannel", "BridgeId": "b1"}
    talk.manager.channels = [
        {**shared, "Channel": "SIP/trunk-1", "Uniqueid": "call.1", "Application": "Queue", "ApplicationData": "sales"},
        *({**shared, "Channel": name, "Uniqueid": name} for name in others),
    ]
    again = talk.until("floor.ended")
    assert bool(of(again, ContactAnswered)) is goes_on


def test_a_talk_goes_on_whose_agent_left_the_queue_when_a_log_would_have_told_its_end(
    manager: FakeManager, using: Options, tmp_path: Path
) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(b"1799999000|call.0|sales|NONE|ENTERQUEUE|||1\n")
    using = msgspec.structs.replace(using, queue_log=log)
    first = Talk(manager, using)
    manager.queues = [PARAMS, member()]
    first.until("floor.ended")
    call = {"Uniqueid": "call.1", "MemberName": "Ann", "Interface": "SIP/1"}
    manager.say(said("QueueCallerJoin", Uniqueid="call.1") + said("AgentConnect", **call))
    first.until("contact.answered")
    first.follower.close()
    manager.drop()
    manager.queues = [PARAMS]
    manager.channels = bridged()
    second = Talk(manager, using, first.events, first.clock.wall())
    again = second.until("floor.ended")
    assert [(e.contact, e.agent) for e in again if isinstance(e, ContactAnswered)] == [("call.1", "Ann")]
    second.follower.close()


def test_a_call_answered_after_the_channels_were_told_goes_on(talk: Talk) -> None:
    talk.manager.queues = [PARAMS, member()]
    talk.until("floor.ended")
    talk.manager.say(said("QueueCallerJoin", Uniqueid="call.1"))
    talk.until("contact.queued")
    talk.manager.drop()
    talk.manager.queues += [entry("call.1", 3)]
    asked = len(talk.manager.actions)
    asking = (talk.step(10) for _ in range(1000))
    next(None for _ in asking if any(a["Action"] == "CoreShowChannels" for a in talk.manager.actions[asked:]))
    call = {"Uniqueid": "call.1", "MemberName": "Ann", "Interface": "SIP/1"}
    talk.manager.say(said("QueueCallerLeave", Uniqueid="call.1") + said("AgentConnect", **call))
    talk.until("floor.ended")
    talk.manager.say(said("AgentComplete", MemberName="Ann", Interface="SIP/1", Reason="caller"))
    told = [(e.contact, e.leg) for e in talk.until("contact.ended") if isinstance(e, ContactReleased)]
    assert told == [("call.1", 0)]


def test_a_caller_on_the_way_to_another_queue_is_the_same_contact_through_a_lost_line(
    manager: FakeManager, using: Options
) -> None:
    """And through a bridge that starts again."""
    first = Talk(manager, using)
    first.until("floor.ended")
    manager.say(said("HangupRequest", Uniqueid="another") + said("QueueCallerJoin", Uniqueid="call.1"))
    manager.say(said("QueueCallerAbandon", Uniqueid="call.1"))
    first.until("contact.unqueued", ms=100)
    manager.drop()
    first.until("floor.ended")
    first.follower.close()
    manager.drop()
    second = Talk(manager, using, first.events, first.clock.wall())
    second.until("floor.ended")
    manager.say(said("QueueCallerJoin", Uniqueid="call.1"))
    again = [(e.contact, e.leg) for e in second.until("contact.queued") if isinstance(e, ContactQueued)]
    assert again == [("call.1", 1)]
    assert not of([*first.events, *second.events], ContactEnded)
    manager.say(said("QueueCallerAbandon", Uniqueid="call.1"))
    second.settle(700, ms=100)
    assert len(of(second.events, ContactEnded)) == 1
    second.follower.close()


def test_a_caller_who_came_back_unheard_is_not_taken_for_gone(manager: FakeManager, using: Options) -> None:
    """Sent on to another queue, and talking there when the bridge starts again: that may last."""
    first = Talk(manager, using)
    manager.queues = [PARAMS, member()]
    first.until("floor.ended")
    manager.say(said("HangupRequest", Uniqueid="another") + said("QueueCallerJoin", Uniqueid="call.1"))
    manager.say(said("QueueCallerAbandon", Uniqueid="call.1"))
    first.until("contact.unqueued", ms=100)
    first.follower.close()
    manager.drop()
    manager.channels = bridged()
    second = Talk(manager, using, first.events, first.clock.wall())
    second.until("floor.ended")
    second.settle(1000, ms=100)
    assert not of(second.events, ContactEnded)
    manager.say(said("AgentComplete", MemberName="Ann", Interface="SIP/1", Uniqueid="call.1", Reason="caller"))
    assert [e.contact for e in second.until("contact.ended") if isinstance(e, ContactReleased)] == ["call.1"]
    second.follower.close()


def test_silence_is_asked_about_and_then_taken_for_a_loss(talk: Talk) -> None:
    talk.until("floor.ended")
    talk.manager.deaf = True
    asked = len(talk.manager.actions)
    events = talk.until("notice", ms=100)
    assert [a["Action"] for a in talk.manager.actions[asked:]][:1] == ["Ping"]
    assert [e.text for e in events if isinstance(e, Notice)] == [
        f"No connection to the ACD: {talk.manager.address}: is silent"
    ]


def test_a_wrong_secret_ends_in_words_without_the_secret(manager: FakeManager, options: Options) -> None:
    talk = Talk(manager, msgspec.structs.replace(options, user="wall", secret=Secret("not-it")))
    with pytest.raises(FeedError, match=r'refused user "wall": Authentication failed; see \[general\]') as caught:
        talk.settle(2000, ms=10)
    assert "not-it" not in str(caught.value)
    assert caught.value.exit_code == 1


def test_another_port_is_named_as_what_it_is(using: Options) -> None:
    with FakeManager(greeting=b"SSH-2.0-OpenSSH_9.2\r\n") as other, pytest.raises(FeedError) as caught:
        Talk(other, using).settle(2000, ms=10)
    assert str(caught.value) == (
        f"{other.address} is no Asterisk manager port: it says 'SSH-2.0-OpenSSH_9.2'; the usual port is 5038"
    )


def test_a_port_that_says_nothing_is_given_up_after_its_time(using: Options) -> None:
    with (
        FakeManager(greeting=b"") as other,
        pytest.raises(FeedError, match="is no Asterisk manager port: it says noth"),
    ):
        Talk(other, using).settle(2000, ms=PATIENCE_MS // 100)


def test_a_closed_port_is_tried_again_and_said_once(using: Options) -> None:
    with FakeManager(secret=SECRET) as fake:
        where = fake.port
    gone = FakeManager(secret=SECRET)
    talk = Talk(gone, using)
    talk.follower._manager = Manager("127.0.0.1", where, "wall", Secret(SECRET))
    notices = of(talk.settle(500, ms=100), Notice)
    assert [event.text for event in notices if isinstance(event, Notice)] == [
        f"No connection to the ACD: 127.0.0.1:{where}: Connection refused"
    ]
    talk.follower.close()
    gone.__exit__()


def test_a_secret_is_never_printed(using: Options) -> None:
    assert SECRET not in repr(using)
    assert SECRET not in str(using.secret)


def test_without_a_user_or_a_secret_it_says_what_it_needs(options: Options) -> None:
    with pytest.raises(UsageError, match="needs --user NAME and that user's secret"):
        follow("asterisk-ami", "127.0.0.1:5038", options)


@pytest.mark.parametrize("wrong", ["", ":5038", "host:", "host:port", "host:0", "host:70000"])
def test_what_is_no_address_is_refused(wrong: str) -> None:
    with pytest.raises(UsageError, match="is no manager port: use host:port, such as"):
        address(wrong)


def test_addresses_may_leave_out_the_port_or_be_of_the_new_kind() -> None:
    assert address("pbx") == ("pbx", 5038)
    assert address("[::1]:5039") == ("::1", 5039)
    assert address("[::1]") == ("::1", 5038)


def test_ways_out_come_from_the_queue_log_beside(manager: FakeManager, using: Options, tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(b"1800000000|NONE|NONE|NONE|QUEUESTART|\n")
    talk = Talk(manager, msgspec.structs.replace(using, queue_log=log))
    talk.until("floor.ended")
    manager.say(said("QueueCallerJoin", Uniqueid="call.1") + said("QueueCallerAbandon", Uniqueid="call.1"))
    talk.until("contact.queued")
    with log.open("ab") as stream:
        stream.write(b"1800000001|call.1|sales|NONE|EXITEMPTY|1|1|1\n")
    left = [e.reason for e in talk.until("contact.unqueued") if isinstance(e, ContactUnqueued)]
    assert left == ["no-agents"]
    talk.follower.close()


def test_what_was_missed_is_read_from_the_queue_log_and_nothing_twice(
    manager: FakeManager, using: Options, tmp_path: Path
) -> None:
    log = tmp_path / "queue_log"
    log.write_bytes(b"1800000000|call.1|sales|NONE|ENTERQUEUE||5550100299|1\n")
    talk = Talk(manager, msgspec.structs.replace(using, queue_log=log))
    talk.until("floor.ended")
    manager.say(said("QueueCallerJoin", Uniqueid="call.1") + said("QueueCallerJoin", Uniqueid="call.2"))
    talk.until("contact.queued")
    manager.drop()
    second = talk.clock.wall() // 1000
    with log.open("ab") as stream:
        stream.write(
            b"%(at)d|call.2|sales|NONE|ENTERQUEUE||5550100299|2\n%(at)d|call.1|sales|Ann|CONNECT|3|u.1|2\n"
            b"%(at)d|call.1|sales|Ann|COMPLETECALLER|3|9|1\n%(at)d|call.3|sales|NONE|ENTERQUEUE||5550100299|2\n"
            b"%(at)d|call.3|sales|NONE|ABANDON|1|1|4\n" % {b"at": second}
        )
    manager.queues = [PARAMS, entry("call.2", 9)]
    before = len(talk.events)
    talk.until("floor.ended")
    tags = [(e.__struct_config__.tag, getattr(e, "contact", "")) for e in talk.events[before:]]
    assert [c for tag, c in tags if tag == "contact.unqueued"] == ["call.1", "call.3"]
    assert [c for tag, c in tags if tag == "contact.released"] == ["call.1"]
    assert [c for tag, c in tags if tag == "contact.started"] == ["call.3", "call.2"]
    talk.follower.close()


def unheard(events: list[Event]) -> list[int | None]:
    return [event.unheard_since for event in events if isinstance(event, FloorBegan)]


def test_a_lost_line_is_time_unheard_and_said_in_plain_words(talk: Talk) -> None:
    talk.until("floor.ended")
    heard = talk.clock.wall()
    talk.manager.drop()
    talk.until("notice")
    talk.manager.booting = True
    talk.settle(150, ms=1000)
    talk.manager.booting = False
    back = talk.until("floor.ended")
    assert unheard(talk.events) == [0, heard]
    assert "for 2 min: calls that came and went in that time are not counted" in next(
        e.text for e in back if isinstance(e, Notice) and e.severity == "warning"
    )


def test_silence_counts_from_when_the_acd_was_heard_last(talk: Talk) -> None:
    talk.until("floor.ended")
    heard = talk.clock.wall()
    talk.manager.deaf = True
    talk.until("notice", ms=100)
    talk.manager.drop()
    talk.manager.deaf = False
    talk.until("floor.ended", ms=100)
    assert unheard(talk.events) == [0, heard]


def test_asking_again_on_one_line_is_no_time_unheard(talk: Talk) -> None:
    talk.until("floor.ended")
    talk.manager.say(text({"Event": "Reload", "Module": "app_queue.so"}))
    talk.until("floor.ended")
    assert unheard(talk.events) == [0, None]


@pytest.mark.parametrize(
    ("written", "covers"),
    [
        (None, False),
        (b"1799999000|call.0|sales|NONE|ENTERQUEUE|||1\n", True),
        (b"1800000300|NONE|NONE|NONE|CONFIGRELOAD|\n", False),
        (b"", False),
    ],
    ids=["no log", "a log that goes back", "a log rotated since", "an empty log"],
)
def test_a_bridges_own_gap_is_unheard_unless_a_log_goes_back_to_it(
    manager: FakeManager, using: Options, tmp_path: Path, written: bytes | None, covers: object
) -> None:
    first = Talk(manager, using)
    first.until("floor.ended")
    first.follower.close()
    manager.drop()
    if written is not None:
        using = msgspec.structs.replace(using, queue_log=tmp_path / "queue_log")
        (tmp_path / "queue_log").write_bytes(written)
    second = Talk(manager, using, first.events)
    second.clock.advance(600_000)
    manager.time += 600
    second.until("floor.ended")
    assert unheard(second.events) == [None if covers else first.events[-1].at]
    assert any("for 10 min" in e.text for e in second.events if isinstance(e, Notice)) is not covers
    second.follower.close()


def test_a_lost_line_is_made_good_by_the_log_beside_it(manager: FakeManager, using: Options, tmp_path: Path) -> None:
    """The log is followed from its end: what was before is unknown, and nothing after."""
    log = tmp_path / "queue_log"
    log.write_bytes(b"1799999000|call.0|sales|NONE|ENTERQUEUE|||1\n")
    talk = Talk(manager, msgspec.structs.replace(using, queue_log=log))
    for _ in range(2):
        talk.until("floor.ended")
        manager.drop()
    log.unlink()
    talk.until("floor.ended")
    assert unheard(talk.events)[:2] == [0, None]
    assert unheard(talk.events)[2]
    talk.follower.close()


def test_a_queue_log_that_is_none_is_refused(manager: FakeManager, using: Options, tmp_path: Path) -> None:
    (tmp_path / "log").write_text("nothing\n")
    with pytest.raises(DataError, match="is not an Asterisk queue_log"):
        Talk(manager, msgspec.structs.replace(using, queue_log=tmp_path / "log"))


def test_nothing_is_left_open_after_close(manager: FakeManager, using: Options) -> None:
    talk = Talk(manager, using)
    talk.until("floor.ended")
    assert manager.connected
    talk.follower.close()
    manager.turn()
    assert not manager.connected
