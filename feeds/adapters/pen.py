"""Writes the events of one line: the same moment and site on each, and an id that a second reading gives again."""

import zlib
from typing import Any

from feeds.adapters.customers import scrub
from wallboard.core.vocabulary import Event

ID_CHARACTERS = 64


def bounded(text: str) -> str:
    """`text` as an event id: printable, at most 64 characters, different texts staying different in practice."""
    clean = "".join(c if c.isprintable() else "\N{REPLACEMENT CHARACTER}" for c in text.strip())
    if len(clean) <= ID_CHARACTERS:
        return clean
    checksum = zlib.crc32(clean.encode("utf-8", "replace"))
    return f"{clean[: ID_CHARACTERS - 9]}~{checksum:08x}"


def words(text: str) -> str | None:
    """Free text as an id: bounded, long digit runs removed; `None` when empty."""
    return bounded(scrub(text)) or None


class Pen:
    """Collects events. `begin` sets the moment (ms since the epoch) and the id stem of those that follow."""

    def __init__(self, site: str | None = None) -> None:
        self._site = site
        self._at = 0
        self._stem = ""
        self._count = 0
        self._events: list[Event] = []

    def begin(self, at: int, stem: str) -> None:
        """Start a line: its moment, and what its events' ids begin with (empty: no ids)."""
        self._at, self._stem, self._count = at, stem, 0

    def write(self, kind: type[Event], /, **fields: Any) -> None:
        """Add an event at the line's moment."""
        identity = f"{self._stem}.{self._count}" if self._stem else None
        self._count += 1
        self._events.append(kind(at=self._at, site=self._site, id=identity, **fields))

    def take(self) -> list[Event]:
        """The events since the last call, in the order they were written."""
        events, self._events = self._events, []
        return events
