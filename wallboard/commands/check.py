"""``wallboard check``: every problem of a board file at once, and how it would have done on a recorded day."""

import argparse
import os
import sys
from pathlib import Path

from wallboard.board.actions import Deed
from wallboard.board.spec import BoardSpec, RuleSpec
from wallboard.commands.folding import bounds_of, say_damage
from wallboard.commands.naming import unknown_names
from wallboard.commands.trial import Tried, try_rules
from wallboard.config import DEFAULT, load_board
from wallboard.theme import load_theme

SECOND_MS = 1000
SHORT_MS = 60_000
"""An alert shorter than this is more likely to be a nuisance than help."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    board = "a board file, or the name of one that comes with it"
    parser.add_argument("board", nargs="?", default=DEFAULT, metavar="B.toml", help=board)
    parser.add_argument("--against", type=Path, metavar="FILE.feed", help="try its rules and names on a recording")


def run(options: argparse.Namespace) -> int:
    """Print what is wrong, or that nothing is. Returns 1 when the recording is damaged. Raises ``WallboardError``."""
    board = load_board(options.board)
    load_theme(board.theme)
    if options.against is not None:
        bounds_of(options.against)
    sys.stdout.write(f"{options.board} is good: {_contents(board)}\n")
    for warning in _unreadable(board):
        sys.stdout.write(f"  hard to read: {warning}\n")
    if options.against is None:
        return 0
    trial = try_rules(board, options.against)
    for name in unknown_names(board, trial.figures):
        sys.stdout.write(f"  not in {options.against}: {name}\n")
    for rule, tried in zip(board.rules, trial.tried, strict=True):
        sys.stdout.write(f"{name_of(rule)}: {verdict(tried)}\n")
        if done := doings(rule, tried):
            sys.stdout.write(f"  would have {done}\n")
    if not board.rules:
        sys.stdout.write("there are no [[rules]] to try\n")
    if trial.step > SECOND_MS:
        sys.stdout.write(f"(a long recording: looked at every {trial.step // 1000} s)\n")
    return say_damage(options.against, trial.damage)


def _contents(board: BoardSpec) -> str:
    tiles = sum(len(page.tiles) for page in board.pages)
    return ", ".join((_many(len(board.pages), "page"), _many(tiles, "tile"), _many(len(board.rules), "rule")))


def _many(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _unreadable(board: BoardSpec) -> list[str]:
    """What is too small at the distance the board states, measured as it is drawn, page by page."""
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    from wallboard import app  # noqa: PLC0415 - Qt is imported only where something is drawn

    return app.unreadable_tiles(board)


def name_of(rule: RuleSpec) -> str:
    """A rule in words: its title or KPI, window, groups and limits."""
    where = f" of {rule.by} {rule.group}" if rule.group else "" if rule.by == "total" else f" by {rule.by}"
    where += "".join(f", {kind} {name}" for kind, name in rule.where.items())
    limits = [
        f"{word} {_plain(value)}" for word, value in (("warn", rule.warn), ("breach", rule.breach)) if value is not None
    ]
    return f"{rule.title or rule.kpi}, {rule.window}{where}, {', '.join(limits)}"


def _plain(limit: float | str) -> str:
    return limit if isinstance(limit, str) else f"{limit:g}"


def verdict(tried: Tried) -> str:
    """What a rule would have done: ``would have fired 14 times, 9 of them under a minute; …``."""
    if not tried.lengths:
        return "would not have fired"
    count = len(tried.lengths)
    short = sum(length < SHORT_MS for length in tried.lengths)
    words = f"would have fired {_times(count)}"
    if short:
        words += ", under a minute" if count == 1 else f", {short} of them under a minute"
    words += f"; {_duration(sum(tried.lengths))} in all"
    if count > 1:
        words += f", the longest {_duration(max(tried.lengths))}"
    if tried.breaches:
        words += f"; {_many(tried.breaches, 'breach').replace('breachs', 'breaches')}"
    return words + (f"; {tried.open} still open at the end" if tried.open else "")


def doings(rule: RuleSpec, tried: Tried) -> str:
    """What it would have done beside standing on tiles: ``sounded 3 times; sent 7 webhooks``; nothing says nothing."""
    pages = ", ".join(str(page) for page in rule.pages)
    told: tuple[tuple[Deed, str], ...] = (
        ("page", f"brought page {pages} forward {{}}"),
        ("sound", "sounded {}"),
        ("notify", "told the desktop {}"),
        ("webhook", "told its webhook {}"),
    )
    return "; ".join(words.format(_times(tried.done[deed])) for deed, words in told if tried.done[deed])


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"


def _duration(ms: int) -> str:
    minutes, seconds = divmod(ms // 1000, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes:02d} min" if hours else f"{minutes} min {seconds:02d} s" if minutes else f"{seconds} s"
