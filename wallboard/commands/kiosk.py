"""``wallboard kiosk``: the wall at every login, no more, or the hash of a PIN for it."""

import argparse
import getpass
import sys
from pathlib import Path

from wallboard.commands.autostart import files, this_login
from wallboard.commands.keys import client_keys
from wallboard.commands.memory import groups_of
from wallboard.commands.run import add_live_options
from wallboard.commands.walls import add_history, add_options, usual_in
from wallboard.config import DEFAULT, load_board
from wallboard.errors import UsageError
from wallboard.theme import load_theme
from wallboard.ui.kiosk_pin import hash_pin


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    told = "begin the wall at every login, with the options of `wallboard run`; begin it no more; or hash a PIN"
    parser.add_argument("what", choices=("install", "remove", "pin"), help=told)
    add_live_options(parser)
    add_options(parser, kiosk=False)
    add_history(parser)


def run(options: argparse.Namespace) -> int:
    """Install, remove, or hash a PIN. Raises ``WallboardError``."""
    return {"install": _install, "remove": _remove, "pin": _pin}[options.what](options)


def _install(options: argparse.Namespace) -> int:
    groups_of(options.named or ())  # what is wrong is told now, and not to nobody at the next login
    client_keys(options)
    board = load_board(options.board or DEFAULT)
    load_theme(options.theme or board.theme)
    usual_in(options.past, None)
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
    for feed in options.named or ():
        words += ["--feed", feed]
    for key in options.server_key:
        words += ["--server-key", _there(key)]
    if options.keys:
        words += ["--keys", options.keys]
    if options.no_memory:
        words += ["--no-memory"]
    if options.board:
        words += ["--board", _there(options.board)]
    if options.theme:
        words += ["--theme", _there(options.theme)]
    for screen in options.screen or ():
        words += ["--screen", str(screen)]
    if options.past:
        words += ["--history", _there(str(options.past))]
    return tuple(words)


def _there(name: str) -> str:
    return str(Path(name).resolve()) if Path(name).exists() else name
