"""The kinds of tile there are, as widgets: one line each."""

from typing import Any

from wallboard.board.tiles.agents import AgentsView
from wallboard.board.tiles.alerts import AlertsView
from wallboard.board.tiles.bars import BarsView
from wallboard.board.tiles.clock import ClockView
from wallboard.board.tiles.funnel import FunnelView
from wallboard.board.tiles.heat import HeatView
from wallboard.board.tiles.leaders import LeadersView
from wallboard.board.tiles.message import MessageView
from wallboard.board.tiles.number import NumberView
from wallboard.board.tiles.queues import QueuesView
from wallboard.board.tiles.states import StatesView
from wallboard.board.tiles.text import TextView
from wallboard.board.tiles.trend import TrendView
from wallboard.board.view import TileView
from wallboard.ui.tile import Tile
from wallboard.ui.tiles.agents import AgentsTile
from wallboard.ui.tiles.alerts import AlertsTile
from wallboard.ui.tiles.bars import BarsTile
from wallboard.ui.tiles.clock import ClockTile
from wallboard.ui.tiles.funnel import FunnelTile
from wallboard.ui.tiles.heat import HeatTile
from wallboard.ui.tiles.leaders import LeadersTile
from wallboard.ui.tiles.message import MessageTile
from wallboard.ui.tiles.number import NumberTile
from wallboard.ui.tiles.queues import QueuesTile
from wallboard.ui.tiles.states import StatesTile
from wallboard.ui.tiles.text import TextTile
from wallboard.ui.tiles.trend import TrendTile

WIDGETS: dict[type[TileView], type[Tile[Any]]] = {
    NumberView: NumberTile,
    QueuesView: QueuesTile,
    AgentsView: AgentsTile,
    TrendView: TrendTile,
    StatesView: StatesTile,
    BarsView: BarsTile,
    AlertsView: AlertsTile,
    TextView: TextTile,
    MessageView: MessageTile,
    LeadersView: LeadersTile,
    HeatView: HeatTile,
    FunnelView: FunnelTile,
    ClockView: ClockTile,
}
"""The widget that shows each kind of view."""
