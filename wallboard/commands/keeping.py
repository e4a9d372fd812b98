"""The process beside a publisher that folds its journal, so that whoever joins late is given the fold."""

import json
import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

from feeds.clock import SystemClock
from feeds.helper import Process
from feeds.journal import JournalWriter
from feeds.keeper import Keeper
from feeds.publisher import Publisher
from wallboard.core.aggregator import Aggregator

START = (
    "import json, sys; sys.path[:] = json.loads(sys.argv.pop(1)); "
    "from wallboard.commands.keeping import main; main(sys.argv[1:])"
)
"""This very program, wherever it was imported from, and nothing that happens to lie in the working folder."""
NICE = 5
FIRST_TO_GO = "800"
"""Of 1000: where memory runs out, Linux is to end this process and not the publisher."""


@contextmanager
def keeping(publisher: Publisher, journal: JournalWriter, own: Sequence[str] = ()) -> Iterator[None]:
    """Offer checkpoints to whoever joins; ``own`` is the zone and the windows that are kept in any case."""
    keeper = Keeper(journal, partial(Process, command_of(journal.path, own)), tell=_tell)
    publisher.offer(keeper)
    try:
        yield
    finally:
        keeper.close()


def command_of(journal: Path, own: Sequence[str] = ()) -> list[str]:
    """What starts the process."""
    return [sys.executable, "-P", "-c", START, json.dumps(sys.path), str(journal.absolute()), *own]


def _tell(words: str) -> None:
    sys.stderr.write(words + "\n")
    sys.stderr.flush()


def begun(windows: tuple[str, ...], zone: str) -> tuple[Aggregator, int]:
    """An empty fold, and when (ms) the day began in its zone. Raises ``UsageError`` for a name that is no zone."""
    from wallboard.zones import fold_of, period, zone_of  # noqa: PLC0415 - the publisher folds nothing

    zone_of(zone)
    begin, _ = period(SystemClock().wall(), zone, (0,))
    return fold_of(windows, zone), begin


def _default() -> tuple[tuple[str, ...], str] | None:
    from wallboard.config import load_board, windows  # noqa: PLC0415 - the publisher shows nothing
    from wallboard.zones import own_zone  # noqa: PLC0415 - the publisher folds nothing

    board = load_board()
    zone = board.zone or own_zone()
    return (windows(board), zone) if zone else None


def main(words: Sequence[str]) -> None:
    """Fold a journal until its publisher is gone: ``words`` are its path and, if need be, a zone and its windows.

    By default it is what a wall without a board of its own shows, by this machine's clocks.
    """
    from feeds.orders import Trouble, write  # noqa: PLC0415 - the publisher folds nothing
    from feeds.upkeep import Upkeep, work  # noqa: PLC0415 - the publisher folds nothing
    from wallboard.engine import spare_collector  # noqa: PLC0415 - the publisher folds nothing

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is meant for the publisher
    if hasattr(os, "nice"):
        os.nice(NICE)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text(FIRST_TO_GO, "ascii")
    journal, *own = words
    answers = sys.stdout.buffer
    try:
        upkeep = Upkeep(Path(journal), begun, (tuple(own[1:]), own[0]) if own else _default())
        spare_collector()
        work(upkeep, sys.stdin.buffer, answers)
    except Exception as error:
        write(answers, Trouble(reason=f"{type(error).__name__}: {error}"))
        raise
