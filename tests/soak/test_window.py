"""The window itself when nothing comes any more: its publisher frozen, killed, unplugged, or behind a silent firewall.

A wall with a tile of each kind fills a virtual screen; its publisher runs beyond a virtual cable, in a network of its
own. Needs Linux, root, Xvfb, libX11 and iproute2.
"""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from statistics import median

import numpy as np
import pytest
from PySide6.QtGui import QColor

from tests.bench.latency_glass import looking
from tests.bench.ui_cost import screen, started
from tests.soak.conftest import Told
from wallboard.theme import load_theme

SIZE = (1920, 1080)
COLUMNS, ROWS = 4, 4
TILES = (
    'kind = "number"\nkpi = "service_level"',
    'kind = "trend"\nkpis = ["offered"]', 'kind = "queues"', 'kind = "agents"',
    'kind = "states"', 'kind = "bars"\nkpi = "waiting"\nby = "queue"', 'kind = "heat"\nkpi = "offered"',
    'kind = "alerts"', 'kind = "message"', 'kind = "clock"', 'kind = "funnel"',
    'kind = "leaders"\nkpi = "handled"', 'kind = "text"\ntext = "Welcome"',
    'kind = "number"\nkpi = "waiting"\nspark = true',
    'kind = "states"\nhistory = true', 'kind = "trend"\nkpis = ["service_level"]\nband = true',
)  # fmt: skip
"""One for each place of the page."""
RGB = 0xFFFFFF
DASHES = 20
"""So many in a row of pixels are a frame."""
NETWORK, NEAR_END, FAR_END = "wallboard-soak", "wb-near", "wb-far"
HERE, THERE = "10.231.77.1/30", "10.231.77.2"
PORT = 5600


def ip(*words: str) -> None:
    """Configure the network."""
    subprocess.run(["ip", *words], check=True, capture_output=True)


@contextmanager
def cable() -> Iterator[None]:
    """A network beyond a cable."""
    ip("netns", "add", NETWORK)
    try:
        ip("link", "add", NEAR_END, "type", "veth", "peer", "name", FAR_END, "netns", NETWORK)
        ip("addr", "add", HERE, "dev", NEAR_END)
        ip("link", "set", NEAR_END, "up")
        ip("-n", NETWORK, "addr", "add", f"{THERE}/30", "dev", FAR_END)
        ip("-n", NETWORK, "link", "set", FAR_END, "up")
        yield
    finally:
        ip("netns", "del", NETWORK)


def drop(what: str) -> None:
    """Begin (``replace``) or end (``del``) to lose every packet in silence: they go to a card that is not there."""
    nobody = ("lladdr", "02:00:00:00:00:01", "nud", "permanent") if what == "replace" else ()
    ip("neigh", what, THERE, "dev", NEAR_END, *nobody)
    ip("-n", NETWORK, "neigh", what, HERE.partition("/")[0], "dev", FAR_END, *nobody)


def board(folder: Path) -> Path:
    """A board with every kind of tile."""
    tiles = (
        f"[[pages.tiles]]\nat = [{place % COLUMNS}, {place // COLUMNS}, 1, 1]\n{tile}\n"
        for place, tile in enumerate(TILES)
    )
    path = folder / "board.toml"
    head = f'[board]\ntitle = "Every kind"\n[kiosk]\norbit = false\n[[pages]]\ncolumns = {COLUMNS}\nrows = {ROWS}\n'
    path.write_text(head + "".join(tiles))
    return path


def marked(pixels: bytes, color: QColor) -> list[bool]:
    """Of each tile, whether it has a dashed frame of a colour: a row of its pixels with as many dashes as gaps."""
    width, height = SIZE
    like = (np.frombuffer(pixels, np.uint32).reshape(height, width) & RGB) == (color.rgb() & RGB)
    top, wide = height // 12, width // COLUMNS
    edges = np.linspace(top, height, ROWS + 1, dtype=int)
    found = []
    for high, low in pairwise(edges):
        for left in range(0, width, wide):
            rows = like[high:low, left : left + wide]
            dashes = (rows[:, 1:] & ~rows[:, :-1]).sum(axis=1)
            found.append(bool(((dashes >= DASHES) & (rows.sum(axis=1) > wide // 3)).any()))
    return found


def until(look: Callable[[], bytes], color: QColor, patience_s: float, *, every: bool) -> tuple[float, int]:
    """Seconds until every tile is marked with a colour, or none is any more; and how many are not so by then."""
    begun = time.monotonic()
    while True:
        found = marked(look(), color)
        wrong = found.count(not every)
        if wrong == 0 or time.monotonic() - begun > patience_s:
            return time.monotonic() - begun, wrong
        time.sleep(0.02)


@contextmanager
def ended(command: list[str]) -> Iterator["subprocess.Popen[str]"]:
    """A process that ends with the block, even if it is frozen then."""
    with started(command) as process:
        try:
            yield process
        finally:
            process.kill()


def ways(publisher: "subprocess.Popen[str]") -> dict[str, tuple[Callable[[], object], Callable[[], object]]]:
    """How to cut a wall off, and how to end that."""
    return {
        "frozen": (lambda: publisher.send_signal(signal.SIGSTOP), lambda: publisher.send_signal(signal.SIGCONT)),
        "unplugged": (lambda: ip("link", "set", NEAR_END, "down"), lambda: ip("link", "set", NEAR_END, "up")),
        "dropped in silence": (lambda: drop("replace"), lambda: drop("del")),
    }


@pytest.mark.skipif(
    sys.platform != "linux" or os.geteuid() != 0 or not all(map(shutil.which, ("ip", "Xvfb"))),
    reason="needs Linux, root, iproute2 and Xvfb",
)
def test_window(tmp_path: Path, told: Told) -> None:
    """From each cut until every tile on the screen says so, until values are withheld, and until all is live again."""
    theme = load_theme("midnight")
    late, lost = QColor(theme.colors.late), QColor(theme.colors.lost)
    times: dict[str, list[float]] = {"marked": [], "withheld": [], "live again": []}
    python = [sys.executable, "-m", "wallboard"]
    address = f"tcp://{THERE}:{PORT}"
    simulate = [
        "ip",
        "netns",
        "exec",
        NETWORK,
        *python,
        "simulate",
        "--publish",
        address,
        "--insecure",
        "--history",
        "1h",
    ]
    with cable(), screen("x".join(map(str, SIZE))) as env, ended(simulate) as publisher:
        next(line for line in publisher.stderr or () if line.startswith("publishing on "))
        run = [*python, "run", "--feed", address, "--kiosk", "--no-memory", "--board", str(board(tmp_path))]
        with (
            started(run, {**env, "XDG_DATA_HOME": str(tmp_path)}),
            looking(env["DISPLAY"], (0, 0, *SIZE)) as look,
        ):
            time.sleep(15)
            for cut, mend in list(ways(publisher).values()) * 3:
                assert not any(marked(look(), late)), "not live"
                cut()
                took, unmarked = until(look, late, 10, every=True)
                assert unmarked == 0
                times["marked"].append(took)
                withheld, unmarked = until(look, lost, 15, every=True)
                assert unmarked == 0
                times["withheld"].append(took + withheld)
                mend()
                again = 0.0
                for color in (lost, late):
                    back, still = until(look, color, 30, every=False)
                    assert still == 0
                    again += back
                times["live again"].append(again)
            publisher.kill()
            killed, unmarked = until(look, late, 10, every=True)
    assert unmarked == 0
    told(
        kinds_of_tiles=len({tile.split('"')[1] for tile in TILES}),
        cuts=len(times["marked"]) + 1,
        every_tile_marked_after_s_in_the_middle=round(median(times["marked"]), 2),
        every_tile_marked_after_s_at_most=round(max(*times["marked"], killed), 2),
        every_value_withheld_after_s_at_most=round(max(times["withheld"]), 2),
        live_again_after_s_at_most=round(max(times["live again"]), 2),
        tiles_without_a_mark=0,
    )
    assert max(*times["marked"], killed) < 3.5
