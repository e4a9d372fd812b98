"""Who works when: shift templates, absences, and the breaks inside a shift."""

from datetime import date
from random import Random

from msgspec import Struct

from feeds.simulator.days import MINUTE, Days
from feeds.simulator.floor import Agent

GOLDEN = 0.6180339887498949
ABSENT = 0.06
WORKING = (0.96, 0.94, 0.94, 0.94, 0.92, 0.5, 0.3)
"""Share of agents rostered, Monday to Sunday."""
LONG = 6 * 60
TEAM_MEETINGS = 5
"""One team in so many meets on a day."""


class Template(Struct, frozen=True):
    """A shift: wall-clock minutes after midnight, minutes long, and its share of the agents."""

    start: int
    length: int
    weight: float


TEMPLATES = (
    Template(7 * 60, 480, 0.10),
    Template(8 * 60, 480, 0.17),
    Template(9 * 60, 480, 0.17),
    Template(10 * 60, 480, 0.13),
    Template(11 * 60, 480, 0.09),
    Template(12 * 60, 480, 0.09),
    Template(13 * 60, 480, 0.10),
    Template(9 * 60, 240, 0.05),
    Template(13 * 60 + 30, 240, 0.04),
    Template(22 * 60, 480, 0.06),
)


class Stay(Struct, frozen=True):
    """A planned absence from the queue inside a shift."""

    start: int
    length: int
    reason: str


class Shift(Struct, frozen=True):
    """One agent's working day, ms since the epoch."""

    agent: Agent
    start: int
    end: int
    stays: tuple[Stay, ...]


def template_of(place: int, *, nights: bool) -> int:
    """A template for the n-th agent of a group: any prefix of agents is spread over the day in proportion."""
    usable = TEMPLATES if nights else TEMPLATES[:-1]
    at = ((place + 0.5) * GOLDEN) % 1.0 * sum(template.weight for template in usable)
    for number, template in enumerate(usable):
        at -= template.weight
        if at < 0:
            return number
    return 0


def shifts_of(day: date, days: Days, agents: list[Agent], seed: int) -> list[Shift]:
    """Every shift that begins on a local day, in the agents' order."""
    dice = Random(f"{seed}/rota/{day.toordinal()}")
    meeting_team = dice.randrange(TEAM_MEETINGS)
    starts = [days.moment(day, template.start) for template in TEMPLATES]
    share = WORKING[day.weekday()] * (1 - ABSENT)
    teams: dict[str, int] = {}
    shifts = []
    for agent in agents:
        team = teams.setdefault(agent.team, len(teams))
        if dice.random() >= share:
            continue
        template = TEMPLATES[agent.template]
        start = starts[agent.template]
        meets = team % TEAM_MEETINGS == meeting_team
        shifts.append(
            Shift(agent, start, start + template.length * MINUTE, _stays(dice, start, template.length, meets=meets))
        )
    return shifts


def _stays(dice: Random, start: int, length: int, *, meets: bool) -> tuple[Stay, ...]:
    wanted = [(dice.uniform(0.2, 0.32), 15, "break")]
    if length > LONG:
        wanted += [
            (dice.uniform(0.42, 0.6), dice.choice((30, 40, 45)), "lunch"),
            (dice.uniform(0.72, 0.86), 15, "break"),
        ]
        if dice.random() < 0.08:  # noqa: PLR2004 - a share
            wanted.append((dice.uniform(0.1, 0.9), 45, "training"))
    if meets:
        wanted.append((0.36, 20, "meeting"))
    if dice.random() < 0.7:  # noqa: PLR2004 - a share
        wanted.append((dice.uniform(0.05, 0.95), dice.choice((3, 4, 6)), "personal"))
    wanted.sort()
    return tuple(Stay(start + int(at * length * MINUTE), minutes * MINUTE, reason) for at, minutes, reason in wanted)
