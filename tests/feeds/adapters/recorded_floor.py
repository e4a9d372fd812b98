"""The captured 20 minutes as an ACD that can be asked how its floor stands at any moment of them."""

import gzip
from collections import defaultdict, deque
from collections.abc import Iterator
from pathlib import Path

from feeds.adapters.asterisk.blocks import Block, Blocks

MEMBERS = {f"QueueMember{what}" for what in ("Added", "Pause", "Penalty", "Ringinuse", "Status")}
GREETED = b"Event: FullyBooted"


def reads(recordings: Path) -> Iterator[tuple[float, bytes]]:
    """What the recorded client read once it was logged in, read by read, and when (seconds since the epoch)."""
    raw = gzip.decompress((recordings / "asterisk-22.ami.gz").read_bytes())
    start = raw.index(b"\r\n\r\n", raw.index(GREETED)) + 4
    for line in gzip.decompress((recordings / "asterisk-22.ami.timing.gz").read_bytes()).decode().splitlines():
        at, end = line.split("\t")
        if int(end) > start:
            yield float(at), raw[start : int(end)]
            start = int(end)


def blocks(recordings: Path) -> Iterator[tuple[float, Block, bytes]]:
    """The same, block by block, each when its last byte came."""
    whole = Blocks()
    for at, piece in reads(recordings):
        for block, raw in whole.feed(piece):
            yield at, block, raw + b"\r\n\r\n"


TELLING = {
    "QueueCallerJoin": "in", "AgentConnect": "answer", "AgentComplete": "end", "QueueCallerAbandon": "lost",
    "QueueCallerLeave": "left", "AgentRingNoAnswer": "no", "AgentDump": "no",
}  # fmt: skip
WRITTEN = {
    "ENTERQUEUE": "in", "CONNECT": "answer", "COMPLETEAGENT": "end", "COMPLETECALLER": "end", "BLINDTRANSFER": "end",
    "ATTENDEDTRANSFER": "end", "ABANDON": "lost", "EXITWITHTIMEOUT": "lost", "EXITEMPTY": "lost", "WITHDRAW": "lost",
    "EXITWITHKEY": "left", "RINGNOANSWER": "no", "AGENTDUMP": "no",
}  # fmt: skip


def lines(recordings: Path) -> list[tuple[float, bytes]]:
    """The queue_log, each line with the moment (seconds) it was written: that of the event beside it, if any."""
    told: defaultdict[tuple[str, str, str], deque[float]] = defaultdict(deque)
    for _, block, _ in blocks(recordings):
        if kind := TELLING.get(block.get("Event", "")):
            who = block.get("MemberName", "") if kind in {"end", "no"} else block["Uniqueid"]
            told[kind, who, block["Queue"]].append(float(block["Timestamp"]))
    found: list[tuple[float, bytes]] = []
    for raw in (recordings / "asterisk-22.queue_log").read_bytes().splitlines(keepends=True):
        second, call, queue, agent, event, *_ = raw.decode().rstrip().split("|")
        kind = WRITTEN.get(event, "")
        beside = told[kind, agent if kind in {"end", "no"} else call, queue]
        at = beside.popleft() if beside and -1 < beside[0] - int(second) < 1.2 else int(second)
        found.append((max(at, found[-1][0] if found else 0), raw))
    return found


class Floor:
    """Members, waiting callers and talks; what QueueStatus and CoreShowChannels would answer."""

    def __init__(self) -> None:
        self._members: dict[tuple[str, str], Block] = {}
        self._waiting: dict[tuple[str, str], tuple[float, Block]] = {}
        self._talks: dict[tuple[str, str], Block] = {}
        self._names: set[str] = set()

    def take(self, at: float, block: Block) -> None:
        """One event of the capture."""
        name, queue, call = block.get("Event", ""), block.get("Queue", ""), block.get("Uniqueid", "")
        if queue:
            self._names.add(queue)
        if name in MEMBERS:
            self._members[queue, block["Interface"]] = block
        elif name == "QueueMemberRemoved":
            self._members.pop((queue, block["Interface"]), None)
        elif name == "QueueCallerJoin":
            self._waiting[call, queue] = (at, block)
        elif name == "QueueCallerLeave":
            self._waiting.pop((call, queue), None)
        elif name == "AgentConnect":
            self._talks[call, queue] = block
        elif name == "AgentComplete":
            self._complete(block, call)

    def _complete(self, block: Block, call: str) -> None:
        desk = (block["Queue"], block["Interface"])
        of_desk = [key for key, talk in self._talks.items() if (talk["Queue"], talk["Interface"]) == desk]
        for key in of_desk[:1] if not call else [(call, block["Queue"])]:
            self._talks.pop(key, None)

    def queues(self, at: float) -> list[dict[str, str]]:
        """The answer to QueueStatus at `at`, in blocks."""
        names = [{"Event": "QueueParams", "Queue": name, "ServiceLevel": "20"} for name in sorted(self._names)]
        members = [
            {**block, "Event": "QueueMember", "Name": block["MemberName"], "Location": block["Interface"]}
            for block in self._members.values()
        ]
        entries = [
            {**block, "Event": "QueueEntry", "Wait": str(int(at - since))} for since, block in self._waiting.values()
        ]
        return [*names, *members, *entries]

    def channels(self) -> list[dict[str, str]]:
        """The answer to CoreShowChannels, in blocks: both lines of every talk, in one bridge."""
        lines: list[dict[str, str]] = []
        for (call, queue), block in self._talks.items():
            shared = {"Event": "CoreShowChannel", "BridgeId": f"{call}/{queue}"}
            caller = {"Uniqueid": call, "Channel": block.get("Channel", ""), "ApplicationData": f"{queue},tT"}
            agent = {"Uniqueid": block.get("DestUniqueid", ""), "Channel": block.get("DestChannel", "")}
            lines += [{**shared, **caller, "Application": "Queue"}, {**shared, **agent, "Application": "AppDial"}]
        return lines
