"""Boards held against what they may say, and rules against a recorded day."""

from pathlib import Path

import pytest

from feeds.clock import ManualClock
from feeds.journal import JournalWriter
from feeds.replay import Replay
from tests.commands.conftest import Wallboard
from wallboard.board.spec import RuleSpec
from wallboard.commands.check import name_of, verdict
from wallboard.commands.folding import fold_file
from wallboard.commands.trial import Tried
from wallboard.config import load_board, memory_of
from wallboard.core.aggregator import Aggregator
from wallboard.core.events import ContactQueued, ContactUnqueued, QueueDeclared
from wallboard.core.vocabulary import Event
from wallboard.engine import Engine
from wallboard.zones import period

T0 = 1_795_336_200_000
BOARD = """
[board]
title = "Floor"
zone = "UTC"
distance = 2

[[pages]]
columns = 2
rows = 1

[[pages.tiles]]
kind = "number"
at = [0, 0, 1, 1]
kpi = "waiting"
"""
RULE = """
[[rules]]
kpi = "longest_wait"
by = "queue"
warn = "00:30"
breach = "01:00"
"""


@pytest.fixture
def board(wallboard: Wallboard) -> Path:
    del wallboard  # its folder is the one
    Path("floor.toml").write_text(BOARD + RULE)
    return Path("floor.toml")


def waits(*spans: tuple[int, int | None]) -> list[Event]:
    """Callers who wait from one second to another; ``None`` is for ever."""
    events: list[Event] = [QueueDeclared(at=T0, queue="q", name="Q", channel="voice")]
    for number, (begin, end) in enumerate(spans):
        contact = f"c{number}"
        events.append(ContactQueued(at=T0 + begin * 1000, contact=contact, queue="q", leg=1))
        if end is not None:
            events.append(ContactUnqueued(at=T0 + end * 1000, contact=contact, queue="q", leg=1, reason="abandoned"))
    return sorted(events, key=lambda event: event.at)


def write(path: str, events: list[Event]) -> None:
    with JournalWriter(Path(path)) as journal:
        journal.append(events, source="s", epoch=0, seq=0)


def test_a_good_board_is_told_with_what_is_in_it(wallboard: Wallboard, board: Path) -> None:
    assert wallboard("check", board).out == "floor.toml is good: 1 page, 1 tile, 1 rule\n"


def test_every_problem_is_told_at_once(wallboard: Wallboard) -> None:
    Path("bad.toml").write_text(
        BOARD.replace('"waiting"', '"waitin"').replace('"UTC"', '"Mars"') + RULE.replace("warn", "wran")
    )
    ended = wallboard("check", "bad.toml")
    assert (ended.code, ended.out) == (1, "")
    assert ended.err.splitlines()[0] == "wallboard: bad.toml: 3 problems"
    assert [line.split(":")[0] for line in ended.err.splitlines()[1:]] == ["  line 4", "  line 14", "  line 19"]


def test_a_figure_too_small_for_its_distance_is_told(wallboard: Wallboard) -> None:
    Path("far.toml").write_text(BOARD.replace("distance = 2", "distance = 90"))
    ended = wallboard("check", "far.toml")
    assert ended.code == 0
    assert ended.out.splitlines()[1].startswith('  hard to read: "Waiting" is 1/')


def test_a_rule_is_tried_on_a_recorded_day(wallboard: Wallboard, board: Path) -> None:
    """Three waits pass 30 s: by 5 s, by 90 s, and one that is still there at the end; a fourth does not."""
    write("day.feed", waits((0, 35), (100, 220), (300, 320), (400, None), (450, 451)))
    ended = wallboard("check", board, "--against", "day.feed")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[1] == (
        "longest_wait, today by queue, warn 00:30, breach 01:00: would have fired 3 times, 2 of them under a minute; "
        "1 min 56 s in all, the longest 1 min 30 s; 1 breach; 1 still open at the end"
    )


def test_what_a_rule_would_have_done_is_told(wallboard: Wallboard, board: Path) -> None:
    """Two open in the same second: one sound and one notification, and a webhook each; a third later rises too."""
    more = 'actions = ["tile", "page", "sound", "notify"]\npages = [1]\nwebhook = "https://example.org/x"\n'
    other = '[[pages.tiles]]\nkind = "alerts"\nat = [1, 0, 1, 1]\n'
    two = QueueDeclared(at=T0, queue="r", name="R", channel="voice")
    waiting = ContactQueued(at=T0, contact="d", queue="r", leg=1)
    gone = ContactUnqueued(at=T0 + 40_000, contact="d", queue="r", leg=1, reason="abandoned")
    board.write_text(BOARD + other + RULE + more)
    write("day.feed", sorted([two, waiting, gone, *waits((0, 35), (100, 170))], key=lambda event: event.at))
    ended = wallboard("check", board, "--against", "day.feed")
    assert (ended.code, ended.err) == (0, "")
    assert ended.out.splitlines()[2] == (
        "  would have brought page 1 forward 2 times; sounded 3 times; told the desktop 3 times; "
        "told its webhook 7 times"
    )


def test_a_moment_looked_at_shows_the_alerts_of_a_wall_that_was_up(wallboard: Wallboard, board: Path) -> None:
    """A rule that waits 40 s after the limit of 30 s, at moments before and after: as a trial finds, no sooner."""
    del wallboard
    board.write_text(BOARD + RULE + 'for = "40 s"\nclear = "00:10"\n')
    write("day.feed", waits((0, 100), (120, 160), (200, None), (300, None)))
    spec = load_board(str(board))
    for second in (29, 31, 69, 71, 99, 101, 155, 231, 269, 271, 299):
        memory = memory_of(spec)
        clock = ManualClock(wall=T0)
        source = Replay(Path("day.feed"), speed=0, clock=clock)
        source.jump(T0 + second * 1000)
        jumped = memory_of(spec)
        fold = Aggregator(period, ("today",), "UTC")
        engine = Engine(source, fold, lambda *_: None, clock.mono, alerts=[jumped.alerts])
        engine.turn()
        engine.turn()
        source.close()
        fold_file(Path("day.feed"), T0 + second * 1000, ("today",), "UTC", alerts=[memory.alerts])
        opened = [alert.opened - T0 for alert in memory.alerts.standing]
        assert opened == ([70_000] if 70 <= second < 100 else [270_000] if second >= 270 else [])
        assert [alert.since for alert in memory.alerts.standing] == [at - 40_000 + T0 for at in opened]
        assert jumped.alerts.standing == memory.alerts.standing


def test_a_rule_that_is_never_broken_is_told(wallboard: Wallboard, board: Path) -> None:
    write("day.feed", waits((0, 5), (10, 12)))
    assert wallboard("check", board, "--against", "day.feed").out.splitlines()[1:] == [
        "longest_wait, today by queue, warn 00:30, breach 01:00: would not have fired"
    ]


def test_names_the_day_does_not_know_are_told(wallboard: Wallboard) -> None:
    """A misspelt queue is a row that never comes, or a nought that is not true; only a recording can tell."""
    write("day.feed", waits((0, 5)))
    table = '[[pages.tiles]]\nkind = "queues"\nat = [0, 2, 1, 1]\nqueues = ["q", "p"]\nwhere = { channel = "chat" }\n'
    states = '[[pages.tiles]]\nkind = "states"\nat = [0, 3, 1, 1]\nqueue = "q2"\n'
    number = '[[pages.tiles]]\nkind = "number"\nat = [0, 4, 1, 1]\nkpi = "asa"\nby = "queue"\n'
    page = BOARD.replace("rows = 1", "rows = 5").replace("distance = 2", "distance = 0.1")
    rule = RULE.replace('by = "queue"', 'by = "queue"\ngroup = "Q"\nwhere = { site = "lyon" }')
    Path("floor.toml").write_text(page + table + states + number + rule)
    ended = wallboard("check", "floor.toml", "--against", "day.feed")
    assert ended.err == ""
    assert [line for line in ended.out.splitlines() if "not in" in line] == [
        '  not in day.feed: pages[1].tiles[2].queues: there is no queue "p"; there is: q',
        '  not in day.feed: pages[1].tiles[2].where: there is no channel "chat"; there is: voice',
        '  not in day.feed: pages[1].tiles[3].queue: there is no queue "q2"; did you mean "q"?',
        '  not in day.feed: pages[1].tiles[4].group: one queue is to be shown; say which with "group", such as "q"',
        '  not in day.feed: rules[1].group: there is no queue "Q"; there is: q',
        '  not in day.feed: rules[1].where: there is no site "lyon"',
    ]


def test_a_board_without_rules_says_that_there_is_nothing_to_try(wallboard: Wallboard, recording: Path) -> None:
    Path("floor.toml").write_text(BOARD)
    out = wallboard("check", "floor.toml", "--against", recording).out
    assert out.splitlines()[1:] == ["there are no [[rules]] to try"]


def test_a_damaged_day_is_tried_as_far_as_it_goes_and_told(wallboard: Wallboard, board: Path, damaged: Path) -> None:
    ended = wallboard("check", board, "--against", damaged)
    assert ended.code == 1
    assert ended.out.splitlines()[1].startswith("longest_wait, today by queue, ")
    assert ended.err == (
        f"wallboard: {damaged} is damaged: block 3: its checksum does not match; 1000 events could not be read\n"
    )


@pytest.mark.parametrize(
    ("tried", "words"),
    [
        (Tried([]), "would not have fired"),
        (Tried([30_000]), "would have fired once, under a minute; 30 s in all"),
        (
            Tried([30_000, 3_690_000], breaches=2),
            "would have fired 2 times, 1 of them under a minute; 1 h 02 min in all, the longest 1 h 01 min; 2 breaches",
        ),
    ],
)
def test_verdicts_are_words(tried: Tried, words: str) -> None:
    assert verdict(tried) == words


def test_rules_are_named_by_what_they_watch() -> None:
    assert name_of(RuleSpec(kpi="waiting", warn=5.0, breach=7.5)) == "waiting, today, warn 5, breach 7.5"
    assert name_of(RuleSpec(kpi="asa", warn=9, where={"site": "lyon"})) == "asa, today, site lyon, warn 9"
    assert (
        name_of(RuleSpec(kpi="asa", by="queue", group="vip", breach="00:20")) == "asa, today of queue vip, breach 00:20"
    )
