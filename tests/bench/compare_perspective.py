"""Perspective: two tables, of what happened in queues and of how agents stand, updated in batches and read after each.

Given, as Arrow bytes, its fastest input, made beforehand and not measured: either *facts*, queue legs with their
outcomes and waits and agents with their states, which the fold has to find out for itself; or the *raw* events of
contacts and agents as rows, counted by queue and type, as a feed brings them. Measured: ``update`` of both tables and
reading both views as columns, processor time of all threads. It has no windows that slide: its sums are those of one
window, ``today``.
"""

import importlib
import io
from typing import Any

import msgspec

from tests.bench.compare_legs import legs_of, states_of
from wallboard.core.floor import key_of
from wallboard.core.vocabulary import Event

SUMS = ("offered", "answered", "abandoned", "met", "wait")
FACTS = dict.fromkeys(SUMS, "integer") | {"queue": "string"}
STATES = {"agent": "string", "state": "string"}
RAW = {"type": "string", "queue": "string", "contact": "string", "agent": "string"}


class Perspective:
    """Two tables and their views, fed the batches one after the other."""

    def __init__(self, batches: list[list[Event]], *, raw: bool) -> None:
        self._perspective: Any = importlib.import_module("perspective")
        self._perspective.set_num_cpus(2)  # with one thread its update never returns
        self._raw = raw
        events = [event for batch in batches for event in batch]
        facts = (
            [_raw_row(event) for event in events] if raw else [msgspec.structs.asdict(leg) for leg in legs_of(events)]
        )
        self._facts = _arrow_batches(facts, batches)
        self._states = _arrow_batches([msgspec.structs.asdict(state) for state in states_of(events)], batches)

    def run(self) -> None:
        """Update and read."""
        client = self._perspective.Server().new_local_client()
        facts, agents = client.table(RAW if self._raw else FACTS), client.table(STATES, index="agent")
        by_queue = self._by_queue(facts)
        standing = agents.view(columns=["agent", "state"])
        for some, others in zip(self._facts, self._states, strict=True):
            if some:
                facts.update(some)
            if others:
                agents.update(others)
            by_queue.to_columns()
            standing.to_columns()
        for thing in (by_queue, standing, facts, agents):
            thing.delete()

    def _by_queue(self, table: Any) -> Any:
        if self._raw:
            how = {"contact": "count"}
            return table.view(group_by=["queue"], split_by=["type"], columns=["contact"], aggregates=how)
        return table.view(group_by=["queue"], columns=list(SUMS), aggregates=dict.fromkeys(SUMS, "sum"))


def _raw_row(event: Event) -> dict[str, Any]:
    contact, queue, agent = (getattr(event, name, None) for name in ("contact", "queue", "agent"))
    row = {"at": event.at, "type": type(event).__name__, "contact": contact}
    return row | {"queue": queue and key_of(event.site, queue), "agent": agent and key_of(event.site, agent)}


def _arrow_batches(rows: list[dict[str, Any]], batches: list[list[Event]]) -> list[bytes]:
    found, start = [], 0
    for batch in batches:
        stop = start
        while stop < len(rows) and rows[stop]["at"] <= batch[-1].at:
            stop += 1
        found.append(_arrow(rows[start:stop]))
        start = stop
    return found


def _arrow(rows: list[dict[str, Any]]) -> bytes:
    if not rows:
        return b""
    polars: Any = importlib.import_module("polars")
    frame = polars.DataFrame(rows, infer_schema_length=None).drop("at")
    whole = [name for name, kind in frame.schema.items() if kind == polars.Int64]
    empty = [name for name, kind in frame.schema.items() if kind == polars.Null]
    frame = frame.with_columns(polars.col(whole).cast(polars.Int32), polars.col(empty).cast(polars.String))
    out = io.BytesIO()
    frame.write_ipc_stream(out, compat_level=polars.CompatLevel.oldest())
    return out.getvalue()
