"""The schema for editors and the tables for people are what the specs say.

After a change that is meant: ``WALLBOARD_UPDATE=1 pytest tests/board/test_schema.py``.
"""

import json
import os
import re
import tomllib
from importlib import resources
from pathlib import Path
from typing import Any

import pytest

from wallboard.board.schema import board_schema, rule_table, tile_table
from wallboard.board.tiles import KINDS
from wallboard.config import board_names, load_board
from wallboard.core.kpis import CATALOGUE

DOCS = Path(__file__).parents[2] / "docs"
WHOLE: dict[str, Any] = json.loads(board_schema())
UPDATE = bool(os.environ.get("WALLBOARD_UPDATE"))


def between(text: str, name: str) -> tuple[int, int]:
    begin = text.index(f"<!-- {name} -->") + len(f"<!-- {name} -->\n")
    return begin, text.index("<!-- end -->", begin)


def test_the_schema_for_editors_is_what_the_specs_say() -> None:
    path = DOCS / "board.schema.json"
    if UPDATE:
        path.write_text(board_schema(), encoding="utf-8")
    assert path.read_text(encoding="utf-8") == board_schema()


@pytest.mark.parametrize(("name", "table"), [("tiles", tile_table()), ("presets", rule_table())])
def test_the_tables_for_people_are_what_the_specs_say(name: str, table: str) -> None:
    path = DOCS / "board.md"
    text = path.read_text(encoding="utf-8")
    begin, end = between(text, name)
    if UPDATE:
        path.write_text(text[:begin] + table + text[end:], encoding="utf-8")
        return
    assert text[begin:end] == table


def test_every_board_that_comes_along_is_named() -> None:
    text = (DOCS / "board.md").read_text(encoding="utf-8")
    assert [name for name in board_names() if f"`{name}`" not in text] == []


def test_the_examples_together_are_a_board(tmp_path: Path) -> None:
    text = (DOCS / "board.md").read_text(encoding="utf-8")
    examples = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    path = tmp_path / "mine.toml"
    path.write_text("\n".join(examples), encoding="utf-8")
    board = load_board(str(path))
    assert board.pages
    assert board.screens
    assert board.kiosk.dim
    assert keys(tomllib.loads("\n".join(examples)), WHOLE) == []


def keys(value: Any, schema: dict[str, Any]) -> list[str]:
    """The keys of a file that its schema does not know, and the words it does not allow."""
    if "$ref" in schema:
        return keys(value, WHOLE["$defs"][schema["$ref"].rpartition("/")[2]])
    if "oneOf" in schema:
        kinds = {one["properties"]["kind"]["const"]: one for one in schema["oneOf"]}
        return keys(value, kinds[value["kind"]])
    if isinstance(value, dict) and "properties" in schema:
        known = schema["properties"]
        unknown = [key for key in value if key not in known]
        return unknown + [bad for key in value if key in known for bad in keys(value[key], known[key])]
    if isinstance(value, list) and isinstance(schema.get("items"), dict):
        return [bad for item in value for bad in keys(item, schema["items"])]
    return [str(value)] if "enum" in schema and value not in schema["enum"] else []


@pytest.mark.parametrize("name", board_names())
def test_every_board_that_comes_along_keeps_to_the_schema(name: str) -> None:
    text = (resources.files("wallboard.board") / "boards" / f"{name}.toml").read_text(encoding="utf-8")
    assert keys(tomllib.loads(text), WHOLE) == []


def test_the_schema_knows_every_kind_and_every_kpi() -> None:
    text = board_schema()
    assert all(f'"const": "{kind}"' in text for kind in KINDS)
    assert keys({"kind": "number", "at": [0, 0, 1, 1], "kpi": "asaa"}, _tiles()) == ["asaa"]
    assert keys({"kind": "number", "at": [0, 0, 1, 1], "kpi": "asa", "kpl": 1}, _tiles()) == ["kpl"]
    narrowed = {"kind": "number", "at": [0, 0, 1, 1], "kpi": "asa", "where": {"site": "a", "sight": "b"}}
    assert keys(narrowed, _tiles()) == ["sight"]
    assert len(CATALOGUE) > 80


def _tiles() -> dict[str, Any]:
    found: dict[str, Any] = WHOLE["properties"]["pages"]["items"]["properties"]["tiles"]["items"]
    return found
