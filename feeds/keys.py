"""The keys folder: own key pairs, and the public keys that are trusted. Files are small TOML that people may read.

``NAME.key`` holds a secret and belongs to its owner alone (mode 0600, refused otherwise); ``NAME.pub`` is for giving
away; ``trusted/NAME.pub`` are those given to us. Keys are rotated by trusting a new one beside the old, and revoking
the old one when nobody uses it any more.
"""

import os
import re
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import zmq
from msgspec import Struct

from feeds.secret import write_secret
from wallboard.errors import DataError, UsageError

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")
_KEY: Final = re.compile(r"[0-9a-zA-Z.\-:+=^!/*?&<>()\[\]{}@%$#]{40}")
_MAX_FILE: Final = 4096


class KeyPair(Struct, frozen=True):
    """One's own key: both halves in Z85, 40 letters."""

    name: str
    public: bytes
    secret: bytes

    def __repr__(self) -> str:
        """Without the secret: it must not reach a log."""
        return f"KeyPair({self.name!r}, {self.public!r})"


class ServerKeys(Struct, frozen=True):
    """What a publisher needs: its own key, and whom it lets in, asked anew for every handshake."""

    own: KeyPair
    trusted: Callable[[], frozenset[bytes]]


class ClientKeys(Struct, frozen=True):
    """What a wall needs: its own key, and the publisher's public keys, tried in turn (old and new in a rotation)."""

    own: KeyPair
    servers: tuple[bytes, ...]


class Keyring:
    """The keys in ``folder``, which is made when the first is written."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._trusted = folder / "trusted"

    def new(self, name: str) -> Path:
        """Make a pair and return its public file. Raises `UsageError` when there is one of that name."""
        path = self.folder / f"{_checked(name)}.key"
        public, secret = (half.decode() for half in zmq.curve_keypair())
        _folder(self.folder)
        text = f'# Secret: never leaves this machine.\nname = "{name}"\npublic = "{public}"\nsecret = "{secret}"\n'
        try:
            write_secret(path, text.encode())
        except FileExistsError:
            raise UsageError(
                f'there is a key "{name}" already; make a new one under another name, have it trusted, '
                f"and revoke the old one when nobody uses it any more"
            ) from None
        except OSError as error:
            raise DataError(f"{path} cannot be written: {error.strerror}") from None
        shared = self.folder / f"{name}.pub"
        shared.write_text(_public_text(name, public), "utf-8")
        return shared

    def own(self, name: str | None = None) -> KeyPair:
        """One's own pair; without a name, the only one there is. Raises `UsageError` or `DataError`."""
        if name is None:
            names = self.names()
            if len(names) != 1:
                known = f"choose one with --keys: {', '.join(names)}" if names else "run `wallboard keys new NAME`"
                raise UsageError(f"{'several keys' if names else 'no key'} in {self.folder}; {known}")
            name = names[0]
        path = self.folder / f"{_checked(name)}.key"
        if not path.exists():
            raise UsageError(f'there is no key "{name}" in {self.folder}; run `wallboard keys new {name}`')
        _refuse_open(path)
        return KeyPair(name, _read(path, "public"), _read(path, "secret"))

    def names(self) -> list[str]:
        """Of one's own keys."""
        return sorted(path.stem for path in self.folder.glob("*.key"))

    def trust(self, file: Path) -> str:
        """Let in whoever holds the secret of the public key in ``file``; returns its name."""
        public = _given(file).decode()
        name = _checked(_read_name(file))
        target = self._trusted / f"{name}.pub"
        if target.exists() and _read(target, "public").decode() != public:
            raise UsageError(
                f'another key is trusted as "{name}"; run `wallboard keys revoke {name}` first, '
                f"or have the new one made under another name"
            )
        _folder(self._trusted)
        target.write_text(_public_text(name, public), "utf-8")
        return name

    def revoke(self, name: str) -> None:
        """Trust that key no longer. Raises `UsageError` when it never was."""
        try:
            (self._trusted / f"{_checked(name)}.pub").unlink()
        except FileNotFoundError:
            known = ", ".join(name for name, _ in self.trusted()) or "none"
            raise UsageError(f'"{name}" is not trusted here; trusted are: {known}') from None

    def trusted(self) -> Iterator[tuple[str, bytes]]:
        """Names and public keys that are trusted. Raises `DataError` for a file that is none."""
        for path in sorted(self._trusted.glob("*.pub")):
            yield path.stem, _read(path, "public")

    def public(self, name_or_file: str) -> bytes:
        """The public key in a file, or of that name among the trusted. Raises `UsageError` or `DataError`."""
        kept = self._trusted / f"{name_or_file}.pub"
        if _NAME.fullmatch(name_or_file) and kept.exists():
            return _given(kept)
        if not Path(name_or_file).is_file():
            raise DataError(f'"{name_or_file}" is neither a file with a public key nor the name of a trusted one')
        return _given(Path(name_or_file))

    def server(self, name: str | None) -> ServerKeys:
        """What a publisher needs. A file that cannot be read lets nobody in, and keeps nobody else out."""
        return ServerKeys(self.own(name), self._admitted)

    def client(self, name: str | None, servers: tuple[str, ...]) -> ClientKeys:
        """What a wall needs, for publishers of the keys named or filed."""
        known = tuple(self.public(server) for server in servers)
        return ClientKeys(self.own(name), known)

    def _admitted(self) -> frozenset[bytes]:
        found = set()
        for path in self._trusted.glob("*.pub"):
            try:
                found.add(_read(path, "public"))
            except DataError:
                continue
        return frozenset(found)


def _folder(path: Path) -> None:
    try:
        path.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise DataError(f"{path} cannot be made: {error.strerror}") from None


def _checked(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UsageError(f'"{name}" is no name for a key: use up to 64 letters, digits, dots, hyphens and underscores')
    return name


def _public_text(name: str, public: str) -> str:
    use = f"# Public: run `wallboard keys trust {name}.pub` where it is to be let in."
    return f'{use}\nname = "{name}"\npublic = "{public}"\n'


def _refuse_open(path: Path) -> None:
    """Raise `DataError` when others than the owner may read a secret. Windows keeps its rights elsewhere."""
    mode = path.stat().st_mode & 0o777
    if os.name == "posix" and mode & 0o077:
        raise DataError(f"{path} can be read by others (mode {mode:04o}); run: chmod 600 {path}")


def _table(path: Path) -> dict[str, object]:
    try:
        with path.open("rb") as file:
            raw = file.read(_MAX_FILE)
        return tomllib.loads(raw.decode())
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from None
    except (UnicodeDecodeError, tomllib.TOMLDecodeError):
        raise DataError(f"{path} is no key file") from None


def _read(path: Path, half: str) -> bytes:
    value = _table(path).get(half)
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise DataError(f"{path} holds no {half} key")
    return value.encode()


def _given(path: Path) -> bytes:
    """The public key in a file that somebody else made."""
    if "secret" in _table(path):
        raise UsageError(f"{path} holds a secret, which never leaves its machine: give away the .pub file beside it")
    return _read(path, "public")


def _read_name(path: Path) -> str:
    name = _table(path).get("name")
    return name if isinstance(name, str) else path.stem
