"""Callers in a restatement: who still waits and talks, who is new to us, and all of it told in full."""

from feeds.adapters.asterisk.call import Call
from feeds.adapters.asterisk.calls import Calls
from feeds.adapters.asterisk.lines import NOBODY, Line
from feeds.adapters.asterisk.standing import Standing
from feeds.adapters.pen import Pen, bounded
from wallboard.core.events import ContactAnswered, ContactOffered, ContactQueued, ContactStarted, ContactUnqueued


def restate_calls(calls: Calls, floor: Standing, at: int, stem: str, pen: Pen) -> None:
    """Make `calls` what `floor` says at `at` (ms), and write it; ids begin with `stem`."""
    _drop(calls, floor)
    _add(calls, floor, at)
    for number, call in enumerate(calls.open.values()):
        _write(call, f"{stem}.{number}", pen)


def _drop(calls: Calls, floor: Standing) -> None:
    for uniqueid, call in list(calls.open.items()):
        call.waiting = {queue: leg for queue, leg in call.waiting.items() if (uniqueid, queue) in floor.waiting}
        if floor.talks is not None and uniqueid not in floor.talks and uniqueid not in floor.bridged:
            call.talking.clear()
            call.held.clear()
        if not call.waiting:
            call.ringing.clear()
            if not call.talking and uniqueid not in calls.leaving:
                del calls.open[uniqueid]


def _add(calls: Calls, floor: Standing, at: int) -> None:
    for uniqueid in [*(call for call, _ in floor.waiting), *(floor.talks or {})]:
        calls.leaving.pop(uniqueid, None)  # they have come back
    for (uniqueid, queue), wait in floor.waiting.items():
        call = calls.open.get(uniqueid) or _begin(calls, uniqueid, wait.since)
        call.touched = at
        if queue not in call.waiting:
            call.customer = call.customer or calls.customers.customer(wait.number)
            call.waiting[queue] = call.last = call.legs
            call.since[queue] = wait.since
            call.legs += 1
    for uniqueid, talk in (floor.talks or {}).items():
        call = calls.open.get(uniqueid) or _begin(calls, uniqueid, talk.since)
        call.touched = at
        if not call.talking:
            call.talking[talk.queue] = (call.legs, bounded(talk.agent))
            call.since[talk.queue] = talk.since
            call.last = call.legs
            call.legs += 1
            call.seen = False


def _begin(calls: Calls, uniqueid: str, since: int) -> Call:
    return calls.begin(Line(since, uniqueid, NOBODY, NOBODY, "RESTATED", (), b""))


def _write(call: Call, stem: str, pen: Pen) -> None:
    contact = call.contact
    pen.begin(call.began, f"{stem}.s")
    pen.write(ContactStarted, contact=contact, customer=call.customer)
    for queue, leg in call.waiting.items():
        pen.begin(call.since.get(queue, call.began), f"{stem}.q{leg}")
        pen.write(ContactQueued, contact=contact, queue=bounded(queue), leg=leg)
        for agent, rung in call.ringing.items():
            if rung == leg:
                pen.write(ContactOffered, contact=contact, agent=agent, leg=leg)
    for queue, (leg, agent) in call.talking.items():
        pen.begin(call.since.get(queue, call.began), f"{stem}.t{leg}")
        if not call.seen:  # so that the talk is known to be of this queue; whoever saw the wait knows it already
            pen.write(ContactQueued, contact=contact, queue=bounded(queue), leg=leg)
            pen.write(ContactUnqueued, contact=contact, queue=bounded(queue), leg=leg, reason="answered")
        pen.write(ContactAnswered, contact=contact, agent=agent, leg=leg)
