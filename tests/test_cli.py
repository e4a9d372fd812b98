"""The parser and its exit codes, apart from any one command."""

import argparse
import sys
from types import ModuleType

import pytest

from wallboard import __version__, cli
from wallboard.errors import DataError, FeedError, JournalError, UsageError


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """A command of the test's own, under the name of one that there is."""
    module = ModuleType("planted")
    module.add_arguments = lambda _: None  # type: ignore[attr-defined]
    monkeypatch.setitem(sys.modules, "planted", module)
    monkeypatch.setitem(cli.COMMANDS, "verify", ("planted", "planted"))
    return module


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (UsageError("not so"), 2, "wallboard: not so\n"),
        (DataError("not data"), 1, "wallboard: not data\n"),
        (JournalError("not a feed"), 1, "wallboard: not a feed\n"),
        (FeedError("not there"), 1, "wallboard: not there\n"),
        (PermissionError(13, "Permission denied", "x.feed"), 1, "wallboard: x.feed: Permission denied\n"),
        (OSError(28, "No space left on device"), 1, "wallboard: No space left on device\n"),
        (KeyboardInterrupt(), 130, ""),
    ],
)
def test_an_error_is_one_line_and_an_exit_code(
    command: ModuleType, capsys: pytest.CaptureFixture[str], error: BaseException, code: int, words: str
) -> None:
    def run(_: argparse.Namespace) -> int:
        raise error

    command.run = run  # type: ignore[attr-defined]
    assert cli.main(["verify"]) == code
    assert capsys.readouterr() == ("", words)


def test_a_bug_is_not_hidden(command: ModuleType) -> None:
    def run(_: argparse.Namespace) -> int:
        raise ZeroDivisionError

    command.run = run  # type: ignore[attr-defined]
    with pytest.raises(ZeroDivisionError):
        cli.main(["verify"])


@pytest.mark.parametrize("code", [0, 1])
def test_what_a_command_returns_is_the_exit_code(command: ModuleType, code: int) -> None:
    command.run = lambda _: code  # type: ignore[attr-defined]
    assert cli.main(["verify"]) == code


@pytest.mark.parametrize("words", [["--help"], *([name, "--help"] for name in cli.COMMANDS)], ids=" ".join)
def test_every_command_has_help(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(words)
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith(f"usage: {' '.join(['wallboard', *words[:-1]])}")


def test_an_option_cut_short_is_not_guessed(capsys: pytest.CaptureFixture[str]) -> None:
    """A script that says ``--win`` would break with the next option that begins so."""
    assert cli.main(["kpis", "x.feed", "--win", "30m"]) == 2
    assert capsys.readouterr().err == (
        'wallboard: kpis: unrecognized arguments: --win 30m; did you mean "--window"?; see `wallboard kpis --help`\n'
    )


def test_a_terminal_that_cannot_write_a_sign_shows_its_number(
    command: ModuleType, capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    with open(1, "w", encoding="ascii", closefd=False) as plain:
        monkeypatch.setattr(sys, "stdout", plain)
        command.run = lambda _: plain.write("\N{EN DASH}\n")  # type: ignore[attr-defined]
        assert cli.main(["verify"]) == len("-\n")
    assert capfd.readouterr().out == "\\u2013\n"


def test_it_tells_its_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        cli.main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"wallboard {__version__}\n"
