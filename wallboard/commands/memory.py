"""Live feeds as a source: one or several, with keys or without, and remembered by the wall unless told otherwise."""

import argparse
import hashlib
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace
from platformdirs import user_data_path

from feeds.clock import SystemClock
from feeds.headstart import HeadStart, Place, head_start
from feeds.keys import ClientKeys
from feeds.lineage import Guarded
from feeds.memory import Keeping, Memory
from feeds.merged import Merged
from feeds.remembering import Forgetful
from feeds.subscriber import Subscriber
from wallboard.board.spec import BoardSpec
from wallboard.commands.places import publisher
from wallboard.core.source import Beginning, Source
from wallboard.engine import Opened
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


def live(groups: Groups, board: BoardSpec, keys: ClientKeys | None, *, remember: bool) -> Opened:
    """Feeds as a source, caught up since the beginning of the day; opened where it is used."""

    def opened(beginning: Beginning) -> Source:
        begin, _ = period(SystemClock().wall(), board.zone or None, (0,))

        def connect(known: Mapping[str, tuple[int, int]], head: HeadStart | None) -> Subscriber | Merged:
            return _connect(groups, begin, keys, known, _noted(head, beginning))

        def forgotten() -> Guarded:
            return Guarded(connect({}, head_start(beginning.fold)), (), ANEW)

        if not remember:
            return forgotten()
        try:
            return Memory(memory_path(groups), connect, Keeping(), since=begin)
        except (JournalError, OSError) as error:
            return Forgetful(forgotten(), str(error))

    return opened


def _connect(
    groups: Groups,
    since: int,
    keys: ClientKeys | None,
    known: Mapping[str, tuple[int, int]],
    head: HeadStart | None,
) -> Subscriber | Merged:
    """The feeds; a checkpoint of one is no state of a fold of several."""
    if sum(len(group) for group in groups) == 1:
        return Subscriber(groups[0][0], since=since, resume=known, keys=keys, head=head)
    members = [[Subscriber(address, since=since, resume=known, keys=keys) for address in group] for group in groups]
    return Merged(members, resume=known)


def _noted(head: HeadStart | None, beginning: Beginning) -> HeadStart | None:
    """The same, where checkpoints are trusted; and it is noted when one was taken."""
    if head is None or not beginning.trusting:
        return None

    def put(body: bytes, place: Place) -> bool:
        taken = head.put(body, place)
        beginning.trusted |= taken
        return taken

    return replace(head, put=put)


def memory_path(groups: Groups) -> Path:
    """Where the memory of these feeds is."""
    name = hashlib.sha256("\n".join(sorted(",".join(group) for group in groups)).encode()).hexdigest()[:16]
    return user_data_path("wallboard") / "memory" / f"{name}.feed"
