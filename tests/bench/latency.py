"""From a publisher's `send` to the snapshot that shows it, with 1 000 agents: ``python -m tests.bench.latency``.

A probe agent changes its state twice a second; the time from just before it is published to the moment the engine
publishes a snapshot with that state is one sample. Publisher and wall are processes of their own on loopback.
"""

import argparse
import subprocess
import sys
import threading
import time
from itertools import islice
from statistics import median, quantiles

from feeds.publisher import Publisher
from feeds.simulator import SimConfig, simulate
from feeds.subscriber import Subscriber
from wallboard.core.aggregator import Aggregator
from wallboard.core.events import AgentState, AnyEvent
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth
from wallboard.engine import Engine, spare_collector
from wallboard.zones import period

PROBE = "probe"
EVERY_S = 0.237
AGENTS = 1000


def now_ms() -> int:
    """Wall time, ms; one machine, one clock."""
    return time.time_ns() // 1_000_000


def publish(address: str, rate: float, seconds: float, every_s: float) -> None:
    """The child: simulated traffic at ``rate`` with the present as its time, and the probe.

    Says where, and then when it sent each state of the probe, ms.
    """
    noon = f"Etc/GMT{time.gmtime().tm_hour - 12:+d}"  # a zone where people are at work
    feed = simulate(SimConfig(seed=5, agents=AGENTS, queues=40, rate=rate, time_zone=noon), now_ms())
    with Publisher(address, source="bench") as publisher:
        sys.stdout.write(publisher.address + "\n")
        sys.stdout.flush()
        begun, sent, probes = time.monotonic(), 0, 0
        while (passed := time.monotonic() - begun) < seconds:
            due = int(passed * rate)
            batch: list[AnyEvent] = list(islice(feed, due - sent))  # type: ignore[arg-type]
            sent = due
            if passed > probes * every_s:
                probes += 1
                state = "ready" if probes % 2 else "not-ready"
                batch.append(AgentState(at=now_ms(), agent=PROBE, state=state))  # type: ignore[arg-type]
                sys.stdout.write(f"{time.time_ns() / 1e6}\n")
                sys.stdout.flush()
            publisher.publish(batch)
            publisher.poll(1)


class Watch:
    """Notes when a snapshot first shows a state of the probe."""

    def __init__(self) -> None:
        self.samples: list[float] = []
        self._seen: object = None
        self.snapshots = 0

    def __call__(self, snapshot: Snapshot, _: FeedHealth) -> None:
        self.snapshots += 1
        probe = next((agent for agent in snapshot.agents if agent.key == PROBE), None)
        if probe is None or probe.since == self._seen:
            return
        self._seen = probe.since
        self.samples.append(time.time_ns() / 1e6 - probe.since)


def measure(rate: float, seconds: float) -> Watch:
    """Run both ends for ``seconds``."""
    words = [sys.executable, "-m", "tests.bench.latency", "--publish", "tcp://127.0.0.1:*", "--rate", str(rate)]
    with subprocess.Popen([*words, "--seconds", str(seconds + 3)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        watch, stop = Watch(), threading.Event()
        source = Subscriber(child.stdout.readline().strip())
        spare_collector()
        timer = threading.Timer(seconds, stop.set)
        timer.start()
        Engine(source, Aggregator(period, ("today", "30m"), None), watch).run(stop)
        timer.join()
        child.terminate()
    return watch


def main() -> None:
    """Print a line for each rate."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--publish")
    parser.add_argument("--rate", type=float)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--every", type=float, default=EVERY_S)
    options = parser.parse_args()
    if options.publish:
        publish(options.publish, options.rate, options.seconds, options.every)
        return
    for rate in [options.rate] if options.rate else [1000, 10_000]:
        watch = measure(rate, options.seconds)
        p99 = quantiles(watch.samples, n=100)[98]
        sys.stdout.write(
            f"{rate:>7.0f} events/s, {AGENTS} agents: median {median(watch.samples):.0f} ms, p99 {p99:.0f} ms, "
            f"{len(watch.samples)} samples, {watch.snapshots / options.seconds:.0f} snapshots/s\n"
        )


if __name__ == "__main__":
    main()
