"""The process beside a publisher that folds its journal, so that whoever joins late in a heavy day is given the fold.

``python -m wallboard.commands.keeping JOURNAL [ZONE WINDOW ...]``: what is named is folded in any case; by default what
a wall without a board of its own shows, by this machine's clocks.
"""

import os
import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path

import wallboard
from feeds.clock import SystemClock
from feeds.helper import Process
from feeds.journal import JournalWriter
from feeds.keeper import Keeper
from feeds.publisher import Publisher
from wallboard.core.aggregator import Aggregator

NICE = 5
FIRST_TO_GO = "800"
"""Of 1000: where memory runs out, Linux is to end this process and not the publisher."""


@contextmanager
def keeping(publisher: Publisher, journal: JournalWriter, own: Sequence[str] = ()) -> Iterator[None]:
    """Offer checkpoints to whoever joins; ``own`` is the zone and the windows that are kept in any case."""
    root = str(Path(wallboard.__file__).parents[1])
    path = os.pathsep.join(filter(None, (root, os.environ.get("PYTHONPATH"))))
    command = [sys.executable, "-P", "-m", "wallboard.commands.keeping", str(journal.path.absolute()), *own]
    keeper = Keeper(journal, partial(Process, command, {**os.environ, "PYTHONPATH": path}), tell=_tell)
    publisher.offer(keeper)
    try:
        yield
    finally:
        keeper.close()


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
    """Fold until the publisher is gone."""
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


if __name__ == "__main__":
    main(sys.argv[1:])
