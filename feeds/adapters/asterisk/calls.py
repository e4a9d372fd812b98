"""Callers: what the lines of one uniqueid make of a contact, its waits and its talks.

One uniqueid may wait in several queues, and twice in one; every pass is a leg of the same contact. A caller who leaves
a queue alive (timeout, key, withdrawn, transferred) may come back, so its end is written only after `LINGER_MS`
without a word of it; whoever comes back later still is a new contact, its id with ``~2``, ``~3`` ... behind it. A call
line about a caller never seen (the log begins in mid-call) is passed on as the log has it.
"""

from collections.abc import Callable

from feeds.adapters.asterisk.agents import Agents
from feeds.adapters.asterisk.call import EXITS, Call
from feeds.adapters.asterisk.lines import Line
from feeds.adapters.customers import Customers
from feeds.adapters.pen import Pen, bounded
from wallboard.core.events import (
    ContactAnswered,
    ContactEnded,
    ContactHeld,
    ContactOffered,
    ContactQueued,
    ContactReleased,
    ContactResumed,
    ContactStarted,
    ContactTransferred,
    ContactUnanswered,
    ContactUnqueued,
)
from wallboard.core.vocabulary import OfferEnd, Party, UnqueueReason

LINGER_MS = 60_000
FORGET_MS = 24 * 3_600_000
REMEMBERED = 20_000


class Calls:
    """Turns call lines into contact events."""

    def __init__(self, customers: Customers, agents: Agents, ignore: Callable[[str], None]) -> None:
        self.customers = customers
        self._agents = agents
        self._ignore = ignore
        self.open: dict[str, Call] = {}
        """By uniqueid."""
        self.leaving: dict[str, int] = {}
        """Out of every queue alive, and since when (ms): they may come back."""
        self.ended: dict[str, int] = {}

    def entered(self, line: Line, pen: Pen) -> None:
        """ENTERQUEUE: a new contact or a new leg of one. A leg of this queue still open lost its end."""
        call = self.open.get(line.call)
        if call is None:
            call = self.begin(line)
            call.customer = self._customer(line)
            pen.write(ContactStarted, contact=call.contact, customer=call.customer)
        self.leaving.pop(line.call, None)
        call.touched = line.at
        if line.queue in call.waiting:
            self._unqueue(call, line, "system", pen)
        leg = call.last = call.legs
        call.legs += 1
        call.waiting[line.queue] = leg
        call.since[line.queue] = line.at
        pen.write(ContactQueued, contact=call.contact, queue=bounded(line.queue), leg=leg)

    def ringing(self, line: Line, pen: Pen) -> None:
        """A phone begins to ring: told by the manager interface, never by a queue_log."""
        call = self._find(line)
        agent = self._agents.working(line, pen)
        if call is not None and agent is not None and agent not in call.ringing:
            leg = call.ringing[agent] = call.waiting.get(line.queue, call.last)
            pen.write(ContactOffered, contact=call.contact, agent=agent, leg=leg)

    def connected(self, line: Line, pen: Pen) -> None:
        """CONNECT: the wait ends and the talk begins in one moment; the ringing before it is a hint."""
        call = self._find(line)
        agent = self._agents.working(line, pen)
        if call is None or agent is None:
            return
        self._answer(call, line, agent, pen, ring_ms=line.milliseconds(2), hold_ms=line.milliseconds(0))

    def completed(self, line: Line, pen: Pen) -> None:
        """COMPLETEAGENT, COMPLETECALLER: the talk and the contact end."""
        by: Party = "agent" if line.event == "COMPLETEAGENT" else "customer"
        call = self._find(line)
        if call is not None and self._release(call, line, pen, by, talk=1):
            self._end(line.call, pen, by)

    def transferred(self, line: Line, pen: Pen) -> None:
        """BLINDTRANSFER, ATTENDEDTRANSFER: the agent lets go, and the caller lives on. Where to is not told safely."""
        call = self._find(line)
        if call is not None and self._release(call, line, pen, "agent", talk=-2):
            self._leave(line)

    def abandoned(self, line: Line, pen: Pen) -> None:
        """ABANDON: with an agent's name if the caller gave up after the agent answered, before they were joined."""
        call = self._find(line)
        agent = self._agents.working(line, pen)
        if call is None:
            return
        if agent:
            self._unanswered(call, line, agent, "caller-left", pen)
        self._hush(call, "caller-left", pen)
        self._unqueue(call, line, "abandoned", pen)
        self._end(line.call, pen, "customer")

    def exited(self, line: Line, pen: Pen) -> None:
        """Out of the queue alive: EXITWITHTIMEOUT, EXITEMPTY, EXITWITHKEY, WITHDRAW."""
        call = self._find(line)
        if call is not None:
            self._hush(call, "caller-left", pen)
            self._unqueue(call, line, EXITS[line.event], pen)
            self._leave(line)

    def held(self, line: Line, pen: Pen) -> None:
        """HOLD: told by the manager interface of a talk it saw begin."""
        self._hold(line, pen, held=True)

    def resumed(self, line: Line, pen: Pen) -> None:
        """UNHOLD: also told where nobody was held."""
        self._hold(line, pen, held=False)

    def rang_out(self, line: Line, pen: Pen) -> None:
        """RINGNOANSWER, one a phone."""
        self._offer_ended(line, "no-answer", pen)

    def ring_cancelled(self, line: Line, pen: Pen) -> None:
        """RINGCANCELED: the caller left while this phone rang."""
        self._offer_ended(line, "caller-left", pen)

    def dumped(self, line: Line, pen: Pen) -> None:
        """AGENTDUMP: the agent answered and hung up before being joined; the caller waits on."""
        call = self._find(line)
        if call is not None and line.queue in call.talking:
            self._release(call, line, pen, "agent", talk=None)
            return
        self._offer_ended(line, "rejected", pen)

    def settle(self, at: int, pen: Pen) -> None:
        """Write the end of every contact that left before `at` (ms) less the grace, and forget what is a day old."""
        while self.leaving:
            uniqueid, left = next(iter(self.leaving.items()))
            if left + LINGER_MS > at:
                break
            self._end_quietly(uniqueid, at, pen)
        while self.open:
            uniqueid = next(iter(self.open))
            if self.open[uniqueid].touched + FORGET_MS > at:
                break
            self.open.pop(uniqueid)

    def ringing_at(self, agent: str, queue: str) -> str:
        """The uniqueid of the caller who rings an agent from a queue; empty if there is none."""
        name = bounded(agent)
        return next((id_ for id_, call in self.open.items() if name in call.ringing and queue in call.waiting), "")

    def talking_at(self, agent: str, queue: str) -> str:
        """The uniqueid of the caller of a queue with whom an agent has talked longest; empty if there is none."""
        name = bounded(agent)
        nobody = (0, "")
        talks = ((c.since[queue], id_) for id_, c in self.open.items() if c.talking.get(queue, nobody)[1] == name)
        return min(talks, default=nobody)[1]

    def engaged(self) -> set[str]:
        """Agents whom a caller of a queue talks to or rings."""
        talking = {agent for call in self.open.values() for _, agent in call.talking.values()}
        return talking.union(*(call.ringing for call in self.open.values()))

    def finish(self, at: int, pen: Pen) -> None:
        """The log is closed: whoever left and did not come back is gone, at `at` (ms)."""
        for uniqueid in list(self.leaving):
            self._end_quietly(uniqueid, at, pen)

    def restarted(self) -> None:
        """QUEUESTART: whoever waited or talked is gone, without an end."""
        self.open.clear()
        self.leaving.clear()

    def _end_quietly(self, uniqueid: str, at: int, pen: Pen) -> None:
        turn = f"{uniqueid}~{self.ended.get(uniqueid, 0)}"
        pen.begin(at, self.customers.digest(turn.encode("utf-8", "replace")))
        self._end(uniqueid, pen, None)

    def begin(self, line: Line) -> Call:
        """A contact nobody has told of yet."""
        passes = self.ended.get(line.call, 0)
        contact = bounded(line.call) if not passes else bounded(f"{bounded(line.call)[:56]}~{passes + 1}")
        call = self.open[line.call] = Call(contact, line.at, began=line.at)
        return call

    def _find(self, line: Line) -> Call | None:
        """The call of a line; one never seen before is taken as it is, one already ended is counted and dropped."""
        call = self.open.get(line.call)
        if call is None and line.call in self.ended:
            self._ignore(f"{line.event} after the end")
            return None
        return call or self.begin(line)

    def _customer(self, line: Line) -> str | None:
        """Hash the caller's number: the second field, or the only one where a version writes no url."""
        number = line.data[1] if len(line.data) > 1 else "".join(line.data)
        return self.customers.customer(number)

    def _unqueue(self, call: Call, line: Line, reason: UnqueueReason, pen: Pen) -> int:
        leg = call.waiting.pop(line.queue, None)
        if leg is None:
            leg = call.legs
            call.legs += 1
        call.last = leg
        pen.write(ContactUnqueued, contact=call.contact, queue=bounded(line.queue), reason=reason, leg=leg)
        return leg

    def _answer(self, call: Call, line: Line, agent: str, pen: Pen, **hints: int | None) -> None:
        told = {name: value for name, value in hints.items() if value is not None}
        if line.queue in call.talking:
            leg, before = call.talking.pop(line.queue)
            pen.write(ContactReleased, contact=call.contact, agent=before, leg=leg, by="system")
        leg = call.waiting.get(line.queue, call.legs)
        if call.ringing.pop(agent, None) is None:
            pen.write(ContactOffered, contact=call.contact, agent=agent, leg=leg)
        self._hush(call, "withdrawn", pen)
        leg = self._unqueue(call, line, "answered", pen)
        call.talking[line.queue] = (leg, agent)
        call.since[line.queue] = line.at
        pen.write(ContactAnswered, contact=call.contact, agent=agent, leg=leg, x=told or None)

    def _release(self, call: Call, line: Line, pen: Pen, by: Party, talk: int | None) -> bool:
        """End the talk in this queue. A talk whose beginning was not written begins here, so that its leg ends."""
        agent = self._agents.working(line, pen)
        if agent is None:
            return False
        if line.queue in call.waiting:
            self._answer(call, line, agent, pen)
        leg, agent = call.talking.pop(line.queue, (call.last, agent))
        call.held.discard(line.queue)
        self._agents.freed(agent, line.at)
        moved = line.event.removesuffix("TRANSFER").lower()
        if moved in {"blind", "attended"}:
            pen.write(ContactTransferred, contact=call.contact, agent=agent, kind=moved, leg=leg)
        talked = None if talk is None else line.milliseconds(talk)
        hints = None if talked is None else {"talk_ms": talked}
        pen.write(ContactReleased, contact=call.contact, agent=agent, leg=leg, by=by, x=hints)
        return True

    def _hold(self, line: Line, pen: Pen, *, held: bool) -> None:
        call = self.open.get(line.call)
        if call is None or line.queue not in call.talking or held is (line.queue in call.held):
            return
        leg, agent = call.talking[line.queue]
        (call.held.add if held else call.held.discard)(line.queue)
        pen.write(ContactHeld if held else ContactResumed, contact=call.contact, agent=agent, leg=leg)

    def _offer_ended(self, line: Line, reason: OfferEnd, pen: Pen) -> None:
        call = self._find(line)
        agent = self._agents.working(line, pen)
        if call is not None and agent is not None:
            self._unanswered(call, line, agent, reason, pen)

    def _unanswered(self, call: Call, line: Line, agent: str, reason: OfferEnd, pen: Pen) -> None:
        """The end of an offer. A log has nothing of it before, so it begins here too; its ringing is a hint, in ms."""
        leg = call.waiting.get(line.queue, call.last)
        ringing = line.number(0) if line.event.startswith("RING") else None
        hints = None if ringing is None else {"ring_ms": ringing}
        if call.ringing.pop(agent, None) is None:
            pen.write(ContactOffered, contact=call.contact, agent=agent, leg=leg, x=hints)
        pen.write(ContactUnanswered, contact=call.contact, agent=agent, reason=reason, leg=leg)

    @staticmethod
    def _hush(call: Call, reason: OfferEnd, pen: Pen) -> None:
        """Every phone that still rings for this caller stops."""
        for agent, leg in call.ringing.items():
            pen.write(ContactUnanswered, contact=call.contact, agent=agent, reason=reason, leg=leg)
        call.ringing.clear()

    def _leave(self, line: Line) -> None:
        self.leaving.pop(line.call, None)
        self.leaving[line.call] = line.at

    def _end(self, uniqueid: str, pen: Pen, by: Party | None) -> None:
        self.leaving.pop(uniqueid, None)
        call = self.open.pop(uniqueid, None)
        if call is None:
            return
        pen.write(ContactEnded, contact=call.contact, by=by)
        self.ended[uniqueid] = self.ended.pop(uniqueid, 0) + 1
        if len(self.ended) > REMEMBERED:
            self.ended.pop(next(iter(self.ended)))
