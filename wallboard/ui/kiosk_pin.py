"""The way out of a kiosk: a PIN, kept as a hash, asked for after a chord. Free of Qt."""

import hashlib
import hmac
import secrets
from math import ceil

KIND = "scrypt"
LEAST, MOST = 4, 12
"""Digits of a PIN."""
PATIENCE_MS = 20_000
"""A question nobody answers goes away."""
TRIES = 3
PENALTY_MS = 30_000
"""After so many wrong tries nothing is taken for so long."""
_COST = {"n": 2**14, "r": 8, "p": 1, "dklen": 32}


def hash_pin(pin: str, salt: bytes | None = None) -> str:
    """What to write as ``pin`` under ``[kiosk]``. Raises ``ValueError`` unless it is 4 to 12 digits."""
    if not (pin.isascii() and pin.isdigit() and LEAST <= len(pin) <= MOST):
        raise ValueError(f"a PIN is {LEAST} to {MOST} digits")
    salt = secrets.token_bytes(16) if salt is None else salt
    return f"{KIND}:{salt.hex()}:{_derived(pin, salt).hex()}"


def matches(pin: str, hashed: str) -> bool:
    """Whether it is the PIN that was hashed."""
    _, salt, derived = hashed.split(":")
    return hmac.compare_digest(_derived(pin, bytes.fromhex(salt)), bytes.fromhex(derived))


def _derived(pin: str, salt: bytes) -> bytes:
    return hashlib.scrypt(pin.encode(), salt=salt, **_COST)


class Lock:
    """Asks for a PIN and counts wrong tries. Times are ms, monotonic. Without a hash the chord alone opens it."""

    def __init__(self, hashed: str) -> None:
        self.asking = False
        self.digits = ""
        self.told = ""
        self._hashed = hashed
        self._touched = 0
        self._wrong = 0
        self._closed_until = 0

    def ask(self, now: int) -> bool:
        """The chord was pressed. Returns whether that was enough."""
        self.asking, self.digits, self.told, self._touched = bool(self._hashed), "", "", now
        return not self._hashed

    def press(self, digit: str, now: int) -> None:
        """A digit."""
        self._touched, self.told = now, ""
        self.digits = (self.digits + digit)[:MOST]

    def erase(self, now: int) -> None:
        """The last digit was wrong."""
        self._touched = now
        self.digits = self.digits[:-1]

    def cancel(self) -> None:
        """Nobody wants out."""
        self.asking, self.digits = False, ""

    def submit(self, now: int) -> bool:
        """That was all. Returns whether it was the PIN."""
        given, self.digits, self._touched = self.digits, "", now
        if now < self._closed_until:
            self.told = f"wait {ceil((self._closed_until - now) / 1000)} s"
            return False
        if matches(given, self._hashed):
            self.cancel()
            return True
        self._wrong += 1
        self.told = "wrong PIN"
        if self._wrong % TRIES == 0:
            self._closed_until = now + PENALTY_MS
            self.told = f"wrong PIN; wait {PENALTY_MS // 1000} s"
        return False

    def tick(self, now: int) -> None:
        """Time passes; a question nobody answers goes away."""
        if self.asking and now - self._touched >= PATIENCE_MS:
            self.cancel()
