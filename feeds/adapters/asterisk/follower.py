"""The manager interface, live: connect, ask how the floor stands, then follow it; and again whenever the line is lost.

Every connection begins with a restatement, so nothing depends on having heard everything. While there is no connection
the feed says so in a notice, for a bridge that lives must not make a dead ACD look calm.
"""

from collections.abc import Iterable, Iterator
from typing import Final

from feeds.adapters.asterisk.ami import AmiTranslator, moment
from feeds.adapters.asterisk.beside import NEAR_MS, QueueLogBeside, Told
from feeds.adapters.asterisk.blocks import Block
from feeds.adapters.asterisk.call import recall
from feeds.adapters.asterisk.lines import Line
from feeds.adapters.asterisk.link import Link, missed
from feeds.adapters.asterisk.manager import Lost, Manager, Refusal, Stage, address
from feeds.adapters.asterisk.standing import Census
from feeds.adapters.options import Options
from feeds.adapters.report import Report
from feeds.clock import Clock, SystemClock
from wallboard.core.vocabulary import Event
from wallboard.errors import UsageError

GRACE_MS: Final = 100
"""How long events already on their way may still change a restatement."""
AGAIN_MS: Final = 500
"""After a refused or missing answer, ask again."""
CENSUS_MS: Final = 10_000


class AmiFollower:
    """A live reading of ``host:port``. Poll it some 50 times a second; it never waits.

    `past` are events this adapter wrote before (a bridge's journal): the callers in them are then known again. Raises
    `UsageError` without a user or secret, `DataError` for a queue_log that is none; `poll` raises `Refusal` when the
    first login fails for good.
    """

    def __init__(
        self,
        source: str,
        options: Options,
        report: Report,
        past: Iterable[Event] = (),
        clock: Clock | None = None,
    ) -> None:
        if not options.user or options.secret is None:
            raise UsageError(
                "asterisk-ami needs --user NAME and that user's secret: name a file that holds it with --secret-file, "
                "or set the environment variable WALLBOARD_AMI_SECRET"
            )
        self._manager = Manager(*address(source), options.user, options.secret)
        self._clock = clock or SystemClock()
        self._site = options.site
        self._ami = AmiTranslator(options, report, live=True)
        self._told = Told()
        self._deaf: int | None = self._remember(past)
        since = self._told.newest or self._deaf or None
        self._log = QueueLogBeside(options.queue_log, since) if options.queue_log else None
        self._knows = since is not None
        self._fills = self._log is not None and self._log.begins is not None and self._log.begins <= self._deaf
        self._recent: list[Line] = []
        self._missed: list[Line] = []
        self._held: list[tuple[Block, bytes, int]] = []
        self._link = Link()
        self._skew = 0
        self._census: Census | None = None
        self._turn = 0
        self._due = 0
        self._blind_at = 0
        self._refusal = ""
        self._why = "connected"

    def poll(self, now: int) -> list[Event]:
        """Events since the last call. `now` is wall-clock ms, for what comes without a timestamp."""
        mono = self._clock.mono()
        events: list[Event] = []
        try:
            if self._manager.stage is Stage.OFF and mono >= self._link.retry_at:
                self._manager.open(mono)
            for block, raw in self._manager.poll(mono):
                self._link.heard(mono)
                events += self._block(block, raw, now, mono)
            if self._manager.stage is Stage.ON:
                events += self._keep(now, mono)
        except Refusal:
            if not self._link.ever:
                raise
            events += self._gone("refuses the login", now, mono)
        except Lost as lost:
            events += self._gone(str(lost), now, mono)
        events += self._read_log()
        if self._census is None:
            events += self._ami.settle(now + self._skew)
        self._told.add(events)
        return events

    def close(self) -> None:
        """Hang up."""
        self._manager.close()
        if self._log is not None:
            self._log.close()

    def _remember(self, past: Iterable[Event]) -> int:
        """Look at what was written before once, and keep only who is still there and what was told last.

        Returns the moment (ms) of the newest of it, 0 if there is nothing.
        """
        newest = 0

        def seen() -> Iterator[Event]:
            nonlocal newest
            for event in past:
                self._told.add((event,))
                newest = max(newest, event.at)
                yield event

        calls = self._ami.translator.calls
        calls.open, calls.ended = recall(seen())
        calls.leaving = {id_: call.touched for id_, call in calls.open.items() if not (call.waiting or call.talking)}
        return newest

    def _keep(self, now: int, mono: int) -> list[Event]:
        """Once on: ask, ask again, restate when the answers are complete, and see that somebody is there."""
        self._enter(mono)
        census = self._census
        if census is not None and census.complete and not census.settled_at:
            census.settled_at = mono + GRACE_MS
        if census is not None and census.settled_at and mono >= census.settled_at:
            return self._restate(census, now, mono)
        if census is not None and mono >= self._due:
            events = self._replay() + self._lacking(census, now, mono)
            self._ask(mono)
            return events
        if self._link.should_ping(mono):
            self._manager.send("Ping", ActionID=f"ping-{self._turn}")
        if self._link.is_dead(mono):
            self._manager.close()
            raise Lost(f"{self._manager.where}: is silent")
        return []

    def _lacking(self, census: Census, now: int, mono: int) -> list[Event]:
        """A notice, when what was asked for is still not answered."""
        if mono < self._blind_at:
            return []
        return self._link.blind(self._refusal or f"no answer to {census.lacks}", now + self._skew, self._site)

    def _enter(self, mono: int) -> None:
        if self._link.enter(mono):
            self._ask_anew(mono)

    def _ask_anew(self, mono: int) -> None:
        self._blind_at, self._refusal = mono + CENSUS_MS, ""
        self._ask(mono)

    def _ask(self, mono: int) -> None:
        self._turn += 1
        self._census, self._due = Census(), mono + CENSUS_MS
        for kind, action in (("ping", "Ping"), ("queues", "QueueStatus"), ("channels", "CoreShowChannels")):
            self._manager.send(action, ActionID=f"{kind}-{self._turn}")

    def _block(self, block: Block, raw: bytes, now: int, mono: int) -> list[Event]:
        self._enter(mono)
        if "Timestamp" in block:
            self._skew = moment(block, now) - now
        at = now + self._skew
        kind, _, turn = block.get("ActionID", "").partition("-")
        if kind in {"ping", "queues", "channels"}:
            if self._census is not None and turn == str(self._turn):
                self._answer(self._census, kind, block, at)
            return []
        if self._census is not None:
            self._census.take(block, at)
            self._held.append((block, raw, at))
            return []
        if block.get("Event") in {"FullyBooted", "Reload"}:
            self._ask_anew(mono)
        return self._ami.block(block, raw, at)

    def _answer(self, census: Census, kind: str, block: Block, at: int) -> None:
        if block.get("Response") != "Error":
            census.take(block, at)
        elif kind == "channels":
            census.refused()
        elif kind == "queues":  # still booting, or the queues are being loaded
            self._refusal = f"it answers QueueStatus with {block.get('Message', 'no reason')!r}"
            self._due = min(self._due, self._clock.mono() + AGAIN_MS)

    def _restate(self, census: Census, now: int, mono: int) -> list[Event]:
        """What was missed, as far as a log has it; what came meanwhile; and then how the floor stands."""
        self._census = None
        events = self._read_log() + self._fill()
        at = max(now + self._skew, self._ami.newest)
        deaf = self._unheard()
        floor = census.standing(self._ami.agent, at, told=deaf is None)
        events += self._ami.restate(floor, at, self._why, deaf)
        self._why, self._knows = "reloaded", True
        if deaf:
            events.append(missed(deaf, at, self._site))
        return events + self._link.back(at, mono, self._site)

    def _unheard(self) -> int | None:
        """Since when (ms; 0: who knows) nobody listened; `None` if somebody did, or a log told what was missed."""
        deaf, self._deaf = self._deaf, None
        told, self._fills = self._fills, True
        return None if told and self._log is not None and self._log.there else deaf

    def _replay(self) -> list[Event]:
        """What came while the answers were awaited."""
        held, self._held = self._held, []
        return [event for block, raw, at in held for event in self._ami.block(block, raw, at)]

    def _fill(self) -> list[Event]:
        """Lines written while nobody listened, told as if somebody had, and what came while the answers were awaited.

        What an event tells is left to it; how a caller left, the line knows better.
        """
        missed, self._missed = self._missed, []
        coming = Told()
        for block, _, at in self._held:
            if mark := self._ami.mark(block):
                coming.note(mark, moment(block, at))
        events: list[Event] = []
        left: list[Line] = []
        for line in missed if self._knows else []:
            if self._told.take(line):
                continue
            if coming.take(line):
                left.append(line)
            else:
                events += self._tell(line)
        events += self._replay()
        for line in left:
            events += self._ami.written(line)
            if self._ami.lacks(line):
                events += self._tell(line)
        return events

    def _tell(self, line: Line) -> list[Event]:
        self._ami.departures.answered((line.call, line.queue))
        return self._ami.translator.translate(line)

    def _read_log(self) -> list[Event]:
        if self._log is None:
            return []
        lines = self._log.poll()
        if self._manager.stage is not Stage.ON or self._census is not None:
            self._missed += lines
            return []
        self._recent = [line for line in self._recent + lines if line.at + 2 * NEAR_MS >= self._ami.newest]
        return [event for line in lines for event in self._ami.written(line)]

    def _gone(self, why: str, now: int, mono: int) -> list[Event]:
        self._census = None
        self._held.clear()
        self._ami.departures.clear()
        self._missed[:0], self._recent = self._recent, []
        self._why = "reconnected"
        if self._deaf is None:
            self._deaf = now + self._skew - self._link.silence(mono)
        return self._link.lost(why, now + self._skew, mono, self._site)
