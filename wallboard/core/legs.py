"""One wait of a contact in a queue: begun once, ended once, late when its threshold passes.

    waiting ──answered──▶ answered        A   (in T, or late_answered if it had passed T)
       │ ───abandoned───▶ abandoned       B   (short when it waited at most the queue's short-abandon limit)
       │ ───any other───▶ flowed out      F   (by reason)
       └──system / aged─▶ quarantined         (never an abandon)

The service-level event is the earliest of answered, abandoned, or T passing; facts of a leg that passed T stay in the
second in which it passed, and change name when the leg ends.
"""

from typing import Final

from wallboard.core.facts import NUMBER
from wallboard.core.pen import Pen
from wallboard.core.queues import Leg
from wallboard.core.vocabulary import UnqueueReason

WAYS: Final[dict[UnqueueReason, str]] = {
    "timeout": "timeout",
    "overflow": "overflow",
    "transferred": "transferred_out",
    "callback": "callback",
    "key": "key",
    "no-agents": "no_agents",
    "closed": "closed",
    "full": "full",
    "diverted": "diverted",
    "system": "quarantined",
}
"""The counter of each way out that is neither answered nor abandoned."""
ACD_LOST: Final = frozenset(("timeout", "no-agents", "diverted"))
"""Ways out that Asterisk's own totals call abandoned, beside abandons themselves."""

_WAY: Final = {reason: NUMBER[counter] for reason, counter in WAYS.items()}
ANSWERED: Final = NUMBER["answered"]
ABANDONED: Final = NUMBER["abandoned"]
FLOWED_IN: Final = NUMBER["flowed_in"]
LATE: Final = NUMBER["late"]
LATE_FLOWED: Final = NUMBER["late_flowed"]
LATE_ANSWERED: Final = NUMBER["late_answered"]
LATE_ABANDONED: Final = NUMBER["late_abandoned"]


def pass_threshold(leg: Leg, pen: Pen) -> None:
    """T passes while the leg still waits."""
    leg.late = True
    pen.sink.add(LATE, (leg.deadline + 1) // 1000, leg.born, leg.cell, -1)


def end(leg: Leg, at: int, reason: UnqueueReason, pen: Pen) -> None:
    """The wait ends, once; a second end is an anomaly and changes nothing."""
    if leg.result is not None:
        if reason != leg.result:
            pen.anomaly("leg ended twice")
        return
    leg.queue.waiting.pop(leg, None)
    leg.result = reason
    leg.ended = at
    wait = at - leg.queued
    if wait < 0:
        pen.anomaly("negative wait")
        wait = 0
    leg.wait = wait
    met = leg.met = int(at <= leg.deadline)
    if not met and not leg.late:
        pass_threshold(leg, pen)
    if leg.late and (met or reason == "system"):  # told after T had passed, or no one's fault: it was never late
        pen.back.add(LATE, (leg.deadline + 1) // 1000, leg.born, leg.cell, -1)
    sec, born, cell, sink = at // 1000, leg.born, leg.cell, pen.sink
    if reason == "answered":
        sink.add_wide(ANSWERED, sec, born, cell, -1, wait, met, leg.callback)
        fate = LATE_ANSWERED
    elif reason == "abandoned":
        sink.add_wide(ABANDONED, sec, born, cell, -1, wait, met, wait <= leg.queue.short_ms)
        fate = LATE_ABANDONED
    else:
        sink.add(_WAY[reason], sec, born, cell, -1)
        if met and reason != "system":
            sink.add_wide(FLOWED_IN, sec, born, cell, -1, reason in ACD_LOST)
        fate = LATE_FLOWED
    if not met and reason != "system":
        sink.add(fate, (leg.deadline + 1) // 1000, born, cell, -1)
