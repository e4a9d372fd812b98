"""One agent under two identities: its interface (``Local/1005@agents``) and its member name.

With ``log_membername_as_agent`` unset, Asterisk writes the interface in ADDMEMBER and REMOVEMEMBER and the name in
every other line (PENALTY and RINGINUSE carry the interface always), and never says which belongs to which. Counting
both would show every agent twice. So an added interface waits, unseen, until it is known whose it is:

- a call or pause line carries an interface, and none carried a name: here the interfaces are the agents;
- ``queues.conf`` names it;
- by elimination: a name paused or resumed in a queue is one of the interfaces then in it (only members can be); when
  one is left, it is that. Call lines prove nothing: an agent may leave a queue in mid-call.
"""

from collections.abc import Mapping
from typing import NamedTuple

from feeds.adapters.asterisk.lines import NOWHERE
from feeds.adapters.pen import bounded


class Membership(NamedTuple):
    """A membership that became known late: of whom, in which queue, and whether paused."""

    agent: str
    queue: str
    paused: bool


class Identities:
    """Which identity is which agent. `names` are those known beforehand: interface -> member name.

    `plain`: whoever writes the lines has settled already who is who.
    """

    def __init__(self, names: Mapping[str, str], *, plain: bool = False) -> None:
        self._plain = plain
        self._given = dict(names)
        self._names = dict(names)
        self._linked = set(names.values())
        self._waiting: dict[str, dict[str, bool]] = {}
        self._guesses: dict[str, set[str]] = {}
        self._turn = 0
        self._nameless: bool | None = None
        self._since: dict[tuple[str, str], int] = {}

    @property
    def learned(self) -> Mapping[str, str]:
        """Interface -> name, as far as known by now."""
        return self._names

    def added(self, identity: str, queue: str, *, paused: bool) -> str | None:
        """The agent added to a queue, or `None` while it is an interface without a name."""
        agent = self.resolve(identity)
        if agent is None:
            self._waiting.setdefault(identity, {})[queue] = paused
            self._turn += 1
            self._since.setdefault((identity, queue), self._turn)
        return agent

    def removed(self, identity: str, queue: str) -> str | None:
        """The agent taken out of a queue, or `None` for an interface that was never shown."""
        agent = self.resolve(identity)
        if agent is None and identity in self._waiting:
            self._waiting[identity].pop(queue, None)
        return agent

    def resolve(self, identity: str) -> str | None:
        """The agent an identity stands for; an interface without a known name is nobody yet."""
        if identity in NOWHERE:
            return None
        if identity in self._names:
            return bounded(self._names[identity])
        return bounded(identity) if self._plain or self._nameless or "/" not in identity else None

    def worked(self, identity: str, queue: str, *, member: bool) -> tuple[str, list[Membership]]:
        """The agent of a line, and the memberships it brought to light. `member`: the line proves a membership."""
        if identity in self._names:
            return bounded(self._names[identity]), []
        if "/" in identity:
            return bounded(identity), self._shown_plainly(identity)
        self._nameless = False
        self._since.setdefault((identity, queue), self._turn)
        interface = self._guess(identity, queue) if member and identity not in self._linked else None
        return bounded(identity), self._shown(identity, interface) if interface else []

    def restarted(self, *, persistent: bool) -> None:
        """The ACD started again: what waited is gone, and an interface may have changed hands."""
        if not persistent:
            self._waiting.clear()
            self._guesses.clear()
            self._since.clear()
            self._names = dict(self._given)
            self._linked = set(self._given.values())

    def _guess(self, name: str, queue: str) -> str | None:
        """One step of the elimination. Who already worked here when an interface was added is another."""
        first = self._since[name, queue]
        here = {i for i, queues in self._waiting.items() if queue in queues and self._since[i, queue] <= first}
        left = self._guesses.get(name, here) & here
        if not left:
            return None
        self._guesses[name] = left
        return next(iter(left)) if len(left) == 1 else None

    def _shown_plainly(self, identity: str) -> list[Membership]:
        if self._nameless is None:
            self._nameless = True
            return [late for each in (identity, *list(self._waiting)) for late in self._shown(each, each)]
        return self._shown(identity, identity)

    def _shown(self, name: str, interface: str) -> list[Membership]:
        self._names[interface] = name
        self._linked.add(name)
        for guess in self._guesses.values():
            guess.discard(interface)
        self._guesses.pop(name, None)
        queues = self._waiting.pop(interface, {})
        return [Membership(bounded(name), queue, paused) for queue, paused in queues.items()]
