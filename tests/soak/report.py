"""Writes docs/reliability.md from what the long runs left in ``results``: ``python -m tests.soak.report``."""

import json
import sys
from pathlib import Path
from typing import Any

from tests.soak.conftest import RESULTS

PAGE = Path(__file__).parents[2] / "docs" / "reliability.md"

ROWS: tuple[tuple[str, str, str], ...] = (
    ("full_pace", "20 000 events/s for 60 s with CURVE: decode, fold, snapshots, journals at both ends",
     "0 lost, 0 gaps open"),
    ("storms", "seeded chaos: 1 % dropped, 1 % doubled, 5 % up to 2 s late, restarts and kills of both ends",
     "same events and same state as the clean feed"),
    ("kills", "kill -9 of publisher, wall and recorder, at random moments", "same totals, nothing lost"),
    ("damage", "a journal cut or bit-flipped", "never silently wrong"),
    ("hostile", "mutated messages, and bombs of depth, size and length", "no crash, memory +5 MB at most"),
    ("hostile_blocks", "a gigabyte of zeros in a block of a journal", "refused before it is unpacked"),
    ("frozen", "publisher frozen (SIGSTOP) or killed", "said within 3.5 s"),
    ("window", "a window with a tile of each kind: publisher frozen, killed, unplugged, every packet lost in silence",
     "every tile marked within 3.5 s"),
    ("late_join", "late join at 20 000 events/s, 600 agents, 40 queues", "live and equal within 1 s"),
    ("heavy_day", "late join after seven hours of a heavy day, 600 agents, 40 queues", "live within 1 s"),
    ("long_day", "24 hours simulated at full speed after 24 to warm up, over the storms' network",
     "0 missing, memory +10 MB at most, no new descriptors or threads"),
    ("memory_is_level_from_the_third_day_on", "the fold alone: five days of a full-featured centre",
     "resident memory and all that is remembered level from the third day on"),
    ("full_disk", "a real file system of 3 MiB fills up and is freed", "keeps showing, says so, journal valid"),
    ("failing_writes", "the n-th page cannot be had, for rising n", "keeps showing, says so, journal valid"),
    ("read_only", "a journal turns read-only and back", "keeps showing, says so, journal valid"),
    ("long_and_short_days", "days of unusual length in five zones", "exact sums"),
    ("clock_steps[-1]", "the wall's clock steps an hour back", "same state as without"),
    ("clock_steps[1]", "the wall's clock steps an hour ahead", "same state as without"),
)  # fmt: skip
"""What was run, in words, and what was to hold."""

INTRO = """# Reliability

What the feed and the journal were put through, and what came of it. `python -m tests.soak.report` writes this page
from the figures that the long runs in `tests/soak` left behind (`python -m pytest tests/soak`, about an hour). Short
versions of all of them run with every change, in `tests/feeds`. Every run is driven by the seed printed with it.

The last runs had a small virtual machine of 2 cores nearly to themselves (a load of about 1), and the compiled program.
"""

NOT_RUN = """## What was not run

- Two machines and a real cable: the cable that was pulled is a virtual one between two networks of one machine.
- Power cuts. SQLite runs in WAL mode with `synchronous = NORMAL`: by its documentation a power cut may cost the last
  commits, never the file.
- Screens that exist: the window is on a virtual one, and in the runs without it health is what was measured.
- Windows and macOS.
- A real day of 24 hours.
- An I/O error other than a full disk or a read-only journal.
"""


def words(value: Any) -> str:
    """A figure as text."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int):
        return f"{value:,}".replace(",", " ")
    if isinstance(value, list):
        return ", ".join(map(words, value))
    if isinstance(value, dict):
        return ", ".join(f"{key}: {words(each)}" for key, each in value.items())
    return str(value)


def section(name: str, what: str, target: str) -> list[str]:
    """One run."""
    path = RESULTS / f"{name}.json"
    if not path.exists():
        return [f"### {what[0].upper()}{what[1:]}", "", f"To hold: {target}. **Not run, or did not pass.**", ""]
    found = json.loads(path.read_text("utf-8"))
    lines = [f"### {what[0].upper()}{what[1:]}", "", f"To hold: {target}.", "", "| | |", "|---|---|"]
    lines += [f"| {key.replace('_', ' ')} | {words(value)} |" for key, value in found["figures"].items()]
    lines += [f"| run | {found['date']}, {found['seconds']} s, {found['machine']} |", ""]
    return lines


def page() -> str:
    """The whole page."""
    notes = RESULTS / "notes.md"
    lines = [INTRO]
    for row in ROWS:
        lines += section(*row)
    lines += [notes.read_text("utf-8")] if notes.exists() else []
    return "\n".join([*lines, NOT_RUN])


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
    sys.stdout.write(f"{PAGE}\n")
