"""Webhooks to a server in this process, and the desktop's notifications where there is a program for them."""

import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Slot
from PySide6.QtNetwork import QHostAddress, QTcpServer, QTcpSocket
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from wallboard.board.spec import RuleSpec
from wallboard.ui.outside import means_of, notifier
from wallboard.ui.webhooks import AGAIN_MS, MOST, Webhooks


class Server(QObject):
    """Answers every request with the next status, and keeps what it was sent."""

    def __init__(self, *statuses: int) -> None:
        super().__init__()
        self.statuses, self.requests = list(statuses), list[bytes]()
        self._server = QTcpServer(self)
        assert self._server.listen(QHostAddress.SpecialAddress.LocalHost)
        self._server.newConnection.connect(self._come)
        self._sockets: dict[QTcpSocket, bytes] = {}
        self.address = f"http://127.0.0.1:{self._server.serverPort()}/secret?token=hidden"

    @Slot()
    def _come(self) -> None:
        socket = self._server.nextPendingConnection()
        self._sockets[socket] = b""
        socket.readyRead.connect(self._read)

    @Slot()
    def _read(self) -> None:
        for socket in self._sockets:
            self._sockets[socket] += socket.readAll().data()
            head, _, body = self._sockets[socket].partition(b"\r\n\r\n")
            if body.endswith(b"}"):
                self.requests.append(head + b"\n" + body)
                self._sockets[socket] = b""
                status = self.statuses.pop(0)
                place = b"Location: http://127.0.0.1:9/elsewhere\r\n" if status == 302 else b""
                socket.write(b"HTTP/1.1 %d Told\r\n%sContent-Length: 0\r\n\r\n" % (status, place))


class Log:
    def __init__(self) -> None:
        self.lines: list[str] = []
        self.waits: list[tuple[int, Callable[[], None]]] = []

    def later(self, ms: int, call: Callable[[], None]) -> None:
        self.waits.append((ms, call))


def test_json_is_posted_and_nothing_is_said_when_it_is_taken(qtbot: QtBot) -> None:
    server, log = Server(204, 200), Log()
    hooks = Webhooks(log.lines.append, log.later)
    hooks.post(server.address, b'{"a":1}')
    hooks.post(server.address, b'{"a":2}')
    assert server.requests == []
    qtbot.waitUntil(lambda: len(server.requests) == 2 and hooks._there == 0)
    first = server.requests[0].lower()
    assert first.startswith(b"post /secret?token=hidden http/1.1")
    assert b"content-type: application/json" in first
    assert sorted(request.splitlines()[-1] for request in server.requests) == [b'{"a":1}', b'{"a":2}']
    assert (log.lines, log.waits) == ([], [])


def test_a_server_in_trouble_is_tried_again_and_the_address_stays_secret(qtbot: QtBot) -> None:
    server, log = Server(503, 429, 500), Log()
    hooks = Webhooks(log.lines.append, log.later)
    hooks.post(server.address, b"{}")
    for number, wait in enumerate(AGAIN_MS):
        qtbot.waitUntil(lambda n=number: len(log.waits) == n + 1)  # type: ignore[misc] # a default binds it
        assert log.waits[number][0] == wait
        log.waits[number][1]()
    qtbot.waitUntil(lambda: hooks._there == 0)
    assert log.lines == [
        "a webhook to 127.0.0.1 failed: it answered 503; it is tried again in 5 s",
        "a webhook to 127.0.0.1 failed: it answered 429; it is tried again in 30 s",
        "a webhook to 127.0.0.1 failed: it answered 500; it is given up",
    ]


@pytest.mark.parametrize("status", [302, 404])
def test_an_answer_that_will_not_change_is_given_up_at_once(qtbot: QtBot, status: int) -> None:
    server, log = Server(status), Log()
    hooks = Webhooks(log.lines.append, log.later)
    hooks.post(server.address, b"{}")
    qtbot.waitUntil(lambda: hooks._there == 0)
    assert log.lines == [f"a webhook to 127.0.0.1 failed: it answered {status}; it is given up"]


def test_a_server_that_is_not_there_is_told(qtbot: QtBot) -> None:
    log = Log()
    hooks = Webhooks(log.lines.append, log.later)
    hooks.post("http://127.0.0.1:1/x", b"{}")
    qtbot.waitUntil(lambda: bool(log.waits))
    assert log.lines == ["a webhook to 127.0.0.1 failed: ConnectionRefusedError; it is tried again in 5 s"]


def test_messages_that_pile_up_are_dropped_and_told(qtbot: QtBot) -> None:
    del qtbot
    log = Log()
    hooks = Webhooks(log.lines.append, log.later)
    hooks._there = MOST
    hooks.post("https://example.org/x", b"{}")
    assert log.lines == [f"{MOST} webhooks are on their way; one more to example.org is not sent"]


@pytest.mark.skipif(sys.platform == "win32", reason="the stand-in is a shell script")
def test_without_a_tray_the_desktops_own_program_is_used(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program, told = tmp_path / "notify-send", tmp_path / "told"
    program.write_text(f'#!/bin/sh\nfor word in "$@"; do echo "$word"; done > {told}.new; mv {told}.new {told}\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    log: list[str] = []
    notifier(log.append)("-5 ready", "Floor")
    qtbot.waitUntil(told.exists)
    assert told.read_text().splitlines()[-3:] == ["--", "-5 ready", "Floor"]
    assert log == []


def test_a_desktop_that_can_show_nothing_is_told_once(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    del qtbot
    monkeypatch.setenv("PATH", str(tmp_path))
    log: list[str] = []
    means = means_of((RuleSpec(kpi="waiting", warn=1, actions=("notify",)),), log.append)
    means.notify("a", "b")
    means.post("https://example.org", b"{}")
    assert log == ["rules ask for desktop notifications, and this desktop has neither a tray nor notify-send"]
    assert means.sound == QApplication.beep
