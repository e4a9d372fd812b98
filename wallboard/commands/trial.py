"""A board's rules tried on a recorded day: folded second by second, and held against every second's snapshot."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import msgspec
from msgspec import Struct

from feeds.journal import Damage, JournalReader
from wallboard.board.actions import Deed, changes, deeds
from wallboard.board.rules import rules_of
from wallboard.board.spec import BoardSpec, RuleSpec
from wallboard.commands.folding import bounds_of
from wallboard.commands.progress import progress
from wallboard.config import local_time, windows
from wallboard.core.aggregator import Aggregator
from wallboard.core.alerts import Alert, Alerts
from wallboard.core.figures import Figures
from wallboard.core.vocabulary import Event
from wallboard.zones import period

STEPS = 20_000
"""About as many looks at a recording; a longer one is looked at less often than once a second."""


class Tried(Struct):
    """What a rule did: how long each alert lasted (ms), how many were a breach at some time, how many never ended."""

    lengths: list[int]
    breaches: int = 0
    open: int = 0
    done: Counter[Deed] = msgspec.field(default_factory=Counter)
    """What it did how often; several alerts at one moment are one sound and one notification."""


class Trial(Struct, frozen=True):
    """What came of a board's rules, in their order, looking every ``step`` ms.

    ``figures`` are those at the end of the recording, ``damage`` is what of it could not be read.
    """

    tried: tuple[Tried, ...]
    step: int
    figures: Figures
    damage: tuple[Damage, ...]


def try_rules(board: BoardSpec, path: Path) -> Trial:
    """The rules of the board held against the recording. Raises ``JournalError`` or ``DataError``."""
    first, last = bounds_of(path)
    step = max(1, -(-(last - first) // 1000 // STEPS)) * 1000
    alerts = Alerts(rules_of(board.rules), local_time(board.zone))
    tally = Tally(alerts, board.rules)
    aggregator = Aggregator(period, windows(board), board.zone or None)
    with JournalReader(path) as reader:
        for at, events in _steps(_read(reader), first, last, step):
            aggregator.fold(events)
            aggregator.advance(at)
            tally.take(alerts.step(Figures(aggregator.snapshot())), at)
        damage = tuple(reader.damage)
    return Trial(tally.done(last), step, Figures(aggregator.snapshot()), damage)


class Tally:
    """Counts alerts by rule while they come and go."""

    def __init__(self, alerts: Alerts, specs: tuple[RuleSpec, ...]) -> None:
        self._tried = {rule.key: Tried([]) for rule in alerts.rules}
        self._specs = {rule.key: spec for rule, spec in zip(alerts.rules, specs, strict=True)}
        self._standing: dict[tuple[str, str, int], Alert] = {}
        self._breached: set[tuple[str, str, int]] = set()

    def take(self, standing: tuple[Alert, ...], at: int) -> None:
        """What stands at a moment; what stood before and does not now is over."""
        self._count(standing)
        now = {(alert.rule.key, alert.group, alert.opened): alert for alert in standing}
        self._breached |= {place for place, alert in now.items() if alert.grade == "breach"}
        for place in self._standing.keys() - now.keys():
            self._over(place, at)
        self._standing = now

    def _count(self, standing: tuple[Alert, ...]) -> None:
        """What would have been done about what changed."""
        seen: set[tuple[str, Deed]] = set()
        calling = {key for key, *_ in self._standing}
        for change in changes(self._standing.values(), standing):
            key = change.alert.rule.key
            for deed in deeds(change, self._specs[key]):
                told = (key, deed) in seen or (deed == "page" and key in calling)
                self._tried[key].done[deed] += deed == "webhook" or not told
                seen.add((key, deed))

    def done(self, at: int) -> tuple[Tried, ...]:
        """What came of each rule; what still stands counts up to now."""
        for place in self._standing:
            self._tried[place[0]].open += 1
            self._over(place, at)
        return tuple(self._tried.values())

    def _over(self, place: tuple[str, str, int], at: int) -> None:
        tried = self._tried[place[0]]
        tried.lengths.append(max(0, at - place[2]))
        tried.breaches += place in self._breached
        self._breached.discard(place)


def _read(reader: JournalReader) -> Iterator[Event]:
    found = reader.bounds()
    total = found.events if found else 0
    with progress(total) as tell:
        for block in reader.events():
            yield from block
            tell(len(block))


def _steps(events: Iterator[Event], first: int, last: int, step: int) -> Iterator[tuple[int, list[Event]]]:
    """Every so many ms from the first event to the last: the moment, and what had come by then."""
    held: list[Event] = []
    at = first // step * step
    for event in events:
        while event.at > at:
            yield at, held
            held, at = [], at + step
        held.append(event)
    yield max(last, at), held
