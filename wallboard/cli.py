"""The command line: one parser, one table of commands, errors as one line and an exit code."""

import argparse
import gc
import importlib
import os
import re
import signal
import sys
from collections.abc import Sequence
from typing import NoReturn

from wallboard import __version__
from wallboard.errors import UsageError, WallboardError
from wallboard.reading import suggestion

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("wallboard.commands.demo", "the wall on a simulated centre"),
    "run": ("wallboard.commands.run", "the wall on a live feed or a recording"),
    "replay": ("wallboard.commands.replay", "a recording at its own pace, or faster"),
    "kiosk": ("wallboard.commands.kiosk", "the wall at every login, or a PIN for it"),
    "record": ("wallboard.commands.record", "write a live feed to a file"),
    "import": ("wallboard.commands.imports", "turn another system's files into a feed"),
    "bridge": ("wallboard.commands.bridge", "publish a live ACD as a feed"),
    "simulate": ("wallboard.commands.simulate", "publish a simulated centre"),
    "kpis": ("wallboard.commands.kpis", "every figure of a recording at a moment"),
    "staffing": ("wallboard.commands.staffing", "the agents each hour of a recorded day needs"),
    "snapshot": ("wallboard.commands.snapshot", "a picture of the wall at a moment"),
    "check": ("wallboard.commands.check", "every problem of a board file at once"),
    "keys": ("wallboard.commands.keys", "make, show, trust and revoke keys"),
    "verify": ("wallboard.commands.verify", "integrity, gaps and anomalies of a recording"),
}
"""Each command: the module whose ``add_arguments`` and ``run`` it is, and one line of help."""


class Parser(argparse.ArgumentParser):
    """Says what is wrong in one line, like every other error, and where to read on."""

    def error(self, message: str) -> NoReturn:
        """Raise ``UsageError`` with the parser's own words."""
        name = self.prog.partition(" ")[2]
        raise UsageError(f"{name + ': ' if name else ''}{message}; see `{self.prog} --help`")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 good, 1 a problem in the data or file, 2 wrong usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _run(words)
        sys.stdout.flush()
    except WallboardError as error:
        sys.stderr.write(f"wallboard: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:  # whoever read us has enough; what is still buffered goes nowhere
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except OSError as error:
        place = "" if error.filename is None else f"{error.filename}: "
        sys.stderr.write(f"wallboard: {place}{error.strerror or error}\n")
        return 1
    return code


def _run(words: Sequence[str]) -> int:
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):  # an old terminal shows \u2026 for what it cannot write
            stream.reconfigure(errors="backslashreplace")
    parser, command = _parsers(words)
    options, unknown = parser.parse_known_args(words)
    if unknown:
        known = re.findall(r"--[a-z-]+", command.format_usage()) if unknown[0].startswith("-") else []
        command.error(f"unrecognized arguments: {' '.join(unknown)}{suggestion(unknown[0], known)}")
    gc.set_threshold(100_000, 20, 50)  # a fold makes many objects and few cycles
    code: int = importlib.import_module(COMMANDS[options.command][0]).run(options)
    return code


def _parsers(words: Sequence[str]) -> tuple[Parser, Parser]:
    """The parser of everything, and that of the command in hand."""
    parser = asked = Parser(prog="wallboard", description="A real-time supervisor wallboard.", allow_abbrev=False)
    parser.add_argument("--version", action="version", version=f"wallboard {__version__}")
    if not words:
        raise UsageError(f"name a command: {', '.join(COMMANDS)}; see `wallboard --help`")
    if not words[0].startswith("-") and words[0] not in COMMANDS:
        raise UsageError(f'there is no command "{words[0]}"{suggestion(words[0], COMMANDS)}')
    chosen = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, text) in COMMANDS.items():
        about = text[0].upper() + text[1:] + "."
        command = chosen.add_parser(name, help=text, description=about, allow_abbrev=False)
        if name == words[0]:  # only the command asked for is imported
            importlib.import_module(module).add_arguments(command)
            asked = command
    return parser, asked
