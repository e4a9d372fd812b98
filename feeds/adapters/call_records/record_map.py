"""The TOML map of a table of calls: every key, what it means, and what it is when left out.

``maps/anonymous-bank.toml`` is a whole example, and says how its own table's oddities are read.
"""

import tomllib
from pathlib import Path
from typing import Annotated, Literal

import msgspec
from msgspec import Meta, Struct

from wallboard.core.vocabulary import Channel, Direction, UnqueueReason
from wallboard.errors import DataError

MAPS = Path(__file__).parents[1] / "maps"
Outcome = UnqueueReason | Literal["drop"]
Columns = Annotated[tuple[str, ...], Meta(min_length=1, max_length=8)]
Seconds = Annotated[int, Meta(ge=0, le=86_400)]


class FileKeys(Struct, frozen=True, forbid_unknown_fields=True):
    """``[file]``: how to take it apart. By default as its name ends: .csv, .tsv or .txt, .parquet."""

    kind: Literal["csv", "tsv", "parquet"] | None = None
    delimiter: Annotated[str, Meta(min_length=1, max_length=1)] | None = None
    encoding: str = "utf-8-sig"


class ColumnKeys(Struct, frozen=True, forbid_unknown_fields=True):
    """``[columns]``: the table's name for each fact. Moments are clocks on `day` if that is given."""

    id: Columns
    """Together these tell calls apart; joined by ``-`` they are the contact's id."""
    day: str | None = None
    started: str | None = None
    automated_left: str | None = None
    """When the caller left the automated step that began at `started`."""
    queued: str | None = None
    unqueued: str | None = None
    answered: str | None = None
    released: str | None = None
    waited: str | None = None
    """Seconds; where it and the clocks disagree, it is right."""
    talked: str | None = None
    """Seconds; where it and the clocks disagree, it is right."""
    outcome: str | None = None
    queue: str | None = None
    agent: str | None = None
    customer: str | None = None
    priority: str | None = None
    entry: str | None = None
    channel: str | None = None
    direction: str | None = None

    def named(self) -> list[str]:
        """Every column the map needs, once each."""
        singles = [getattr(self, name) for name in self.__struct_fields__ if name != "id"]
        return list(dict.fromkeys([*self.id, *(name for name in singles if name is not None)]))


class ClockKeys(Struct, frozen=True, forbid_unknown_fields=True):
    """``[clocks]``: how moments are written. Formats are those of strptime; `time` may also be iso, epoch, epoch-ms."""

    time_zone: str = "UTC"
    day: str = "%Y-%m-%d"
    time: str | None = None
    """``%H:%M:%S`` with a day, ``iso`` without one."""
    never: tuple[str, ...] = ("",)
    """What a clock shows for what did not happen."""


class ConstantKeys(Struct, frozen=True, forbid_unknown_fields=True):
    """``[constant]``: facts the table does not hold."""

    channel: Channel = "voice"
    direction: Direction = "inbound"
    queue: str = "calls"
    automated_step: str = "ivr"
    unknown_agent: str = "unknown"
    """Who answered where the table names nobody."""


class NobodyKeys(Struct, frozen=True, forbid_unknown_fields=True):
    """``[nobody]``: what the table writes for no agent and no customer."""

    agent: tuple[str, ...] = ("",)
    customer: tuple[str, ...] = ("",)


class RecordMap(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole map."""

    columns: ColumnKeys
    file: FileKeys = FileKeys()
    clocks: ClockKeys = ClockKeys()
    outcomes: dict[str, Outcome] = {}
    """The outcome column's values; without the column, an answer clock makes ``answered``, else ``abandoned``."""
    channels: dict[str, Channel] = {}
    directions: dict[str, Direction] = {}
    credit: dict[str, Seconds] = {}
    """Priority -> seconds of waiting credited at entry."""
    constant: ConstantKeys = ConstantKeys()
    nobody: NobodyKeys = NobodyKeys()


def load_map(path: Path | None) -> RecordMap:
    """The map in a file, or the one of that name that comes with the program. Raises DataError."""
    if path is None:
        raise DataError(f"call records need a map of their columns: --map FILE, or one of: {', '.join(_known())}")
    ours = MAPS / f"{path}.toml"
    place = ours if not path.exists() and str(path) in _known() else path
    try:
        return msgspec.convert(tomllib.loads(place.read_text(encoding="utf-8")), RecordMap)
    except OSError as error:
        known = ", ".join(_known())
        raise DataError(f"{path}: cannot be read: {error.strerror}; maps that come along: {known}") from error
    except (UnicodeDecodeError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise DataError(f"{place}: is not a map of call records: {error}") from error


def _known() -> list[str]:
    return sorted(file.stem for file in MAPS.glob("*.toml"))
