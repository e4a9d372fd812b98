"""The kinds of tile there are, as widgets: one line each."""

from typing import Any

from wallboard.board.tiles.agents import AgentsView
from wallboard.board.tiles.alerts import AlertsView
from wallboard.board.tiles.bars import BarsView
from wallboard.board.tiles.number import NumberView
from wallboard.board.tiles.queues import QueuesView
from wallboard.board.tiles.states import StatesView
from wallboard.board.tiles.trend import TrendView
from wallboard.board.view import TileView
from wallboard.ui.tile import Tile
from wallboard.ui.tiles.agents import AgentsTile
from wallboard.ui.tiles.alerts import AlertsTile
from wallboard.ui.tiles.bars import BarsTile
from wallboard.ui.tiles.number import NumberTile
from wallboard.ui.tiles.queues import QueuesTile
from wallboard.ui.tiles.states import StatesTile
from wallboard.ui.tiles.trend import TrendTile

WIDGETS: dict[type[TileView], type[Tile[Any]]] = {
    NumberView: NumberTile,
    QueuesView: QueuesTile,
    AgentsView: AgentsTile,
    TrendView: TrendTile,
    StatesView: StatesTile,
    BarsView: BarsTile,
    AlertsView: AlertsTile,
}
"""The widget that shows each kind of view."""
