"""Installing the wall at login, taking it away again, and hashing a PIN."""

import configparser
import io
import shlex
import sys
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
    (tmp_path / "floor.toml").write_text("")
    monkeypatch.chdir(tmp_path)
    assert main(["kiosk", "install", "--board", "floor.toml"]) == 0
    assert f"--board {tmp_path}/floor.toml" in (home / ".config/systemd/user/wallboard-kiosk.service").read_text()


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
    assert shlex.split(read(text)["Desktop Entry"]["Exec"]) == list(COMMAND)


def test_the_folders_the_environment_names_are_used(tmp_path: Path) -> None:
    login = Login(tmp_path, "linux", {"XDG_CONFIG_HOME": str(tmp_path / "conf")}, systemd=True)
    assert {path.relative_to(tmp_path).parts[0] for path in files(login, COMMAND)} == {"conf"}


@pytest.mark.parametrize("word", ["100%", 'a "quote"', "back\\slash", "plain"])
def test_odd_words_survive_the_quoting(tmp_path: Path, word: str) -> None:
    text = next(iter(files(Login(tmp_path, "linux", {}, systemd=False), ("run", word)).values()))
    assert shlex.split(read(text)["Desktop Entry"]["Exec"].replace("%%", "%")) == ["run", word]


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
