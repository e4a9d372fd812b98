"""Moments, lengths, sizes and numbers as people type them.

What the parser calls raises ``ArgumentTypeError``, so that its message begins with the option's name.
"""

import math
import re
from argparse import ArgumentTypeError
from collections.abc import Callable, Collection
from datetime import datetime, time, timedelta

from wallboard.core.windows import COHORT, parse_window
from wallboard.errors import UsageError
from wallboard.reading import suggestion
from wallboard.zones import local, moment_of, period, zone_of

_CLOCK = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)(?::([0-5]\d)(?:\.(\d{1,3}))?)?")
_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
_SIZE = re.compile(r"(\d{1,6})x(\d{1,6})")
_SIDE = (64, 8192)
"""A picture's least and greatest width or height in pixels."""
_LENGTH = re.compile(r"(\d{1,6})(s|m|h|d)")
_UNIT_MS = {"s": 1000, "m": 60_000, "h": 3_600_000, "d": 86_400_000}
_MS_FROM = 100_000_000_000
"""An integer from here on is ms since the epoch; below, seconds."""
_MINUTE_MS = 60_000


def moment(text: str | None, first: int, last: int, zone: str | None) -> int:
    """A moment of a recording from ``first`` to ``last``, ms since the epoch: nothing or ``end`` is ``last``.

    ``14:05`` and ``14:05:30`` are the newest such time up to ``last``;
    ``2026-11-23T14:05`` is local unless it names an offset; an integer is seconds or ms since the epoch. The last
    minute counts as whole. Raises ``UsageError`` for what is no time, and for a time outside the recording.
    """
    if text is None or text == "end":
        return last
    end = (last // _MINUTE_MS + 1) * _MINUTE_MS
    at = _moment(text, end, last, zone)
    if not first // 1000 * 1000 <= at <= end:
        bounds = " to ".join(local(when, zone).isoformat(timespec="seconds") for when in (first, last))
        raise UsageError(f"--at {text} is outside this recording, which goes from {bounds}")
    return at


def _moment(text: str, end: int, last: int, zone: str | None) -> int:
    clock = _CLOCK.fullmatch(text)
    if clock:
        hours, minutes, seconds = int(clock[1]), int(clock[2]), int(clock[3] or 0)
        wall = time(hours, minutes, seconds, int((clock[4] or "0").ljust(6, "0")))
        today = datetime.combine(local(last, zone).date(), wall)
        days = (moment_of(today - timedelta(days=back), zone_of(zone)) for back in (0, 1))
        return next((at for at in days if at <= end), end + 1)
    try:
        return _written_out(text, zone)
    except (ValueError, OverflowError):
        raise UsageError(
            f'--at "{text}" is no time: use 14:05, 14:05:30, 2026-11-23T14:05, seconds since the epoch, or end'
        ) from None


def _written_out(text: str, zone: str | None) -> int:
    """A moment that needs no recording to be known, ms since the epoch. Raises ``ValueError`` or ``OverflowError``."""
    if text.isascii() and text.isdecimal():
        return int(text) if int(text) >= _MS_FROM else int(text) * 1000
    when = datetime.fromisoformat(text)
    return round(when.timestamp() * 1000) if when.tzinfo else moment_of(when, zone_of(zone))


def instant(text: str) -> int:
    """``2026-11-23T14:05`` (local unless it names an offset), or seconds or ms since the epoch, as ms."""
    try:
        return _written_out(text, None)
    except (ValueError, OverflowError):
        raise ArgumentTypeError(
            f'"{text}" is no moment: use 2026-11-23T14:05, 2026-11-23T14:05Z or seconds since the epoch'
        ) from None


def size(text: str) -> tuple[int, int]:
    """``1920x1080`` as (width, height) in pixels."""
    found = _SIZE.fullmatch(text)
    if not found:
        raise ArgumentTypeError(f'"{text}" is no size: use WIDTHxHEIGHT in pixels, such as 1920x1080')
    width, height = int(found[1]), int(found[2])
    least, most = _SIDE
    if not (least <= width <= most and least <= height <= most):
        raise ArgumentTypeError(f"{text} cannot be drawn: use {least} to {most} pixels a side")
    return width, height


def length(text: str) -> int:
    """``8h``, ``30m``, ``45s``, ``2d`` in ms."""
    found = _LENGTH.fullmatch(text)
    if not found:
        raise ArgumentTypeError(f'"{text}" is no length of time: use 45s, 30m, 8h or 2d')
    return int(found[1]) * _UNIT_MS[found[2]]


def window(text: str) -> str:
    """The name of a window, as it is; a date is one too."""
    if _DATE.fullmatch(text.removesuffix(COHORT)):
        return text
    try:
        parse_window(text)
    except ValueError:
        raise ArgumentTypeError(
            f'there is no window "{text}": use today, all, shift, 30m, 2h, 90s, 7d or clock:15m, '
            "or a day such as 2026-11-23 (any with +cohort)"
        ) from None
    return text


def span_of(text: str, zone: str | None) -> str:
    """A date as the span of its local day, with its ``+cohort``; any other window as it is. Raises ``UsageError``."""
    plain = text.removesuffix(COHORT)
    if not _DATE.fullmatch(plain):
        return text
    try:
        noon = datetime.fromisoformat(plain + "T12:00").replace(tzinfo=zone_of(zone))
    except ValueError:
        raise UsageError(f'"{plain}" is no day of the calendar') from None
    begin, until = period(round(noon.timestamp() * 1000), zone, (0,))
    return f"span:{begin}:{until}" + text[len(plain) :]


def number(least: float, what: str) -> Callable[[str], float]:
    """A parser of finite numbers from ``least`` on; ``what`` says which are wanted."""

    def read(text: str) -> float:
        try:
            value = float(text)
        except ValueError:
            value = math.nan
        if not (math.isfinite(value) and value >= least):
            raise ArgumentTypeError(f'"{text}" will not do: use {what}')
        return value

    return read


def whole(least: int, what: str) -> Callable[[str], int]:
    """A parser of whole numbers from ``least`` on; ``what`` says which are wanted."""

    def read(text: str) -> int:
        try:
            value = int(text)
        except ValueError:
            value = least - 1
        if value < least:
            raise ArgumentTypeError(f'"{text}" will not do: use {what}')
        return value

    return read


def one_of(known: Collection[str], what: str) -> Callable[[str], str]:
    """A parser of one of several words, which suggests the nearest for any other."""

    def read(text: str) -> str:
        if text not in known:
            raise ArgumentTypeError(f'there is no {what} "{text}"{suggestion(text, known)}')
        return text

    return read
