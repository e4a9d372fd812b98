"""What an import left out: counts, and the first few examples with their digits removed."""

from collections import Counter

from feeds.adapters.customers import scrub

EXAMPLES = 5
EXAMPLE_CHARACTERS = 80


class Report:
    """Counts what was read, skipped (could not be understood) and ignored (understood, of no interest)."""

    def __init__(self) -> None:
        self.read = 0
        self.events = 0
        self.skipped: Counter[str] = Counter()
        self.ignored: Counter[str] = Counter()
        self.examples: list[str] = []

    def skip(self, why: str, where: str, text: str = "") -> None:
        """Count one skipped line or row, and keep the first few as examples."""
        self.skipped[why] += 1
        if len(self.examples) < EXAMPLES:
            shown = ascii(scrub(text[:EXAMPLE_CHARACTERS])) if text else ""
            self.examples.append(f"{where}: {why}" + (f": {shown}" if shown else ""))

    def ignore(self, what: str) -> None:
        """Count one thing that was understood and left out on purpose."""
        if what in self.ignored or len(self.ignored) < 64:  # noqa: PLR2004 - a bound against hostile files
            self.ignored[what] += 1

    @property
    def summary(self) -> str:
        """One line for a person: how much was read, and what was left out and why."""
        text = f"{self.read} read, {self.events} events"
        if self.skipped:
            parts = ", ".join(f"{count} {why}" for why, count in self.skipped.most_common())
            text += f"; {self.skipped.total()} skipped ({parts})"
        return text
