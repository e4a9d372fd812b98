"""What the wall does when its fold can no longer go on."""

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import cast

import pytest

from feeds.journal import JournalWriter
from feeds.lineage import ReplacedError
from wallboard.app import _fold
from wallboard.core.events import Notice
from wallboard.core.source import Beginning
from wallboard.engine import Engine
from wallboard.errors import DataError
from wallboard.zones import fold_of


class Failing:
    """An engine that ends so."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def run(self, _: threading.Event) -> None:
        raise self.error


def run(error: Exception, *, trusted: bool) -> bool:
    beginning = Beginning(fold_of(("today",), "UTC"), trusted=trusted)
    return _fold(cast("Engine", Failing(error)), beginning, threading.Event())


def test_a_fold_that_began_from_a_checkpoint_and_fails_begins_again_without_one() -> None:
    assert not run(KeyError("row"), trusted=True)


def test_a_fold_that_began_from_events_and_fails_ends_the_wall() -> None:
    with pytest.raises(KeyError):
        run(KeyError("row"), trusted=False)


def test_another_centre_is_begun_with_whatever_may_be_had() -> None:
    assert run(ReplacedError("another"), trusted=True)


def test_what_is_wrong_with_the_feed_is_not_blamed_on_a_checkpoint() -> None:
    with pytest.raises(DataError):
        run(DataError("wrong"), trusted=True)


SIGNALLED = """
import signal, sys
from wallboard import app
from wallboard.cli import main

build = app._window

def window(wall):
    signal.raise_signal(signal.SIGINT)
    return build(wall)

app._window = window
sys.exit(main(["run", sys.argv[1]]))
"""


def test_ctrl_c_while_the_window_is_being_built_is_heeded(tmp_path: Path) -> None:
    path = tmp_path / "day.feed"
    with JournalWriter(path) as journal:
        journal.append([Notice(at=1_700_000_000_000, text="x")], source="pbx", epoch=1, seq=0)
    command = [sys.executable, "-c", SIGNALLED, str(path)]
    env = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    ended = subprocess.run(command, env=env, timeout=60, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
