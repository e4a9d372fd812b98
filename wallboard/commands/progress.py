"""Progress of long work, on stderr, where that is a terminal."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def progress(total: int | None = None, *, shown: bool = True) -> Iterator[Callable[[int], object]]:
    """Yields what is to be told of each further number of events; ``total`` is how many there will be, if known."""
    if not shown or not sys.stderr.isatty():
        yield lambda _: None
        return
    from tqdm import tqdm  # noqa: PLC0415 - it takes a tenth of a command's start, and scripts never see it

    with tqdm(total=total, unit=" events", leave=False, file=sys.stderr) as bar:
        yield bar.update
