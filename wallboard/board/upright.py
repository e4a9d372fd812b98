"""Where the tiles of a page stand on a screen that stands upright: as the board says, or laid out anew."""

from wallboard.board.spec import PageSpec, TileSpec

At = tuple[int, int, int, int]
"""Column, row, width and height on a grid."""

COLUMNS = 12
ROWS = 120
_NARROW = 0.34
"""Up to this share of a lying page's width, tiles stand side by side on an upright one."""
_SHORT = 0.25
"""A tile no taller than this share of the page keeps its height."""
_TURNED = 16 / 9


def upright(page: PageSpec) -> tuple[tuple[int, int], tuple[At, ...]]:
    """The grid (columns, rows) of an upright screen, and the place of every tile in the order of the page."""
    own = tuple(tile.portrait for tile in page.tiles if tile.portrait is not None)
    if page.portrait is not None and len(own) == len(page.tiles):
        return page.portrait, own
    return (COLUMNS, ROWS), _flow(page)


def _flow(page: PageSpec) -> tuple[At, ...]:
    """Tiles in reading order: narrow neighbours two by two or three by three, wide ones one under the other."""
    order = sorted(range(len(page.tiles)), key=lambda i: (page.tiles[i].at[1], page.tiles[i].at[0]))
    lines = [line for run in _runs(page, order) for line in _lines(page, run)]
    tall = [max(_height(page, page.tiles[i], len(line)) for i in line) for line in lines]
    edges = [round(sum(tall[:n]) / sum(tall) * ROWS) for n in range(len(tall) + 1)]
    places: dict[int, At] = {}
    for n, line in enumerate(lines):
        wide = COLUMNS // len(line)
        for k, i in enumerate(line):
            places[i] = (k * wide, edges[n], wide, max(1, edges[n + 1] - edges[n]))
    return tuple(places[i] for i in range(len(page.tiles)))


def _runs(page: PageSpec, order: list[int]) -> list[list[int]]:
    """Neighbours that are narrow and begin on the same row; every wide tile by itself."""
    runs: list[list[int]] = []
    for i in order:
        before = page.tiles[runs[-1][-1]] if runs else None
        joins = before is not None and _narrow(page, before) and before.at[1] == page.tiles[i].at[1]
        if joins and _narrow(page, page.tiles[i]):
            runs[-1].append(i)
        else:
            runs.append([i])
    return runs


def _lines(page: PageSpec, run: list[int]) -> list[list[int]]:
    """A run in lines of about equal length, the shorter ones first: what comes first matters most."""
    widest = max(page.tiles[i].at[2] for i in run) / page.columns
    across = 3 if widest * _TURNED <= 1 / 3 else 2
    count = -(-len(run) // across)
    lengths = sorted(len(run) // count + (n < len(run) % count) for n in range(count))
    return [run[sum(lengths[:n]) : sum(lengths[: n + 1])] for n in range(count)]


def _narrow(page: PageSpec, tile: TileSpec) -> bool:
    return tile.at[2] / page.columns <= _NARROW


def _height(page: PageSpec, tile: TileSpec, beside: int) -> float:
    """How tall a tile wants to be: as it was, or with its area kept when it changes its width by much."""
    tall = tile.at[3] / page.rows
    if _narrow(page, tile) or tall <= _SHORT:
        return tall
    return tall * min(1.3, max(0.6, tile.at[2] / page.columns * _TURNED * beside))
