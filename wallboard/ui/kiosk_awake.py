"""Keeping screen savers and sleep away while the wall hangs; where nothing can do that, it says so."""

import ctypes
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping

from PySide6.QtDBus import QDBusConnection, QDBusMessage

WHO, WHY = "Wallboard", "a wall is shown"
ANSWER_MS = 1000
Release = Callable[[], None]
_BUSES = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.freedesktop.ScreenSaver", "/ScreenSaver"),
)
_CONTINUOUS, _SYSTEM, _DISPLAY = 0x80000000, 0x1, 0x2


class Unable(Exception):  # noqa: N818 - it says what cannot be done, and is no error
    """This way does not work here."""


def stay_awake(
    log: Callable[[str], None], ways: Mapping[str, Callable[[], Release]] | None = None
) -> tuple[Release, ...]:
    """Try every way there is on this system; returns what to call at the end. Says what worked, or that nothing did."""
    held: list[Release] = []
    failed: list[str] = []
    for name, way in (WAYS.get(sys.platform, {}) if ways is None else ways).items():
        try:
            held.append(way())
            log(f"no sleep and no screen saver, by {name}")
        except (Unable, OSError, subprocess.SubprocessError) as error:
            failed.append(f"{name}: {error}")
    if not held:
        log(f"nothing here keeps the screen awake ({'; '.join(failed) or 'no way is known'}); set that up by hand")
    return tuple(held)


def by_dbus() -> Release:
    """Ask the desktop. Its promise ends with this process, whatever happens to it."""
    bus = QDBusConnection.sessionBus()
    if not bus.isConnected():
        raise Unable("there is no session bus")
    for service, path in _BUSES:
        ask = QDBusMessage.createMethodCall(service, path, service, "Inhibit")
        ask.setArguments([WHO, WHY])
        answer = bus.call(ask, timeout=ANSWER_MS)
        if answer.type() == QDBusMessage.MessageType.ReplyMessage:
            return lambda: None
    raise Unable("no desktop answers there")


def by_systemd() -> Release:
    """A child that holds systemd's lock until our end of its pipe closes, so also when we crash."""
    program = shutil.which("systemd-inhibit")
    if program is None:
        raise Unable("it is not installed")
    command = [program, "--what=idle:sleep", f"--who={WHO}", f"--why={WHY}", "--mode=block", "cat"]
    return _child(command)


def by_xset() -> Release:
    """Switch the X server's own screen saver and power saving off, and on again at the end."""
    program = shutil.which("xset")
    if program is None:
        raise Unable("it is not installed")

    def say(*words: str) -> None:
        quiet = subprocess.DEVNULL
        subprocess.run([program, *words], check=True, timeout=5, stdout=quiet, stderr=quiet)  # noqa: S603 - found above

    say("s", "off", "-dpms")
    return lambda: say("s", "on", "+dpms")


def by_caffeinate() -> Release:
    """The same on macOS."""
    return _child(["/usr/bin/caffeinate", "-dis", "cat"])


def by_windows() -> Release:
    """Windows keeps it for this thread until it ends."""

    def state(flags: int) -> None:
        if sys.platform != "win32" or not ctypes.windll.kernel32.SetThreadExecutionState(flags):
            raise Unable("Windows refused")

    state(_CONTINUOUS | _SYSTEM | _DISPLAY)
    return lambda: state(_CONTINUOUS)


def _child(command: list[str]) -> Release:
    quiet = subprocess.DEVNULL
    child = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=quiet, stderr=quiet)  # noqa: S603 - named above
    try:
        child.wait(timeout=0.2)
    except subprocess.TimeoutExpired:
        return lambda: _end(child)
    _end(child)
    raise Unable("it did not take the lock")


def _end(child: "subprocess.Popen[bytes]") -> None:
    if child.stdin is not None:
        child.stdin.close()
    child.terminate()
    child.wait(timeout=5)


WAYS: dict[str, dict[str, Callable[[], Release]]] = {
    "linux": {"the desktop's ScreenSaver service": by_dbus, "systemd-inhibit": by_systemd, "xset": by_xset},
    "darwin": {"caffeinate": by_caffeinate},
    "win32": {"Windows": by_windows},
}
"""By platform, every way to keep a screen awake."""
