"""What a simulated centre is asked to be."""

from zoneinfo import ZoneInfo

from msgspec import Struct

from wallboard.errors import UsageError

AGENTS = (10, 10_000)
QUEUES = (1, 200)
SITES = (1, 3)
MOST_RATE = 1_000_000


class SimConfig(Struct, frozen=True, kw_only=True):
    """Size, place and habits of a simulated centre. The same values always give the same feed.

    ``rate`` is the mean output wanted in busy hours, events a second: handle times, patience and ringing shrink (or
    stretch) to reach it with the same agents, thresholds stay as declared. ``None`` leaves the natural pace, about 22
    events a second for 1 000 agents. Raises UsageError with every problem at once.
    """

    seed: int = 1
    agents: int = 60
    queues: int = 8
    rate: float | None = None
    time_zone: str = "Europe/Paris"
    sites: int = 1
    outbound: bool = True
    ivr: bool = True
    digital: bool = True
    incidents: bool = True
    surveys: bool = True
    event_ids: bool = False
    """Give every event a unique id."""

    def __post_init__(self) -> None:
        """Refuse what no centre can be."""
        problems = [text for wrong, text in self._checks() if wrong]
        if problems:
            raise UsageError("cannot simulate this centre: " + "; ".join(problems))

    def _checks(self) -> tuple[tuple[bool, str], ...]:
        return (
            (not AGENTS[0] <= self.agents <= AGENTS[1], f"agents is {self.agents}, use 10 to 10000"),
            (not QUEUES[0] <= self.queues <= QUEUES[1], f"queues is {self.queues}, use 1 to 200"),
            (not SITES[0] <= self.sites <= SITES[1], f"sites is {self.sites}, use 1 to 3"),
            (self.sites > self.queues, f"{self.sites} sites need as many queues, there are {self.queues}"),
            (
                self.rate is not None and not 0 < self.rate <= MOST_RATE,
                f"rate is {self.rate}, use more than 0 and at most 1000000 events a second",
            ),
            (not _known_zone(self.time_zone), f"time zone {self.time_zone!r} is unknown, use an IANA name"),
        )


def _known_zone(name: str) -> bool:
    try:
        ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return False
    return True
