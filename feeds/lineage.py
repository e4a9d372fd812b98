"""Whose events a memory holds: sources, by the address they came from.

A memory belongs to addresses, and an address may come to serve another centre. What is then heard there is a source
that the memory does not know. A publisher that began anew keeps its source, whatever its epoch, and goes on in the same
memory; a source beside those known there joins them; but where none of those known is heard any more, the address
serves another centre, and its events must not be folded onto the old one's.
"""

import hashlib
import itertools
from collections.abc import Iterable
from pathlib import Path
from typing import Final

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from feeds.clock import Clock, SystemClock
from feeds.journal import JournalWriter
from feeds.reader import JournalReader
from feeds.recorder import Taker
from feeds.sequence import Run
from feeds.subscriber import JUNK
from wallboard.core.events import AnyEvent
from wallboard.core.source import FeedHealth
from wallboard.errors import FeedError

AFRESH: Final = "afresh"
AFRESH_AT: Final = "afresh-at"
SERVED: Final = "served"
"""What a memory's meta says: that it was begun afresh, and why; when, ms; and by which address its sources came."""
GRACE_MS: Final = 2500
"""Within this a source that is there is heard: it says so once a second."""
MOST_HELD: Final = 200_000
"""Events held back meanwhile; with more, what was heard has to do."""
_NAME: Final = 12

Served = dict[str, frozenset[str]]
"""Sources by address."""


class ReplacedError(FeedError):
    """An address serves another centre than the one remembered. The text says what becomes of the memory."""


class Replaced(Struct, frozen=True):
    """What came in the place of what."""

    known: frozenset[str]
    """The sources that were known before."""
    gone: frozenset[str]
    """Those of them that are no longer served."""
    served: Served
    """What is, as far as it was heard."""
    runs: tuple[Run, ...]
    """What was held back of the new ones."""

    def words(self, path: Path) -> str:
        """What became of the memory at ``path``."""
        return f"begun afresh: {self.told()}, of which all is kept in {self.aside(path)}"

    def told(self) -> str:
        """Where another centre is heard now, and which."""
        fresh = sorted(frozenset().union(*self.served.values()) - self.known)
        there = ", ".join(sorted(a for a, sources in self.served.items() if not sources.isdisjoint(fresh)))
        return f"{there} now serves {', '.join(fresh)}, no longer {', '.join(sorted(self.gone))}"

    def aside(self, path: Path) -> Path:
        """Where the memory at ``path`` goes."""
        return path.with_name(f"{path.stem}-{_name(self.known)}.feed")

    def before(self, path: Path) -> Path:
        """Where an earlier memory of the sources that are served now would be."""
        now = (self.known - self.gone).union(*self.served.values())
        return path.with_name(f"{path.stem}-{_name(now)}.feed")


def begin_afresh(path: Path, found: Replaced, clock: Clock, age_ms: int) -> None:
    """Set the memory at ``path`` aside and put in its place what is known of the sources that are served now.

    Memories that were set aside and not written for ``age_ms`` are let go. Raises `JournalError` or ``OSError``.
    """
    aside, before, words = found.aside(path), found.before(path), found.words(path)
    path.replace(aside)
    if before.exists():
        before.replace(path)
    with JournalWriter(path, clock) as writer, JournalReader(path) as there, JournalReader(aside) as old:
        kept = (Run(b.source, b.epoch, b.seq, b.events) for b in old.blocks() if b.source not in found.gone)
        for run in itertools.chain(kept, found.runs):
            held = max(0, there.reached(run.source, run.epoch) - run.seq)
            writer.append(run.events[held:], source=run.source, epoch=run.epoch, seq=run.seq + held)
        writer.set_meta(SERVED, written(found.served))
        writer.set_meta(AFRESH, words)
        writer.set_meta(AFRESH_AT, clock.wall())
    for other in path.parent.glob(f"{path.stem}-{'[0-9a-f]' * _NAME}.feed"):
        if other != aside and other.stat().st_mtime * 1000 < clock.wall() - age_ms:
            other.unlink()


def written(served: Served) -> str:
    """``served`` as text, for a file's meta."""
    return msgspec.json.encode({address: sorted(sources) for address, sources in served.items()}).decode()


def sources_of(known: Iterable[str], said: object) -> frozenset[str]:
    """All that a memory knows of, by its events and by what its meta says."""
    return frozenset(known).union(*_served_in(said).values()) - {JUNK}


def _served_in(text: object) -> Served:
    """What `written` wrote; nothing when it did not."""
    try:
        return msgspec.json.decode(text if isinstance(text, str) else "", type=Served)
    except msgspec.DecodeError:
        return {}


def _name(sources: frozenset[str]) -> str:
    """For files that hold these sources."""
    return hashlib.sha256("\n".join(sorted(sources)).encode("utf-8", "replace")).hexdigest()[:_NAME]


class Familiar:
    """A `Taker` that gives out what is of the sources known, and holds others back until it is clear whose they are.

    Args:
        taker: the live feed; closed with this.
        known: the sources that the memory holds; with none, all are welcome.
        said: what its meta says of the addresses they came from; a source it does not name may come from any.
        clock: for the grace.
    """

    def __init__(self, taker: Taker, known: frozenset[str], said: object, clock: Clock) -> None:
        self._taker = taker
        self._clock = clock
        told = _served_in(said)
        self._known = sources_of(known, said)
        anywhere = self._known.difference(*told.values())
        self.served = {address: told.get(address, frozenset()) | anywhere for address in taker.serving()}
        """The sources known of each address."""
        self._held: list[Run] = []
        self._since: int | None = None
        self.replaced: Replaced | None = None
        """What was found out; then the memory is to be begun afresh."""

    def take(self, timeout_ms: int) -> list[Run]:
        """Events in order, waiting at most ``timeout_ms``; none any more once the centre is `replaced`."""
        if self.replaced is not None:
            return []
        runs = self._held + self._taker.take(timeout_ms)
        heard = {address: frozenset(sources) for address, sources in self._taker.serving().items()}
        strangers = {run.source for run in runs}.union(*heard.values()) - self._known - {JUNK}
        if not self._known or not strangers:
            return self._note(heard, runs)
        if self._since is None and any(heard.values()):
            self._since = self._clock.mono()
        doubted = {address for address, sources in heard.items() if self._doubt(address, sources)}
        homes = (sources for address, sources in heard.items() if address not in doubted)
        if strangers <= frozenset().union(*homes):
            return self._note(heard, runs)
        return self._wait(heard, runs, doubted)

    def _doubt(self, address: str, heard: frozenset[str]) -> bool:
        """Whether a stranger is heard at an address, and since then nobody who is known there."""
        known = self.served.get(address, frozenset())
        last = [at for source, at in self._taker.serving()[address].items() if source in known]
        return bool(known and heard - self._known) and (self._since is None or max(last, default=0) <= self._since)

    def _note(self, heard: Served, runs: list[Run]) -> list[Run]:
        """All of these are at home."""
        self.served = {address: self.served.get(address, frozenset()) | heard[address] for address in heard}
        self._known = self._known.union(*heard.values(), (run.source for run in runs)) - {JUNK}
        self._held, self._since = [], None
        return runs

    def _wait(self, heard: Served, runs: list[Run], doubted: set[str]) -> list[Run]:
        """Hold the strange ones back; when whoever is known there had the time to speak, decide."""
        home = [run for run in runs if run.source in self._known or run.source == JUNK]
        self._held = [run for run in runs if run.source not in self._known and run.source != JUNK]
        full = sum(len(run.events) for run in self._held) > MOST_HELD
        if self._since is None or (self._clock.mono() - self._since < GRACE_MS and not full):
            return home
        gone = self._gone(heard, doubted)
        if not gone:
            return self._note(heard, runs)
        served = {address: sources - gone for address, sources in heard.items()}
        self.replaced = Replaced(self._known, gone, served, tuple(self._held))
        return home

    def _gone(self, heard: Served, doubted: set[str]) -> frozenset[str]:
        """What was known of the doubted addresses, and neither is heard nor may come from another."""
        lost = frozenset().union(*(self.served[address] for address in doubted))
        others = (sources or self.served.get(a, frozenset()) for a, sources in heard.items() if a not in doubted)
        return lost.difference(*others)

    def serving(self) -> dict[str, dict[str, int]]:
        """What is heard."""
        return self._taker.serving()

    def now(self) -> int:
        """The producer's present, ms."""
        return self._taker.now()

    def health(self) -> FeedHealth:
        """The feed's; while strangers are held back, nothing is live."""
        health = self._taker.health()
        if self._since is None:
            return health
        names = ", ".join(sorted({run.source for run in self._held}))
        return replace(health, state="catching-up", progress=None, why=f"hearing another source here: {names}")

    def close(self) -> None:
        """Let go."""
        self._taker.close()


class Guarded:
    """A live feed, to poll or to record, that is of one centre: `ReplacedError` where another takes its address over.

    ``known`` are the sources that it goes on with, if it does. ``advice`` ends the error's text. Closes ``taker``.
    """

    def __init__(self, taker: Taker, known: Iterable[str], advice: str, clock: Clock | None = None) -> None:
        self._familiar = Familiar(taker, frozenset(known), None, clock or SystemClock())
        self._advice = advice

    def poll(self, timeout_ms: int) -> list[AnyEvent]:
        """Events in order, waiting at most ``timeout_ms``."""
        return [event for run in self.take(timeout_ms) for event in run.events]

    def take(self, timeout_ms: int) -> list[Run]:
        """Like `poll`, with the numbers that a journal needs."""
        runs = self._familiar.take(timeout_ms)
        if self._familiar.replaced is not None:
            raise ReplacedError(f"{self._familiar.replaced.told()}: {self._advice}")
        return runs

    def serving(self) -> dict[str, dict[str, int]]:
        """What is heard."""
        return self._familiar.serving()

    def now(self) -> int:
        """The producer's present, ms."""
        return self._familiar.now()

    def health(self) -> FeedHealth:
        """The feed's."""
        return self._familiar.health()

    def close(self) -> None:
        """Let go."""
        self._familiar.close()
