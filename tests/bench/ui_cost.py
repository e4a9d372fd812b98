"""What a wall costs while it hangs there: CPU and memory of its process, beside a browser page, on one virtual screen.

    python tests/bench/ui_cost.py [--agents 1000] [--queues 50] [--rate 100 1000] [--seconds 60] [--browser chromium]

Needs Linux and Xvfb. The centre is simulated in a process of its own and is not measured.
"""

import argparse
import contextlib
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

TICKS = os.sysconf("SC_CLK_TCK")
PAGE = Path(__file__).with_name("ui_page.html")
BROWSER = (
    "--kiosk", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--hide-scrollbars",
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--window-size=1920,1080",
    "--remote-debugging-port=0",
)  # fmt: skip


def family(root: int) -> list[int]:
    """A process and all that came of it."""
    found = [root]
    for pid in found:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{pid}/task").iterdir():
                found += [int(child) for child in (task / "children").read_text().split()]
    return found


def cpu_s(pids: list[int]) -> float:
    """Seconds of processor time that processes have used."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            total += int(fields[11]) + int(fields[12])
    return total / TICKS


def memory_mb(pids: list[int], kind: str) -> float:
    """Memory of processes in MB: ``Pss`` shares what is shared, ``Rss`` does not."""
    total = 0
    for pid in pids:
        with contextlib.suppress(OSError):
            lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
            total += sum(int(line.split()[1]) for line in lines if line.startswith(f"{kind}:"))
    return total / 1024


def measure(name: str, root: int, seconds: float) -> None:
    """Print what a family of processes uses over a stretch of time."""
    pids = family(root)
    before, begun = cpu_s(pids), time.monotonic()
    time.sleep(seconds)
    share = (cpu_s(pids) - before) / (time.monotonic() - begun) * 100
    sizes = f"PSS {memory_mb(pids, 'Pss'):6.1f} MB, RSS {memory_mb(pids, 'Rss'):6.1f} MB"
    sys.stdout.write(f"{name:34} CPU {share:5.1f} % of a core, {sizes}, {len(pids)} process(es)\n")
    sys.stdout.flush()


@contextlib.contextmanager
def started(command: list[str], env: dict[str, str] | None = None) -> Iterator["subprocess.Popen[str]"]:
    """A process that ends with the block."""
    with subprocess.Popen(command, env=env, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL, text=True) as process:
        try:
            yield process
        finally:
            process.terminate()


@contextlib.contextmanager
def screen(size: str) -> Iterator[dict[str, str]]:
    """A virtual screen; yields the environment that shows on it."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{size}x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL) as server:
        os.close(write)
        number = os.read(read, 16).decode().strip()
        try:
            yield {**os.environ, "DISPLAY": f":{number}", "QT_QPA_PLATFORM": "xcb"}
        finally:
            server.terminate()


def wall(options: argparse.Namespace, rate: float) -> None:
    """Measure the wall's own process at a rate of events."""
    python = [sys.executable, "-m", "wallboard"]
    centre = [
        *python, "simulate", "--publish", "tcp://127.0.0.1:*", "--agents", str(options.agents), "--zone",
        options.zone, "--queues", str(options.queues), "--rate", str(rate), "--history", options.history,
    ]  # fmt: skip
    with screen(options.size) as env, started(centre) as publisher:
        said = next(line for line in publisher.stderr or () if line.startswith("publishing on "))
        address = said.removeprefix("publishing on ").split(";")[0]
        shown = [*python, "run", "--feed", address, "--kiosk", *(["--board", options.board] if options.board else [])]
        with started(shown, env) as process:
            time.sleep(options.settle)
            if process.poll() is not None:
                raise SystemExit(process.stderr.read() if process.stderr else process.returncode)
            measure(f"wall, {rate:g} events/s", process.pid, options.seconds)
            if options.picture:
                subprocess.run(["import", "-window", "root", options.picture], env=env, check=False)


def browser(options: argparse.Namespace) -> None:
    """Measure a page with as many agents and six lines, updated once a second, in a window like the wall's."""
    with tempfile.TemporaryDirectory() as scratch, screen(options.size) as env:
        page = Path(scratch) / "wall.html"
        page.write_text(PAGE.read_text().replace("AGENTS", str(options.agents)))
        command = [options.browser, *BROWSER, f"--user-data-dir={scratch}/profile", page.as_uri()]
        with started(command, env) as process:
            time.sleep(options.settle)
            measure("browser page, once a second", process.pid, options.seconds)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", type=int, default=1000)
    parser.add_argument("--queues", type=int, default=50)
    parser.add_argument("--rate", type=float, nargs="*", default=[100, 1000])
    parser.add_argument("--history", default="0")
    parser.add_argument("--zone", default="UTC")
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--settle", type=float, default=15)
    parser.add_argument("--size", default="1920x1080")
    parser.add_argument("--board")
    parser.add_argument("--browser")
    parser.add_argument("--picture")
    options = parser.parse_args()
    for rate in options.rate:
        wall(options, rate)
    if options.browser:
        browser(options)


if __name__ == "__main__":
    main()
