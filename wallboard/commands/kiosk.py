"""``wallboard kiosk``: the wall at every login, no more, or the hash of a PIN for it."""

import argparse
import getpass
import sys
from pathlib import Path

from wallboard.commands.autostart import files, this_login
from wallboard.commands.walls import add_options
from wallboard.errors import UsageError
from wallboard.ui.kiosk_pin import hash_pin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    parser.add_argument("what", choices=("install", "remove", "pin"))
    parser.add_argument("--feed", metavar="tcp://host:port", help="what the wall shows, as for `wallboard run`")
    add_options(parser)


def run(options: argparse.Namespace) -> int:
    """Install, remove, or hash a PIN. Raises ``WallboardError``."""
    return {"install": _install, "remove": _remove, "pin": _pin}[options.what](options)


def _install(options: argparse.Namespace) -> int:
    for path, text in files(this_login(), command_of(options)).items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="")
        sys.stdout.write(f"{path}\n")
    sys.stderr.write("the wall begins at the next login; `wallboard kiosk remove` undoes this\n")
    return 0


def _remove(_: argparse.Namespace) -> int:
    there = [path for path in files(this_login(), ()) if path.exists()]
    for path in there:
        path.unlink()
        sys.stdout.write(f"{path}\n")
    if not there:
        raise UsageError("no wall is installed for this login; there is nothing to remove")
    sys.stderr.write("the wall no longer begins at login\n")
    return 0


def _pin(_: argparse.Namespace) -> int:
    given = getpass.getpass("PIN: ") if sys.stdin.isatty() else sys.stdin.readline().strip()
    try:
        sys.stdout.write(f'pin = "{hash_pin(given)}"\n')
    except ValueError as error:
        raise UsageError(str(error)) from None
    sys.stderr.write("write that line under [kiosk] in the board file\n")
    return 0


def command_of(options: argparse.Namespace) -> tuple[str, ...]:
    """The command that shows the wall these options describe; relative paths would mean something else at login."""
    words = [sys.executable, "-m", "wallboard", "run", "--kiosk"]
    if options.feed:
        words += ["--feed", options.feed]
    if options.board:
        words += ["--board", _there(options.board)]
    if options.theme:
        words += ["--theme", _there(options.theme)]
    for screen in options.screen or ():
        words += ["--screen", str(screen)]
    return tuple(words)


def _there(name: str) -> str:
    return str(Path(name).resolve()) if Path(name).exists() else name
