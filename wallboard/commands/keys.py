"""``wallboard keys``: make, show, trust and revoke the keys that keep a feed among those who may see it."""

import argparse
import sys
from pathlib import Path

from platformdirs import user_config_path

from feeds.keys import ClientKeys, Keyring, ServerKeys
from wallboard.errors import UsageError


def keyring() -> Keyring:
    """This user's keys."""
    return Keyring(user_config_path("wallboard") / "keys")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the command's options."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    new = actions.add_parser("new", help="make a key; its public half is a file to give away")
    new.add_argument("name", metavar="NAME")
    actions.add_parser("show", help="own keys and trusted ones")
    trust = actions.add_parser("trust", help="let in whoever holds the secret of a public key")
    trust.add_argument("file", type=Path, metavar="FILE.pub")
    revoke = actions.add_parser("revoke", help="trust a key no longer; connections with it end within seconds")
    revoke.add_argument("name", metavar="NAME")


def run(options: argparse.Namespace) -> int:
    """Do it. Raises ``UsageError`` or ``DataError``."""
    ring = keyring()
    if options.action == "new":
        path = ring.new(options.name)
        print(f"{path} is the public half; the secret stays in {path.with_suffix('.key')}")
    elif options.action == "trust":
        print(f"{ring.trust(options.file)} is trusted")
    elif options.action == "revoke":
        ring.revoke(options.name)
        print(f"{options.name} is trusted no longer")
    else:
        sys.stdout.write(_table(ring))
    return 0


def _table(ring: Keyring) -> str:
    lines = [("own", name, ring.own(name).public.decode()) for name in ring.names()]
    lines += [("trusted", name, public.decode()) for name, public in ring.trusted()]
    if not lines:
        return f"no keys in {ring.folder}; `wallboard keys new NAME` makes one\n"
    return "".join(f"{kind:<8} {name:<24} {public}\n" for kind, name, public in lines)


def add_server_options(parser: argparse.ArgumentParser) -> None:
    """Declare what a publisher may be told of keys."""
    parser.add_argument("--keys", metavar="NAME", help="let in only trusted keys; NAME is this end's own")
    parser.add_argument("--insecure", action="store_true", help="let anybody on the network read the feed")


def server_keys(options: argparse.Namespace) -> ServerKeys | None:
    """The keys a publisher was told to use. Raises ``UsageError`` or ``DataError``."""
    if options.keys and options.insecure:
        raise UsageError("--keys and --insecure exclude each other")
    return keyring().server(options.keys) if options.keys else None


def warn_insecure(address: str, *, insecure: bool) -> None:
    """Say so when a publisher is open to the network."""
    if insecure:
        sys.stderr.write(f"wallboard: {address} is open to the network without keys: anybody there can read the feed\n")


def add_client_options(parser: argparse.ArgumentParser) -> None:
    """Declare what a subscriber may be told of keys."""
    text = "the publisher's public key: a file, or the name of a trusted one; twice while it changes"
    parser.add_argument("--server-key", action="append", default=[], metavar="FILE|NAME", help=text)
    parser.add_argument("--keys", metavar="NAME", help="this end's own key, when there are several")


def client_keys(options: argparse.Namespace) -> ClientKeys | None:
    """The keys a subscriber was told to use. Raises ``UsageError`` or ``DataError``."""
    if not options.server_key:
        if options.keys:
            raise UsageError("--keys needs --server-key, the publisher's public key")
        return None
    return keyring().client(options.keys, tuple(options.server_key))
