"""Numbers of a feed: in order, once, and whatever lacks is counted."""

import random

import pytest

from feeds.sequence import Counts, Run, Sequence, Stream
from feeds.wire import Batch
from wallboard.core.events import AnyEvent, Notice


def notes(start: int, stop: int) -> tuple[AnyEvent, ...]:
    return tuple(Notice(at=i, text=str(i)) for i in range(start, stop))


def numbers(runs: list[Run]) -> list[int]:
    assert all(event.at == run.seq + i for run in runs for i, event in enumerate(run.events))
    return [event.at for run in runs for event in run.events]


def gap_of(stream: Stream) -> tuple[int, int] | None:
    return stream.sequence.gap


def batch(start: int, stop: int, epoch: int = 1, sent: int | None = None) -> Batch:
    return Batch(source="s", epoch=epoch, seq=start, sent=sent, events=notes(start, stop))


def test_a_gap_holds_what_follows_until_it_is_filled() -> None:
    stream = Stream("s", 1, 0)
    assert numbers(stream.accept(batch(0, 2))) == [0, 1]
    assert stream.accept(batch(5, 7)) == []
    assert stream.accept(batch(9, 10)) == []
    assert gap_of(stream) == (2, 5)
    assert numbers(stream.accept(batch(2, 5))) == [2, 3, 4, 5, 6]
    assert gap_of(stream) == (7, 9)
    assert numbers(stream.accept(batch(7, 9))) == [7, 8, 9]
    assert gap_of(stream) is None
    assert stream.counts == Counts(filled=1)


def test_a_gap_given_up_is_counted_and_a_late_arrival_still_counts_back() -> None:
    stream = Stream("s", 1, 0)
    stream.accept(batch(5, 7))
    assert numbers(stream.skip()) == [5, 6]
    assert stream.counts.missing == 5
    assert numbers(stream.accept(batch(1, 3))) == [1, 2]
    assert numbers(stream.accept(batch(0, 8))) == [0, 3, 4, 7]
    assert stream.counts == Counts(missing=0, duplicates=4)


def test_a_heartbeat_shows_that_the_last_message_was_lost() -> None:
    stream = Stream("s", 1, 0)
    stream.accept(batch(0, 3))
    stream.accept(batch(8, 8))
    assert gap_of(stream) == (3, 8)
    assert stream.skip() == []
    assert (gap_of(stream), stream.counts.missing) == (None, 5)


def test_repeats_are_dropped_and_counted_in_whole_in_part_and_while_held() -> None:
    stream = Stream("s", 1, 0)
    assert numbers(stream.accept(batch(0, 4))) == [0, 1, 2, 3]
    assert stream.accept(batch(1, 3)) == []
    assert numbers(stream.accept(batch(2, 6))) == [4, 5]
    stream.accept(batch(8, 9))
    stream.accept(batch(8, 9))
    assert stream.counts.duplicates == 5
    assert numbers(stream.accept(batch(6, 9))) == [6, 7, 8]
    assert stream.counts.duplicates == 6


def test_a_new_epoch_gives_out_what_was_held_and_begins_at_0() -> None:
    stream = Stream("s", 1, 0)
    stream.accept(batch(0, 2, sent=10))
    stream.accept(batch(4, 5, sent=11))
    out = stream.accept(batch(0, 1, epoch=2, sent=12))
    assert [(run.epoch, run.seq) for run in out] == [(1, 4), (2, 0)]
    assert (stream.counts.missing, stream.counts.epochs) == (2, 1)
    straggler = stream.accept(batch(2, 4, sent=11))
    assert [(run.epoch, run.seq) for run in straggler] == [(1, 2)]
    assert (stream.epoch, stream.counts.missing) == (2, 0)


def test_a_producer_that_goes_back_to_its_old_epoch_is_believed_in_time() -> None:
    stream = Stream("s", 1, 0)
    stream.accept(batch(0, 2, sent=10))
    stream.accept(batch(0, 2, epoch=2, sent=11))
    assert [run.epoch for run in stream.accept(batch(0, 2, epoch=1, sent=5000))] == [1]
    assert stream.epoch == 1


def test_a_straggler_is_known_as_one_also_when_its_epoch_ended_in_a_catch_up() -> None:
    stream = Stream("s", 1, 0)
    stream.accept(batch(0, 5, sent=100_000))
    stream.accept(batch(0, 3, epoch=2))
    assert stream.accept(batch(3, 5, epoch=1, sent=99_000)) == []
    assert (stream.epoch, stream.counts.duplicates) == (2, 2)


@pytest.mark.parametrize("again", [batch(0, 3, sent=900), batch(0, 0, sent=900)], ids=["events", "heartbeat"])
def test_a_producer_that_begins_anew_and_keeps_its_epoch_is_noticed(again: Batch) -> None:
    stream = Stream("s", 1, 0)
    stream.accept(batch(0, 5, sent=100))
    stream.accept(batch(0, 5, sent=100))
    assert (stream.counts.epochs, stream.counts.duplicates) == (0, 5)
    assert numbers(stream.accept(again)) == list(range(again.stop))
    assert stream.counts.epochs == 1


def test_a_catch_up_that_ran_ahead_is_not_taken_for_a_new_beginning() -> None:
    stream = Stream("s", 1, 0)
    stream.accept(batch(0, 2, sent=10))
    assert numbers(stream.accept(batch(2, 20))) == list(range(2, 20))
    assert stream.accept(batch(4, 6, sent=12)) == []
    assert stream.accept(batch(6, 9, sent=13)) == []
    assert stream.counts == Counts(duplicates=5)


def test_what_no_longer_fits_behind_a_gap_is_left_to_be_asked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("feeds.sequence.MAX_HELD", 4)
    sequence = Sequence(0, Counts())
    sequence.offer(2, notes(2, 5))
    sequence.offer(5, notes(5, 8))
    assert [len(events) for _, events in sequence.offer(0, notes(0, 2))] == [2, 3]
    assert sequence.gap == (5, 8)


@pytest.mark.parametrize("seed", range(20))
def test_chaos_gives_out_every_event_once_and_in_order_when_gaps_are_filled(seed: int) -> None:
    dice = random.Random(seed)
    sent = []
    clean: list[tuple[int, int]] = []
    for epoch in (1, 2, 3):
        at = 0
        while at < 2000:
            stop = at + dice.randint(0, 30)
            sent.append(batch(at, stop, epoch, sent=epoch * 100_000 + at))
            at = stop
        clean += [(epoch, n) for n in range(at)]
    order = sorted(range(len(sent)), key=lambda i: i + (dice.randint(2, 20) if dice.random() < 0.05 else 0))
    stream = Stream("s", 1, 0)
    got: list[tuple[int, int]] = []

    def take(runs: list[Run]) -> None:
        got.extend((run.epoch, run.seq + i) for run in runs for i in range(len(run.events)))

    for i in order:
        if dice.random() < 0.01:
            continue
        for _ in range(1 + (dice.random() < 0.01)):
            take(stream.accept(sent[i]))
        gap = stream.sequence.gap
        if gap and dice.random() < 0.2:
            take(stream.accept(batch(*gap, stream.epoch)))
    for _ in range(200):
        gap = stream.sequence.gap
        if gap:
            take(stream.accept(batch(*gap, stream.epoch)))
    last = [number for epoch, number in got if epoch == 3]
    assert last == sorted(last)
    assert len(got) == len(set(got))
    assert set(got) <= set(clean)
    assert len(clean) - len(got) == stream.counts.missing + (max(clean)[1] + 1 - stream.sequence.next)


def test_gaps_that_begin_before_a_number_are_given_up_together() -> None:
    counts = Counts()
    sequence = Sequence(0, counts)
    for seq in (2, 4, 7):
        sequence.offer(seq, notes(seq, seq + 1))
    assert sequence.end == 8
    assert [seq for seq, _ in sequence.skip(5)] == [2, 4]
    assert (counts.missing, sequence.gap) == (3, (5, 7))
    assert [seq for seq, _ in sequence.skip(8)] == [7]
    assert (counts.missing, sequence.gap) == (5, None)
