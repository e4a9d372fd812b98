"""A moment's figures go when nobody looks at them any more, without waiting for the garbage collector."""

import gc
import weakref

from tests.core.tales import Floor, tell
from wallboard.core.figures import Figures


def test_figures_are_gone_with_the_last_who_looks() -> None:
    floor = Floor(tell("ContactStarted", 0), tell("ContactQueued", 1), now=2)
    gc.disable()
    try:
        figures = Figures(floor.snapshot)
        figures.measure("offered")
        figures.narrowed((("channel", "voice"),)).measure("offered", by="queue", group="q")
        gone = weakref.ref(figures)
        del figures
        assert gone() is None
    finally:
        gc.enable()
