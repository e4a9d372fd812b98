"""The manager interface's bytes, cut anywhere, as blocks of headers.

A block is lines of ``Key: value`` up to an empty one. A key may come twice (the first stays), a value may be empty or
hold ``: `` itself, and a greeting without a colon may stand before the first block. Blocks are bounded: what is
larger is dropped and counted.
"""

from collections.abc import Iterator

END = b"\r\n\r\n"
LARGEST = 256 * 1024
HEADERS = 512
Block = dict[str, str]


class Blocks:
    """Give it bytes as they arrive; it gives back whole blocks."""

    def __init__(self) -> None:
        self._rest = b""
        self._dropping = False
        self.dropped = 0

    def feed(self, chunk: bytes) -> Iterator[tuple[Block, bytes]]:
        """Whole blocks, each with its bytes, that `chunk` completes."""
        *whole, self._rest = (self._rest + chunk).split(END)
        for raw in whole:
            if self._dropping or len(raw) > LARGEST:
                self.dropped += not self._dropping
                self._dropping = False
                continue
            if block := parse_block(raw):
                yield block, raw
        if len(self._rest) > LARGEST:
            self.dropped += not self._dropping
            self._dropping = True
            self._rest = self._rest[-len(END) :]


def parse_block(raw: bytes) -> Block:
    """The headers of one block; lines without a colon are passed over."""
    block: Block = {}
    for line in raw.decode("utf-8", "replace").split("\r\n")[:HEADERS]:
        key, colon, value = line.partition(":")
        if colon:
            block.setdefault(key.strip(), value.strip())
    return block
