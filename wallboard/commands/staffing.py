"""``wallboard staffing``: the agents each hour of a recorded day needs, from its contacts and a handle time."""

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from feeds.journal import JournalReader
from wallboard.commands.folding import say_damage
from wallboard.commands.moments import number, one_of
from wallboard.core.erlang import Demand, agents_for_service_level, agents_for_wait_probability, offered_load
from wallboard.core.events import ContactQueued, ContactStarted, QueueDeclared
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError, UsageError
from wallboard.reading import suggestion
from wallboard.zones import local, zone_of

HOUR_MS = 3_600_000
WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
COUNTED: dict[str, type[Event]] = {"started": ContactStarted, "offered": ContactQueued}
"""What is counted: contacts begun, self-service included, or legs queued."""


class Hour(Struct, frozen=True):
    """One hour of the day by its wall clock: contacts a day, load in erlangs, and the agents it needs."""

    hour: int
    contacts: float
    load: float
    agents: int


class Rule(Struct, frozen=True):
    """When agents are enough: P(wait) at most ``wait`` (Erlang C), or else ``target`` within ``within_ms``."""

    handle_ms: int
    wait: float | None
    target: float
    within_ms: int
    patience_ms: int | None

    def agents(self, load: float) -> int:
        """The fewest that are enough."""
        if self.wait is not None:
            return agents_for_wait_probability(load, self.wait)
        return agents_for_service_level(Demand(load, self.handle_ms, self.patience_ms), self.target, self.within_ms)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    over = number(0.001, "a number over 0")
    parser.add_argument("feed", type=Path, metavar="FILE.feed")
    what = "offered (queued legs, the default) or started (contacts, self-service included)"
    counted = one_of(COUNTED, "thing to count")
    parser.add_argument("--count", type=counted, default="offered", metavar="WHAT", help=what)
    parser.add_argument("--weekday", type=one_of(WEEKDAYS, "weekday"), metavar="DAY", help="only such days")
    parser.add_argument("--queue", metavar="QUEUE", help="only what is offered to this queue")
    parser.add_argument("--zone", metavar="ZONE", help="IANA time zone whose hours are meant")
    each = parser.add_mutually_exclusive_group(required=True)
    each.add_argument("--handle", type=over, metavar="SECONDS", help="mean handle time")
    each.add_argument("--per-agent", type=over, metavar="N", help="contacts an agent handles in an hour")
    parser.add_argument("--wait-probability", type=over, metavar="P", help="at most this share may wait at all")
    parser.add_argument("--service-level", default="80/20", metavar="PERCENT/SECONDS", help="default: 80/20")
    parser.add_argument("--patience", type=over, metavar="SECONDS", help="mean patience (Erlang A); none: Erlang C")
    parser.add_argument("--json", action="store_true", help="print one JSON object")


def run(options: argparse.Namespace) -> int:
    """Count, reckon, print. Raises ``WallboardError``."""
    zone_of(options.zone)
    rule = rule_of(options)
    if options.queue is not None and options.count != "offered":
        raise UsageError("--queue: contacts begin before they are queued; use it with --count offered")
    counts, days, code = count(options)
    if not days:
        wanted = f" on a {options.weekday}" if options.weekday else ""
        raise DataError(f"{options.feed}: nothing was {options.count}{wanted}; there is nothing to staff for")
    hours = [hour_of(hour, total / days, rule) for hour, total in enumerate(counts)]
    if options.json:
        plain = {"days": days, "hours": [{key: getattr(row, key) for key in Hour.__struct_fields__} for row in hours]}
        sys.stdout.write(json.dumps(plain, indent=1) + "\n")
    else:
        sys.stdout.write(table(hours, days))
    return code


def rule_of(options: argparse.Namespace) -> Rule:
    """When agents are enough, as asked. Raises ``UsageError``."""
    percent, sign, seconds = options.service_level.partition("/")
    try:
        target, within = float(percent) / 100, round(float(seconds) * 1000)
    except ValueError:
        target, within = -1.0, -1
    if not sign or not 0 < target < 1 or within < 0:
        raise UsageError(f'--service-level "{options.service_level}": use per cent and seconds, such as 80/20')
    if options.wait_probability is not None and options.wait_probability > 1:
        raise UsageError(f"--wait-probability {options.wait_probability:g}: a share is at most 1")
    handle = HOUR_MS / options.per_agent if options.handle is None else options.handle * 1000
    patience = None if options.patience is None else round(options.patience * 1000)
    return Rule(max(1, round(handle)), options.wait_probability, target, within, patience)


def count(options: argparse.Namespace) -> tuple[list[int], int, int]:
    """Contacts by hour of the local day, on how many days, and the exit code of what could not be read.

    Raises ``DataError`` for a queue that is not in the feed.
    """
    kind, counts, dates, queues = COUNTED[options.count], [0] * 24, set(), set()
    wanted = WEEKDAYS.index(options.weekday) if options.weekday else None
    with JournalReader(options.feed) as reader:
        for block in reader.events():
            for event in block:
                if isinstance(event, QueueDeclared | ContactQueued):
                    queues.add(event.queue)
                if not isinstance(event, kind) or (options.queue and getattr(event, "queue", "") != options.queue):
                    continue
                when = local(event.at, options.zone)
                if wanted is None or when.weekday() == wanted:
                    dates.add(when.date())
                    counts[when.hour] += 1
        damage = tuple(reader.damage)
    if options.queue is not None and options.queue not in queues:
        raise DataError(f'{options.feed}: there is no queue "{options.queue}"{suggestion(options.queue, queues)}')
    return counts, len(dates), say_damage(options.feed, damage)


def hour_of(hour: int, contacts: float, rule: Rule) -> Hour:
    """One hour's needs."""
    load = contacts * offered_load(1, HOUR_MS, rule.handle_ms)
    return Hour(hour, contacts, load, rule.agents(load))


def table(hours: Sequence[Hour], days: int) -> str:
    """A plain table, for people."""
    lines = ["one day" if days == 1 else f"mean of {days} days"]
    lines.append(f"{'hour':<8}{'contacts':>10}{'erlang':>10}{'agents':>10}")
    lines += [f"{row.hour:02}:00{row.contacts:>13.1f}{row.load:>10.2f}{row.agents:>10}" for row in hours]
    return "\n".join(lines) + "\n"
