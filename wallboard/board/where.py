"""What ``where`` can choose among: agents by what agents have, contacts by what contacts have."""

from msgspec import Struct

PEOPLE = frozenset(("agent", "team", "skill"))
"""What only agents have."""
WORK = frozenset(("channel", "client", "direction", "campaign", "priority", "language", "entry"))
"""What only contacts have; sites and queues have both."""


def clash(spec: Struct) -> str | None:
    """Why nothing is known of what a tile asks for: it is split or narrowed by what no figure is kept by together."""
    where: dict[str, str] = getattr(spec, "where", {})
    by: str = getattr(spec, "lists", getattr(spec, "by", "total"))
    kinds = {*where, by}
    rows = {"queue"} if by == "queue" and not hasattr(spec, "group") else set()
    people, work = sorted(kinds & PEOPLE), sorted(kinds & WORK | rows)
    if not where or not people or not work:
        return None
    return f'"{people[0]}" is of agents and "{work[0]}" of contacts; no figure is kept by both'
