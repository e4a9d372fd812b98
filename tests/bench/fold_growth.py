"""How cost grows: with agents, queues and the length of a window, at the pace of one busy hour; and the plot of it."""

import importlib
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from feeds.wire import decode_events
from tests.bench.fold_clock import ENGINE_GC, Figure, collecting, cpu_s
from tests.bench.fold_feed import BLOCK, HOUR, START, blocks, centre, fold, fresh

AGENTS = (100, 300, 1_000, 3_000, 10_000)
QUEUES = (5, 20, 50, 100, 200)
MINUTES = (5, 15, 30, 60, 120, 240)
MOST = 80
"""Blocks measured at most."""
BEGIN = START + 9 * HOUR
COLOURS = ("#3b6ea5", "#a5573b", "#4f8a4f", "#7a5ca0", "#8a7a3b", "#3b8a8a")


def growth(runs: int) -> list[Figure]:
    """What an event costs along each of these, everything else as in the full day."""
    found = [_point("agents", f"{agents}", centre(agents, 50), runs) for agents in AGENTS]
    found += [_point("queues", f"{queues}", centre(1_000, queues), runs) for queues in QUEUES]
    return found + [_window(minutes, runs) for minutes in MINUTES]


def _point(axis: str, what: str, config: Any, runs: int) -> Figure:
    feed = blocks(config, BEGIN, BEGIN + HOUR)
    warm, measured = _parted(feed, BEGIN + HOUR // 6)
    return Figure(axis, what, _cost(warm, measured, None, runs), "µs/event", f"{len(measured) * BLOCK} events")


def _window(minutes: int, runs: int) -> Figure:
    begin = START + 8 * HOUR
    warm, measured = _parted(blocks(centre(), begin, begin + 5 * HOUR), begin + 4 * HOUR)
    return Figure(
        "window", f"{minutes}", _cost(warm, measured, ("today", f"{minutes}m"), runs), "µs/event", "2 windows"
    )


def _parted(feed: Iterable[bytes], at: int) -> tuple[list[bytes], list[bytes]]:
    warm: list[bytes] = []
    measured: list[bytes] = []
    for block in feed:
        events = decode_events(block, 0)
        (measured if events and events[0].at >= at else warm).append(block)
        if len(measured) == MOST:
            break
    return warm, measured


def _cost(warm: list[bytes], measured: list[bytes], windows: tuple[str, ...] | None, runs: int) -> float:
    spent = []
    for _ in range(runs):
        into = fresh(windows) if windows else fresh()
        fold(into, warm)
        with collecting(ENGINE_GC):
            spent.append(cpu_s(lambda into=into: fold(into, measured)))  # type: ignore[misc]
    return sorted(spent)[runs // 2] / (len(measured) * BLOCK) * 1e6


def plot(figures: list[Figure], path: Path) -> bool:
    """Draw growth as small multiples; returns whether matplotlib is there to do it."""
    try:
        pyplot: Any = importlib.import_module("matplotlib.pyplot")
    except ImportError:
        return False
    panels = ("agents", "queues", "window", "length of day", "snapshot by agents", "memory by hour")
    canvas, axes = pyplot.subplots(2, 3, figsize=(9.6, 5.0), dpi=80)
    for panel, axis, colour in zip(panels, axes.flat, COLOURS, strict=True):
        _panel(axis, panel, figures, colour)
    canvas.tight_layout()
    canvas.savefig(path, metadata={"Date": None})
    pyplot.close(canvas)
    return True


def _panel(axis: Any, panel: str, figures: list[Figure], colour: str) -> None:
    unit = {"snapshot by agents": "ms", "memory by hour": "MB"}.get(panel, "µs/event")
    for case, style in _cases(panel):
        points = _points(panel, case, figures)
        axis.plot([x for x, _ in points], [y for _, y in points], style, marker="o", ms=3, color=colour, label=case)
    axis.set_title(
        {"window": "minutes of a sliding window", "length of day": "hours folded"}.get(panel, panel), fontsize=9
    )
    axis.set_ylabel(unit, fontsize=8)
    axis.tick_params(labelsize=8)
    axis.set_ylim(bottom=0)
    if panel in ("agents", "snapshot by agents", "window"):
        axis.set_xscale("log")
    if panel == "snapshot by agents":
        axis.legend(fontsize=7)


def _cases(panel: str) -> tuple[tuple[str, str], ...]:
    if panel == "snapshot by agents":
        return (("nothing changed", ":"), ("30 events changed", "-"), ("everybody changed", "--"))
    return (("", "-"),)


def _points(panel: str, case: str, figures: list[Figure]) -> list[tuple[float, float]]:
    if panel == "snapshot by agents":
        chosen = [
            (f.what.split(" agents")[0], f.value) for f in figures if f.part == "snapshot" and f.what.endswith(case)
        ]
    elif panel == "memory by hour":
        runs = [f for f in figures if f.part == "memory" and f.what.startswith("natural pace, 120 h")]
        chosen = [(f.what.split("after ")[1].split()[0], f.value) for f in runs]
    else:
        chosen = [(f.what.split(" h")[0], f.value) for f in figures if f.part == panel]
    return [(float(x.replace(" ", "")), y) for x, y in chosen]
