"""JSON by HTTP POST to addresses that rules name: never waited for, tried again a little later, failures told."""

from collections.abc import Callable
from functools import partial
from urllib.parse import urlsplit

from msgspec import Struct
from msgspec.structs import replace
from PySide6.QtCore import QObject, QTimer, QUrl
from PySide6.QtNetwork import QNetworkAccessManager, QNetworkReply, QNetworkRequest

PATIENCE_MS = 10_000
AGAIN_MS = (5_000, 30_000)
MOST = 100
"""Messages on their way or waiting to be tried again."""
_GOOD, _BUSY, _BROKEN = range(200, 300), 429, 500

Later = Callable[[int, Callable[[], None]], None]


class _Message(Struct, frozen=True):
    address: str
    body: bytes
    failed: int = 0


class Webhooks(QObject):
    """Sends, in the thread it was made in.

    Args:
        log: told of every failure, with the host only: the rest of an address is often a secret.
        later: calls something after so many ms.
    """

    def __init__(self, log: Callable[[str], None], later: Later = QTimer.singleShot) -> None:
        super().__init__()
        self._log, self._later = log, later
        self._net = QNetworkAccessManager(self)
        self._net.setTransferTimeout(PATIENCE_MS)
        self._net.setRedirectPolicy(QNetworkRequest.RedirectPolicy.ManualRedirectPolicy)
        self._there = 0

    def post(self, address: str, body: bytes) -> None:
        """Send soon; returns at once."""
        if self._there >= MOST:
            self._log(f"{MOST} webhooks are on their way; one more to {_host(address)} is not sent")
            return
        self._there += 1
        self._send(_Message(address, body))

    def _send(self, message: _Message) -> None:
        request = QNetworkRequest(QUrl(message.address))
        request.setHeader(QNetworkRequest.KnownHeaders.ContentTypeHeader, "application/json")
        request.setHeader(QNetworkRequest.KnownHeaders.UserAgentHeader, "wallboard")
        reply = self._net.post(request, message.body)
        reply.finished.connect(partial(self._ended, message, reply))

    def _ended(self, message: _Message, reply: QNetworkReply) -> None:
        status = reply.attribute(QNetworkRequest.Attribute.HttpStatusCodeAttribute)
        why = f"it answered {status}" if status else reply.error().name
        reply.deleteLater()
        if status in _GOOD and reply.error() == QNetworkReply.NetworkError.NoError:
            self._there -= 1
            return
        lasting = bool(status) and status != _BUSY and status < _BROKEN
        if lasting or message.failed >= len(AGAIN_MS):
            self._there -= 1
            self._log(f"a webhook to {_host(message.address)} failed: {why}; it is given up")
            return
        wait = AGAIN_MS[message.failed]
        self._log(f"a webhook to {_host(message.address)} failed: {why}; it is tried again in {wait // 1000} s")
        self._later(wait, partial(self._send, replace(message, failed=message.failed + 1)))


def _host(address: str) -> str:
    return urlsplit(address).hostname or "nowhere"
