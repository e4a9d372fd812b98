"""Who called, without saying who: a caller's number becomes a keyed hash, and digits vanish from quoted text."""

import hashlib
import re
import secrets

NOBODY = frozenset({"", "anonymous", "unknown", "restricted", "private", "unavailable", "<unknown>", "none", "0"})
_PUNCTUATION = re.compile(r"[\s().\-/]+")
_DIGITS = re.compile(r"\d[\d\s().\-/]{3,}\d")
KEY_BYTES = 32
HASH_BYTES = 8


def new_key() -> bytes:
    """A fresh random key; an install makes one and keeps it, so one customer stays one hash."""
    return secrets.token_bytes(KEY_BYTES)


def scrub(text: str) -> str:
    """`text` with every run of five or more digits replaced, fit to be quoted or kept."""
    return _DIGITS.sub("#", text)


class Customers:
    """Turns raw numbers and line bytes into short hashes (BLAKE2b keyed with `key`, 1 to 64 bytes)."""

    def __init__(self, key: bytes) -> None:
        if not key:
            raise ValueError("a customer key needs at least one byte")
        self._key = key[:64]

    def customer(self, number: str) -> str | None:
        """16 hex digits for a number; `None` for withheld or empty ones."""
        plain = _PUNCTUATION.sub("", number.strip())
        if plain.lower() in NOBODY:
            return None
        return self.digest(plain.encode("utf-8", "replace"), person=b"customer")

    def digest(self, raw: bytes, *, person: bytes = b"line") -> str:
        """16 hex digits for any bytes; the same key and bytes always give the same digits."""
        return hashlib.blake2b(raw, digest_size=HASH_BYTES, key=self._key, person=person).hexdigest()
