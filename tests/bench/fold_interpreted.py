"""A day folded by the fold's Python, where it was compiled: what compiling is worth.

    python -m tests.bench.fold_interpreted RUNS

Every module of ``wallboard.core`` is loaded from its source, though its compiled twin lies beside it.
"""

import subprocess
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import SOURCE_SUFFIXES, FileFinder, ModuleSpec, SourceFileLoader
from types import ModuleType

import msgspec

from tests.bench.fold_clock import Figure


class _Sources(MetaPathFinder):
    def find_spec(self, name: str, path: Sequence[str] | None, _: ModuleType | None = None) -> ModuleSpec | None:
        if not name.startswith("wallboard.core.") or not path:
            return None
        return FileFinder(path[0], (SourceFileLoader, SOURCE_SUFFIXES)).find_spec(name)


def interpreted(runs: int) -> Figure:
    """The day of ``fold_cost``, in a process of its own."""
    command = [sys.executable, "-m", "tests.bench.fold_interpreted", str(runs)]
    line = subprocess.run(command, check=True, stdout=subprocess.PIPE).stdout
    return Figure("fold", "decode + fold, interpreted", *msgspec.json.decode(line, type=tuple[float, str]))


def main() -> None:
    """Write events a second and their unit to stdout."""
    sys.meta_path.insert(0, _Sources())
    from tests.bench.fold_cost import costs  # noqa: PLC0415 - only now, so that it finds the sources
    from wallboard.core.ledger import COMPILED  # noqa: PLC0415

    assert not COMPILED
    found = next(figure for figure in costs(int(sys.argv[1]), 24) if figure.unit == "events/s")
    sys.stdout.buffer.write(msgspec.json.encode((found.value, found.unit)))


if __name__ == "__main__":
    main()
