"""board.toml read into a frozen ``BoardSpec``: every problem at once, with its line and a suggestion."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, tzinfo
from importlib import resources
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError, available_timezones

import msgspec
from msgspec import Struct

from wallboard.board import format as fmt
from wallboard.board import grid
from wallboard.board.audience import private
from wallboard.board.memory import Memory
from wallboard.board.rules import PRESETS, problem, rules_of, with_preset, wrong_way
from wallboard.board.spec import BoardSpec, KioskSpec, Limit, Names, PageSpec, RuleSpec, ScreenSpec, TileSpec
from wallboard.board.tiles import KINDS
from wallboard.board.where import clash
from wallboard.core.alerts import Alerts
from wallboard.core.kpis import CATALOGUE, VARIANTS
from wallboard.core.windows import parse_window
from wallboard.errors import DataError
from wallboard.reading import Place, Reader, suggestion
from wallboard.theme import theme_names

DEFAULT = "operations"
_OWN_TABLES = ("pages", "rules", "screens", "kiosk")
_LIMITS = ("target", "warn", "breach", "clear")


class _Head(Struct, frozen=True):
    """The file as a whole; what is inside is read piece by piece, so that one mistake does not hide the next."""

    board: dict[str, Any]
    pages: list[dict[str, Any]] = msgspec.field(default_factory=list)
    rules: list[dict[str, Any]] = msgspec.field(default_factory=list)
    screens: list[dict[str, Any]] = msgspec.field(default_factory=list)
    kiosk: dict[str, Any] = msgspec.field(default_factory=dict)


def board_names() -> tuple[str, ...]:
    """The boards that come with the program."""
    folder = resources.files("wallboard.board") / "boards"
    return tuple(sorted(item.name.removesuffix(".toml") for item in folder.iterdir() if item.name.endswith(".toml")))


def load_board(name: str = DEFAULT) -> BoardSpec:
    """A board by the path of its file, or one that comes with the program by name. Raises ``DataError``."""
    if name in board_names():
        text = (resources.files("wallboard.board") / "boards" / f"{name}.toml").read_text(encoding="utf-8")
        return read_board(Reader(text, f"{name}.toml"))
    if not Path(name).is_file():
        raise DataError(f'there is no board "{name}"{suggestion(name, board_names())}')
    return read_board(Reader.open(Path(name)))


def read_board(reader: Reader) -> BoardSpec:
    """The board in an opened file. Raises ``DataError`` with every problem at once."""
    head = reader.struct(reader.table, _Head, ())
    if head is None:
        reader.finish()
        raise AssertionError
    board = reader.struct({k: v for k, v in head.board.items() if k not in _OWN_TABLES}, BoardSpec, ("board",))
    pages = tuple(_page(reader, table, ("pages", i)) for i, table in enumerate(head.pages))
    rules = tuple(_rule(reader, table, ("rules", i)) for i, table in enumerate(head.rules))
    if board is not None:
        _check_names(reader, board.names, pages)
    screens = tuple(_screen(reader, table, len(pages), ("screens", i)) for i, table in enumerate(head.screens))
    _check_audiences(reader, rules, len(pages), {screen.name for screen in screens if screen})
    kiosk = reader.struct(head.kiosk, KioskSpec, ("kiosk",)) or KioskSpec()
    if not head.pages:
        reader.fail((), "a board needs at least one [[pages]] with [[pages.tiles]]")
    if board is not None:
        _check_board(reader, board)
    reader.finish()
    assert board is not None  # noqa: S101 - a board without problems exists
    found = (tuple(p for p in pages if p), tuple(r for r in rules if r), tuple(s for s in screens if s))
    return msgspec.structs.replace(board, pages=found[0], rules=found[1], screens=found[2], kiosk=kiosk)


def windows(board: BoardSpec) -> tuple[str, ...]:
    """Every window the board asks for, so that only those are computed."""
    asked = [getattr(tile, "window", "today") for page in board.pages for tile in page.tiles]
    return tuple(sorted({*asked, *(rule.window for rule in board.rules), "today"}))


def local_time(zone: str) -> Callable[[int], int]:
    """Epoch ms, UTC, to local ms in an IANA zone; "" is the zone of this machine. Remembers each quarter of an hour."""
    where: tzinfo | None = ZoneInfo(zone) if zone else None
    offsets: dict[int, int] = {}

    def local(at: int) -> int:
        quarter = at // 900_000
        if quarter not in offsets:
            if len(offsets) > 4096:  # noqa: PLR2004 - some weeks of quarters; nothing may grow for ever
                offsets.clear()
            moment = datetime.fromtimestamp(quarter * 900, UTC).astimezone(where)
            offset = moment.utcoffset()
            offsets[quarter] = 0 if offset is None else int(offset.total_seconds() * 1000)
        return at + offsets[quarter]

    return local


def memory_of(board: BoardSpec, alerts: Alerts | None = None) -> Memory:
    """What a screen that shows the board remembers, with the clocks of every zone; ``alerts`` may be shared."""
    watched = alerts or Alerts(rules_of(board.rules), local_time(board.zone))
    return Memory(board, local_time(board.zone), local_time, alerts=watched)


def _check_board(reader: Reader, board: BoardSpec) -> None:
    if board.theme not in theme_names() and not board.theme.endswith(".toml"):
        reader.fail(("board", "theme"), f'there is no theme "{board.theme}"{suggestion(board.theme, theme_names())}')
    _check_zone(reader, board.zone, ("board", "zone"))


def _check_names(reader: Reader, names: Names, pages: tuple[PageSpec | None, ...]) -> None:
    """A page tells no more of people than its board."""
    for i, page in enumerate(pages):
        if page is not None and page.names is not None and not private(page.names, names):
            told = f'"{page.names}" tells more of people than the board\'s "{names}"; a page can only tell less'
            reader.fail(("pages", i, "names"), told)


def _check_zone(reader: Reader, zone: str, place: Place) -> None:
    try:
        ZoneInfo(zone or "UTC")
    except (ZoneInfoNotFoundError, ValueError, OSError):
        reader.fail(place, f'there is no time zone "{zone}"{suggestion(zone, available_timezones())}')


def _page(reader: Reader, table: dict[str, Any], place: Place) -> PageSpec | None:
    """A page and its tiles."""
    raw = table.get("tiles", [])
    page = reader.struct({k: v for k, v in table.items() if k != "tiles"}, PageSpec, place)
    if not isinstance(raw, list) or not raw:
        reader.fail(place, "a page needs at least one [[pages.tiles]]")
        return None
    tiles = [_tile(reader, item, (*place, "tiles", i)) for i, item in enumerate(raw)]
    for i, key, told in grid.mistakes(table, raw):
        reader.fail((*place, "tiles", i, key), told)
    if page is None or None in tiles:
        return None
    page = msgspec.structs.replace(page, tiles=tuple(tile for tile in tiles if tile))
    _check_upright(reader, page, place)
    return page


def _screen(reader: Reader, table: dict[str, Any], pages: int, place: Place) -> ScreenSpec | None:
    """A screen that shows pages there are."""
    screen = reader.struct(table, ScreenSpec, place)
    if screen is not None and screen.board is None:
        for page in [page for page in screen.pages if page > pages]:
            reader.fail((*place, "pages"), f"there is no page {page}; the board has {pages}")
    return screen


def _tile(reader: Reader, table: dict[str, Any], place: Place) -> TileSpec | None:
    """A tile of whatever kind it says it is."""
    kind = table.get("kind")
    if kind not in KINDS:
        said = '"kind" is missing' if kind is None else f'there is no kind of tile "{kind}"'
        reader.fail(place if kind is None else (*place, "kind"), said + suggestion(str(kind or ""), KINDS))
        return None
    tile = reader.struct({k: v for k, v in table.items() if k != "kind"}, KINDS[kind].spec, place)
    if tile is not None:
        _check_words(reader, tile, place)
        if wrong := clash(tile):
            reader.fail((*place, "where"), wrong)
        _check_zone(reader, getattr(tile, "zone", ""), (*place, "zone"))
    return tile


def _rule(reader: Reader, table: dict[str, Any], place: Place) -> RuleSpec | None:
    """A rule that has something to watch for."""
    if table.get("preset", "waiting") not in PRESETS:
        told = suggestion(str(table["preset"]), PRESETS)
        reader.fail((*place, "preset"), f'there is no preset "{table["preset"]}"{told}')
        return None
    before = len(reader.problems)
    rule = reader.struct(with_preset(table), RuleSpec, place)
    if rule is None:
        return None
    if rule.warn is None and rule.breach is None:
        reader.fail(place, 'a rule needs "warn" or "breach"')
    _check_words(reader, rule, place)
    if wrong := clash(rule):
        reader.fail((*place, "where"), wrong)
    if len(reader.problems) == before and (mistake := problem(rule)):
        reader.fail((*place, mistake[0]), mistake[1])
    return rule


def _check_audiences(reader: Reader, rules: tuple[RuleSpec | None, ...], pages: int, screens: set[str | int]) -> None:
    """Rules are for pages and screens there are, and somebody hears of them."""
    for i, rule in enumerate(rules):
        if rule is None:
            continue
        place: Place = ("rules", i)
        for page in [page for page in rule.pages if page > pages]:
            reader.fail((*place, "pages"), f"there is no page {page}; the board has {pages}")
        for screen in [screen for screen in rule.screens if screen not in screens]:
            names = suggestion(str(screen), {str(name) for name in screens}) or "; the board has no [[screens]]"
            reader.fail((*place, "screens"), f'there is no [[screens]] with the name "{screen}"{names}')
        if "page" in rule.actions and not rule.pages:
            reader.fail((*place, "actions"), '"page" brings pages forward; say which in "pages"')
        if not rule.actions and not rule.webhook:
            reader.fail((*place, "actions"), 'nobody would hear of it; name an action, or a "webhook"')


def _check_words(reader: Reader, spec: Struct, place: Place) -> None:
    """The KPIs, windows and limits a spec names, whatever its kind."""
    for key, name in _kpis(spec):
        if name not in CATALOGUE:
            reader.fail((*place, key), f'there is no KPI "{name}"{suggestion(name, CATALOGUE)}')
    variant = getattr(spec, "variant", None)
    if variant is not None and variant not in VARIANTS:
        reader.fail(
            (*place, "variant"), f'there is no service-level variant "{variant}"{suggestion(variant, VARIANTS)}'
        )
    window = getattr(spec, "window", "today")
    try:
        parse_window(window)
    except ValueError as error:
        reader.fail((*place, "window"), str(error))
    kpi = getattr(spec, "kpi", None) or next(iter(getattr(spec, "kpis", ())), None)
    if kpi in CATALOGUE:
        for key in _LIMITS:
            _check_limit(reader, getattr(spec, key, None), CATALOGUE[kpi].unit, (*place, key))
        _check_order(reader, spec, kpi, place)
    for key, (warn, breach) in getattr(spec, "limits", {}).items():
        unit = CATALOGUE[key].unit if key in CATALOGUE else "ms"
        told = [_check_limit(reader, value, unit, (*place, "limits", key)) for value in (warn, breach)]
        toward = CATALOGUE[key].better if key in CATALOGUE else "down"
        if all(told) and (wrong := wrong_way(warn, breach, toward, unit)):
            reader.fail((*place, "limits", key), wrong)


def _kpis(spec: Struct) -> Iterator[tuple[str, str]]:
    """Every KPI a spec names, and under which key."""
    for key in ("kpi", "only"):
        if isinstance(kpi := getattr(spec, key, None), str):
            yield key, kpi
    for key in ("kpis", "columns", "steps"):
        if isinstance(names := getattr(spec, key, None), tuple):
            yield from ((key, name) for name in names)
    if hasattr(spec, "columns"):
        yield from (("limits", name) for name in getattr(spec, "limits", {}))


def _check_order(reader: Reader, spec: Struct, kpi: str, place: Place) -> None:
    """A breach lies beyond the warning, on the side that is worse."""
    warn, breach = (getattr(spec, name, None) for name in ("warn", "breach"))
    first = "warn" if warn is not None else "target"
    warn = getattr(spec, first, None)
    toward = getattr(spec, "better", None) or CATALOGUE[kpi].better
    if wrong := wrong_way(warn, breach, toward, CATALOGUE[kpi].unit, first):
        reader.fail((*place, "breach"), wrong)


def _check_limit(reader: Reader, value: Limit | None, unit: str, place: Place) -> bool:
    try:
        fmt.limit(value, unit)
    except ValueError:
        example = {"ms": '"02:00" or "90 s"', "share": '"80 %" or 0.8'}.get(unit, "5")
        reader.fail(place, f'"{value}" is no limit for this figure; write {example}')
        return False
    return True


def _check_upright(reader: Reader, page: PageSpec, place: Place) -> None:
    """A page says for all of its tiles where they stand on an upright screen, or for none."""
    places = [tile.portrait for tile in page.tiles]
    if page.portrait is None:
        if any(places):
            reader.fail(place, 'tiles say where they stand in "portrait"; the page must say its columns and rows there')
        return
    for i in [i for i, at in enumerate(places) if at is None]:
        told = 'the page has a "portrait" grid, so every tile needs its place there'
        reader.fail((*place, "tiles", i, "portrait"), told)
