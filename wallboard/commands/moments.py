"""Moments and sizes as people type them."""

import re
from datetime import datetime

from wallboard.errors import UsageError
from wallboard.zones import period, zone_of

_CLOCK = re.compile(r"(\d{1,2}):(\d{2})(?::(\d{2})(?:\.(\d{1,3}))?)?")
_SIZE = re.compile(r"(\d{2,5})x(\d{2,5})")
_LENGTH = re.compile(r"(\d+)(s|m|h|d)")
_UNIT_MS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_MS_FROM = 100_000_000_000
"""An integer from here on is ms since the epoch; below, seconds."""


def moment(text: str | None, last: int, zone: str | None) -> int:
    """A moment in ms since the epoch: nothing or ``end`` is ``last``.

    ``14:05`` and ``14:05:30`` are on the local day of ``last``; ``2026-11-23T14:05`` is local unless it names an
    offset; an integer is seconds or ms since the epoch. Raises ``UsageError``.
    """
    if text is None or text == "end":
        return last
    if text.isdecimal():
        return int(text) if int(text) >= _MS_FROM else int(text) * 1000
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, minutes, seconds = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        begin, _ = period(last, zone, (0,))
        return begin + (hours * 3600 + minutes * 60 + seconds) * 1000 + int((clock[4] or "0").ljust(3, "0"))
    try:
        when = datetime.fromisoformat(text)
    except ValueError:
        raise UsageError(
            f'"{text}" is no time: use 14:05, 14:05:30, 2026-11-23T14:05, seconds since the epoch, or end'
        ) from None
    if when.tzinfo is None:
        when = when.replace(tzinfo=zone_of(zone))
    return round(when.timestamp() * 1000)


def size(text: str) -> tuple[int, int]:
    """``1920x1080`` as (width, height) in pixels. Raises ``UsageError``."""
    found = _SIZE.fullmatch(text)
    if not found:
        raise UsageError(f'"{text}" is no size: use WIDTHxHEIGHT in pixels, such as 1920x1080')
    return int(found[1]), int(found[2])


def length(text: str) -> int:
    """``8h``, ``30m``, ``45s``, ``2d`` in ms. Raises ``UsageError``."""
    found = _LENGTH.fullmatch(text)
    if not found:
        raise UsageError(f'"{text}" is no length of time: use 45s, 30m, 8h or 2d')
    return int(found[1]) * _UNIT_MS[found[2]]
