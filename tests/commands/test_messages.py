"""What a person is told when something is wrong: one line, word for word, the right exit code, and nothing written."""

import gzip
import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from feeds.journal import JournalWriter
from feeds.publisher import Publisher
from tests.commands.conftest import QUEUE_LOG, Wallboard
from wallboard.cli import COMMANDS
from wallboard.config import board_names
from wallboard.reading import suggestion
from wallboard.zones import local

NO_FEED = "is not a .feed file; `wallboard import` makes one of another system's files."
ADDRESS = "tcp://127.0.0.1:5999"
READERS = [
    ["kpis"],
    ["kpis", "--json"],
    ["verify"],
    ["replay"],
    ["run"],
    ["snapshot", "OUT.png"],
    ["check", "--against"],
]


def words_of(reader: list[str], path: str) -> list[str]:
    """A reading command with its feed in the right place."""
    return [reader[0], path, *reader[1:]] if reader[0] != "check" else [*reader, path]


def missing(_: Path) -> None:
    """No file at all."""


def empty(path: Path) -> None:
    path.touch()


def folder(path: Path) -> None:
    path.mkdir()


def binary(path: Path) -> None:
    path.write_bytes(bytes(range(256)) * 64)


def text(path: Path) -> None:
    path.write_text("1795336200|a|support|NONE|ENTERQUEUE||1|1\n" * 9)


def nothing_in_it(path: Path) -> None:
    JournalWriter(path).close()


@pytest.mark.parametrize("reader", READERS, ids=" ".join)
@pytest.mark.parametrize(
    ("make", "words"),
    [
        (missing, "There is no file x.feed."),
        (empty, "x.feed is empty; nothing was ever recorded in it."),
        (folder, "x.feed is a folder; name a .feed file."),
        (binary, f"x.feed {NO_FEED}"),
        (text, f"x.feed {NO_FEED}"),
        (nothing_in_it, "x.feed holds no events: there is nothing to show"),
    ],
)
def test_what_is_no_recording_is_told(
    wallboard: Wallboard, reader: list[str], make: Callable[[Path], None], words: str
) -> None:
    make(Path("x.feed"))
    ended = wallboard(*words_of(reader, "x.feed"))
    if make is nothing_in_it and reader[0] == "verify":
        assert (ended.code, ended.out.splitlines()[:2]) == (0, ["x.feed: sound", "0 events in 0 blocks"])
    elif make is missing and reader[0] == "run":
        assert ended.err == (
            "wallboard: x.feed is neither an address such as tcp://127.0.0.1:5556 nor a .feed file that is there\n"
        )
        assert ended.code == 1
    else:
        assert (ended.code, ended.err) == (1, f"wallboard: {words}\n")
    assert not Path("OUT.png").exists()


IMPORT = ["import", "asterisk-queue-log"]
OUT = ["--out", "OUT.feed"]
SEE = "; see `wallboard {} --help`"
NEITHER = "is neither an address such as tcp://127.0.0.1:5556 nor a .feed file that is there"
NO_FOLDER = "no/OUT.feed cannot be written: there is no folder no; make it first"
NO_BOARD = f'there is no board "nope"{suggestion("nope", board_names())}'
NO_ADDRESS = '"nonsense" is no address: use tcp://host:port, such as tcp://127.0.0.1:5556'

WRONG: list[tuple[str, str]] = [
    (
        "",
        f"name a command: {', '.join(COMMANDS)}; see `wallboard --help`",
    ),
    ("kpi x", 'there is no command "kpi"; did you mean "kpis"?'),
    ("kpis", "kpis: the following arguments are required: FILE.feed" + SEE.format("kpis")),
    ("kpis DAY --js", 'kpis: unrecognized arguments: --js; did you mean "--json"?' + SEE.format("kpis")),
    ("kpis DAY DAY2", "kpis: unrecognized arguments: DAY2" + SEE.format("kpis")),
    (
        "kpis DAY --by queu",
        'kpis: argument --by: there is no kind of group "queu"; did you mean "queue"?' + SEE.format("kpis"),
    ),
    (
        "kpis DAY --variant asterix",
        'kpis: argument --variant: there is no service-level variant "asterix"; did you mean "asterisk"?'
        + SEE.format("kpis"),
    ),
    ("kpis DAY --zone Europe/Pari", 'there is no time zone "Europe/Pari"; did you mean "Europe/Paris"?'),
    (
        "kpis DAY --at noon",
        '--at "noon" is no time: use 14:05, 14:05:30, 2026-11-23T14:05, seconds since the epoch, or end',
    ),
    (
        "kpis DAY --zone UTC --at 03:00",
        "--at 03:00 is outside this recording, which goes from 2026-11-22T08:17:19+00:00 to 2026-11-22T08:38:55+00:00",
    ),
    (
        "snapshot DAY OUT.png --size big",
        'snapshot: argument --size: "big" is no size: use WIDTHxHEIGHT in pixels, such as 1920x1080'
        + SEE.format("snapshot"),
    ),
    ("snapshot DAY OUT.jpg", "OUT.jpg: a picture is a PNG; name it OUT.png"),
    ("snapshot DAY OUT.png --page 99", "there is no page 99: the board has 2"),
    (
        "snapshot DAY OUT.png --page 0",
        'snapshot: argument --page: "0" will not do: use the number of a page, from 1' + SEE.format("snapshot"),
    ),
    (
        "replay DAY --speed -1",
        'replay: argument --speed: "-1" will not do: use 0 (paused) or more; a feed cannot be replayed backwards'
        + SEE.format("replay"),
    ),
    (
        "replay DAY --screen -1",
        'replay: argument --screen: "-1" will not do: use the number of a screen, from 0' + SEE.format("replay"),
    ),
    (
        "run --feed nonsense",
        "nonsense is neither an address such as tcp://127.0.0.1:5556 nor a .feed file that is there",
    ),
    ("run --feed tcp://nonsense", NO_ADDRESS.replace("nonsense", "tcp://nonsense")),
    (f"run DAY --feed {ADDRESS}", f"live or recorded: leave out --feed {ADDRESS} or DAY"),
    ("record nonsense OUT.feed", f"record: argument tcp://host:port: {NO_ADDRESS}" + SEE.format("record")),
    ("simulate --publish nonsense", f"simulate: argument --publish: {NO_ADDRESS}" + SEE.format("simulate")),
    (
        "simulate --publish tcp://127.0.0.1:99999",
        "simulate: argument --publish: 99999 is no port for a feed: use 1 to 65534" + SEE.format("simulate"),
    ),
    (
        "simulate --publish tcp://127.0.0.1:* --agents 3 --zone X/Y",
        "cannot simulate this centre: agents is 3, use 10 to 10000; time zone 'X/Y' is unknown, use an IANA name",
    ),
    (
        "simulate --publish tcp://127.0.0.1:* --epoch 2999-01-01T00:00Z",
        "--epoch is still to come: name a moment that is past",
    ),
    (
        "simulate --publish tcp://127.0.0.1:* --epoch today",
        'simulate: argument --epoch: "today" is no moment: use 2026-11-23T14:05, 2026-11-23T14:05Z or seconds since '
        "the epoch" + SEE.format("simulate"),
    ),
    (
        "bridge asterisk-ami pbx:5038 --publish tcp://127.0.0.1:* --shared",
        "--shared is for logs: two connections to asterisk-ami do not tell the same in one order",
    ),
    ("demo --agents 3", "cannot simulate this centre: agents is 3, use 10 to 10000"),
    (
        "simulate --publish tcp://127.0.0.1:* --history 1y",
        'simulate: argument --history: "1y" is no length of time: use 45s, 30m, 8h or 2d' + SEE.format("simulate"),
    ),
    (
        "bridge queue-log x --publish tcp://127.0.0.1:*",
        'bridge: argument FORMAT: there is no live format "queue-log"; did you mean "asterisk-queue-log"?'
        + SEE.format("bridge"),
    ),
    (
        "import excel x --out OUT.feed",
        'import: argument FORMAT: there is no format "excel"; there is: asterisk-ami, asterisk-queue-log, call-records'
        + SEE.format("import"),
    ),
    (
        "import asterisk-queue-log LOG --out OUT.feed --service-level inf",
        '--service-level "inf" will not do: use seconds, or queue=seconds, up to a day',
    ),
    ("import asterisk-queue-log LOG --out DAY", "DAY is there already; name a new file or remove it"),
]


def filled(line: str, recording: Path) -> str:
    return line.replace("DAY", str(recording)).replace("LOG", str(QUEUE_LOG))


@pytest.mark.parametrize(("line", "words"), WRONG, ids=[line or "nothing" for line, _ in WRONG])
def test_words_that_cannot_be_meant_end_in_one_line_and_exit_2(
    wallboard: Wallboard, recording: Path, line: str, words: str
) -> None:
    ended = wallboard(*filled(line, recording).split())
    assert ended.err == f"wallboard: {filled(words, recording)}\n"
    assert (ended.code, ended.out) == (2, "")
    assert not list(Path().glob("OUT*"))


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("snapshot DAY OUT.png --board nope", NO_BOARD),
        (
            "snapshot DAY OUT.png --theme midnigt",
            'there is no theme "midnigt"; did you mean "midnight"?',
        ),
        ("snapshot DAY no/OUT.png", "no/OUT.png cannot be written: there is no folder no; make it first"),
        ("snapshot DAY here.png", "here.png is a folder; name a file in it"),
        (
            "record tcp://127.0.0.1:5999 no/OUT.feed",
            "no/OUT.feed cannot be written: there is no folder no; make it first",
        ),
        ("record tcp://127.0.0.1:5999 text", f"text {NO_FEED}"),
        (
            "import asterisk-queue-log LOG --out no/OUT.feed",
            "no/OUT.feed cannot be written: there is no folder no; make it first",
        ),
        ("import asterisk-queue-log none --out OUT.feed", "none: no such file"),
        ("import asterisk-queue-log empty --out OUT.feed", "empty: is empty; a queue_log has a line for every event"),
        ("import asterisk-queue-log here.png --out OUT.feed", "here.png: is a directory; name the file in it"),
        (
            "import asterisk-queue-log text --out OUT.feed",
            "text: is not an Asterisk queue_log: no line reads 'epoch|uniqueid|queue|agent|event|...'",
        ),
        (
            "import call-records text --out OUT.feed",
            "call records need a map of their columns: --map FILE, or one of: anonymous-bank",
        ),
        (
            "import asterisk-queue-log LOG --out OUT.feed --customer-key none",
            "none: the key of customers' hashes cannot be read: No such file or directory",
        ),
        (
            "import asterisk-queue-log LOG --out OUT.feed --customer-key empty",
            "empty: a key of customers' hashes has at least 32 bytes, this has 0",
        ),
        (
            "import asterisk-queue-log LOG --out OUT.feed --queues-conf none",
            "none: cannot be read: No such file or directory",
        ),
        (
            "import asterisk-queue-log LOG --out OUT.feed --queues-conf text",
            "text: is no queues.conf: it has no [queue] section",
        ),
        (
            "import asterisk-queue-log LOG --out OUT.feed --queues-conf map",
            "map: is no queues.conf: none of its settings is one of a queue",
        ),
        ("simulate --publish tcp://127.0.0.1:* --journal here.png", "here.png is a folder; name a file in it"),
        ("demo --out text/OUT.png", "text/OUT.png cannot be written: there is no folder text; make it first"),
        ("check nope", NO_BOARD),
        ("check text", "text: this is not TOML: Expected '=' after a key in a key/value pair (at line 1, column 5)"),
    ],
)
def test_files_that_will_not_do_end_in_one_line_and_exit_1(
    wallboard: Wallboard, recording: Path, line: str, words: str
) -> None:
    Path("empty").touch()
    Path("text").write_text("time,queue\n" * 300)
    Path("map").write_text("[columns]\nqueue = 'Queue'\n; strategy = none\n")
    Path("here.png").mkdir()
    before = sorted(Path().iterdir())
    ended = wallboard(*filled(line, recording).split())
    assert ended.err == f"wallboard: {words}\n"
    assert (ended.code, ended.out) == (1, "")
    assert [path for path in sorted(Path().iterdir()) if path.name != "data"] == before
    assert Path("text").read_text() == "time,queue\n" * 300


GONE = [
    "kpis none",
    "staffing none --handle 200",
    "verify none",
    "snapshot none OUT.png",
    "snapshot DAY OUT.png --board none",
    "snapshot DAY OUT.png --theme none.toml",
    "snapshot DAY OUT.png --history none",
    "replay none",
    "run none",
    "run --server-key none",
    "record tcp://127.0.0.1:5999 OUT.feed --server-key none",
    "check none",
    "check operations --against none",
    "keys trust none",
    "import asterisk-queue-log none --out OUT.feed",
    "import asterisk-queue-log LOG --out OUT.feed --queues-conf none",
    "import asterisk-queue-log LOG --out OUT.feed --customer-key none",
    "import call-records LOG --out OUT.feed --map none",
    "import call-records none --out OUT.feed --map anonymous-bank",
    "bridge asterisk-ami 127.0.0.1 --publish tcp://127.0.0.1:5999 --user x --secret-file none",
]


@pytest.mark.parametrize("line", GONE)
def test_a_file_that_is_not_there_is_a_problem_of_the_data_whatever_asks_for_it(
    wallboard: Wallboard, recording: Path, line: str
) -> None:
    ended = wallboard(*filled(line, recording).split())
    assert (ended.code, ended.out) == (1, "")
    assert "none" in ended.err
    assert len(ended.err.splitlines()) == 1
    assert not list(Path().glob("OUT*"))


@pytest.mark.parametrize("words", [["kpis"], ["kpis", "--json"], ["snapshot", "OUT.png"]], ids=" ".join)
def test_a_damaged_recording_is_used_as_far_as_it_goes_and_told(
    wallboard: Wallboard, damaged: Path, words: list[str]
) -> None:
    ended = wallboard(words[0], damaged, *words[1:])
    assert ended.err == (
        f"wallboard: {damaged} is damaged: block 3: its checksum does not match; 1000 events could not be read\n"
    )
    assert ended.code == 1
    assert ended.out or Path("OUT.png").stat().st_size > 10_000


def test_verify_tells_what_a_flipped_bit_costs(wallboard: Wallboard, damaged: Path) -> None:
    ended = wallboard("verify", damaged)
    lost = "2026-11-22 08:24:52 UTC to 2026-11-22 08:27:41 UTC"
    assert (ended.code, ended.err) == (1, "")
    assert ended.out.splitlines() == [
        f"{damaged}: DAMAGED",
        "4663 events in 5 blocks",
        "from 2026-11-22 08:17:19 UTC to 2026-11-22 08:38:55 UTC",
        "sources: asterisk-queue-log; epochs: 1",
        "missing numbers: 1000 in 1 gap; repeated: 0",
        "repeated ids: 0; over 2 s late: 0; undecodable: 0",
        "gap: asterisk-queue-log, epoch 1, 2000 to 2999",
        f"damage: block 3: its checksum does not match; 1000 events lost, {lost}",
    ]


@pytest.mark.parametrize("reader", READERS, ids=" ".join)
def test_a_recording_cut_short_is_never_taken_for_a_whole_one(
    wallboard: Wallboard, recording: Path, reader: list[str]
) -> None:
    raw = recording.read_bytes()
    half = len(raw) // 2
    Path("cut.feed").write_bytes(raw[:half])
    ended = wallboard(*words_of(reader, "cut.feed"))
    assert ended.code == 1
    assert ended.err == (
        f"wallboard: cut.feed is cut short: {half} of {len(raw)} bytes are there; "
        "copy it again from where it came, when nothing writes it.\n"
    )


def test_a_port_in_use_is_told(wallboard: Wallboard) -> None:
    with Publisher("tcp://127.0.0.1:*", source="first") as first:
        ended = wallboard("simulate", "--publish", first.address)
    assert ended.err == (
        f"wallboard: {first.address} cannot be used: Address already in use. "
        "Another publisher may be running; stop it or choose another port.\n"
    )
    assert ended.code == 1


@pytest.mark.parametrize(
    ("display", "why"),
    [("", "neither DISPLAY nor WAYLAND_DISPLAY is set"), (":987", "DISPLAY is :987, where nothing answers")],
)
@pytest.mark.parametrize("words", [["run"], ["replay"]], ids=" ".join)
def test_without_a_display_a_wall_says_what_works_instead(
    wallboard: Wallboard, recording: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], display: str, why: str
) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM")
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setenv("DISPLAY", display)
    ended = wallboard(*words, recording)
    assert ended.err == (
        f"wallboard: there is no display ({why}). "
        "Use `wallboard snapshot` for a picture, or `wallboard kpis` for the figures.\n"
    )
    assert ended.code == 1


def test_a_screen_that_is_not_there_is_told_and_nothing_is_left_running(wallboard: Wallboard, recording: Path) -> None:
    ended = wallboard("replay", recording, "--screen", "9")
    assert ended.err == "wallboard: there is no screen 9: this machine has 1 screen, counted from 0\n"
    assert ended.code == 2


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Path]:
    """A folder that may be read and not written."""
    if os.geteuid() == 0:
        pytest.skip("the superuser may write anywhere")
    path = tmp_path / "locked"
    path.mkdir(mode=0o500)
    yield path
    path.chmod(0o700)


def test_a_folder_that_may_not_be_written_is_told(wallboard: Wallboard, locked: Path) -> None:
    ended = wallboard(*IMPORT, QUEUE_LOG, "--out", locked / "x.feed")
    assert ended.err == f"wallboard: {locked}/x.feed cannot be written: permission denied; name another place\n"
    assert ended.code == 1


def test_a_log_cut_mid_line_is_imported_up_to_there_and_told(wallboard: Wallboard) -> None:
    Path("cut").write_bytes(QUEUE_LOG.read_bytes()[:30_000])
    ended = wallboard(*IMPORT, "cut", *OUT)
    assert ended.err == (
        "OUT.feed: 507 read, 874 events; 1 skipped (1 cut off at the end of the file)\n"
        "  cut line 507: cut off at the end of the file\n"
        f"{local(1_795_335_439_000, None).isoformat()} to {local(1_795_335_664_000, None).isoformat()}; "
        "20 agents, 6 queues: support, vip, sales, outbound-callback, billing, chat\n"
    )
    assert ended.code == 1
    assert "\n874 events in 1 block\n" in wallboard("verify", "OUT.feed").out


def test_a_queue_that_is_not_in_the_log_is_told(wallboard: Wallboard) -> None:
    ended = wallboard(*IMPORT, QUEUE_LOG, *OUT, "--service-level", "saels=30", "--service-level", "vip=10")
    assert ended.err.splitlines()[2:] == ['--service-level: there is no queue "saels"; did you mean "sales"?']
    assert ended.code == 0


def test_a_packed_log_that_breaks_off_is_told_and_leaves_no_feed_behind(wallboard: Wallboard) -> None:
    packed = gzip.compress(QUEUE_LOG.read_bytes())
    Path("cut.gz").write_bytes(packed[: len(packed) // 2])
    ended = wallboard(*IMPORT, "cut.gz", *OUT)
    assert ended.err == (
        "wallboard: cut.gz: reading stopped: Compressed file ended before the end-of-stream marker was reached\n"
    )
    assert ended.code == 1
    assert [path.name for path in Path().iterdir() if path.name.startswith("OUT")] == []


def test_an_import_writes_beside_its_place_and_clears_what_a_killed_one_left(wallboard: Wallboard) -> None:
    shutil.copy(QUEUE_LOG, "OUT.feed.part")
    ended = wallboard(*IMPORT, QUEUE_LOG, *OUT)
    assert (ended.code, ended.err.splitlines()[0]) == (0, "OUT.feed: 3259 read, 5663 events")
    assert [path.name for path in Path().iterdir() if path.name.startswith("OUT")] == ["OUT.feed"]
