"""The past that a checkpoint stands for, fetched for the memory when the fold is long live, and not folded.

A memory holds events in the order they were folded. So what comes meanwhile is held back until the past reaches it. A
publisher writes down what it sends before it sends it: when it says that there is no more, asked after something was
heard of it, then all before that was given. What is held is bounded: beyond, it is let go and fetched as well.
"""

from collections.abc import Callable
from typing import Final

from feeds.asking import Asking, Outcome
from feeds.catchup import Ask
from feeds.clock import Clock
from feeds.headstart import Place
from feeds.sequence import MAX_HELD, Run
from feeds.subscriber import JUNK
from feeds.wire import Batch

PACE_MS: Final = 20
"""Between two pieces, so that the wall gets its turn."""
AGAIN_MS: Final = 1000
"""Until a publisher that did not answer is asked again."""


class Backfill:
    """Fetches what comes before ``until`` and writes it; then what was held.

    Args:
        asking: for what the memory lacks; closed with this.
        until: the number of the first event behind the checkpoint.
        reached: the number behind the last one in the memory, of a source's epoch.
        write: puts a run into the memory.
        heard: when the publisher was heard last, monotonic ms.
        clock: for the pace.
    """

    def __init__(
        self,
        asking: Asking,
        until: Place,
        reached: Callable[[str, int], int],
        write: Callable[[Run], None],
        heard: Callable[[], int | None],
        clock: Clock,
    ) -> None:
        self._asking = asking
        self._until: Place | None = until
        self._since = clock.mono()
        self._reached: dict[tuple[str, int], int] = {}
        self._reached_in = reached
        self._write = write
        self._heard = heard
        self._clock = clock
        self._held: list[Run] = []
        self._count = 0
        self._due = 0
        self._last: Place | None = None
        self.done = False
        self.lacks: int | None = None
        """Events of the past that could not be had; ``None`` when it is all there or still being fetched."""

    @property
    def share(self) -> float:
        """How far it is, 0-1."""
        return self._asking.share or 0.0

    def hold(self, run: Run) -> None:
        """Keep a run until its turn comes."""
        if self._count + len(run.events) > MAX_HELD:
            self._held, self._count, self._until = [], 0, None
        if self._until is None and run.source != JUNK:
            self._until, self._since = Place(run.source, run.epoch, run.seq), self._clock.mono()
        self._held.append(run)
        self._count += len(run.events)

    def rest(self) -> int:
        """Ms until `work` is due."""
        return max(0, self._due - self._clock.mono())

    def work(self) -> None:
        """Take one piece, at most, if one is there."""
        now = self._clock.mono()
        if now < self._due or self.done:
            return
        self._due = now + PACE_MS
        for outcome in self._asking.take(now, max(self._clock.wall(), 0), self._heard(), most=1):
            self._take(outcome)

    def _take(self, outcome: Outcome) -> None:
        """Write what came; it is all when it reaches what is held, or when nobody has what is before that."""
        answer = outcome.answer
        if any(self._reaches(batch) for batch in outcome.batches):
            self._finish()
        elif answer is not None and self._asking.catching_up:
            return
        elif answer is not None and self._until and (answer.reason is not None or outcome.begun >= self._since):
            self._finish()
        else:  # it does not answer, or the next event is still to come
            last = self._last
            ask = Ask(id=0, source=last.source, epoch=last.epoch, seq=last.seq) if last else outcome.ask
            self._asking.go_on(ask)
            self._due += 0 if answer is not None and self._until else AGAIN_MS

    def _reaches(self, batch: Batch) -> bool:
        """Write what is new of it; whether it reaches what is held."""
        key = batch.source, batch.epoch
        if key not in self._reached:
            self._reached[key] = self._reached_in(*key)
        reaches = self._until is not None and key == self._until[:2] and batch.stop >= self._until.seq
        begin = max(self._reached[key], batch.seq)
        stop = self._until.seq if reaches and self._until else batch.stop
        if begin < stop:
            self._write(Run(*key, begin, batch.events[begin - batch.seq : stop - batch.seq]))
            self._reached[key] = stop
        self._last = Place(*key, batch.stop)
        return reaches

    def _finish(self) -> None:
        """All that could be had is written."""
        until = self._until
        if until is not None:
            key = until[:2]
            self.lacks = max(0, until.seq - (self._reached.get(key) or self._reached_in(*key))) or None
        for run in self._held:
            self._write(run)
        self._held, self.done = [], True
        self._asking.close()

    def close(self) -> None:
        """Leave it: what is held is to be fetched again."""
        self._held, self.done = [], True
        self._asking.close()
