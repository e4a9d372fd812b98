"""The oracle's own reading of the catalogue: what each KPI is made of, by the names of its facts."""

from tests.core.telling import EDGES

FLOWED = ("timeout", "overflow", "transferred", "callback", "key", "no-agents", "closed", "full", "diverted")
OF_AGENTS = ("agent", "team", "skill")
NOT_OF_AGENTS = {
    "offered", "abandoned", "short", "system", "timeout", "overflow", "transferred", "callback", "key", "no-agents",
    "closed", "full", "diverted", "talked", "wait abandoned", "completed", "callbacks made", "started",
    "automated:entered",
    "automated:contained", "attempts", "first contact", "first resolved", "late", "abandoned in T", "flowed in T",
    "lost in T", "completed in T",
    *(f"late {way}" for way in FLOWED),
    *(f"dial:{result}" for result in ("live", "machine", "nuisance", "dropped", "do-not-call")),
    *(f"wait {edge}" for edge in (*EDGES, "more")),
}  # fmt: skip
HANDLE = ("talk", "hold", "wrap")
BUSY = ("talking", "hold", "wrapping")
CONNECTS = ("dial:live", "dial:machine", "dial:nuisance", "dial:dropped")
LATE = ("late", *(f"-late {way}" for way in FLOWED))
SUMS: dict[str, tuple[str, ...]] = {
    "offered": ("offered",), "answered": ("answered",), "abandoned": ("abandoned",), "short_abandons": ("short",),
    "flowed_out": FLOWED, "abandoned_acd": ("abandoned", "timeout", "no-agents", "diverted"),
    "quarantined": ("system",), "handled": ("handled",), "completed": ("completed",), "transfers": ("transfers",),
    "short_calls": ("short call",), "talked": ("talked",), "offers": ("offers",), "no_answers": ("no answer",),
    "callbacks_asked": ("callback",), "callbacks_made": ("callbacks made",), "started": ("started",),
    "contained": ("automated:contained",), "messages": ("messages",), "attempts": ("attempts",),
    "connects": CONNECTS, "live_contacts": ("dial:live",), "conversions": ("conversion",), "value": ("value",),
    "do_not_call": ("dial:do-not-call",), **{f"waits_{edge}": (f"wait {edge}",) for edge in (*EDGES, "more")},
}  # fmt: skip
RATIOS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "answer_rate": (("answered",), ("offered",)), "abandon_rate": (("abandoned",), ("offered",)),
    "asa": (("wait answered",), ("answered",)), "abandon_wait": (("wait abandoned",), ("abandoned",)),
    "mean_wait": (("wait answered", "wait abandoned"), ("answered", "abandoned")), "aht": (HANDLE, ("handled",)),
    "talk": (("talk",), ("handled",)),
    "talk_per_talk": (("talk",), ("talked",)), "hold": (("hold",), ("handled",)), "wrap": (("wrap",), ("handled",)),
    "transfer_rate": (("transfers",), ("handled",)),
    "containment": (("automated:contained",), ("automated:entered",)),
    "first_response": (("first response ms",), ("first response",)), "reply_time": (("reply ms",), ("reply",)),
    "responded_in": (("first response in T",), ("first response",)), "connect_rate": (CONNECTS, ("attempts",)),
    "contact_rate": (("dial:live",), ("attempts",)),
    "drop_rate": (("dial:dropped", "dial:nuisance"), ("dial:live", "dial:dropped", "dial:nuisance")),
    "conversion_rate": (("conversion",), ("outcome",)), "fcr": (("first resolved",), ("first contact",)),
    "fcr_scored": (("fcr yes",), ("fcr n",)), "csat": (("csat top",), ("csat n",)),
    "csat_mean": (("csat",), ("csat n",)), "nps": (("nps for", "-nps against"), ("nps n",)),
    "quality": (("quality",), ("quality n",)), "sentiment": (("sentiment",), ("sentiment n",)),
    "cost_per_contact": (("cost",), ("costd",)),
}  # fmt: skip
ROUNDED = {
    "talk_per_talk", "asa", "abandon_wait", "mean_wait", "aht", "talk", "hold", "wrap", "first_response", "reply_time",
    "cost_per_contact",
}  # fmt: skip
VARIANTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "answered": (("answered in T",), ("answered in T", "late answered")),
    "abandons-met": (("answered in T", "abandoned in T"), ("answered in T", "abandoned in T", *LATE)),
    "abandons-missed": (("answered in T",), ("answered in T", "abandoned in T", *LATE)),
    "early-abandons-out": (("answered in T",), ("answered in T", *LATE)),
    "short-abandons-met": (("answered in T", "short"), ("answered in T", "abandoned in T", *LATE)),
    "short-abandons-out": (("answered in T",), ("answered in T", "abandoned in T", *LATE, "-short")),
    "flow-outs-missed": (("answered in T",), ("answered in T", "abandoned in T", "flowed in T", "late")),
    "offered": (("answered in T",), ("offered",)),
    "asterisk": (("completed in T",), ("completed",)),
    "asterisk-2": (
        ("completed in T", "lost in T"), ("completed", "abandoned", "timeout", "no-agents", "diverted"),
    ),
}  # fmt: skip
STANDING = {
    "agents_ready": "ready", "agents_ringing": "ringing", "agents_talking": "talking", "agents_on_hold": "hold",
    "agents_wrapping": "wrapping", "agents_not_ready": "not-ready", "agents_offline": "offline",
}  # fmt: skip
STAFFING = (
    "offered_load", "offered_load_next", "agents_needed", "agents_needed_c", "agents_needed_next", "agents_serving",
    "staffing_gap", "staffing_gap_next", "predicted_service_level", "predicted_service_level_more",
    "predicted_service_level_fewer", "predicted_abandon_rate", "forecast", "against_forecast",
)  # fmt: skip
NOT_OF_THE_PAST = (
    *STANDING, "agents_in", "waiting", "waiting_over", "longest_wait", "callbacks_waiting", "estimated_wait",
    "longest_answered", "occupancy", "utilisation", "logged_in", "adherence", "adherent_now", "agents_planned",
)  # fmt: skip
"""What is not kept by the clock interval, beside percentiles and times in a state."""
