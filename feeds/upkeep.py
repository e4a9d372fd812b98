"""Folds kept up with a journal that grows, and put to rest now and then for walls that join late.

`Upkeep` is what the process beside a publisher does, a step at a time; `work` drives it with the process's input and
output. A fold is told the journal's events from the beginning of its day on, exactly as a wall that joins is, and never
told a time that the events have not reached.
"""

import contextlib
import os
import queue
import threading
from collections.abc import Callable, Sequence
from itertools import islice
from operator import attrgetter
from pathlib import Path
from typing import BinaryIO, Final

from feeds.blocks import Head
from feeds.clock import Clock, SystemClock
from feeds.freeze import UNFREEZABLE, freeze, tag
from feeds.orders import MANY, MAX_BODY, Done, Fold, Order, State, Told, Trouble, read_order, write
from feeds.reader import JournalReader
from feeds.walk import Block
from wallboard.core.aggregator import Aggregator
from wallboard.core.past import AHEAD_MS, CLOSE_MS, Past
from wallboard.core.windows import parse_window
from wallboard.errors import WallboardError

MOST: Final = 4
"""Folds kept at once."""
EVERY_MS: Final = 300_000
"""Of feed time between two states of a fold, at most."""
EVERY: Final = 100_000
"""Events between two states of a fold, at most; folding as many again takes about as long as making another would."""
AGAIN_MS: Final = 600_000
"""A fold that went wrong is not begun again before."""
MAX_WINDOWS: Final = 16
MAX_WINDOW_S: Final = 8 * 86_400
POLL_S: Final = 0.25
_BLOCKS: Final = 8
"""Blocks of up to 1 000 events told between two looks at the orders."""
_AT: Final = attrgetter("at")

Begin = Callable[[tuple[str, ...], str], tuple[Aggregator, int]]
"""An empty fold over windows in an IANA zone, and when (ms) its day began. Raises `WallboardError`, ``ValueError``."""


class Kept:
    """One fold, told what the journal holds from ``since`` (ms) on."""

    def __init__(self, reader: JournalReader, fold: Fold, aggregator: Aggregator, since: int) -> None:
        self.fold = fold
        self.begin = self.position = self._taken = reader.before(since)
        self._reader = reader
        self._aggregator = aggregator
        self._past = Past(aggregator)
        self._due: int | None = None

    def step(self, head: Head, present: int) -> list[Told]:
        """Fold what comes next, a few thousand events at most; returns the states whose time it was.

        Raises ``ValueError`` for what a wall would not believe at ``present`` (ms), or one of `UNFREEZABLE`.
        """
        states: list[Told] = []
        start = self.position
        for block in islice(self._reader.blocks(self.position), _BLOCKS):
            if max(map(_AT, block.events)) > present + AHEAD_MS:
                raise ValueError("there are events ahead of the clock, which each wall leaves out and tells of")
            self._past.tell(block.events, present)
            self.position = block.stop
            if self._is_due(head):
                states.append(self._state(block))
        if self.position == start:  # the rest is damaged, and nobody else is told of it either
            self.position = head.total
        self._reader.damage.clear()
        return states

    def _is_due(self, head: Head) -> bool:
        """Whether it is time for a state; never, in a past that is told, so far back that nobody will want it."""
        newest, due = self._aggregator.newest, self._due
        if due is None or newest >= due:
            self._due = (newest // EVERY_MS + 1) * EVERY_MS
        timely = due is not None and newest >= due and newest > head.high_at - CLOSE_MS - 2 * EVERY_MS
        return (timely or self.position - self._taken >= EVERY) and head.total - self.position <= MANY

    def _state(self, last: Block) -> State | Trouble:
        """At rest after its ``last`` events; too large a one is left out, and not tried again for a while."""
        self._taken, body = self.position, freeze(self._aggregator)
        if len(body) > MAX_BODY:
            self._taken += 9 * EVERY
            return Trouble(reason=f"a state takes {len(body) >> 20} MB, and at most {MAX_BODY >> 20} are sent")
        return State(
            fold=self.fold,
            begin=self.begin,
            position=self.position,
            at=self._aggregator.newest,
            source=last.source,
            epoch=last.epoch,
            seq=last.seq + len(last.events),
            body=body,
        )


class Upkeep:
    """Folds kept up with the journal at ``path``.

    Args:
        path: the journal, which somebody else writes.
        begin: makes the folds.
        own: windows and zone of the fold that is kept in any case, because walls that are told nothing want it.
        clock: the publisher's present is this machine's.
    """

    def __init__(
        self, path: Path, begin: Begin, own: tuple[tuple[str, ...], str] | None = None, clock: Clock | None = None
    ) -> None:
        self._reader = JournalReader(path)
        self._make = begin
        self._clock = clock or SystemClock()
        self._kept: dict[Fold, Kept] = {}
        self._lost: dict[Fold, int] = {}
        self._own = () if own is None else (named(begin(*own)[0]),)
        self._wanted: tuple[Fold, ...] = self._own
        self._begin()

    def obey(self, order: Order) -> Done:
        """Keep what is ordered and nothing else."""
        others = [fold for fold in dict.fromkeys(order.folds) if fold not in self._own]
        self._wanted = (*self._own, *others[len(self._own) - MOST :])
        self._kept = {fold: kept for fold, kept in self._kept.items() if fold in self._wanted}
        refused = self._begin()
        return Done(kept=self._wanted, refused=refused)

    def _begin(self) -> tuple[tuple[Fold, str], ...]:
        """Begin what is wanted and not there; returns those that cannot be, with the reason."""
        refused = {}
        for fold in self._wanted:
            if fold in self._kept or self._clock.mono() < self._lost.get(fold, 0):
                continue
            try:
                self._kept[fold] = self._begun(fold)
            except (WallboardError, ValueError) as error:
                refused[fold] = str(error)
        self._wanted = tuple(fold for fold in self._wanted if fold not in refused)
        return tuple(refused.items())

    def _begun(self, fold: Fold) -> Kept:
        if len(fold.windows) > MAX_WINDOWS:
            raise ValueError(f"over {MAX_WINDOWS} windows")
        if max((parse_window(name).seconds for name in fold.windows), default=0) > MAX_WINDOW_S:
            raise ValueError("a window longer than a week")
        aggregator, since = self._make(fold.windows, fold.zone)
        if named(aggregator) != fold:
            raise ValueError("a fold of another program")
        return Kept(self._reader, fold, aggregator, since)

    def step(self) -> tuple[list[Told], bool]:
        """Let every fold have a little of what is new; what there is to tell, and whether there is more to fold."""
        told: list[Told] = []
        if len(self._kept) < len(self._wanted):
            self._begin()
        head = self._reader.head()
        if head is None:
            return told, False
        for kept in list(self._kept.values()):
            if kept.position < head.total:
                told += self._step(kept, head)
        return told, any(kept.position < head.total for kept in self._kept.values())

    def _step(self, kept: Kept, head: Head) -> Sequence[Told]:
        """A fold that it goes wrong with is given up for a while."""
        try:
            return kept.step(head, self._clock.wall())
        except (WallboardError, ValueError, MemoryError, *UNFREEZABLE) as error:
            del self._kept[kept.fold]
            self._lost = {fold: due for fold, due in self._lost.items() if due > self._clock.mono()}
            self._lost[kept.fold] = self._clock.mono() + AGAIN_MS
            return [Trouble(fold=kept.fold, reason=str(error))]

    def close(self) -> None:
        """Let go of the journal."""
        self._reader.close()


def named(aggregator: Aggregator) -> Fold:
    """What a fold is called. Its zone is to be named."""
    settings = aggregator.settings
    return Fold(tag=tag(settings), windows=settings.windows, zone=settings.zone or "")


def work(upkeep: Upkeep, orders: BinaryIO, answers: BinaryIO) -> None:
    """Obey, for as long as somebody gives orders; ends the process when nobody does any more."""
    inbox: queue.SimpleQueue[Order] = queue.SimpleQueue()
    threading.Thread(target=_listen, args=(orders, inbox), daemon=True).start()
    busy = True
    while True:
        told: list[Told] = []
        with contextlib.suppress(queue.Empty):
            told.append(upkeep.obey(inbox.get(timeout=0 if busy else POLL_S)))
        more, busy = upkeep.step()
        for message in told + more:
            write(answers, message)


def _listen(orders: BinaryIO, inbox: "queue.SimpleQueue[Order]") -> None:
    while (order := read_order(orders)) is not None:
        inbox.put(order)
    os._exit(0)  # the publisher is gone, and with it whoever would want anything of this
