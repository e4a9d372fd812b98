"""No file, however wrong, makes the translator raise, break an event's bounds, or end a leg twice."""

from collections import Counter

import msgspec
from hypothesis import given, settings
from hypothesis import strategies as st

from feeds.adapters.asterisk.lines import WHOLE
from feeds.adapters.asterisk.translator import Translator
from feeds.adapters.options import Options
from feeds.adapters.report import Report
from wallboard.core.events import (
    AnyEvent,
    ContactAnswered,
    ContactEnded,
    ContactQueued,
    ContactReleased,
    ContactStarted,
    ContactUnqueued,
)
from wallboard.core.vocabulary import Event

ODD = ["", "NONE", " ", "\u202e", "x" * 200, "9" * 40, "-7", "\0"]
LINES = st.lists(
    st.tuples(
        st.sampled_from([0, 0, 0, 1, 70, 90_000]),
        st.sampled_from(["a.1", "b.1", "c" * 80, "MANAGER", *ODD]),
        st.sampled_from(["sales", "vip", *ODD]),
        st.sampled_from(["Ann", "Bob", "SIP/1", "SIP/2", *ODD]),
        st.sampled_from([*sorted(WHOLE), "SURVEY", ""]),
        st.lists(st.sampled_from(["3", "12", "PAUSED", "BRIDGE", *ODD]), max_size=6),
    ),
    max_size=40,
)


def fold(lines: list[bytes]) -> list[Event]:
    translator = Translator(Options(customer_key=b"k"), Report())
    return [event for line in lines for event in translator.read(line, "here")] + translator.finish()


@settings(max_examples=150, deadline=None)
@given(LINES)
def test_any_mixture_of_lines_makes_valid_events_and_ends_nothing_twice(
    mixture: list[tuple[int, str, str, str, str, list[str]]],
) -> None:
    at, lines = 1_800_000_000, []
    for step, *words, data in mixture:
        at += step
        lines.append("|".join([str(at), *words, *data]).encode())
    events = fold(lines)
    assert msgspec.msgpack.decode(msgspec.msgpack.encode(events), type=list[AnyEvent]) == events
    for kind in (ContactQueued, ContactUnqueued):
        assert set(Counter((e.contact, e.leg) for e in events if isinstance(e, kind)).values()) <= {1}
    restarts = sum(event.__struct_config__.tag == "floor.began" for event in events)
    for once in (ContactStarted, ContactEnded):
        counted = Counter(e.contact for e in events if isinstance(e, once))
        assert max(counted.values(), default=0) <= 1 + restarts + (at - 1_800_000_000) // 86_400
    answered = sum(isinstance(event, ContactAnswered) for event in events)
    assert sum(isinstance(event, ContactReleased) for event in events) <= answered + len(lines)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.binary(max_size=200), max_size=20))
def test_any_bytes_are_counted_and_never_raised(lines: list[bytes]) -> None:
    report = Report()
    translator = Translator(Options(customer_key=b"k"), report)
    for line in lines:
        translator.read(line, "here")
    assert report.read == len(lines)
