"""Files that begin the wall when somebody logs in, as the system of the machine wants them."""

import os
import shlex
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct

NAME = "wallboard-kiosk"
WATCHDOG_S = 60
"""A wall that shows nothing for so long is begun anew."""
_UNIT = """\
# Written by `wallboard kiosk install`; `wallboard kiosk remove` takes it away.
[Unit]
Description=Wallboard on the screens of this machine
StartLimitIntervalSec=0

[Service]
ExecStart={command}
Restart=on-failure
RestartSec=2
WatchdogSec={watchdog}
NotifyAccess=all
"""
_DESKTOP = """\
[Desktop Entry]
Type=Application
Name=Wallboard
Comment=Begins the wall, and begins it again should it end
Exec={command}
Terminal=false
X-GNOME-Autostart-enabled=true
"""
_HAND_OVER = (
    f"systemctl --user import-environment DISPLAY WAYLAND_DISPLAY XAUTHORITY; systemctl --user restart {NAME}.service"
)
_BATCH = """\
@echo off\r
rem Written by "wallboard kiosk install"; "wallboard kiosk remove" takes it away.\r
:again\r
start "" /wait {command}\r
if not errorlevel 1 exit\r
timeout /t 2 /nobreak >nul\r
goto again\r
"""


class Login(Struct, frozen=True):
    """Whose login, on what kind of machine."""

    home: Path
    platform: str
    environment: Mapping[str, str]
    systemd: bool


def this_login() -> Login:
    """The one we run in."""
    systemd = sys.platform == "linux" and Path("/run/systemd/system").is_dir()
    return Login(Path.home(), sys.platform, os.environ, systemd)


def files(login: Login, command: Sequence[str]) -> dict[Path, str]:
    """Every file that begins the command at login, with what is in it."""
    if login.platform == "win32":
        return {_startup(login) / f"{NAME}.cmd": _BATCH.format(command=subprocess.list2cmdline(command))}
    config = Path(login.environment.get("XDG_CONFIG_HOME") or login.home / ".config")
    desktop = config / "autostart" / f"{NAME}.desktop"
    if not login.systemd:
        again = f"until {shlex.join(command)}; do sleep 2; done"  # as the unit does: until somebody leaves
        return {desktop: _DESKTOP.format(command=_exec(("sh", "-c", again)))}
    unit = _UNIT.format(command=" ".join(_quoted(word).replace("$", "$$") for word in command), watchdog=WATCHDOG_S)
    return {
        config / "systemd" / "user" / f"{NAME}.service": unit,
        desktop: _DESKTOP.format(command=_exec(("sh", "-c", _HAND_OVER))),
    }


def _startup(login: Login) -> Path:
    roaming = Path(login.environment.get("APPDATA") or login.home / "AppData" / "Roaming")
    return roaming / "Microsoft" / "Windows" / "Start Menu" / "Programs" / "Startup"


def _exec(command: Sequence[str]) -> str:
    """A command as a desktop entry writes it."""
    return " ".join(_quoted(word) for word in command)


def _quoted(word: str) -> str:
    """A word as desktop entries and units want it: in double quotes where it needs any, ``%`` doubled."""
    word = word.replace("%", "%%")
    if shlex.quote(word) == word:
        return word
    for letter in ("\\", '"', "`"):
        word = word.replace(letter, f"\\{letter}")
    return f'"{word}"'
