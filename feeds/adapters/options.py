"""What a caller may tell an adapter."""

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

SERVICE_LEVEL_MS = 20_000


class Secret:
    """A password that no log, error or debugger prints. Read it with `reveal`."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def __repr__(self) -> str:
        return "Secret(…)"

    def reveal(self) -> str:
        """The text itself, to be sent and not kept."""
        return self._text


class Options(Struct, frozen=True, kw_only=True):
    """Settings of an import or a live reading; every adapter uses what it understands."""

    customer_key: bytes
    """Key of the customers' hashes: the same key gives the same hash for the same number. Never empty."""
    site: str | None = None
    """Put on every event."""
    service_level_ms: int = SERVICE_LEVEL_MS
    """For queues of which nothing else is known."""
    service_levels: Mapping[str, int] = {}
    """By queue, in ms; goes before what `queues_conf` says."""
    queues_conf: Path | None = None
    """Asterisk: read service levels, static members and persistence here."""
    map: Path | None = None
    """Call records: the TOML map of the columns (or the name of one that comes with the program)."""
    user: str | None = None
    """Whom to log in as, where the ACD is asked over a network."""
    secret: Secret | None = None
    """That user's password."""
    queue_log: Path | None = None
    """Asterisk's manager interface: the queue_log beside it, which says why callers left and what was missed."""
