"""Checkpoints of folds for whoever joins late: a process beside the publisher folds its journal, and this asks it.

Driven by the publisher's tick, never waits, and nothing depends on it: without a checkpoint a wall is sent events. The
process is only there once a day holds so many events that a checkpoint is worth its while. It makes the fold of a wall
that is told nothing, and those that walls asked for, which are remembered in the journal. When it dies it is started
again, later each time; what it made so far stays good.
"""

import contextlib
from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

import msgspec

from feeds.blocks import Head
from feeds.clock import Clock, SystemClock
from feeds.journal import JournalReader, JournalWriter
from feeds.orders import MANY, Done, Fold, Order, State, Told
from wallboard.core.past import CLOSE_MS
from wallboard.errors import JournalError, WallboardError

LEAST: Final = 100_000
"""Events that a checkpoint is to spare, at least."""
ASKED: Final = 3
"""Folds kept because walls asked for them."""
NEW_MS: Final = 5_000
"""Between two folds that begin to be kept, at least."""
GIVEN: Final = 2
"""States that were offered last stay, whatever came after them: somebody may lack their other pieces."""
MAX_BYTES: Final = 128 << 20
"""Of all states."""
MAX_FOLD: Final = 1_000
"""Bytes of a fold's name."""
LOOK_MS: Final = 2_000
"""Between two looks whether the day is worth a process."""
AGAIN_MS: Final = 60_000
"""Until a process that died is started again; twice as long each time."""
LATEST_MS: Final = 3_600_000
DAY_MS: Final = 86_400_000
_META: Final = "folds"


class Helper(Protocol):
    """The process; see `feeds.helper.Process`."""

    def send(self, order: Order) -> None:
        """Pass an order on."""
        ...

    def heard(self) -> list[Told]:
        """What it said since. Raises `FeedError` with the reason when it is gone."""
        ...

    def close(self) -> None:
        """End it."""
        ...


class Keeper:
    """Checkpoints of the folds of ``journal``, which is lent.

    Args:
        journal: whose events are folded; it also remembers which folds were asked for.
        start: starts the process. Raises ``OSError``.
        clock: for the age of things.
        tell: hears why there are no checkpoints, in words for whoever runs the publisher.
    """

    def __init__(
        self,
        journal: JournalWriter,
        start: Callable[[], Helper],
        clock: Clock | None = None,
        tell: Callable[[str], object] = lambda _: None,
    ) -> None:
        self._journal = journal
        self._start = start
        self._clock = clock or SystemClock()
        self._tell = tell
        self._helper: Helper | None = None
        self._states: dict[Fold, list[State]] = {}
        self._asked: list[Fold] = _remembered(journal.meta(_META))
        self._ordered: Order | None = None
        self._busy = False
        self._refused: deque[Fold] = deque(maxlen=16)
        self._given: deque[State] = deque(maxlen=GIVEN)
        self._new_at = self._look_at = self._start_at = self._clock.mono()
        self._again_ms = AGAIN_MS
        self._closed = False

    def _want(self, fold: Fold) -> None:
        """Somebody asked for it: it is kept from now on; that of which nobody asked for longest is not any more."""
        now = self._clock.mono()
        if fold in self._asked:
            self._asked.append(self._asked.pop(self._asked.index(fold)))
        elif fold in self._states or fold in self._refused or now < self._new_at:
            return
        elif len(msgspec.msgpack.encode(fold)) <= MAX_FOLD:
            self._new_at = now + NEW_MS
            self._asked.append(fold)
            del self._asked[:-ASKED]

    def offer(self, fold: Fold, position: int, begin: int, head: Head) -> State | None:
        """What to send in the place of the events from ``position`` on; ``None`` when that is to be the events.

        It is a state of a fold that began at position ``begin`` or before: one old enough for alerts to see what led to
        the journal's end, ``head``, or the newest where too many events lie after that.
        """
        self._want(fold)
        states = [state for state in self._states.get(fold, ()) if state.begin <= begin]
        old = [s for s in states if s.at <= head.high_at - CLOSE_MS and head.total - s.position <= MANY]
        found = next(reversed(old or states), None)
        if found is None or found.position - position < LEAST:
            return None
        if found in self._given:
            self._given.remove(found)
        self._given.append(found)
        return found

    def given(self, fold: Fold, position: int) -> State | None:
        """A state that was offered a little ago; ``None`` when it is gone."""
        known = (*self._states.get(fold, ()), *self._given)
        return next((state for state in known if state.fold == fold and state.position == position), None)

    def tick(self, reader: JournalReader) -> None:
        """Hear what the process says and tell it what is wanted; start it when that is worth it. Never waits."""
        if self._closed:
            return
        try:
            if self._helper is None:
                self._begin(reader, self._clock.mono())
            else:
                for told in self._helper.heard():
                    self._take(told)
                self._order(self._helper)
        except (WallboardError, OSError, ValueError) as error:
            self._mourn(str(error))

    def _begin(self, reader: JournalReader, now: int) -> None:
        if now < max(self._look_at, self._start_at) or self._journal.total < LEAST:
            return
        self._look_at = now + LOOK_MS
        if self._journal.total - reader.before(self._clock.wall() - DAY_MS) >= LEAST:
            self._ordered, self._busy = None, False
            self._helper = self._start()

    def _order(self, helper: Helper) -> None:
        order = Order(folds=tuple(self._asked))
        if not self._busy and order != self._ordered:
            self._busy, self._ordered = True, order
            helper.send(order)

    def _take(self, told: Told) -> None:
        if isinstance(told, State):
            self._keep(told)
        elif isinstance(told, Done):
            self._obeyed(told)
        else:
            self._states = {fold: states for fold, states in self._states.items() if fold != told.fold}
            self._say(told.reason)

    def _keep(self, state: State) -> None:
        """Beside it, those stay of which one will be old enough soon, and the newest that is."""
        states = [s for s in self._states.get(state.fold, ()) if state.position - s.position <= MANY]
        old = sum(s.at <= state.at - CLOSE_MS for s in states)
        self._states[state.fold] = [*states[max(0, old - 1) :], state]
        self._again_ms = AGAIN_MS
        while sum(len(s.body) for kept in self._states.values() for s in kept) > MAX_BYTES:
            next(kept for kept in self._states.values() if kept).pop(0)

    def _obeyed(self, done: Done) -> None:
        """What was ordered is kept, or never will be."""
        self._busy = False
        self._refused.extend(fold for fold, _ in done.refused)
        self._asked = [fold for fold in self._asked if fold not in self._refused]
        self._states = {fold: states for fold, states in self._states.items() if fold in done.kept}
        text = msgspec.json.encode(sorted(self._asked, key=lambda fold: fold.tag)).decode()
        with contextlib.suppress(JournalError):
            if text != (self._journal.meta(_META) or "[]"):
                self._journal.set_meta(_META, text)

    def _mourn(self, why: str) -> None:
        """It is gone."""
        if self._helper is not None:
            self._helper.close()
        self._helper = None
        self._start_at = self._clock.mono() + self._again_ms
        self._again_ms = min(2 * self._again_ms, LATEST_MS)
        self._say(why)

    def _say(self, why: str) -> None:
        self._tell(f"no checkpoints for walls that join late, which are sent all events: {why}")

    def close(self) -> None:
        """End the process."""
        self._closed = True
        if self._helper is not None:
            self._helper.close()
        self._helper = None


def _remembered(text: object) -> list[Fold]:
    try:
        return msgspec.json.decode(text, type=list[Fold])[-ASKED:] if isinstance(text, str) else []
    except (msgspec.DecodeError, UnicodeDecodeError):
        return []
