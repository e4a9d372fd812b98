"""What the wall does when its fold can no longer go on."""

import threading
from typing import cast

import pytest

from feeds.lineage import ReplacedError
from wallboard.app import _fold
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
