"""What rules do beside standing on tiles, for whom they are, and what is told of them."""

from typing import Any

import msgspec
from msgspec.structs import replace

from tests.board.fakes import NOW, FakeFigures, snapshot
from wallboard.board.actions import Change, changes, deeds, notification, report, sentence
from wallboard.board.audience import acts, on_screen, stands_on
from wallboard.board.memory import Memory
from wallboard.board.present import present, scene_of
from wallboard.board.scene import Scene
from wallboard.board.spec import BoardSpec, PageSpec, RuleSpec, ScreenSpec
from wallboard.board.tiles.alerts import AlertsSpec, AlertsView
from wallboard.core.alerts import Alert
from wallboard.core.source import FeedHealth

LIVE = FeedHealth(state="live", age_ms=0)
TILE = AlertsSpec(at=(0, 0, 1, 1))
WAITING = RuleSpec(kpi="longest_wait", by="queue", warn="3 x T", breach="02:00")
TALL = RuleSpec(kpi="waiting", title="Many wait", warn=5)


def scene(*rules: RuleSpec, names: Any = "short") -> Scene:
    board = BoardSpec(title="Floor", pages=(PageSpec(tiles=(TILE,)),), rules=rules, names=names)
    figures = FakeFigures(snapshot())
    memory = Memory(board, lambda at: at)
    memory.alerts.step(figures)
    return scene_of(figures, board, "live", memory)


def standing(*rules: RuleSpec) -> tuple[Alert, ...]:
    return scene(*rules).memory.alerts.standing


def test_alerts_open_get_worse_come_back_and_are_over() -> None:
    (alert,) = standing(TALL)
    worse, seen = replace(alert, grade="breach"), replace(alert, stage="acknowledged")
    assert changes((), (alert,)) == (Change("opened", alert),)
    assert changes((alert,), (replace(alert, value=9),)) == ()
    assert changes((alert,), (worse,)) == (Change("worse", worse),)
    assert changes((worse,), (alert,)) == ()
    assert changes((alert,), (seen,)) == ()
    assert changes((seen,), (alert,)) == (Change("again", alert),)
    assert changes((alert,), ()) == (Change("over", alert),)
    again = replace(alert, opened=alert.opened + 1)
    assert changes((alert,), (again,)) == (Change("opened", again), Change("over", alert))


def test_the_end_of_an_alert_is_told_to_its_webhook_only() -> None:
    (alert,) = standing(TALL)
    rule = replace(TALL, actions=("tile", "sound", "notify"), webhook="https://example.org/hook")
    assert deeds(Change("opened", alert), rule) == ("tile", "sound", "notify", "webhook")
    assert deeds(Change("over", alert), rule) == ("webhook",)
    assert deeds(Change("over", alert), replace(rule, webhook="")) == ()


def test_a_change_is_a_sentence() -> None:
    told = scene(WAITING)
    first = told.memory.alerts.standing[0]
    assert sentence(Change("opened", first), told) == "Support longest wait 04:31, over 02:00 for 2\u202fmin 31\u202fs"
    assert sentence(Change("over", first), told) == "Over: Support longest wait 04:31"
    other = scene(TALL)
    assert sentence(Change("opened", other.memory.alerts.standing[0]), other) == "Many wait"


def test_one_notification_names_the_worst_and_counts_the_rest() -> None:
    told = scene(WAITING, TALL)
    alerts = told.memory.alerts.standing
    title, text = notification([Change("opened", alert) for alert in reversed(alerts)], told)
    assert title.startswith("Call-backs longest wait")
    assert text.splitlines()[-1] == "and 1 more"
    assert len(text.splitlines()) == 4
    assert notification([Change("opened", alerts[-1])], told) == ("Many wait", "Floor")


def test_a_webhook_is_sent_figures_and_names_of_groups_and_nothing_else() -> None:
    told = scene(WAITING)
    sent = msgspec.json.decode(msgspec.json.encode(report(Change("worse", told.memory.alerts.standing[0]), told)))
    assert sent == {
        "id": "0-longest_wait/Support",
        "event": "worse",
        "text": "Support longest wait 04:31, over 02:00 for 2\u202fmin 31\u202fs",
        "board": "Floor",
        "kpi": "longest_wait",
        "title": "Longest wait",
        "window": "today",
        "by": "queue",
        "group": "Support",
        "grade": "breach",
        "value": 271_000,
        "limit": 120_000,
        "unit": "ms",
        "since": NOW - 151_000,
        "opened": NOW,
        "at": NOW,
    }


def test_an_agent_goes_by_the_boards_names_in_a_webhook_and_is_still_told_from_others() -> None:
    told = scene(RuleSpec(kpi="handled", by="agent", warn=30, better="down"), names="hidden")
    sent = [report(Change("opened", alert), told) for alert in told.memory.alerts.standing]
    assert {one.group for one in sent} == {"•••"}
    assert len({one.id for one in sent}) == len(sent) > 3
    everything = b"".join(msgspec.json.encode(one) for one in sent).decode()
    assert [row.name for row in told.snapshot.agents if row.name in everything] == []


def test_alerts_stand_on_the_pages_they_are_for() -> None:
    first, second = replace(WAITING, pages=(1,)), replace(TALL, pages=(2,), actions=("tile", "sound"))
    silent = replace(TALL, actions=("sound",))
    board = BoardSpec(title="Floor", pages=2 * (PageSpec(tiles=(TILE,)),), rules=(first, second, silent))
    figures = FakeFigures(snapshot())

    def subjects(page: int) -> set[str]:
        tile = present(figures, LIVE, board, page, lambda at: at).page.tiles[0].tile
        assert isinstance(tile, AlertsView)
        return {item.subject or item.title for item in tile.items}

    assert (subjects(0), subjects(1)) == ({"Support", "Sales", "E-mail", "Call-backs"}, {"Many wait"})
    assert [stands_on(silent, page) for page in (0, 1)] == [False, False]


def test_a_page_with_no_rules_for_it_says_so_and_counts_only_its_own() -> None:
    never = RuleSpec(kpi="waiting", warn=1000, pages=(1,))
    board = BoardSpec(title="Floor", pages=2 * (PageSpec(tiles=(TILE,)),), rules=(never,))
    tiles = [present(FakeFigures(snapshot()), LIVE, board, page, lambda at: at).page.tiles[0].tile for page in (0, 1)]
    assert [tile.calm for tile in tiles if isinstance(tile, AlertsView)] == [
        "All calm: 1 rule watched",
        "No rules on this page",
    ]


def test_a_screen_gets_its_pages_and_the_rules_in_its_own_numbers() -> None:
    rules = (
        RuleSpec(kpi="waiting", warn=1, pages=(3,), actions=("tile", "page")),
        RuleSpec(kpi="waiting", warn=2, pages=(1,), actions=("tile", "page", "sound")),
        RuleSpec(kpi="waiting", warn=3, screens=("left",), actions=("tile", "notify")),
        RuleSpec(kpi="waiting", warn=4),
    )
    pages = tuple(PageSpec(title=title) for title in "ABC")
    board = BoardSpec(title="Floor", pages=pages, rules=rules)
    right = on_screen(board, ScreenSpec(name="right", pages=(3, 2)))
    assert [page.title for page in right.pages] == ["C", "B"]
    assert [(rule.warn, rule.pages, rule.actions) for rule in right.rules] == [
        (1, (1,), ("tile", "page")),
        (2, (), ("sound",)),
        (3, (), ("notify",)),
        (4, (), ("tile",)),
    ]
    left = on_screen(board, ScreenSpec(name="left"))
    assert (left.pages, left.rules) == (pages, rules)


def test_open_alerts_call_their_pages_until_somebody_has_seen_them() -> None:
    rule = replace(TALL, pages=(2, 3), actions=("tile", "page"))
    memory = scene(rule, replace(TALL, pages=(1,))).memory
    assert memory.called == {1, 2}
    memory.alerts.acknowledge("0-waiting", "", "Ines C.")
    assert memory.called == frozenset()


def test_only_what_needs_no_screen_is_done_for_the_machine() -> None:
    assert not acts(replace(TALL, actions=("tile", "page"), pages=(1,)))
    assert acts(replace(TALL, actions=("sound",)))
    assert acts(replace(TALL, webhook="https://example.org"))
