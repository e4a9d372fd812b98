"""A caller on the floor, and how callers are found again by a bridge that was restarted."""

from collections.abc import Iterable

from msgspec import Struct, field

from wallboard.core.events import (
    ContactAnswered,
    ContactEnded,
    ContactQueued,
    ContactReleased,
    ContactStarted,
    ContactUnqueued,
)
from wallboard.core.vocabulary import Event, UnqueueReason

EXITS: dict[str, UnqueueReason] = {
    "EXITWITHTIMEOUT": "timeout",
    "EXITEMPTY": "no-agents",
    "EXITWITHKEY": "key",
    "WITHDRAW": "diverted",
    "SYSCOMPAT": "system",
    "LOST": "abandoned",
    "TAKEN": "diverted",
}
"""Not every one is a queue_log's. LOST is the manager interface's abandon, whose caller may yet come back; TAKEN is the
same of a caller who did not hang up: timed out, found nobody, was withdrawn or redirected, and it cannot tell which."""


class Call(Struct):
    """A caller: queue -> leg waiting, queue -> (leg, agent) talking, agent -> leg ringing, queue -> since when (ms)."""

    contact: str
    touched: int
    legs: int = 0
    waiting: dict[str, int] = field(default_factory=dict)
    talking: dict[str, tuple[int, str]] = field(default_factory=dict)
    ringing: dict[str, int] = field(default_factory=dict)
    last: int = 0
    held: set[str] = field(default_factory=set)
    since: dict[str, int] = field(default_factory=dict)
    began: int = 0
    customer: str | None = None
    seen: bool = True
    """Whether its beginning was told by us."""


def recall(past: Iterable[Event]) -> tuple[dict[str, Call], dict[str, int]]:
    """Callers still open at the end of a feed that this adapter wrote, and how often others ended, by uniqueid."""
    calls: dict[str, Call] = {}
    ended: dict[str, int] = {}
    queues: dict[tuple[str, int], str] = {}
    for event in past:
        contact = getattr(event, "contact", None)
        if contact is None:
            continue
        uniqueid = contact.partition("~")[0]
        if isinstance(event, ContactEnded):
            gone = calls.pop(uniqueid, None)
            for leg in range(gone.legs if gone else 0):
                queues.pop((contact, leg), None)
            ended[uniqueid] = ended.get(uniqueid, 0) + 1
            continue
        call = calls.get(uniqueid)
        if call is None or call.contact != contact:
            call = calls[uniqueid] = Call(contact, event.at, began=event.at)
        call.touched = event.at
        _step(call, event, queues)
    return calls, ended


def _step(call: Call, event: Event, queues: dict[tuple[str, int], str]) -> None:
    if isinstance(event, ContactStarted):
        call.customer = event.customer
    elif isinstance(event, ContactQueued):
        call.waiting[event.queue] = call.last = event.leg
        call.since[event.queue] = event.at
        call.legs = max(call.legs, event.leg + 1)
        queues[call.contact, event.leg] = event.queue
    elif isinstance(event, ContactUnqueued):
        call.waiting.pop(event.queue, None)
        queues[call.contact, event.leg] = event.queue
    elif isinstance(event, ContactAnswered):
        queue = queues.get((call.contact, event.leg), "")
        call.talking[queue] = (event.leg, event.agent)
        call.since[queue] = event.at
    elif isinstance(event, ContactReleased):
        call.talking.pop(queues.pop((call.contact, event.leg), ""), None)
