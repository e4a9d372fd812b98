"""What call lines become. Each test is one thing real queue_logs do."""

from collections.abc import Callable

import pytest

from feeds.adapters.report import Report
from wallboard.core.events import ContactEnded, ContactQueued, ContactStarted
from wallboard.core.vocabulary import Event

Log = Callable[..., list[Event]]
Told = Callable[..., list[str]]
ENTER = "call.1|sales|NONE|ENTERQUEUE||5550100200|1"
CONNECT = "call.1|sales|Ann|CONNECT|4|call.2|3"
LATER = 1_800_000_500


def test_an_answered_call_is_started_queued_offered_answered_released_and_ended(log: Log, told: Told) -> None:
    events = log(ENTER, CONNECT, "call.1|sales|Ann|COMPLETECALLER|4|10|1")
    assert told(events, "contact", "leg", "reason", "by", only="contact") == [
        "contact.started call.1",
        "contact.queued call.1 0",
        "contact.offered call.1 0",
        "contact.unqueued call.1 0 answered",
        "contact.answered call.1 0",
        "contact.released call.1 0 customer",
        "contact.ended call.1 customer",
    ]


def test_moments_are_the_logs_seconds_in_milliseconds(log: Log) -> None:
    events = log(ENTER, CONNECT)
    assert {event.at for event in events} == {1_800_000_000_000, 1_800_000_001_000}


def test_the_producers_durations_are_hints_in_milliseconds_whatever_their_unit(log: Log) -> None:
    events = log(ENTER, "call.1|sales|Bob|RINGNOANSWER|8000", CONNECT, "call.1|sales|Ann|COMPLETEAGENT|4|10|1")
    assert [event.x for event in events if event.x] == [
        {"ring_ms": 8000},
        {"ring_ms": 3000, "hold_ms": 4000},
        {"talk_ms": 10_000},
    ]


def test_who_hung_up_ends_the_talk_and_the_contact(log: Log, told: Told) -> None:
    events = log(ENTER, CONNECT, "call.1|sales|Ann|COMPLETEAGENT|4|10|1")
    assert told(events, "by", only="contact")[-2:] == ["contact.released agent", "contact.ended agent"]


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("EXITWITHTIMEOUT|1|1|60", "timeout"),
        ("EXITEMPTY|1|1|3", "no-agents"),
        ("EXITWITHKEY|5|1|1|9", "key"),
        ("WITHDRAW|1|2|13|moved by supervisor", "diverted"),
        ("SYSCOMPAT", "system"),
    ],
)
def test_leaving_the_queue_alive_says_why_and_does_not_end_the_contact(
    log: Log, told: Told, line: str, reason: str
) -> None:
    events = log(ENTER, f"call.1|sales|NONE|{line}")
    assert told(events, "reason", only="contact")[2:] == [f"contact.unqueued {reason}"]


def test_an_abandon_ends_the_contact_by_the_customer(log: Log, told: Told) -> None:
    events = log(ENTER, "call.1|sales|NONE|ABANDON|1|1|12")
    assert told(events, "reason", "by", only="contact")[2:] == [
        "contact.unqueued abandoned",
        "contact.ended customer",
    ]


def test_an_abandon_with_an_agents_name_also_ends_that_agents_offer(log: Log, told: Told) -> None:
    events = log(ENTER, "call.1|sales|Ann|ABANDON|1|1|12")
    assert told(events, "agent", "reason", only="contact")[2:] == [
        "contact.offered Ann",
        "contact.unanswered Ann caller-left",
        "contact.unqueued abandoned",
        "contact.ended",
    ]


def test_every_phone_of_a_ringall_queue_has_its_own_no_answer_and_the_wait_goes_on(log: Log, told: Told) -> None:
    events = log(ENTER, "call.1|sales|Ann|RINGNOANSWER|9000", "call.1|sales|Bob|RINGNOANSWER|9000")
    assert told(events, "agent", "leg", "reason", only="contact.un") == [
        "contact.unanswered Ann 0 no-answer",
        "contact.unanswered Bob 0 no-answer",
    ]


def test_a_phone_that_rang_when_the_caller_left_is_not_a_no_answer(log: Log, told: Told) -> None:
    events = log(ENTER, "call.1|sales|Ann|RINGCANCELED|900", "call.1|sales|NONE|ABANDON|1|1|2")
    assert "contact.unanswered Ann caller-left" in told(events, "agent", "reason")


def test_a_dumped_caller_stays_in_the_queue_and_is_answered_once(log: Log, told: Told) -> None:
    events = log(ENTER, "call.1|sales|Ann|AGENTDUMP|", "call.1|sales|Bob|CONNECT|9|call.3|2")
    assert told(events, "agent", "leg", "reason", only="contact")[2:] == [
        "contact.offered Ann 0",
        "contact.unanswered Ann 0 rejected",
        "contact.offered Bob 0",
        "contact.unqueued 0 answered",
        "contact.answered Bob 0",
    ]


def test_a_blind_transfer_into_another_queue_is_a_second_leg_of_one_contact(log: Log, told: Told) -> None:
    events = log(
        ENTER,
        CONNECT,
        "call.1|sales|Ann|BLINDTRANSFER|6003|inbound|4|14|1",
        "call.1|billing|NONE|ENTERQUEUE||5550100200|2",
        "call.1|billing|Bob|CONNECT|6|call.4|5",
        "call.1|billing|Bob|COMPLETEAGENT|6|7|2",
    )
    assert told(events, "queue", "agent", "kind", "leg", "by", only="contact")[5:] == [
        "contact.transferred Ann blind 0",
        "contact.released Ann 0 agent",
        "contact.queued billing 1",
        "contact.offered Bob 1",
        "contact.unqueued billing 1",
        "contact.answered Bob 1",
        "contact.released Bob 1 agent",
        "contact.ended agent",
    ]


def test_a_transfer_back_is_a_second_leg_in_the_same_queue(log: Log) -> None:
    events = log(ENTER, CONNECT, "call.1|sales|Ann|BLINDTRANSFER|6002|inbound|4|14|1", ENTER)
    queued = [(event.queue, event.leg) for event in events if isinstance(event, ContactQueued)]
    assert queued == [("sales", 0), ("sales", 1)]
    assert sum(isinstance(event, ContactStarted) for event in events) == 1


@pytest.mark.parametrize("method", ["BRIDGE|0a2c8b3f", "APP|voicemail", "LINK|chan-1|chan-2"])
def test_every_kind_of_attended_transfer_tells_its_talk_time(log: Log, method: str) -> None:
    events = log(ENTER, CONNECT, f"call.1|sales|Ann|ATTENDEDTRANSFER|{method}|2|11|1")
    assert [event.x for event in events][-1] == {"talk_ms": 11_000}


def test_a_transferred_caller_who_never_comes_back_ends_after_a_minute(log: Log, told: Told) -> None:
    away = [ENTER, CONNECT, "call.1|sales|Ann|BLINDTRANSFER|6003|inbound|4|14|1"]
    assert "contact.ended call.1" not in told(log(*away, "1800000061|x|NONE|NONE|INFO|"), "contact")
    ended = log(*away, f"{LATER}|x|NONE|NONE|INFO|")[-1]
    assert isinstance(ended, ContactEnded)
    assert (ended.contact, ended.by, ended.at) == ("call.1", None, LATER * 1000)


def test_a_caller_who_comes_back_after_the_end_is_a_new_contact(log: Log, told: Told) -> None:
    events = log(ENTER, CONNECT, "call.1|sales|Ann|COMPLETEAGENT|4|10|1", ENTER, CONNECT)
    assert told(events, "contact", only="contact.started") == ["contact.started call.1", "contact.started call.1~2"]
    assert told(events, "contact", only="contact.answered") == ["contact.answered call.1", "contact.answered call.1~2"]


def test_a_second_end_of_one_call_is_counted_and_told_once(log: Log, told: Told, report: Report) -> None:
    complete = "call.1|sales|Ann|COMPLETEAGENT|4|10|1"
    events = log(ENTER, CONNECT, complete, complete)
    assert len(told(events, only="contact.released")) == 1
    assert report.ignored == {"COMPLETEAGENT after the end": 1}


def test_a_completed_call_whose_connect_was_never_written_was_answered(log: Log, told: Told) -> None:
    events = log(ENTER, "call.1|sales|Ann|COMPLETECALLER|4|10|1")
    assert told(events, "reason", only="contact")[2:] == [
        "contact.offered",
        "contact.unqueued answered",
        "contact.answered",
        "contact.released",
        "contact.ended",
    ]


def test_a_wait_begun_again_without_an_end_is_closed_by_the_system(log: Log, told: Told) -> None:
    events = log(ENTER, ENTER)
    assert told(events, "leg", "reason", only="contact")[1:] == [
        "contact.queued 0",
        "contact.unqueued 0 system",
        "contact.queued 1",
    ]


def test_two_connects_without_an_end_between_release_the_first_agent(log: Log, told: Told) -> None:
    events = log(ENTER, CONNECT, "call.1|sales|Bob|CONNECT|4|call.9|3")
    assert told(events, "agent", "by", only="contact.released") == ["contact.released Ann system"]
    assert told(events, "agent", "leg", only="contact.answered")[-1] == "contact.answered Bob 1"


def test_a_log_that_begins_in_mid_call_is_passed_on_as_it_is(log: Log, told: Told) -> None:
    events = log("call.1|sales|NONE|ABANDON|1|1|12", "call.2|sales|Ann|COMPLETEAGENT|4|10|1")
    assert told(events, "contact", only="contact") == [
        "contact.unqueued call.1",
        "contact.ended call.1",
        "contact.released call.2",
        "contact.ended call.2",
    ]


def test_one_agent_may_talk_on_two_calls_at_once(log: Log, told: Told) -> None:
    events = log(ENTER, "b.1|sales|NONE|ENTERQUEUE|||1", CONNECT, "b.1|sales|Ann|CONNECT|1|b.2|1")
    assert told(events, "contact", "agent", only="contact.answered") == [
        "contact.answered call.1 Ann",
        "contact.answered b.1 Ann",
    ]


@pytest.mark.parametrize(
    "data", ["|5550100200|1", "|5550100200|1|A Caller", "|5550100200", "5550100200", "http://x|+5550100200|3"]
)
def test_every_version_of_enterqueue_gives_a_hash_and_never_the_number(log: Log, data: str) -> None:
    started = next(e for e in log(f"call.1|sales|NONE|ENTERQUEUE|{data}") if isinstance(e, ContactStarted))
    assert started.customer is not None
    assert len(started.customer) == 16


@pytest.mark.parametrize("number", ["", "anonymous", "Restricted", "<unknown>"])
def test_a_withheld_number_is_no_customer(log: Log, number: str) -> None:
    started = next(e for e in log(f"call.1|sales|NONE|ENTERQUEUE||{number}|1") if isinstance(e, ContactStarted))
    assert started.customer is None


def test_a_restart_restates_the_floor_and_forgets_every_caller(log: Log, told: Told) -> None:
    events = log(ENTER, CONNECT, "NONE|NONE|NONE|QUEUESTART|", "call.1|sales|NONE|ENTERQUEUE|||1")
    restart = told(events, "why", "queue", "state", "leg")[-8:]
    assert restart == [
        "floor.began QUEUESTART",
        "queue.declared sales",
        "agent.declared",
        "agent.joined sales",
        "agent.state ready",
        "floor.ended QUEUESTART",
        "contact.started",
        "contact.queued sales 0",
    ]


def test_a_call_without_a_word_for_a_day_is_forgotten(log: Log, told: Told) -> None:
    events = log(ENTER, "1800090000|x|NONE|NONE|INFO|", "1800090001|call.1|sales|NONE|ENTERQUEUE|||1")
    assert told(events, "contact", "leg", only="contact.queued") == ["contact.queued call.1 0"] * 2
