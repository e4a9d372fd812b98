"""Whether the line to an ACD is up, when to try again, and what the wall is told of it."""

from typing import Final

from wallboard.core.events import Notice
from wallboard.core.vocabulary import Event, Severity

FIRST_MS: Final = 100
LAST_MS: Final = 5000
SILENT_MS: Final = 1000
DEAD_MS: Final = 2500
NOTICE_MS: Final = 24 * 3_600_000
MISSED_MS: Final = 3_600_000
"""How long the wall says in words what was missed; its figures say it for the day."""


class Link:
    """One line. `mono` is monotonic ms, `at` the ACD's time in ms."""

    def __init__(self) -> None:
        self.ever = False
        self.retry_at = 0
        self._on = False
        self._back_off = FIRST_MS
        self._heard = 0
        self._pinged: int | None = None
        self._notice: str | None = None

    def heard(self, mono: int) -> None:
        """Bytes came."""
        self._heard, self._pinged = mono, None

    def enter(self, mono: int) -> bool:
        """Logged in; true the first time."""
        if self._on:
            return False
        self._on = self.ever = True
        self._back_off = FIRST_MS
        self.heard(mono)
        return True

    def should_ping(self, mono: int) -> bool:
        """Nothing was heard for a while, and nobody asked yet."""
        if self._pinged is not None or mono - self._heard < SILENT_MS:
            return False
        self._pinged = mono
        return True

    def is_dead(self, mono: int) -> bool:
        """Asked, and nothing came."""
        return self._pinged is not None and mono - self._pinged >= DEAD_MS

    def lost(self, why: str, at: int, mono: int, site: str | None) -> list[Event]:
        """No line: try later, and later still each time; a notice once."""
        self._on = False
        self.retry_at = mono + self._back_off
        self._back_off = min(self._back_off * 2, LAST_MS)
        return self._tell(f"No connection to the ACD: {why}", at, site)

    def blind(self, why: str, at: int, site: str | None) -> list[Event]:
        """A line, but no word of how the floor stands; a notice once."""
        return self._tell(f"The ACD does not tell how its queues stand: {why}", at, site)

    def _tell(self, text: str, at: int, site: str | None) -> list[Event]:
        if self._notice is not None:
            return []
        self._notice = text[:1000]
        return [_notice(at, self._notice, "breach", at + NOTICE_MS, site)]

    def back(self, at: int, mono: int, site: str | None) -> list[Event]:
        """The floor stands again: the notice is over."""
        self.heard(mono)
        text, self._notice = self._notice, None
        return [_notice(at, text, "info", at, site)] if text else []

    def silence(self, mono: int) -> int:
        """For how long (ms) nothing was heard."""
        return mono - self._heard


def missed(since: int, at: int, site: str | None) -> Notice:
    """What the wall is told when nobody listened from `since` to `at` (ms), and nothing tells what was missed."""
    seconds = max(1, round((at - since) / 1000))
    long = f"{seconds} s" if seconds < 120 else f"{seconds // 60} min"  # noqa: PLR2004 - two minutes
    text = f"Nobody listened to the ACD for {long}: calls that came and went in that time are not counted"
    return _notice(at, text, "warning", at + MISSED_MS, site)


def _notice(at: int, text: str, severity: Severity, until: int, site: str | None) -> Notice:
    return Notice(at=at, text=text, severity=severity, until=until, site=site)
