"""When a figure is calm, a warning or a breach."""

from typing import Literal

from wallboard.core.alerts import crossed

Level = Literal["calm", "info", "warning", "breach", "acknowledged"]
LADDER: tuple[Level, ...] = ("calm", "acknowledged", "info", "warning", "breach")
"""From what can wait to what cannot."""


def judge(value: float | None, warn: float | None, breach: float | None, better: str) -> Level:
    """The level of a value. Where less is better a limit is crossed when reached; where more is better, when missed."""
    if value is None or better == "none":
        return "calm"
    if crossed(value, breach, better):
        return "breach"
    return "warning" if crossed(value, warn, better) else "calm"


def rank(level: Level) -> int:
    """0 for calm, more for worse."""
    return LADDER.index(level)


def worst(*levels: Level) -> Level:
    """The most severe of several; calm of none."""
    return max(levels, key=rank, default="calm")
