"""Ending a command that runs until told: Ctrl+C and SIGTERM set a flag, so files are closed as they should be."""

import signal
from threading import Event as Flag
from types import FrameType


def stop_flag() -> Flag:
    """A flag that SIGINT and SIGTERM set from now on."""
    flag = Flag()

    def stop(_: int, __: FrameType | None) -> None:
        flag.set()

    signal.signal(signal.SIGINT, stop)
    signal.signal(signal.SIGTERM, stop)
    return flag
