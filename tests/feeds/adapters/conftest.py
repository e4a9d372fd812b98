"""Small ways to put lines through the queue_log translator and to look at what comes out."""

from collections.abc import Callable
from pathlib import Path

import pytest

from feeds.adapters.asterisk.translator import Translator
from feeds.adapters.options import Options
from feeds.adapters.report import Report
from wallboard.core.vocabulary import Event

RECORDINGS = Path(__file__).parents[3] / "feeds" / "recordings"


@pytest.fixture(scope="session")
def recordings() -> Path:
    return RECORDINGS


@pytest.fixture(scope="session")
def options() -> Options:
    return Options(customer_key=b"a key for tests")


@pytest.fixture
def report() -> Report:
    return Report()


@pytest.fixture
def log(options: Options, report: Report) -> Callable[..., list[Event]]:
    """Translate queue_log lines; a line without an epoch gets the second of its place."""

    def translate(*lines: str, using: Options = options) -> list[Event]:
        translator = Translator(using, report)
        events: list[Event] = []
        for second, line in enumerate(lines):
            whole = line if line[:1].isdigit() and line[:9].isdigit() else f"{1_800_000_000 + second}|{line}"
            events += translator.read(whole.encode() + b"\n", "here")
        return events

    return translate


@pytest.fixture
def told() -> Callable[..., list[str]]:
    """Each event in a few words: its tag and the named fields."""

    def words(events: list[Event], *fields: str, only: str = "") -> list[str]:
        lines = []
        for event in events:
            tag = str(type(event).__struct_config__.tag)
            if tag.startswith(only):
                values = [str(getattr(event, name)) for name in fields if getattr(event, name, None) is not None]
                lines.append(" ".join([tag, *values]))
        return lines

    return words
