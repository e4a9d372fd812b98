"""A simulated centre as others hear it."""

import pytest

from feeds.clock import ManualClock
from wallboard.commands.simulate import Centre

T0 = 1_795_336_680_000


@pytest.mark.parametrize(("speed", "passed"), [(0, 0), (1, 60_000), (10, 600_000)])
def test_what_it_says_of_its_present_goes_on_as_fast_as_its_events(speed: float, passed: int) -> None:
    """Else a wall would take them for events of the future, and leave them out."""
    base = ManualClock(wall=T0)
    centre = Centre(base, T0, speed)
    mono = centre.mono()
    centre.wait(60_000)
    assert (centre.wall(), centre.mono()) == (T0 + passed, mono + 60_000)
