"""What the ACD says of itself at the start and at each new day: queues, agents, forecast."""

from math import ceil

from feeds.simulator.days import SLOT
from feeds.simulator.demand import carried, handle_s
from feeds.simulator.floor import Agent, Centre, Queue
from feeds.simulator.world import World
from wallboard.core.events import AgentDeclared, ForecastDeclared, QueueDeclared
from wallboard.core.vocabulary import Channel


def declare(world: World, centre: Centre, begin: int) -> None:
    """Emit every queue, every agent, and each queue's forecast for the day that began at ``begin``."""
    for queue in centre.queues:
        _queue(world, queue)
    for agent in centre.agents:
        _agent(world, agent)
    for queue in centre.queues:
        _forecast(world, queue, begin)


def _queue(world: World, queue: Queue) -> None:
    kind = queue.kind
    world.emit(
        QueueDeclared(
            at=world.now,
            site=queue.site,
            queue=queue.id,
            name=queue.name,
            channel=kind.channel,
            service_level_ms=kind.threshold * 1000,
            service_level_target=kind.target,
            short_abandon_ms=kind.short * 1000,
            time_zone=world.config.time_zone,
        )
    )


def _agent(world: World, agent: Agent) -> None:
    served = {queue.kind.channel for queue in agent.group.queues}
    order: tuple[Channel, ...] = ("voice", "callback", "chat", "email")
    capacity: dict[Channel, int] = {
        channel: agent.capacity if channel == "chat" else 1 for channel in order if channel in served
    }
    skills = dict.fromkeys(queue.kind.slug for queue in agent.group.queues)
    world.emit(
        AgentDeclared(
            at=world.now,
            site=agent.site,
            agent=agent.id,
            name=agent.name,
            team=agent.team,
            skills=(*skills, *(("outbound",) if agent.group.campaign else ())),
            capacity=capacity,
        )
    )


def _forecast(world: World, queue: Queue, begin: int) -> None:
    kind = queue.kind
    for slot, rate in enumerate(queue.rates):
        since = begin + slot * SLOT
        per_second = rate / world.pace
        load = rate * handle_s(queue)
        world.emit(
            ForecastDeclared(
                at=world.now,
                site=queue.site,
                queue=queue.id,
                from_=since,
                until=since + SLOT,
                offered=round(per_second * SLOT / 1000),
                handle_ms=int((kind.talk + kind.wrap) * 1000 * world.pace),
                agents=ceil(_needed(load)),
            )
        )


def _needed(load: float) -> float:
    """People for a load: the inverse of ``carried``, by trial."""
    people = 0
    while carried(people) < load:
        people += max(1, int(load - carried(people)))
    return people
