"""What commands that read another system's files share: the options, and this install's key for customers' numbers."""

import argparse
import os
from pathlib import Path

from feeds.adapters.customers import KEY_BYTES, new_key
from feeds.adapters.options import Options, Secret
from wallboard.commands.own import own_file
from wallboard.errors import DataError, UsageError

LONGEST_MS = 86_400_000

SECRET = "WALLBOARD_AMI_SECRET"  # noqa: S105 - the name of the variable, not what is in it


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare what an adapter may be told."""
    level = "what counts as answered in time, where nothing else tells: 20, or of one queue sales=30; default: 20"
    conf = "Asterisk: queues.conf, which knows service levels and members' names"
    parser.add_argument("--site", metavar="SITE", help="put this site on every event")
    parser.add_argument("--service-level", metavar="[QUEUE=]SECONDS", action="append", default=[], help=level)
    parser.add_argument("--queues-conf", type=Path, metavar="FILE", help=conf)
    parser.add_argument("--map", type=Path, metavar="MAP.toml", help="call-records: what the columns mean")
    parser.add_argument("--customer-key", type=Path, metavar="FILE", help="key of the customers' hashes")


def add_login(parser: argparse.ArgumentParser) -> None:
    """Declare how to log in to an ACD; the secret itself is never an argument, where everybody could read it."""
    parser.add_argument("--user", metavar="NAME", help="asterisk-ami: the manager user")
    parser.add_argument(
        "--secret-file", type=Path, metavar="FILE", help=f"asterisk-ami: its secret; or set the variable {SECRET}"
    )
    parser.add_argument(
        "--queue-log", type=Path, metavar="FILE", help="asterisk-ami: the queue_log beside it, if it can be read here"
    )


def options_of(parsed: argparse.Namespace) -> Options:
    """The adapter's options. Raises ``UsageError`` or ``DataError``."""
    levels: dict[str, int] = {}
    default = 20_000
    for text in parsed.service_level:
        queue, sign, seconds = text.rpartition("=")
        try:
            ms = round(float(seconds) * 1000)
        except (ValueError, OverflowError):
            ms = 0
        if not 0 < ms <= LONGEST_MS:
            raise UsageError(f'--service-level "{text}" will not do: use seconds, or queue=seconds, up to a day')
        if sign:
            levels[queue] = ms
        else:
            default = ms
    return Options(
        customer_key=_key(parsed.customer_key),
        site=parsed.site,
        service_level_ms=default,
        service_levels=levels,
        queues_conf=parsed.queues_conf,
        map=parsed.map,
        user=getattr(parsed, "user", None),
        secret=_secret(getattr(parsed, "secret_file", None)),
        queue_log=getattr(parsed, "queue_log", None),
    )


def _secret(path: Path | None) -> Secret | None:
    """The first line of a file, or else the environment's."""
    if path is None:
        text = os.environ.get(SECRET, "")
    else:
        try:
            text = path.read_text("utf-8").partition("\n")[0].strip()
        except OSError as error:
            raise DataError(f"{path}: the secret cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise DataError(f"{path}: the secret is to be its first line, and this is not text") from None
        if not text:
            raise DataError(f"{path}: the secret is to be its first line, and that is empty")
    return Secret(text) if text else None


def _key(path: Path | None) -> bytes:
    """The key in a file, or this install's own, made on first use and readable by its owner only."""
    where = path or own_file("customers.key", new_key)
    try:
        key = where.read_bytes()
    except OSError as error:
        raise DataError(f"{where}: the key of customers' hashes cannot be read: {error.strerror}") from None
    if len(key) < KEY_BYTES:
        raise DataError(f"{where}: a key of customers' hashes has at least {KEY_BYTES} bytes, this has {len(key)}")
    return key
