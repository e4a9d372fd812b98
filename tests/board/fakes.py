"""A floor made by hand, and figures that read it: for tests and pictures, with no fold behind them."""

import math
from typing import Any

import numpy as np

from wallboard.core.figures import Figures, Measure
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import STATES, AgentRow, By, FeedFacts, Gauges, NoticeRow, QueueRow, Snapshot
from wallboard.core.vocabulary import State

NOW = 1_772_633_253_000
"""2026-03-04 14:07:33 UTC."""
FIRST = (
    "Aino",
    "Ben",
    "Carla",
    "Dmitri",
    "Elif",
    "Femi",
    "Grace",
    "Hugo",
    "Ines",
    "Jan",
    "Kira",
    "Luis",
    "Mona",
    "Nils",
)
LAST = ("Berg", "Okafor", "Ruiz", "Volkov", "Kaya", "Adeyemi", "Lin", "Martins", "Costa", "Novak", "Sato", "Vega")
FLOW: tuple[State, ...] = (
    "talking",
    "ready",
    "wrapping",
    "talking",
    "not-ready",
    "hold",
    "talking",
    "ringing",
    "talking",
)
LONGEST: dict[State, int] = {"ringing": 24, "hold": 130, "wrapping": 260}
"""Seconds."""
REASONS = ("break", "lunch", "training", None)
TEAMS = ("Blue", "Green", "Red")
QUEUES = (
    ("Support", "voice", 9, 271, 0.724, 48, 0.061, 14, 2),
    ("Sales", "voice", 3, 72, 0.806, 21, 0.03, 9, 1),
    ("Billing", "voice", 1, 19, 0.913, 12, 0.014, 11, 4),
    ("VIP", "voice", 0, None, 0.97, 6, 0.0, 5, 3),
    ("Chat", "chat", 6, 52, 0.882, 33, 0.022, 7, 0),
    ("E-mail", "email", 41, 7800, 0.925, 3720, None, 6, 2),
    ("Call-backs", "callback", 4, 680, 0.851, 580, None, 3, 1),
)


def agent(i: int) -> AgentRow:
    """One of a varied crowd."""
    state = FLOW[i * 7 % len(FLOW)]
    name = f"{FIRST[i % len(FIRST)]} {LAST[i * 5 % len(LAST)]}"
    reason = REASONS[i % len(REASONS)] if state == "not-ready" else None
    longest = LONGEST.get(state, 700)
    since = NOW - (i * 7919 % longest) * 1000
    key = f"a{i}"
    team = TEAMS[i % len(TEAMS)]
    return AgentRow(key, name, None, team, (), ("q0",), state, reason, since, 1, 1, None, None, NOW - 20_000_000, i)


def queue(i: int, waiting: int, longest: int | None) -> QueueRow:
    """A queue of the floor."""
    name, channel = QUEUES[i % len(QUEUES)][:2]
    oldest = None if longest is None else NOW - longest * 1000
    kind: Any = channel
    return QueueRow(
        f"q{i}", name, None, kind, None, 20_000, 0.8, 5000, waiting, oldest, 0, None, (), (0,) * len(STATES)
    )


def snapshot(agents: int = 42, queues: int = 7, notices: tuple[NoticeRow, ...] = ()) -> Snapshot:
    """A floor of any size, at ``NOW``."""
    none = np.zeros((0, 0), dtype=np.int64)
    return Snapshot(
        as_of=NOW,
        agents=tuple(agent(i) for i in range(agents)),
        queues=tuple(queue(i, *QUEUES[i % len(QUEUES)][2:4]) for i in range(queues)),
        cells=(),
        windows=(),
        series=(),
        gauges=Gauges((), none, none, none),
        notices=notices,
        reasons=(),
        forecasts=(),
        feed=FeedFacts(events=1000, newest=NOW - 40) if agents or queues else FeedFacts(),
    )


_PER_QUEUE = {
    "waiting": 2,
    "longest_wait": 3,
    "service_level": 4,
    "asa": 5,
    "abandon_rate": 6,
    "agents_talking": 7,
    "agents_ready": 8,
}
_TOTAL = {"waiting": 64, "longest_wait": 271, "service_level": 0.783, "asa": 39, "abandon_rate": 0.042}
_PARTS = {
    "service_level": (("met", 1412), ("of", 1803)),
    "abandon_rate": (("met", 79), ("of", 1882)),
    "asa": (("met", 70_278_000), ("of", 1802)),
    "occupancy": (("met", 63_552_331), ("of", 75_348_928)),
}
_BY_CHANNEL = {"voice": 13, "chat": 6, "email": 41, "callback": 4}


class FakeFigures(Figures):
    """Figures over a snapshot made by hand; ``unsupplied`` KPIs are not in this feed, ``empty`` knows nothing yet."""

    def __init__(self, floor: Snapshot, unsupplied: tuple[str, ...] = (), *, empty: bool = False) -> None:
        self.snapshot = floor
        self._unsupplied, self._empty = unsupplied, empty

    def measure(
        self, kpi: str, window: str = "today", by: By = "total", group: str = "", variant: str | None = None
    ) -> Measure:
        value = self._value(kpi, by, group)
        unit = CATALOGUE[kpi].unit
        if value is not None and unit == "ms":
            value *= 1000
        threshold = 20_000 if kpi == "service_level" else None
        parts = _PARTS.get(kpi, ())
        supplied = kpi not in self._unsupplied
        return Measure(kpi, value if supplied else None, unit, parts, window, by, group, variant, supplied, threshold)

    def _value(self, kpi: str, by: By, group: str) -> float | None:
        if self._empty:
            return None
        if by == "queue":
            row: Any = QUEUES[int(group[1:]) % len(QUEUES)]
            value: float | None = row[_PER_QUEUE[kpi]] if kpi in _PER_QUEUE else 7
            return value
        if by == "channel":
            return _BY_CHANNEL[group] if kpi == "waiting" else 7
        if by == "agent":
            return int(group[1:]) * 37 % 41
        if by == "team":
            return TEAMS.index(group)
        return _TOTAL.get(kpi, 7)

    def names(self, by: By) -> tuple[str, ...]:
        if by == "queue":
            return tuple(row.key for row in self.snapshot.queues)
        if by == "agent":
            return tuple(row.key for row in self.snapshot.agents)
        return {"channel": tuple(_BY_CHANNEL), "team": TEAMS}.get(by, ())

    def series(
        self, kpi: str, step: int, by: By = "total", group: str = "", variant: str | None = None
    ) -> tuple[tuple[int, float | None], ...]:
        del by, group, variant
        if self._empty:
            return ()
        begin = NOW // 86_400_000 * 86_400_000 + 7 * 3_600_000
        count = (NOW - begin) // step + 1
        return tuple((begin + i * step, _course(kpi, i / count, i)) for i in range(count))


def _course(kpi: str, at: float, i: int) -> float | None:
    wave = math.sin(at * math.pi) + 0.12 * math.sin(i * 2.7)
    if kpi in ("offered", "answered"):
        return round(max(0.0, (90 if kpi == "offered" else 82) * wave))
    return 0.78 + 0.1 * math.sin(i / 3) if kpi == "service_level" else 30_000 + 9000 * wave
