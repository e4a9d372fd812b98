"""From a publisher's `send` to the changed pixel of a real window: ``python -m tests.bench.latency_glass``.

A wall of 1 000 agents fills a virtual screen (Xvfb); one number on it tells whether the probe agent is ready. Publisher
and wall are processes of their own; this one looks at the number through the X server, some 500 times a second, and
compares when it changed with when the publisher sent it. Needs Linux, Xvfb and libX11.
"""

import argparse
import ctypes
import subprocess
import sys
import tempfile
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from tests.bench.ui_cost import cpu_s, screen, started

EVERY_S = 0.237
SIZE = (1920, 1080)
PLACE = (60, 900, 400, 120)
"""Where the number is on the screen: x, y, width, height."""
BOARD = """
[board]
title = "Latency"
[kiosk]
orbit = false
[[pages]]
columns = 24
rows = 20
[[pages.tiles]]
kind = "agents"
at = [0, 0, 24, 15]
[[pages.tiles]]
kind = "number"
at = [0, 15, 6, 5]
kpi = "agents_ready"
by = "agent"
group = "probe"
[[pages.tiles]]
kind = "queues"
at = [6, 15, 18, 5]
"""
_ALL_PLANES, _Z_PIXMAP = 0xFFFFFFFF, 2


class _Image(ctypes.Structure):
    """The beginning of an XImage: what is needed of it."""

    _fields_ = (
        ("width", ctypes.c_int), ("height", ctypes.c_int), ("offset", ctypes.c_int), ("format", ctypes.c_int),
        ("data", ctypes.POINTER(ctypes.c_char)), ("order", ctypes.c_int), ("unit", ctypes.c_int),
        ("bits", ctypes.c_int), ("pad", ctypes.c_int), ("depth", ctypes.c_int), ("line", ctypes.c_int),
    )  # fmt: skip


@contextmanager
def looking(display: str, place: tuple[int, int, int, int] = PLACE) -> Iterator[Callable[[], bytes]]:
    """Yields what gives the pixels of a ``place`` (x, y, width, height) as they are on a display now: BGRX, by rows."""
    x = ctypes.CDLL("libX11.so.6")
    x.XOpenDisplay.restype = x.XDefaultRootWindow.restype = ctypes.c_void_p
    x.XGetImage.restype = ctypes.POINTER(_Image)
    x.XGetImage.argtypes = [ctypes.c_void_p, ctypes.c_void_p, *[ctypes.c_int] * 2, *[ctypes.c_uint] * 2,
                            ctypes.c_ulong, ctypes.c_int]  # fmt: skip
    x.XDestroyImage.argtypes = [ctypes.POINTER(_Image)]
    x.XDefaultRootWindow.argtypes = x.XCloseDisplay.argtypes = [ctypes.c_void_p]
    server = x.XOpenDisplay(display.encode())
    root = x.XDefaultRootWindow(server)

    def look() -> bytes:
        image = x.XGetImage(server, root, *place, _ALL_PLANES, _Z_PIXMAP)
        pixels = ctypes.string_at(image.contents.data, image.contents.line * image.contents.height)
        x.XDestroyImage(image)
        return pixels

    try:
        yield look
    finally:
        x.XCloseDisplay(server)


def changes(look: Callable[[], bytes], seconds: float) -> list[float]:
    """When the number changed, wall-clock ms."""
    found: list[float] = []
    seen, end = look(), time.monotonic() + seconds
    while time.monotonic() < end:
        now = look()
        if now != seen:
            found.append(time.time_ns() / 1e6)
            seen = now
        time.sleep(0.001)
    return found


def delays(sent: list[float], changed: list[float]) -> list[float]:
    """From each sending to the change that showed it, ms; a change shows the newest sending before it."""
    found: dict[int, float] = {}
    for at in changed:
        number = bisect_right(sent, at) - 1
        if number >= 0:
            found.setdefault(number, at - sent[number])
    return list(found.values())


def measure(rate: float, seconds: float, settle: float) -> None:
    """Run all three and print a line."""
    publish = [sys.executable, "-m", "tests.bench.latency", "--publish", "tcp://127.0.0.1:*", "--rate", str(rate),
               "--seconds", str(seconds + settle + 5), "--every", str(EVERY_S)]  # fmt: skip
    with tempfile.TemporaryDirectory() as folder, screen("x".join(map(str, SIZE))) as env:
        board = Path(folder, "board.toml")
        board.write_text(BOARD)
        with subprocess.Popen(publish, stdout=subprocess.PIPE, text=True) as child:
            assert child.stdout is not None
            address = child.stdout.readline().strip()
            run = ["-m", "wallboard", "run", "--feed", address, "--board", str(board), "--kiosk", "--no-memory"]
            with (
                started([sys.executable, *run], {**env, "XDG_DATA_HOME": folder}) as wall,
                looking(env["DISPLAY"]) as look,
            ):
                time.sleep(settle)
                used = cpu_s([wall.pid])
                changed = changes(look, seconds)
                used = (cpu_s([wall.pid]) - used) / seconds * 100
            child.terminate()
            sent = [float(line) for line in child.stdout if line.strip()]
    found = delays(sent, changed)
    p99 = quantiles(found, n=100)[98]
    sys.stdout.write(
        f"{rate:>7.0f} events/s to the pixel: median {median(found):.0f} ms, p99 {p99:.0f} ms, {len(found)} samples, "
        f"wall {used:.0f} % of a core\n"
    )
    sys.stdout.flush()


def main() -> None:
    """Print a line for each rate."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--rate", type=float, nargs="*", default=[1000, 10_000])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--settle", type=float, default=15)
    options = parser.parse_args()
    for rate in options.rate:
        measure(rate, options.seconds, options.settle)


if __name__ == "__main__":
    main()
