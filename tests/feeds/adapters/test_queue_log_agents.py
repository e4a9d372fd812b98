"""What membership and pause lines become, under one identity or two."""

from collections.abc import Callable
from pathlib import Path

import msgspec

from feeds.adapters.options import Options
from wallboard.core.events import AgentDeclared, AgentState
from wallboard.core.vocabulary import Event

Log = Callable[..., list[Event]]
Told = Callable[..., list[str]]
ADD = "MANAGER|sales|Ann|ADDMEMBER|"
ADD_TOO = "MANAGER|billing|Ann|ADDMEMBER|"
WORDS = ("agent", "queue", "state", "reason")


def states(events: list[Event]) -> list[tuple[str, str | None]]:
    return [(event.state, event.reason) for event in events if isinstance(event, AgentState)]


def test_an_added_member_is_declared_joined_and_ready(log: Log, told: Told) -> None:
    assert told(log(ADD), *WORDS, only="agent") == [
        "agent.declared Ann",
        "agent.joined Ann sales",
        "agent.state Ann ready",
    ]


def test_a_member_added_paused_is_not_ready(log: Log) -> None:
    assert states(log(ADD + "PAUSED")) == [("not-ready", None)]


def test_an_agent_paused_in_one_of_two_queues_is_still_ready(log: Log) -> None:
    assert states(log(ADD, ADD_TOO, "NONE|sales|Ann|PAUSE|Lunch")) == [("ready", None)]


def test_an_agent_paused_in_every_queue_is_not_ready_for_the_last_reason(log: Log) -> None:
    events = log(ADD, ADD_TOO, "NONE|sales|Ann|PAUSE|Lunch", "NONE|billing|Ann|PAUSE|Break")
    assert states(events) == [("ready", None), ("not-ready", "Break")]


def test_pauseall_with_its_line_for_each_queue_is_one_change(log: Log) -> None:
    pause = ["NONE|NONE|Ann|PAUSEALL|Lunch", "NONE|sales|Ann|PAUSE|Lunch", "NONE|billing|Ann|PAUSE|Lunch"]
    assert states(log(ADD, ADD_TOO, *pause)) == [("ready", None), ("not-ready", "Lunch")]


def test_pauses_are_set_and_never_counted(log: Log) -> None:
    pauses = ["NONE|sales|Ann|PAUSE|Lunch"] * 5
    resumes = ["NONE|sales|Ann|UNPAUSE|"] * 3
    assert states(log(ADD, *pauses, *resumes)) == [("ready", None), ("not-ready", "Lunch"), ("ready", None)]


def test_a_new_reason_is_a_new_state(log: Log) -> None:
    events = log(ADD, "NONE|sales|Ann|PAUSE|Lunch", "NONE|sales|Ann|PAUSE|Coaching")
    assert states(events)[1:] == [("not-ready", "Lunch"), ("not-ready", "Coaching")]


def test_a_reason_may_hold_the_separator_and_loses_its_digits(log: Log) -> None:
    events = log(ADD, "NONE|sales|Ann|PAUSE|Back|office", "NONE|sales|Ann|PAUSE|call 555 010-0200")
    assert states(events)[1:] == [("not-ready", "Back|office"), ("not-ready", "call #")]


def test_an_automatic_pause_is_for_no_answer(log: Log) -> None:
    assert states(log(ADD, "NONE|sales|Ann|PAUSE|Auto-Pause"))[-1] == ("not-ready", "no-answer")


def test_a_member_removed_from_its_last_queue_is_offline(log: Log, told: Told) -> None:
    events = log(ADD, ADD_TOO, "MANAGER|sales|Ann|REMOVEMEMBER|", "MANAGER|billing|Ann|REMOVEMEMBER|")
    assert told(events, *WORDS)[-3:] == [
        "agent.parted Ann sales",
        "agent.parted Ann billing",
        "agent.state Ann offline",
    ]


def test_leaving_the_only_unpaused_queue_leaves_the_agent_not_ready(log: Log) -> None:
    events = log(ADD, ADD_TOO, "NONE|sales|Ann|PAUSE|Lunch", "MANAGER|billing|Ann|REMOVEMEMBER|")
    assert states(events)[-1][0] == "not-ready"


def test_a_logout_without_a_login_is_passed_on(log: Log, told: Told) -> None:
    events = log("MANAGER|sales|Ann|REMOVEMEMBER|")
    assert told(events, *WORDS, only="agent.") == [
        "agent.declared Ann",
        "agent.parted Ann sales",
        "agent.state Ann offline",
    ]


def test_a_static_member_appears_with_its_first_call(log: Log, told: Told) -> None:
    events = log("call.1|sales|NONE|ENTERQUEUE|||1", "call.1|sales|Ann|CONNECT|4|call.2|3")
    assert told(events, *WORDS, only="agent") == [
        "agent.declared Ann",
        "agent.joined Ann sales",
        "agent.state Ann ready",
    ]


def test_an_agent_removed_while_ringing_can_answer_without_joining_again(log: Log, told: Told) -> None:
    events = log(
        ADD,
        "call.1|sales|NONE|ENTERQUEUE|||1",
        "MANAGER|sales|Ann|REMOVEMEMBER|",
        "call.1|sales|Ann|CONNECT|4|call.2|3",
    )
    assert told(events, "agent", only="agent.joined") == ["agent.joined Ann"]
    assert states(events)[-1] == ("offline", None)
    assert told(events, "agent", only="contact.answered") == ["contact.answered Ann"]


def test_a_restart_takes_added_members_away_and_keeps_static_ones_unpaused(log: Log, told: Told) -> None:
    events = log(ADD, "NONE|sales|Bob|PAUSE|Lunch", "NONE|NONE|NONE|QUEUESTART|")
    restated = told(events, *WORDS)
    assert restated[restated.index("floor.began") + 1 : -1] == [
        "queue.declared sales",
        "agent.declared Bob",
        "agent.joined Bob sales",
        "agent.state Bob ready",
    ]


def test_persistent_members_keep_their_queues_and_pauses_through_a_restart(
    log: Log, told: Told, tmp_path: Path, options: Options
) -> None:
    conf = tmp_path / "queues.conf"
    conf.write_text("[general]\npersistentmembers = yes\n")
    using = msgspec.structs.replace(options, queues_conf=conf)
    events = log(ADD, "NONE|sales|Ann|PAUSE|Lunch", "NONE|NONE|NONE|QUEUESTART|", using=using)
    assert told(events, *WORDS)[-2] == "agent.state Ann not-ready Lunch"


def test_a_penalty_is_told_of_the_member_behind_the_interface(log: Log, told: Told) -> None:
    nameless = log("MANAGER|sales|SIP/100|ADDMEMBER|", "NONE|sales|SIP/100|UNPAUSE|", "NONE|sales|SIP/100|PENALTY|7")
    assert told(nameless, "agent", "penalty", only="agent.joined")[-1] == "agent.joined SIP/100 7"


def test_a_log_without_names_shows_interfaces_from_the_first_sign_of_it(log: Log) -> None:
    add = ["MANAGER|sales|SIP/100|ADDMEMBER|", "MANAGER|sales|SIP/101|ADDMEMBER|"]
    assert log(*add)[-1:] == log(add[0])  # only the queue is told yet
    events = log(*add, "NONE|sales|SIP/100|PAUSE|Lunch", "MANAGER|sales|SIP/102|ADDMEMBER|")
    assert [event.agent for event in events if isinstance(event, AgentDeclared)] == ["SIP/100", "SIP/101", "SIP/102"]


def test_a_name_is_matched_with_the_only_interface_it_can_be(log: Log, told: Told) -> None:
    events = log(
        "MANAGER|sales|Local/1@a|ADDMEMBER|",
        "MANAGER|vip|Local/1@a|ADDMEMBER|",
        "MANAGER|sales|Local/2@a|ADDMEMBER|",
        "NONE|sales|Ann|UNPAUSE|",
        "NONE|vip|Ann|UNPAUSE|",
        "NONE|sales|Bob|UNPAUSE|",
        "MANAGER|sales|Local/2@a|REMOVEMEMBER|",
        "MANAGER|vip|Local/1@a|REMOVEMEMBER|",
    )
    assert told(events, "agent", only="agent.declared") == ["agent.declared Ann", "agent.declared Bob"]
    assert told(events, *WORDS)[-3:] == ["agent.parted Bob sales", "agent.state Bob offline", "agent.parted Ann vip"]


def test_a_static_member_who_already_worked_there_is_not_the_interface_added_after(log: Log, told: Told) -> None:
    events = log(
        "NONE|sales|Sam|UNPAUSE|",
        "MANAGER|sales|Local/1@a|ADDMEMBER|",
        "NONE|sales|Sam|PAUSE|Lunch",
        "MANAGER|sales|Local/1@a|REMOVEMEMBER|",
    )
    assert told(events, "agent", only="agent.parted") == []


def test_queues_conf_names_the_interfaces_of_static_members(
    log: Log, told: Told, tmp_path: Path, options: Options
) -> None:
    conf = tmp_path / "queues.conf"
    conf.write_text("[sales]\nmember => SIP/100,0,Ann\nmember => SIP/101\n")
    using = msgspec.structs.replace(options, queues_conf=conf)
    events = log("MANAGER|sales|SIP/100|ADDMEMBER|", "NONE|sales|SIP/100|PENALTY|3", using=using)
    assert told(events, "agent", "penalty", only="agent.joined")[-1] == "agent.joined Ann 3"


def test_a_call_that_outlives_its_agents_membership_does_not_give_the_agent_anothers_interface(
    log: Log, told: Told
) -> None:
    events = log(
        "MANAGER|sales|Local/1@a|ADDMEMBER|",
        "MANAGER|sales|Local/2@a|ADDMEMBER|",
        "call.1|sales|NONE|ENTERQUEUE|||1",
        "call.1|sales|Ann|CONNECT|4|call.2|3",
        "MANAGER|sales|Local/1@a|REMOVEMEMBER|",
        "call.1|sales|Ann|COMPLETEAGENT|4|10|1",
        "MANAGER|sales|Local/2@a|REMOVEMEMBER|",
    )
    assert told(events, "agent", only="agent.parted") == []
