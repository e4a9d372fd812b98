import os

from wallboard.core.ledger import COMPILED


def test_the_fold_under_test_is_the_one_that_was_meant() -> None:
    """`make test` runs these tests twice: once interpreted, and once more with the fold compiled."""
    assert ("WALLBOARD_COMPILED" in os.environ) == COMPILED
