"""A .feed file as an SQLite database: how it is opened, recognised and refused.

While it is written it is in WAL mode: a commit is one append without a disk barrier, and readers in other processes
never wait. Exactly one connection ever writes or checkpoints (a second writer is refused by a lock beside the file),
because SQLite before 3.51.3 can lose a WAL that two connections reset at once; readers are opened read-only and do
neither. A writer that closes turns the file back into a single one without WAL, which any reader can open from
anywhere, also from a read-only folder.
"""

import sqlite3
from pathlib import Path
from typing import Final

from feeds.blocks import Head, head_bytes
from wallboard.errors import JournalError

APPLICATION_ID: Final = 0x57424644  # "WBFD"
FORMAT: Final = 1
BROKEN: Final = (sqlite3.DatabaseError, UnicodeDecodeError)
"""All that reading a damaged database raises; the second when SQLite quotes damaged text."""

_DISKS: Final = frozenset(
    (
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_PERM,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_NOMEM,
    )
)
_PRIMARY: Final = 0xFF
"""Of SQLite's error codes: the rest of the bits say more of the same error."""
_MAGIC: Final = b"SQLite format 3\0"
_BEGIN: Final = 72
_PAGE_SIZE, _PAGES, _KIND = (16, 18), (28, 32), (68, 72)
"""Where the header of an SQLite database says them, as it is documented."""
_LARGEST_PAGE: Final = 65_536

_TABLES: Final = {
    "blocks": (
        "CREATE TABLE blocks (id INTEGER PRIMARY KEY, source TEXT, epoch INTEGER, first_seq INTEGER, "
        "count INTEGER, first_at INTEGER, last_at INTEGER, high_at INTEGER, total INTEGER, packing INTEGER, "
        "crc INTEGER, mark INTEGER, body BLOB)"
    ),
    "blocks_by_seq": "CREATE INDEX blocks_by_seq ON blocks (source, epoch, first_seq)",
    "checkpoints": (
        "CREATE TABLE checkpoints "
        "(id INTEGER PRIMARY KEY, at INTEGER, position INTEGER, kind TEXT, crc INTEGER, body BLOB)"
    ),
    "meta": "CREATE TABLE meta (key TEXT PRIMARY KEY, value) WITHOUT ROWID",
}


def _text(raw: bytes) -> str:
    return raw.decode("utf-8", "replace")


def connect_reader(path: Path) -> sqlite3.Connection:
    """A read-only connection to a .feed file; raises `JournalError` when it is none."""
    _refuse_nonfile(path)
    try:
        connection = _open_readonly(path)
        try:
            _recognise(connection, path)
        except BaseException:
            connection.close()
            raise
    except BROKEN as error:
        raise _not_a_feed(path, error) from error
    return connection


def _open_readonly(path: Path) -> sqlite3.Connection:
    try:
        return _probe(f"{path.absolute().as_uri()}?mode=ro")
    except sqlite3.OperationalError:
        # A file left in WAL mode, in a folder where SQLite may not write: what reached the main file can be read.
        return _probe(f"{path.absolute().as_uri()}?mode=ro&immutable=1")


def _probe(uri: str) -> sqlite3.Connection:
    connection = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=5)
    try:
        _settle(connection)
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()
    except BROKEN:
        connection.close()
        raise
    return connection


def _settle(connection: sqlite3.Connection) -> None:
    connection.text_factory = _text
    for pragma in ("trusted_schema = OFF", "cell_size_check = ON", "mmap_size = 0"):
        connection.execute(f"PRAGMA {pragma}")


def connect_writer(path: Path, created: int) -> sqlite3.Connection:
    """The one writing connection to a .feed file, made at ``created`` (ms) if missing.

    Raises `JournalError` with the reason when it cannot be had.
    """
    if path.is_dir():
        raise JournalError(f"{path} is a folder; name a .feed file.")
    fresh = not path.exists() or path.stat().st_size == 0
    try:
        connection = sqlite3.connect(path, isolation_level=None, timeout=5)
        try:
            _settle(connection)
            _begin(connection, path, created if fresh else None)
        except BaseException:
            connection.close()
            raise
    except sqlite3.Error as error:
        raise JournalError(f"{path} cannot be written: {error}.") from error
    return connection


def _begin(connection: sqlite3.Connection, path: Path, created: int | None) -> None:
    if created is not None:
        connection.execute("BEGIN IMMEDIATE")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        connection.execute(f"PRAGMA user_version = {FORMAT}")
        for sql in _TABLES.values():
            connection.execute(sql)
        connection.execute("INSERT INTO meta VALUES ('head', ?), ('created', ?)", (head_bytes(Head()), created))
        connection.execute("COMMIT")
    try:
        _recognise(connection, path)
    except BROKEN as error:
        raise _not_a_feed(path, error) from error
    connection.execute("PRAGMA journal_mode = WAL")
    connection.execute("PRAGMA synchronous = NORMAL")


def _refuse_nonfile(path: Path) -> None:
    if path.is_dir():
        raise JournalError(f"{path} is a folder; name a .feed file.")
    if not path.exists():
        raise JournalError(f"There is no file {path}.")
    if not path.is_file():
        raise JournalError(f"{path} is a pipe or a device, in which nothing can be looked up; copy it into a file.")
    try:
        size = path.stat().st_size
        with path.open("rb"):
            pass
    except OSError as error:
        raise JournalError(f"{path} cannot be read: {error.strerror}.") from error
    if size == 0:
        raise JournalError(f"{path} is empty; nothing was ever recorded in it.")


def _recognise(connection: sqlite3.Connection, path: Path) -> None:
    """Raise `JournalError` unless this is a .feed file of this format, table for table."""
    if connection.execute("PRAGMA application_id").fetchone()[0] != APPLICATION_ID:
        raise _not_a_feed(path, None)
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    if version > FORMAT:
        raise JournalError(
            f"{path} has format {version}; this program reads up to {FORMAT}. Open it with a newer Wallboard."
        )
    found = dict(connection.execute("SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"))
    if found != _TABLES:
        raise JournalError(f"{path} is damaged: its tables are not those of a .feed file.")


def is_the_disks(error: BaseException | None) -> bool:
    """Whether an error is the disk's or the system's (full, read-only): it says nothing of what is in the file."""
    code = getattr(error, "sqlite_errorcode", 0)
    return code & _PRIMARY in _DISKS and code != sqlite3.SQLITE_IOERR_SHORT_READ


def _not_a_feed(path: Path, error: Exception | None) -> JournalError:
    cut = cut_short(path)
    if cut is not None:
        return JournalError(f"{path} is {cut}.")
    if is_the_disks(error):
        return JournalError(f"{path} cannot be read: {error}.")
    if error is None or getattr(error, "sqlite_errorcode", None) == sqlite3.SQLITE_NOTADB:
        return JournalError(f"{path} is not a .feed file; `wallboard import` makes one of another system's files.")
    why = error if isinstance(error, sqlite3.Error) else "its tables are damaged"
    return JournalError(f"{path} is not a .feed file: {why}.")


def cut_short(path: Path) -> str | None:
    """What to say of a .feed file that ends before it should; ``None`` of any other, and of one being written."""
    if path.with_name(path.name + "-wal").exists():
        return None
    with path.open("rb") as file:
        begin = file.read(_BEGIN)
    if not begin.startswith(_MAGIC[: len(begin)]):
        return None
    page, pages, kind = (int.from_bytes(begin[a:b]) for a, b in (_PAGE_SIZE, _PAGES, _KIND))
    size, whole = path.stat().st_size, (page if page > 1 else _LARGEST_PAGE) * pages
    if len(begin) == _BEGIN and (kind != APPLICATION_ID or size >= whole):
        return None
    of = f" of {whole}" if len(begin) == _BEGIN else ""
    return f"cut short: {size}{of} bytes are there; copy it again from where it came, when nothing writes it"


class WriterLock:
    """Held while a .feed file is written; taken from a second writer's hands, and gone with the process.

    SQLite's own file lock on an empty database beside the file: it works on every system and dies with its holder.
    """

    def __init__(self, path: Path) -> None:
        self._path = path.with_name(path.name + "-lock")
        try:
            self._connection = sqlite3.connect(self._path, isolation_level=None, timeout=0)
            self._connection.execute("BEGIN EXCLUSIVE")
        except sqlite3.OperationalError as error:
            if "locked" in str(error):
                raise JournalError(
                    f"{path} is being written by another program; stop it or name another file."
                ) from None
            raise JournalError(f"{path} cannot be written: {error}.") from error

    def release(self) -> None:
        """Let the next writer in."""
        self._path.unlink(missing_ok=True)
        self._connection.close()
