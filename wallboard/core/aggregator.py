"""The fold: events in, snapshots out. Told the time, it never asks; the same calls give the same snapshot."""

from collections.abc import Callable, Sequence
from typing import Any

from mypy_extensions import mypyc_attr

from wallboard.core import events as ev
from wallboard.core.adherence import Adherence
from wallboard.core.ageing import SWEEP_MS, Ageing
from wallboard.core.baseline import Usual
from wallboard.core.comparison import completed, expected
from wallboard.core.contacts import Contact
from wallboard.core.declarations import Declarations
from wallboard.core.floor import ALLOWANCE_MS, DEFAULT_CONVERSIONS, Ground, Restatement, key_of
from wallboard.core.ledger import Ledger
from wallboard.core.legs import pass_threshold
from wallboard.core.outcomes import STEPS, score
from wallboard.core.pen import Pen
from wallboard.core.portrait import Portrait
from wallboard.core.recent import Recent
from wallboard.core.refold import Story, exchange, follows, knows, order
from wallboard.core.restate import already_told, close
from wallboard.core.snapshot import FeedFacts, ForecastRow, Snapshot
from wallboard.core.vocabulary import Event, Settings
from wallboard.core.windows import Calendar, Windows

LINGER_MS = 5_000
"""An ended contact is remembered this long, for what comes late."""
_MEMORY = 50_000
"""So many contacts later, by their ends, a contact's scores are still known."""
_SPARE = 10_000
"""More are kept than are known: when contacts are let go, and in which order, depends on how events are told."""
_SCORES = 4
"""Scores of a forgotten contact that are remembered, to know a repeat."""
_UNHEARD = 32
_IDS = 100_000
DEFAULT_WINDOWS = ("today", "30m")


@mypyc_attr(allow_interpreted_subclasses=True)
class Aggregator:
    """Folds events into a floor and its windows.

    Args:
        calendar: day and shift boundaries; see ``windows.Calendar``.
        windows: names of the windows to keep; see ``windows.parse_window``.
        zone: IANA zone of queues that declare none, and of agents' days.
        conversions: outcomes that count as a conversion.
        shifts: beginnings of the shifts, ms after local midnight.
    """

    def __init__(
        self,
        calendar: Calendar,
        windows: tuple[str, ...] = DEFAULT_WINDOWS,
        zone: str | None = None,
        conversions: frozenset[str] = DEFAULT_CONVERSIONS,
        shifts: tuple[int, ...] = (0, 28_800_000, 57_600_000),
    ) -> None:
        self.settings = Settings(windows=windows, zone=zone, conversions=tuple(sorted(conversions)), shifts=shifts)
        self.now = 0
        self.newest = -1
        self._read = -1
        self._ground = Ground(zone, conversions)
        self._ledger, self._back, self._void = Ledger(), Ledger(), Ledger()
        self._windows = Windows(windows, calendar, zone, shifts)
        self._moves = self._windows.timeline.moves
        self._adherence = Adherence()
        self._anomalies: dict[str, int] = {}
        self._pen = Pen(self._ground, self._ledger, self._back, self._moves, self._anomalies)
        self._quiet = Pen(self._ground, self._void, self._void, self._moves, self._anomalies)
        self._ageing = Ageing(self._ground, self._pen, self._forget)
        self._scored: Recent[tuple[int, int, list[ev.ContactScored], int]] = Recent(_MEMORY + _SPARE)
        self._ids: Recent[Event] = Recent(_IDS)
        self._counts = dict.fromkeys(
            ("events", "duplicates", "conflicts", "late", "reordered", "orphans", "quarantined", "undecodable"), 0
        )
        self._unheard: list[tuple[int, int]] = []
        self._declarations = Declarations(self._ground, self._moves, self._adherence, self._pen.anomaly)
        self._usual: tuple[Usual, ...] = ()
        self._expected: tuple[ForecastRow, ...] = ()
        self._swept = 0
        self._portrait = Portrait(self._ground)
        self._others: dict[type[Event], Callable[[Any], None]] = {
            ev.FloorBegan: self._floor_began,
            ev.FloorEnded: self._floor_ended,
            ev.Undecodable: self._undecodable,
        }

    def apply(self, event: Event) -> None:
        """Fold one event."""
        self.fold((event,))

    def fold(self, events: Sequence[Event]) -> None:
        """Fold events in the order given."""
        contacts, step_of, pen, newest = self._ground.contacts, STEPS.get, self._pen, self.newest
        if newest < 0 and events:
            self._windows.first = events[0].at
        for event in events:
            at = event.at
            if at < newest:
                if self._ground.restating is None:  # a restatement tells of what began long ago
                    self._counts["late" if at < newest - ALLOWANCE_MS else "reordered"] += 1
                self._windows.first = min(at, self._windows.first or at)
            else:
                newest = at
            if event.id is not None and self._repeated(event):
                continue
            step = step_of(type(event))
            if step is None:
                (self._others.get(type(event)) or self._declarations.steps[type(event)])(event)
                continue
            site, thing = event.site, event.contact  # type: ignore[attr-defined]
            key = thing if site is None else f"{site}/{thing}"
            contact = contacts.get(key)
            if contact is None:
                if type(event) is ev.ContactScored:
                    self._score(event, key)
                    continue
                contact = contacts[key] = Contact(key, site)
            if (at <= contact.last or self._ground.restating is not None) and self._special(contact, event):
                continue
            contact.last = at
            contact.events.append(event)
            step(contact, event, pen if contact.known or knows(contact, event) else self._orphan(contact))
        self.newest = newest
        self._read = self._news(events) if self._counts["undecodable"] else newest
        self._counts["events"] += len(events)
        self._let_go(newest)

    def advance(self, now: int) -> None:
        """The time is ``now`` (ms): waits pass thresholds, windows age, days roll. Never goes back."""
        self.now = now = max(self.now, now, self.newest)
        for leg in self._ground.overdue(now):
            pass_threshold(leg, self._pen)
        self._counts["quarantined"] += self._ageing.advance(now)
        self._let_go(now)
        if now - self._swept >= SWEEP_MS:
            self._sweep(now)
        self._adherence.advance(now, self._moves, self._ground.reasons.names)
        self._windows.advance(now, self._ledger, self._back, self._ground.calendars, len(self._ground.agents))
        self._void.clear()
        self._portrait.sample(now)

    def compare_with(self, usual: tuple[Usual, ...]) -> None:
        """What is usual today: shown beside today, and the forecast of queues for which none is declared."""
        self._usual, self._expected = usual, expected(usual)

    def snapshot(self) -> Snapshot:
        """What is true at the time last told."""
        if self._ledger.pending() or self._back.pending() or self._moves.pending() or self.newest > self.now:
            self.advance(self.now)
        now, ground = self.now, self._ground
        agents = self._portrait.agents()
        return Snapshot(
            as_of=now,
            agents=agents,
            queues=self._portrait.queues(now),
            cells=self._portrait.cells(),
            windows=self._windows.facts(now, len(ground.cells), len(ground.agents)),
            series=self._windows.series(),
            gauges=self._portrait.gauges(),
            notices=self._declarations.notices(now),
            forecasts=completed(self._declarations.forecasts(), self._expected),
            reasons=tuple(ground.reasons.names),
            plans=self._adherence.rows(),
            scheduled=self._adherence.scheduled,
            usual=self._usual,
            bonds=self._portrait.bonds(),
            feed=FeedFacts(
                newest=self._read if self._read >= 0 else None,
                anomalies=tuple(sorted(self._anomalies.items())),
                unheard=tuple(self._unheard),
                **self._counts,
            ),
        )

    def _news(self, events: Sequence[Event]) -> int:
        """The newest moment of what could be read: the time goes on with what could not, but that is no news."""
        return max([self._read, *(event.at for event in events if type(event) is not ev.Undecodable)])

    def _repeated(self, event: Event) -> bool:
        known = self._ids.get(event.id or "")
        if known is None:
            self._ids.put(event.id or "", event)
            return False
        self._counts["duplicates" if known == event else "conflicts"] += 1
        return True

    def _orphan(self, contact: Contact) -> Pen:
        if len(contact.events) == 1:
            self._counts["orphans"] += 1
        return self._quiet

    def _special(self, contact: Contact, event: Event) -> bool:
        """Restated events and those out of order go their own way; returns whether this was one."""
        if self._ground.restating is not None:
            self._restate(contact, event, self._ground.restating)
            return True
        last = contact.events[-1] if contact.events else None
        if last is None or (event.at == last.at and follows(event, last)):
            return False
        if event.at == contact.last and order(event) >= order(contact.events[-1]) and event not in contact.events:
            return False
        self._retell(contact, event)
        return True

    def _retell(self, contact: Contact, event: Event) -> None:
        if event in contact.events:
            self._counts["duplicates"] += 1
            return
        for leg in contact.legs.values():
            leg.queue.waiting.pop(leg, None)
        told = Story(self._ground, self._back, self._ledger, self._anomalies, -1)
        for leg in told.tell(contact, contact.events, None).legs.values():
            leg.queue.waiting.pop(leg, None)
        retold = Story(self._ground, self._ledger, self._back, self._anomalies, 1)
        fresh = retold.tell(contact, sorted([*contact.events, event], key=order), self.now)
        self._ground.contacts[contact.key] = fresh
        exchange(told.pen.inputs, retold.pen.inputs, self._moves, self._ground)

    def _restate(self, contact: Contact, event: Event, restating: Restatement) -> None:
        restating.contacts.add(contact.key)
        agent = key_of(event.site, str(getattr(event, "agent", "")))
        restating.parts.add((contact.key, event.leg if isinstance(event, ev.ContactQueued) else agent))
        if already_told(contact, event, agent):
            return
        contact.known = True
        contact.last = max(contact.last, event.at)
        contact.events.append(event)
        contact.quiet = (*contact.quiet, event)
        STEPS[type(event)](contact, event, self._quiet)

    def _score(self, event: ev.ContactScored, key: str) -> None:
        """A score of a contact that has been let go; of one never known, or forgotten, it is an orphan."""
        known = self._scored.get(key)
        if known is None or self._ground.closed - known[3] > _MEMORY:
            self._counts["orphans"] += 1
            return
        cell, row, told, _ = known
        if event in told:
            self._counts["duplicates"] += 1
            return
        del told[:-_SCORES]
        told.append(event)
        agent = self._ground.agent(event.site, event.agent, event.at).row if event.agent else row
        score(event, cell, agent, self._ledger)

    def _let_go(self, now: int) -> None:
        """Forget contacts soon after their end: by the feed's own time, and while their memory is still at hand."""
        closing, contacts = self._ground.closing, self._ground.contacts
        while closing and closing[0][0] < now - LINGER_MS:
            _, number, contact = closing.popleft()
            wrapping = self._ground.wraps_from is not None and contact.segments  # it will be closing again
            if not wrapping and contacts.get(contact.key) is contact and not contact.open():
                self._forget(contact, number)

    def _forget(self, contact: Contact, number: int | None = None) -> None:
        del self._ground.contacts[contact.key]
        if contact.cell is not None and contact.known:
            row = -1 if contact.last_agent is None else contact.last_agent.row
            told: list[ev.ContactScored] = []
            if contact.scored:
                told = [event for event in contact.events[-_SCORES:] if isinstance(event, ev.ContactScored)]
            self._scored.put(contact.key, (contact.cell, row, told, self._ground.closed if number is None else number))

    def _sweep(self, now: int) -> None:
        self._swept = now
        self._ground.prune()
        self._declarations.prune(now)

    def _floor_began(self, event: ev.FloorBegan) -> None:
        self._ground.restating = Restatement()
        since = event.unheard_since or self.newest
        if event.unheard_since is not None and 0 <= since < event.at:
            self._unheard.append((since, event.at))
            del self._unheard[:-_UNHEARD]

    def _floor_ended(self, event: ev.FloorEnded) -> None:
        if self._ground.restating is None:
            self._pen.anomaly("restatement ended without beginning")
            return
        self._counts["quarantined"] += close(self._ground.restating, self._ground, event.at, self._pen)
        self._ground.restating = None

    def _undecodable(self, _: ev.Undecodable) -> None:
        self._counts["undecodable"] += 1
