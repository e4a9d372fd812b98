"""Follows a growing file through rotation, truncation and absence. Never waits."""

import os
from io import FileIO
from pathlib import Path

MOST = 1024 * 1024
LONGEST = 64 * 1024
FINGERPRINT = 256


class Tail:
    """Whole lines as they are added to `path`, from the byte `offset` of the file that is there at first.

    - renamed and made anew: the old file is read to its end, then the new one from its start;
    - cut short, or cut and grown again (copytruncate): read from its start;
    - not there: nothing until it is.

    A last line without its end stays back until it is whole; what a rotation leaves of it is counted in `lost`.
    """

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path = path
        self._offset = offset
        self._stream: FileIO | None = None
        self._head = b""
        self._rest = b""
        self.lost = 0

    @property
    def offset(self) -> int:
        """Where the next unread line begins in the present file, in bytes."""
        return self._offset - len(self._rest)

    @property
    def there(self) -> bool:
        """Whether there is a file now."""
        return self._path.is_file()

    def poll(self) -> list[bytes]:
        """Lines (without their ends) since the last call; about 1 MiB at most, so call again while there are any."""
        if self._stream is None and not self._open():
            return []
        self._rewind_if_cut()
        lines = self._read()
        if not lines and self._replaced():
            self._let_go()
            lines = self._read() if self._open() else []
        return lines

    def close(self) -> None:
        """Let go of the file; a later poll would open it again at its start."""
        self._let_go()

    def _open(self) -> bool:
        try:
            self._stream = self._path.open("rb", buffering=0)
        except OSError:
            return False
        self._head = b""
        return True

    def _read(self) -> list[bytes]:
        stream = self._stream
        if stream is None:
            return []
        stream.seek(self._offset)
        fresh = stream.read(MOST)
        self._offset += len(fresh)
        if not self._head and fresh:
            stream.seek(0)
            self._head = stream.read(min(FINGERPRINT, self._offset))
        *lines, self._rest = (self._rest + fresh).split(b"\n")
        if len(self._rest) > LONGEST:
            self._rest = b""
            self.lost += 1
        return [line.removesuffix(b"\r") for line in lines]

    def _rewind_if_cut(self) -> None:
        """A file shorter than what was read of it, or that begins otherwise, was cut: begin it again."""
        stream = self._stream
        if stream is None:
            return
        size = stream.seek(0, 2)
        if size == self._offset:
            return
        stream.seek(0)
        if size < self._offset or stream.read(len(self._head)) != self._head:
            self._forget()

    def _replaced(self) -> bool:
        """Whether the path now names another file than the one that is open."""
        if self._stream is None:
            return True
        here = os.fstat(self._stream.fileno())
        try:
            there = self._path.stat()
        except OSError:
            return False
        return (here.st_dev, here.st_ino) != (there.st_dev, there.st_ino)

    def _let_go(self) -> None:
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        self._forget()

    def _forget(self) -> None:
        self.lost += bool(self._rest)
        self._offset, self._head, self._rest = 0, b"", b""
