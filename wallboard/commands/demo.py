"""``wallboard demo``: the wall on a simulated centre, in a process of its own, over the real wire.

The centre stands where it is late morning on a working day, with its morning already past, so the first picture is a
busy floor. Without a display the wall is drawn into a file instead.
"""

import argparse
import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from types import FrameType
from zoneinfo import ZoneInfo

from feeds.simulator import SimConfig
from wallboard.commands.kpis import table
from wallboard.commands.memory import live
from wallboard.commands.moments import number, size, whole
from wallboard.commands.places import check_output
from wallboard.commands.walls import add_options, has_display
from wallboard.config import memory_of
from wallboard.core.figures import Figures
from wallboard.errors import FeedError

ZONES = (
    "Europe/Paris", "America/New_York", "America/Los_Angeles", "Pacific/Auckland", "Asia/Tokyo", "Asia/Kolkata",
    "Asia/Dubai", "America/Sao_Paulo", "Australia/Perth", "Pacific/Honolulu", "Atlantic/Azores", "Asia/Almaty",
)  # fmt: skip
BUSY_HOUR = 11.5
"""Late morning, when a centre has its hands full."""
_ANNOUNCED = "publishing on "


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    speed = number(0, "0 (standing still) or more")
    parser.add_argument("--seed", type=whole(0, "a whole number"), default=7, metavar="N")
    parser.add_argument("--agents", type=whole(1, "a whole number from 1 on"), default=60, metavar="N")
    parser.add_argument("--speed", type=speed, default=1.0, metavar="X", help="simulated seconds a second")
    parser.add_argument("--out", type=Path, default=Path("out/wall.png"), help="the picture, where there is no display")
    parser.add_argument("--size", type=size, default=(1920, 1080), metavar="1920x1080")
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Show the wall, or draw it. Raises ``WallboardError``."""
    from wallboard import app  # noqa: PLC0415 - Qt is imported only where a wall is shown

    if not has_display():
        os.environ["QT_QPA_PLATFORM"] = "offscreen"
    drawn = os.environ.get("QT_QPA_PLATFORM") == "offscreen"
    if drawn:
        with contextlib.suppress(OSError):  # what stands in the way is told by the check
            options.out.parent.mkdir(parents=True, exist_ok=True)
        check_output(options.out)
    zone = busiest(datetime.now(tz=ZoneInfo("UTC")))
    SimConfig(seed=options.seed, agents=options.agents, time_zone=zone)  # refuses what no centre can be
    wall = app.wall_of(options.board, options.theme, kiosk=options.kiosk, screen=options.screen)
    wall = app.in_zone(wall, zone)
    with _centre(options, zone) as address:
        sys.stderr.write(f"a simulated centre in {zone}, by the clocks of that place\n")
        source = live(((address,),), wall.board, None, remember=False)
        if not drawn:
            return app.show(wall, source)
        sys.stderr.write("wallboard: there is no display here, so the wall is drawn into a file instead\n")
        memory = memory_of(wall.board)
        moment = app.first_live(wall, source, memory)
        app.picture(wall, moment, memory, options.size, options.out)
    sys.stdout.write(table(Figures(moment[0]), ["total", "queue", "team"], "today", None, zone))
    sys.stderr.write(f"the wall is in {options.out}\n")
    return 0


def busiest(now: datetime) -> str:
    """Of a few zones around the world, the one where the working day is nearest to its busy hour."""

    def away(name: str) -> float:
        local = now.astimezone(ZoneInfo(name))
        weekend = 24 if local.isoweekday() > 5 else 0  # noqa: PLR2004 - Saturday and Sunday
        return weekend + abs(local.hour + local.minute / 60 - BUSY_HOUR)

    return min(ZONES, key=away)


@contextmanager
def _centre(options: argparse.Namespace, zone: str) -> Iterator[str]:
    """A simulated centre in a process of its own, ended with this one; yields its address."""
    signal.signal(signal.SIGTERM, _end)
    command = [
        sys.executable, "-m", "wallboard", "simulate", "--publish", "tcp://127.0.0.1:*", "--seed", str(options.seed),
        "--agents", str(options.agents), "--zone", zone, "--history", "10h", "--speed", str(options.speed),
    ]  # fmt: skip
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as centre:  # noqa: S603 - our own program

        def end_both(*_: object) -> None:
            """At once: an exception in the midst of making a socket would leave its context waiting for it for ever."""
            centre.terminate()
            os._exit(128 + signal.SIGTERM)

        signal.signal(signal.SIGTERM, end_both)
        try:
            yield _address(centre)
        finally:
            centre.terminate()


def _end(_: int, __: FrameType | None) -> None:
    raise SystemExit(128 + signal.SIGTERM)


def _address(centre: "subprocess.Popen[str]") -> str:
    said = []
    for line in centre.stderr or ():
        if line.startswith(_ANNOUNCED):
            return line.removeprefix(_ANNOUNCED).split(";")[0]
        said.append(line)
    raise FeedError("the simulated centre did not start: " + "".join(said).strip())
