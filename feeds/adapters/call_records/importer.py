"""A table of finished calls as the feed that would have been, in the order of time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from feeds.adapters.call_records.record import Record, RecordReader, UnreadableError
from feeds.adapters.call_records.record_map import RecordMap, load_map
from feeds.adapters.call_records.table import rows
from feeds.adapters.customers import Customers
from feeds.adapters.options import Options
from feeds.adapters.pen import ID_CHARACTERS, Pen
from feeds.adapters.report import Report
from wallboard.core.events import (
    AgentDeclared,
    ContactAnswered,
    ContactAutomated,
    ContactEnded,
    ContactQueued,
    ContactReleased,
    ContactStarted,
    ContactUnqueued,
    QueueDeclared,
)
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError


def import_call_records(paths: Sequence[Path], options: Options, report: Report) -> Iterator[Event]:
    """Events of all calls in all files, sorted by `at`; calls of one moment stay in the order of the table.

    The whole table is held in memory to sort it. Raises DataError for a wrong map, a file that is not such a table, and
    a table of which no row makes a call.
    """
    mapped = load_map(options.map)
    customers = Customers(options.customer_key)
    reader = RecordReader(mapped, customers.customer)
    calls = Calls(customers, options, mapped)
    for path in paths:
        for number, row in enumerate(rows(path, mapped.file, mapped.columns.named()), 2):
            report.read += 1
            try:
                record = reader.read(row)
            except UnreadableError as error:
                report.skip(str(error), f"{path.name} row {number}")
                continue
            if record is None:
                report.ignore("dropped by the map")
            else:
                calls.add(record)
    if not calls.events:
        raise DataError(f"{paths[0]}: no row makes a call by this map ({report.summary})")
    events = sorted(calls.declared() + calls.events, key=lambda event: event.at)
    report.events += len(events)
    return iter(events)


class Calls:
    """Writes records as events, and remembers when each queue and agent first appears."""

    def __init__(self, customers: Customers, options: Options, mapped: RecordMap) -> None:
        self.events: list[Event] = []
        self._customers = customers
        self._options = options
        self._mapped = mapped
        self._pen = Pen(options.site)
        self._seen: Counter[str] = Counter()
        self._queues: dict[str, int] = {}
        self._agents: dict[str, int] = {}

    def add(self, record: Record) -> None:
        """One call. A key that came before is another call: it gets ``~2``, ``~3`` ... behind it."""
        self._seen[record.contact] += 1
        turn = self._seen[record.contact]
        contact = record.contact if turn == 1 else f"{record.contact[: ID_CHARACTERS - 8]}~{turn}"
        stem = self._customers.digest(contact.encode())
        self._begin(record, contact, stem)
        if record.queued is not None:
            self._queue(record, contact, stem, record.queued)
        ended = record.unqueued
        if record.outcome == "answered":
            self._talk(record, contact, stem)
            ended = record.released
        self._pen.begin(ended, f"{stem}.e")
        self._pen.write(ContactEnded, contact=contact)
        self.events += self._pen.take()

    def declared(self) -> list[Event]:
        """Every queue and agent, at the moment it first appears."""
        options, pen = self._options, self._pen
        for queue, at in self._queues.items():
            pen.begin(at, self._customers.digest(b"queue " + queue.encode()))
            level = options.service_levels.get(queue, options.service_level_ms)
            pen.write(
                QueueDeclared,
                queue=queue,
                name=queue,
                channel=self._mapped.constant.channel,
                service_level_ms=level,
                time_zone=self._mapped.clocks.time_zone,
            )
        for agent, at in self._agents.items():
            pen.begin(at, self._customers.digest(b"agent " + agent.encode()))
            pen.write(AgentDeclared, agent=agent, name=agent)
        return pen.take()

    def _begin(self, record: Record, contact: str, stem: str) -> None:
        pen = self._pen
        pen.begin(record.started, f"{stem}.s")
        pen.write(
            ContactStarted,
            contact=contact,
            channel=record.channel,
            direction=record.direction,
            entry=record.entry,
            customer=record.customer,
            priority=record.priority,
            x={"clock_back_ms": record.clock_back_ms} if record.clock_back_ms else None,
        )
        if record.automated_left is not None:
            step = self._mapped.constant.automated_step
            pen.write(ContactAutomated, contact=contact, step=step, result="entered")
            pen.begin(record.automated_left, f"{stem}.v")
            result = "left" if record.queued is None else "to-queue"
            pen.write(ContactAutomated, contact=contact, step=step, result=result)

    def _queue(self, record: Record, contact: str, stem: str, queued: int) -> None:
        pen = self._pen
        pen.begin(queued, f"{stem}.q")
        pen.write(
            ContactQueued, contact=contact, queue=record.queue, priority=record.priority, credit_ms=record.credit_ms
        )
        pen.begin(record.unqueued, f"{stem}.u")
        pen.write(ContactUnqueued, contact=contact, queue=record.queue, reason=record.outcome)
        self._queues[record.queue] = min(queued, self._queues.get(record.queue, queued))

    def _talk(self, record: Record, contact: str, stem: str) -> None:
        pen = self._pen
        pen.begin(record.answered, f"{stem}.a")
        pen.write(ContactAnswered, contact=contact, agent=record.agent)
        pen.begin(record.released, f"{stem}.r")
        pen.write(ContactReleased, contact=contact, agent=record.agent)
        self._agents[record.agent] = min(record.answered, self._agents.get(record.agent, record.answered))
