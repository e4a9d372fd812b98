"""Each import contract of pyproject.toml breaks, by name, when one violation is planted in a copy of the tree."""

import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
SETTINGS: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
CONTRACTS = {contract["name"]: contract for contract in SETTINGS["tool"]["importlinter"]["contracts"]}

LAYERS = "Layers of wallboard"
FEEDS = "Feeds know the core and the errors only"
ROOTS = "Only the composition root and the command line know the feeds"
QT = "Qt stays in the ui and its start"
WIRE = "The wire and the database stay in the feeds"
PURE = "The core and the board are told everything"
BOARD_TILES = "Board tiles do not know each other"
DRAWN_TILES = "Drawn tiles do not know each other"
ADAPTERS = "Adapters do not know each other"
CYCLES = "No cycles among siblings"

Plant = dict[str, str]
"""File in the copied tree → the line added to it."""

PLANTS: list[tuple[str, Plant]] = [
    (LAYERS, {"wallboard/core/planted.py": "import wallboard.board"}),
    (LAYERS, {"wallboard/planted.py": ""}),
    (LAYERS, {"wallboard/engine.py": "import wallboard.ui"}),
    (FEEDS, {"feeds/planted.py": "import wallboard.board"}),
    (FEEDS, {"feeds/planted.py": "import wallboard.zones", "wallboard/zones.py": ""}),
    (ROOTS, {"wallboard/ui/planted.py": "import feeds"}),
    (QT, {"feeds/planted.py": "import shiboken6"}),
    (QT, {"wallboard/board/planted.py": "import pyqtgraph"}),
    (QT, {"wallboard/cli.py": "from PySide6 import QtCore"}),
    (WIRE, {"wallboard/app.py": "import zmq"}),
    (WIRE, {"wallboard/engine.py": "import sqlite3"}),
    *((PURE, {"wallboard/core/planted.py": f"import {name}"}) for name in ("time", "os", "logging")),
    (PURE, {"wallboard/board/planted.py": "from datetime import date"}),
    (
        BOARD_TILES,
        {"wallboard/board/tiles/one.py": "from wallboard.board.tiles import two", "wallboard/board/tiles/two.py": ""},
    ),
    (DRAWN_TILES, {"wallboard/ui/tiles/one.py": "from wallboard.ui.tiles import two", "wallboard/ui/tiles/two.py": ""}),
    (ADAPTERS, {"feeds/adapters/planted.py": ""}),
    (
        ADAPTERS,
        {"feeds/adapters/asterisk/planted.py": "import feeds.adapters.maps", "feeds/adapters/maps/__init__.py": ""},
    ),
    (CYCLES, {"feeds/one.py": "import feeds.two", "feeds/two.py": "import feeds.one"}),
]


def copy_of_the_tree(folder: Path, plant: Plant) -> None:
    for package in ("wallboard", "feeds"):
        for source in (ROOT / package).rglob("*.py"):
            target = folder / source.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(source, target)
    shutil.copyfile(ROOT / "pyproject.toml", folder / "pyproject.toml")
    for name, line in plant.items():
        path = folder / name
        for parent in (path.parent, *path.parent.parents):
            if parent == folder:
                break
            parent.mkdir(exist_ok=True)
            (parent / "__init__.py").touch()
        with path.open("a", encoding="utf-8") as file:
            file.write(f"\n{line}\n")


def verdicts(folder: Path) -> dict[str, str]:
    """Name of each contract → KEPT or BROKEN."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as lint; lint()", "--no-cache"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False, timeout=60)
    found = dict(re.findall(r"^(.+) (KEPT|BROKEN)\b", done.stdout, flags=re.MULTILINE))
    assert found, done.stdout + done.stderr
    return found


def test_the_tree_as_it_is_keeps_every_contract(tmp_path: Path) -> None:
    copy_of_the_tree(tmp_path, {})
    assert verdicts(tmp_path) == dict.fromkeys(CONTRACTS, "KEPT")


@pytest.mark.parametrize(("contract", "plant"), PLANTS)
def test_a_planted_violation_breaks_its_contract(tmp_path: Path, contract: str, plant: Plant) -> None:
    copy_of_the_tree(tmp_path, plant)
    assert verdicts(tmp_path)[contract] == "BROKEN"


def test_every_contract_has_been_seen_to_break() -> None:
    assert {contract for contract, _ in PLANTS} == set(CONTRACTS)


def test_no_contract_looks_away() -> None:
    assert not [name for name, contract in CONTRACTS.items() if "ignore_imports" in contract]


def layer_names() -> set[str]:
    return {name.strip(" ()") for layer in CONTRACTS[LAYERS]["layers"] for name in re.split(r"[|:]", layer)}


def last_words(expressions: list[str]) -> set[str]:
    return {expression.rpartition(".")[2] for expression in expressions}


def test_the_feeds_are_refused_every_layer_but_the_core_and_the_errors() -> None:
    assert last_words(CONTRACTS[FEEDS]["forbidden_modules"]) == layer_names() - {"core", "errors"}


def test_qt_is_refused_to_every_layer_but_the_ui_and_its_start() -> None:
    assert last_words(CONTRACTS[QT]["source_modules"]) == layer_names() - {"ui", "app"} | {"feeds"}
