"""The ACD dialects that can be read: one line each."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from msgspec import Struct

from feeds.adapters.asterisk.ami import import_ami
from feeds.adapters.asterisk.follower import AmiFollower
from feeds.adapters.asterisk.queue_log import QueueLogFollower, import_queue_log
from feeds.adapters.call_records.importer import import_call_records
from feeds.adapters.options import Options
from feeds.adapters.report import Report
from wallboard.core.vocabulary import Event
from wallboard.errors import UsageError


class Follower(Protocol):
    """A live reading."""

    def poll(self, now: int) -> list[Event]:
        """Events since the last call; never waits. `now` is ms since the epoch."""
        ...

    def close(self) -> None:
        """Let go of files and connections."""
        ...


class Adapter(Struct, frozen=True, kw_only=True):
    """A dialect: what it is, how to read closed files of it, and a growing one if that makes sense."""

    title: str
    importer: Callable[[Sequence[Path], Options, Report], Iterator[Event]]
    follower: Callable[[str, Options, Report, Iterable[Event]], Follower] | None = None
    place: str = "the file the ACD writes"
    """What a live reading is pointed at."""
    is_file: bool = True


def _follow_queue_log(source: str, options: Options, report: Report, _: Iterable[Event]) -> Follower:
    return QueueLogFollower(Path(source), options, report)


ADAPTERS: Mapping[str, Adapter] = {
    "asterisk-ami": Adapter(
        title="Asterisk manager interface",
        importer=import_ami,
        follower=AmiFollower,
        place="host:port of the manager",
        is_file=False,
    ),
    "call-records": Adapter(title="a table of finished calls, with a map", importer=import_call_records),
    "asterisk-queue-log": Adapter(title="Asterisk queue_log", importer=import_queue_log, follower=_follow_queue_log),
}


def import_files(
    dialect: str, paths: Sequence[Path], options: Options, report: Report | None = None
) -> Iterator[Event]:
    """Events of closed files, in the order of the log.

    Raises UsageError for an unknown dialect or no files, DataError for files that are not what the dialect reads.
    """
    if not paths:
        raise UsageError("nothing to import: name at least one file")
    return _adapter(dialect).importer(paths, options, report or Report())


def follow(
    dialect: str, source: str | Path, options: Options, report: Report | None = None, past: Iterable[Event] = ()
) -> Follower:
    """A live reading of a growing file or a connection; `past` is what an earlier one wrote.

    Raises UsageError for a dialect that has none.
    """
    follower = _adapter(dialect).follower
    if follower is None:
        raise UsageError(f"{dialect} is read from closed files only; import it instead")
    return follower(str(source), options, report or Report(), past)


def _adapter(dialect: str) -> Adapter:
    adapter = ADAPTERS.get(dialect)
    if adapter is None:
        raise UsageError(f"unknown format '{dialect}'; there are: {', '.join(sorted(ADAPTERS))}")
    return adapter
