"""Installing the wall at login, taking it away again, and hashing a PIN."""

import configparser
import io
import os
import shlex
import subprocess
import sys
from importlib import resources
from pathlib import Path

import pytest

from wallboard.cli import main
from wallboard.commands import kiosk
from wallboard.commands.autostart import Login, files, this_login
from wallboard.ui.kiosk_pin import matches

COMMAND = ("/opt/wall board/python", "-m", "wallboard", "run", "--kiosk", "--feed", "tcp://10.0.0.5:5556")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    login = Login(tmp_path, "linux", {}, systemd=True)
    monkeypatch.setattr(kiosk, "this_login", lambda: login)
    return tmp_path


def read(text: str) -> configparser.ConfigParser:
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign] # keep the case of keys, as documented
    parser.read_string(text)
    return parser


def test_installing_writes_a_unit_and_an_entry_that_begins_it(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kiosk", "install", "--feed", "tcp://10.0.0.5:5556", "--screen", "1", "--screen", "0"]) == 0
    written = sorted(str(path.relative_to(home)) for path in home.rglob("*") if path.is_file())
    assert written == [
        ".config/autostart/wallboard-kiosk.desktop",
        ".config/systemd/user/wallboard-kiosk.service",
    ]
    assert sorted(capsys.readouterr().out.split()) == sorted(str(home / name) for name in written)
    unit = read((home / written[1]).read_text())["Service"]
    words = shlex.split(unit["ExecStart"])
    assert words[:5] == [sys.executable, "-m", "wallboard", "run", "--kiosk"]
    assert words[5:] == ["--feed", "tcp://10.0.0.5:5556", "--screen", "1", "--screen", "0"]
    assert (unit["Restart"], unit["NotifyAccess"], int(unit["WatchdogSec"])) == ("on-failure", "all", 60)
    entry = read((home / written[0]).read_text())["Desktop Entry"]
    assert "systemctl --user restart wallboard-kiosk.service" in entry["Exec"]


def test_a_board_is_written_with_its_whole_path(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    board = resources.files("wallboard.board") / "boards" / "team.toml"
    (tmp_path / "floor.toml").write_text(board.read_text(encoding="utf-8"))
    monkeypatch.chdir(tmp_path)
    assert main(["kiosk", "install", "--board", "floor.toml"]) == 0
    assert f"--board {tmp_path}/floor.toml" in (home / ".config/systemd/user/wallboard-kiosk.service").read_text()


def test_a_wall_between_machines_is_installed_with_its_keys(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wallboard.commands.keys.user_config_path", lambda name: tmp_path / "config" / name)
    monkeypatch.chdir(tmp_path)
    for name in ("wall", "pbx"):
        assert main(["keys", "new", name]) == 0
    public = "config/wallboard/keys/pbx.pub"
    (tmp_path / "past").mkdir()
    words = ["--feed", "tcp://10.0.0.5:5556", "--feed", "tcp://10.0.0.6:5556,tcp://10.0.0.7:5556"]
    words += ["--server-key", public, "--keys", "wall", "--no-memory", "--history", "past"]
    assert main(["kiosk", "install", *words]) == 0
    unit = read((home / ".config/systemd/user/wallboard-kiosk.service").read_text())["Service"]
    whole = [str(tmp_path / word) if word in (public, "past") else word for word in words]
    assert shlex.split(unit["ExecStart"])[5:] == whole


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["--feed", "10.0.0.5"], 2, '"10.0.0.5" is no address'),
        (["--keys", "wall"], 2, "--keys needs --server-key"),
        (["--board", "nope", "--theme", "midnight"], 1, 'there is no board "nope"'),
        (["--theme", "midnite"], 1, 'there is no theme "midnite"'),
        (["--history", "nowhere"], 1, "nowhere is no folder of recordings"),
    ],
)
def test_what_could_not_begin_at_login_is_told_now(
    home: Path, capsys: pytest.CaptureFixture[str], words: list[str], code: int, told: str
) -> None:
    assert main(["kiosk", "install", *words]) == code
    assert told in capsys.readouterr().err
    assert not list(home.iterdir())


def test_removing_takes_away_what_was_installed_and_nothing_else(home: Path) -> None:
    other = home / ".config/autostart/other.desktop"
    assert main(["kiosk", "install"]) == 0
    other.write_text("mine")
    assert main(["kiosk", "remove"]) == 0
    assert [path for path in home.rglob("*") if path.is_file()] == [other]


@pytest.mark.usefixtures("home")
def test_there_may_be_nothing_to_remove(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["kiosk", "remove"]) == 2
    assert capsys.readouterr().err == "wallboard: no wall is installed for this login; there is nothing to remove\n"


def test_without_systemd_the_entry_begins_the_wall_itself(tmp_path: Path) -> None:
    written = files(Login(tmp_path, "linux", {}, systemd=False), COMMAND)
    (path, text), *more = written.items()
    assert not more
    assert path == tmp_path / ".config/autostart/wallboard-kiosk.desktop"
    *shell, script = shlex.split(read(text)["Desktop Entry"]["Exec"])
    assert shell == ["sh", "-c"]
    assert shlex.split(script) == ["until", *COMMAND[:-1], f"{COMMAND[-1]};", "do", "sleep", "2;", "done"]


def test_without_systemd_the_wall_is_begun_again_until_somebody_leaves(tmp_path: Path) -> None:
    """It fails twice, is left the third time, and stays away."""
    (tmp_path / "sleep").write_text("#!/bin/sh\n")
    (tmp_path / "wall").write_text('#!/bin/sh\necho begun >>"$1"\n[ "$(wc -l <"$1")" -ge 3 ]\n')
    for name in ("sleep", "wall"):
        (tmp_path / name).chmod(0o755)
    command = (str(tmp_path / "wall"), str(tmp_path / "100 % log"))
    (text,) = files(Login(tmp_path, "linux", {}, systemd=False), command).values()
    words = shlex.split(read(text)["Desktop Entry"]["Exec"].replace("%%", "%"))
    subprocess.run(words, check=True, env={"PATH": f"{tmp_path}:{os.environ['PATH']}"})
    assert (tmp_path / "100 % log").read_text() == "begun\n" * 3


def test_the_folders_the_environment_names_are_used(tmp_path: Path) -> None:
    login = Login(tmp_path, "linux", {"XDG_CONFIG_HOME": str(tmp_path / "conf")}, systemd=True)
    assert {path.relative_to(tmp_path).parts[0] for path in files(login, COMMAND)} == {"conf"}


@pytest.mark.parametrize("word", ["100%", 'a "quote"', "back\\slash", "plain"])
def test_odd_words_survive_the_quoting(tmp_path: Path, word: str) -> None:
    text = next(iter(files(Login(tmp_path, "linux", {}, systemd=False), ("run", word)).values()))
    script = shlex.split(read(text)["Desktop Entry"]["Exec"].replace("%%", "%"))[-1]
    assert shlex.split(script)[1:3] == ["run", f"{word};"]


def test_windows_begins_the_wall_again_until_somebody_leaves(tmp_path: Path) -> None:
    (path, text), *more = files(Login(tmp_path, "win32", {}, systemd=False), COMMAND).items()
    assert not more
    assert path.parts[-2:] == ("Startup", "wallboard-kiosk.cmd")
    assert '"/opt/wall board/python" -m wallboard run --kiosk' in text
    assert "goto again" in text
    assert text.count("\n") == text.count("\r\n")


def test_a_pin_is_hashed_for_the_board_file(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("4711\n"))
    assert main(["kiosk", "pin"]) == 0
    line = capsys.readouterr().out.strip()
    assert matches("4711", line.removeprefix('pin = "').removesuffix('"'))


def test_what_is_no_pin_is_told(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("12\n"))
    assert main(["kiosk", "pin"]) == 2
    assert capsys.readouterr().err == "wallboard: a PIN is 4 to 12 digits\n"


def test_this_login_is_somebodys() -> None:
    assert this_login().home.is_dir()
