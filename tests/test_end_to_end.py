"""The program as it is used: processes, sockets on loopback, files. Nothing sleeps: deadlines end what never comes."""

import json
import os
import re
import selectors
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any

import pytest
import zmq

from feeds.adapters.options import Options
from feeds.adapters.registry import import_files
from feeds.clock import ManualClock
from feeds.journal import JournalReader
from feeds.merged import Merged
from feeds.publisher import Publisher
from feeds.simulator import SimConfig, simulate
from feeds.subscriber import Subscriber
from wallboard.cli import main
from wallboard.core.aggregator import Aggregator
from wallboard.core.events import ContactAnswered, ContactQueued, ContactReleased, ContactUnqueued, Notice
from wallboard.core.figures import Figures
from wallboard.core.snapshot import Snapshot
from wallboard.core.source import FeedHealth
from wallboard.core.vocabulary import Event
from wallboard.engine import Engine
from wallboard.errors import JournalError
from wallboard.zones import period

ROOT = Path(__file__).parents[1]
RECORDINGS = ROOT / "feeds" / "recordings"
QUEUE_LOG = RECORDINGS / "asterisk-22.queue_log"
TOTALS: list[dict[str, Any]] = json.loads((RECORDINGS / "asterisk-22.totals.json").read_text(encoding="utf-8"))
QUEUES = tuple(TOTALS[-1]["queues"])
PATIENCE_S = 120.0
ANY = "tcp://127.0.0.1:*"


def environment(home: Path) -> dict[str, str]:
    """This process's own, without a display, and with a home of the test's own."""
    kept = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    noon = f"TST{time.gmtime().tm_hour - 12:+d}"  # a zone where it is noon: no test runs over a day's end
    own = {"PYTHONPATH": str(ROOT), "XDG_DATA_HOME": str(home / "data"), "QT_QPA_PLATFORM": "offscreen", "TZ": noon}
    return {**kept, **own}


class Process:
    """``python -m wallboard`` with words, in a folder; killed when the test is over."""

    def __init__(self, folder: Path, *words: object) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", "wallboard", *map(str, words)],
            cwd=folder,
            env=environment(folder),
            stderr=subprocess.PIPE,
        )
        self.said = ""

    def until(self, words: str) -> str:
        """Read stderr until a line has these words; returns that line."""
        assert self.child.stderr is not None
        deadline = time.monotonic() + PATIENCE_S
        with selectors.DefaultSelector() as selector:
            selector.register(self.child.stderr, selectors.EVENT_READ)
            while time.monotonic() < deadline:
                for line in self.said.splitlines(keepends=True):
                    if words in line and line.endswith("\n"):
                        return line
                assert selector.select(deadline - time.monotonic()), f"never said {words!r}: {self.said}"
                read = os.read(self.child.stderr.fileno(), 4096)
                assert read, f"ended without saying {words!r}: {self.said}"
                self.said += read.decode()
        raise AssertionError(f"never said {words!r}: {self.said}")

    def address(self) -> str:
        """Where it publishes."""
        return self.until("publishing ").partition(";")[0].rpartition(" ")[2]

    def end(self, how: signal.Signals = signal.SIGTERM) -> int:
        """Send a signal and wait; the rest of stderr is kept."""
        self.child.send_signal(how)
        _, rest = self.child.communicate(timeout=PATIENCE_S)
        self.said += rest.decode()
        return self.child.returncode


Start = Callable[..., Process]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    begun: list[Process] = []

    def begin(*words: object) -> Process:
        begun.append(Process(tmp_path, *words))
        return begun[-1]

    yield begin
    for process in begun:
        with process.child as child:
            child.kill()


def until(done: Callable[[], bool], *steps: Callable[[], object]) -> None:
    """Step until it is done; the steps wait in pollers, and a deadline ends what never will be."""
    deadline = time.monotonic() + PATIENCE_S
    while not done():
        assert time.monotonic() < deadline, "it never happened"
        for step in steps:
            step()


def kpis(capsys: pytest.CaptureFixture[str], *words: object) -> dict[str, Any]:
    capsys.readouterr()
    assert main(["kpis", "--json", *(str(word) for word in words)]) == 0
    found: dict[str, Any] = json.loads(capsys.readouterr().out)
    return found


@pytest.fixture(scope="module")
def log_feed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The captured log, imported."""
    folder = tmp_path_factory.mktemp("log")
    (folder / "key").write_bytes(b"k" * 32)
    words = ["import", "asterisk-queue-log", QUEUE_LOG, "--customer-key", folder / "key", "--out", folder / "log.feed"]
    assert main([str(word) for word in words]) == 0
    return folder / "log.feed"


def log_lines(name: str) -> dict[str, int]:
    lines = [line.split("|") for line in QUEUE_LOG.read_text(encoding="utf-8").splitlines()]
    return {queue: sum(line[2] == queue and line[4] == name for line in lines) for queue in QUEUES}


def test_an_imported_log_has_the_acds_own_totals_queue_by_queue(
    log_feed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    found = kpis(capsys, log_feed, "--by", "queue", "--window", "all")
    queues = found["groups"]["queue"]
    last = TOTALS[-1]["queues"]
    assert {name: queues[name]["offered"] for name in QUEUES} == log_lines("ENTERQUEUE")
    assert {name: queues[name]["answered"] for name in QUEUES} == log_lines("CONNECT")
    assert {name: queues[name]["abandoned_acd"] for name in QUEUES} == {
        name: last[name]["abandoned"] for name in QUEUES
    }
    assert {name: queues[name]["waiting"] for name in QUEUES} == dict.fromkeys(QUEUES, 0)
    assert found["feed"]["events"] == 5663
    assert found["feed"]["complete"]
    assert not found["feed"]["anomalies"]


def levels_by_hand(events: list[Event]) -> dict[str, tuple[float, float]]:
    """Asterisk's two service levels per queue, from the events alone, by its own definitions and 20 s."""
    entered: dict[tuple[str, int], ContactQueued] = {}
    ended: dict[tuple[str, int], ContactUnqueued] = {}
    answered: dict[tuple[str, int], ContactAnswered] = {}
    completed: set[tuple[str, int]] = set()
    for event in events:
        if isinstance(event, ContactQueued):
            entered[event.contact, event.leg] = event
        elif isinstance(event, ContactUnqueued):
            ended[event.contact, event.leg] = event
        elif isinstance(event, ContactAnswered):
            answered.setdefault((event.contact, event.leg), event)
        elif isinstance(event, ContactReleased):
            completed.add((event.contact, event.leg))
    found = {}
    for queue in QUEUES:
        legs = {leg: event.at for leg, event in entered.items() if event.queue == queue}
        done = [answered[leg].at - at for leg, at in legs.items() if leg in completed and leg in answered]
        lost = [
            ended[leg].at - at
            for leg, at in legs.items()
            if leg in ended and ended[leg].reason in ("abandoned", "timeout", "no-agents", "diverted")
        ]
        met, missed = (sum(wait <= 20_000 for wait in waits) for waits in (done, lost))
        found[queue] = (met / len(done), (met + missed) / (len(done) + len(lost)))
    return found


def test_asterisks_own_service_levels_come_out_as_they_are_defined(
    log_feed: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    queues = kpis(capsys, log_feed, "--by", "queue", "--window", "all")["groups"]["queue"]
    with JournalReader(log_feed) as reader:
        wanted = levels_by_hand([event for block in reader.events() for event in block])
    levels = {name: queues[name]["service_levels"] for name in QUEUES}
    assert {name: (levels[name]["asterisk"], levels[name]["asterisk-2"]) for name in QUEUES} == wanted


def test_at_every_moment_the_acd_was_asked_it_said_the_same(log_feed: Path) -> None:
    """The log has whole seconds, the totals were read within one: some cut through that second gives all, exactly."""
    with JournalReader(log_feed) as reader:
        events = [event for block in reader.events() for event in block]
    wanted = {shown["at"] // 1000 * 1000: states(shown) for shown in TOTALS}
    assert len(wanted) == len(TOTALS) == 23
    aggregator = Aggregator(period, ("all",), "UTC")
    found = dict.fromkeys(wanted, False)
    seconds = sorted(wanted)
    for event, following in zip(events, [*events[1:], None], strict=True):
        aggregator.apply(event)
        for second in seconds:
            if event.at <= second and (following is None or following.at >= second):
                aggregator.advance(event.at)
                found[second] = found[second] or shows(aggregator.snapshot(), wanted[second])
    assert [second for second, equal in found.items() if not equal] == []


def states(shown: dict[str, Any]) -> dict[tuple[str, str], int]:
    """Abandoned and waiting of every queue, as the ACD printed them."""
    return {
        (queue, figure): figures[figure]
        for queue, figures in shown["queues"].items()
        for figure in ("abandoned", "waiting")
    }


def shows(snapshot: Snapshot, wanted: dict[tuple[str, str], int]) -> bool:
    figures = Figures(snapshot)
    keys = {"abandoned": "abandoned_acd", "waiting": "waiting"}
    return all(
        (figures.measure(keys[figure], "all", "queue", queue).value or 0) == value
        for (queue, figure), value in wanted.items()
    )


@pytest.mark.parametrize("shown", TOTALS[1:-1:7], ids=lambda shown: shown["label"])
def test_the_command_shows_a_moment_as_the_fold_has_it(
    log_feed: Path, capsys: pytest.CaptureFixture[str], shown: dict[str, Any]
) -> None:
    at = shown["at"] // 1000 * 1000 - 1
    queues = kpis(capsys, log_feed, "--by", "queue", "--window", "all", "--at", at)["groups"]["queue"]
    with JournalReader(log_feed) as reader:
        events = [event for block in reader.events() for event in block if event.at <= at]
    aggregator = Aggregator(period, ("all",), "UTC")
    aggregator.fold(events)
    aggregator.advance(at)
    figures = Figures(aggregator.snapshot())
    for name in queues:
        for key in ("offered", "answered", "abandoned", "abandoned_acd", "waiting", "handled"):
            assert queues[name][key] == figures.measure(key, "all", "queue", name).value


class Wall:
    """A subscriber and an engine, with what they last showed."""

    def __init__(self, address: str) -> None:
        self.source = Subscriber(address, since=0)
        self.shown: list[tuple[Snapshot, FeedHealth]] = []
        self.engine = Engine(self.source, Aggregator(period, ("all",), "UTC"), self.show)

    def show(self, snapshot: Snapshot, health: FeedHealth) -> None:
        self.shown[:] = [(snapshot, health)]

    def has(self, kpi: str, value: float) -> bool:
        """Whether that is what it shows of the one queue of these tests."""
        shown = [Figures(snapshot).measure(kpi, "all", "queue", "support").value for snapshot, _ in self.shown]
        return shown == [value]


def line(at: int, call: str, rest: str) -> str:
    return f"{at}|{call}|support|{rest}\n"


def test_a_caller_in_a_growing_log_is_on_the_wall_while_waiting_and_gone_when_answered(
    start: Start, tmp_path: Path
) -> None:
    now = int(time.time())
    log = tmp_path / "queue_log"
    with log.open("w", encoding="utf-8") as file:
        file.write(line(now - 9, "1.1", "NONE|ENTERQUEUE||555|1"))
        file.write(line(now - 5, "1.1", "Agent/7|CONNECT|4|1.2|2"))
    bridge = start("bridge", "asterisk-queue-log", log, "--publish", ANY)
    wall = Wall(bridge.address())
    try:
        until(lambda: wall.has("answered", 1), wall.engine.turn)
        assert wall.has("waiting", 0)
        with log.open("a", encoding="utf-8") as file:
            file.write(line(now, "1.3", "NONE|ENTERQUEUE||556|1"))
        until(lambda: wall.has("waiting", 1), wall.engine.turn)
        with log.open("a", encoding="utf-8") as file:
            file.write(line(now + 2, "1.3", "Agent/8|CONNECT|2|1.4|1"))
        until(lambda: wall.has("answered", 2), wall.engine.turn)
        assert wall.has("waiting", 0)
        assert wall.shown[0][1].state == "live"
    finally:
        wall.source.close()
    assert bridge.end() == 0
    assert "4 read" in bridge.said


def test_a_bridge_that_starts_again_with_its_journal_tells_nothing_twice(start: Start, tmp_path: Path) -> None:
    now = int(time.time())
    log, journal = tmp_path / "queue_log", tmp_path / "kept.feed"
    words = ("bridge", "asterisk-queue-log", log, "--publish", ANY, "--journal", journal)
    with log.open("w", encoding="utf-8") as file:
        file.write(line(now - 9, "1.1", "NONE|ENTERQUEUE||555|1"))
    for added in (line(now - 5, "1.1", "Agent/7|CONNECT|4|1.2|2"), ""):
        bridge = start(*words)
        wall = Wall(bridge.address())
        try:
            until(partial(wall.has, "offered", 1), wall.engine.turn)
            with log.open("a", encoding="utf-8") as file:
                file.write(added)
            until(partial(wall.has, "answered", 1), wall.engine.turn)
        finally:
            wall.source.close()
        assert bridge.end() == 0
    with JournalReader(journal) as reader:
        ids = [event.id for block in reader.events() for event in block]
    assert len(ids) == len(set(ids))


def test_what_is_simulated_and_recorded_is_verified_and_folds_to_the_same_figures(
    start: Start, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The past comes by catch-up, the present live; both are in the file, once."""
    journal, copy = tmp_path / "sent.feed", tmp_path / "heard.feed"
    centre = start(
        "simulate",
        "--publish",
        ANY,
        "--agents",
        40,
        "--rate",
        400,
        "--seed",
        3,
        "--history",
        "20m",
        "--journal",
        journal,
    )
    recorder = start("record", centre.address(), copy)
    recorder.until("hearing the feed")
    assert centre.end() == 0
    until(lambda: held(copy) == held(journal), os.sched_yield)
    assert recorder.end() == 0
    assert f"\n{held(copy)} events recorded, 0 missing, " in recorder.said  # where past and present meet some repeat
    capsys.readouterr()
    assert main(["verify", str(copy)]) == 0
    assert "missing numbers: 0 in 0 gaps; repeated: 0" in capsys.readouterr().out
    asked = ("--by", "total", "--by", "queue", "--window", "all", "--zone", "UTC")
    found = kpis(capsys, copy, *asked)
    assert found["groups"] == kpis(capsys, journal, *asked)["groups"]
    total = found["groups"]["total"][""]
    figures = folded(journal)
    for key in ("offered", "answered", "abandoned", "handled", "waiting"):
        assert total[key] == figures.measure(key, "all").value
    assert total["service_level"]["value"] == figures.measure("service_level", "all").value
    assert total["offered"] > 100


def held(path: Path) -> int:
    with JournalReader(path) as reader:
        found = reader.bounds()
    return found.events if found else 0


def holds(path: Path, count: int) -> bool:
    try:
        return held(path) >= count
    except JournalError:  # only just being made
        return False


def folded(path: Path) -> Figures:
    """All at once, by the core alone."""
    with JournalReader(path) as reader:
        events = [event for block in reader.events() for event in block]
    aggregator = Aggregator(period, ("all",), "UTC")
    aggregator.fold(events)
    aggregator.advance(max(event.at for event in events))
    return Figures(aggregator.snapshot())


def test_a_recorder_that_is_killed_loses_nothing_it_had_written_and_goes_on(start: Start, tmp_path: Path) -> None:
    out = tmp_path / "out.feed"
    with Publisher(ANY, source="pbx", clock=ManualClock()) as publisher:
        sent = 0

        def say() -> None:
            nonlocal sent
            publisher.publish([Notice(at=1_795_336_200_000 + sent, text=str(sent))])
            sent += 1

        for enough in (100, 200):
            recorder = start("record", publisher.address, out)
            recorder.until("recording ")
            until(partial(holds, out, enough), say)
            flushed = held(out)
            assert recorder.end(signal.SIGKILL) == -signal.SIGKILL
            assert held(out) >= flushed
    with JournalReader(out) as reader:
        texts = [int(event.text) for block in reader.events() for event in block if isinstance(event, Notice)]
        assert not reader.damage
    assert texts == sorted(set(texts))
    assert len(texts) >= 200


def test_a_feed_of_junk_is_recorded_as_junk_and_told(start: Start, tmp_path: Path) -> None:
    context: zmq.Context[Any] = zmq.Context()
    socket = context.socket(zmq.XPUB)
    socket.bind(ANY)
    try:
        out = tmp_path / "out.feed"
        recorder = start("record", socket.getsockopt_string(zmq.LAST_ENDPOINT), out)
        assert socket.poll(PATIENCE_S * 1000)
        socket.recv()
        for junk in (b"", b"\xc1" * 40, b"{}", os.urandom(300), b"\x91" * 5000):
            socket.send_multipart([b"t", junk])
        socket.send(b"one frame only")
        until(lambda: holds(out, 6), os.sched_yield)
        assert recorder.end() == 1
        assert "6 events recorded, 0 missing, 0 repeated, 6 undecodable" in recorder.said
    finally:
        context.destroy(linger=0)


def test_a_recorder_that_hears_nobody_says_so(start: Start, tmp_path: Path) -> None:
    """And leaves no file behind that would look like a recording."""
    out = tmp_path / "out.feed"
    recorder = start("record", "tcp://127.0.0.1:1", out)
    recorder.until("waiting: nothing heard yet; is its publisher running?")
    assert recorder.end(signal.SIGINT) == 1
    heard = "wallboard: nothing was heard from tcp://127.0.0.1:1; is its publisher running?"
    assert recorder.said.endswith(f"{heard}; {out} was not made\n")
    assert list(tmp_path.glob("out.feed*")) == []


def ran(folder: Path, *words: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "wallboard", *map(str, words)],
        cwd=folder,
        env=environment(folder),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


@pytest.mark.slow
def test_the_demo_without_a_display_draws_the_wall_and_prints_the_figures(tmp_path: Path) -> None:
    done = ran(tmp_path, "demo", "--agents", 20, "--out", "wall.png", "--size", "1280x720")
    assert done.returncode == 0
    said = done.stderr.splitlines()
    assert re.fullmatch("a simulated centre in [A-Za-z_]+/[A-Za-z_]+, by the clocks of that place", said[0])
    assert said[1:] == [
        "wallboard: there is no display here, so the wall is drawn into a file instead",
        "the wall is in wall.png",
    ]
    assert (tmp_path / "wall.png").read_bytes()[:8] == b"\x89PNG\r\n\x1a\n"
    total = next(row for row in done.stdout.splitlines() if row.startswith("all "))
    assert int(total[54:69]) > 50  # offered: the third column of figures


def test_a_demo_that_is_ended_ends_its_centre_with_it(start: Start, tmp_path: Path) -> None:
    demo = start("demo", "--agents", 20, "--out", "wall.png")
    demo.until("there is no display here")
    assert demo.end() == 128 + signal.SIGTERM
    assert not (tmp_path / "wall.png").exists()


def test_nothing_asked_is_wrong_usage(tmp_path: Path) -> None:
    done = ran(tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith("wallboard: name a command: demo, run, ")


def test_figures_need_no_qt(tmp_path: Path, log_feed: Path) -> None:
    program = (
        "import sys; from wallboard.cli import main; code = main(sys.argv[1:]); "
        "loaded = [name for name in sys.modules if name.partition('.')[0] in ('PySide6', 'shiboken6', 'pyqtgraph')]; "
        "sys.exit(code if not loaded else ' '.join(loaded))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, "kpis", str(log_feed)],
        cwd=tmp_path,
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


def test_a_reader_that_has_enough_ends_the_figures_quietly(tmp_path: Path, log_feed: Path) -> None:
    command = [sys.executable, "-m", "wallboard", "kpis", "--json", "--by", "agent", str(log_feed)]
    with subprocess.Popen(
        command, cwd=tmp_path, env=environment(tmp_path), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as child:
        assert child.stdout is not None
        assert child.stderr is not None
        child.stdout.read(10)
        child.stdout.close()
        assert child.stderr.read() == b""
        assert child.wait(PATIENCE_S) == 0


def test_an_import_by_hand_and_by_command_is_the_same_feed(log_feed: Path) -> None:
    with JournalReader(log_feed) as reader:
        events = [event for block in reader.events() for event in block]
    assert events == list(import_files("asterisk-queue-log", [QUEUE_LOG], Options(customer_key=b"k" * 32)))


class Standbys:
    """A wall on publishers of the same feed: the ids or texts it was given, in order."""

    def __init__(self, *addresses: str) -> None:
        self.source = Merged([[Subscriber(address, since=0) for address in addresses]])
        self.got: list[Event] = []

    def take(self) -> None:
        self.got += self.source.poll(20)

    def live(self) -> bool:
        """Whether all of them are well."""
        return self.source.health().why is None and self.source.health().state == "live"


def test_of_two_simulations_of_one_epoch_either_may_be_killed(start: Start, tmp_path: Path) -> None:
    begun = time.time_ns() // 1_000_000 - 60_000
    words = ("simulate", "--agents", 40, "--rate", 200, "--seed", 3, "--epoch", begun, "--publish")
    first, second = start(*words, ANY), start(*words, ANY, "--journal", tmp_path / "second.feed")
    place = first.address()
    wall = Standbys(place, second.address())
    try:
        until(wall.live, wall.take)
        count = len(wall.got)
        first.end(signal.SIGKILL)
        until(lambda: len(wall.got) >= count + 400, wall.take)
        again = start(*words, place)
        again.until("publishing")
        until(wall.live, wall.take)
        assert second.end() == 0
        count = len(wall.got)
        until(lambda: len(wall.got) >= count + 400, wall.take)
        assert wall.source.health().missing == 0
    finally:
        wall.source.close()
    wanted = list(islice(simulate(SimConfig(seed=3, agents=40, rate=200), begun), len(wall.got)))
    assert wall.got == wanted


def test_of_two_bridges_of_one_log_either_may_be_killed(start: Start, tmp_path: Path) -> None:
    lines = QUEUE_LOG.read_bytes().splitlines(keepends=True)
    log, key = tmp_path / "queue_log", tmp_path / "key"
    key.write_bytes(b"k" * 32)
    log.write_bytes(b"".join(lines[:1000]))
    words = ("bridge", "asterisk-queue-log", log, "--shared", "--customer-key", key, "--publish")
    options = Options(customer_key=key.read_bytes())
    whole = list(import_files("asterisk-queue-log", [QUEUE_LOG], options))
    first, second = start(*words, ANY), start(*words, ANY)
    place = first.address()
    wall = Standbys(place, second.address())

    def write(some: list[bytes]) -> None:
        with log.open("ab") as file:
            file.write(b"".join(some))

    def has(line: bytes) -> bool:
        return bool(wall.got) and wall.got[-1].at == int(line.partition(b"|")[0]) * 1000

    try:
        until(lambda: wall.live() and has(lines[999]), wall.take)
        first.end(signal.SIGKILL)
        write(lines[1000:2000])
        until(lambda: has(lines[1999]), wall.take)
        again = start(*words, place)
        again.until("publishing")
        until(wall.live, wall.take)
        second.end(signal.SIGKILL)
        write(lines[2000:3000])
        until(lambda: has(lines[2999]), wall.take)
    finally:
        wall.source.close()
    assert wall.got == whole[: len(wall.got)]


def test_a_wall_at_whose_address_another_centre_answers_keeps_them_apart(start: Start, tmp_path: Path) -> None:
    words = ("simulate", "--agents", 40, "--rate", 200, "--history", "1m", "--publish")
    memories = tmp_path / "data" / "wallboard" / "memory"
    first = start(*words, ANY, "--seed", 1)
    address = first.address()
    wall = start("run", "--feed", address)
    until(lambda: any(holds(path, 1000) for path in memories.glob("*.feed")), os.sched_yield)
    assert (wall.end(), first.end()) == (0, 0)
    (memory,) = memories.glob("*.feed")
    before = held(memory)
    second = start(*words, address, "--seed", 2, "--journal", tmp_path / "second.feed")
    second.address()
    wall = start("run", "--feed", address)
    said = wall.until("begun afresh")
    assert f"{address} now serves simulator-2-40-8, no longer simulator-1-40-8, of which all is kept in " in said
    (aside,) = memories.glob(f"{memory.stem}-*.feed")
    assert held(aside) >= before
    until(lambda: holds(memory, 2000), os.sched_yield)
    assert (wall.end(), second.end()) == (0, 0)
    with JournalReader(memory) as reader, JournalReader(tmp_path / "second.feed") as there:
        assert set(reader.positions()) == {"simulator-2-40-8"}
        mine, theirs = ([event for block in each.events() for event in block] for each in (reader, there))
    assert mine == theirs[: len(mine)]
