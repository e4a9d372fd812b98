"""Who takes what: waiting lines, the longest-idle agent, offers, no-answers, and every way a wait ends."""

from collections.abc import Callable

from feeds.simulator.floor import Agent, Contact, Queue
from feeds.simulator.presence import SECOND, Presence
from feeds.simulator.world import World, spread
from wallboard.core.events import (
    ContactAnswered,
    ContactEnded,
    ContactOffered,
    ContactQueued,
    ContactUnanswered,
    ContactUnqueued,
)
from wallboard.core.vocabulary import UnqueueReason

NO_ANSWER = 0.012
NO_ANSWER_AFTER_S = 18
NO_ANSWER_REST_S = 75
RING_S = 5.0
PUSH_S = 2.5
OVERFLOW_S = 100
CALLBACK_AFTER_S = 45
CALLBACK_TAKEN = 0.22
CALLBACK_LATER_S = 900
HASTY = 0.025
"""Share of callers who hang up within seconds."""
NEVER = 2**62


class Routing:
    """Matches contacts and agents. Flows register in ``begin``, keyed by the queue's flow."""

    def __init__(self, world: World, presence: Presence) -> None:
        self._world = world
        self._presence = presence
        self._dice = world.dice("routing")
        self._patience = world.dice("patience")
        self.begin: dict[str, Callable[[Contact, Agent], None]] = {}
        self.call_back: Callable[[Contact], None] = lambda _: None
        presence.welcome = self.seek

    def enter(self, contact: Contact, queue: Queue, *, urgent: bool = False) -> None:
        """A new leg: the contact waits in a queue, or goes straight to an agent who is free."""
        world = self._world
        contact.queue = queue
        contact.leg += 1
        contact.urgent = urgent
        contact.queued_at = world.now
        contact.due = 0
        if contact.gives_up == 0:
            contact.gives_up = self._loses_patience(queue)
        world.emit(
            ContactQueued(
                at=world.now,
                site=contact.site,
                contact=contact.id,
                queue=queue.id,
                leg=contact.leg,
                priority=1 if urgent else None,
                callback=queue.kind.flow == "callback",
            )
        )
        agent = self._pick(queue)
        if agent is None:
            self._wait(contact)
        else:
            self._offer(contact, agent)

    def _loses_patience(self, queue: Queue) -> int:
        if queue.kind.flow in ("email", "callback"):
            return NEVER
        dice = self._patience
        mean = 4.0 if dice.random() < HASTY else queue.kind.patience
        return self._world.now + int(dice.expovariate(1 / mean) * SECOND * self._world.pace) + 1

    def _pick(self, queue: Queue) -> Agent | None:
        best: Agent | None = None
        for tier in queue.tiers:
            for group in tier:
                if len(group.idle) > group.dials:
                    agent = next(iter(group.idle))
                    if best is None or agent.idle_since < best.idle_since:
                        best = agent
            if best is not None:
                return best
        if queue.kind.flow == "chat":
            for tier in queue.tiers:
                for group in tier:
                    if group.spare:
                        return next(iter(group.spare))
        return None

    def seek(self, agent: Agent) -> None:
        """Give a free agent the contact that has waited longest, head starts counted; else line the agent up."""
        group = agent.group
        oldest, chosen = NEVER, None
        for queue in group.chats if agent.load else group.queues:
            if queue.urgent or queue.waiting:
                head = queue.head()
                if head is not None and head.queued_at - queue.head_start < oldest:
                    oldest, chosen = head.queued_at - queue.head_start, head
        if chosen is not None:
            self._unwait(chosen)
            self._offer(chosen, agent)
        elif not agent.load:
            agent.idle_since = self._world.now
            group.idle[agent] = None
        elif agent.load < agent.capacity and agent.chatting:
            group.spare[agent] = None

    def claim(self, agent: Agent) -> None:
        """Take an idle agent out of the line, for a contact that never queued."""
        agent.group.idle.pop(agent, None)
        agent.load += 1

    def _offer(self, contact: Contact, agent: Agent) -> None:
        world, group = self._world, agent.group
        group.idle.pop(agent, None)
        group.spare.pop(agent, None)
        agent.load += 1
        contact.agent = agent
        flow = contact.queue.kind.flow
        if flow == "chat":
            agent.chatting = True
            if agent.load < agent.capacity and not agent.pending and not agent.leaving:
                group.spare[agent] = None
        world.emit(ContactOffered(at=world.now, site=contact.site, contact=contact.id, agent=agent.id, leg=contact.leg))
        if self._dice.random() < NO_ANSWER:
            action, seconds = self._not_answered, float(NO_ANSWER_AFTER_S)
        else:
            action, seconds = self._answered, spread(self._dice, RING_S if flow == "voice" else PUSH_S, 0.45)
        when = world.now + int(seconds * SECOND * world.pace) + 1
        if contact.gives_up < when:
            when, action = max(world.now, contact.gives_up), self._left_ringing
        world.do(when, action, contact)

    def _answered(self, contact: Contact) -> None:
        world, agent = self._world, contact.agent
        if agent is None:
            return
        self._unqueue(contact, "answered")
        world.emit(
            ContactAnswered(at=world.now, site=contact.site, contact=contact.id, agent=agent.id, leg=contact.leg)
        )
        contact.answered_at = world.now
        self.begin[contact.queue.kind.flow](contact, agent)

    def _not_answered(self, contact: Contact) -> None:
        world, agent = self._world, contact.agent
        if agent is None:
            return
        world.emit(
            ContactUnanswered(
                at=world.now, site=contact.site, contact=contact.id, agent=agent.id, leg=contact.leg, reason="no-answer"
            )
        )
        contact.agent = None
        agent.load -= 1
        agent.pending.insert(0, ("no-answer", int(NO_ANSWER_REST_S * SECOND * world.pace)))
        self._presence.free(agent)
        other = self._pick(contact.queue)
        if other is None:
            self._wait(contact, first=True)
        else:
            self._offer(contact, other)

    def _left_ringing(self, contact: Contact) -> None:
        world, agent = self._world, contact.agent
        if agent is None:
            return
        world.emit(
            ContactUnanswered(
                at=world.now,
                site=contact.site,
                contact=contact.id,
                agent=agent.id,
                leg=contact.leg,
                reason="caller-left",
            )
        )
        self._abandon(contact)
        agent.load -= 1
        self._presence.free(agent)

    def _wait(self, contact: Contact, *, first: bool = False) -> None:
        queue, world = contact.queue, self._world
        line = queue.urgent if contact.urgent else queue.waiting
        line[contact] = None
        if first:
            line.move_to_end(contact, last=False)
        contact.waits = True
        if contact.due == 0:
            self._decide(contact)
        if contact.due < NEVER:
            world.do(max(world.now, contact.due), self._wait_over, contact)

    def _decide(self, contact: Contact) -> None:
        """What will end this wait if no agent does, and when."""
        queue, world = contact.queue, self._world
        contact.due, contact.fate = contact.gives_up, "abandoned"
        if queue.overflow is not None and contact.moves == 0:
            overflows = contact.queued_at + int(OVERFLOW_S * SECOND * world.pace)
            if overflows < contact.due:
                contact.due, contact.fate = overflows, "overflow"
        if queue.callbacks is not None and self._dice.random() < CALLBACK_TAKEN:
            asks = contact.queued_at + int(CALLBACK_AFTER_S * SECOND * world.pace)
            if asks < contact.due:
                contact.due, contact.fate = asks, "callback"

    def _unwait(self, contact: Contact) -> None:
        contact.waits = False
        line = contact.queue.urgent if contact.urgent else contact.queue.waiting
        del line[contact]

    def _unqueue(self, contact: Contact, reason: UnqueueReason) -> None:
        self._world.emit(
            ContactUnqueued(
                at=self._world.now,
                site=contact.site,
                contact=contact.id,
                queue=contact.queue.id,
                reason=reason,
                leg=contact.leg,
            )
        )

    def _wait_over(self, contact: Contact) -> None:
        """A wait's time has come, unless an agent, or an earlier reckoning, was faster."""
        world = self._world
        if not contact.waits or world.now < contact.due:
            return
        self._unwait(contact)
        if contact.fate == "abandoned":
            self._abandon(contact)
        elif contact.fate == "overflow" and contact.queue.overflow is not None:
            self._unqueue(contact, "overflow")
            contact.moves += 1
            self.enter(contact, contact.queue.overflow)
        else:
            self._unqueue(contact, "callback")
            world.emit(
                ContactEnded(
                    at=world.now, site=contact.site, contact=contact.id, by="customer", outcome="callback-requested"
                )
            )
            later = int(self._dice.expovariate(1 / CALLBACK_LATER_S) * SECOND * world.pace)
            world.do(world.now + later + 60 * SECOND, self.call_back, contact)

    def _abandon(self, contact: Contact) -> None:
        self._unqueue(contact, "abandoned")
        self._world.emit(
            ContactEnded(at=self._world.now, site=contact.site, contact=contact.id, by="customer", outcome="abandoned")
        )

    def close(self, queue: Queue) -> None:
        """Nobody is left to serve it: those who wait are told to come back."""
        while (contact := queue.head()) is not None:
            self._unwait(contact)
            self._unqueue(contact, "closed")
            self._world.emit(
                ContactEnded(at=self._world.now, site=contact.site, contact=contact.id, by="system", outcome="closed")
            )
