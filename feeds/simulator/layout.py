"""From a size to a centre: desks of queues that share people, skill groups, and who is in them."""

from collections.abc import Sequence
from math import ceil
from random import Random

from feeds.simulator.config import SimConfig
from feeds.simulator.floor import Agent, Centre, Group, Pool, Queue
from feeds.simulator.names import KINDS, SITES, market, people, team_name
from feeds.simulator.rota import template_of

DESK_QUEUES = 8
DESK_AGENTS = 10
UNIVERSAL_BELOW = 16
TEAM_SIZE = 12
NIGHT_AGENTS = 30
"""A smaller centre closes at night."""
PAIR = 2
SPECIALISTS = 0.5
OUTBOUND = 0.12
BLENDED = 0.25
"""Of a blended agent's time, what inbound work can count on."""
DIGITAL = (("chat", 0.14), ("email", 0.1))


def build(config: SimConfig) -> Centre:
    """The centre a config describes; the same for the same seed and size."""
    centre = Centre()
    desks = max(config.sites, min(ceil(config.queues / DESK_QUEUES), config.agents // DESK_AGENTS))
    staff: list[tuple[Group, int]] = []
    for desk in range(desks):
        queues = _queues(config, desk, desks)
        centre.queues.extend(queues)
        staff.extend(_staff(config, centre, queues, _part(config.agents, desk, desks)))
    _hire(config, centre, staff)
    return centre


def _part(total: int, index: int, parts: int) -> int:
    return total // parts + (index < total % parts)


def _queues(config: SimConfig, desk: int, desks: int) -> tuple[Queue, ...]:
    kinds = [kind for kind in KINDS if config.digital or kind.flow not in ("chat", "email")]
    site = SITES[desk % config.sites] if config.sites > 1 else None
    code, language = market(desk)
    suffix = "" if desks == 1 else f" {code}"
    queues = []
    for number in range(_part(config.queues, desk, desks)):
        kind, round_ = kinds[number % len(kinds)], number // len(kinds)
        name = f"{kind.name}{suffix}" + (f" {round_ + 1}" if round_ else "")
        queues.append(Queue(name.lower().replace(" ", "-"), name, kind, site, language))
    _link(queues)
    return tuple(queues)


def _link(queues: Sequence[Queue]) -> None:
    """Say where each queue overflows to, passes callers on to, and keeps its call-backs."""
    voice = [queue for queue in queues if queue.kind.flow == "voice"]
    callbacks = next((queue for queue in queues if queue.kind.flow == "callback"), None)
    for place, queue in enumerate(voice):
        queue.callbacks = callbacks
        queue.peers = tuple(peer for peer in voice if peer is not queue)
        if len(voice) > 1 and queue.kind.name != "Support":
            queue.overflow = voice[0] if place else None


def _staff(config: SimConfig, centre: Centre, queues: tuple[Queue, ...], agents: int) -> list[tuple[Group, int]]:
    """Make the desk's groups and pools; returns how many agents each group gets."""
    if agents < UNIVERSAL_BELOW:
        group = Group(queues[0].site, "general", queues)
        centre.groups.append(group)
        centre.pools.append(Pool(queues, ((group, 1.0),)))
        _serve(queues, (group,))
        return [(group, agents)]
    staff: list[tuple[Group, int]] = []
    for flow, part in DIGITAL:
        served = tuple(queue for queue in queues if queue.kind.flow == flow)
        if served:
            group = Group(queues[0].site, "digital", served)
            centre.pools.append(Pool(served, ((group, 1.0),)))
            _serve(served, (group,))
            staff.append((group, max(2, round(agents * part))))
    voice = agents - sum(count for _, count in staff)
    staff = _voice_staff(config, centre, queues, voice) + staff
    centre.groups.extend(group for group, _ in staff)
    return staff


def _serve(queues: Sequence[Queue], *tiers: tuple[Group, ...]) -> None:
    for queue in queues:
        mine = (tuple(group for group in tier if queue in group.queues) for tier in tiers)
        queue.tiers = tuple(tier for tier in mine if tier)


def _voice_staff(config: SimConfig, centre: Centre, queues: tuple[Queue, ...], agents: int) -> list[tuple[Group, int]]:
    """Generalists for everything spoken, specialists for two queues each, and blended agents for a campaign."""
    served = tuple(queue for queue in queues if queue.kind.flow in ("voice", "callback"))
    voice = tuple(queue for queue in served if queue.kind.flow == "voice")
    site = queues[0].site
    outbound = max(2, round(agents * OUTBOUND)) if config.outbound else 0
    special = round((agents - outbound) * SPECIALISTS) if len(voice) > PAIR else 0
    inbound = [(Group(site, "general", served), agents - outbound - special)]
    for place, queue in enumerate(voice):
        count = _part(special, place, len(voice))
        if count:
            inbound.append((Group(site, "special", (queue, voice[(place + 1) % len(voice)])), count))
    blended = [(Group(site, "campaign", served, f"renewals-{len(centre.groups)}"), outbound)] if outbound else []
    _serve(served, tuple(group for group, _ in inbound), tuple(group for group, _ in blended))
    carriers = [(group, 1.0) for group, _ in inbound] + [(group, BLENDED) for group, _ in blended]
    centre.pools.append(Pool(served, tuple(carriers)))
    return inbound + blended


def _hire(config: SimConfig, centre: Centre, staff: list[tuple[Group, int]]) -> None:
    names = people(Random(f"{config.seed}/names"), config.agents)
    habits = Random(f"{config.seed}/habits")
    place = 0
    for group, count in staff:
        if group.role != "special":
            place = 0
        nights = group.role == "general" and config.agents >= NIGHT_AGENTS
        for _ in range(count):
            number = len(centre.agents)
            agent = Agent(f"a{number + 1:05d}", names[number], team_name(number // TEAM_SIZE), group, 1)
            agent.capacity = 2 + (place % 3 > 0) if group.chats else 1
            agent.speed = min(1.35, max(0.75, habits.gauss(1.0, 0.12)))
            agent.template = template_of(place, nights=nights)
            place += 1
            group.agents.append(agent)
            centre.agents.append(agent)
