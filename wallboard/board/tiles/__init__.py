"""The kinds of tile there are: one line each. A kind is a spec, a view, and the function from one to the other."""

from collections.abc import Callable
from typing import Any, NamedTuple

from wallboard.board.scene import Scene
from wallboard.board.spec import TileSpec
from wallboard.board.tiles import (
    agents,
    alerts,
    bars,
    clock,
    funnel,
    heat,
    leaders,
    message,
    number,
    queues,
    states,
    text,
    trend,
)
from wallboard.board.view import TileView


class Kind(NamedTuple):
    """What a board file may say of a tile, and how it is presented."""

    spec: type[TileSpec]
    present: Callable[[Any, Scene], TileView]


KINDS: dict[str, Kind] = {
    "number": Kind(number.NumberSpec, number.present),
    "queues": Kind(queues.QueuesSpec, queues.present),
    "agents": Kind(agents.AgentsSpec, agents.present),
    "trend": Kind(trend.TrendSpec, trend.present),
    "states": Kind(states.StatesSpec, states.present),
    "bars": Kind(bars.BarsSpec, bars.present),
    "alerts": Kind(alerts.AlertsSpec, alerts.present),
    "heat": Kind(heat.HeatSpec, heat.present),
    "funnel": Kind(funnel.FunnelSpec, funnel.present),
    "leaders": Kind(leaders.LeadersSpec, leaders.present),
    "message": Kind(message.MessageSpec, message.present),
    "clock": Kind(clock.ClockSpec, clock.present),
    "text": Kind(text.TextSpec, text.present),
}
"""By the word a board file uses for it."""

PRESENTERS: dict[type[TileSpec], Callable[[Any, Scene], TileView]] = {
    kind.spec: kind.present for kind in KINDS.values()
}
"""The same, by the spec in hand."""
