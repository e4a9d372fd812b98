"""What the measurements of the interface share: a board of 24 tiles, and a simulated floor with a clock of its own."""

from collections.abc import Iterator
from itertools import chain

from feeds.simulator import SimConfig, simulate
from wallboard.app import aggregator_of
from wallboard.board.spec import BoardSpec
from wallboard.config import read_board
from wallboard.core.snapshot import Snapshot
from wallboard.reading import Reader

BEGIN = 1_772_614_800_000
"""2026-03-04 10:00 in Paris: a busy Wednesday."""
_HEAD = '[board]\ntitle = "Bench"\nzone = "Europe/Paris"\n[[pages]]\ncolumns = 24\nrows = 20\n'
_NUMBERS = (
    "service_level", "waiting", "longest_wait", "abandon_rate", "asa", "offered", "answered", "abandoned",
    "occupancy", "aht", "no_answers", "handled", "service_level", "asa", "waiting", "longest_wait",
)  # fmt: skip
_REST = (
    'kind = "queues"\nat = [0, 8, 9, 7]',
    'kind = "agents"\nat = [9, 8, 15, 7]\ngroup = "team"',
    'kind = "trend"\nat = [0, 15, 6, 5]\nkpis = ["offered", "answered"]',
    'kind = "trend"\nat = [6, 15, 5, 5]\nkpis = ["service_level"]',
    'kind = "alerts"\nat = [11, 15, 4, 5]',
    'kind = "states"\nat = [15, 15, 4, 5]',
    'kind = "bars"\nat = [19, 15, 3, 5]\nkpi = "waiting"\nby = "queue"',
    'kind = "bars"\nat = [22, 15, 2, 5]\nkpi = "no_answers"\nby = "team"',
)


def board() -> BoardSpec:
    """One page of 24 tiles, of every kind that a floor has on its wall."""
    sparks = ["true" if i < 4 else "false" for i in range(len(_NUMBERS))]
    numbers = [
        f'kind = "number"\nat = [{i % 8 * 3}, {i // 8 * 4}, 3, 4]\nkpi = "{kpi}"\nspark = {sparks[i]}'
        for i, kpi in enumerate(_NUMBERS)
    ]
    tiles = "".join(f"[[pages.tiles]]\n{tile}\n" for tile in (*numbers, *_REST))
    rule = '[[rules]]\nkpi = "longest_wait"\nby = "queue"\nwarn = "3 x T"\nbreach = "6 x T"\n'
    return read_board(Reader(_HEAD + tiles + rule, "bench.toml"))


class SimulatedFloor:
    """Events folded up to a clock that is told what time it is."""

    def __init__(self, shown: BoardSpec, agents: int, queues: int, rate: float | None, warm_ms: int) -> None:
        config = SimConfig(agents=agents, queues=queues, rate=rate)
        self.now = BEGIN - warm_ms
        self._feed: Iterator[object] = iter(simulate(config, self.now))
        self._fold = aggregator_of(shown)
        self.step(warm_ms)

    def step(self, ms: int) -> Snapshot:
        """So much time passes; what is true then."""
        self.now += ms
        due = []
        for event in self._feed:
            if event.at > self.now:  # type: ignore[attr-defined] # events, whatever their kind
                self._feed = chain((event,), self._feed)
                break
            due.append(event)
        self._fold.fold(due)  # type: ignore[arg-type] # the same
        self._fold.advance(self.now)
        return self._fold.snapshot()
