"""The captured 20 minutes at their own pace, the line cut again and again, or the bridge killed, against the queue_log.

While nobody listens the ACD goes on: its log grows, and whoever connects again is told how the floor stands then.
"""

import random
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest

from feeds.adapters.options import Options, Secret
from feeds.adapters.registry import import_files
from tests.feeds.adapters.fake_manager import FakeManager, Talk
from tests.feeds.adapters.recorded_floor import Floor, blocks, lines
from tests.feeds.adapters.test_ami_against_log import count, ends, offers, talks, waits
from wallboard.core.events import FloorBegan, FloorEnded
from wallboard.core.vocabulary import Event

Gaps = list[tuple[float, float]]
FACTS = (waits, talks, offers, ends)
FEW: Gaps = [(120, 3), (250, 20), (400, 45), (600, 0.5), (800, 60), (1000, 5)]
"""Seconds after the beginning, and how long."""
SECRET = "made for this test"  # noqa: S105 - made for this test


def many(seed: int) -> Gaps:
    choice = random.Random(seed)
    gaps, at = [], 30.0
    while at < 1150:
        length = choice.choice([0.3, 1, 2, 3, 5, 10, 25, 50])
        gaps.append((at, length))
        at += length + choice.uniform(4, 60)
    return gaps


class Evening:
    """The capture, a bridge to it, and the log it writes beside (if `log`), with times in which nobody listens."""

    def __init__(self, manager: FakeManager, recordings: Path, using: Options, log: Path | None) -> None:
        self.using = using if log is None else msgspec.structs.replace(using, queue_log=log)
        self.manager, self._log, self._lines = manager, log, lines(recordings)
        self.blocks = list(blocks(recordings))
        self.began = self._now = self.blocks[0][0]
        self._floor, self._listening, self._asked, self._up = Floor(), True, 0, True
        self._write(self._lines[0][0])
        manager.time = self.began
        self.talk = Talk(manager, self.using, (), round(self.began * 1000))
        self.talk.until("floor.ended", 1)

    def run(self, gaps: Gaps, *, killed: bool) -> list[Event]:
        """Everything the bridge told. In a gap the line is cut, or the bridge itself is `killed`."""
        for at, block, raw in self.blocks:
            self._wait(at)
            self._floor.take(at, block)
            self._write(at)
            self.manager.queues, self.manager.channels = self._floor.queues(at), self._floor.channels()
            self._cut(any(a <= at - self.began < a + length for a, length in gaps), killed=killed)
            self._say(raw)
        self.talk.settle(200, 10)
        self.talk.events += self.talk.follower._ami.finish()
        self.talk.follower.close()
        return self.talk.events

    def _wait(self, at: float) -> None:
        while at > self._now:
            step = min(at - self._now, 0.4)
            self._now += step
            if self._up:
                self.talk.step(round(step * 1000))
            else:
                self.talk.clock.advance(round(step * 1000))
                self.manager.time += step

    def _write(self, at: float) -> None:
        if self._log is None:
            return
        with self._log.open("ab") as stream:
            while self._lines and self._lines[0][0] <= at:
                stream.write(self._lines.pop(0)[1])

    def _cut(self, cut: bool, *, killed: bool) -> None:  # noqa: FBT001 - what it is to be
        if cut and not self.manager.away:
            self.manager.away, self._listening, self._asked = True, False, len(self.manager.actions)
            self.manager.drop()
            if killed:
                self.talk.follower.close()
                self._up = False
        elif not cut and self.manager.away:
            self.manager.away = False
            if killed:
                told = self.talk.events
                self.talk = Talk(self.manager, self.using, told, self.talk.clock.wall())
                self.talk.events, self._up = list(told), True

    def _say(self, raw: bytes) -> None:
        """Whoever is not logged in hears nothing."""
        if self.manager.away:
            return
        self.talk.step()
        since = self.manager.actions[self._asked :]
        self._listening = self._listening or any(action["Action"] == "QueueStatus" for action in since)
        if self._listening:
            self.manager.say(raw)
        self.talk.step()


def traffic(events: list[Event]) -> list[Event]:
    """Without what restates the floor."""
    kept, inside = [], False
    for event in events:
        inside = inside or isinstance(event, FloorBegan)
        if not inside:
            kept.append(event)
        inside = inside and not isinstance(event, FloorEnded)
    return kept


@pytest.fixture
def evening(recordings: Path) -> Callable[..., list[Event]]:
    using = Options(customer_key=b"a key for tests", user="wall", secret=Secret(SECRET))

    def told(gaps: Gaps, log: Path | None, *, killed: bool) -> list[Event]:
        with FakeManager(secret=SECRET) as manager:
            return Evening(manager, recordings, using, log).run(gaps, killed=killed)

    return told


@pytest.fixture
def written(recordings: Path) -> list[Event]:
    using = Options(customer_key=b"a key for tests")
    return list(import_files("asterisk-queue-log", [recordings / "asterisk-22.queue_log"], using))


@pytest.mark.parametrize("killed", [False, True], ids=["line cut", "bridge killed"])
@pytest.mark.parametrize("gaps", [[], FEW, many(0), many(8)], ids=["none", "few", "many", "others"])
def test_with_the_log_beside_it_nothing_is_lost_and_nothing_told_twice(
    evening: Callable[..., list[Event]], written: list[Event], tmp_path: Path, gaps: Gaps, *, killed: bool
) -> None:
    """Callers, talks, unanswered offers and every way out: also who was redirected is then as the log has it."""
    events = evening(gaps, tmp_path / "queue_log", killed=killed)
    told = traffic(events)
    for fact in FACTS:
        assert count(told, fact) == count(written, fact)
    began = [event.unheard_since for event in events if isinstance(event, FloorBegan)]
    assert len(gaps) - 2 <= len(began) - 1 <= len(gaps)  # in some, nothing happened
    assert not any(began)


@pytest.mark.parametrize("killed", [False, True], ids=["line cut", "bridge killed"])
def test_without_a_log_what_lacks_was_in_the_time_that_is_told_as_unheard(
    evening: Callable[..., list[Event]], written: list[Event], *, killed: bool
) -> None:
    events = evening(FEW, None, killed=killed)
    silent = [(e.unheard_since, e.at) for e in events if isinstance(e, FloorBegan) and e.unheard_since]
    assert len(silent) == len(FEW)
    told = traffic(events)
    for of_leg in (waits, talks):

        def fact(event: Event) -> tuple[str, ...] | None:
            """But for the leg: who waited unheard before has one less."""
            key = of_leg(event)  # noqa: B023 - used up before the next
            return key and tuple(word for word in key if not word.isdecimal())

        lacks = count(written, fact) - count(told, fact)
        at = {key: event.at for event in written if (key := fact(event))}
        assert 50 < lacks.total() < 150
        assert not [key for key in lacks if not any(a - 1000 <= at[key] <= b for a, b in silent)]
        assert not count(told, fact) - count(written, fact)
