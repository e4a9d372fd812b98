"""A command run in this process, and recordings to run it on."""

import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from msgspec import Struct

from wallboard.cli import main

RECORDINGS = Path(__file__).parents[2] / "feeds" / "recordings"
QUEUE_LOG = RECORDINGS / "asterisk-22.queue_log"


class Ended(Struct, frozen=True):
    """What a command left behind."""

    code: int
    out: str
    err: str


Wallboard = Callable[..., Ended]


@pytest.fixture
def wallboard(capfd: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Wallboard:
    """Run ``wallboard`` with words, in a folder of its own, with its own key of customers' hashes."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))

    def run(*words: object) -> Ended:
        capfd.readouterr()
        code = main([str(word) for word in words])
        out, err = capfd.readouterr()
        return Ended(code, out, err)

    return run


@pytest.fixture(scope="session")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The captured queue_log as a feed, made once; not to be written to."""
    folder = tmp_path_factory.mktemp("recording")
    key = folder / "key"
    key.write_bytes(b"k" * 32)
    path = folder / "day.feed"
    words = ["import", "asterisk-queue-log", QUEUE_LOG, "--customer-key", key, "--out", path]
    assert main([str(word) for word in words]) == 0
    return path


@pytest.fixture
def damaged(recording: Path, tmp_path: Path) -> Path:
    """The recording with one bit flipped in the body of its third block."""
    path = tmp_path / "hurt.feed"
    shutil.copy(recording, path)
    with closing(sqlite3.connect(path)) as db, db:
        body = bytearray(db.execute("SELECT body FROM blocks WHERE first_seq = 2000").fetchone()[0])
        body[len(body) // 2] ^= 4
        db.execute("UPDATE blocks SET body = ? WHERE first_seq = 2000", (bytes(body),))
    return path
