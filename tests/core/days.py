"""Random days of a small floor: plausible stories, and the lies real feeds tell."""

from random import Random

from tests.core.telling import rank
from wallboard.core import events as ev
from wallboard.core.vocabulary import Event, Party, Sender, UnqueueReason

MINUTE = 60_000
HOUR = 60 * MINUTE
LINES = ("sales", "help", "mail", "back", "undeclared", "chat")
STAFF = ("ann", "bob", "cyd", "dee")
FLOWS: tuple[UnqueueReason, ...] = (
    "timeout", "overflow", "transferred", "callback", "key", "no-agents", "closed", "full", "diverted",
)  # fmt: skip


def declarations(at: int, zones: tuple[str | None, ...] = ("Europe/Paris", "America/New_York")) -> list[Event]:
    """Queues with thresholds, channels, clients, zones and day starts of their own; agents in teams, with skills."""
    zone, other = zones[0], zones[-1]
    return [
        ev.QueueDeclared(at=at, queue="sales", service_level_ms=20_000, short_abandon_ms=5_000, time_zone=zone),
        ev.QueueDeclared(at=at, queue="help", service_level_ms=10_000, short_abandon_ms=0, client="acme",
                         time_zone=other, day_start=6 * HOUR, service_level_target=0.5),
        ev.QueueDeclared(at=at, queue="chat", service_level_ms=30_000, channel="chat", time_zone=zone,
                         service_level_target=0.95),
        ev.QueueDeclared(at=at, queue="mail", service_level_ms=60_000, channel="email", client="acme"),
        ev.QueueDeclared(at=at, queue="back", service_level_ms=0, channel="callback", day_start=3 * HOUR),
        *(ev.AgentDeclared(at=at, agent=agent, team="one" if agent < "c" else "two", skills=(agent[0], "all"),
                          capacity={"voice": 1, "chat": 3} if agent == "bob" else None)
          for agent in STAFF),
        *(ev.AgentJoined(at=at, agent=agent, queue=queue) for agent in STAFF for queue in ("sales", "help")
          if agent != "dee" or queue == "help"),
        *(ev.AgentJoined(at=at, agent=agent, queue=queue)
          for agent, queue in (("bob", "chat"), ("dee", "chat"), ("dee", "mail"))),
    ]  # fmt: skip


class Day:
    """Events from ``begin`` on, made by a seed: ``contacts`` contacts within ``span`` ms."""

    def __init__(self, seed: int, begin: int, contacts: int, span: int) -> None:
        self.dice = Random(seed)
        self.events: list[Event] = []
        self.span = span
        self.begin = begin + 10_000
        self.at = self.begin
        for agent in STAFF:
            self._presence(agent)
        for number in range(contacts):
            self.at = self.begin + self.dice.randrange(span)
            self._contact(f"c{number}")
        self.dice = Random(seed + 1)
        for agent in STAFF[1:]:
            self._plan(agent)
        for queue in ("sales", "chat"):
            self._forecast(queue)

    def all(self, zones: tuple[str | None, ...] = ("Europe/Paris", "America/New_York")) -> list[Event]:
        """In order of time, declarations first."""
        contacts = sorted((e for e in self.events if hasattr(e, "contact")), key=rank)
        others = [e for e in self.events if not hasattr(e, "contact")]
        return declarations(self.begin - 10_000, zones) + sorted([*contacts, *others], key=lambda event: event.at)

    def say(self, event: Event) -> None:
        self.events.append(event)

    def later(self, upto: int) -> int:
        step = self.dice.choice((0, 1, 7, 250, 1000, 2000, self.dice.randrange(upto), self.dice.randrange(upto)))
        self.at += step
        if self.dice.random() < 0.2:
            self.at += -self.at % 1000
        return self.at

    def chance(self, share: float) -> bool:
        return self.dice.random() < share

    def _presence(self, agent: str) -> None:
        dice, at = self.dice, self.begin + self.dice.randrange(self.span // 4)
        while at < self.begin + self.span:
            state = dice.choice(("ready", "ready", "not-ready", "not-ready", "offline", "wrapping"))
            reason = dice.choice(("break", "lunch", "meeting", None)) if state == "not-ready" else None
            since = at - dice.randrange(5000) if dice.random() < 0.1 else None
            self.say(ev.AgentState(at=at, agent=agent, state=state, reason=reason, since=since))  # type: ignore[arg-type]
            if dice.random() < 0.1:
                self.say(ev.AgentParted(at=at, agent=agent, queue="sales"))
                self.say(ev.AgentJoined(at=at + dice.randrange(3000), agent=agent, queue="help"))
            at += dice.choice((300, 1000, dice.randrange(1, self.span // 3)))

    def _plan(self, agent: str) -> None:
        """A shift, breaks in it, and second thoughts: told in time or late."""
        dice, told = self.dice, [self.begin + self.dice.randrange(-HOUR, self.span)]
        begin = self.begin + dice.randrange(-HOUR, HOUR)
        spans = [("work", begin, self.span + HOUR)]
        spans += [
            (activity, begin + dice.randrange(self.span + HOUR), dice.randrange(1, HOUR))
            for activity in ("break", "lunch", "meeting", "work", "break")
        ]
        for activity, at, length in spans:
            said = max(self.begin, min(told[0], at) if self.chance(0.7) else at + dice.randrange(length))
            self.say(ev.AgentScheduled(at=said, agent=agent, activity=activity, from_=at, until=at + length))
            if self.chance(0.3):
                later = said + dice.choice((1, 900, dice.randrange(1, HOUR)))
                new = dice.choice(("work", "break", "training"))
                self.say(ev.AgentScheduled(at=later, agent=agent, activity=new, from_=at, until=at + length))

    def _forecast(self, queue: str) -> None:
        """Half hours from before the day begins on; some are told late, or told anew."""
        first = self.begin // (HOUR // 2) * (HOUR // 2)
        for number in range(-1, self.span // (HOUR // 2) + 4):
            begin = first + number * HOUR // 2
            for again in range(self.dice.choice((0, 1, 1, 2))):
                said = self.begin + again + self.dice.choice((0, 0, self.dice.randrange(self.span)))
                self.say(ev.ForecastDeclared(
                    at=said, queue=queue, from_=begin, until=begin + HOUR // 2, offered=self.dice.randrange(60),
                    handle_ms=self.dice.randrange(1000, 400_000),
                ))  # fmt: skip

    def _contact(self, contact: str) -> None:
        dice, say = self.dice, self.say
        direction = "outbound" if self.chance(0.2) else "inbound"
        if direction == "outbound":
            say(ev.DialAttempted(at=self.at, contact=contact, campaign="spring"))
            results = ("live", "busy", "no-answer", "machine", "nuisance", "failed", "dropped", "do-not-call")
            result = dice.choice(("live", *results))
            say(ev.DialResulted(at=self.later(9000), contact=contact, campaign="spring", result=result))  # type: ignore[arg-type]
            if result != "live":
                return
        if self.chance(0.95):
            say(ev.ContactStarted(
                at=self.later(100), contact=contact, direction=direction, customer=f"h{contact}",  # type: ignore[arg-type]
                channel=dice.choice(("voice", "voice", "chat", "callback")), priority=dice.choice((None, 1, 2)),
                campaign="spring" if direction == "outbound" else None, language=dice.choice((None, "fr")),
            ))  # fmt: skip
        if self.chance(0.2):
            say(ev.ContactAutomated(at=self.later(50), contact=contact, step="menu", result="entered"))
            result = dice.choice(("contained", "left", "to-queue"))
            say(ev.ContactAutomated(at=self.later(20_000), contact=contact, step="menu", result=result))  # type: ignore[arg-type]
        for leg in range(1 if self.chance(0.7) else 2):
            if not self._wait(contact, leg):
                return
        self._finish(contact)

    def _wait(self, contact: str, leg: int) -> bool:
        """One pass; says whether the story goes on to its end."""
        dice, say = self.dice, self.say
        if self.chance(0.95):
            say(ev.ContactQueued(at=self.later(3000), contact=contact, queue=dice.choice(LINES), leg=leg,
                                 callback=self.chance(0.05)))  # fmt: skip
        queue = next((e.queue for e in reversed(self.events) if isinstance(e, ev.ContactQueued)), "sales")
        if self.chance(0.1):
            say(ev.ContactQueued(at=self.later(3000), contact=contact, queue="help", leg=leg + 5))
        for _ in range(dice.choice((0, 1, 1, 2))):
            agent = dice.choice(STAFF)
            say(ev.ContactOffered(at=self.later(15_000), contact=contact, agent=agent, leg=leg))
            if self.chance(0.6):
                reason = dice.choice(("no-answer", "rejected", "busy", "withdrawn"))
                say(ev.ContactUnanswered(at=self.later(20_000), contact=contact, agent=agent, leg=leg, reason=reason))  # type: ignore[arg-type]
        if self.chance(0.06):
            return False
        if self.chance(0.25):
            reason = dice.choice(("abandoned", "abandoned", "abandoned", "system", *FLOWS))
            say(ev.ContactUnqueued(at=self.later(90_000), contact=contact, queue=queue, leg=leg, reason=reason))
            return self.chance(0.9)
        if self.chance(0.5):
            say(ev.ContactUnqueued(at=self.later(40_000), contact=contact, queue=queue, leg=leg, reason="answered"))
        self._handle(contact, leg)
        return True

    def _handle(self, contact: str, leg: int) -> None:
        dice, say = self.dice, self.say
        agent = dice.choice(STAFF)
        if self.chance(0.97):
            say(ev.ContactAnswered(at=self.later(5000), contact=contact, agent=agent, leg=leg))
        while self.chance(0.3):
            kind = dice.choice((ev.ContactHeld, ev.ContactResumed, ev.ContactHeld))
            say(kind(at=self.later(30_000), contact=contact, agent=agent, leg=leg))
        if self.chance(0.2):
            self._messages(contact, agent)
        if self.chance(0.15):
            other = dice.choice(STAFF)
            say(ev.ContactAnswered(at=self.later(5000), contact=contact, agent=other, leg=leg, role="consult"))
            say(ev.ContactReleased(at=self.later(30_000), contact=contact, agent=other, leg=leg))
        if self.chance(0.15):
            say(ev.ContactTransferred(at=self.later(30_000), contact=contact, agent=agent, leg=leg, kind="blind"))
        if self.chance(0.93):
            say(ev.ContactReleased(at=self.later(200_000), contact=contact, agent=agent, leg=leg))
            if self.chance(0.7):
                say(ev.ContactWrapped(at=self.later(30_000), contact=contact, agent=agent, leg=leg))
        if self.chance(0.05):
            say(ev.ContactReleased(at=self.later(2000), contact=contact, agent=agent, leg=leg))

    def _messages(self, contact: str, agent: str) -> None:
        for _ in range(self.dice.randrange(1, 5)):
            sender: Sender = self.dice.choice(("customer", "agent", "bot"))
            said = agent if sender == "agent" and self.chance(0.7) else None
            self.say(ev.ContactMessage(at=self.later(60_000), contact=contact, sender=sender, agent=said))

    def _finish(self, contact: str) -> None:
        dice, say = self.dice, self.say
        if self.chance(0.92):
            by: Party = dice.choice(("customer", "agent"))
            say(ev.ContactEnded(
                at=self.later(1500), contact=contact, by=by, outcome=dice.choice((None, "sale", "refused")),
                value=dice.choice((None, 1250)), cost=dice.choice((None, 99)),
                resolved=dice.choice((None, True, False)),
            ))  # fmt: skip
            if self.chance(0.05):
                say(ev.ContactEnded(at=self.at + 700, contact=contact, outcome="sale"))
        while isinstance(self.events[-1], (ev.ContactEnded, ev.ContactScored)) and self.chance(0.3):
            kind = dice.choice(("csat", "nps", "fcr", "quality", "sentiment"))
            score = {"csat": dice.randrange(1, 6), "nps": dice.randrange(11), "fcr": dice.randrange(2)}.get(kind, 37)
            at = self.at + dice.choice((500, 20_000, 26 * HOUR))
            say(ev.ContactScored(at=at, contact=contact, kind=kind, score=score))  # type: ignore[arg-type]
