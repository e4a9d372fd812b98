"""Keys and live feeds from the command line."""

from pathlib import Path

import pytest

from wallboard.board.spec import BoardSpec
from wallboard.cli import main
from wallboard.commands.memory import groups_of, live, memory_path
from wallboard.config import load_board
from wallboard.core.source import Beginning
from wallboard.errors import UsageError
from wallboard.zones import fold_of


@pytest.fixture(autouse=True)
def _own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wallboard.commands.keys.user_config_path", lambda name: tmp_path / "config" / name)
    for module in ("memory", "own"):
        monkeypatch.setattr(f"wallboard.commands.{module}.user_data_path", lambda name: tmp_path / "data" / name)


@pytest.fixture
def board() -> BoardSpec:
    return load_board()


def test_keys_are_made_shown_trusted_and_revoked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["keys", "show"]) == 0
    assert "`wallboard keys new NAME` makes one" in capsys.readouterr().out
    assert main(["keys", "new", "wall"]) == 0
    shared = tmp_path / "config" / "wallboard" / "keys" / "wall.pub"
    assert capsys.readouterr().out == f"{shared} is the public half; the secret stays in {shared.with_suffix('.key')}\n"
    assert main(["keys", "trust", str(shared)]) == 0
    assert main(["keys", "show"]) == 0
    assert [line.split()[:2] for line in capsys.readouterr().out.splitlines()[1:]] == [
        ["own", "wall"],
        ["trusted", "wall"],
    ]
    assert main(["keys", "revoke", "wall"]) == 0
    assert main(["keys", "revoke", "wall"]) == 2
    assert capsys.readouterr().err == 'wallboard: "wall" is not trusted here; trusted are: none\n'


def test_a_publisher_open_to_the_network_is_refused_in_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["simulate", "--publish", "tcp://*:*"]) == 1
    assert "tcp://*:* can be reached from the network" in capsys.readouterr().err


def test_own_keys_without_the_publishers_are_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["record", "tcp://127.0.0.1:5556", str(tmp_path / "a.feed"), "--keys", "wall"]) == 2
    assert "--keys needs --server-key" in capsys.readouterr().err


def test_feeds_are_sites_and_commas_are_standbys() -> None:
    assert groups_of(["tcp://a:1,tcp://b:1", "tcp://c:1"]) == (("tcp://a:1", "tcp://b:1"), ("tcp://c:1",))
    with pytest.raises(UsageError, match="each feed is to be named once"):
        groups_of(["tcp://a:1", "tcp://a:1"])
    with pytest.raises(UsageError, match='"nowhere" is no address'):
        groups_of(["nowhere"])


def test_a_wall_remembers_unless_told_otherwise(board: BoardSpec) -> None:
    groups = groups_of(["tcp://127.0.0.1:65000"])
    live(groups, board, None, remember=False)(Beginning(fold_of((), None))).close()
    assert not memory_path(groups).exists()
    live(groups, board, None, remember=True)(Beginning(fold_of((), None))).close()
    assert memory_path(groups).exists()


def test_a_second_wall_on_the_same_feed_goes_without_memory_and_says_so(board: BoardSpec) -> None:
    groups = groups_of(["tcp://127.0.0.1:65000"])
    first, second = (live(groups, board, None, remember=True)(Beginning(fold_of((), None))) for _ in range(2))
    assert "being written by another program" in (second.health().recording or "")
    assert second.poll(0) == []
    first.close()
    second.close()
