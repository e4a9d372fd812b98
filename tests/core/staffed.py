"""The oracle's reading of staffing: what each queue brings, who serves it, and what becomes of its callers."""

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

from tests.core.crowd import Fate, fate

if TYPE_CHECKING:
    from tests.core.oracle import Oracle

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS
TOGETHER = {"callback": "voice", "video": "voice"}
SEVERAL = ("chat", "social", "sms")
OF_AGENTS = ("agent", "team", "skill")
OF_THE_PAST = ("offered_load", "agents_needed", "agents_needed_c", "forecast", "against_forecast")
"""What can be said of an interval that has passed: who was in then is not kept."""


class Line(NamedTuple):
    """What one queue brings over some time (ms)."""

    queue: str
    offered: int
    over: int
    handle: int | None
    gone: int
    waited: int

    @property
    def rate(self) -> float:
        return self.offered / self.over if self.over and self.handle else 0.0

    @property
    def load(self) -> float:
        return self.rate * (self.handle or 0)


class Pool(NamedTuple):
    """Queues served together, and how many agents are in."""

    lines: list[Line]
    agents: float | None
    load: float
    handle: int
    patience: int | None
    at_once: float

    def part(self, keys: set[str]) -> float:
        mine = [line for line in self.lines if line.queue in keys]
        return sum(line.load for line in mine) / self.load if self.load else len(mine) / len(self.lines)


class Staffed:
    """Staffing over one window."""

    def __init__(self, oracle: "Oracle", window: str) -> None:
        self.oracle, self.window = oracle, window
        self.lines = self._lines()
        self._pools: dict[str, list[Pool]] = {}

    def value(self, kpi: str, by: str, group: str) -> float | None:
        """The figure for a group."""
        if by in OF_AGENTS or (self.window.startswith("interval") and kpi not in OF_THE_PAST):
            return None
        keys = {key for key in self.lines if self.oracle.queue_group(key, by) == group}
        when = "next" if kpi.endswith("_next") else "patient" if kpi.endswith("_c") else "now"
        plain = kpi.removesuffix("_next").removesuffix("_c")
        asked: dict[str, Callable[[], float | None]] = {
            "offered_load": lambda: self._load(keys, when),
            "agents_needed": lambda: self._needed(keys, when),
            "agents_serving": lambda: self._serving(keys, when),
            "staffing_gap": lambda: self._gap(keys, when),
            "predicted_service_level": lambda: self._predicted(keys, lambda found: found.level, 0),
            "predicted_service_level_more": lambda: self._predicted(keys, lambda found: found.level, 1),
            "predicted_service_level_fewer": lambda: self._predicted(keys, lambda found: found.level, -1),
            "predicted_abandon_rate": lambda: self._predicted(keys, lambda found: found.abandon, 0),
            "forecast": lambda: self._forecast(keys),
            "against_forecast": lambda: self._against(keys),
        }
        return asked[plain]()

    def _lines(self) -> dict[str, Line]:
        total, memory = self.oracle.total, "today"
        lines = {}
        for key in self.oracle.queues():
            handle = self._handle(self.window, key) or self._handle(memory, key) or self._planned_handle(key)
            gone = total(("abandoned",), memory, "queue", key) or 0
            waited = total(("wait answered", "wait abandoned"), memory, "queue", key) or 0
            over = self.oracle.length(self.window, "queue", key)
            lines[key] = Line(key, total(("offered",), self.window, "queue", key) or 0, over, handle, gone, waited)
        return {key: line._replace(handle=line.handle or self._mean(line, lines)) for key, line in lines.items()}

    def _handle(self, window: str, key: str) -> int | None:
        spent = self.oracle.total(("talk", "hold", "wrap"), window, "queue", key)
        handled = self.oracle.total(("handled",), window, "queue", key)
        return round(spent / handled) if handled and spent is not None else None

    def _planned_handle(self, key: str) -> int | None:
        kept = self.oracle.now - 2 * DAY_MS
        rows = [row for row in self.oracle.forecasts() if row.queue == key and row.until >= kept]
        return min(rows, key=lambda row: (abs(row.from_ - self.oracle.now), row.from_)).handle_ms if rows else None

    def _mean(self, line: Line, lines: dict[str, Line]) -> int | None:
        channel = self.oracle.channel(line.queue)
        same = [one for one in lines.values() if one.rate and self.oracle.channel(one.queue) == channel]
        rate = sum(one.rate for one in same)
        return round(sum(one.load for one in same) / rate) if rate else None

    def _coming(self) -> dict[str, Line]:
        now, found = self.oracle.now, {}
        for key, line in self.lines.items():
            rows = [row for row in self.oracle.forecasts() if row.queue == key and now < row.from_ <= now + HOUR_MS]
            if rows:
                row = min(rows, key=lambda row: row.from_)
                found[key] = Line(key, row.offered, row.until - row.from_, row.handle_ms, line.gone, line.waited)
        return found

    def pools(self, when: str) -> list[Pool]:
        if when not in self._pools:
            lines = self._coming() if when == "next" else self.lines
            self._pools[when] = [self._pool(keys, lines, patient=when == "patient") for keys in self._linked(lines)]
        return self._pools[when]

    def _linked(self, lines: dict[str, Line]) -> list[set[str]]:
        groups = [{key} for key in lines]
        for queues in self.oracle.standing.member.values():
            for kind in {self._kind(key) for key in queues if key in lines}:
                mine = {key for key in queues if key in lines and self._kind(key) == kind}
                touched = [group for group in groups if group & mine]
                groups = [group for group in groups if not group & mine] + [set().union(*touched)]
        return groups

    def _kind(self, key: str) -> str:
        channel = self.oracle.channel(key)
        return TOGETHER.get(channel, channel)

    def _pool(self, keys: set[str], lines: dict[str, Line], *, patient: bool) -> Pool:
        mine = [lines[key] for key in sorted(keys)]
        load, rate, gone = (sum(found) for found in zip(*((o.load, o.rate, o.gone) for o in mine), strict=True))
        patience = None if patient or not gone else max(1, round(sum(line.waited for line in mine) / gone))
        agents = None
        standing = self.oracle.standing
        if any(standing.member[agent] for agent in standing.keys):
            serving = [a for a in standing.keys if standing.shown(a)[0] not in ("offline", "not-ready")]
            agents = sum(self._share(standing.member[agent], keys, lines) for agent in serving)
        return Pool(mine, agents, load, round(load / rate) if rate else 0, patience, self._at_once(keys))

    @staticmethod
    def _share(queues: set[str], keys: set[str], lines: dict[str, Line]) -> float:
        known = [lines[key] for key in queues if key in lines]
        whole = sum(line.load for line in known)
        if whole:
            return sum(line.load for line in known if line.queue in keys) / whole
        return len(queues & keys) / len(known) if known else 0.0

    def _at_once(self, keys: set[str]) -> float:
        standing, said = self.oracle.standing, self.oracle.log.agents
        members = [agent for agent in standing.keys if standing.member[agent] & keys]
        if self.oracle.channel(next(iter(keys))) not in SEVERAL or not members:
            return 1.0
        each = [max((said[agent].capacity or {}).values(), default=1) if agent in said else 1 for agent in members]
        return max(1.0, sum(max(1, one) for one in each) / len(members))

    def _load(self, keys: set[str], when: str) -> float | None:
        mine = [line for pool in self.pools(when) for line in pool.lines if line.queue in keys]
        if not mine or any(not line.over or (line.offered and line.handle is None) for line in mine):
            return None
        return sum(line.load for line in mine)

    def _needed(self, keys: set[str], when: str) -> int | None:
        if self._load(keys, when) is None:
            return None
        need = sum(self._enough(pool) * pool.part(keys) for pool in self.pools(when) if pool.load and pool.part(keys))
        return -int(-(need - 1e-9) // 1)

    def _enough(self, pool: Pool) -> int:
        callers = [line for line in pool.lines if line.rate]
        wanted = sum(line.rate * self.oracle.target(line.queue) for line in callers)
        slots = 1
        while sum(line.rate * self._fate(pool, line.queue, slots).level for line in callers) < wanted * (1 - 1e-12):
            slots += 1
        return -int(-slots // pool.at_once)

    def _fate(self, pool: Pool, queue: str, slots: int) -> Fate:
        threshold, short = self.oracle.rule(queue)
        patience = None if pool.patience is None else pool.patience / pool.handle
        return fate(pool.load, slots, patience, threshold / pool.handle, short / pool.handle)

    def _exactly(self, keys: set[str], when: str) -> float | None:
        found = [(pool.agents, pool.part(keys)) for pool in self.pools(when) if keys & {o.queue for o in pool.lines}]
        if not found or any(agents is None for agents, _ in found):
            return None
        return sum((agents or 0.0) * part for agents, part in found)

    def _serving(self, keys: set[str], when: str) -> int | None:
        share = self._exactly(keys, when)
        return None if share is None else int((share + 0.5 + 1e-9) // 1)

    def _gap(self, keys: set[str], when: str) -> int | None:
        have, need = self._serving(keys, when), self._needed(keys, when)
        return None if have is None or need is None else have - need

    def _predicted(self, keys: set[str], read: Callable[[Fate], float], more: int) -> float | None:
        found = [(pool, [o for o in pool.lines if o.queue in keys and o.rate]) for pool in self.pools("now")]
        callers = sum(line.rate for _, mine in found for line in mine)
        if not callers or self._exactly(keys, "now") is None:
            return None
        plain = [self._made(pool, mine, read, 0) for pool, mine in found]
        moved = [self._made(pool, mine, read, more) - one for (pool, mine), one in zip(found, plain, strict=True)]
        return (sum(plain) + max(moved, key=abs)) / callers

    def _made(self, pool: Pool, mine: list[Line], read: Callable[[Fate], float], more: int) -> float:
        slots = max(0.0, ((pool.agents or 0.0) + more) * pool.at_once)
        whole = int(slots)
        total = 0.0
        for line in mine:
            low, high = (read(self._fate(pool, line.queue, n)) for n in (whole, whole + 1))
            total += line.rate * (low + (slots - whole) * (high - low))
        return total

    def _forecast(self, keys: set[str]) -> int | None:
        found, end = [], self.oracle.end(self.window)
        for row in self.oracle.forecasts():
            begin = end - self.lines[row.queue].over if row.queue in self.lines else end
            if row.queue in keys and row.from_ < end and row.until > begin:
                if begin < self.oracle.now - 2 * DAY_MS:
                    return None
                part = min(end, row.until) - max(begin, row.from_)
                found.append(row.offered * part / (row.until - row.from_))
        return round(sum(found)) if found else None

    def _against(self, keys: set[str]) -> float | None:
        plan = self._forecast(keys)
        return sum(self.lines[key].offered for key in keys) / plan if plan else None
