"""What queues.conf tells a wall: service levels, static members and their names, whether members persist.

Read with the tolerance of the ACD itself: ``;`` and ``//`` comments, ``=`` or ``=>``, templates in brackets behind a
section's name, keys repeated. Anything not understood is passed over; ``#include`` is not followed.
"""

import re
from pathlib import Path

from msgspec import Struct

from feeds.adapters.asterisk.lines import NOBODY
from wallboard.errors import DataError

LARGEST = 4 * 1024 * 1024
_SECTION = re.compile(r"\[([^\]]+)\]\s*(?:\(([^)]*)\))?")
_KEYS = frozenset({
    "announce-frequency", "announce-holdtime", "announce-position", "autofill", "autopause", "defaultrule", "joinempty",
    "leavewhenempty", "maxlen", "member", "memberdelay", "musicclass", "penaltymemberslimit", "periodic-announce",
    "persistentmembers", "queue-thankyou", "queue-youarenext", "reportholdtime", "retry", "ringinuse", "servicelevel",
    "shared_lastcall", "strategy", "timeout", "timeoutrestart", "updatecdr", "weight", "wrapuptime",
})  # fmt: skip
"""By which a queues.conf is told from any other file with sections."""
_TRUE = frozenset({"yes", "true", "1", "on", "y", "t"})


class QueuesConf(Struct, frozen=True):
    """Service levels in ms by queue; interface -> member name of static members; whether members survive a restart."""

    service_levels: dict[str, int] = {}
    names: dict[str, str] = {}
    persistent: bool = False


def read_queues_conf(path: Path) -> QueuesConf:
    """The settings in a queues.conf. Raises DataError if it cannot be read, or is another file."""
    try:
        raw = path.read_bytes()[:LARGEST]
    except OSError as error:
        raise DataError(f"{path}: cannot be read: {error.strerror or error}") from error
    text = raw.decode("utf-8", "replace")
    if wrong := _foreign(text):
        raise DataError(f"{path}: is no queues.conf: {wrong}")
    return parse_queues_conf(text)


def _foreign(text: str) -> str:
    """Why a text cannot be what Asterisk reads as its queues; empty when it can."""
    plain = [line for line in (_plain(line) for line in text.splitlines()) if line]
    if not any(_SECTION.match(line) for line in plain):
        included = any(line.startswith("#") for line in plain)
        return "it has no [queue] section" + ("; what it includes is not followed: name that file" if included else "")
    keys = {line.partition("=")[0].strip().lower() for line in plain if not line.startswith(("[", "#"))}
    return "none of its settings is one of a queue" if keys and not keys & _KEYS else ""


def _plain(line: str) -> str:
    """A line without its comment."""
    return re.split(r"(?<!\\);|^\s*//", line, maxsplit=1)[0].strip()


def parse_queues_conf(text: str) -> QueuesConf:
    """The settings in the text of a queues.conf."""
    levels: dict[str, int] = {}
    names: dict[str, str] = {}
    persistent = False
    section = ""
    for line in text.splitlines():
        plain = _plain(line)
        if head := _SECTION.match(plain):
            section = head[1]
            _inherit(levels, section, head[2] or "")
            continue
        key, _, value = (part.strip() for part in plain.partition("="))
        value = value.removeprefix(">").strip()
        if section == "general":
            persistent = value.lower() in _TRUE if key.lower() == "persistentmembers" else persistent
        elif key.lower() == "servicelevel" and value.isdecimal():
            levels[section] = min(int(value), 86_400) * 1000
        elif key.lower() == "member":
            names.update(_named(value))
    return QueuesConf(levels, names, persistent)


def _inherit(levels: dict[str, int], section: str, templates: str) -> None:
    for template in (name.strip() for name in templates.split(",")):
        if template in levels:
            levels[section] = levels[template]


def _named(value: str) -> dict[str, str]:
    """``interface[,penalty[,name...]]`` with a name, as a pair."""
    fields = [field.strip() for field in value.split(",")]
    if len(fields) > 2 and fields[0] and fields[2] and fields[2] != NOBODY:  # noqa: PLR2004 - the name is the third
        return {fields[0]: fields[2]}
    return {}
