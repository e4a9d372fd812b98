"""The oracle's reading of the contacts in a log: every fact, naively, from the whole of it.

Nothing of the fold is used but the event types. A contact's events are sorted and read once; facts are kept one by one.
"""

from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from wallboard.core import events as ev
from wallboard.core.vocabulary import Event

DAY_MS = 86_400_000
HOUR_MS = 3_600_000
REORDER_MS = 2_000
SHORT_TALK_MS = 10_000
CONVERTING = ("sale", "sold", "converted", "conversion", "success", "promise")
EDGES = (8, 30, 60, 90, 120, 180, 300, 600)
RANKS = (
    ("ContactStarted", "DialAttempted", "DialResulted", "ContactAutomated"),
    ("ContactQueued", "ContactOffered", "ContactUnanswered", "ContactUnqueued", "ContactAnswered",
     "ContactHeld ContactResumed ContactMessage", "ContactTransferred", "ContactReleased"),
    ("ContactEnded", "ContactWrapped", "ContactScored"),
)  # fmt: skip
"""What comes first in one millisecond of one contact; the middle row leg by leg."""


class Traits(NamedTuple):
    """What a fact about a contact is grouped by."""

    queue: str | None
    site: str | None
    channel: str
    direction: str
    campaign: str | None
    priority: int | None
    language: str | None
    entry: str | None


class Fact(NamedTuple):
    """``n`` of something, in a second, of a leg born in a second, about a cell or an agent."""

    name: str
    sec: int
    born: int
    traits: Traits | None
    agent: str | None
    n: int


class Input(NamedTuple):
    """What a contact does to an agent: ``phase`` is ringing, talking, hold, wrapping or gone."""

    at: int
    agent: str
    contact: str
    phase: str


@dataclass(eq=False)
class Leg:
    """One wait."""

    queue: str
    traits: Traits
    queued: int
    deadline: int
    short_ms: int
    expires: int
    callback: bool
    born: int
    """When the contact arrived, of its first leg; of later ones, when they were queued."""
    ended: int | None = None
    result: str | None = None
    taken: bool = False
    completed: bool = False


@dataclass(eq=False)
class Segment:
    """One agent's part."""

    leg: Leg | None
    traits: Traits
    primary: bool
    mark: int
    phase: str = "talking"
    spent: dict[str, int] = field(default_factory=lambda: {"talking": 0, "hold": 0})
    released: int = 0


def key_of(site: str | None, thing: str) -> str:
    return f"{site}/{thing}" if site else thing


def rank(event: Event) -> tuple[int, int, int, int]:
    name = type(event).__name__
    for stage, row in enumerate(RANKS):
        for place, names in enumerate(row):
            if name in names.split():
                return event.at, stage, getattr(event, "leg", 0) if stage == 1 else 0, place
    raise AssertionError(name)


class Log:
    """A log without its repeats, taken apart: what was declared, what happened to each contact."""

    def __init__(self, events: list[Event]) -> None:
        ids: set[str] = set()
        kept = []
        for event in events:
            if event.id is None or event.id not in ids:
                kept.append(event)
            ids |= {event.id} if event.id else set()
        self.events = sorted(kept, key=lambda event: event.at)
        self.contacts: dict[str, list[Event]] = defaultdict(list)
        self.queues: dict[str, ev.QueueDeclared] = {}
        self.agents: dict[str, ev.AgentDeclared] = {}
        self.customers: dict[str, str] = {}
        self.wraps_from: int | None = None
        for event in self.events:
            self._take(event)

    def _take(self, event: Event) -> None:
        if isinstance(event, ev.QueueDeclared):
            self.queues[key_of(event.site, event.queue)] = event
        elif isinstance(event, ev.AgentDeclared):
            self.agents[key_of(event.site, event.agent)] = event
        if isinstance(event, ev.ContactWrapped) and self.wraps_from is None:
            self.wraps_from = event.at
        contact = getattr(event, "contact", None)
        if contact is not None:
            key = key_of(event.site, contact)
            if event not in self.contacts[key]:
                self.contacts[key].append(event)
            if isinstance(event, ev.ContactStarted) and event.customer:
                self.customers.setdefault(event.customer, key)

    def wraps(self, at: int) -> bool:
        return self.wraps_from is not None and at - self.wraps_from > REORDER_MS


class Telling:
    """All facts, agent inputs and legs of a log, as known at ``now``."""

    def __init__(self, log: Log, now: int) -> None:
        self.log = log
        self.now = now
        self.facts: list[Fact] = []
        self.inputs: list[Input] = []
        self.legs: list[Leg] = []
        for key, events in log.contacts.items():
            _Contact(self, key, events[0].site).tell(sorted(events, key=rank))

    def put(self, name: str, at: int, traits: Traits | None, agent: str | None = None, n: int = 1, *,
            born: int | None = None) -> None:  # fmt: skip
        sec = at // 1000
        born = sec if born is None else born // 1000
        if traits is not None:
            self.facts.append(Fact(name, sec, born, traits, None, n))
        if agent is not None:
            self.facts.append(Fact(name, sec, born, None, agent, n))


class _Contact:
    def __init__(self, telling: Telling, key: str, site: str | None) -> None:
        self.out, self.key, self.site = telling, key, site
        self.traits = Traits(None, site, "voice", "inbound", None, None, None, None)
        self.began: int | None = None
        self.first = True
        self.legs: dict[int, Leg] = {}
        self.latest: Leg | None = None
        self.segments: dict[str, Segment] = {}
        self.ringing: dict[str, list[Leg | None]] = {}
        self.agent: str | None = None
        self.asked: int | None = None
        self.responded = self.ended = False

    def tell(self, events: list[Event]) -> None:
        known = False
        for event in events:
            known = known or type(event).__name__ in RANKS[0] or isinstance(event, ev.ContactQueued)
            facts, legs = len(self.out.facts), len(self.out.legs)
            getattr(self, type(event).__name__.lower())(event)
            if not known:  # an orphan moves agents, and nothing else
                del self.out.facts[facts:], self.out.legs[legs:]
        last = max(event.at for event in events)
        for leg in sorted(self.legs.values(), key=lambda leg: leg.expires):
            if leg.result is None and leg.expires < self.out.now:
                self.leave(leg, leg.expires, "system")
                self.quiet(leg.expires, leg)
                last = max(last, leg.expires)
            elif leg.result is None and leg.deadline < self.out.now:
                self.out.put("late", leg.deadline + 1, leg.traits, born=leg.born)
        self._age(last)

    def _age(self, last: int) -> None:
        """Wrap-ups nobody ended are over after an hour, talks and rings after a day (two weeks in text)."""
        for agent, segment in self.segments.items():
            if segment.phase == "wrapping" and segment.released + HOUR_MS < self.out.now:
                self.move(segment.released + HOUR_MS, agent, "gone")
        at = last + (1 if self.traits.channel == "voice" else 14) * DAY_MS
        if at < self.out.now and not any(leg.result is None for leg in self.legs.values()):
            for agent in (*self.ringing, *self.segments):
                self.move(at, agent, "gone")

    def who(self, event: Any) -> str:
        return key_of(event.site, event.agent)

    def move(self, at: int, agent: str, phase: str) -> None:
        self.out.inputs.append(Input(at, agent, self.key, phase))

    def leg(self, number: int, queue: str | None = None) -> Leg | None:
        found = self.legs.get(number) or (self.latest if number == 0 else None)
        if queue is not None and (found is None or found.queue != queue):
            same = [leg for leg in self.legs.values() if leg.queue == queue]
            return next((leg for leg in same if leg.result is None), same[-1] if same else None)
        return found

    def contactstarted(self, event: ev.ContactStarted) -> None:
        if self.began is not None:
            return
        self.began = event.at
        self.traits = self.traits._replace(
            channel=event.channel, direction=event.direction, campaign=event.campaign or self.traits.campaign,
            priority=event.priority, language=event.language, entry=event.entry,
        )  # fmt: skip
        if event.customer:
            self.first = self.out.log.customers[event.customer] == self.key
        self.first = self.first and event.callback_of is None
        self.out.put("started", event.at, self.home())

    def contactautomated(self, event: ev.ContactAutomated) -> None:
        self.out.put("automated:" + event.result, event.at, self.home())

    def contactqueued(self, event: ev.ContactQueued) -> None:
        old = self.legs.get(event.leg)
        if old is not None and old.result is None:
            self.leave(old, event.at, "system")
        queue = key_of(event.site, event.queue)
        priority = self.traits.priority if event.priority is None else event.priority
        self.traits = self.traits._replace(priority=priority)
        traits = self.traits._replace(queue=queue)
        said = self.out.log.queues.get(queue, ev.QueueDeclared(at=0, queue=event.queue))
        limit = 20_000 if said.service_level_ms is None else said.service_level_ms
        self.latest = self.legs[event.leg] = Leg(
            queue, traits, event.at, event.at + limit,
            5_000 if said.short_abandon_ms is None else said.short_abandon_ms,
            event.at + (1 if said.channel == "voice" else 14) * DAY_MS,
            event.callback or self.traits.channel == "callback",
            event.at if self.legs or self.began is None else min(self.began, event.at),
        )  # fmt: skip
        self.out.legs.append(self.latest)
        self.out.put("offered", event.at, traits, born=self.latest.born)

    def contactunqueued(self, event: ev.ContactUnqueued) -> None:
        leg = self.leg(event.leg, key_of(event.site, event.queue))
        if leg is None:
            return
        self.leave(leg, event.at, event.reason)
        if event.reason != "answered":
            self.quiet(event.at, leg)

    def leave(self, leg: Leg, at: int, reason: str) -> None:
        if leg.result is not None:
            return
        leg.ended, leg.result = at, reason
        wait, met = max(0, at - leg.queued), at <= leg.deadline
        born, put, traits = leg.born, self.out.put, leg.traits
        put(reason, at, traits, born=born)
        if met and reason != "system":
            kind = reason if reason in ("answered", "abandoned") else "flowed"
            put(f"{kind} in T", at, traits, born=born)
            if reason in ("abandoned", "timeout", "no-agents", "diverted"):
                put("lost in T", at, traits, born=born)
        elif reason != "system":
            put("late", leg.deadline + 1, traits, born=born)
            put(f"late {reason}", leg.deadline + 1, traits, born=born)
        if reason == "answered":
            put("wait answered", at, traits, n=wait, born=born)
            edge = next((str(edge) for edge in EDGES if wait <= edge * 1000), "more")
            put(f"wait {edge}", at, traits, born=born)
            put("callbacks made", at, traits, n=int(leg.callback), born=born)
        elif reason == "abandoned":
            put("wait abandoned", at, traits, n=wait, born=born)
            put("short", at, traits, n=int(wait <= leg.short_ms), born=born)

    def contactoffered(self, event: ev.ContactOffered) -> None:
        agent, leg = self.who(event), self.leg(event.leg)
        self.ringing.setdefault(agent, []).append(leg)
        self.out.put("offers", event.at, leg.traits if leg else self.home(), agent)
        if agent not in self.segments:
            self.move(event.at, agent, "ringing")

    def contactunanswered(self, event: ev.ContactUnanswered) -> None:
        agent, leg = self.who(event), self.leg(event.leg)
        if event.reason == "no-answer":
            self.out.put("no answer", event.at, leg.traits if leg else self.home(), agent)
        self.silence(event.at, agent)

    def quiet(self, at: int, gone: Leg) -> None:
        """A leg has left its queue: it no longer rings, and nothing does when it was the last that waited."""
        waits = any(leg.result is None for leg in self.legs.values())
        for agent in [agent for agent, legs in self.ringing.items() if gone in legs or not waits]:
            self.silence(at, agent)

    def silence(self, at: int, only: str | None = None) -> None:
        for agent in sorted(self.ringing):
            if only in (None, agent):
                self.ringing.pop(agent)
                if agent not in self.segments:
                    self.move(at, agent, "gone")

    def contactanswered(self, event: ev.ContactAnswered) -> None:
        agent, leg, at = self.who(event), self.leg(event.leg), event.at
        primary = event.role == "primary"
        if leg is not None and primary:
            self.leave(leg, at, "answered")
            if leg.result == "answered" and not leg.taken:
                self._taken(leg, at, agent)
        old = self.segments.get(agent)
        if old is not None and old.phase != "wrapping":
            self.release(agent, old, at)
        self.ringing.pop(agent, None)
        self.segments[agent] = Segment(leg, leg.traits if leg else self.home(), primary, at)
        self.move(at, agent, "talking")
        if primary:
            self.silence(at)
            self.agent = agent

    def _taken(self, leg: Leg, at: int, agent: str) -> None:
        assert leg.ended is not None
        leg.taken = True
        self.out.put("answered", at, None, agent, born=leg.born)
        self.out.put("wait answered", at, None, agent, max(0, leg.ended - leg.queued), born=leg.born)
        self.out.put("answered in T", at, None, agent, int(leg.ended <= leg.deadline), born=leg.born)
        self.out.put("late answered", at, None, agent, int(leg.ended > leg.deadline), born=leg.born)

    def _turn(self, event: Any, before: str, after: str) -> None:
        segment = self.segments.get(self.who(event))
        if segment is not None and segment.phase == before:
            segment.spent[before] += max(0, event.at - segment.mark)
            segment.mark, segment.phase = event.at, after
            self.move(event.at, self.who(event), after)

    def contactheld(self, event: ev.ContactHeld) -> None:
        self._turn(event, "talking", "hold")

    def contactresumed(self, event: ev.ContactResumed) -> None:
        self._turn(event, "hold", "talking")

    def contacttransferred(self, event: ev.ContactTransferred) -> None:
        segment, leg = self.segments.get(self.who(event)), self.leg(event.leg)
        traits = segment.traits if segment else leg.traits if leg else self.home()
        born = segment.leg.born if segment and segment.leg else leg.born if leg and not segment else None
        self.out.put("transfers", event.at, traits, self.who(event), born=born)

    def contactreleased(self, event: ev.ContactReleased) -> None:
        segment = self.segments.get(self.who(event))
        if segment is not None and segment.phase != "wrapping":
            self.release(self.who(event), segment, event.at)

    def release(self, agent: str, segment: Segment, at: int) -> None:
        segment.spent[segment.phase] += max(0, at - segment.mark)
        segment.phase, segment.released = "wrapping", at
        if not segment.primary:
            del self.segments[agent]
            self.move(at, agent, "gone")
            return
        leg, put = segment.leg, self.out.put
        born = leg.born if leg else None
        put("handled", at, segment.traits, agent, born=born)
        put("talk", at, segment.traits, agent, segment.spent["talking"], born=born)
        if segment.spent["talking"] > 0:
            put("talked", at, segment.traits, born=born)
        put("hold", at, segment.traits, agent, segment.spent["hold"], born=born)
        put("short call", at, segment.traits, agent, int(segment.spent["talking"] < SHORT_TALK_MS), born=born)
        put("handle", at, segment.traits, n=sum(segment.spent.values()), born=born)
        if leg is not None and leg.result == "answered" and leg.ended is not None and not leg.completed:
            leg.completed = True
            put("completed", at, segment.traits, born=born)
            put("completed in T", at, segment.traits, n=int(leg.ended <= leg.deadline), born=born)
        self.move(at, agent, "wrapping" if self.out.log.wraps(at) else "gone")

    def contactwrapped(self, event: ev.ContactWrapped) -> None:
        agent = self.who(event)
        segment = self.segments.get(agent)
        if segment is None or segment.phase != "wrapping":
            return
        if event.at - segment.released > HOUR_MS:
            self.move(segment.released + HOUR_MS, agent, "gone")
            del self.segments[agent]
            return
        wrap, born = max(0, event.at - segment.released), segment.leg.born if segment.leg else segment.released
        self.out.put("wrap", event.at, segment.traits, agent, wrap, born=born)
        self.out.put("handle wrap", segment.released, segment.traits, n=wrap, born=born)
        spent, facts = sum(segment.spent.values()), self.out.facts
        told = Fact("handle", segment.released // 1000, born // 1000, segment.traits, None, spent)
        if told in facts:
            facts[facts.index(told)] = told._replace(n=spent + wrap)
        del self.segments[agent]
        self.move(event.at, agent, "gone")

    def contactmessage(self, event: ev.ContactMessage) -> None:
        if event.sender == "customer":
            self.out.put("messages", event.at, self.home())
            self.asked = event.at if self.asked is None else self.asked
            return
        agent = self.who(event) if event.agent else self.agent if event.sender == "agent" else None
        self.out.put("messages", event.at, self.home(), agent)
        asked = self.began if self.asked is None else self.asked
        if event.sender == "bot" or asked is None:
            return
        took, limit = max(0, event.at - asked), self.latest.deadline - self.latest.queued if self.latest else 0
        name = "reply" if self.responded else "first response"
        if not self.responded or self.asked is not None:
            self.out.put(name, event.at, self.home(), agent, born=asked)
            self.out.put(name + " ms", event.at, self.home(), agent, took, born=asked)
            self.out.put(name + " in T", event.at, self.home(), agent, int(took <= limit), born=asked)
        self.responded, self.asked = True, None

    def contactended(self, event: ev.ContactEnded) -> None:
        if self.ended:
            return
        self.ended = True
        self.silence(event.at)
        for agent, segment in list(self.segments.items()):
            if segment.phase != "wrapping":
                self.release(agent, segment, event.at)
        for leg in self.legs.values():
            self.leave(leg, event.at, "system")
        put, at = self.out.put, event.at
        if event.outcome is not None:
            put("outcome", at, self.home(), self.agent)
            put("conversion", at, self.home(), self.agent, int(event.outcome in CONVERTING))
        for name, amount in (("value", event.value), ("cost", event.cost)):
            if amount is not None:
                put(name, at, self.home(), self.agent, amount)
                put(f"{name}d", at, self.home(), self.agent)
        if event.resolved is not None and self.first:
            put("first contact", at, self.home())
            put("first resolved", at, self.home(), n=int(event.resolved))

    def contactscored(self, event: ev.ContactScored) -> None:
        agent = self.who(event) if event.agent else self.agent
        for name, n in (
            (event.kind, event.score), (f"{event.kind} n", 1), (f"{event.kind} top", int(event.score >= 4)),
            (f"{event.kind} yes", int(event.score > 0)), (f"{event.kind} for", int(event.score >= 9)),
            (f"{event.kind} against", int(event.score <= 6)),
        ):  # fmt: skip
            self.out.put(name, event.at, self.home(), agent, n)

    def _dialled(self, event: ev.DialAttempted | ev.DialResulted) -> None:
        self.traits = self.traits._replace(direction="outbound", campaign=event.campaign)

    def dialattempted(self, event: ev.DialAttempted) -> None:
        self._dialled(event)
        self.out.put("attempts", event.at, self.home())

    def dialresulted(self, event: ev.DialResulted) -> None:
        self._dialled(event)
        self.out.put("dial:" + event.result, event.at, self.home())

    def home(self) -> Traits:
        return self.latest.traits if self.latest else self.traits
