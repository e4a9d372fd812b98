"""What a fold remembers: how many elements every container in it holds, by the name of the attribute it hangs on."""

from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from wallboard.core.events import AnyEvent

_EVENTS = AnyEvent.__args__
_PAGE = 4096


def census(root: object) -> Counter[str]:
    """Elements by ``Class.attribute`` and objects by ``Class``, for everything of the core that ``root`` holds."""
    seen: set[int] = set()
    counts: Counter[str] = Counter()
    todo: list[tuple[object, str]] = [(root, "")]
    while todo:
        thing, label = todo.pop()
        if thing is None or isinstance(thing, (int, str, float)) or id(thing) in seen:
            continue
        seen.add(id(thing))
        if isinstance(thing, np.ndarray):
            counts[label] += thing.size
        elif isinstance(thing, dict):
            counts[label] += len(thing)
            todo += [(part, label) for pair in thing.items() for part in pair]
        elif isinstance(thing, (list, tuple, set, frozenset, deque)):
            counts[label] += len(thing)
            todo += [(part, label) for part in thing]
        elif type(thing).__module__.startswith("wallboard.core") and not callable(thing):
            kind = "Event" if isinstance(thing, _EVENTS) else type(thing).__name__
            counts[kind] += 1
            if kind == "Event":
                counts[f"Event in {label}"] += 1
                continue
            todo += [(value, f"{kind}.{name}") for name, value in _attributes(thing)]
    return counts


def _attributes(thing: object) -> Iterator[tuple[str, object]]:
    names: list[str] = list(getattr(thing, "__dict__", ()))
    for base in type(thing).__mro__:
        slots = base.__dict__.get("__slots__", ())
        names += [slots] if isinstance(slots, str) else list(slots)
        names += base.__dict__.get("__mypyc_attrs__", ())  # a compiled class has no dictionary
    for name in [*names, *getattr(type(thing), "__struct_fields__", ())]:
        value = getattr(thing, name, None)
        if value is not None and not callable(value):
            yield name, value


def resident_mb() -> float:
    """Resident memory of this process, MB. Linux only."""
    return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * _PAGE / 1e6
