"""Figures as the generated part of docs/performance.md, between its two marks; the rest is written by hand."""

import math
from itertools import groupby
from pathlib import Path

from tests.bench.fold_clock import Figure
from wallboard.core.ledger import COMPILED

BEGIN, END = "<!-- fold: begin -->", "<!-- fold: end -->"
FOLD = (
    "The fold that was measured was compiled with mypyc, as `make` installs it where there is a C compiler."
    if COMPILED
    else "The fold that was measured was interpreted: there was no C compiler, or nobody asked for it."
)
TITLES = {
    "fold": "Decoding and folding",
    "live": "At the live engine's pace",
    "advance": "Telling the time",
    "adherence": "Adherence",
    "snapshot": "Snapshots",
    "figures": "Figures of a wall",
    "memory": "Memory",
    "compare": "Against others, on the same events",
    "agents": "By agents (50 queues)",
    "queues": "By queues (1 000 agents)",
    "window": "By minutes of one sliding window",
    "length of day": "By hours folded",
    "step": "What each kind of event costs to fold",
}


def table(figures: list[Figure]) -> str:
    """Markdown, one table a part."""
    order = list(TITLES)
    parts = groupby(sorted(figures, key=lambda figure: order.index(figure.part)), key=lambda figure: figure.part)
    return "\n".join(_part(name, list(some)) for name, some in parts)


def _part(name: str, figures: list[Figure]) -> str:
    rows = "\n".join(f"| {f.what} | {shown(f.value)} {f.unit} | {f.note} |" for f in figures)
    return f"### {TITLES[name]}\n\n| what | measured | |\n|---|---:|---|\n{rows}\n"


def shown(value: float) -> str:
    """Three digits, thousands apart."""
    if math.isnan(value):
        return "-"
    if abs(value) >= 1000:
        return f"{round(value, -3 + 1) if value < 10_000 else round(value, -3):,.0f}".replace(",", " ")
    return f"{value:.3g}"


def write(figures: list[Figure], page: Path) -> None:
    """Put the tables between the marks of the page. Raises ``ValueError`` when it has none."""
    text = page.read_text(encoding="utf-8")
    before, _, rest = text.partition(BEGIN)
    _, mark, after = rest.partition(END)
    if not mark:
        raise ValueError(f"{page} has no marks {BEGIN} and {END}")
    page.write_text(f"{before}{BEGIN}\n\n{FOLD}\n\n{table(figures)}\n{END}{after}", encoding="utf-8")
