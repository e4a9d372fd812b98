"""The command line: one parser, one table of commands, errors as one line and an exit code."""

import argparse
import importlib
import signal
import sys
from collections.abc import Sequence

from wallboard.errors import WallboardError

COMMANDS: dict[str, tuple[str, str]] = {
    "demo": ("wallboard.commands.demo", "the wall on a simulated centre"),
    "run": ("wallboard.commands.run", "the wall on a live feed or a recording"),
    "replay": ("wallboard.commands.replay", "a recording at its own pace, or faster"),
    "record": ("wallboard.commands.record", "write a live feed to a file"),
    "import": ("wallboard.commands.imports", "turn another system's files into a feed"),
    "bridge": ("wallboard.commands.bridge", "publish a live ACD as a feed"),
    "simulate": ("wallboard.commands.simulate", "publish a simulated centre"),
    "kpis": ("wallboard.commands.kpis", "every figure of a recording at a moment"),
    "snapshot": ("wallboard.commands.snapshot", "a picture of the wall at a moment"),
    "check": ("wallboard.commands.check", "every problem of a board file at once"),
    "verify": ("wallboard.commands.verify", "integrity, gaps and anomalies of a recording"),
}
"""Each command: the module whose ``add_arguments`` and ``run`` it is, and one line of help."""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command. Returns the exit code: 0 good, 1 a problem in the data or file, 2 wrong usage."""
    words = list(sys.argv[1:] if argv is None else argv)
    parser = _parser(words)
    options = parser.parse_args(words)
    module = importlib.import_module(COMMANDS[options.command][0])
    try:
        code: int = module.run(options)
    except WallboardError as error:
        sys.stderr.write(f"wallboard: {error}\n")
        return error.exit_code
    except KeyboardInterrupt:
        return 128 + signal.SIGINT
    except BrokenPipeError:
        sys.stderr.close()
        return 0
    return code


def _parser(words: Sequence[str]) -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="wallboard", description="A real-time supervisor wallboard.")
    chosen = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    for name, (module, text) in COMMANDS.items():
        command = chosen.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        if name in words[:1]:  # only the command asked for is imported
            importlib.import_module(module).add_arguments(command)
    return parser
