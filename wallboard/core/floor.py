"""The live floor: agents, queues and contacts by key, the cells their facts go to, and the waits being watched."""

from collections import deque
from typing import Final

from mypy_extensions import mypyc_attr

from wallboard.core.agents import Agent, Reasons
from wallboard.core.contacts import Contact
from wallboard.core.queues import Leg, Queue
from wallboard.core.recent import Recent
from wallboard.core.snapshot import Cell
from wallboard.core.timeline import REASONS
from wallboard.core.windows import Key

DEFAULT_CONVERSIONS = frozenset(("sale", "sold", "converted", "conversion", "success", "promise"))
"""Outcomes that count as a conversion unless the board says otherwise."""
ALLOWANCE_MS = 2_000
"""Events this much out of order still converge to the ordered feed."""
_CUSTOMERS = 100_000
_CELLS = 20_000
_NEVER: Final = 1 << 62


def key_of(site: str | None, thing: str) -> str:
    """The key of a thing is (site, id): ``id`` alone where the feed names no sites."""
    return thing if site is None else f"{site}/{thing}"


@mypyc_attr(allow_interpreted_subclasses=True)
class Restatement:
    """What a restatement of the floor has named so far."""

    def __init__(self) -> None:
        self.contacts: set[str] = set()
        self.agents: set[str] = set()
        self.members: set[tuple[str, str]] = set()
        self.parts: set[tuple[str, int | str]] = set()
        """Legs (by number) and agents named of each contact."""


@mypyc_attr(allow_interpreted_subclasses=True)
class Ground:
    """Things made on first sight, and what they are numbered by. ``zone`` is the zone of queues that declare none."""

    def __init__(self, zone: str | None, conversions: frozenset[str]) -> None:
        self.agents: dict[str, Agent] = {}
        self.queues: dict[str, Queue] = {}
        self.contacts: dict[str, Contact] = {}
        self.cells: list[Cell] = []
        self.calendars: list[Key] = []
        self._watched: list[Leg] = []
        self._due = _NEVER
        self.dirty: set[Agent] = set()
        self.closing: deque[tuple[int, int, Contact]] = deque()
        """Contacts that have ended, when, and how many had by then; to be let go after a while."""
        self.closed = 0
        """How many contacts have ended."""
        self.reasons = Reasons(REASONS)
        self.restating: Restatement | None = None
        self.wraps_from: int | None = None
        self._zone = zone
        self._conversions = conversions
        self.cell_limit = _CELLS
        """Cells from which on facts are kept without priority, language and entry; from twice, without campaign too."""
        self._numbers: dict[tuple[object, ...], int] = {}
        self._customers: Recent[str] = Recent(_CUSTOMERS)

    def agent(self, site: str | None, agent: str, at: int) -> Agent:
        """The agent of that id, made on first sight."""
        key = agent if site is None else f"{site}/{agent}"
        found = self.agents.get(key)
        if found is None:
            found = self.agents[key] = Agent(key, site, len(self.agents), at)
            self.dirty.add(found)
        return found

    def queue(self, site: str | None, queue: str) -> Queue:
        """The queue of that id, made on first sight."""
        key = queue if site is None else f"{site}/{queue}"
        found = self.queues.get(key)
        if found is None:
            found = self.queues[key] = Queue(key, site, len(self.queues))
        return found

    def cell(self, queue: Queue | None, contact: Contact) -> int:
        """The row of every cell matrix that facts of this contact in this queue belong to."""
        traits = (
            queue.key if queue else None,
            contact.site,
            contact.channel,
            contact.direction,
            contact.campaign,
            contact.priority,
            contact.language,
            contact.entry,
        )
        number = self._numbers.get(traits)
        if number is None:
            number = self._number(traits, queue, contact)
        return number

    def _number(self, traits: tuple[object, ...], queue: Queue | None, contact: Contact) -> int:
        if len(self.cells) >= self.cell_limit:  # traits that never repeat must not grow us for ever
            spare = len(self.cells) < 2 * self.cell_limit
            traits = (*traits[:4], traits[4] if spare else None, None, None, None)
            if traits in self._numbers:
                return self._numbers[traits]
        number = self._numbers[traits] = len(self.cells)
        priority, language, entry = traits[5:]
        self.cells.append(
            Cell(
                queue.key if queue else None,
                contact.site,
                contact.channel,
                contact.direction,
                contact.campaign if traits[4] is not None else None,
                contact.priority if priority is not None else None,
                contact.language if language is not None else None,
                contact.entry if entry is not None else None,
            )
        )
        self.calendars.append(self.calendar_of(queue))
        return number

    def calendar_of(self, queue: Queue | None) -> Key:
        """The zone and day start that ``today`` goes by for a queue."""
        if queue is None:
            return self._zone, (0,)
        return queue.zone or self._zone, (queue.day_start,)

    def redeclare(self, queue: Queue) -> None:
        """What was declared of a queue changed: its cells follow its calendar."""
        for number, cell in enumerate(self.cells):
            if cell.queue == queue.key:
                self.calendars[number] = self.calendar_of(queue)

    def watch(self, leg: Leg) -> None:
        """Have it told when the leg's threshold passes."""
        self._watched.append(leg)
        self._due = min(self._due, leg.deadline)

    def overdue(self, now: int) -> list[Leg]:
        """Legs whose threshold has passed before ``now`` (ms) while they wait; each is told once."""
        if now <= self._due:
            return []
        self.prune()
        passed = [leg for leg in self._watched if leg.deadline < now]
        self._watched = [leg for leg in self._watched if leg.deadline >= now]
        self._due = min([leg.deadline for leg in self._watched], default=_NEVER)
        return passed

    def prune(self) -> None:
        """Stop watching legs that wait no longer."""
        self._watched = [leg for leg in self._watched if not leg.late and leg in leg.queue.waiting]

    def first(self, customer: str, contact: str) -> bool:
        """Whether this is the customer's first contact, as far as is remembered."""
        known = self._customers.get(customer)
        if known is None:
            self._customers.put(customer, contact)
        return known is None or known == contact

    def wrapped(self, at: int) -> None:
        """This feed tells the end of wrap-up."""
        if self.wraps_from is None or at < self.wraps_from:
            self.wraps_from = at

    def wraps_up(self, at: int) -> bool:
        """Whether a release begins a wrap-up: the feed was known to tell its end, in whatever order within 2 s."""
        return self.wraps_from is not None and at - self.wraps_from > ALLOWANCE_MS

    def done(self, contact: Contact, agent: Agent, at: int) -> None:
        """An agent has nothing more to do with a contact; when that has ended and it was the last, it is closing."""
        del contact.segments[agent.key]
        if contact.ended is not None and not contact.segments:
            self.close(contact, at)

    def close(self, contact: Contact, at: int) -> None:
        """A contact has ended, and nobody has anything to do with it any more."""
        self.closed += 1
        self.closing.append((at, self.closed, contact))

    def converts(self, outcome: str) -> bool:
        """Whether an outcome is a conversion."""
        return outcome in self._conversions
