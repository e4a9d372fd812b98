"""A fold at rest: what comes back is the same fold, and what is not one changes nothing."""

import contextlib
import random
from collections import Counter, deque
from collections.abc import Callable
from typing import Any

import msgspec
import numpy as np
import pytest
import zstandard
from msgspec import Struct

from feeds import freeze as freezing
from feeds.columns import MALFORMED, UNWRITABLE, Taken, attributes, decoder, reachable
from feeds.freeze import Packing, freeze, tag, taken, thaw
from feeds.rebuild import read
from tests.feeds.chaos import facts, feed
from wallboard.core.aggregator import Aggregator
from wallboard.core.vocabulary import Event
from wallboard.zones import period


def fresh(windows: tuple[str, ...] = ("today", "30m"), zone: str = "UTC") -> Aggregator:
    return Aggregator(period, windows, zone)


def folded(events: list[Event]) -> Aggregator:
    fold = fresh()
    fold.fold(events)
    fold.advance(events[-1].at)
    return fold


def told(fold: Aggregator, events: list[Event]) -> bytes:
    fold.fold(events)
    fold.advance(max(event.at for event in events))
    return facts(fold.snapshot())


@pytest.fixture(scope="module")
def events() -> list[Event]:
    return feed(5, 6000)


@pytest.fixture(scope="module")
def frozen(events: list[Event]) -> bytes:
    return freeze(folded(events[:3000]))


def test_a_thawed_fold_goes_on_as_if_nothing_had_happened(events: list[Event]) -> None:
    fold, again = folded(events[:3000]), fresh()
    assert thaw(freeze(fold), again)
    assert told(fold, events[3000:]) == told(again, events[3000:])


def counted(body: bytes) -> Counter[str]:
    """Things of each kind. In which order a set gives them is up to their addresses, so bytes may differ."""
    tables = decoder.decode(zstandard.decompress(body)).tables
    return Counter({kind: sum(each.count for each in tables if each.kind == kind) for kind in {t.kind for t in tables}})


def test_what_is_thawed_is_all_there_was(events: list[Event]) -> None:
    """Nothing is lost and nothing doubled: as many things of each kind, so what was shared is shared again."""
    fold, again = folded(events[:3000]), fresh()
    fold.snapshot()
    body = freeze(fold)
    assert thaw(body, again)
    assert counted(freeze(again)) == counted(body)


def test_a_state_takes_the_place_of_another(events: list[Event], frozen: bytes) -> None:
    used, again = folded(feed(6, 2000)), fresh()
    assert thaw(frozen, used)
    assert thaw(frozen, again)
    assert facts(used.snapshot()) == facts(again.snapshot())
    assert counted(freeze(used)) == counted(freeze(again))
    assert told(used, events[3000:]) == told(again, events[3000:])


def test_a_state_that_was_taken_is_of_that_moment(events: list[Event], frozen: bytes) -> None:
    fold = folded(events[:3000])
    state = taken(fold)
    told(fold, events[3000:])
    packing = Packing(state)
    packing.join()
    assert packing.trouble is None
    first, second = fresh(), fresh()
    assert thaw(packing.body, first)
    assert thaw(frozen, second)
    assert facts(first.snapshot()) == facts(second.snapshot())


def test_what_cannot_be_written_is_said(events: list[Event]) -> None:
    fold = folded(events[:100])
    fold._anomalies["huge"] = 1 << 70
    packing = Packing(taken(fold))
    packing.join()
    assert packing.body == b""
    assert "ints" in str(packing.trouble)


def test_other_settings_are_another_tag() -> None:
    others = (fresh(), fresh(("today",)), fresh(zone="Asia/Kolkata"))
    assert tag(fresh().settings) == tag(others[0].settings)
    assert len({tag(each.settings) for each in others}) == 3


def _state(fold: Aggregator) -> list[tuple[object, dict[str, Any]]]:
    """What the parts of a fold hold."""
    return [
        (thing, attributes(thing))
        for thing in reachable(fold, lambda kind: "wallboard.core" in kind.__module__).values()
    ]


def refused(body: bytes) -> None:
    """It is not taken, and the fold is as it was."""
    fold = folded(feed(6, 500))
    before = _state(fold)
    assert not thaw(body, fold)
    assert _state(fold) == before


def test_a_state_of_other_settings_is_not_taken(events: list[Event]) -> None:
    other = fresh(("today", "5m"))
    other.fold(events[:500])
    refused(freeze(other))


def test_what_is_cut_or_flipped_is_not_taken(frozen: bytes) -> None:
    dice = random.Random(1)
    refused(b"")
    refused(b"junk" * 100)
    refused(frozen[: len(frozen) // 2])
    for _ in range(50):
        at = dice.randrange(len(frozen))
        flipped = frozen[:at] + bytes([frozen[at] ^ 1 << dice.randrange(8)]) + frozen[at + 1 :]
        with contextlib.suppress(zstandard.ZstdError):  # one that only says that there is a sum changes nothing
            if zstandard.decompress(flipped) == zstandard.decompress(frozen):
                continue
        refused(flipped)


def test_a_bomb_is_not_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    def unpacked(_: bytes) -> bytes:
        raise AssertionError("unpacked")

    bomb = zstandard.compress(bytes(freezing.MAX_BYTES // 2), 19)
    monkeypatch.setattr("feeds.freeze.zstandard.decompress", unpacked)
    refused(bomb)


class Thing:
    """Holds anything."""

    def __init__(self) -> None:
        self.held: Any = None
        self.other: Thing | None = None
        self.step = self.method

    def method(self) -> None:
        """Code."""


class Record(Struct, frozen=True):
    """A value."""

    number: int
    within: Any = None


KNOWN: dict[str, type] = {f"{kind.__module__}.{kind.__qualname__}": kind for kind in (Thing, Record)}


def is_known(kind: type) -> bool:
    return kind in KNOWN.values()


def through(held: object) -> Any:
    root, again = Thing(), Thing()
    root.held = held
    raw = Taken(root, is_known).written()
    for thing, values in read(raw, again, KNOWN.get):
        for name, value in values.items():
            setattr(thing, name, value)
    return again.held


@pytest.mark.parametrize(
    "held",
    [
        None, 1, -(1 << 63), (1 << 64) - 1, 1.5, float("inf"), True, "words", b"bytes", [], {}, (), set(), frozenset(),
        [1, True, 1.0, None, "one"], {1: "a", None: (2, (3, ()))}, {"a"}, frozenset({1, 2}), [["deep"], [[]]],
        deque([1, 2], 5), {(1, "x"): [Record(1), Record(2, (Record(3),))]}, ["again"] * 40, [None, *["w"] * 40],
        [Record(1), 5, "x", None, (1,), (1, 2)], {Record(9): Record(10, [1])},
    ],
)  # fmt: skip
def test_every_kind_of_thing_comes_back(held: object) -> None:
    found = through(held)
    assert found == held
    assert type(found) is type(held)
    assert msgspec.json.encode(repr(found)) == msgspec.json.encode(repr(held))


def test_arrays_come_back() -> None:
    arrays = [np.arange(6).reshape(2, 3), np.zeros((0, 4)), np.array([True, False]), np.arange(5, dtype=np.int32)]
    found = through(arrays)
    assert all(np.array_equal(a, b) and a.dtype == b.dtype for a, b in zip(arrays, found, strict=True))
    assert all(array.flags.writeable for array in found)


def test_what_was_shared_is_shared_again() -> None:
    shared, pair, loop = ["shared"], (1, "pair"), Thing()
    loop.other = loop
    loop.held = [loop]
    first, second, third, fourth, found = through([shared, {"k": shared}, pair, [pair], loop])
    assert first is second["k"]
    assert third is fourth[0]
    assert found.other is found.held[0] is found


def test_code_stays_where_it_was() -> None:
    """A thing that is there keeps its own methods, and nothing comes in their place."""
    root, again = Thing(), Thing()
    root.other, again.other = Thing(), Thing()
    there = again.other
    held = read(Taken(root, is_known).written(), again, KNOWN.get)
    assert [thing for thing, _ in held] == [again, there]
    assert all("step" not in values for _, values in held)
    for name in ("method", "__class__", "__init__"):
        raw = msgspec.msgpack.encode([[[f"{__name__}.Thing", 1, [name], [["v", [None]]]]], {"": [0, 0]}])
        with pytest.raises(ValueError, match="code"):
            read(raw, Thing(), KNOWN.get)


@pytest.mark.parametrize("held", [1 << 64, 1j, object(), [b"x", 1], np.zeros((1, 1, 1)), np.array(["x"]), len])
def test_what_has_no_way_to_be_written_is_refused(held: object) -> None:
    root = Thing()
    root.held = [held]
    with pytest.raises(UNWRITABLE):
        Taken(root, is_known).written()


THING, BODY, NONE = f"{__name__}.Thing", b"12345678", [["v", [0]], ["v", []]]
ONE = ["v", [1]]
ROOT = [THING, 1, ["held"], [["r", 1, 0]]]


@pytest.mark.parametrize(
    "tables",
    [
        [],
        [[THING, 2, ["held"], [["v", [1]]]]],
        [[THING, 1 << 40, [], []]],
        [[THING, -1, [], []]],
        [["os.system", 1, ["0"], [["v", ["true"]]]]],
        [["builtins.eval", 1, ["0"], [["v", ["1"]]]]],
        [["unheard of", 1, [], []]],
        [[THING, 1, ["held"], [["t", [5], [0]]]]],
        [[THING, 1, ["held"], [["t", [1], [5]]]], ["list", 1, ["lengths", "flat"], [["v", [0]], ["v", []]]]],
        [ROOT, ["tuple", 1, ["0"], [["r", 1, 0]]]],
        [ROOT, ["list", 1, ["lengths", "flat"], [["v", [-1]], ["v", []]]]],
        [ROOT, ["list", 1, ["lengths", "flat"], [["v", [1 << 50]], ["v", []]]]],
        [ROOT, ["list", 1, ["lengths", "flat"], [["v", ["x"]], ["v", []]]]],
        [ROOT, ["list", 1, [], []]],
        [ROOT, ["dict", 1, [], [ONE, ["r", 2, 0], ONE]], ["list", 1, [], NONE]],
        [ROOT, ["array", 1, [], [["v", ["|O"]], ["v", [1]], ["v", [None]], ["b", [BODY]]]]],
        [ROOT, ["array", 1, [], [["v", ["<i8"]], ["v", [9]], ["v", [None]], ["b", [BODY]]]]],
        [[THING, 1, ["held"], [["w", ["x"], [7]]]]],
        [[THING, 1, ["held"], [["v", [[1]]]]]],
    ],
)  # fmt: skip
def test_what_claims_other_than_is_there_is_refused(tables: list[object]) -> None:
    raw = msgspec.msgpack.encode([tables, {"": [0, 0]}])
    with pytest.raises(MALFORMED):
        read(raw + bytes(0), Thing(), KNOWN.get)


def _places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    """Every place of a nested value that may be altered."""
    for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
        found.append((value, key))
        if isinstance(inner, dict | list):
            _places(inner, found)
    return found


JUNK: tuple[Callable[[random.Random], object], ...] = (
    lambda dice: dice.randrange(-5, 5),
    lambda dice: dice.randrange(1 << 62),
    lambda _: None,
    lambda _: "",
    lambda _: [],
    lambda _: b"12345678",
    lambda _: 0.5,
)


@pytest.mark.parametrize("seed", range(4))
def test_an_altered_state_is_refused_or_is_a_fold(seed: int) -> None:
    """Whatever a state says, reading it raises nothing and leaves a refused fold as it was."""
    dice = random.Random(seed)
    small = folded(feed(5, 300))
    whole = zstandard.decompress(freeze(small))
    for _ in range(100):
        graph = msgspec.msgpack.decode(whole)
        for _ in range(dice.randint(1, 3)):
            holder, key = dice.choice(_places(graph, []))
            holder[key] = dice.choice(JUNK)(dice)
        fold = fresh()
        before = _state(fold)
        if thaw(zstandard.compress(msgspec.msgpack.encode(graph)), fold):
            with contextlib.suppress(Exception):  # what a wall then does is to fold the events instead
                fold.snapshot()
        else:
            assert _state(fold) == before
