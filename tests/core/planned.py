"""The oracle's reading of adherence: each moment's shortest plan against what the agent showed, span by span."""

from itertools import pairwise
from typing import NamedTuple

from tests.core.standing import Span, Standing
from tests.core.telling import Log, key_of
from wallboard.core import events as ev

WORKING = ("ready", "ringing", "talking", "hold", "wrapping")
KIND = {"work": "work", "shift": "work", "lunch": "break", "coaching": "training"}
"""Names of one kind, of those that the days here use."""


class Plan(NamedTuple):
    """One planned activity, ms."""

    begin: int
    end: int
    activity: str


class Planned:
    """Plans of every agent; the newest word on one stretch of time counts."""

    def __init__(self, log: Log, standing: Standing, now: int) -> None:
        self.standing, self.now = standing, now
        said: dict[str, dict[tuple[int, int], Plan]] = {}
        for event in log.events:
            if isinstance(event, ev.AgentScheduled) and event.until > event.from_:
                plan = Plan(event.from_, event.until, event.activity)
                said.setdefault(key_of(event.site, event.agent), {})[plan[:2]] = plan
        self.plans = {agent: list(plans.values()) for agent, plans in said.items()}
        self.known = any(isinstance(event, ev.AgentScheduled) for event in log.events)

    def at(self, agent: str, moment: int) -> tuple[bool, bool]:
        """Whether something is planned, and whether it is done."""
        running = [plan for plan in self.plans.get(agent, ()) if plan.begin <= moment < plan.end]
        if not running:
            return False, False
        activity = min(running, key=lambda plan: (plan.end - plan.begin, -plan.begin)).activity
        shown = next((span for span in reversed(self.standing.spans.get(agent, ())) if span.begin <= moment), None)
        return True, shown is not None and _kind(shown) == KIND.get(activity, activity)

    def spent(self, agent: str, begin: int, end: int) -> tuple[int, int]:
        """Ms as planned, and ms planned."""
        cuts = {begin, end, *(cut for plan in self.plans.get(agent, ()) for cut in plan[:2])}
        cuts |= {span.begin for span in self.standing.spans.get(agent, ())}
        done = planned = 0
        for one, two in pairwise(sorted(cut for cut in cuts if begin <= cut <= end)):
            stands = self.at(agent, one)
            planned += (two - one) * stands[0]
            done += (two - one) * stands[1]
        return done, planned


def _kind(span: Span) -> str | None:
    if span.state in WORKING:
        return "work"
    return KIND.get(span.reason, span.reason) if span.state == "not-ready" and span.reason else None
