"""The catalogue: every KPI as one line of data. Its parts are names of facts, so "explain" needs no code of its own.

A name is a counter of ``facts``; ``t_*`` is time spent in a state (ms), ``n_*`` a count of the floor now, ``window_ms``
the length of the window. A leading ``-`` subtracts. A share or mean is the sum of ``top`` over the sum of ``bottom``.
"""

from typing import Literal

from msgspec import Struct

Unit = Literal["count", "ms", "share", "erlang", "score", "money", "rate"]
Better = Literal["up", "down", "none"]
Names = tuple[str, ...]


class Kpi(Struct, frozen=True):
    """One KPI. ``read`` says how ``top`` and ``bottom`` become a value; ``scale`` multiplies the quotient."""

    key: str
    title: str
    unit: Unit
    better: Better
    formula: str
    top: Names = ()
    bottom: Names = ()
    read: Literal[
        "sum", "ratio", "live", "age", "percentile", "longest", "service-level", "wait-estimate", "staffing"
    ] = "sum"
    scale: int = 1
    now: bool = False
    """Whether it describes this moment, whatever the window."""


class Variant(Struct, frozen=True):
    """One published way to count a service level."""

    key: str
    title: str
    formula: str
    top: Names
    bottom: Names


DEFAULT_VARIANT = "short-abandons-out"
_MET = "answered_in"
_A = (_MET, "late_answered")
_AB = (_MET, "abandoned_in", "late", "-late_flowed")
VARIANTS: dict[str, Variant] = {
    variant.key: variant
    for variant in (
        Variant("answered", "of answered only", "A≤T ÷ A", (_MET,), _A),
        Variant("abandons-met", "abandons within T count as met", "(A≤T + B≤T) ÷ (A + B)", (_MET, "abandoned_in"), _AB),
        Variant("abandons-missed", "every abandon counts as missed", "A≤T ÷ (A + B)", (_MET,), _AB),
        Variant(
            "early-abandons-out", "abandons within T left out", "A≤T ÷ (A + B - B≤T)",
            (_MET,), (_MET, "late", "-late_flowed"),
        ),
        Variant(
            "short-abandons-met", "short abandons count as met", "(A≤T + S) ÷ (A + B)", (_MET, "short"), _AB
        ),
        Variant("short-abandons-out", "short abandons left out", "A≤T ÷ (A + B - S)", (_MET,), (*_AB, "-short")),
        Variant(
            "flow-outs-missed", "flow-outs count as missed", "A≤T ÷ (A + B + F)",
            (_MET,), (_MET, "abandoned_in", "flowed_in", "late"),
        ),
        Variant("offered", "of everything offered", "A≤T ÷ O", (_MET,), ("offered",)),
        Variant(
            "asterisk", "Asterisk ServicelevelPerf", "completed in T ÷ completed", ("completed_in",), ("completed",)
        ),
        Variant(
            "asterisk-2", "Asterisk ServicelevelPerf2", "(completed in T + lost in T) ÷ (completed + lost)",
            ("completed_in", "acd_lost_in"), ("completed", "abandoned", "timeout", "no_agents", "diverted"),
        ),
    )
}  # fmt: skip
"""Every variant of the service level. A leg counts from its service-level event: answered, abandoned, or T passing."""

_HANDLE = ("talk_ms", "hold_ms", "wrap_ms")
_FLOWED = (
    "timeout", "overflow", "transferred_out", "callback", "key", "no_agents", "closed", "full", "diverted",
)  # fmt: skip
_BUSY = ("t_talking", "t_hold", "t_wrapping")
_IN = (*_BUSY, "t_ringing", "t_ready", "t_not-ready")
_CONNECTS = ("live", "machine", "nuisance", "dropped")
_DROPS = ("dropped", "nuisance")
_NPS = ("nps_promoters", "-nps_detractors")
_PER_HOUR = 3_600_000


def _ratio(
    key: str, title: str, unit: Unit, better: Better, formula: str, top: Names, bottom: Names, scale: int = 1
) -> Kpi:
    return Kpi(key, title, unit, better, formula, top, bottom, "ratio", scale)


def _live(key: str, title: str, better: Better, formula: str, *top: str) -> Kpi:
    return Kpi(key, title, "count", better, formula, top, (), "live", now=True)


def _staffing(key: str, title: str, unit: Unit, better: Better, formula: str, figure: str) -> Kpi:
    return Kpi(key, title, unit, better, formula, (figure,), (), "staffing")


def _percentile(key: str, title: str, share: int, of: str) -> Kpi:
    formula = f"{share} % of {of} are at most this long (within 2.5 %)"
    return Kpi(key, title, "ms", "down", formula, (of,), (), "percentile", share)


CATALOGUE: dict[str, Kpi] = {
    kpi.key: kpi
    for kpi in (
        # queue, now
        _live("waiting", "Waiting", "down", "legs waiting now", "n_waiting"),
        Kpi("longest_wait", "Longest wait", "ms", "down", "now - when the oldest waiting leg was queued",
            ("oldest",), (), "age", now=True),
        _live("waiting_over", "Waiting over T", "down", "waiting longer than the threshold T", "n_over"),
        Kpi("estimated_wait", "Estimated wait", "ms", "down", "(waiting + 1) · window ÷ answered in it",
            ("n_waiting", "window_ms"), ("answered",), "wait-estimate"),
        _live("agents_in", "Agents in", "up", "agents not offline",
              "n_ready", "n_ringing", "n_talking", "n_hold", "n_wrapping", "n_not-ready"),
        _live("agents_ready", "Ready", "up", "agents ready now", "n_ready"),
        _live("agents_ringing", "Ringing", "none", "agents ringing now", "n_ringing"),
        _live("agents_talking", "Talking", "none", "agents talking now", "n_talking"),
        _live("agents_on_hold", "On hold", "none", "agents with a customer on hold now", "n_hold"),
        _live("agents_wrapping", "Wrap-up", "none", "agents in wrap-up now", "n_wrapping"),
        _live("agents_not_ready", "Not ready", "down", "agents not ready now", "n_not-ready"),
        _live("agents_offline", "Offline", "none", "agents logged out", "n_offline"),
        # queue, over a window
        Kpi("offered", "Offered", "count", "none", "O: legs queued", ("offered",)),
        Kpi("answered", "Answered", "count", "up", "A: legs answered", ("answered",)),
        Kpi("abandoned", "Abandoned", "count", "down", "B: callers who left while waiting", ("abandoned",)),
        Kpi("short_abandons", "Short abandons", "count", "none", "S: abandoned within the short limit", ("short",)),
        Kpi("flowed_out", "Flowed out", "count", "none", "F: left the queue another way", _FLOWED),
        Kpi("abandoned_acd", "Abandoned (Asterisk)", "count", "down", "abandoned + timeout + no agents + diverted",
            ("abandoned", "timeout", "no_agents", "diverted")),
        Kpi("quarantined", "Quarantined", "count", "down", "legs nobody ended, closed by the wall", ("quarantined",)),
        _ratio("answer_rate", "Answer rate", "share", "up", "answered ÷ offered", ("answered",), ("offered",)),
        _ratio("abandon_rate", "Abandon rate", "share", "down", "abandoned ÷ offered", ("abandoned",), ("offered",)),
        Kpi("service_level", "Service level", "share", "up", VARIANTS[DEFAULT_VARIANT].formula, read="service-level"),
        _ratio("asa", "ASA", "ms", "down", "wait of answered ÷ answered", ("wait_answered_ms",), ("answered",)),
        _ratio("mean_wait", "Mean wait", "ms", "down", "wait of answered and abandoned ÷ both",
               ("wait_answered_ms", "wait_abandoned_ms"), ("answered", "abandoned")),
        _percentile("wait_p50", "Wait, p50", 50, "answered waits"),
        _percentile("wait_p90", "Wait, p90", 90, "answered waits"),
        _percentile("wait_p95", "Wait, p95", 95, "answered waits"),
        Kpi("longest_answered", "Longest answered", "ms", "down", "the longest wait that was answered", (), (),
            "longest"),
        _ratio("abandon_wait", "Mean abandon wait", "ms", "none", "wait of abandoned ÷ abandoned",
               ("wait_abandoned_ms",), ("abandoned",)),
        _ratio("aht", "AHT", "ms", "down", "(talk + hold + wrap-up) ÷ handled", _HANDLE, ("handled",)),
        _percentile("aht_p50", "Handle time, p50", 50, "handle times"),
        _percentile("aht_p90", "Handle time, p90", 90, "handle times"),
        _percentile("aht_p95", "Handle time, p95", 95, "handle times"),
        _ratio("talk", "Talk", "ms", "none", "talk ÷ handled", ("talk_ms",), ("handled",)),
        _ratio("talk_per_talk", "Talk of calls with talk", "ms", "none", "talk ÷ handled with any talk", ("talk_ms",),
               ("talked",)),
        Kpi("talked", "Handled with talk", "count", "none", "segments released with any talk", ("talked",)),
        _ratio("hold", "Hold", "ms", "down", "hold ÷ handled", ("hold_ms",), ("handled",)),
        _ratio("wrap", "Wrap-up", "ms", "down", "wrap-up ÷ handled", ("wrap_ms",), ("handled",)),
        Kpi("handled", "Handled", "count", "up", "segments agents released", ("handled",)),
        Kpi("completed", "Completed", "count", "up", "queue calls answered and released", ("completed",)),
        Kpi("transfers", "Transfers", "count", "none", "contacts passed on", ("transfers",)),
        _ratio("transfer_rate", "Transfer rate", "share", "down", "transfers ÷ handled", ("transfers",), ("handled",)),
        Kpi("short_calls", "Short calls", "count", "down", "handled with under 10 s of talk", ("short_calls",)),
        Kpi("offers", "Offers", "count", "none", "rings or pushes to an agent", ("offers",)),
        Kpi("no_answers", "No answers", "count", "down", "offers that rang out (RONA)", ("no_answer",)),
        Kpi("callbacks_asked", "Call-backs asked", "count", "none", "left the queue for a call-back", ("callback",)),
        Kpi("callbacks_made", "Call-backs made", "count", "up", "call-back legs answered", ("callbacks_made",)),
        _live("callbacks_waiting", "Call-backs waiting", "down", "call-back legs waiting", "n_callbacks"),
        *(
            Kpi(f"waits_{edge}", title, "count", "none", f"answered after {title}", (f"wait_{edge}",))
            for edge, title in (
                ("8", "0-8 s"), ("30", "8-30 s"), ("60", "30-60 s"), ("90", "60-90 s"), ("120", "90-120 s"),
                ("180", "120-180 s"), ("300", "180-300 s"), ("600", "300-600 s"), ("more", "over 600 s"),
            )
        ),
        # automated
        Kpi("started", "Contacts", "count", "none", "contacts begun", ("started",)),
        Kpi("contained", "Contained", "count", "up", "ended well in self-service", ("contained",)),
        _ratio("containment", "Containment", "share", "up", "contained ÷ entered self-service", ("contained",),
               ("automated",)),
        # agents
        _ratio("occupancy", "Occupancy", "share", "none", "(talk + hold + wrap-up) ÷ (those + ringing + ready)",
               _BUSY, (*_BUSY, "t_ringing", "t_ready")),
        _ratio("utilisation", "Utilisation", "share", "up", "(talk + hold + wrap-up) ÷ logged in", _BUSY, _IN),
        Kpi("logged_in", "Logged in", "ms", "none", "time not offline", _IN),
        _ratio("adherence", "Adherence", "share", "up", "time as planned ÷ time planned", ("t_adherent",),
               ("t_planned",)),
        Kpi("adherent_now", "Adherent now", "share", "up", "agents doing as planned ÷ agents planned, now",
            ("n_adherent",), ("n_planned",), "ratio", now=True),
        _live("agents_planned", "Agents planned", "none", "agents of whom something is planned now", "n_planned"),
        *(
            Kpi(f"time_{state.replace('-', '_')}", f"Time {title}", "ms", "none", f"time {title}", (f"t_{state}",))
            for state, title in (
                ("ready", "ready"), ("ringing", "ringing"), ("talking", "talking"), ("hold", "on hold"),
                ("wrapping", "in wrap-up"), ("not-ready", "not ready"),
            )
        ),
        # staffing: see ``staffing`` and ``pools``
        _staffing("offered_load", "Offered load", "erlang", "none", "offered ÷ time · AHT", "load"),
        _staffing("offered_load_next", "Offered load, next", "erlang", "none",
                  "forecast ÷ interval · handle time, for the next interval", "load next"),
        _staffing("agents_needed", "Agents needed", "count", "none",
                  "fewest that reach the target under Erlang A, patience as seen; shared out by load", "needed"),
        _staffing("agents_needed_c", "Agents needed (Erlang C)", "count", "none",
                  "fewest that reach the target if nobody gave up; shared out by load", "needed patient"),
        _staffing("agents_needed_next", "Agents needed, next", "count", "none",
                  "the same for the next forecast interval", "needed next"),
        _staffing("agents_serving", "Agents serving", "count", "up",
                  "agents in and not not-ready, each shared out over its queues by load", "serving"),
        _staffing("staffing_gap", "Staffing gap", "count", "up", "agents serving - agents needed", "gap"),
        _staffing("staffing_gap_next", "Staffing gap, next", "count", "up",
                  "agents serving now - agents needed in the next interval", "gap next"),
        _staffing("predicted_service_level", "Predicted service level", "share", "up",
                  "answered within T ÷ all but short abandons, under Erlang A with the agents serving", "level"),
        _staffing("predicted_service_level_more", "With one agent more", "share", "up",
                  "predicted service level with one agent more, where it helps most", "level more"),
        _staffing("predicted_service_level_fewer", "With one agent less", "share", "up",
                  "predicted service level with one agent less, where it hurts most", "level fewer"),
        _staffing("predicted_abandon_rate", "Predicted abandon rate", "share", "down",
                  "abandoned ÷ offered under Erlang A with the agents serving", "abandon"),
        _staffing("forecast", "Forecast", "count", "none", "contacts forecast for the window so far", "forecast"),
        _staffing("against_forecast", "Against forecast", "share", "none", "offered ÷ forecast", "against forecast"),
        # digital
        _ratio("first_response", "First response", "ms", "down", "time to the first reply ÷ contacts replied to",
               ("first_response_ms",), ("first_responses",)),
        _ratio("reply_time", "Reply time", "ms", "down", "time to later replies ÷ replies", ("reply_ms",),
               ("replies",)),
        _ratio("responded_in", "Responded in target", "share", "up", "first replies within T ÷ first replies",
               ("responded_in",), ("first_responses",)),
        Kpi("messages", "Messages", "count", "none", "messages either way", ("messages",)),
        # outbound
        Kpi("attempts", "Attempts", "count", "none", "calls placed by the dialler", ("attempts",)),
        Kpi("connects", "Connects", "count", "up", "live + machine + nuisance + dropped", _CONNECTS),
        _ratio("connect_rate", "Connect rate", "share", "up", "connects ÷ attempts", _CONNECTS, ("attempts",)),
        Kpi("live_contacts", "Live contacts", "count", "up", "calls a person answered", ("live",)),
        _ratio("contact_rate", "Contact rate", "share", "up", "live ÷ attempts", ("live",), ("attempts",)),
        _ratio("drop_rate", "Drop rate", "share", "down", "dropped and nuisance ÷ answered live (limit 3 %)", _DROPS,
               ("live", *_DROPS)),
        Kpi("conversions", "Conversions", "count", "up", "contacts with a converting outcome", ("conversions",)),
        _ratio("conversion_rate", "Conversion rate", "share", "up", "conversions ÷ contacts with an outcome",
               ("conversions",), ("outcomes",)),
        _ratio("attempts_per_hour", "Attempts an hour", "rate", "up", "attempts ÷ hours", ("attempts",),
               ("window_ms",), _PER_HOUR),
        Kpi("value", "Value", "money", "up", "value of contacts, in minor units", ("value",)),
        _ratio("value_per_hour", "Value an hour", "money", "up", "value ÷ hours", ("value",), ("window_ms",),
               _PER_HOUR),
        Kpi("do_not_call", "Do-not-call hits", "count", "down", "calls to numbers on the list", ("do_not_call",)),
        # outcome
        _ratio("fcr", "First contact resolution", "share", "up", "resolved at first ÷ first contacts",
               ("first_resolved",), ("first_contacts",)),
        _ratio("fcr_scored", "FCR by survey", "share", "up", "said resolved ÷ asked", ("fcr",), ("fcr_scored",)),
        _ratio("csat", "CSAT", "share", "up", "scores of 4-5 ÷ scores", ("csat_top",), ("csat_scored",)),
        _ratio("csat_mean", "CSAT, mean", "score", "up", "Σ score ÷ scores", ("csat_sum",), ("csat_scored",)),
        _ratio("nps", "NPS", "score", "up", "100 · (promoters - detractors) ÷ scores", _NPS, ("nps_scored",), 100),
        _ratio("quality", "Quality", "score", "up", "Σ score ÷ scores", ("quality_sum",), ("quality_scored",)),
        _ratio("sentiment", "Sentiment", "score", "up", "Σ score ÷ scores", ("sentiment_sum",),
               ("sentiment_scored",)),
        _ratio("cost_per_contact", "Cost per contact", "money", "down", "cost ÷ contacts with a cost", ("cost",),
               ("costed",)),
    )
}  # fmt: skip
"""Every KPI by key."""
