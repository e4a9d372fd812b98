"""``wallboard bridge asterisk-ami``: how it logs in, and what it says when it cannot."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commands.conftest import Ended, Wallboard
from wallboard.commands.bridge import say_past
from wallboard.commands.reading import SECRET
from wallboard.zones import local, period

AMI = ("bridge", "asterisk-ami", "127.0.0.1:1", "--publish", "tcp://127.0.0.1:*")


@pytest.fixture
def ssh() -> Iterator[int]:
    """A port that greets as something else."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def greet() -> None:
            visitor, _ = listener.accept()
            with visitor:
                visitor.sendall(b"SSH-2.0-OpenSSH_9.2\r\n")
                visitor.recv(1)

        thread = threading.Thread(target=greet)
        thread.start()
        yield listener.getsockname()[1]
        thread.join()


def run(folder: Path, *words: str, **variables: str) -> Ended:
    """In a process of its own, for a bridge takes over the signals."""
    environment = {**os.environ, "XDG_DATA_HOME": str(folder), **variables}
    command = [sys.executable, "-m", "wallboard", *words]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)
    return Ended(done.returncode, done.stdout, done.stderr)


def test_a_log_that_ended_before_today_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """Nothing of it would be on the wall, and nothing would say why."""
    now = 1_795_335_439_000
    midnight, _ = period(now, None, (0,))
    say_past(midnight, now)
    assert capsys.readouterr().err == ""
    say_past(midnight - 1000, now)
    assert capsys.readouterr().err == (
        f"the newest of it is of {local(midnight - 1000, None).isoformat()}, and a live wall shows today; "
        "see `wallboard import --help`\n"
    )


def test_without_a_user_or_secret_it_says_what_it_needs(wallboard: Wallboard, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(SECRET, raising=False)
    for words in (AMI, (*AMI, "--user", "wall")):
        ended = wallboard(*words)
        assert ended.code == 2
        assert ended.err == (
            "wallboard: asterisk-ami needs --user NAME and that user's secret: name a file that holds it with "
            "--secret-file, or set the environment variable WALLBOARD_AMI_SECRET\n"
        )


def test_a_secret_file_that_is_not_there_or_empty_is_named(wallboard: Wallboard, tmp_path: Path) -> None:
    gone = wallboard(*AMI, "--user", "wall", "--secret-file", tmp_path / "gone")
    assert (gone.code, "the secret cannot be read: " in gone.err) == (1, True)
    (tmp_path / "empty").write_text("\n")
    empty = wallboard(*AMI, "--user", "wall", "--secret-file", tmp_path / "empty")
    assert empty.err == f"wallboard: {tmp_path / 'empty'}: the secret is to be its first line, and that is empty\n"


def test_a_port_of_something_else_ends_the_bridge_in_words(ssh: int, tmp_path: Path) -> None:
    words = ("bridge", "asterisk-ami", f"127.0.0.1:{ssh}", "--user", "wall", "--publish", "tcp://127.0.0.1:*")
    ended = run(tmp_path, *words, **{SECRET: "canary-secret"})
    assert ended.code == 1
    assert ended.err.splitlines()[-1] == (
        f"wallboard: 127.0.0.1:{ssh} is no Asterisk manager port: it says 'SSH-2.0-OpenSSH_9.2'; the usual port is 5038"
    )
    assert "canary-secret" not in ended.err + ended.out


@pytest.mark.skipif(sys.platform == "win32", reason="limits are POSIX")
def test_a_publisher_that_can_no_longer_write_its_journal_says_so(tmp_path: Path) -> None:
    """Nobody on the wall could know: the feed goes on. What is not written is what a late wall will lack."""
    words = ("simulate", "--publish", "tcp://127.0.0.1:*", "--rate", "3000", "--seconds", "2", "--journal", "a.feed")
    limited = ["sh", "-c", 'ulimit -f 200; exec "$@"', "sh", sys.executable, "-m", "wallboard", *words]
    done = subprocess.run(limited, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60)
    told = done.stderr.splitlines()
    assert told[1].startswith("not recording: a.feed cannot be written: ")
    assert told[-1].startswith("wallboard: a.feed cannot be written: ")
    assert told[-1].endswith(" events are not in it.")
    assert done.returncode == 1
