"""The subscriber's side of catch-up: one ask at a time, three tries of half a second each, then nobody is there.

That is believed only of a publisher that was heard meanwhile: one that is being started again still gets its turn.

With a `HeadStart` the first ask is one for a checkpoint as well; whatever is wrong with what comes of that, the same is
asked for without.
"""

import itertools
from collections import deque
from collections.abc import Mapping
from typing import Final

import zmq
from msgspec import Struct
from msgspec.structs import replace

from feeds.catchup import Answer, Ask, decode_answer, encode
from feeds.door import Setup
from feeds.headstart import Fetching, HeadStart, Place
from feeds.sockets import Network, Socket, catch_up_address, connect
from feeds.wire import Batch, decode

TRIES: Final = 3
TRY_MS: Final = 500
AT_ONCE: Final = 4
"""Answers taken in one go, so that a long catch-up is folded, and its progress shown, while it comes."""


NO_PAST: Final = "its publisher keeps no journal: what was before this wall began is not in today's figures"
NO_PAST_MS: Final = 86_400_000
"""For so long it is said that nobody answered at the beginning."""
_UNSENT_MS: Final = 20
_NEVER: Final = 1 << 62


class Outcome(Struct, frozen=True):
    """What came of an ask; ``answer`` is ``None`` when nobody gave one."""

    ask: Ask
    answer: Answer | None
    batches: list[Batch]
    begun: int
    """When it was first sent, monotonic ms, or a little before."""
    place: Place | None = None
    """Where numbers go on: a checkpoint was put in the place of all before."""


class Asking:
    """A DEALER beside the subscription. Raises `FeedError` when the address is none."""

    def __init__(
        self,
        network: Network,
        address: str,
        catch_up: str | None,
        setup: Setup,
        *,
        since: int | None,
        resume: Mapping[str, tuple[int, int]],
        head: HeadStart | None = None,
    ) -> None:
        self._address = catch_up or catch_up_address(address)
        self._network = network
        self._setup = setup
        self._ids = itertools.count(1)
        self._plan = deque(
            Ask(id=next(self._ids), source=source, epoch=epoch, seq=seq, at=since)
            for source, (epoch, seq) in resume.items()
        )
        if since is not None and not resume:
            self._plan.append(Ask(id=next(self._ids), at=since))
        self._fetching = Fetching(head, self._plan[0]) if head and len(self._plan) == 1 else None
        if self._fetching:
            self._plan[0] = self._fetching.ask(next(self._ids))
        self._ask: Ask | None = None
        self._tries = 0
        self._sent = False
        self._due = 0
        self._absent = False
        self._begun = 0
        self.closed = False
        self.answered = False
        """Whether somebody answered the last ask."""
        self.known = False
        """Whether somebody ever answered."""
        self.share: float | None = None
        """Of the journal, how far a catch-up is, 0-1."""
        self.socket = self._dial()

    def _dial(self) -> Socket:
        socket = self._network.socket(zmq.DEALER)
        self._setup(socket)
        socket.setsockopt(zmq.IMMEDIATE, 1)  # an ask never waits for somebody who may come later
        connect(socket, self._address)
        return socket

    def redial(self, setup: Setup) -> None:
        """A fresh connection, perhaps with another key; an ask under way is sent again."""
        if self.closed:
            return
        self._setup = setup
        self.socket.close()
        self.socket = self._dial()
        self._sent = False

    def close(self) -> None:
        """Ask no more."""
        self.closed = True
        self.socket.close()

    @property
    def catching_up(self) -> bool:
        """Whether the beginning is still being fetched."""
        return bool(self._plan)

    @property
    def idle(self) -> bool:
        """Whether another range may be asked for."""
        return self._ask is None and not self._plan

    def due(self, now: int) -> int:
        """When to `take` next, monotonic ms, if nothing arrives before."""
        if self._ask is None:
            return now if self._plan else _NEVER
        return self._due if self._sent else min(self._due, now + _UNSENT_MS)

    def resume(self, source: str, epoch: int, seq: int) -> None:
        """Fetch everything after a number, over epochs."""
        self._plan.append(Ask(id=next(self._ids), source=source, epoch=epoch, seq=seq))
        self._ask = None

    def fetch(self, source: str, epoch: int, gap: tuple[int, int], now: int) -> None:
        """Ask for a range; only when `idle`."""
        self._begin(Ask(id=next(self._ids), source=source, epoch=epoch, seq=gap[0], stop=gap[1]), now)

    def _begin(self, ask: Ask, now: int) -> None:
        self._ask, self._sent, self._due, self._begun = ask, False, now + TRY_MS, now
        self._tries = TRIES if self._absent else 1
        self._send(now)

    def _send(self, now: int) -> None:
        if self._ask is None or self._sent:
            return
        try:
            self.socket.send(encode(self._ask), zmq.NOBLOCK)
        except zmq.Again:
            return
        self._sent, self._due = True, now + TRY_MS

    def go_on(self, ask: Ask) -> None:
        """Fetch what ``ask`` says, and all that follows."""
        self._plan.append(replace(ask, id=next(self._ids)))

    def take(self, now: int, wall: int, heard: int | None, most: int = AT_ONCE) -> list[Outcome]:
        """What was answered, or given up, since the last call; sends what is due. Never blocks.

        ``heard`` is when the publisher last said anything, monotonic ms. At most ``most`` answers are taken.
        """
        if self._ask is None and self._plan:
            self._begin(self._plan[0], now)
        out = self._answers(now, wall, most)
        if self._ask is None:
            return out
        self._send(now)
        if now >= self._due:
            out += self._time_out(now, heard)
        return out

    def _time_out(self, now: int, heard: int | None) -> list[Outcome]:
        ask = self._ask
        if ask is None:
            return []
        if self._tries < TRIES or heard is None or heard < self._begun:
            self._tries = min(self._tries + 1, TRIES)
            self._sent, self._due = False, now + TRY_MS
            self._send(now)
            return []
        self._ask, self._fetching, self.answered, self._absent = None, None, False, True
        self._plan.clear()
        return [Outcome(ask, None, [], self._begun)]

    def _answers(self, now: int, wall: int, most: int) -> list[Outcome]:
        out: list[Outcome] = []
        while len(out) < most:
            try:
                head, *frames = self.socket.recv_multipart(zmq.NOBLOCK)
            except zmq.Again:
                return out
            answer = decode_answer(head)
            if answer is None or self._ask is None or not answers(answer, self._ask):
                continue  # of an ask that was given up, or no answer at all
            ask, begun = self._ask, self._begun
            if self._fetching and self._fetching.concerns(answer):
                place = self._fetch(self._fetching, answer, frames, now)
                out += [Outcome(ask, answer, [], begun, place)] if place else []
                continue
            self._fetching = None
            self._settle(answer, now)  # the next piece is on its way while this one is decoded and folded
            found = [decode(frame, wall) for frame in frames]
            out.append(Outcome(ask, answer, [batch for batch in found if isinstance(batch, Batch)], begun))
        return out

    def _fetch(self, fetching: Fetching, answer: Answer, frames: list[bytes], now: int) -> Place | None:
        """What came of an ask for a checkpoint; where numbers go on once it is whole and was put into the fold."""
        self._ask, self.answered, self.known, self._absent = None, True, True, False
        good, self.share = fetching.take(answer, frames), fetching.share
        if good and not fetching.whole:
            self._plan[0] = fetching.ask(next(self._ids))
            self._begin(self._plan[0], now)
            return None
        self._fetching = None
        place = self._put(fetching, answer, now) if good else None
        if place is None:
            self._plan[0] = replace(fetching.plain, id=next(self._ids))
            self._begin(self._plan[0], now)
        return place

    def _put(self, fetching: Fetching, answer: Answer, now: int) -> Place | None:
        """Thaw a checkpoint, while what comes after it is on its way."""
        self._plan[0] = Ask(id=next(self._ids), position=answer.position)
        self._begin(self._plan[0], now)
        return fetching.put()

    def _settle(self, answer: Answer, now: int) -> None:
        ask, self._ask, self.answered, self._absent = self._ask, None, True, False
        self.known = True
        self.share = answer.share
        if ask is None or ask.stop is not None or not self._plan:
            return
        if answer.more and answer.position is not None and answer.position > _begin(ask):
            self._plan[0] = Ask(id=next(self._ids), position=answer.position)
        else:
            self._plan.popleft()
        if self._plan:
            self._begin(replace(self._plan[0]), now)


def _begin(ask: Ask) -> int:
    """A position that it is behind of: an answer that gets no further is the last."""
    return -1 if ask.position is None else ask.position


def answers(answer: Answer, ask: Ask) -> bool:
    """Whether it is of that ask. One who does not know what ``fold`` is refuses the whole ask, unread."""
    if ask.fold is None:
        return answer.id == ask.id and answer.checkpoint is None
    return answer.id == ask.id or (answer.id == 0 and answer.reason is not None)
