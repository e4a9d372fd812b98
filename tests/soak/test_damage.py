"""A journal cut or bit-flipped 2 000 times: what is read is what was written, or the lack of it is said."""

import random
from pathlib import Path

from feeds.journal import JournalReader, JournalWriter
from feeds.verify import verify
from tests.feeds.chaos import feed
from tests.soak.conftest import Told
from wallboard.core.vocabulary import Event
from wallboard.errors import JournalError

SEED = 41
TIMES = 2000
EVENTS = 12_000


def test_damage(tmp_path: Path, told: Told) -> None:
    dice = random.Random(SEED)
    path, hurt = tmp_path / "a.feed", tmp_path / "hurt.feed"
    events = feed(SEED, EVENTS)
    with JournalWriter(path) as writer:
        for start in range(0, EVENTS, 700):
            writer.append(events[start : start + 700], source="pbx", epoch=1, seq=start)
    whole = path.read_bytes()
    counts = {"refused_in_words": 0, "loss_said": 0, "harmless": 0}
    for turn in range(TIMES):
        hurt.write_bytes(_hurt(whole, dice, cut=turn % 4 == 0))
        counts[_read(hurt, events)] += 1
    told(seed=SEED, events=EVENTS, bytes=len(whole), times=TIMES, **counts, silently_wrong=0)


def _hurt(whole: bytes, dice: random.Random, *, cut: bool) -> bytes:
    if cut:
        return whole[: dice.randrange(len(whole))]
    raw = bytearray(whole)
    for _ in range(dice.choice((1, 1, 1, 8, 64))):
        raw[dice.randrange(len(raw))] ^= 1 << dice.randrange(8)
    return bytes(raw)


def _read(path: Path, events: list[Event]) -> str:
    """What came of reading; fails the test when something wrong was passed off as right."""
    try:
        with JournalReader(path) as reader:
            got = [(block.seq + i, event) for block in reader.blocks() for i, event in enumerate(block.events)]
            damage = list(reader.damage)
        report = verify(path)
    except JournalError:
        return "refused_in_words"
    assert all(events[number] == event for number, event in got), "an event came back changed"
    numbers = [number for number, _ in got]
    assert numbers == sorted(set(numbers)), "events came back out of order or twice"
    if len(got) == len(events):
        return "harmless"
    assert damage, "events lack and nobody said so"
    assert not report.ok
    return "loss_said"
