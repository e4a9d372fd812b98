"""Who is a member of which queue, and what that makes of an agent's state.

Asterisk pauses a *membership*; a wall shows an *agent*. The rule here: an agent is **not ready** when paused in every
queue it belongs to, **offline** when it belongs to none, else **ready**. The state is set, never counted, and written
only when it (or its reason) changes. Where phones are told of, too: one that cannot be rung makes its agent offline,
and one in use for `ELSEWHERE_MS` without a call from a queue makes it not ready (`other-call`). A member the log never
added (a static one, or one added before the log begins) is taken for a member of a queue from the first line that shows
it working there.
"""

from collections.abc import Callable, Collection, Sequence

from msgspec import Struct, field

from feeds.adapters.asterisk.identities import Identities
from feeds.adapters.asterisk.lines import NOWHERE, Line
from feeds.adapters.asterisk.standing import Seat
from feeds.adapters.pen import Pen, bounded, words
from wallboard.core.events import AgentDeclared, AgentJoined, AgentParted, AgentState
from wallboard.core.vocabulary import State

AUTOPAUSE = {"auto-pause": "no-answer"}
PENALTY_LIMIT = 1_000_000
UNREACHABLE = frozenset({4, 5})
"""Device states that cannot ring: invalid, unavailable."""
IN_USE = frozenset({2, 3, 7, 8})
"""In use, busy, ringing while in use, on hold: by a call from a queue, or by another."""
ELSEWHERE_MS = 2000
OTHER_CALL = "other-call"


class Member(Struct):
    """An agent: queue -> paused there, and why; queues it was taken out of; its phone; the state last written."""

    queues: dict[str, bool] = field(default_factory=dict)
    parted: set[str] = field(default_factory=set)
    added: bool = False
    reachable: bool = True
    elsewhere: bool = False
    why: str | None = None
    since: int | None = None
    state: State | None = None
    reason: str | None = None


class Agents:
    """Turns membership and pause lines into agent events."""

    def __init__(self, identities: Identities, *, persistent: bool) -> None:
        self._identities = identities
        self._persistent = persistent
        self._members: dict[str, Member] = {}
        self._in_use: dict[str, int] = {}

    def added(self, line: Line, pen: Pen) -> None:
        """ADDMEMBER: by name, or by an interface whose name may not be known yet."""
        paused = bool(line.data) and line.data[0].strip().upper() == "PAUSED"
        agent = self._identities.added(line.agent, line.queue, paused=paused)
        if agent is not None:
            self._enter(agent, line.queue, pen, paused=paused, penalty=line.number(1) or 0)
            member = self._member(agent, pen)
            member.added = True
            if line.data[2:]:
                self._device(agent, member, line.number(2), line.at)
            self._tell(agent, pen, None)

    def removed(self, line: Line, pen: Pen) -> None:
        """REMOVEMEMBER: the agent goes offline with its last queue."""
        agent = self._identities.removed(line.agent, line.queue)
        if agent is None:
            return
        member = self._member(agent, pen)
        member.queues.pop(line.queue, None)
        member.parted.add(line.queue)
        if not member.queues:  # nothing more will be heard of its phone
            self._device(agent, member, None, line.at)
        pen.write(AgentParted, agent=agent, queue=bounded(line.queue))
        self._tell(agent, pen, None)

    def paused(self, line: Line, pen: Pen) -> None:
        """PAUSE in one queue: only members can be paused, so this also says that it is one."""
        self._pause(line, pen, paused=True)

    def resumed(self, line: Line, pen: Pen) -> None:
        """UNPAUSE in one queue, written even if it was not paused."""
        self._pause(line, pen, paused=False)

    def paused_everywhere(self, line: Line, pen: Pen) -> None:
        """PAUSEALL: a line for each queue follows, and changes nothing any more."""
        self._pause_known(line, pen, paused=True)

    def resumed_everywhere(self, line: Line, pen: Pen) -> None:
        """UNPAUSEALL: a line for each queue follows, and changes nothing any more."""
        self._pause_known(line, pen, paused=False)

    def penalised(self, line: Line, pen: Pen) -> None:
        """PENALTY: always by interface; told only of agents whose interface is known."""
        agent = self._identities.resolve(line.agent)
        member = self._members.get(agent) if agent else None
        penalty = line.number(0)
        if agent and member and penalty is not None and line.queue in member.queues:
            pen.write(AgentJoined, agent=agent, queue=bounded(line.queue), penalty=min(penalty, PENALTY_LIMIT))

    def working(self, line: Line, pen: Pen) -> str | None:
        """The agent of a call line, made known if new; `None` where the line names none."""
        if line.agent in NOWHERE:
            return None
        agent = self._work(line, pen, member=False)
        member = self._member(agent, pen)
        if line.queue not in member.queues and line.queue not in member.parted:
            self._enter(agent, line.queue, pen, paused=False)
            self._tell(agent, pen, None)
        return agent

    def device(self, line: Line, pen: Pen) -> None:
        """A phone's state, told by the manager interface: it proves a membership; who cannot be rung is offline."""
        agent = self._work(line, pen, member=True)
        member = self._member(agent, pen)
        paused, _, reason = line.rest.partition("|")[2].partition("|")
        if line.queue not in member.parted and line.queue not in member.queues:
            self._enter(agent, line.queue, pen, paused=paused == "1")
        self._device(agent, member, line.number(0), line.at)
        self._tell(agent, pen, self._cause(reason))

    def overdue(self, at: int) -> bool:
        """Whether `settle` has something to look at."""
        return any(since + ELSEWHERE_MS <= at for since in self._in_use.values())

    def settle(self, at: int, engaged: Callable[[], Collection[str]], pen: Pen) -> None:
        """Whose phone has been in use for a while by `at` (ms), without being `engaged` in a call we know."""
        due = [agent for agent, since in self._in_use.items() if since + ELSEWHERE_MS <= at]
        busy = engaged()
        for agent in due:
            self._in_use[agent] = at
            member = self._members.get(agent)
            if member is not None and agent not in busy and not member.elsewhere:
                member.elsewhere = True
                self._tell(agent, pen, None)

    def freed(self, agent: str, at: int) -> None:
        """A call of a queue ended: the phone has a moment to say so too."""
        if agent in self._in_use:
            self._in_use[agent] = at

    def restated(self, seats: Sequence[Seat], at: int, pen: Pen) -> None:
        """Who is a member of what at `at` (ms), all of it."""
        self._members = {}
        self._in_use.clear()
        reasons: dict[str, str] = {}
        for seat in seats:
            agent = bounded(seat.agent)
            member = self._member(agent, pen)
            member.queues[seat.queue] = seat.paused
            self._device(agent, member, seat.device, at)
            member.since = max(member.since or 0, seat.since) or None
            reasons[agent] = seat.reason or reasons.get(agent, "")
            pen.write(AgentJoined, agent=agent, queue=bounded(seat.queue), penalty=min(seat.penalty, PENALTY_LIMIT))
        for agent in self._members:
            self._tell(agent, pen, self._cause(reasons[agent]))

    def restarted(self, pen: Pen) -> None:
        """QUEUESTART: added members are gone unless they persist; static ones stay, and lose their pauses."""
        before, self._members = self._members, {}
        self._identities.restarted(persistent=self._persistent)
        for agent, member in before.items():
            if member.queues and (self._persistent or not member.added):
                for queue, paused in member.queues.items():
                    self._enter(agent, queue, pen, paused=paused and self._persistent)
                self._member(agent, pen).added = member.added
                self._tell(agent, pen, member.reason)

    def _pause(self, line: Line, pen: Pen, *, paused: bool) -> None:
        agent = self._work(line, pen, member=True)
        self._enter(agent, line.queue, pen, paused=paused)
        self._tell(agent, pen, self._reason(line))

    def _pause_known(self, line: Line, pen: Pen, *, paused: bool) -> None:
        agent = self._identities.resolve(line.agent)
        member = self._members.get(agent) if agent else None
        if agent and member:
            member.queues = dict.fromkeys(member.queues, paused)
            self._tell(agent, pen, self._reason(line))

    def _work(self, line: Line, pen: Pen, *, member: bool) -> str:
        """Resolve the name of a call or pause line; it may reveal whose interface was added before."""
        agent, memberships = self._identities.worked(line.agent, line.queue, member=member)
        for name, queue, paused in memberships:
            self._enter(name, queue, pen, paused=paused)
            self._member(name, pen).added = True
            self._tell(name, pen, None)
        return agent

    def _enter(self, agent: str, queue: str, pen: Pen, *, paused: bool, penalty: int = 0) -> None:
        member = self._member(agent, pen)
        if queue not in member.queues:
            pen.write(AgentJoined, agent=agent, queue=bounded(queue), penalty=min(penalty, PENALTY_LIMIT))
        member.parted.discard(queue)
        member.queues[queue] = paused

    def _member(self, agent: str, pen: Pen) -> Member:
        member = self._members.get(agent)
        if member is None:
            member = self._members[agent] = Member()
            pen.write(AgentDeclared, agent=agent, name=agent)
        return member

    def _device(self, agent: str, member: Member, status: int | None, at: int) -> None:
        member.reachable = status not in UNREACHABLE
        if status in IN_USE:
            self._in_use.setdefault(agent, at)
        else:
            self._in_use.pop(agent, None)
            member.elsewhere = False

    def _tell(self, agent: str, pen: Pen, reason: str | None) -> None:
        member = self._members[agent]
        paused = bool(member.queues) and all(member.queues.values())
        member.why = (reason or member.why) if paused else None
        state: State = "offline"
        reason = since = None
        if member.queues and member.reachable:
            state = "not-ready" if paused or member.elsewhere else "ready"
            reason = member.why if paused else OTHER_CALL if member.elsewhere else None
            since = member.since if paused else None
        if (state, reason) != (member.state, member.reason):
            member.state, member.reason = state, reason
            pen.write(AgentState, agent=agent, state=state, reason=reason, since=since)
        member.since = None

    @classmethod
    def _reason(cls, line: Line) -> str | None:
        return cls._cause(line.rest)

    @staticmethod
    def _cause(text: str) -> str | None:
        reason = words(text)
        return AUTOPAUSE.get(reason.lower(), reason) if reason else None
