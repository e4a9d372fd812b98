"""How much comes in: enough for the people at work, by half-hour, with the day's and the minute's noise.

The rota says who is there; a square-root rule says how much work so many can carry at a good service level; the
queues share it. So a centre of any size is busy and not drowned.
"""

from datetime import date
from math import sqrt
from random import Random

from feeds.simulator.days import MINUTE, SLOT, Days, after
from feeds.simulator.floor import Group, Pool, Queue
from feeds.simulator.rota import Shift

MARGIN = 0.4
BUSIEST = 0.97
UNPLANNED = 1.0
"""Share of the planned people who are really there: no-answers, personal pauses, late ends of calls."""
CHAT_AT_ONCE = 1.9
MAIL_CURVE = (1, 1, 1, 1, 1, 1, 2, 4, 8, 11, 12, 11, 9, 9, 10, 10, 9, 8, 6, 5, 4, 4, 3, 2)
MAIL_BUSY = 0.8
DAY_SIGMA = 0.04
RING_S = 6.0
OVERHEAD = 1.07
"""Holds, transfers and offers that come to nothing add this much to a contact's work."""


def presence(shifts: list[Shift], begin: int, slots: int) -> dict[Group, list[float]]:
    """People at work by group and half-hour from ``begin``, planned stays taken off."""
    there: dict[Group, list[float]] = {}
    for shift in shifts:
        line = there.setdefault(shift.agent.group, [0.0] * slots)
        _add(line, begin, shift.start, shift.end, 1.0)
        for stay in shift.stays:
            _add(line, begin, stay.start, min(shift.end, stay.start + stay.length), -1.0)
    return there


def _add(line: list[float], begin: int, start: int, end: int, weight: float) -> None:
    slot = max(0, (start - begin) // SLOT)
    while slot < len(line) and begin + slot * SLOT < end:
        left = begin + slot * SLOT
        covered = min(end, left + SLOT) - max(start, left)
        line[slot] += weight * covered / SLOT
        slot += 1


def carried(people: float) -> float:
    """Contacts in hand that so many people carry at a good service level."""
    if people <= 0:
        return 0.0
    load = (sqrt(MARGIN * MARGIN / 4 + people) - MARGIN / 2) ** 2
    return min(load, BUSIEST * people)


def handle_s(queue: Queue) -> float:
    """Seconds of an agent that one contact of a queue takes."""
    work = (queue.kind.talk + queue.kind.wrap + RING_S) * OVERHEAD
    return work / CHAT_AT_ONCE if queue.kind.flow == "chat" else work


def set_rates(pool: Pool, there: dict[Group, list[float]], slots: int) -> None:
    """Give each of the pool's queues its contacts a second by half-hour, before noise."""
    line = [
        sum(there[group][slot] * weight for group, weight in pool.carriers if group in there) for slot in range(slots)
    ]
    smooth = [
        min(line[slot], 0.25 * line[max(0, slot - 1)] + 0.5 * line[slot] + 0.25 * line[min(slots - 1, slot + 1)])
        for slot in range(slots)
    ]
    work = sum(queue.kind.share * handle_s(queue) for queue in pool.queues)
    for queue in pool.queues:
        share = queue.kind.share / work
        queue.rates = tuple(carried(people * UNPLANNED) * share for people in smooth)
        if queue.kind.flow == "email":
            queue.rates = _round_the_clock(queue.rates)
        elif queue.kind.flow == "callback":
            queue.rates = (0.0,) * slots


def _round_the_clock(rates: tuple[float, ...]) -> tuple[float, ...]:
    total = sum(rates) * MAIL_BUSY
    whole = sum(MAIL_CURVE)
    return tuple(total * MAIL_CURVE[min(23, slot // 2)] / (2 * whole) for slot in range(len(rates)))


def day_slots(days: Days, day: date) -> int:
    """Half-hours of a local day."""
    return (days.moment(after(day)) - days.moment(day)) // SLOT


def day_factor(dice: Random) -> float:
    """How far a day is from its forecast."""
    return max(0.7, dice.gauss(1.0, DAY_SIGMA))


NOISE_SLOT = 5 * MINUTE
