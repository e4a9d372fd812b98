"""What is said of a journal that cannot be written, to whoever runs the publisher: the feed itself goes on."""

import sys


class Recording:
    """Says on stderr that nothing is being written, once, and that it is again."""

    def __init__(self) -> None:
        self._said: str | None = None

    def tell(self, trouble: str | None) -> None:
        """``trouble`` is why nothing is written now; ``None`` when all is well."""
        if trouble == self._said:
            return
        self._said = trouble
        sys.stderr.write(f"not recording: {trouble}\n" if trouble else "recording again\n")
        sys.stderr.flush()
