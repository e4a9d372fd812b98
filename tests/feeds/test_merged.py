"""Several feeds on one wall: sites add up, standbys stand in, and the worst is said."""

import random
from collections.abc import Callable

import pytest
from msgspec.structs import replace

from feeds.clock import ManualClock
from feeds.merged import GIVE_UP_MS, RECENT_MS, Member, Merged
from feeds.publisher import Publisher
from feeds.sequence import Run
from feeds.sockets import Socket
from feeds.subscriber import JUNK, Subscriber
from tests.feeds.ether import Ether, Weather
from wallboard.core.events import AnyEvent, Notice, Undecodable
from wallboard.core.source import FeedHealth, FeedState


def notes(start: int, stop: int) -> tuple[AnyEvent, ...]:
    return tuple(Notice(at=i, text=str(i)) for i in range(start, stop))


class Fake:
    """A member that says what it is told to."""

    def __init__(self, name: str, state: FeedState = "live") -> None:
        self.runs: list[Run] = []
        self.told = FeedHealth(state=state, source=name, age_ms=0)
        self.heard: dict[str, int] = {}
        self.present = 0
        self.closed = False

    def give(self, start: int, stop: int, source: str = "pbx", epoch: int = 1) -> None:
        self.runs.append(Run(source, epoch, start, notes(start, stop)))

    def take(self, _: int) -> list[Run]:
        out, self.runs = self.runs, []
        return out

    def waits_for(self) -> tuple[list[Socket], int]:
        return [], 10

    def serving(self) -> dict[str, dict[str, int]]:
        return {self.told.source: self.heard}

    def now(self) -> int:
        return self.present

    def health(self) -> FeedHealth:
        return self.told

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def merge(clock: ManualClock) -> Callable[..., Merged]:
    ether = Ether(clock, random.Random(0))

    def made(*groups: list[Fake], **more: object) -> Merged:
        members: list[list[Member]] = [list(group) for group in groups]
        return Merged(members, clock=clock, network=ether.host(), **more)  # type: ignore[arg-type]

    return made


Make = Callable[..., Merged]


def ats(merged: Merged) -> list[int]:
    return [event.at for event in merged.poll(0)]


def test_the_first_copy_of_a_number_wins_whichever_way_it_came(merge: Make) -> None:
    a, b = Fake("a"), Fake("b")
    merged = merge([a, b])
    a.give(0, 4)
    b.give(0, 6)
    assert ats(merged) == list(range(6))
    a.give(4, 9)
    b.give(6, 7)
    assert ats(merged) == [6, 7, 8]
    assert merged.health().missing == 0


def test_what_one_gave_up_the_other_fills_in_order(merge: Make) -> None:
    a, b = Fake("a"), Fake("b")
    merged = merge([a, b])
    a.give(0, 2)
    assert ats(merged) == [0, 1]
    a.give(5, 7)
    assert ats(merged) == []
    assert (merged.health().state, merged.health().gaps_open) == ("filling", 1)
    b.give(0, 7)
    assert ats(merged) == [2, 3, 4, 5, 6]
    assert (merged.health().state, merged.health().missing) == ("live", 0)


def test_what_nobody_has_is_given_up_and_counted(merge: Make, clock: ManualClock) -> None:
    a, b = Fake("a"), Fake("b")
    merged = merge([a, b])
    a.give(0, 2)
    a.give(5, 7)
    assert ats(merged) == [0, 1]
    clock.advance(GIVE_UP_MS - 1)
    assert ats(merged) == []
    clock.advance(1)
    assert ats(merged) == [5, 6]
    assert merged.health().missing == 3
    b.give(3, 4)
    assert ats(merged) == [3]
    assert merged.health().missing == 2


def test_however_many_gaps_there_are_all_is_counted_and_nothing_held_for_long(merge: Make, clock: ManualClock) -> None:
    """Waited for one after the other they would hold a wall up ever more."""
    a, b = Fake("a"), Fake("b")
    merged = merge([a], [b])
    for seq in range(1, 6001, 3):
        a.give(seq, seq + 1)
        clock.advance(5)
        merged.poll(0)
    for _ in range(4):
        clock.advance(GIVE_UP_MS)
        merged.poll(0)
    assert (merged.health().missing, merged.health().gaps_open) == (2 * 1999, 0)


def test_a_member_that_joined_late_does_not_hide_what_the_other_knows_from_before(merge: Make) -> None:
    a, b = Fake("a"), Fake("b")
    merged = merge([a, b])
    a.give(100, 102)
    assert ats(merged) == [100, 101]
    b.give(0, 102)
    assert ats(merged) == list(range(100))
    assert merged.health().missing == 0


def test_what_is_remembered_is_not_taken_twice(merge: Make) -> None:
    a, b = Fake("a"), Fake("b")
    merged = merge([a, b], resume={"pbx": (1, 50), JUNK: (1, 3)})
    a.give(0, 51)
    b.give(49, 53)
    assert ats(merged) == [50, 51, 52]


def test_sites_keep_their_own_numbers_and_epochs(merge: Make) -> None:
    a, b = Fake("a"), Fake("b")
    merged = merge([a], [b])
    a.give(0, 2, "north")
    b.give(0, 3, "south")
    b.give(0, 1, "south", epoch=2)
    assert ats(merged) == [0, 1, 0, 1, 2, 0]


def test_junk_of_all_members_is_numbered_in_one_row(merge: Make) -> None:
    a, b = Fake("a"), Fake("b")
    merged = merge([a], [b])
    for member in (a, b):
        member.runs.append(Run(JUNK, 7, 0, (Undecodable(at=0, reason="x"),)))
    assert [(run.source, run.seq) for run in merged.take(0)] == [(JUNK, 0), (JUNK, 1)]


def test_of_sites_the_worst_is_the_state_and_it_is_named(merge: Make) -> None:
    a, b = Fake("a"), Fake("b", "offline")
    b.told = replace(b.told, age_ms=12_000, retry_ms=400)
    health = merge([a], [b]).health()
    assert (health.state, health.age_ms, health.retry_ms) == ("offline", 12_000, 400)
    assert (health.source, health.why) == ("a, b", "b: offline, no data for 12 s")


def test_of_standbys_the_best_is_the_state_and_the_ill_one_is_named(merge: Make) -> None:
    a, b = Fake("a", "stale"), Fake("b")
    a.told = replace(a.told, age_ms=4000)
    health = merge([a, b]).health()
    assert (health.state, health.age_ms, health.why) == ("live", 0, "a: stale, no data for 4 s")


def test_a_site_never_heard_has_no_age(merge: Make) -> None:
    a, b = Fake("a"), Fake("b", "offline")
    b.told = replace(b.told, age_ms=None)
    health = merge([a], [b]).health()
    assert (health.state, health.age_ms, health.why) == ("offline", None, "b: offline")


def test_of_standbys_the_gaps_are_those_of_the_one_whose_state_is_told(merge: Make) -> None:
    a, b = Fake("a", "filling"), Fake("b", "offline")
    a.told = replace(a.told, gaps_open=1)
    health = merge([a, b]).health()
    assert (health.state, health.gaps_open) == ("filling", 1)


def test_a_feed_that_catches_up_is_not_said_to_have_no_data(merge: Make) -> None:
    a, b = Fake("a"), Fake("b", "catching-up")
    assert merge([a, b]).health().why == "b: catching up"


def test_two_sites_of_one_name_are_told_and_how_to_part_them(merge: Make, clock: ManualClock) -> None:
    a, b, c = Fake("a"), Fake("b"), Fake("c")
    merged = merge([a, c], [b])
    a.heard, b.heard, c.heard = (
        {"pbx": clock.mono()},
        {"pbx": clock.mono(), "south": clock.mono()},
        {"pbx": clock.mono()},
    )
    why = merged.health().why
    assert str(why).startswith("a, c and b are both called pbx, so their calls and agents cannot be told apart: ")
    assert "--site NAME" in str(why)
    clock.advance(RECENT_MS)
    b.heard["south"] = clock.mono()
    assert merged.health().why is None


def test_a_primary_and_its_standby_are_to_have_one_name(merge: Make, clock: ManualClock) -> None:
    a, b = Fake("a"), Fake("b")
    a.heard = b.heard = {"pbx": clock.mono()}
    assert merge([a, b]).health().why is None


def test_a_refusal_and_a_lack_of_keys_show_through(merge: Make) -> None:
    a, b = Fake("a"), Fake("b", "connecting")
    a.told = replace(a.told, insecure=True)
    b.told = replace(b.told, why="refused")
    health = merge([a], [b]).health()
    assert (health.state, health.why, health.insecure) == ("connecting", "b: refused", True)


def test_the_present_is_the_latest_of_those_that_are_heard(merge: Make) -> None:
    a, b = Fake("a"), Fake("b")
    a.present, b.present = 10, 20
    merged = merge([a], [b])
    assert merged.now() == 20
    b.told = replace(b.told, age_ms=60_000)
    assert merged.now() == 10
    merged.close()
    assert a.closed
    assert b.closed


def test_a_standby_takes_over_from_a_publisher_that_dies_and_nothing_is_lost_or_doubled() -> None:
    clock, dice = ManualClock(), random.Random(9)
    ether = Ether(clock, dice, Weather(dropped=0.02, doubled=0.02, delayed=0.05, late_ms=400))
    addresses = ("tcp://127.0.0.1:5556", "tcp://127.0.0.1:5566")
    publishers = [Publisher(address, source="pbx", clock=clock, network=ether.host()) for address in addresses]
    members = [Subscriber(address, clock=clock, network=ether.host()) for address in addresses]
    merged = Merged([members], clock=clock, network=ether.host())
    got: list[int] = []
    for turn in range(800):
        if turn == 400:
            publishers.pop(0).close()
            ether.weather = Weather()
        for publisher in publishers:
            if turn < 600:
                publisher.publish(notes(turn * 5, turn * 5 + 5))
            publisher.tick()
        clock.advance(20)
        got += ats(merged)
    assert sorted(got) == list(range(3000))
    health = merged.health()
    assert (health.state, health.missing, health.gaps_open) == ("live", 0, 0)
    assert str(health.why).startswith("tcp://127.0.0.1:5556: stale, no data for ")
    merged.close()
    publishers[0].close()
