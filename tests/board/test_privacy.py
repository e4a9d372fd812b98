"""A screen, and a page of it, tells of people what it may and no more."""

import msgspec
import pytest
from msgspec.structs import replace

from tests.board.fakes import FakeFigures, snapshot
from wallboard.board import format as fmt
from wallboard.board.audience import names_on
from wallboard.board.memory import Memory
from wallboard.board.present import present, scene_of
from wallboard.board.spec import BoardSpec, Names, PageSpec, RuleSpec
from wallboard.board.tiles.agents import AgentsSpec
from wallboard.board.tiles.alerts import AlertsSpec
from wallboard.board.tiles.bars import BarsSpec
from wallboard.board.tiles.heat import HeatSpec
from wallboard.board.tiles.leaders import LeadersSpec
from wallboard.board.tiles.number import NumberSpec
from wallboard.config import read_board
from wallboard.core.source import FeedHealth
from wallboard.errors import DataError
from wallboard.reading import Reader

AT = (0, 0, 1, 1)
EVERYBODY = (
    AgentsSpec(at=AT),
    LeadersSpec(at=AT, kpi="handled", count=20),
    BarsSpec(at=AT, kpi="handled", by="agent"),
    HeatSpec(at=AT, kpi="handled", by="agent"),
    NumberSpec(at=AT, kpi="handled", by="agent", group="a1", split="agent"),
    AlertsSpec(at=AT),
)
RULE = RuleSpec(kpi="handled", by="agent", warn=1, better="down")
FIGURES = FakeFigures(snapshot())
PAGE = "[[pages]]\n{}[[pages.tiles]]\nkind = 'agents'\nat = [0, 0, 4, 4]\n"


def told(board: Names, page: Names | None) -> str:
    """All that a page says."""
    pages = (PageSpec(), PageSpec(tiles=EVERYBODY, names=page))
    whole = BoardSpec(title="Floor", pages=pages, rules=(RULE,), names=board, aliases={"a1": "Falcon"})
    view = present(FIGURES, FeedHealth(state="live", age_ms=0), whole, 1, lambda at: at)
    return msgspec.json.encode(view, enc_hook=list).decode()


@pytest.mark.parametrize("page", ["short", "initials", "alias", "hidden"])
def test_no_tile_tells_more_than_its_page_may(page: Names) -> None:
    everything = told("full", page)
    assert [row.name for row in FIGURES.snapshot.agents if row.name in everything] == []
    firsts = [row.name.split()[0] for row in FIGURES.snapshot.agents if row.name.split()[0] in everything]
    assert bool(firsts) == (page == "short")
    assert told("full", None).count("Ben Adeyemi") >= len(EVERYBODY)


def test_a_page_never_tells_more_than_its_screen() -> None:
    assert told("hidden", "full") == told("hidden", None)
    board = BoardSpec(title="Floor", names="initials", pages=tuple(PageSpec(names=n) for n in ("short", None, "alias")))
    assert [names_on(board, page) for page in range(3)] == ["initials", "initials", "alias"]


def test_a_page_that_would_tell_more_is_a_mistake_in_the_file() -> None:
    text = '[board]\ntitle = "Floor"\nnames = "initials"\n' + PAGE.format('names = "hidden"\n')
    assert read_board(Reader(text, "b.toml")).pages[0].names == "hidden"
    with pytest.raises(DataError) as problem:
        read_board(Reader(text + PAGE.format('names = "short"\n'), "b.toml"))
    assert str(problem.value).splitlines()[1] == (
        '  line 10: pages[2].names: "short" tells more of people than the board\'s "initials"; '
        "a page can only tell less"
    )


def test_somebody_who_is_no_longer_there_is_not_called_by_a_key() -> None:
    board = BoardSpec(title="Floor", pages=(PageSpec(),))
    scene = scene_of(FIGURES, board, "live", Memory(board, lambda at: at))
    assert scene.name("agent", "SIP/ben.adeyemi") == fmt.UNKNOWN
    assert scene.name("queue", "gone") == "gone"


def test_a_page_that_hides_does_not_hide_what_is_of_the_whole_screen() -> None:
    board = BoardSpec(title="Floor", names="full", pages=(PageSpec(names="hidden"),))
    whole = scene_of(FIGURES, board, "live", Memory(board, lambda at: at))
    assert whole.name("agent", "a1") == "Ben Adeyemi"
    assert replace(whole, names=names_on(board, 0)).name("agent", "a1") == "•••"
