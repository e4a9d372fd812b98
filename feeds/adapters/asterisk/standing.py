"""How the floor stands at one moment: what QueueStatus and CoreShowChannels answer, as plain facts.

The answers come in pieces with events between them, and every piece is newer than the one before it. So a `Census`
takes answers and events in the order they arrive, and the last word on a thing is the true one.
"""

from collections import Counter
from collections.abc import Callable

from msgspec import Struct

from feeds.adapters.asterisk.blocks import Block
from feeds.adapters.asterisk.departures import Key

LONGEST_MS = 10 * 86_400_000
MEMBERS = frozenset({"QueueMember", "QueueMemberAdded", "QueueMemberPause", "QueueMemberPenalty", "QueueMemberStatus"})
EPOCH_DIGITS = 10
CALLERS = frozenset({"QueueEntry", "QueueCallerJoin"})
OF_QUEUES = MEMBERS | CALLERS | {"QueueParams"}
OF_CALLERS = CALLERS | {"CoreShowChannel"}


class Seat(Struct, frozen=True):
    """A membership: `agent` in `queue`; `device` is the phone's state, 0 to 8; `since` when it was paused, ms or 0."""

    agent: str
    queue: str
    paused: bool
    reason: str
    penalty: int
    device: int
    since: int = 0


class Wait(Struct, frozen=True):
    """A caller in a queue `since` (ms); `number` is the caller's, raw."""

    since: int
    number: str


class Talk(Struct, frozen=True):
    """A caller of `queue` with `agent`, at most `since` (ms); `phone` is the agent's line, of the ACD."""

    queue: str
    agent: str
    phone: str
    since: int


class Standing(Struct, frozen=True):
    """The whole floor. `levels` are service levels in ms; `talks` by uniqueid, `None` where we may not ask.

    `bridged` are callers of a queue of whom a talk that is known goes on: alone in its bridge, on hold; answered since
    the channels were told; or, where an end would have been told, with anybody: agents may leave a queue while talking.
    """

    levels: dict[str, int]
    seats: tuple[Seat, ...]
    waiting: dict[Key, Wait]
    talks: dict[str, Talk] | None
    bridged: frozenset[str] = frozenset()


class Census:
    """Collects blocks until `complete`, and is then read with `standing`."""

    def __init__(self) -> None:
        self.params: dict[str, Block] = {}
        self.members: dict[Key, Block] = {}
        self._waiting: dict[Key, Wait] = {}
        self._channels: dict[str, Block] = {}
        self._ended: set[str] = set()
        self._answered: set[str] = set()
        self._queues_done = False
        self._channels_done: bool | None = None
        self.settled_at: int | None = None
        """When, in monotonic ms, it is to be believed: a little after it is complete."""

    @property
    def complete(self) -> bool:
        """Whether both answers are here."""
        return self._queues_done and self._channels_done is not None

    @property
    def lacks(self) -> str:
        """The action that is still to be answered."""
        return "CoreShowChannels" if self._queues_done else "QueueStatus"

    def refused(self) -> None:
        """We may not see the channels."""
        self._channels_done = False

    def take(self, block: Block, at: int) -> None:
        """One block, an answer's or an event's, at the ACD's time `at` (ms)."""
        name, queue, call = block.get("Event", ""), block.get("Queue", ""), block.get("Uniqueid", "")
        if (name in OF_QUEUES and not queue) or (name in OF_CALLERS and not call):
            return
        if name in MEMBERS:
            self.members[queue, _interface(block)] = block
        elif name in CALLERS:
            waited = min(_number(block.get("Wait", "")) * 1000, LONGEST_MS)
            self._waiting[call, queue] = Wait(max(at - waited, 0), block.get("CallerIDNum", ""))
        elif name == "QueueCallerLeave":
            self._waiting.pop((call, queue), None)
        elif name == "QueueMemberRemoved":
            self.members.pop((queue, _interface(block)), None)
        elif name == "QueueParams":
            self.params[queue] = block
        else:
            self._take_channel(name, call, block)

    def _take_channel(self, name: str, call: str, block: Block) -> None:
        if name == "AgentComplete":
            self._ended.add(call)
            self._answered.discard(call)
        elif name == "AgentConnect":
            self._answered.add(call)
        elif name == "CoreShowChannel":
            self._channels[call] = block
            self._ended.discard(call)
        elif name == "QueueStatusComplete":
            self._queues_done = True
        elif name == "CoreShowChannelsComplete":
            self._channels_done = True

    def standing(self, agent: Callable[[Block], str], at: int, *, told: bool = False) -> Standing:
        """The floor at `at` (ms); `agent` names the agent of a member's block. `told`: we know of every end so far."""
        names = {interface: agent(block) for (_, interface), block in self.members.items()}
        return Standing(
            levels={queue: level for queue, block in self.params.items() if (level := level_ms(block)) is not None},
            seats=tuple(seat(block, names[interface]) for (_, interface), block in self.members.items()),
            waiting=dict(self._waiting),
            talks=self._talks(names, at),
            bridged=self._bridged(told=told) | self._answered,
        )

    def _talks(self, names: dict[str, str], at: int) -> dict[str, Talk] | None:
        """Callers in a queue's bridge with a member's phone. `names` are agents by interface; `at` is now, in ms."""
        if not self._channels_done:
            return None
        lines = {_line(interface): interface for interface in names}
        rooms: dict[str, list[Block]] = {}
        for channel in self._channels.values():
            if bridge := _bridge(channel):
                rooms.setdefault(bridge, []).append(channel)
        found: dict[str, Talk] = {}
        for caller in self._channels.values():
            call, queue = caller.get("Uniqueid", ""), caller.get("ApplicationData", "").split(",")[0]
            if caller.get("Application") != "Queue" or call in self._ended or (call, queue) in self._waiting:
                continue
            for other in rooms.get(_bridge(caller), []):
                interface = lines.get(other.get("Channel", "").rpartition("-")[0])
                if interface is not None and other is not caller:
                    since = at - _clock(other.get("Duration", ""))
                    found[call] = Talk(queue, names[interface], other.get("Uniqueid", ""), since)
        return found

    def _bridged(self, *, told: bool) -> frozenset[str]:
        """Callers of a queue alone in a bridge: held while their agent consults. With others they are `_talks`."""
        rooms = Counter(_bridge(channel) for channel in self._channels.values())
        callers = [block for block in self._channels.values() if block.get("Application") == "Queue" and _bridge(block)]
        return frozenset(block.get("Uniqueid", "") for block in callers if told or rooms[_bridge(block)] == 1)


def seat(block: Block, agent: str) -> Seat:
    """A member's block as a seat."""
    reason = block.get("PausedReason") or block.get("Reason", "")
    paused = block.get("Paused") == "1"
    penalty, device = _number(block.get("Penalty", "")), _number(block.get("Status", ""))
    last = block.get("LastPause", "")
    since = int(last) * 1000 if paused and last.isdecimal() and len(last) == EPOCH_DIGITS else 0
    return Seat(agent, block.get("Queue", ""), paused, reason if paused else "", penalty, device, since)


def level_ms(block: Block) -> int | None:
    """The service level in a QueueParams block, ms."""
    text = block.get("ServiceLevel", "")
    return min(int(text[:9]), 86_400) * 1000 if text.isdecimal() else None


def _bridge(channel: Block) -> str:
    return channel.get("BridgeId") or channel.get("BridgeID", "")


def _interface(block: Block) -> str:
    return block.get("Interface") or block.get("Location", "")


def _line(interface: str) -> str:
    """What a channel of that interface is called before its number: ``Local/1@x/n`` makes ``Local/1@x-0001;1``."""
    technology, _, rest = interface.partition("/")
    return f"{technology}/{rest.partition('/')[0]}"


def _number(text: str) -> int:
    return min(int(text[:9]), 1_000_000) if text.isdecimal() else 0


def _clock(text: str) -> int:
    """``HH:MM:SS`` in ms."""
    parts = text.split(":")
    if len(parts) != 3 or not all(part.isdecimal() for part in parts):  # noqa: PLR2004 - hours, minutes, seconds
        return 0
    hours, minutes, seconds = (int(part[:4]) for part in parts)
    return min(((hours * 60 + minutes) * 60 + seconds) * 1000, LONGEST_MS)
