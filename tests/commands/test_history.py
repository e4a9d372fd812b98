from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from feeds.journal import JournalWriter
from wallboard.commands import history
from wallboard.commands.folding import fold_file
from wallboard.commands.walls import usual_in
from wallboard.core import events as ev
from wallboard.core.baseline import STEP_MS, PastDay
from wallboard.core.comparison import Slot
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError

PARIS = "Europe/Paris"
HOUR = 3_600_000
DAY = 24 * HOUR


def moment(day: int, hour: int, minute: int = 0, month: int = 11) -> int:
    return round(datetime(2023, month, day, hour, minute, tzinfo=ZoneInfo(PARIS)).timestamp() * 1000)


def write(path: Path, *moments: int) -> Path:
    events: list[Event] = []
    for number, at in enumerate(moments):
        events.append(ev.ContactStarted(at=at, contact=f"c{number}"))
        events.append(ev.ContactQueued(at=at, contact=f"c{number}", queue="a", leg=1))
        events.append(ev.ContactUnqueued(at=at + 1000, contact=f"c{number}", queue="a", leg=1, reason="abandoned"))
        events.append(ev.ContactEnded(at=at + 1000, contact=f"c{number}"))
    with JournalWriter(path) as journal:
        journal.append(events, source="test", epoch=1, seq=1)
    return path


def offered(folder: Path, cache: Path, now: int, queue: str = "a") -> dict[int, tuple[float, int]]:
    """Usual contacts by the local hour of the quarter they came in, and of how many days."""
    found = history.usual_of(folder, now, PARIS, cache)
    (one,) = (usual for usual in found if (usual.kpi, usual.group) == ("offered", queue))
    return {
        datetime.fromtimestamp(begin / 1000, ZoneInfo(PARIS)).hour: (band.median, band.days)
        for begin, band in one.bands()
        if band is not None and band.median
    }


def test_the_same_weekdays_before_are_found_among_the_recordings(tmp_path: Path) -> None:
    write(tmp_path / "one.feed", moment(7, 8), *[moment(7, 10)] * 4, moment(7, 12))
    write(tmp_path / "two.feed", moment(14, 8), *[moment(14, 10)] * 2, moment(14, 12))
    write(tmp_path / "other.feed", moment(15, 8), *[moment(15, 10)] * 50, moment(15, 12))
    write(tmp_path / "today.feed", moment(21, 8), *[moment(21, 10)] * 70, moment(21, 12))

    assert offered(tmp_path, tmp_path / "cache", moment(21, 11)) == {8: (1, 2), 10: (3, 2)}


def test_a_recording_of_many_days_gives_each_of_them(tmp_path: Path) -> None:
    write(tmp_path / "long.feed", *(moment(1, 9) + day * DAY + n * 60_000 for day in range(22) for n in range(day + 1)))

    found = history.usual_of(tmp_path, moment(22, 23), PARIS, tmp_path / "cache")
    (one,) = (usual for usual in found if (usual.kpi, usual.group) == ("offered", ""))
    assert [sum(top or 0 for top in day.tops) for day in one.days] == [15, 8, 1]


def test_what_came_before_days_of_silence_is_not_lost_to_them(tmp_path: Path) -> None:
    blocks = ((moment(7, 9), moment(7, 17, 55)), (moment(11, 9), moment(11, 9, 5)), (moment(20, 9), moment(20, 10)))
    write(tmp_path / "long.feed", *(at for block in blocks for at in block))

    assert offered(tmp_path, tmp_path / "cache", moment(14, 11)) == {9: (1, 1), 17: (1, 1)}
    assert offered(tmp_path, tmp_path / "cache", moment(18, 11)) == {9: (2, 1)}


def test_a_folded_file_is_remembered_until_it_changes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = write(tmp_path / "one.feed", moment(7, 8), moment(7, 10), moment(7, 12))
    cache = tmp_path / "cache"
    first = offered(tmp_path, cache, moment(14, 11))
    folded: list[Path] = []
    fold = history._fold

    def noted(file: Path, zone: str | None, slot_of: Slot) -> Iterator[PastDay]:
        folded.append(file)
        return fold(file, zone, slot_of)

    monkeypatch.setattr(history, "_fold", noted)

    assert offered(tmp_path, cache, moment(14, 11)) == first
    assert folded == []
    path.unlink()
    write(path, moment(7, 8), *[moment(7, 10)] * 3, moment(7, 12))
    assert offered(tmp_path, cache, moment(14, 11)) == {8: (1, 1), 10: (3, 1)}
    assert folded == [path]


def test_what_was_remembered_wrongly_is_folded_again(tmp_path: Path) -> None:
    write(tmp_path / "one.feed", moment(7, 8), moment(7, 10), moment(7, 12))
    first = offered(tmp_path, tmp_path / "cache", moment(14, 11))
    for kept in (tmp_path / "cache").iterdir():
        kept.write_bytes(b"\xc1")

    assert offered(tmp_path, tmp_path / "cache", moment(14, 11)) == first


def test_a_file_that_is_no_recording_is_told_and_left_out(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path / "one.feed", moment(7, 8), moment(7, 10), moment(7, 12))
    (tmp_path / "junk.feed").write_bytes(b"no recording at all")

    assert offered(tmp_path, tmp_path / "cache", moment(14, 11)) == {8: (1, 1), 10: (1, 1)}
    assert "junk.feed is left out of the comparison: " in capsys.readouterr().err


def test_a_folder_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(DataError, match=r"gone is no folder of recordings$"):
        history.usual_of(tmp_path / "gone", 0, None, tmp_path)


def test_a_day_of_23_hours_has_four_slots_of_no_length_and_one_of_25_counts_its_hour_once() -> None:
    spring, autumn = (
        history.begins(round(datetime(2023, month, day, 12, tzinfo=UTC).timestamp() * 1000), PARIS)
        for month, day in ((3, 26), (10, 29))
    )
    slot_of = history.slots(PARIS)

    assert spring == tuple(sorted(spring))
    assert sum(after == before for before, after in pairwise(spring)) == 4
    assert spring[12] - spring[0] == 2 * HOUR
    assert slot_of(autumn[11]) == (datetime(2023, 10, 29, tzinfo=UTC).toordinal(), 11)
    assert slot_of(autumn[11] + STEP_MS) is None
    assert slot_of(autumn[12]) == (datetime(2023, 10, 29, tzinfo=UTC).toordinal(), 12)


def test_figures_of_a_recording_know_what_its_weekday_is_usually_like(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(history, "user_cache_path", lambda _: tmp_path / "cache")
    past = tmp_path / "past"
    past.mkdir()
    write(past / "one.feed", moment(7, 8), *[moment(7, 10, 20)] * 4, moment(7, 12))
    today = write(tmp_path / "today.feed", moment(14, 8), moment(14, 10))

    folded = fold_file(today, moment(14, 10), ("today",), PARIS, usual=usual_in(past, PARIS))

    assert {one.kpi for one in folded.snapshot.usual} >= {"offered", "answered"}
    assert fold_file(today, moment(14, 10), ("today",), PARIS).snapshot.usual == ()


def test_a_comparison_with_no_folder_says_so(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is no folder of recordings"):
        usual_in(tmp_path / "gone", PARIS)
