"""The same events given to others: each is asked for less than the fold keeps, and its input is made ready for free."""

import importlib.util
from statistics import median

from feeds.wire import decode_events
from tests.bench.compare_legs import legs_of
from tests.bench.compare_perspective import Perspective
from tests.bench.compare_polars import Polars
from tests.bench.compare_river import River
from tests.bench.fold_clock import ENGINE_GC, Figure, collecting, cpu_s
from tests.bench.fold_feed import BLOCK, HOUR, START, blocks, centre, fold, fresh
from wallboard.core.additions import Additions
from wallboard.core.figures import Figures
from wallboard.core.vocabulary import Event
from wallboard.core.windows import Windows

BEGIN = START + 9 * HOUR
EVERY = 30
"""Of Polars' ticks, one in so many is measured."""
MOST_BATCHES = 300
MISSING = "skipped: install the bench extra (pip install -e '.[bench]')"


class Both:
    """The same feed as bytes for the fold and as events for the others, and what the fold takes for it."""

    def __init__(self, runs: int, hours: int) -> None:
        self.runs = runs
        self.until = BEGIN + hours * HOUR
        self.made = list(blocks(centre(), BEGIN, self.until))
        self.batches: list[list[Event]] = [list(decode_events(block, 0)) for block in self.made]
        self.events = [event for batch in self.batches for event in batch]
        self.legs = legs_of(self.events)

    def sums(self) -> int:
        """How many sums one fold of everything adds to: each addition to each window."""
        added = 0

        class Counted(Windows):
            def _add(self, space: str, additions: Additions) -> None:
                nonlocal added
                added += len(additions.sec) * len(self.names)
                super()._add(space, additions)

        into = fresh()
        into._windows.__class__ = Counted
        fold(into, self.made)
        return added

    def ours(self) -> float:
        """Decode and fold everything, s."""
        return cpu_s(lambda: fold(fresh(), self.made))

    def shown(self, batches: list[list[Event]]) -> float:
        """Fold batches, already decoded; after each a snapshot and, for every queue, the same five figures, s."""
        into = fresh()

        def work() -> None:
            for batch in batches:
                into.fold(batch)
                into.advance(into.newest)
                _read(Figures(into.snapshot()))

        return cpu_s(work)


def _read(figures: Figures) -> None:
    for queue in figures.names("queue"):
        for kpi in ("offered", "answered", "abandoned", "service_level", "asa"):
            figures.measure(kpi, "today", "queue", queue)


def compare(runs: int, hours: int) -> list[Figure]:
    """All comparisons; one whose library is not installed is a line that says so."""
    both = Both(runs, hours)
    found: list[Figure] = []
    with collecting(ENGINE_GC):
        for name, versus in (("river", _river), ("polars", _polars), ("perspective", _perspective)):
            if importlib.util.find_spec(name) is None:
                found.append(Figure("compare", name, float("nan"), "", MISSING))
            else:
                found += versus(both)
    return found


def _river(both: Both) -> list[Figure]:
    river = River(both.legs)
    pairs = [(both.ours(), cpu_s(river.run)) for _ in range(both.runs)]
    count, total = len(river.observations), len(both.events)
    an_update = median(other for _, other in pairs) / count
    ratio = median((other / count) / (ours / total) for ours, other in pairs)
    each = both.sums() / total
    note = f"{count} answered legs of {total} events; one statistic a queue"
    return [
        Figure("compare", "river: one update of one statistic", an_update * 1e6, "µs", note),
        Figure("compare", "river: one update / one event folded into everything", ratio, "x"),
        Figure(
            "compare",
            "river: one update of one statistic / one sum kept by ours",
            ratio * each,
            "x",
            f"ours adds each event to {each:.0f} sums over its windows, states' times not counted",
        ),
        Figure(
            "compare", "river: whole run of one statistic / whole run of ours", median(o / f for f, o in pairs), "x"
        ),
    ]


def _polars(both: Both) -> list[Figure]:
    found = []
    for hz in (1, 4):
        polars = Polars(both.legs, BEGIN, both.until, hz, EVERY * hz)
        pairs = [(both.ours(), cpu_s(polars.run) / polars.share) for _ in range(both.runs)]
        ratio = median(other / ours for ours, other in pairs)
        share = median(other for _, other in pairs) / ((both.until - BEGIN) / 1000) * 100
        note = f"{len(both.legs)} leg facts; one tick in {EVERY * hz} measured; {share:.2f} % of a core in real time"
        found.append(
            Figure("compare", f"polars: 15 min recomputed at {hz} Hz / decode + fold of all", ratio, "x", note)
        )
    return found


def _perspective(both: Both) -> list[Figure]:
    found = []
    for size, raw in ((BLOCK, False), (BLOCK, True), (100, True)):
        batches = [both.events[start : start + size] for start in range(0, len(both.events), size)][:MOST_BATCHES]
        other = Perspective(batches, raw=raw)
        pairs = [(both.shown(batches), cpu_s(other.run)) for _ in range(both.runs)]
        total = sum(len(batch) for batch in batches)
        what = f"perspective, {'raw events' if raw else 'facts worked out for it'}, batches of {size}"
        alike = f"ours with a snapshot and 5 figures a queue read as often: {total / median(o for o, _ in pairs):.0f}"
        rate = total / median(theirs for _, theirs in pairs)
        folding = len(both.events) / median(both.ours() for _ in range(both.runs))
        found += [
            Figure("compare", what, rate, "events/s", f"{alike} events/s"),
            Figure(
                "compare", f"{what}: its time / ours, both read after every batch", median(t / o for o, t in pairs), "x"
            ),
            Figure("compare", f"{what}: its time / decode + fold alone", folding / rate, "x"),
        ]
    return found
