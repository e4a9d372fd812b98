"""Numbers into words, the same everywhere: one place for units, separators and what "unknown" looks like."""

import re
from functools import lru_cache

UNKNOWN = "\N{EN DASH}"
ABSENT = "n/a"
MINUS = "\N{MINUS SIGN}"
TIMES = "\N{MULTIPLICATION SIGN}"
GAP = "\N{NARROW NO-BREAK SPACE}"
_CLOCK = re.compile(r"^(?:(\d+):)?(\d+):(\d\d)$")
_AMOUNT = re.compile(r"^(-?\d+(?:[.,]\d+)?)\s*(%|ms|s|min|h)?$")
_TIMES_T = re.compile(r"^(\d+(?:\.\d+)?)\s*x\s*T$")
_WINDOW = re.compile(r"^(clock:)?(\d+)([smhd])$")
_LENGTHS = {"s": "s", "m": "min", "h": "h", "d": "days"}
_MS = {"ms": 1, "s": 1000, "min": 60_000, "h": 3_600_000}
_WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_DECIMALS = {"erlang": 1, "score": 1, "rate": 1, "money": 0, "count": 0}


def duration(ms: float) -> str:
    """``mm:ss`` under an hour, ``1 h 05`` above."""
    return _duration(int(ms / 1000))


@lru_cache(2048)  # a wall writes the same few thousand again and again
def _duration(signed: int) -> str:
    seconds, sign = abs(signed), MINUS if signed < 0 else ""
    if seconds >= 3600:  # noqa: PLR2004 - an hour
        return f"{sign}{seconds // 3600}{GAP}h{GAP}{seconds // 60 % 60:02d}"
    return f"{sign}{seconds // 60:02d}:{seconds % 60:02d}"


def spell(ms: int) -> str:
    """A length of time in words: ``45 s``, ``2 min 31 s``, ``1 h 05 min``."""
    seconds = max(0, ms) // 1000
    if seconds < 60:  # noqa: PLR2004 - a minute
        return f"{seconds}{GAP}s"
    if seconds < 3600:  # noqa: PLR2004 - an hour
        return f"{seconds // 60}{GAP}min" + (f" {seconds % 60}{GAP}s" if seconds % 60 else "")
    return f"{seconds // 3600}{GAP}h" + (f" {seconds // 60 % 60:02d}{GAP}min" if seconds // 60 % 60 else "")


def number(value: float, decimals: int = 0, decimal: str = ".") -> str:
    """Thousands apart by a narrow space, a real minus, the board's own decimal sign."""
    text = f"{abs(value):,.{decimals}f}".replace(",", GAP).replace(".", decimal)
    return f"{MINUS}{text}" if value < 0 and text.strip("0.," + GAP) else text


def figure(value: float | None, unit: str, decimal: str = ".") -> tuple[str, str]:
    """A value and the unit to write small beside it. Shares (0-1) become per cent with one decimal, ms a duration."""
    if value is None:
        return UNKNOWN, ""
    if unit == "ms":
        return duration(value), ""
    if unit == "share":
        return number(value * 100, 1, decimal), "%"
    return number(value, _DECIMALS.get(unit, 0), decimal), ""


def words(value: float | None, unit: str, decimal: str = ".") -> str:
    """A value with its unit, in one piece."""
    text, sign = figure(value, unit, decimal)
    return f"{text}{GAP}{sign}" if sign else text


def bound(value: float, unit: str, decimal: str = ".") -> str:
    """A threshold as it is written on a tile: ``80 %`` rather than ``80.0 %``."""
    return words(value, unit, decimal).replace(f"{decimal}0{GAP}%", f"{GAP}%")


@lru_cache(512)  # a board writes few limits, and every figure of every frame is held against them
def limit(
    value: float | str | None, unit: str, threshold: int | None = None, target: float | None = None
) -> float | None:
    """A threshold in a KPI's own unit: ms for durations, 0-1 for shares. Raises ``ValueError`` for what is neither.

    ``"3 x T"`` is three times the group's own service-level threshold (``threshold``, ms), and ``"target"`` its own
    service-level target (``target``, 0-1); both are unknown without one.
    """
    if value is None or not isinstance(value, str):
        return value if value is None else value * _plain(value, unit)
    if clock := _CLOCK.match(value.strip()):
        hours, minutes, seconds = (int(part or 0) for part in clock.groups())
        return float((hours * 3600 + minutes * 60 + seconds) * 1000)
    if unit == "ms" and (times := _TIMES_T.match(value.strip())):
        return None if threshold is None else float(times[1]) * threshold
    if unit == "share" and value.strip() == "target":
        return target
    amount = _AMOUNT.match(value.strip())
    if not amount or (amount[2] == "%") != (unit == "share") or (amount[2] in _MS and unit != "ms"):
        raise ValueError(value)
    return float(amount[1].replace(",", ".")) * _scale(amount[2], unit)


def _scale(sign: str | None, unit: str) -> float:
    """How much of the KPI's own unit one of a written unit is."""
    if sign == "%":
        return 0.01
    return float(_MS[sign or "s"]) if unit == "ms" else 1.0


def _plain(value: float, unit: str) -> float:
    """What a bare number counts in: seconds for durations, per cent for shares above 1."""
    if unit == "ms":
        return 1000.0
    return 0.01 if unit == "share" and value > 1 else 1.0


def window(name: str) -> str:
    """A window as people call it: ``today``, ``30 min``, ``this 15 min``; with ``+cohort``, ``by arrival``."""
    plain = name.removesuffix("+cohort")
    found = _WINDOW.match(plain)
    told = {"all": "in all", "shift": "this shift"}.get(plain, plain)
    if found:
        told = f"{'this ' if found[1] else ''}{found[2]}{GAP}{_LENGTHS[found[3]]}"
    return told if plain == name else f"{told}, by arrival"


def clock(local_ms: int, *, seconds: bool = True) -> str:
    """A local time of day from local ms since the epoch."""
    day = local_ms // 1000 % 86_400
    text = f"{day // 3600:02d}:{day // 60 % 60:02d}"
    return f"{text}:{day % 60:02d}" if seconds else text


def date(local_ms: int) -> str:
    """A local day from local ms since the epoch: ``Wed 4 Mar``."""
    days = local_ms // 86_400_000
    of_era = (days + 719_468) % 146_097  # days since a 1 March, in eras of 400 years
    year = (of_era - of_era // 1460 + of_era // 36_524 - of_era // 146_096) // 365
    of_year = of_era - (365 * year + year // 4 - year // 100)
    month = (5 * of_year + 2) // 153
    day = of_year - (153 * month + 2) // 5 + 1
    return f"{_WEEKDAYS[(days + 3) % 7]}{GAP}{day}{GAP}{_MONTHS[(month + 2) % 12]}"


@lru_cache(16384)
def person(name: str, style: str) -> str:
    """A name as a board may show it: ``full``, ``short`` (first name and an initial), ``initials`` or ``hidden``."""
    parts = name.split()
    if style == "full" or not parts:
        return name
    if style == "hidden":
        return "•••"
    if style == "initials":
        return "".join(part[0] for part in parts)
    return f"{parts[0]} {parts[-1][0]}." if len(parts) > 1 else name
