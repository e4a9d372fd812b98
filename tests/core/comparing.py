"""Fold against oracle, and snapshot against snapshot."""

from typing import Any

import numpy as np

from tests.core.formulas import STAFFING, VARIANTS
from tests.core.oracle import Oracle
from wallboard.core.additions import BINS
from wallboard.core.facts import AGENT, CELL
from wallboard.core.figures import Figures
from wallboard.core.kpis import CATALOGUE
from wallboard.core.snapshot import STATES, By, Snapshot
from wallboard.core.timeline import ADHERENT, PLANNED

GROUPS: tuple[By, ...] = (
    "total", "queue", "agent", "team", "channel", "direction", "site", "client", "campaign", "skill", "priority",
)  # fmt: skip


def agree(found: float | None, expected: float | None, kpi: str) -> bool:
    """Whether a figure is the oracle's; percentiles within 2.5 %, and half a second below one."""
    if found is None or expected is None:
        return found is expected
    if CATALOGUE[kpi].unit in ("count", "ms") and not isinstance(found, int):
        return False
    if kpi.startswith(("wait_p", "aht_p")):
        return abs(found - expected) <= max(0.025 * expected + 1, 500)
    if kpi in STAFFING and CATALOGUE[kpi].unit != "count":
        return abs(found - expected) <= 1e-4 * max(1, abs(expected))  # a mean handle time of x.5 ms, rounded
    return found == expected


def compare(snapshot: Snapshot, oracle: Oracle, windows: tuple[str, ...], groups: tuple[By, ...] = GROUPS) -> None:
    """Every KPI, variant and shown state is the oracle's."""
    figures = Figures(snapshot)
    wrong = []
    asked = [(kpi, "short-abandons-out") for kpi in CATALOGUE]
    asked += [("service_level", variant) for variant in VARIANTS]
    for by in groups:
        for group in figures.names(by):
            for window in windows:
                for kpi, variant in asked:
                    found = figures.measure(kpi, window, by, group, variant).value
                    expected = oracle.value(kpi, window, by, group, variant)
                    if not agree(found, expected, kpi):
                        wrong.append(f"{kpi} {variant} {window} {by}={group!r}: {found}, not {expected}")
    for agent in snapshot.agents:
        state, reason, since = oracle.standing.shown(agent.key)
        if (agent.state, agent.reason) != (state, reason) or since not in (None, agent.since):
            wrong.append(f"{agent.key}: {agent.state, agent.reason, agent.since}, not {state, reason, since}")
        if set(agent.queues) != oracle.standing.member[agent.key]:
            wrong.append(f"{agent.key} in {agent.queues}")
    assert not wrong, f"at {snapshot.as_of}:\n" + "\n".join(wrong[:30])


def compare_series(snapshot: Snapshot, oracle: Oracle, groups: tuple[By, ...], turn: int, points: int = 4) -> None:
    """KPIs and variants by the clock, one in seven each turn: the first intervals, the last ones, and some between."""
    figures, wrong = Figures(snapshot), []
    asked = [(kpi, "short-abandons-out") for kpi in CATALOGUE]
    asked += [("service_level", variant) for variant in VARIANTS]
    asked = asked[turn % 7 :: 7]
    for step, keep in ((60_000, 120), (900_000, 128)):
        begins = range(oracle.first_interval(step, keep), oracle.now + 1, step)
        for by in groups:
            for group in figures.names(by):
                for kpi, variant in asked:
                    found = figures.series(kpi, step, by, group, variant)
                    told = [begin for begin, _ in found]
                    if told[-len(begins) :] != list(begins) or (told[:1] or [oracle.now])[0] < oracle.now - keep * step:
                        wrong.append(f"{kpi} by {step} ms tells {told[:3]}..., not {list(begins)[:3]}...")
                    for begin, value in found[:2] + found[2 : -points : max(1, len(found) // points)] + found[-points:]:
                        expected = oracle.value(kpi, f"interval:{begin}:{step}", by, group, variant)
                        if not agree(value, expected, kpi):
                            wrong.append(f"{kpi} {variant} {step} {begin} {by}={group!r}: {value}, not {expected}")
    assert not wrong, f"at {snapshot.as_of}:\n" + "\n".join(wrong[:30])


def essence(snapshot: Snapshot) -> dict[str, Any]:
    """A snapshot without counters of the feed, and without the numbers its rows happen to have."""
    agents = {
        a.key: (a.state, a.reason, a.since, a.login, a.contacts, a.team, a.name, frozenset(a.queues))
        for a in snapshot.agents
    }
    queues = {
        q.key: (q.waiting, q.oldest, q.over, q.next_late, q.agents, sorted((w.contact, w.queued) for w in q.waits))
        for q in snapshot.queues
    }
    windows = {window.name: _window(snapshot, window) for window in snapshot.windows}
    names = {agent.row: agent.key for agent in snapshot.agents}
    plans = {(names[p.agent], p.activity, p.begin, p.end, p.adherent) for p in snapshot.plans}
    return {
        "as_of": snapshot.as_of, "agents": agents, "queues": queues, "windows": windows, "plans": plans,
        "forecasts": set(snapshot.forecasts),
    }  # fmt: skip


def _window(snapshot: Snapshot, window: Any) -> dict[str, Any]:
    facts: dict[str, Any] = {"begin": window.begin, "end": window.end}
    for row, cell in enumerate(snapshot.cells):
        found = {CELL[i]: window.cells[row, i].item() for i in np.flatnonzero(window.cells[row])}
        bins = {int(i): window.histogram[row, i].item() for i in np.flatnonzero(window.histogram[row])}
        if found or bins:
            facts[str(cell)] = (found, bins, window.longest[row].item())
    for agent in snapshot.agents:
        found = {AGENT[i]: window.agents[agent.row, i].item() for i in np.flatnonzero(window.agents[agent.row])}
        names = dict(enumerate((*STATES, *snapshot.reasons))) | {PLANNED: "planned", ADHERENT: "as planned"}
        time = {name: window.time[agent.row, i].item() for i, name in names.items() if window.time[agent.row, i]}
        facts[agent.key] = (found, time)
    assert window.histogram.shape[1] == 2 * BINS
    return facts
