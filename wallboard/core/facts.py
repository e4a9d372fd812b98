"""The integer facts everything is summed from, and how each kind of thing that happens adds to them.

A fact is a row of ints: its kind, the second it belongs to, the second its leg was born (for cohort attribution), its
cell and agent (-1: none), and up to five values. ``KINDS`` says, as data, what a row adds to which counter; the ledger
does it for thousands of rows at once.
"""

from typing import Literal

from msgspec import Struct

CELL: tuple[str, ...] = (
    # queue legs
    "offered",
    "answered",
    "abandoned",
    "short",
    "answered_in",
    "abandoned_in",
    "flowed_in",
    "acd_lost_in",
    "late",
    "late_answered",
    "late_abandoned",
    "late_flowed",
    "wait_answered_ms",
    "wait_abandoned_ms",
    "timeout",
    "overflow",
    "transferred_out",
    "callback",
    "key",
    "no_agents",
    "closed",
    "full",
    "diverted",
    "quarantined",
    "wait_8",
    "wait_30",
    "wait_60",
    "wait_90",
    "wait_120",
    "wait_180",
    "wait_300",
    "wait_600",
    "wait_more",
    # handling
    "handled",
    "talked",
    "completed",
    "completed_in",
    "talk_ms",
    "hold_ms",
    "wrap_ms",
    "wrapped",
    "holds",
    "transfers",
    "short_calls",
    "offers",
    "unanswered",
    "no_answer",
    "callbacks_made",
    # contacts
    "started",
    "ended",
    "automated",
    "contained",
    "left_automated",
    "messages",
    "first_responses",
    "first_response_ms",
    "responded_in",
    "replies",
    "reply_ms",
    # outbound
    "attempts",
    "live",
    "machine",
    "busy",
    "dial_no_answer",
    "nuisance",
    "dropped",
    "dial_failed",
    "do_not_call",
    # outcomes
    "conversions",
    "outcomes",
    "value",
    "valued",
    "cost",
    "costed",
    "first_contacts",
    "first_resolved",
    "fcr",
    "fcr_scored",
    "csat_top",
    "csat_sum",
    "csat_scored",
    "nps_promoters",
    "nps_detractors",
    "nps_scored",
    "quality_sum",
    "quality_scored",
    "sentiment_sum",
    "sentiment_scored",
)
"""Counters of a cell, in column order."""

AGENT: tuple[str, ...] = (
    "answered",
    "answered_in",
    "wait_answered_ms",
    "handled",
    "talk_ms",
    "hold_ms",
    "wrap_ms",
    "wrapped",
    "holds",
    "transfers",
    "short_calls",
    "offers",
    "unanswered",
    "no_answer",
    "messages",
    "first_responses",
    "first_response_ms",
    "responded_in",
    "replies",
    "reply_ms",
    "outcomes",
    "conversions",
    "value",
    "valued",
    "cost",
    "costed",
    "fcr",
    "fcr_scored",
    "csat_top",
    "csat_sum",
    "csat_scored",
    "nps_promoters",
    "nps_detractors",
    "nps_scored",
    "quality_sum",
    "quality_scored",
    "sentiment_sum",
    "sentiment_scored",
)
"""Counters of an agent, in column order; the same names as a cell's where they mean the same."""

WAIT_BUCKETS_S = (8, 30, 60, 90, 120, 180, 300, 600)
"""Upper edges (inclusive, seconds) of the wait buckets; the last bucket is open."""

FLOWED: tuple[str, ...] = (
    "timeout", "overflow", "transferred_out", "callback", "key", "no_agents", "closed", "full", "diverted",
)  # fmt: skip
"""Counters of the ways a leg leaves a queue that are neither answered nor abandoned."""

Space = Literal["cell", "agent", "wait-bucket", "waits", "handles"]


class Add(Struct, frozen=True):
    """One addition: into which space and counter, and how much (a value's name, or one)."""

    space: Space
    counter: str
    value: str | None = None


class Kind(Struct, frozen=True):
    """A kind of fact: the names of its values (none for a plain fact), and what a row of it adds."""

    values: tuple[str, ...]
    adds: tuple[Add, ...]


def _both(*counters: str | tuple[str, str]) -> tuple[Add, ...]:
    return _cell(*counters) + _agent(*counters)


def _cell(*counters: str | tuple[str, str]) -> tuple[Add, ...]:
    return tuple(_add("cell", counter) for counter in counters)


def _agent(*counters: str | tuple[str, str]) -> tuple[Add, ...]:
    return tuple(_add("agent", counter) for counter in counters)


def _add(space: Space, counter: str | tuple[str, str]) -> Add:
    return Add(space, counter) if isinstance(counter, str) else Add(space, *counter)


KINDS: dict[str, Kind] = {
    "offered": Kind((), _cell("offered")),
    "answered": Kind(
        ("wait", "met", "callback"),
        (
            *_cell("answered", ("wait_answered_ms", "wait"), ("answered_in", "met"), ("callbacks_made", "callback")),
            Add("wait-bucket", "wait_8", "wait"),
            Add("waits", "waits", "wait"),
        ),
    ),
    "abandoned": Kind(
        ("wait", "met", "short"),
        _cell(
            "abandoned", ("wait_abandoned_ms", "wait"), ("abandoned_in", "met"), ("short", "short"),
            ("acd_lost_in", "met"),
        ),
    ),
    "late": Kind((), _cell("late")),
    "late_answered": Kind((), _cell("late_answered")),
    "late_abandoned": Kind((), _cell("late_abandoned")),
    "late_flowed": Kind((), _cell("late_flowed")),
    "flowed_in": Kind(("acd",), _cell("flowed_in", ("acd_lost_in", "acd"))),
    "quarantined": Kind((), _cell("quarantined")),
    **{way: Kind((), _cell(way)) for way in FLOWED},
    "offer": Kind((), _both("offers")),
    "unanswered": Kind(("missed",), _both("unanswered", ("no_answer", "missed"))),
    "taken": Kind(
        ("wait", "met"), _agent("answered", ("wait_answered_ms", "wait"), ("answered_in", "met"))
    ),
    "held": Kind((), _both("holds")),
    "released": Kind(
        ("talk", "hold", "short", "completed", "met"),
        (
            *_both("handled", ("talk_ms", "talk"), ("hold_ms", "hold"), ("short_calls", "short")),
            *_cell(("completed", "completed"), ("completed_in", "met")),
        ),
    ),
    "wrapped": Kind(("wrap",), _both("wrapped", ("wrap_ms", "wrap"))),
    "handle_time": Kind(("handle",), (Add("handles", "handles", "handle"),)),
    "handle_time_mended": Kind(("before", "handle"), (Add("handles", "handles", "handle"),)),
    "transferred": Kind((), _both("transfers")),
    "started": Kind((), _cell("started")),
    "ended": Kind((), _cell("ended")),
    "automated": Kind((), _cell("automated")),
    "contained": Kind((), _cell("contained")),
    "left_automated": Kind((), _cell("left_automated")),
    "message": Kind((), _both("messages")),
    "first_response": Kind(
        ("ms", "met"),
        _both("first_responses", ("first_response_ms", "ms"), ("responded_in", "met")),
    ),
    "reply": Kind(("ms",), _both("replies", ("reply_ms", "ms"))),
    "attempts": Kind((), _cell("attempts")),
    **{
        result: Kind((), _cell(result))
        for result in (
            "live", "machine", "busy", "dial_no_answer", "nuisance", "dropped", "dial_failed", "do_not_call",
        )
    },
    "outcome": Kind(("converted",), _both("outcomes", ("conversions", "converted"))),
    "value": Kind(("amount",), _both("valued", ("value", "amount"))),
    "cost": Kind(("amount",), _both("costed", ("cost", "amount"))),
    "resolution": Kind(("resolved",), _cell("first_contacts", ("first_resolved", "resolved"))),
    "fcr": Kind(("score",), _both("fcr_scored", ("fcr", "score"))),
    "csat": Kind(
        ("score", "top"), _both("csat_scored", ("csat_sum", "score"), ("csat_top", "top"))
    ),
    "nps": Kind(
        ("promoter", "detractor"),
        _both("nps_scored", ("nps_promoters", "promoter"), ("nps_detractors", "detractor")),
    ),
    "quality": Kind(("score",), _both("quality_scored", ("quality_sum", "score"))),
    "sentiment": Kind(("score",), _both("sentiment_scored", ("sentiment_sum", "score"))),
}  # fmt: skip
"""Every kind of fact. Adding a counter is one name above and one line here."""

NUMBER: dict[str, int] = {name: number for number, name in enumerate(KINDS)}
"""What a kind is called inside a row."""
