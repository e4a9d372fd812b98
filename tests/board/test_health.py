"""Nothing old ever looks live."""

import pytest
from msgspec.structs import replace

from wallboard.board.format import GAP, TIMES
from wallboard.board.health import feed_view, trust, unheard
from wallboard.board.view import FeedView
from wallboard.core.snapshot import FeedFacts
from wallboard.core.source import FeedHealth


@pytest.mark.parametrize(
    ("health", "view"),
    [
        (FeedHealth(state="live", age_ms=20), FeedView(f"live · 0.0{GAP}s · no gaps", "live")),
        (FeedHealth(state="live", age_ms=20, missing=3), FeedView(f"live · 0.0{GAP}s · 3 events missing", "live")),
        (FeedHealth(state="live", age_ms=20, missing=1), FeedView(f"live · 0.0{GAP}s · 1 event missing", "live")),
        (FeedHealth(state="live", age_ms=20, gaps_open=1), FeedView("filling 1 gap", "late")),
        (FeedHealth(state="live", age_ms=3001), FeedView(f"no data for 3{GAP}s", "late")),
        (FeedHealth(state="live", age_ms=10_001), FeedView(f"no data for 10{GAP}s", "lost")),
        (FeedHealth(state="stale", age_ms=4200), FeedView(f"no data for 4{GAP}s", "late")),
        (FeedHealth(state="filling", age_ms=10, gaps_open=2), FeedView("filling 2 gaps", "late")),
        (FeedHealth(state="catching-up", progress=0.43), FeedView(f"catching up · 43{GAP}%", "late")),
        (FeedHealth(state="connecting", source="tcp://host:5555"), FeedView("connecting to tcp://host:5555", "late")),
        (FeedHealth(state="offline", retry_ms=2000), FeedView(f"offline · retrying in 2{GAP}s", "lost")),
        (FeedHealth(state="replay", speed=10.0, age_ms=99_000), FeedView(f"replay {TIMES}10", "replay")),
        (FeedHealth(state="replay", speed=0.0), FeedView("replay paused", "replay")),
        (FeedHealth(state="ended"), FeedView("replay ended", "replay")),
    ],
)
def test_every_state_of_a_feed_has_its_words_and_its_trust(health: FeedHealth, view: FeedView) -> None:
    assert feed_view(health) == view


def test_time_in_which_the_source_heard_nothing_is_no_absence_of_gaps() -> None:
    day = 86_400_000
    facts = FeedFacts(unheard=((0, 1000), (day - 5000, day + 38_000), (2 * day - 5000, 2 * day)))
    assert [unheard(facts, now) for now in (2 * day, 3 * day)] == [43_000, 0]
    live = FeedHealth(state="live", age_ms=20)
    assert feed_view(live, facts, 2 * day).text == f"live · 0.0{GAP}s · 43{GAP}s unheard"
    short = FeedFacts(unheard=((0, 300),))
    told = feed_view(replace(live, missing=1), short, 300).text
    assert told == f"live · 0.0{GAP}s · 1 event missing · 1{GAP}s unheard"


def test_a_feed_that_has_told_nothing_yet_is_not_praised_for_its_lack_of_gaps() -> None:
    live = FeedHealth(state="live", age_ms=20)
    assert feed_view(live, FeedFacts()).text == f"live · 0.0{GAP}s · no data yet"
    assert feed_view(live, FeedFacts(newest=1)).text == f"live · 0.0{GAP}s · no gaps"
    assert feed_view(replace(live, missing=2), FeedFacts()).text == f"live · 0.0{GAP}s · 2 events missing"


def test_what_could_not_be_read_is_no_absence_of_gaps() -> None:
    live = FeedHealth(state="live", age_ms=20)
    assert feed_view(live, FeedFacts(newest=1, undecodable=2)).text == f"live · 0.0{GAP}s · 2 events unreadable"


def test_what_a_recording_lacks_is_told_on_its_picture_too() -> None:
    still = FeedHealth(state="replay", speed=0.0)
    assert feed_view(replace(still, missing=3), FeedFacts(newest=1)) == FeedView(
        "replay paused · 3 events missing", "replay"
    )


def test_a_feed_of_which_nothing_can_be_read_is_not_only_called_silent() -> None:
    told = feed_view(FeedHealth(state="offline", undecodable=9)).warning
    assert told == "what comes cannot be read: is it a feed of this program, and of its version?"
    assert not feed_view(FeedHealth(state="stale", age_ms=4000, undecodable=9)).warning


@pytest.mark.parametrize(
    ("skew", "words"),
    [
        (1999, ""),
        (90_000, f" · its clock is 1{GAP}min 30{GAP}s ahead"),
        (-7_200_000, f" · its clock is 2{GAP}h behind"),
    ],
)
def test_a_clock_that_differs_from_ours_is_shown(skew: int, words: str) -> None:
    assert feed_view(FeedHealth(state="live", age_ms=20, skew_ms=skew)).text == f"live · 0.0{GAP}s · no gaps{words}"


def test_figures_ahead_of_their_feed_stand_still_and_do_not_look_live() -> None:
    still = FeedHealth(state="live", age_ms=20, ahead_ms=3_540_000)
    assert feed_view(still) == FeedView(
        f"live · 0.0{GAP}s · no gaps",
        "late",
        f"time stands still for 59{GAP}min: dated ahead, or its clock was set back",
    )
    assert feed_view(replace(still, ahead_ms=4000)) == FeedView(f"live · 0.0{GAP}s · no gaps", "live")


def test_live_is_claimed_only_without_open_gaps_and_under_three_seconds() -> None:
    assert trust(FeedHealth(state="live", age_ms=3000)) == "live"
    assert trust(FeedHealth(state="live", age_ms=3000, gaps_open=1)) == "late"


def test_what_is_wrong_beside_the_figures_is_said_while_live() -> None:
    health = FeedHealth(state="live", age_ms=0, recording="disk full", insecure=True, why="b: offline")
    assert feed_view(health).warning == "open to the network without keys · b: offline · not recording: disk full"


@pytest.mark.parametrize(("refused", "many"), [(1, "1 event"), (20, "20 events")])
def test_events_from_the_future_are_told_of(refused: int, many: str) -> None:
    warning = feed_view(FeedHealth(state="live", age_ms=0, refused=refused)).warning
    assert warning == f"{many} left out, dated over 5 minutes ahead: look at the phone system's clock"


def test_why_a_feed_cannot_be_had_is_told() -> None:
    health = FeedHealth(state="offline", age_ms=20_000, why="refused: the publisher does not know this wall's key")
    assert feed_view(health).warning == "refused: the publisher does not know this wall's key"
