"""What every test gets: Qt without a screen, the same examples each run, a failure when a thread outlives it."""

import os
import threading
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# A busy machine must not fail a test: no deadline, no complaint about slow data, no luck.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")

GRACE_S = 2.0
"""A thread that was told to stop may need a moment; it is paid only when one is still there."""

NOT_OURS = {
    "_DummyThread",  # a thread Qt started: Python lists it for good, and Qt itself complains of a running one
    "GarbageCollectorThread",  # pyzmq's, once a process
    "TMonitor",  # tqdm's, once a process
}


@pytest.fixture(autouse=True)
def _no_thread_left_running() -> Iterator[None]:
    before = set(threading.enumerate())
    yield
    left = [t for t in threading.enumerate() if t not in before and type(t).__name__ not in NOT_OURS]
    for thread in left:
        thread.join(GRACE_S)
    names = [thread.name for thread in left if thread.is_alive()]
    if names:
        pytest.fail(f"left running: {', '.join(names)}")
