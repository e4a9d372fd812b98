"""What a board file may say, as a JSON schema for editors and as a table for people: both made from the specs."""

import json
from typing import Any, get_args

import msgspec

from wallboard.board.rules import PRESETS
from wallboard.board.spec import BoardSpec, Dimension, KioskSpec, PageSpec, RuleSpec, ScreenSpec
from wallboard.board.tiles import KINDS
from wallboard.core.kpis import CATALOGUE, VARIANTS

_COMMON = ("at", "title", "portrait")
_KPI_KEYS = ("kpi", "only")
_KPI_LISTS = ("kpis", "columns", "steps")
_OWN = ("pages", "rules", "tiles", "screens", "kiosk")
"""Fields that are lists of tables, written apart."""

_WHERE = {
    "type": "object",
    "description": (
        "Count, or list, only what belongs to all of it. A queue is named by its key, id or site/id. Teams and skills "
        "are of agents, channels and clients of contacts: no figure is kept by both."
    ),
    "properties": {dimension: {"type": "string"} for dimension in get_args(Dimension)},
    "additionalProperties": False,
    "default": {},
}


def board_schema() -> str:
    """The JSON schema of ``board.toml``: tiles by their kind, KPIs by their names."""
    tiles = [_of(kind.spec, {"kind": {"const": name}}, ("kind",)) for name, kind in KINDS.items()]
    page = _of(PageSpec, {"tiles": {"type": "array", "minItems": 1, "items": {"oneOf": tiles}}}, ("tiles",))
    rule = _of(RuleSpec, {"preset": {"enum": sorted(PRESETS)}}, (), apart=())
    rule["anyOf"] = [{"required": ["kpi"]}, {"required": ["preset"]}]
    rule["required"] = []
    whole = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Wallboard board",
        "type": "object",
        "required": ["board", "pages"],
        "additionalProperties": False,
        "properties": {
            "board": _of(BoardSpec, {}, ()),
            "pages": {"type": "array", "minItems": 1, "items": page},
            "rules": {"type": "array", "items": rule},
            "screens": {"type": "array", "items": _of(ScreenSpec, {}, (), apart=())},
            "kiosk": _of(KioskSpec, {}, ()),
        },
        "$defs": {"kpi": {"enum": list(CATALOGUE)}, "variant": {"enum": list(VARIANTS)}},
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def tile_table() -> str:
    """Every kind of tile and its settings, as the Markdown of ``docs/board.md``."""
    rows = ["| kind | settings, and what they are when left out |", "|---|---|"]
    for name, kind in KINDS.items():
        told = [_setting(one) for one in msgspec.structs.fields(kind.spec) if one.name not in _COMMON]
        rows.append(f"| `{name}` | {' · '.join(told) or 'none of its own'} |")
    return "\n".join(rows) + "\n"


def rule_table() -> str:
    """Every preset and what it says, as Markdown."""
    rows = ["| preset | says |", "|---|---|"]
    for name, table in PRESETS.items():
        rows.append(f"| `{name}` | " + " · ".join(f"`{key} = {_toml(value)}`" for key, value in table.items()) + " |")
    return "\n".join(rows) + "\n"


def _of(
    spec: type[msgspec.Struct], more: dict[str, Any], required: tuple[str, ...], apart: tuple[str, ...] = _OWN
) -> dict[str, Any]:
    """One table of the file; ``more`` are keys the spec itself does not have, ``apart`` those told elsewhere."""
    (found,), parts = msgspec.json.schema_components([spec])
    table: dict[str, Any] = parts[found["$ref"].rpartition("/")[2]]
    properties = {key: value for key, value in table["properties"].items() if key not in apart}
    for key in properties.keys() & {*_KPI_KEYS, *_KPI_LISTS, "variant"}:
        properties[key] = _named(key, properties[key])
    if "where" in properties:
        properties["where"] = _WHERE
    return {
        "type": "object",
        "description": " ".join((spec.__doc__ or "").split()),
        "properties": {**more, **properties},
        "required": [*required, *(key for key in table.get("required", ()) if key not in apart)],
        "additionalProperties": False,
    }


def _named(key: str, kept: dict[str, Any]) -> dict[str, Any]:
    """A field that holds names out of the catalogue."""
    default = {"default": kept["default"]} if kept.get("default") is not None else {}
    one = {"$ref": "#/$defs/variant" if key == "variant" else "#/$defs/kpi"}
    return {"type": "array", "items": one, **default} if key in _KPI_LISTS else {**one, **default}


def _setting(one: msgspec.structs.FieldInfo) -> str:
    if one.required:
        return f"**`{one.encode_name}`**"
    value = one.default_factory() if one.default is msgspec.NODEFAULT else one.default
    return f"`{one.encode_name}`" + ("" if value in (None, "", (), {}) else f" `{_toml(value)}`")


def _toml(value: Any) -> str:
    """A value as a board file writes it."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, tuple):
        return "[" + ", ".join(_toml(item) for item in value) + "]"
    return f'"{value}"' if isinstance(value, str) else str(value)
