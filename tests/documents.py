"""The generated parts of the documents: ``python -m tests.documents`` writes them, a test keeps them equal."""

from pathlib import Path

from wallboard.cli import COMMANDS
from wallboard.core.kpis import CATALOGUE, DEFAULT_VARIANT, VARIANTS

README = Path(__file__).parents[1] / "README.md"
_UNITS = {"ms": "time", "share": "share", "count": "count", "score": "score", "money": "money", "rate": "an hour"}
_BETTER = {"up": "more", "down": "less", "none": ""}


def commands() -> str:
    """Every command and what it does."""
    width = max(len(name) for name in COMMANDS)
    lines = [f"wallboard {name.ljust(width)}  {text}" for name, (_, text) in COMMANDS.items()]
    return "\n".join(["```", *lines, "```"])


def kpis() -> str:
    """The catalogue as a table."""
    lines = ["| key | title | unit | better | formula |", "|---|---|---|---|---|"]
    for kpi in CATALOGUE.values():
        cells = (f"`{kpi.key}`", kpi.title, _UNITS.get(kpi.unit, kpi.unit), _BETTER[kpi.better], kpi.formula)
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def variants() -> str:
    """The ways to count a service level as a table."""
    lines = ["| variant | formula | in words |", "|---|---|---|"]
    for variant in VARIANTS.values():
        mark = " (default)" if variant.key == DEFAULT_VARIANT else ""
        lines.append(f"| `{variant.key}`{mark} | {variant.formula} | {variant.title} |")
    return "\n".join(lines)


PARTS = {"commands": commands, "kpis": kpis, "variants": variants}


def filled(text: str) -> str:
    """The document with its generated parts as they should be."""
    for name, made in PARTS.items():
        begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
        text = text[: text.index(begin) + len(begin)] + made() + "\n" + text[text.index(end) :]
    return text


if __name__ == "__main__":
    README.write_text(filled(README.read_text(encoding="utf-8")), encoding="utf-8")
