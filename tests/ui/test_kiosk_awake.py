"""Keeping the machine awake, and signs of life to systemd."""

import subprocess
import sys
from pathlib import Path

import pytest

from wallboard.ui import kiosk_awake
from wallboard.ui.kiosk_awake import Release, Unable, stay_awake
from wallboard.ui.kiosk_watchdog import Watchdog

SYSTEMD = {"NOTIFY_SOCKET": "/run/notify", "WATCHDOG_USEC": "60000000"}


def unable() -> Release:
    raise Unable("nobody answers")


def test_every_way_is_tried_and_what_worked_is_told() -> None:
    told: list[str] = []
    held = stay_awake(told.append, {"one": unable, "two": lambda: lambda: None})
    assert len(held) == 1
    assert told == ["no sleep and no screen saver, by two"]


def test_when_no_way_works_that_is_told() -> None:
    told: list[str] = []
    assert stay_awake(told.append, {"one": unable}) == ()
    assert told == ["nothing here keeps the screen awake (one: nobody answers); set that up by hand"]
    assert stay_awake(told.append, {}) == ()
    assert "no way is known" in told[1]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
class TestSystemdInhibit:
    def stand_in(self, folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
        program = folder / "systemd-inhibit"
        program.write_text(f"#!/bin/sh\n{script}\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")

    def test_the_lock_is_held_until_it_is_released(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stand_in(tmp_path, monkeypatch, f'echo "$@" > {tmp_path}/asked; exec cat')
        release = kiosk_awake.by_systemd()
        asked = (tmp_path / "asked").read_text()
        assert "--what=idle:sleep" in asked
        assert "--mode=block" in asked
        release()

    def test_a_lock_that_is_refused_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stand_in(tmp_path, monkeypatch, "exit 1")
        with pytest.raises(Unable, match="it did not take the lock"):
            kiosk_awake.by_systemd()

    def test_a_machine_without_it_is_told(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PATH", str(tmp_path))
        for way in (kiosk_awake.by_systemd, kiosk_awake.by_xset):
            with pytest.raises(Unable, match="it is not installed"):
                way()

    def test_xset_switches_off_and_on_again(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.stand_in(tmp_path, monkeypatch, "")
        program = tmp_path / "xset"
        program.write_text(f'#!/bin/sh\necho "$@" >> {tmp_path}/asked\n')
        program.chmod(0o755)
        kiosk_awake.by_xset()()
        assert (tmp_path / "asked").read_text() == "s off -dpms\ns on +dpms\n"

    def test_an_x_server_that_does_not_answer_is_no_crash(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        program = tmp_path / "xset"
        program.write_text("#!/bin/sh\nexit 1\n")
        program.chmod(0o755)
        monkeypatch.setenv("PATH", str(tmp_path))
        told: list[str] = []
        assert stay_awake(told.append, {"xset": kiosk_awake.by_xset}) == ()
        assert isinstance(subprocess.CalledProcessError(1, "xset"), subprocess.SubprocessError)


def test_signs_of_life_come_twice_within_systemds_patience() -> None:
    sent: list[list[str]] = []
    watchdog = Watchdog(SYSTEMD, sent.append)
    for now in range(0, 90_001, 250):
        watchdog.tick(now)
    assert sent == 4 * [["WATCHDOG=1"]]


@pytest.mark.parametrize("environment", [{}, {"WATCHDOG_USEC": "1000"}, {**SYSTEMD, "WATCHDOG_USEC": "soon"}])
def test_nothing_is_sent_where_systemd_does_not_ask(environment: dict[str, str]) -> None:
    sent: list[list[str]] = []
    watchdog = Watchdog(environment, sent.append)
    watchdog.tick(0)
    watchdog.tick(100_000)
    assert sent == []
