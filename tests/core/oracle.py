"""The oracle: every KPI of the catalogue at any moment, over any window, for any group, from the whole log."""

from collections.abc import Callable

from tests.core.standing import CLAIM, Standing
from tests.core.telling import EDGES, Fact, Log, Telling, Traits
from wallboard.core.vocabulary import Event
from wallboard.core.windows import Calendar

HOUR_MS = 3_600_000
SHIFTS = (0, 28_800_000, 57_600_000)
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


class Oracle:
    """What is true of ``events`` at ``now``. Nothing is remembered between two moments."""

    def __init__(self, events: list[Event], now: int, calendar: Calendar, zone: str | None) -> None:
        self.now, self.calendar, self.zone = now, calendar, zone
        self._tables: dict[tuple[str, str], dict[str, dict[str, list[int]]]] = {}
        self.log = Log(events)
        self.telling = Telling(self.log, now)
        self.standing = Standing(self.log, self.telling)

    def value(self, kpi: str, window: str, by: str, group: str, variant: str = "short-abandons-out") -> float | None:
        """The KPI; ``None`` is unknown. Percentiles are exact."""
        special: Callable[[str, str, str, str], float | None] | None = getattr(self, f"_{kpi}", None)
        if kpi.startswith("time_"):
            return self._time((kpi.removeprefix("time_").replace("not_ready", "not-ready"),), window, by, group)
        if kpi in STANDING or kpi == "agents_in":
            special = self._standing
        elif kpi.startswith(("wait_p", "aht_p")):
            special = self._percentile
        if special is not None:
            return special(kpi, window, by, group)
        if kpi in SUMS:
            return self.total(SUMS[kpi], window, by, group)
        top, bottom = VARIANTS[variant] if kpi == "service_level" else RATIOS[kpi]
        met, of = self.total(top, window, by, group), self.total(bottom, window, by, group)
        if met is None or not of:
            return None
        value = met * (100 if kpi == "nps" else 1) / of
        return round(value) if kpi in ROUNDED else value

    def total(self, names: tuple[str, ...], window: str, by: str, group: str) -> int | None:
        """Facts of these names; a leading ``-`` subtracts."""
        plain = {name.removeprefix("-") for name in names}
        if by in OF_AGENTS and any(name in NOT_OF_AGENTS for name in plain):
            return None
        found = self.table(window, by).get(group, {})
        return sum((-1 if "-" + name in names else 1) * sum(found.get(name, ())) for name in plain)

    def table(self, window: str, by: str) -> dict[str, dict[str, list[int]]]:
        """Amounts of every fact in the window, by group and name."""
        found = self._tables.get((window, by))
        if found is None:
            found = self._tables[window, by] = {}
            begins = {queue: self.begin(window, queue) for queue in {*self.log.queues, *self._undeclared()}}
            for fact in self.telling.facts:
                sec = fact.born if window.endswith("+cohort") else fact.sec
                if sec * 1000 < begins[(fact.traits.queue if fact.traits else None) or ""]:
                    continue
                for group in self.groups(fact, by):
                    found.setdefault(group, {}).setdefault(fact.name, []).append(fact.n)
        return found

    def _undeclared(self) -> set[str]:
        return {"", *(fact.traits.queue or "" for fact in self.telling.facts if fact.traits)}

    def groups(self, fact: Fact, by: str) -> tuple[str, ...]:
        """The groups of a kind that a fact counts for."""
        if by in OF_AGENTS:
            said = self.log.agents.get(fact.agent or "")
            if fact.agent is None or by == "agent":
                return () if fact.agent is None else (fact.agent,)
            return ((said.team or "") if said else "",) if by == "team" else said.skills if said else ()
        return () if fact.traits is None else (self.group(fact.traits, by),)

    def group(self, traits: Traits, by: str) -> str:
        """The group of a kind that a leg belongs to."""
        if by == "total":
            return ""
        if by == "client":
            said = self.log.queues.get(traits.queue or "")
            return (said.client if said else None) or ""
        value = getattr(traits, by)
        return "" if value is None else str(value)

    def begin(self, window: str, queue: str | None = None) -> int:
        """When the window began for facts of this queue (ms)."""
        plain = window.removesuffix("+cohort")
        if plain == "all":
            return 0
        if plain == "shift":
            return self.calendar(self.now, self.zone, SHIFTS)[0]
        if plain == "today":
            said = self.log.queues.get(queue or "")
            zone, start = (said.time_zone or self.zone, said.day_start) if said else (self.zone, 0)
            return self.calendar(self.now, zone, (start,))[0]
        second, size = self.now // 1000, int(plain[:-1].removeprefix("clock:")) * (60 if plain[-1] == "m" else 1)
        return (second // size * size if plain.startswith("clock:") else second - size + 1) * 1000

    def agents(self, by: str, group: str) -> list[str] | None:
        """Agents of the group."""
        keys, said = sorted(self.standing.keys), self.log.agents
        choices: dict[str, Callable[[str], bool]] = {
            "total": lambda _: True,
            "agent": lambda key: key == group,
            "team": lambda key: ((said[key].team if key in said else None) or "") == group,
            "skill": lambda key: key in said and group in said[key].skills,
            "queue": lambda key: group in self.standing.member[key],
            "site": lambda key: (key.split("/")[0] if "/" in key else "") == group,
        }
        chosen = choices.get(by)
        return [key for key in keys if chosen(key)] if chosen else None

    def _standing(self, kpi: str, _: str, by: str, group: str) -> int | None:
        agents = self.agents(by, group)
        if agents is None:
            return None
        wanted = CLAIM[1:] if kpi == "agents_in" else (STANDING[kpi],)
        return sum(self.standing.shown(agent)[0] in wanted for agent in agents)

    def _time(self, states: tuple[str, ...], window: str, by: str, group: str) -> int | None:
        agents, begin = self.agents(by, group), self.begin(window)
        if agents is None:
            return None
        return sum(self.standing.spent(agent, state, begin) for agent in agents for state in states)

    def _share(self, top: tuple[str, ...], bottom: tuple[str, ...], *where: str) -> float | None:
        met, of = self._time(top, *where), self._time(bottom, *where)
        return met / of if of and met is not None else None

    def _occupancy(self, _: str, *where: str) -> float | None:
        return self._share(BUSY, (*BUSY, "ringing", "ready"), *where)

    def _utilisation(self, _: str, *where: str) -> float | None:
        return self._share(BUSY, CLAIM[1:], *where)

    def _logged_in(self, _: str, window: str, by: str, group: str) -> int | None:
        return self._time(CLAIM[1:], window, by, group)

    def _percentile(self, kpi: str, window: str, by: str, group: str) -> int | None:
        name = "wait answered" if kpi.startswith("wait") else "handle"
        if by in OF_AGENTS:
            return None
        chosen = self.table(window, by).get(group, {}).get(name, [])
        return sorted(chosen)[-(-len(chosen) * int(kpi[-2:]) // 100) - 1] if chosen else None

    def _longest_answered(self, _: str, window: str, by: str, group: str) -> int | None:
        waits = self.table(window, by).get(group, {}).get("wait answered", [])
        return max(waits, default=None) if by not in OF_AGENTS else None

    def _open(self, by: str, group: str) -> list[tuple[int, int, bool]] | None:
        if by not in ("total", "queue", "site", "channel", "client"):
            return None
        said = self.log.queues
        mine = [
            leg for leg in self.telling.legs
            if leg.result is None and (
                self.group(leg.traits, by) == group if by != "channel"
                else (said[leg.queue].channel if leg.queue in said else "voice") == group
            )
        ]  # fmt: skip
        return [(leg.queued, leg.deadline, leg.callback) for leg in mine]

    def _waiting(self, _: str, __: str, by: str, group: str) -> int | None:
        legs = self._open(by, group)
        return None if legs is None else len(legs)

    def _waiting_over(self, _: str, __: str, by: str, group: str) -> int | None:
        legs = self._open(by, group)
        return None if legs is None else sum(deadline < self.now for _, deadline, _ in legs)

    def _callbacks_waiting(self, _: str, __: str, by: str, group: str) -> int | None:
        legs = self._open(by, group)
        return None if legs is None else sum(callback for _, _, callback in legs)

    def _longest_wait(self, _: str, __: str, by: str, group: str) -> int | None:
        legs = self._open(by, group)
        return max(self.now - queued for queued, _, _ in legs) if legs else None

    def length(self, window: str, by: str, group: str) -> int:
        """Ms the window has lasted: since the begin its queues share, else since that of the floor."""
        if window.startswith("all"):
            return self.now - min((event.at // 1000 * 1000 for event in self.log.events), default=0)
        if by in OF_AGENTS:
            return self.now - self.begin(window)
        cells = {fact.traits for fact in self.telling.facts if fact.traits is not None}
        begins = {self.begin(window, cell.queue) for cell in cells if self.group(cell, by) == group}
        return self.now - (begins.pop() if len(begins) == 1 else self.begin(window))

    def _estimated_wait(self, _: str, window: str, by: str, group: str) -> int | None:
        waiting = self._waiting("", window, by, group)
        answered = self.total(("answered",), window, by, group)
        if waiting is None or not answered:
            return None
        return round((waiting + 1) * self.length(window, by, group) / answered)

    def _attempts_per_hour(self, _: str, window: str, by: str, group: str) -> float | None:
        attempts, length = self.total(("attempts",), window, by, group), self.length(window, by, group)
        return None if attempts is None or not length else attempts * HOUR_MS / length

    def _value_per_hour(self, _: str, window: str, by: str, group: str) -> float | None:
        value, length = self.total(("value",), window, by, group), self.length(window, by, group)
        return None if value is None or not length else round(value * HOUR_MS / length)
