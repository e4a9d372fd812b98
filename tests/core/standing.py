"""The oracle's reading of agents: what each shows at every moment, from all inputs in order of time."""

from collections import defaultdict
from typing import NamedTuple

from tests.core.telling import Log, Telling, key_of
from wallboard.core import events as ev

CLAIM = ("offline", "ready", "not-ready", "wrapping", "ringing", "hold", "talking")
"""Lowest claim first."""


class Span(NamedTuple):
    """A shown state from ``begin`` until ``end`` (ms); ``since`` is what the wall shows beside it."""

    state: str
    reason: str | None
    begin: int
    end: int
    since: int


class Standing:
    """Shown states and memberships of every agent, up to ``now``."""

    def __init__(self, log: Log, telling: Telling) -> None:
        self.log = log
        self.now = telling.now
        inputs: dict[str, list[tuple[int, int, object]]] = defaultdict(list)
        for one in telling.inputs:
            inputs[one.agent].append((one.at, 0, one))
        self.member: dict[str, set[str]] = defaultdict(set)
        self.keys = set(log.agents) | set(inputs)
        for event in log.events:
            if isinstance(event, ev.AgentState):
                inputs[key_of(event.site, event.agent)].append((event.at, 1, event))
            elif isinstance(event, ev.AgentJoined):
                self.member[key_of(event.site, event.agent)].add(key_of(event.site, event.queue))
            elif isinstance(event, ev.AgentParted):
                self.member[key_of(event.site, event.agent)].discard(key_of(event.site, event.queue))
            if isinstance(event, (ev.AgentState, ev.AgentJoined, ev.AgentParted)):
                self.keys.add(key_of(event.site, event.agent))
        for event in log.events:
            agent = getattr(event, "agent", None)
            self.keys |= {key_of(event.site, agent)} if agent else set()
        self.spans = {key: self._spans(sorted(inputs[key], key=lambda one: one[:2])) for key in self.keys}

    def _spans(self, inputs: list[tuple[int, int, object]]) -> list[Span]:
        spans: list[Span] = []
        state, reason, said = "offline", None, 0
        held: dict[str, str] = {}
        shown: tuple[str, str | None] = ("offline", None)
        for at, _, one in inputs:
            if isinstance(one, ev.AgentState):
                state, reason = one.state, one.reason
                said = at if one.since is None else min(one.since, at)
                if one.state in ("offline", "ready", "not-ready"):
                    held = {contact: phase for contact, phase in held.items() if phase != "wrapping"}
            else:
                held[one.contact] = one.phase  # type: ignore[attr-defined]
                held = {contact: phase for contact, phase in held.items() if phase != "gone"}
            top = max((state, *held.values()), key=CLAIM.index)
            now = (top, reason if top == state else None)
            if now != shown or not spans:
                by_state = isinstance(one, ev.AgentState) and top == one.state
                if spans:
                    spans[-1] = spans[-1]._replace(end=at)
                if now != shown or now[0] != "offline":
                    spans.append(Span(*now, at, self.now, said if by_state else at))
                shown = now
        return spans

    def shown(self, agent: str) -> tuple[str, str | None, int | None]:
        """State, reason, since; since is unknown for one never heard of."""
        spans = self.spans[agent]
        return (spans[-1].state, spans[-1].reason, spans[-1].since) if spans else ("offline", None, None)

    def spent(self, agent: str, state: str, begin: int) -> int:
        """Ms in a state from ``begin`` to now."""
        spans = [span for span in self.spans.get(agent, ()) if span.state == state]
        return sum(max(0, span.end - max(span.begin, begin)) for span in spans)

    def away(self, agent: str, reason: str, begin: int) -> int:
        """Ms not ready for a reason, from ``begin`` to now."""
        spans = [s for s in self.spans.get(agent, ()) if s.state == "not-ready" and s.reason == reason]
        return sum(max(0, span.end - max(span.begin, begin)) for span in spans)
