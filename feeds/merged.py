"""Several publishers on one wall: sites side by side, and standbys that publish the same feed.

The first copy of a (source, epoch, number) wins, whichever way it came. Sites are all needed, so the worst of them is
the state; of a group of standbys one is enough, so the best is the group's. Who is not well is named in any case.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, Protocol, Self

from feeds.clock import Clock, SystemClock
from feeds.sequence import Counts, Piece, Run
from feeds.sequence import Sequence as Numbers
from feeds.sockets import Network, Socket, ZeroMQ
from feeds.subscriber import JUNK
from wallboard.core.events import AnyEvent
from wallboard.core.source import FeedHealth, FeedState

GIVE_UP_MS: Final = 2500
"""A gap that one feed gave up is waited for this long: another may still fill it."""
RECENT_MS: Final = 10_000
"""A producer that was heard within this is one of now."""
SAME: Final = (
    "{} are both called {}, so their calls and agents cannot be told apart: give one bridge a --site NAME (your own "
    "publisher another source), or, for a primary and its standby, name both in one --feed with a comma between"
)
MAX_EPOCHS: Final = 1024
"""Epochs, of all producers, whose numbers are remembered."""
_ORDER: Final[tuple[FeedState, ...]] = ("live", "filling", "catching-up", "connecting", "stale", "offline")
RANK: Final = {state: rank for rank, state in enumerate(_ORDER)}
"""States from well to ill."""


class Member(Protocol):
    """What is merged; see `feeds.subscriber.Subscriber`."""

    def take(self, timeout_ms: int) -> list[Run]:
        """Events in order, with their numbers."""
        ...

    def waits_for(self) -> tuple[list[Socket], int]:
        """Sockets, and ms until something is due."""
        ...

    def serving(self) -> dict[str, dict[str, int]]:
        """The producers that were heard, by address, and when each was last, monotonic ms."""
        ...

    def now(self) -> int:
        """The producer's present, ms."""
        ...

    def health(self) -> FeedHealth:
        """How far to trust it."""
        ...

    def close(self) -> None:
        """Let go."""
        ...


class _Epoch:
    """The numbers of one epoch. What came before the first that was seen is not missing, but may still come."""

    def __init__(self, first: int, *, earlier: bool) -> None:
        self._counts = Counts()
        self.numbers = Numbers(first, self._counts)
        self.missing = 0
        """Numbers from the first one on that were given up and did not come."""
        self._first = first
        self._waits: tuple[int, int] | None = None
        """Since when something lacks, and before which number it does."""
        if earlier:
            self.numbers.expect(0, first)

    def offer(self, seq: int, events: tuple[AnyEvent, ...]) -> list[Piece]:
        """Take events; returns those whose turn it is, and those that were given up and come all the same."""
        reached = self.numbers.next
        pieces = self.numbers.offer(seq, events)
        self.missing -= sum(len(late) for at, late in pieces if self._first <= at < reached)
        return pieces

    def mind(self, now: int) -> list[Piece]:
        """Give up, together, the gaps that nobody filled in time; returns what was held behind them."""
        numbers = self.numbers
        if numbers.gap is None:
            self._waits = None
            return []
        since, until = self._waits = self._waits or (now, numbers.end)
        if now - since < GIVE_UP_MS:
            return []
        before = self._counts.missing
        out = numbers.skip(until)
        self.missing += self._counts.missing - before
        self._waits = None
        return out


class Merged:
    """Feeds as one `Source`: ``groups`` are sites, and the members of a group are standbys for each other.

    ``resume`` is what is known already, as for `Subscriber`; the members begin there as well. Members are lent to it
    and closed with it.
    """

    def __init__(
        self,
        groups: Sequence[Sequence[Member]],
        *,
        resume: Mapping[str, tuple[int, int]] | None = None,
        clock: Clock | None = None,
        network: Network | None = None,
    ) -> None:
        self._groups = [list(group) for group in groups]
        self._members = [member for group in self._groups for member in group]
        self._clock = clock or SystemClock()
        self._network = network or ZeroMQ()
        self._junk = (self._clock.wall(), 0)
        known = (resume or {}).items()
        self._epochs = {(source, epoch): _Epoch(seq, earlier=False) for source, (epoch, seq) in known if source != JUNK}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def poll(self, timeout_ms: int) -> list[AnyEvent]:
        """Events in order, waiting at most ``timeout_ms``."""
        return [event for run in self.take(timeout_ms) for event in run.events]

    def take(self, timeout_ms: int) -> list[Run]:
        """Like `poll`, with the numbers that a journal needs."""
        out = self._turn()
        if out or timeout_ms <= 0:
            return out
        waits = [member.waits_for() for member in self._members]
        sockets = [socket for found, _ in waits for socket in found]
        self._network.wait(sockets, min(timeout_ms, *(rest for _, rest in waits)))
        return self._turn()

    def _turn(self) -> list[Run]:
        out: list[Run] = []
        for member in self._members:
            for run in member.take(0):
                out += self._accept(run)
        now = self._clock.mono()
        for (source, epoch), known in self._epochs.items():
            out += _runs(source, epoch, known.mind(now))
        return out

    def _accept(self, run: Run) -> list[Run]:
        if run.source == JUNK:
            epoch, seq = self._junk
            self._junk = (epoch, seq + len(run.events))
            return [Run(JUNK, epoch, seq, run.events)]
        known = self._epochs.get((run.source, run.epoch))
        if known is None:
            while len(self._epochs) >= MAX_EPOCHS:
                del self._epochs[next(iter(self._epochs))]
            known = self._epochs[run.source, run.epoch] = _Epoch(run.seq, earlier=True)
        return _runs(run.source, run.epoch, known.offer(run.seq, run.events))

    def serving(self) -> dict[str, dict[str, int]]:
        """The producers that were heard, by address, and when each was last, monotonic ms."""
        return {address: sources for member in self._members for address, sources in member.serving().items()}

    def now(self) -> int:
        """The producers' present, ms: the latest of those that can be heard."""
        heard = [member.now() for member in self._members if (member.health().age_ms or 0) < GIVE_UP_MS]
        return max(heard or [member.now() for member in self._members])

    def health(self) -> FeedHealth:
        """The worst site's, with what each feed that is not well says."""
        told = [[member.health() for member in group] for group in self._groups]
        every = [health for group in told for health in group]
        groups = [min(group, key=_rank) for group in told]
        worst = max(groups, key=_rank)
        ages = [health.age_ms for health in groups if health.age_ms is not None]
        open_here = sum(known.numbers.gap is not None for known in self._epochs.values())
        return FeedHealth(
            state="filling" if worst.state == "live" and open_here else worst.state,
            source=", ".join(health.source for health in every),
            age_ms=max(ages) if len(ages) == len(groups) else None,
            skew_ms=max((health.skew_ms for health in every if health.skew_ms is not None), key=abs, default=None),
            progress=worst.progress,
            retry_ms=worst.retry_ms,
            gaps_open=sum(health.gaps_open for health in groups) + open_here,
            gaps_filled=sum(health.gaps_filled for health in every),
            missing=sum(known.missing for known in self._epochs.values()),
            duplicates=sum(health.duplicates for health in every),
            undecodable=sum(health.undecodable for health in every),
            insecure=any(health.insecure for health in every),
            why=" · ".join(filter(None, (*map(_words, every), *self._namesakes()))) or None,
        )

    def _namesakes(self) -> list[str]:
        """Of each name that two sites have, that nobody can tell their calls and agents apart."""
        now, homes = self._clock.mono(), dict[str, set[str]]()
        for group in self._groups:
            heard = [(each, at) for member in group for told in member.serving().values() for each, at in told.items()]
            for source in {each for each, at in heard if now - at < RECENT_MS}:
                homes.setdefault(source, set()).add(", ".join(a for member in group for a in member.serving()))
        return [SAME.format(" and ".join(sorted(at)), source) for source, at in homes.items() if len(at) > 1]

    def close(self) -> None:
        """Let go of all feeds."""
        for member in self._members:
            member.close()
        self._network.close()


def _rank(health: FeedHealth) -> int:
    return RANK[health.state]


def _words(health: FeedHealth) -> str | None:
    """What is to be said of one feed beside the state of all."""
    if health.why is not None:
        return f"{health.source}: {health.why}"
    if health.state in ("live", "filling"):
        return None
    known = health.state in ("stale", "offline") and health.age_ms is not None
    age = f", no data for {(health.age_ms or 0) // 1000} s" if known else ""
    return f"{health.source}: {health.state.replace('-', ' ')}{age}"


def _runs(source: str, epoch: int, pieces: Iterable[Piece]) -> list[Run]:
    return [Run(source, epoch, seq, events) for seq, events in pieces]
