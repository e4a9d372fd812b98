"""What a contact's story writes with: facts, inputs of agents, anomalies. To untell it, the same is taken back."""

from mypy_extensions import mypyc_attr

from wallboard.core.agents import Agent, Entry
from wallboard.core.floor import Ground
from wallboard.core.ledger import Ledger, Moves


@mypyc_attr(allow_interpreted_subclasses=True)
class Pen:
    """``sink`` takes facts and ``back`` takes facts back; things are looked up on, and made in, ``floor``.

    ``moves`` takes what agents enter and leave, and ``anomalies`` counts by name, each worth ``sign``.
    """

    __slots__ = ("anomalies", "back", "floor", "moves", "sign", "sink")

    def __init__(
        self, floor: Ground, sink: Ledger, back: Ledger, moves: Moves, anomalies: dict[str, int], sign: int = 1
    ) -> None:
        self.floor = floor
        self.sink = sink
        self.back = back
        self.moves = moves
        self.anomalies = anomalies
        self.sign = sign

    def touch(self, agent: Agent, entry: Entry) -> None:
        """Give an agent an input."""
        self.floor.dirty.add(agent)
        agent.feed(entry, self.moves, self.floor.reasons)

    def anomaly(self, name: str) -> None:
        """Count an anomaly."""
        self.anomalies[name] = self.anomalies.get(name, 0) + self.sign


@mypyc_attr(allow_interpreted_subclasses=True)
class Notes(Pen):
    """A pen whose inputs of agents are written down, in ``inputs``, instead of given."""

    __slots__ = ("inputs",)

    def __init__(self, floor: Ground, sink: Ledger, back: Ledger, anomalies: dict[str, int], sign: int = 1) -> None:
        super().__init__(floor, sink, back, Moves(), anomalies, sign)
        self.inputs: list[tuple[Agent, Entry]] = []

    def touch(self, agent: Agent, entry: Entry) -> None:
        """Write an input down."""
        self.inputs.append((agent, entry))
