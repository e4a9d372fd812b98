"""The oracle: every KPI of the catalogue at any moment, over any window, for any group, from the whole log."""

from collections.abc import Callable
from typing import NamedTuple

from tests.core.formulas import (
    BUSY,
    NOT_OF_AGENTS,
    NOT_OF_THE_PAST,
    OF_AGENTS,
    RATIOS,
    ROUNDED,
    STAFFING,
    STANDING,
    SUMS,
    VARIANTS,
)
from tests.core.planned import Planned
from tests.core.staffed import Staffed
from tests.core.standing import CLAIM, Standing
from tests.core.telling import Fact, Log, Telling, Traits, key_of
from wallboard.core import events as ev
from wallboard.core.vocabulary import Event
from wallboard.core.windows import Calendar

HOUR_MS = 3_600_000
SHIFTS = (0, 28_800_000, 57_600_000)


class Forecast(NamedTuple):
    """What was planned for a queue between two moments (ms)."""

    queue: str
    from_: int
    until: int
    offered: int
    handle_ms: int


class Oracle:
    """What is true of ``events`` at ``now``. Nothing is remembered between two moments."""

    def __init__(self, events: list[Event], now: int, calendar: Calendar, zone: str | None) -> None:
        self.now, self.calendar, self.zone = now, calendar, zone
        self._tables: dict[tuple[str, str], dict[str, dict[str, list[int]]]] = {}
        self.log = Log(events)
        self.telling = Telling(self.log, now)
        self.standing = Standing(self.log, self.telling)
        self.planned = Planned(self.log, self.standing, now)
        self._staffed: dict[str, Staffed] = {}

    def value(  # noqa: PLR0911 - one line for each way to reckon
        self, kpi: str, window: str, by: str, group: str, variant: str = "short-abandons-out"
    ) -> float | None:
        """The KPI; ``None`` is unknown. Percentiles are exact."""
        special: Callable[[str, str, str, str], float | None] | None = getattr(self, f"_{kpi}", None)
        if kpi in STAFFING:
            if window not in self._staffed:
                self._staffed[window] = Staffed(self, window)
            return self._staffed[window].value(kpi, by, group)
        if window.startswith("interval") and (
            by in OF_AGENTS or kpi in NOT_OF_THE_PAST or kpi.startswith(("time_", "wait_p", "aht_p"))
        ):
            return None
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
            until = self.until(window)
            for fact in self.telling.facts:
                sec = fact.born if window.endswith("+cohort") else fact.sec
                if not begins[(fact.traits.queue if fact.traits else None) or ""] <= sec * 1000 < until:
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
        if plain.startswith(("span", "interval")):
            return int(plain.split(":")[1]) // 1000 * 1000
        if plain == "shift":
            return self.calendar(self.now, self.zone, SHIFTS)[0]
        if plain == "today":
            said = self.log.queues.get(queue or "")
            zone, start = (said.time_zone or self.zone, said.day_start) if said else (self.zone, 0)
            return self.calendar(self.now, zone, (start,))[0]
        second, size = self.now // 1000, int(plain[:-1].removeprefix("clock:")) * (60 if plain[-1] == "m" else 1)
        return (second // size * size if plain.startswith("clock:") else second - size + 1) * 1000

    def until(self, window: str) -> int:
        """Up to when facts belong to the window (ms)."""
        kind, *ends = window.removesuffix("+cohort").split(":")
        if kind == "span":
            return int(ends[1]) // 1000 * 1000
        return int(ends[0]) + int(ends[1]) if kind == "interval" else self.now + 1000

    def end(self, window: str) -> int:
        """When the window ends: now, or when what lies where it lies has passed (ms)."""
        return max(self.begin(window), min(self.now, self.until(window)))

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
        spans = [(self.standing.spent(a, s, begin), self.standing.spent(a, s, self.end(window)))
                 for a in agents for s in states]  # fmt: skip
        return sum(since_begin - since_end for since_begin, since_end in spans)

    def _share(self, top: tuple[str, ...], bottom: tuple[str, ...], *where: str) -> float | None:
        met, of = self._time(top, *where), self._time(bottom, *where)
        return met / of if of and met is not None else None

    def _occupancy(self, _: str, *where: str) -> float | None:
        return self._share(BUSY, (*BUSY, "ringing", "ready"), *where)

    def _utilisation(self, _: str, *where: str) -> float | None:
        return self._share(BUSY, CLAIM[1:], *where)

    def _logged_in(self, _: str, window: str, by: str, group: str) -> int | None:
        return self._time(CLAIM[1:], window, by, group)

    def _adherence(self, _: str, window: str, by: str, group: str) -> float | None:
        agents, begin = self.agents(by, group), self.begin(window)
        if agents is None or not self.planned.known:
            return None
        spent = [self.planned.spent(agent, begin, self.end(window)) for agent in agents]
        planned = sum(of for _, of in spent)
        return sum(done for done, _ in spent) / planned if planned else None

    def _agents_planned(self, _: str, __: str, by: str, group: str) -> int | None:
        agents = self.agents(by, group)
        if agents is None or not self.planned.known:
            return None
        return sum(self.planned.at(agent, self.now)[0] for agent in agents)

    def _adherent_now(self, kpi: str, window: str, by: str, group: str) -> float | None:
        planned = self._agents_planned(kpi, window, by, group)
        agents = self.agents(by, group) or ()
        return sum(self.planned.at(agent, self.now)[1] for agent in agents) / planned if planned else None

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
        legs = [leg for leg in self.telling.legs if leg.result is None]
        mine = [leg for leg in legs if self.queue_group(leg.queue, by) == group]
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
        end = self.end(window)
        if window.startswith("all"):
            return end - min((event.at // 1000 * 1000 for event in self.log.events), default=end)
        if by in OF_AGENTS:
            return end - self.begin(window)
        cells = {fact.traits for fact in self.telling.facts if fact.traits is not None}
        begins = {self.begin(window, cell.queue) for cell in cells if self.group(cell, by) == group}
        return end - (begins.pop() if len(begins) == 1 else self.begin(window))

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

    def queues(self) -> set[str]:
        """Every queue that was declared, joined or queued in."""
        kinds = (ev.QueueDeclared, ev.AgentJoined, ev.ContactQueued)
        return {key_of(event.site, event.queue) for event in self.log.events if isinstance(event, kinds)}

    def queue_group(self, queue: str, by: str) -> str | None:
        """The group of a kind that a queue belongs to; ``None`` where queues do not."""
        said = self.log.queues.get(queue)
        groups = {
            "total": "", "queue": queue, "channel": self.channel(queue), "client": (said.client if said else "") or "",
            "site": queue.split("/", maxsplit=1)[0] if "/" in queue else "",
        }  # fmt: skip
        return groups.get(by)

    def channel(self, queue: str) -> str:
        """What the queue was declared to be; voice, when it was not."""
        return self.log.queues[queue].channel if queue in self.log.queues else "voice"

    def rule(self, queue: str) -> tuple[int, int]:
        """The threshold and the short limit of a queue, ms."""
        said = self.log.queues.get(queue)
        limit, short = (said.service_level_ms, said.short_abandon_ms) if said else (None, None)
        return 20_000 if limit is None else limit, 5_000 if short is None else short

    def target(self, queue: str) -> float:
        """The share a queue should answer within its threshold."""
        said = self.log.queues.get(queue)
        return 0.8 if said is None or said.service_level_target is None else said.service_level_target

    def forecasts(self) -> list[Forecast]:
        """What is forecast; the newest word on an interval counts."""
        rows = {}
        for event in self.log.events:
            if isinstance(event, ev.ForecastDeclared):
                queue = key_of(event.site, event.queue)
                rows[queue, event.from_] = Forecast(
                    queue, event.from_, event.until, event.offered, event.handle_ms
                )  # fmt: skip
        return list(rows.values())

    def first_interval(self, step: int, keep: int) -> int:
        """When the first clock interval began of those that are kept and have any fact; the next one, if none has."""
        oldest = (self.now // step - keep + 1) * step
        secs = [fact.sec * 1000 // step * step for fact in self.telling.facts if fact.traits]
        return min((sec for sec in secs if sec >= oldest), default=self.now + 1)
