"""What waits to be summed, facts and moves: rows of integers, packed as they come."""

from typing import Final

from librt.strings import BytesWriter, write_i64_le
from mypy_extensions import i64

COMPILED: Final = not __file__.endswith(".py")
"""Whether the fold's hot path was compiled when this was built; it is the same Python, faster."""


class Ledger:
    """Pending facts: rows of five 64-bit integers, and rows of ten, for kinds with values."""

    __slots__ = ("_plain", "_wide")

    def __init__(self, plain: bytes = b"", wide: bytes = b"") -> None:
        self._plain = BytesWriter()
        self._wide = BytesWriter()
        self._plain.write(plain)
        self._wide.write(wide)

    def add(self, kind: i64, sec: i64, born: i64, cell: i64, agent: i64) -> None:
        """A fact without values; see ``facts`` for what the five mean."""
        to = self._plain
        write_i64_le(to, kind)
        write_i64_le(to, sec)
        write_i64_le(to, born)
        write_i64_le(to, cell)
        write_i64_le(to, agent)

    def add_wide(  # noqa: PLR0913, PLR0917 - a row has ten columns
        self, kind: i64, sec: i64, born: i64, cell: i64, agent: i64,
        a: i64 = 0, b: i64 = 0, c: i64 = 0, d: i64 = 0, e: i64 = 0,
    ) -> None:  # fmt: skip
        """A fact with up to five values, in the order its kind names them."""
        to = self._wide
        write_i64_le(to, kind)
        write_i64_le(to, sec)
        write_i64_le(to, born)
        write_i64_le(to, cell)
        write_i64_le(to, agent)
        write_i64_le(to, a)
        write_i64_le(to, b)
        write_i64_le(to, c)
        write_i64_le(to, d)
        write_i64_le(to, e)

    def pending(self) -> bool:
        """Whether any row waits to be summed."""
        return len(self._plain) > 0 or len(self._wide) > 0

    def clear(self) -> None:
        """Forget all pending rows."""
        self._plain = BytesWriter()
        self._wide = BytesWriter()

    def take(self) -> tuple[bytes, bytes]:
        """All pending rows, little-endian: those of five columns, those of ten; the ledger is empty afterwards."""
        taken = self._plain.getvalue(), self._wide.getvalue()
        self.clear()
        return taken

    def __reduce__(self) -> tuple[object, ...]:
        return Ledger, (self._plain.getvalue(), self._wide.getvalue())


class Moves:
    """Pending moves of agents between the levels of the timeline: rows of three 64-bit integers."""

    __slots__ = ("_rows",)

    def __init__(self, rows: bytes = b"") -> None:
        self._rows = BytesWriter()
        self._rows.write(rows)

    def add(self, at: i64, place: i64, sign: i64) -> None:
        """At ``at`` (ms) the place ``agent * LEVELS + level`` is entered (+1) or left (-1)."""
        to = self._rows
        write_i64_le(to, at)
        write_i64_le(to, place)
        write_i64_le(to, sign)

    def pending(self) -> bool:
        """Whether any move waits."""
        return len(self._rows) > 0

    def rows(self) -> bytes:
        """All pending moves, little-endian."""
        return self._rows.getvalue()

    def clear(self) -> None:
        """Forget all pending moves."""
        self._rows = BytesWriter()

    def __reduce__(self) -> tuple[object, ...]:
        return Moves, (self.rows(),)
