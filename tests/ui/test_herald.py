"""Who is told what, and when: sounds, desktop notifications and webhooks, of a live feed only."""

from msgspec.structs import replace

from tests.board.fakes import FakeFigures, snapshot
from wallboard.board.health import trust
from wallboard.board.memory import Memory
from wallboard.board.spec import BoardSpec, PageSpec, RuleSpec
from wallboard.core.source import FeedHealth
from wallboard.ui.herald import Herald, Means

LIVE = FeedHealth(state="live", age_ms=0)
RULE = RuleSpec(kpi="waiting", title="Many wait", warn=60, actions=("sound", "notify"), webhook="https://example.org/x")


class Heard:
    """A machine that only listens."""

    def __init__(self, *rules: RuleSpec) -> None:
        self.said: list[str] = []
        board = BoardSpec(title="Floor", pages=(PageSpec(),), rules=rules)
        self.memory = Memory(board, lambda at: at)
        means = Means(
            lambda: self.said.append("beep"),
            lambda title, text: self.said.append(f"{title} / {text}"),
            lambda address, body: self.said.append(f"{address} {body.decode().split(chr(34))[7]}"),
        )
        self.herald = Herald(board, self.memory, means)

    def at(self, second: int, health: FeedHealth = LIVE, queues: int = 7, *, empty: bool = False) -> list[str]:
        """What is heard at a moment."""
        floor = snapshot(42, queues)
        floor = replace(floor, as_of=floor.as_of + second * 1000)
        self.memory.alerts.step(FakeFigures(floor, empty=empty), known=trust(health) != "lost")
        self.herald.show(floor, health, lambda: FakeFigures(floor, empty=empty), second * 1000)
        said, self.said = self.said, []
        return said


def test_an_alert_sounds_notifies_and_is_sent_and_its_end_is_only_sent() -> None:
    heard = Heard(RULE)
    assert heard.at(0, empty=True) == []
    assert heard.at(1) == ["beep", "Many wait, just now / Floor", "https://example.org/x opened"]
    assert heard.at(2) == []
    assert heard.at(3, empty=True) == ["https://example.org/x over"]


def test_much_at_once_is_one_sound_and_one_notification() -> None:
    heard = Heard(RuleSpec(kpi="longest_wait", by="queue", warn="3 x T", actions=("sound", "notify")))
    said = heard.at(0)
    assert said[0] == "beep"
    assert len(said) == 2
    assert len(said[1].splitlines()) == 3


def test_what_was_so_before_the_feed_was_live_is_told_when_it_is() -> None:
    heard = Heard(RULE)
    assert heard.at(0, FeedHealth(state="catching-up", age_ms=0)) == []
    assert len(heard.at(5)) == 3


def test_a_recorded_day_rings_nobody_up() -> None:
    heard = Heard(RULE)
    assert heard.at(0, FeedHealth(state="replay", speed=1)) == []
    assert heard.at(1, FeedHealth(state="ended")) == []


def test_a_lost_feed_neither_opens_nor_ends_anything() -> None:
    heard = Heard(RULE)
    assert len(heard.at(0)) == 3
    lost = FeedHealth(state="offline", age_ms=20_000)
    assert heard.at(1, lost, empty=True) == []
    assert heard.at(2) == []


def test_an_alert_that_another_screen_has_stepped_is_told_all_the_same() -> None:
    heard = Heard(RULE)
    heard.memory.alerts.step(FakeFigures(snapshot()))
    assert len(heard.at(0)) == 3
