"""What a supervisor would check: service, abandons, occupancy, states, breaks, and memory over days."""

from collections import Counter
from itertools import islice

import pytest

from feeds.simulator import SimConfig, history
from feeds.simulator.layout import build
from feeds.simulator.run import Simulation
from feeds.simulator.world import World
from wallboard.core.events import (
    AgentDeclared,
    AgentScheduled,
    AgentState,
    ContactAnswered,
    ContactAutomated,
    ContactEnded,
    ContactHeld,
    ContactMessage,
    ContactOffered,
    ContactQueued,
    ContactReleased,
    ContactScored,
    ContactStarted,
    ContactTransferred,
    ContactUnanswered,
    ContactUnqueued,
    ContactWrapped,
    DialAttempted,
    DialResulted,
    ForecastDeclared,
    Notice,
    QueueDeclared,
)
from wallboard.core.vocabulary import Event

HOUR = 3_600_000
SIX = 1_772_514_000_000  # Tuesday 3 March 2026, 06:00 in Paris
DAY = 24 * HOUR


@pytest.fixture(scope="module", params=[1, 4])
def day(request: pytest.FixtureRequest) -> list[Event]:
    return history(SimConfig(seed=request.param), SIX, SIX + 14 * HOUR)


class Legs:
    """Waits of the legs of voice and chat, ms, by how they ended."""

    def __init__(self, events: list[Event]) -> None:
        self.waits: dict[str, list[int]] = {}
        self.met = 0
        queues = {event.queue: event for event in events if isinstance(event, QueueDeclared)}
        begun: dict[tuple[str, int], int] = {}
        for event in events:
            if isinstance(event, ContactQueued):
                begun[event.contact, event.leg] = event.at
            elif isinstance(event, ContactUnqueued) and queues[event.queue].channel in ("voice", "chat"):
                wait = event.at - begun[event.contact, event.leg]
                self.waits.setdefault(event.reason, []).append(wait)
                self.met += event.reason == "answered" and wait <= (queues[event.queue].service_level_ms or 0)


def test_a_weekday_has_believable_service_abandons_and_waits(day: list[Event]) -> None:
    legs = Legs(day)
    answered, abandoned = legs.waits["answered"], legs.waits["abandoned"]
    ended = sum(map(len, legs.waits.values()))
    assert 2000 < ended < 4000
    assert 0.03 < len(abandoned) / ended < 0.08
    assert 0.70 < legs.met / (len(answered) + len(abandoned)) < 0.90
    assert 8_000 < sum(answered) / len(answered) < 60_000
    assert sum(wait <= 5_000 for wait in abandoned) > 10
    assert {"overflow", "callback"} < set(legs.waits)


def test_handling_takes_four_to_six_minutes(day: list[Event]) -> None:
    voice = {event.contact for event in day if isinstance(event, ContactStarted) and event.channel == "voice"}
    since: dict[tuple[str, int], int] = {}
    spent = []
    for event in day:
        if isinstance(event, ContactAnswered) and event.contact in voice:
            since[event.contact, event.leg] = event.at
        elif isinstance(event, ContactWrapped) and event.contact in voice:
            spent.append(event.at - since[event.contact, event.leg])
    assert 240_000 < sum(spent) / len(spent) < 360_000


def test_occupancy_is_high_and_not_overwhelming(day: list[Event]) -> None:
    spent: Counter[str] = Counter()
    state: dict[str, tuple[str, int]] = {}
    load: Counter[str] = Counter()

    def count(agent: str, at: int) -> None:
        known, since = state.get(agent, ("offline", at))
        if known == "ready":
            spent["busy" if load[agent] else "free"] += at - since
        state[agent] = (known, at)

    for event in day:
        if isinstance(event, AgentState):
            count(event.agent, event.at)
            state[event.agent] = (event.state, event.at)
        elif isinstance(event, ContactAnswered | ContactWrapped):
            count(event.agent, event.at)
            load[event.agent] += 1 if isinstance(event, ContactAnswered) else -1
    assert 0.70 < spent["busy"] / spent.total() < 0.88


def test_people_wait_in_bursts_and_seldom_many(day: list[Event]) -> None:
    queues = {event.queue for event in day if isinstance(event, QueueDeclared) and event.channel in ("voice", "chat")}
    waiting, most, empty = 0, 0, 0
    for event in day:
        if isinstance(event, ContactQueued | ContactUnqueued) and event.queue in queues:
            waiting += 1 if isinstance(event, ContactQueued) else -1
            most = max(most, waiting)
            empty += waiting == 0
    assert 8 <= most <= 40
    assert empty > 100


def test_everything_that_happens_on_a_floor_happens(day: list[Event]) -> None:
    kinds = {type(event) for event in day}
    assert {ContactHeld, ContactTransferred, ContactMessage, ContactScored, DialAttempted, Notice} <= kinds
    reasons = {event.reason for event in day if isinstance(event, AgentState) and event.state == "not-ready"}
    assert {"login", "break", "lunch", "meeting", "no-answer", "personal"} <= reasons
    assert {"no-answer", "caller-left"} <= {event.reason for event in day if isinstance(event, ContactUnanswered)}
    automated = {event.result for event in day if isinstance(event, ContactAutomated)}
    assert {"entered", "contained", "to-queue", "left"} <= automated
    assert {"live", "busy", "no-answer", "machine", "dropped"} <= {
        event.result for event in day if isinstance(event, DialResulted)
    }
    started = [event for event in day if isinstance(event, ContactStarted)]
    assert any(event.callback_of is not None and event.channel == "callback" for event in started)
    assert {"voice", "chat", "email", "callback"} == {event.channel for event in started}
    ended = [event for event in day if isinstance(event, ContactEnded)]
    assert any(event.value for event in ended)
    assert any(event.cost for event in ended)
    assert {event.resolved for event in ended} == {True, False, None}


def test_few_live_answers_of_the_campaign_are_dropped(day: list[Event]) -> None:
    results = Counter(event.result for event in day if isinstance(event, DialResulted))
    assert 0 < results["dropped"] / (results["dropped"] + results["live"]) < 0.045


def test_chat_agents_hold_several_conversations_at_once(day: list[Event]) -> None:
    capacity = {event.agent: (event.capacity or {}).get("chat", 0) for event in day if isinstance(event, AgentDeclared)}
    load: Counter[str] = Counter()
    most: Counter[str] = Counter()
    for event in day:
        if isinstance(event, ContactAnswered):
            load[event.agent] += 1
            most[event.agent] = max(most[event.agent], load[event.agent])
        elif isinstance(event, ContactWrapped):
            load[event.agent] -= 1
    assert all(most[agent] <= max(1, most_chats) for agent, most_chats in capacity.items())
    assert sum(most[agent] > 1 for agent in capacity) >= 3


def test_the_forecast_is_near_what_comes(day: list[Event]) -> None:
    planned: Counter[str] = Counter()
    for event in day:
        if isinstance(event, ForecastDeclared) and event.from_ >= SIX and event.until <= SIX + 14 * HOUR:
            planned[event.queue] += event.offered
    came = Counter(event.queue for event in day if isinstance(event, ContactQueued))
    assert 0.8 < sum(came.values()) / planned.total() < 1.3


def test_a_schedule_is_said_at_log_in_and_covers_lunch(day: list[Event]) -> None:
    spans = {(event.activity, event.from_ < event.until) for event in day if isinstance(event, AgentScheduled)}
    assert {("work", True), ("lunch", True), ("break", True)} <= spans
    assert all(ordered for _, ordered in spans)


def test_each_new_day_is_declared_anew_at_local_midnight_and_shifts_cross_it() -> None:
    events = history(SimConfig(agents=60), SIX, SIX + 2 * DAY)
    days = sorted({event.at for event in events if isinstance(event, QueueDeclared)})
    assert days == [SIX, SIX + 18 * HOUR, SIX + 42 * HOUR]
    state: dict[str, str] = {}
    for event in events:
        if event.at >= SIX + 18 * HOUR:
            break
        if isinstance(event, AgentState):
            state[event.agent] = event.state
    assert 1 <= sum(now != "offline" for now in state.values()) < 10


@pytest.mark.parametrize(("start", "hours"), [(1_774_738_800_000, 23), (1_792_879_200_000, 25)])
def test_days_of_23_and_25_hours_roll_at_local_midnight(start: int, hours: int) -> None:
    events = history(SimConfig(agents=10, queues=1), start, start + 26 * HOUR)
    days = sorted({event.at for event in events if isinstance(event, QueueDeclared)})
    assert days == [start, start + hours * HOUR]


def test_options_switch_their_part_off() -> None:
    config = SimConfig(outbound=False, ivr=False, digital=False, incidents=False, surveys=False)
    events = history(config, SIX, SIX + 9 * HOUR)
    kinds = {type(event) for event in events}
    assert not kinds & {DialAttempted, ContactAutomated, ContactMessage, ContactScored, Notice}
    assert {event.channel for event in events if isinstance(event, ContactStarted)} <= {"voice", "callback"}
    assert ContactReleased in kinds


def test_surveys_leave_the_calls_as_they_were() -> None:
    def calls(config: SimConfig) -> list[Event]:
        return [event for event in history(config, SIX, SIX + 4 * HOUR) if not isinstance(event, ContactScored)]

    assert calls(SimConfig(surveys=True)) == calls(SimConfig(surveys=False))


@pytest.mark.parametrize(("agents", "queues", "rate"), [(1000, 50, 300.0), (60, 8, 20.0), (60, 8, 0.5)])
def test_the_rate_asked_for_comes_in_a_busy_hour(agents: int, queues: int, rate: float) -> None:
    start = SIX + 5 * HOUR
    events = history(SimConfig(agents=agents, queues=queues, rate=rate), start, start + 3 * HOUR // 4)
    settled = sum(event.at > start + HOUR // 4 for event in events)
    assert 0.6 < settled / 1800 / rate < 1.5


def test_memory_follows_the_floor_and_not_the_days() -> None:
    config = SimConfig(seed=3, agents=60)
    world = World(config, SIX)
    centre = build(config)
    Simulation(world, centre).start()
    most = []
    for number in range(1, 8):
        largest = 0
        while world.now < SIX + number * DAY:
            world.step()
            waiting = sum(len(queue.waiting) + len(queue.urgent) for queue in centre.queues)
            largest = max(largest, len(world.agenda) + waiting + sum(len(agent.pending) for agent in centre.agents))
        most.append(largest)
    assert max(most) < 12 * config.agents
    assert most[-1] < 1.2 * most[0]


def test_ringing_agents_are_those_who_were_offered(day: list[Event]) -> None:
    offered = {(event.contact, event.agent, event.leg) for event in day if isinstance(event, ContactOffered)}
    answered = (event for event in day if isinstance(event, ContactAnswered))
    assert all((event.contact, event.agent, event.leg) in offered for event in islice(answered, 5000))
