"""What a snapshot costs, by the size of the floor and by how much changed; and what a wall's figures cost on top."""

from collections.abc import Callable
from statistics import median

from tests.bench.fold_clock import ENGINE_GC, Figure, collecting, cpu_s
from tests.bench.fold_feed import HOUR, START, TICK_MS, blocks, centre, fold, fresh
from wallboard.core.aggregator import Aggregator
from wallboard.core.events import AgentState
from wallboard.core.figures import Figures
from wallboard.core.snapshot import AgentRow, By, Snapshot
from wallboard.core.vocabulary import Event, State

FLOORS = ((100, 10), (1_000, 50), (10_000, 200))
"""Agents and queues."""
NUMBERS: tuple[tuple[str, str, By, str], ...] = (
    ("service_level", "today", "total", ""),
    ("waiting", "today", "total", ""),
    ("longest_wait", "today", "total", ""),
    ("abandon_rate", "today", "total", ""),
    ("asa", "today", "channel", "voice"),
    ("occupancy", "30m", "total", ""),
)
COLUMNS = ("waiting", "longest_wait", "offered", "answered", "abandoned", "service_level", "asa", "aht")
TREND = ("offered", "answered")
TURNS = 30


def snapshots() -> list[Figure]:
    """Advance and snapshot at each size of floor."""
    found: list[Figure] = []
    for agents, queues in FLOORS:
        begin = START + 10 * HOUR
        into = fresh()
        fold(into, blocks(centre(agents, queues), begin, begin + HOUR // 3))
        with collecting(ENGINE_GC):
            found += _floor(into, agents)
    return found


def _floor(into: Aggregator, agents: int) -> list[Figure]:
    where, keys = f"{agents:,} agents".replace(",", " "), list(into.snapshot().agents)
    found = []
    for case, count in (("30 events", 30), ("nothing", 0), ("everybody", agents)):
        told, drawn = [], []
        for turn in range(TURNS):
            into.fold(_changes(into, keys[(turn * count) % len(keys) :][:count], turn))
            told.append(cpu_s(lambda: into.advance(into.now + TICK_MS)))
            drawn.append(cpu_s(into.snapshot))
        found.append(Figure("snapshot", f"{where}, {case} changed", median(drawn) * 1e3, "ms"))
        found.append(Figure("advance", f"{where}, {case} changed", median(told) * 1e3, "ms"))
    snapshot = into.snapshot()
    found.append(Figure("figures", f"{where}: 6 numbers", _figures_ms(snapshot, numbers), "ms"))
    found.append(Figure("figures", f"{where}: table of queues", _figures_ms(snapshot, table), "ms", "8 columns"))
    found.append(Figure("figures", f"{where}: trend by 15 min", _figures_ms(snapshot, trend), "ms", "2 curves"))
    return found


def _changes(into: Aggregator, rows: list[AgentRow], turn: int) -> list[Event]:
    state: State = "ready" if turn % 2 else "not-ready"
    return [AgentState(at=into.now, site=row.site, agent=row.key.rpartition("/")[2], state=state) for row in rows]


def _figures_ms(snapshot: Snapshot, read: Callable[[Figures], None]) -> float:
    return median(cpu_s(lambda: read(Figures(snapshot))) for _ in range(TURNS)) * 1e3


def numbers(figures: Figures) -> None:
    """The six numbers of a typical wall."""
    for kpi, window, by, group in NUMBERS:
        figures.measure(kpi, window, by, group)


def table(figures: Figures) -> None:
    """A row for every queue."""
    for queue in figures.names("queue"):
        for kpi in COLUMNS:
            figures.measure(kpi, "today", "queue", queue)


def trend(figures: Figures) -> None:
    """Two curves over the day."""
    for kpi in TREND:
        figures.series(kpi, 900_000)
