"""What every long run leaves behind: its figures, for docs/reliability.md."""

import json
import platform
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

RESULTS = Path(__file__).with_name("results")
Told = Callable[..., None]


@pytest.fixture
def told(request: pytest.FixtureRequest) -> Iterator[Told]:
    """Call with the figures of a run; they are written down when it has passed."""
    begun = time.monotonic()
    found: dict[str, object] = {}
    yield found.update
    RESULTS.mkdir(exist_ok=True)
    name = str(request.node.name).removeprefix("test_")
    took = round(time.monotonic() - begun, 1)
    report = {"figures": found, "seconds": took, "date": time.strftime("%Y-%m-%d"), "machine": _machine()}
    if found:
        (RESULTS / f"{name}.json").write_text(json.dumps(report, indent=1) + "\n", "utf-8")


def _machine() -> str:
    import os  # noqa: PLC0415 - only here

    return (
        f"{os.cpu_count()} virtual cores, {platform.system()} {platform.machine()}, CPython {platform.python_version()}"
    )
