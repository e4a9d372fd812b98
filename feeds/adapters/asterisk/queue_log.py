"""The queue_log file, closed (import) or growing (follow)."""

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import BinaryIO

from feeds.adapters.asterisk.files import open_log, read_head
from feeds.adapters.asterisk.lines import LONGEST, Line, is_whole, parse
from feeds.adapters.asterisk.link import NOTICE_MS
from feeds.adapters.asterisk.translator import Translator
from feeds.adapters.options import Options
from feeds.adapters.report import Report
from feeds.adapters.tail import Tail
from wallboard.core.events import Notice
from wallboard.core.vocabulary import Event
from wallboard.errors import DataError

GONE_MS = 10_000
"""Longer than any rotation takes."""
BY_INTERFACE = re.compile(rb"/[^|]*\|ADDMEMBER\|")


def import_queue_log(paths: Sequence[Path], options: Options, report: Report) -> Iterator[Event]:
    """The events of one log in one or more files (rotated ones in any order, ``.gz`` read as they are).

    Raises DataError at once for a file that is missing, empty or not a queue_log.
    """
    ordered = sorted(paths, key=_first_moment)
    names = _learn(ordered, options)
    return _translate(ordered, Translator(options, report, names), report)


class QueueLogFollower:
    """A live queue_log: all that is in the file first, then what is added. A bridge polls it.

    A file that is not there yet, or still empty, is waited for; a notice says so when that takes long. Raises DataError
    for one that is something else.
    """

    def __init__(self, path: Path, options: Options, report: Report) -> None:
        if path.is_dir() or (path.exists() and path.stat().st_size):
            _first_moment(path)
        self._path = path
        self._translator = Translator(options, report)
        self._tail = Tail(path)
        self._site = options.site
        self._gone: int | None = None
        self._told: str | None = None

    def poll(self, now: int) -> list[Event]:
        """Events since the last call; never waits. `now` is ms since the epoch, by the log's own clock; 0: no time."""
        events: list[Event] = []
        lines = self._tail.poll()
        for line in lines:
            events += self._translator.read(line, self._path.name)
        if not lines:
            events += self._translator.settle(now)
            events += self._missed(now)
        return events

    def _missed(self, now: int) -> list[Event]:
        """A notice when there has been no file for long, and when there is one again: a calm floor is another thing."""
        if not now:
            return []
        if self._tail.there:
            self._gone, text, self._told = None, self._told, None
            return [Notice(at=now, text=text, severity="info", until=now, site=self._site)] if text else []
        self._gone = now if self._gone is None else self._gone
        if self._told or now - self._gone < GONE_MS:
            return []
        self._told = f"Nothing is heard of the phone system: there is no {self._path}"[:1000]
        return [Notice(at=now, text=self._told, severity="breach", until=now + NOTICE_MS, site=self._site)]

    def close(self) -> None:
        """Let go of the file."""
        self._tail.close()


def _learn(paths: Sequence[Path], options: Options) -> Mapping[str, str]:
    """Whose interface is whose, where members are added by interface: known only after reading it all once."""
    by_interface = False
    for path in paths:
        with open_log(path) as stream:
            by_interface = by_interface or any(BY_INTERFACE.search(raw) for raw in _lines(stream))
    if not by_interface:
        return {}
    report = Report()
    translator = Translator(options, report)
    for _ in _translate(paths, translator, report):
        pass
    return translator.names


def _translate(paths: Sequence[Path], translator: Translator, report: Report) -> Iterator[Event]:
    for path in paths:
        with open_log(path) as stream:
            for number, raw in enumerate(_lines(stream), 1):
                where = f"{path.name} line {number}"
                if _cut(raw):
                    report.read += 1
                    report.skip("cut off at the end of the file", where)
                else:
                    yield from translator.read(raw, where)
    yield from translator.finish()


def _lines(stream: BinaryIO) -> Iterator[bytes]:
    """Lines of bounded length; one that is too long comes in pieces, which are no lines and are counted as such."""
    while raw := stream.readline(LONGEST * 2):
        yield raw


def _cut(raw: bytes) -> bool:
    """Whether this is a last line without its end, and not plainly whole."""
    if raw.endswith(b"\n") or len(raw) > LONGEST:
        return False
    line = parse(raw)
    return not (isinstance(line, Line) and is_whole(line))


def _first_moment(path: Path) -> int:
    """When the log in this file begins, in ms; proof that it is one."""
    for raw in read_head(path, "a queue_log has a line for every event").splitlines():
        line = parse(raw)
        if isinstance(line, Line):
            return line.at
    raise DataError(f"{path}: is not an Asterisk queue_log: no line reads 'epoch|uniqueid|queue|agent|event|...'")
