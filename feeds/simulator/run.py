"""The simulation itself: build, plan each day, and walk the agenda."""

from collections.abc import Iterator
from datetime import date

from feeds.simulator.arrivals import CONTAINED, LEFT, Arrivals
from feeds.simulator.config import SimConfig
from feeds.simulator.days import Days, after
from feeds.simulator.declarations import declare
from feeds.simulator.demand import carried, day_slots, handle_s, presence, set_rates
from feeds.simulator.dialler import Dialler
from feeds.simulator.digital import Digital
from feeds.simulator.floor import Centre
from feeds.simulator.incidents import Incidents
from feeds.simulator.layout import build
from feeds.simulator.presence import Presence
from feeds.simulator.rota import Shift, shifts_of
from feeds.simulator.routing import Routing
from feeds.simulator.scores import Scores
from feeds.simulator.voice import Voice
from feeds.simulator.work import Work
from feeds.simulator.world import World, with_id
from wallboard.core.vocabulary import Event

BUSY_SHARE = 0.6
"""People at work in a busy hour, of all agents."""
EVENTS_A_CONTACT = {"voice": 9.6, "chat": 19.0, "email": 9.0, "callback": 8.0}
"""Measured: what one contact writes, its share of the rest of the floor included."""


def simulate(config: SimConfig, start_ms: int) -> Iterator[Event]:
    """Events of a centre from ``start_ms`` on, in order of ``at``, without end. The same arguments give the same feed.

    Memory grows with the floor, never with the time simulated.
    """
    world = World(config, start_ms)
    centre = build(config)
    world.pace = natural_rate(centre, config) / config.rate if config.rate is not None else 1.0
    Simulation(world, centre).start()
    if not config.event_ids:
        while True:
            yield from world.step()
    number = 0
    while True:
        for event in world.step():
            number += 1
            yield with_id(event, number)


def natural_rate(centre: Centre, config: SimConfig) -> float:
    """Events a second in a busy hour at the natural pace, estimated."""
    rate = 0.0
    for pool in centre.pools:
        people = sum(len(group.agents) * weight for group, weight in pool.carriers) * BUSY_SHARE
        work = sum(queue.kind.share * handle_s(queue) for queue in pool.queues)
        for queue in pool.queues:
            front = 1 / (1 - CONTAINED - LEFT) if config.ivr and queue.kind.flow in ("voice", "chat") else 1.0
            rate += carried(people) * queue.kind.share / work * EVENTS_A_CONTACT[queue.kind.flow] * front
    return rate


class Simulation:
    """Every part wired together; ``start`` puts the first day on the agenda."""

    def __init__(self, world: World, centre: Centre) -> None:
        self._world = world
        self._centre = centre
        self._days = Days(world.config.time_zone)
        self._presence = Presence(world)
        routing = Routing(world, self._presence)
        work = Work(world, self._presence, Scores(world))
        Voice(world, routing, work)
        Digital(world, routing, work)
        self._arrivals = Arrivals(world, routing, centre.queues)
        self._dialler = Dialler(world, routing, centre.groups)
        self._incidents = Incidents(world, centre, self._presence, self._days)
        self._yesterday: list[Shift] = []

    def start(self) -> None:
        """Declare the day and begin; the world's ``step`` does the rest."""
        today = self._days.day_of(self._world.now)
        self._yesterday = self._shifts(after(today, -1))
        self._world.do(self._world.now, self._new_day, today)
        for shift in self._yesterday:
            self._presence.plan(shift)
        self._arrivals.start()
        self._dialler.start()

    def _shifts(self, day: date) -> list[Shift]:
        return shifts_of(day, self._days, self._centre.agents, self._world.config.seed)

    def _new_day(self, day: date) -> None:
        begin, slots = self._days.moment(day), day_slots(self._days, day)
        shifts = self._shifts(day)
        there = presence(self._yesterday + shifts, begin, slots)
        for pool in self._centre.pools:
            set_rates(pool, there, slots)
        self._arrivals.new_day(begin)
        declare(self._world, self._centre, begin)
        for shift in shifts:
            self._presence.plan(shift)
        self._incidents.plan(day)
        self._yesterday = shifts
        self._world.do(self._days.moment(after(day)), self._new_day, after(day))
