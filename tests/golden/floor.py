"""One moment of a simulated floor, from a recording: the same figures on every machine."""

from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Literal

import numpy as np
from msgspec.structs import replace

from feeds.journal import JournalReader
from wallboard.board.health import trust
from wallboard.board.memory import Memory
from wallboard.board.present import present
from wallboard.board.spec import BoardSpec
from wallboard.board.view import BoardView
from wallboard.config import local_time, memory_of
from wallboard.core.aggregator import Aggregator
from wallboard.core.baseline import SLOTS, STEP_MS, PastDay, Usual
from wallboard.core.figures import Figures, Measure
from wallboard.core.snapshot import AgentRow, By, NoticeRow, QueueRow, Snapshot
from wallboard.core.source import FeedHealth
from wallboard.zones import period

ZONE = "Europe/Paris"
MOMENT = 1_772_544_660_000
"""2026-03-03 14:31 in Paris: sixteen wait, one of them for four minutes."""
MIDNIGHT = 1_772_492_400_000
TOLD_MS = 30_000
"""How far apart the moments are that alerts see before the picture is taken."""
State = Literal["live", "empty", "unknown", "absent", "stale", "offline", "replay", "breach", "long"]
HEALTH: dict[State, FeedHealth] = {
    "stale": FeedHealth(state="live", age_ms=4_000),
    "offline": FeedHealth(state="offline", age_ms=24_000, retry_ms=2_000),
    "replay": FeedHealth(state="replay", speed=10.0),
}
_LONG = "Customer complaints, second line, Île-de-France and overseas departments"


class Unsupplied(Figures):
    """Figures of a feed that has none of the facts they need."""

    def measure(
        self, kpi: str, window: str = "today", by: By = "total", group: str = "", variant: str | None = None
    ) -> Measure:
        """The figure, withheld."""
        return replace(super().measure(kpi, window, by, group, variant), value=None, supplied=False)


@cache
def moments() -> tuple[Snapshot, ...]:
    """The last minutes before the moment, and it: enough for alerts to have a history."""
    fold = Aggregator(period, ("today", "30m"), ZONE)
    told = []
    with JournalReader(Path(__file__).parent / "day.feed") as reader:
        events = [event for block in reader.events() for event in block]
    place = 0
    for at in range(MIDNIGHT, MOMENT + 1, TOLD_MS):
        until = place
        while until < len(events) and events[until].at <= at:
            until += 1
        fold.fold(events[place:until])
        place = until
        fold.advance(at)
        if at > MOMENT - 30 * 60_000:
            told.append(fold.snapshot())
    return tuple(told)


def view(board: BoardSpec, page: int = 0, state: State = "live", turn: int = 0) -> BoardView:
    """A page of a board at the moment, in a state its tiles have a look for."""
    board = replace(board, zone=ZONE)
    memory = _remembering(board) if state in ("live", "stale", "replay", "breach") else memory_of(board)
    memory.usual = (_usual("offered"),)
    health, figures = HEALTH.get(state, FeedHealth(state="live", age_ms=300)), _FIGURES.get(state, _live)()
    memory.alerts.step(figures, known=trust(health) != "lost")
    return present(figures, health, board, page, local_time(ZONE), turn * 8000, memory)


@cache
def _figures() -> tuple[Figures, ...]:
    return tuple(Figures(snapshot) for snapshot in moments())


def _remembering(board: BoardSpec) -> Memory:
    memory = memory_of(board)
    for figures in _figures():
        memory.alerts.step(figures)
    return memory


def _live() -> Figures:
    return _figures()[-1]


def _empty() -> Figures:
    """Heard, and nobody there."""
    fold = Aggregator(period, ("today", "30m"), ZONE)
    with JournalReader(Path(__file__).parent / "day.feed") as reader:
        declared = [e for block in reader.events() for e in block if type(e).__name__.endswith("Declared")]
    fold.fold(declared)
    fold.advance(MOMENT)
    return Figures(fold.snapshot())


def _unknown() -> Figures:
    """Nothing was ever heard."""
    fold = Aggregator(period, ("today", "30m"), ZONE)
    fold.advance(MOMENT)
    return Figures(fold.snapshot())


def _absent() -> Figures:
    """A feed that cannot supply a single figure."""
    return Unsupplied(moments()[-1])


def _long() -> Figures:
    """Every name far too long, and a notice that never ends."""
    snapshot = moments()[-1]
    words = tuple(
        NoticeRow(n.at, f"{n.text}. {n.text}. {n.text}. {n.text}.", n.severity, n.until) for n in snapshot.notices
    )
    return Figures(
        replace(
            snapshot,
            queues=tuple(_long_queue(row) for row in snapshot.queues),
            agents=tuple(_long_agent(row) for row in snapshot.agents),
            notices=words,
        )
    )


def _long_queue(row: QueueRow) -> QueueRow:
    return replace(row, name=f"{_LONG} {row.name}")


def _long_agent(row: AgentRow) -> AgentRow:
    return replace(row, name=f"Maximiliana-Wilhelmina {row.name}-Featherstonehaugh", team=f"{row.team} {_LONG}")


_FIGURES: dict[State, Callable[[], Figures]] = {
    "empty": cache(_empty),
    "unknown": cache(_unknown),
    "absent": cache(_absent),
    "long": cache(_long),
}


def _usual(kpi: str) -> Usual:
    """Eight weekdays before, drawn by hand: a morning hill and a lower one after lunch."""
    begins = tuple(MIDNIGHT + i * STEP_MS for i in range(SLOTS))
    hours = np.arange(SLOTS) / 4
    hill = 95 * np.exp(-(((hours - 11) / 2.2) ** 2)) + 75 * np.exp(-(((hours - 15.5) / 2.4) ** 2))
    days = tuple(
        PastDay(-7 * (n + 1), kpi, "", tuple(int(v * (0.82 + 0.05 * n)) for v in hill), (1,) * SLOTS) for n in range(8)
    )
    return Usual(kpi, "", begins, days)
