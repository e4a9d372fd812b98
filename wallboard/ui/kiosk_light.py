"""Care for panels that show the same picture for years: the whole scene moves on an orbit, and nights are dim."""

import re
from functools import lru_cache
from math import cos, pi, sin

import msgspec

from wallboard.theme import Theme

RADIUS = 4
"""Pixels the scene moves at most in any direction."""
STEPS = 16
"""Minutes of one orbit."""
_COLOR = re.compile(r"#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})\b")


def orbit(minute: int) -> tuple[int, int]:
    """How far the scene is moved in a minute: pixels to the right, pixels down."""
    angle = 2 * pi * (minute % STEPS) / STEPS
    return round(RADIUS * cos(angle)), round(RADIUS * sin(angle))


def is_dim(hours: str | None, local: int) -> bool:
    """Whether a local time (ms) lies in hours such as ``22:00-06:00``; the last minute named no longer does."""
    if hours is None:
        return False
    begin, end = (_minute(part) for part in hours.split("-"))
    now = local // 60_000 % 1440
    return begin <= now < end if begin <= end else now >= begin or now < end


def _minute(text: str) -> int:
    hour, minute = text.split(":")
    return int(hour) * 60 + int(minute)


@lru_cache(maxsize=8)
def dimmed(theme: Theme, share: float) -> Theme:
    """The same theme with every colour at a share (0-1) of its light."""

    def darker(found: re.Match[str]) -> str:
        return "#" + "".join(f"{round(int(part, 16) * share):02x}" for part in found.groups())

    written = _COLOR.sub(darker, msgspec.json.encode(theme).decode())
    return msgspec.json.decode(written, type=Theme)
