"""How often the wall is painted: as often as it can be seen, unless that would cost more than there is to tell.

A quiet floor hangs on its wall for a small share of a core. The more happens, the more a late picture hides, and the
larger the share: on a floor of a thousand events a second what happened is on the glass in tens of milliseconds.
"""

LEAST_MS = 20
"""Nobody sees more than fifty pictures a second."""
MOST_MS = 500
"""However large the floor and however little there is to tell, what happened is shown this soon."""
SHARE = 0.027
"""Of one core, for everything this process does, while up to ``CALM`` events a second are told."""
CALM = 100.0
MORE = 0.0005
"""Of a core, for each event a second more."""
MOST_SHARE = 0.6
_SMOOTH = 0.8
_LOOK_MS = 1000


class Pace:
    """Learns what a frame costs and tells how far apart frames may be."""

    def __init__(self, share: float = SHARE) -> None:
        self.rest_ms = LEAST_MS
        self._share = self._base = share
        self._used: float | None = None
        self._cost = 0.0
        self._told = (0, 0)

    def frame(self, used_ms: float, events: int = 0, now: int = 0, *, live: bool = True) -> int:
        """A frame begins. Returns ms.

        The process has used ``used_ms`` of processor time since it started; ``events`` were told so far, at ``now``
        (monotonic, ms). A past that is caught up with is not ``live``: nobody waits for its events one by one.
        """
        self._look(events, now, live=live)
        if self._used is not None:
            self._cost = self._cost * _SMOOTH + (used_ms - self._used) * (1 - _SMOOTH)
        self._used = used_ms
        self.rest_ms = round(min(MOST_MS, max(LEAST_MS, self._cost / self._share)))
        return self.rest_ms

    def _look(self, events: int, now: int, *, live: bool) -> None:
        """Once a second, how much there is to tell."""
        before, then = self._told
        if live and now - then < _LOOK_MS:
            return
        rate = (events - before) * 1000 / (now - then) if live else 0.0
        self._told = (events, now)
        self._share = min(MOST_SHARE, self._base + max(0.0, rate - CALM) * MORE)
