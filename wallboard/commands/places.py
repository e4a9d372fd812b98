"""Addresses of feeds and files to be written, looked at before any work is done."""

import os
import re
from argparse import ArgumentTypeError
from pathlib import Path

from wallboard.errors import DataError

_TCP = re.compile(r"tcp://(\[[0-9a-fA-F:.]+\]|[A-Za-z0-9._-]+|\*):(\*|\d{1,5})")
_PORTS = (1, 65_534)
"""The next port up is the catch-up service's."""


def publisher(text: str) -> str:
    """An address to listen to: ``tcp://host:port`` or ``ipc://path``."""
    found = _TCP.fullmatch(text)
    if text.startswith("ipc://") and len(text) > len("ipc://"):
        return text
    if not found or "*" in found.groups():
        raise ArgumentTypeError(f'"{text}" is no address: use tcp://host:port, such as tcp://127.0.0.1:5556')
    _port(found[2])
    return text


def publishing(text: str) -> str:
    """An address to publish at; the port may be ``*`` for any free one."""
    found = _TCP.fullmatch(text)
    if found and found[2] == "*":
        return text
    if found and found[1] == "*":
        _port(found[2])
        return text
    return publisher(text)


def _port(text: str) -> None:
    least, most = _PORTS
    if not least <= int(text) <= most:
        raise ArgumentTypeError(f"{text} is no port for a feed: use {least} to {most}")


def check_output(path: Path) -> None:
    """Raise ``DataError`` when a file cannot be written there, before any work is done for it."""
    folder = path.parent
    if path.is_dir():
        raise DataError(f"{path} is a folder; name a file in it")
    if not folder.is_dir():
        raise DataError(f"{path} cannot be written: there is no folder {folder}; make it first")
    if not os.access(path if path.exists() else folder, os.W_OK):
        raise DataError(f"{path} cannot be written: permission denied; name another place")
