"""queue_log lines in, events out: the table of verbs, the floor's restarts, and ids that a second reading repeats."""

from collections.abc import Callable, Mapping

from feeds.adapters.asterisk.agents import Agents
from feeds.adapters.asterisk.calls import Calls
from feeds.adapters.asterisk.identities import Identities
from feeds.adapters.asterisk.lines import NO_CALL, NOWHERE, Line, parse
from feeds.adapters.asterisk.queues_conf import QueuesConf, read_queues_conf
from feeds.adapters.asterisk.restated import restate_calls
from feeds.adapters.asterisk.standing import Standing
from feeds.adapters.customers import Customers
from feeds.adapters.options import Options
from feeds.adapters.pen import Pen, bounded
from feeds.adapters.report import Report
from wallboard.core.events import FloorBegan, FloorEnded, QueueDeclared
from wallboard.core.vocabulary import Event

Verb = Callable[[Line, Pen], None]
FOR_ALL_QUEUES = frozenset({"PAUSEALL", "QUEUESTART", "UNPAUSEALL"})


class Translator:
    """Holds what must be remembered between lines. One translator reads one log, rotated files included."""

    def __init__(
        self, options: Options, report: Report, names: Mapping[str, str] | None = None, *, plain: bool = False
    ) -> None:
        conf = read_queues_conf(options.queues_conf) if options.queues_conf else QueuesConf()
        self._levels = {**conf.service_levels, **options.service_levels}
        self._told: dict[str, int] = {}
        self._level = options.service_level_ms
        self._report = report
        self._customers = Customers(options.customer_key)
        self._identities = Identities({**conf.names, **(names or {})}, plain=plain)
        self._agents = Agents(self._identities, persistent=conf.persistent)
        self.calls = Calls(self._customers, self._agents, report.ignore)
        self._pen = Pen(options.site)
        self._queues: dict[str, None] = {}
        self._verbs = self._table()
        self._second: dict[bytes, int] = {}
        self._turn = 0
        self._at = 0

    def read(self, raw: bytes, where: str) -> list[Event]:
        """The events of one line; none, and one more count in the report, for a line that is no use."""
        self._report.read += 1
        line = parse(raw)
        if isinstance(line, str):
            if raw.strip(b"\r\n\0 "):
                self._report.skip(line, where, raw.decode("utf-8", "replace"))
            return []
        return self.translate(line)

    def translate(self, line: Line) -> list[Event]:
        """The events of a parsed line."""
        stem = self._stem(line)
        self._settle(line.at)
        self._at = line.at
        self._pen.begin(line.at, stem)
        verb = self._verbs.get(line.event)
        if verb is None:
            self._report.ignore(line.event)
        elif line.event in FOR_ALL_QUEUES or line.queue not in NOWHERE:
            self._declare(line.queue)
            verb(line, self._pen)
        else:
            self._report.ignore(f"{line.event} without a queue")
        return self._taken()

    @property
    def names(self) -> Mapping[str, str]:
        """Interface -> member name, as far as the lines so far have told."""
        return self._identities.learned

    def settle(self, now: int) -> list[Event]:
        """What the passing of time alone brings about by `now`, ms since the epoch."""
        self._settle(now)
        return self._taken()

    def finish(self) -> list[Event]:
        """The end of a closed log: contacts that left are over."""
        self.calls.finish(self._at, self._pen)
        return self._taken()

    def restate(self, floor: Standing, at: int, why: str, unheard_since: int | None = None) -> list[Event]:
        """How the floor stands at `at` (ms), between floor.began and floor.ended; what it does not name is gone.

        `unheard_since` (ms; 0: who knows): nobody listened from then on.
        """
        self._turn += 1
        stem = self._customers.digest(b"floor|%d|%d" % (at, self._turn))
        self._at = max(self._at, at)
        self._pen.begin(at, stem)
        self._pen.write(FloorBegan, why=why, unheard_since=unheard_since)
        self._told.update(floor.levels)
        for queue in floor.levels:
            self._queues[queue] = None
        for queue in self._queues:
            self._write_queue(queue)
        self._agents.restated(floor.seats, at, self._pen)
        restate_calls(self.calls, floor, at, stem, self._pen)
        self._pen.begin(at, f"{stem}.z")
        self._pen.write(FloorEnded, why=why)
        return self._taken()

    def _settle(self, at: int) -> None:
        self.calls.settle(at, self._pen)
        if not self._agents.overdue(at):
            return
        self._turn += 1
        self._pen.begin(at, self._customers.digest(b"settled|%d|%d" % (at, self._turn)))
        self._agents.settle(at, self.calls.engaged, self._pen)

    def _taken(self) -> list[Event]:
        events = self._pen.take()
        self._report.events += len(events)
        return events

    def _table(self) -> Mapping[str, Verb]:
        agents, calls = self._agents, self.calls
        of_calls: dict[str, Verb] = {
            "ABANDON": calls.abandoned,
            "AGENTDUMP": calls.dumped,
            "ATTENDEDTRANSFER": calls.transferred,
            "BLINDTRANSFER": calls.transferred,
            "COMPLETEAGENT": calls.completed,
            "COMPLETECALLER": calls.completed,
            "CONNECT": calls.connected,
            "ENTERQUEUE": calls.entered,
            "EXITEMPTY": calls.exited,
            "EXITWITHKEY": calls.exited,
            "EXITWITHTIMEOUT": calls.exited,
            "HOLD": calls.held,
            "LOST": calls.exited,
            "RINGCANCELED": calls.ring_cancelled,
            "RINGING": calls.ringing,
            "RINGNOANSWER": calls.rang_out,
            "SYSCOMPAT": calls.exited,
            "TAKEN": calls.exited,
            "UNHOLD": calls.resumed,
            "WITHDRAW": calls.exited,
        }
        of_agents: dict[str, Verb] = {
            "ADDMEMBER": agents.added,
            "DEVICE": agents.device,
            "PAUSE": agents.paused,
            "PAUSEALL": agents.paused_everywhere,
            "PENALTY": agents.penalised,
            "REMOVEMEMBER": agents.removed,
            "UNPAUSE": agents.resumed,
            "UNPAUSEALL": agents.resumed_everywhere,
        }
        return {
            **{event: self._of(verb, "call", NO_CALL) for event, verb in of_calls.items()},
            **{event: self._of(verb, "agent", NOWHERE) for event, verb in of_agents.items()},
            "QUEUESTART": self._restart,
        }

    def _of(self, verb: Verb, field: str, nobody: frozenset[str]) -> Verb:
        """`verb`, for lines that name whom it is about."""

        def guarded(line: Line, pen: Pen) -> None:
            if getattr(line, field) in nobody:
                self._report.ignore(f"{line.event} without {field}")
            else:
                verb(line, pen)

        return guarded

    def _declare(self, queue: str) -> None:
        if queue not in NOWHERE and queue not in self._queues:
            self._queues[queue] = None
            self._write_queue(queue)

    def _write_queue(self, queue: str) -> None:
        level = self._levels.get(queue, self._told.get(queue, self._level))
        self._pen.write(QueueDeclared, queue=bounded(queue), name=bounded(queue), service_level_ms=level)

    def _restart(self, line: Line, pen: Pen) -> None:
        """The ACD started: an honest restatement. Queues stay, members as `Agents.restarted` says, callers are gone."""
        pen.write(FloorBegan, why=line.event)
        for queue in self._queues:
            self._write_queue(queue)
        self.calls.restarted()
        self._agents.restarted(pen)
        pen.write(FloorEnded, why=line.event)

    def _stem(self, line: Line) -> str:
        """The same for the same line at the same place within its second, whichever file it is read from."""
        if line.at != self._at:
            self._second.clear()
        turn = self._second[line.raw] = self._second.get(line.raw, 0) + 1
        return self._customers.digest(b"%d|%b" % (turn, line.raw))
