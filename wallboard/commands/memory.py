"""Live feeds as a source: one or several, with keys or without, and remembered by the wall unless told otherwise."""

import argparse
import hashlib
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from platformdirs import user_data_path

from feeds.clock import SystemClock
from feeds.keys import ClientKeys
from feeds.lineage import Guarded
from feeds.memory import Forgetful, Keeping, Memory
from feeds.merged import Merged
from feeds.subscriber import Subscriber
from wallboard.board.spec import BoardSpec
from wallboard.commands.places import publisher
from wallboard.core.source import Source
from wallboard.errors import JournalError, UsageError
from wallboard.zones import period

ANEW = "the wall begins afresh"
Groups = tuple[tuple[str, ...], ...]


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what may be said of the memory."""
    parser.add_argument("--no-memory", action="store_true", help="keep nothing of the feed on this machine")


def groups_of(feeds: Sequence[str]) -> Groups:
    """Sites, each an address or several with commas between that publish the same. Raises ``UsageError``."""
    groups = tuple(tuple(filter(None, (part.strip() for part in feed.split(",")))) for feed in feeds)
    for address in (address for group in groups for address in group):
        try:
            publisher(address)
        except argparse.ArgumentTypeError as error:
            raise UsageError(str(error)) from None
    every = [address for group in groups for address in group]
    if len(set(every)) < len(every) or not all(groups):
        raise UsageError("each feed is to be named once")
    return groups


def live(groups: Groups, board: BoardSpec, keys: ClientKeys | None, *, remember: bool) -> Callable[[], Source]:
    """Feeds as a source, caught up since the beginning of the day; opened where it is used."""

    def opened() -> Source:
        begin, _ = period(SystemClock().wall(), board.zone or None, (0,))

        def connect(known: Mapping[str, tuple[int, int]]) -> Subscriber | Merged:
            return _connect(groups, begin, keys, known)

        return _remembered(groups, connect, begin) if remember else Guarded(connect({}), (), ANEW)

    return opened


def _connect(
    groups: Groups, since: int, keys: ClientKeys | None, known: Mapping[str, tuple[int, int]]
) -> Subscriber | Merged:
    members = [[Subscriber(address, since=since, resume=known, keys=keys) for address in group] for group in groups]
    if len(members) == 1 and len(members[0]) == 1:
        return members[0][0]
    return Merged(members, resume=known)


def _remembered(
    groups: Groups,
    connect: Callable[[Mapping[str, tuple[int, int]]], Subscriber | Merged],
    since: int,
) -> Source:
    try:
        return Memory(memory_path(groups), connect, Keeping(), since=since)
    except (JournalError, OSError) as error:
        return Forgetful(Guarded(connect({}), (), ANEW), str(error))


def memory_path(groups: Groups) -> Path:
    """Where the memory of these feeds is."""
    name = hashlib.sha256("\n".join(sorted(",".join(group) for group in groups)).encode()).hexdigest()[:16]
    return user_data_path("wallboard") / "memory" / f"{name}.feed"
