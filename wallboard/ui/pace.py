"""How often the wall is painted: as often as it can be seen, unless that would cost more than a share of a core."""

LEAST_MS = 33
"""Nobody sees more than thirty pictures a second on a wall."""
MOST_MS = 250
"""However large the floor, what happened is shown this soon."""
SHARE = 0.07
"""Of one core, for everything this process does."""
_SMOOTH = 0.8


class Pace:
    """Learns what a frame costs and tells how far apart frames may be."""

    def __init__(self, share: float = SHARE) -> None:
        self.rest_ms = LEAST_MS
        self._share = share
        self._used: float | None = None
        self._cost = 0.0

    def frame(self, used_ms: float) -> int:
        """A frame begins, and the process has used so much processor time (ms) since it started. Returns ms."""
        if self._used is not None:
            self._cost = self._cost * _SMOOTH + (used_ms - self._used) * (1 - _SMOOTH)
        self._used = used_ms
        self.rest_ms = round(min(MOST_MS, max(LEAST_MS, self._cost / self._share)))
        return self.rest_ms
