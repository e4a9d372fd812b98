"""A kiosk as a process: signs of life to systemd, back after a crash, gone when it is told to go."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="named pipes and signals are POSIX")
ROOT = Path(__file__).parents[2]
PATIENCE_S = 120


def begin(home: Path) -> "subprocess.Popen[bytes]":
    """A kiosk whose ``systemd-notify`` writes into a named pipe; its feed never answers."""
    tools = home / "tools"
    if not tools.exists():
        tools.mkdir()
        os.mkfifo(home / "life")
        program = tools / "systemd-notify"
        program.write_text(f'#!/bin/sh\necho "$@" > {home}/life\n')
        program.chmod(0o755)
    env = {
        "PATH": f"{tools}:/bin:/usr/bin",
        "HOME": str(home),
        "PYTHONPATH": str(ROOT),
        "QT_QPA_PLATFORM": "offscreen",
        "NOTIFY_SOCKET": str(home / "none"),
        "WATCHDOG_USEC": "1000000",
    }
    command = [sys.executable, "-m", "wallboard", "run", "--feed", "tcp://127.0.0.1:9", "--kiosk"]
    return subprocess.Popen(command, env=env)


def test_a_kiosk_shows_life_comes_back_after_a_crash_and_goes_when_told(tmp_path: Path) -> None:
    for blow, code in ((signal.SIGKILL, -signal.SIGKILL), (signal.SIGTERM, 0)):
        kiosk = begin(tmp_path)
        try:
            assert (tmp_path / "life").read_text() == "WATCHDOG=1\n"
            kiosk.send_signal(blow)
            assert kiosk.wait(PATIENCE_S) == code
        finally:
            kiosk.kill()
            kiosk.wait(PATIENCE_S)
