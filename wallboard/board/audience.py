"""Who may see what: the pages and screens a rule is for, and what a page tells of people."""

from typing import get_args

from msgspec.structs import replace

from wallboard.board.spec import BoardSpec, Names, RuleSpec, ScreenSpec

_SEEN = ("tile", "page")
"""Actions that need a screen; the others are of the whole machine."""
_NAMES: tuple[Names, ...] = get_args(Names)


def names_on(board: BoardSpec, page: int) -> Names:
    """What a page (from 0) tells of people: what the board does, or less."""
    own = board.pages[page].names or board.names
    return own if private(own, board.names) else board.names


def private(names: Names, other: Names) -> bool:
    """Whether the first tells no more of people than the second."""
    return _NAMES.index(names) >= _NAMES.index(other)


def on_screen(board: BoardSpec, screen: ScreenSpec) -> BoardSpec:
    """What one of its screens shows of a board: some pages, and of the rules what is for them.

    The rules stay as many and in their order, so that alerts of the whole board can be looked up in them.
    """
    numbers = tuple(page for page in screen.pages if page <= len(board.pages))
    numbers = numbers or tuple(range(1, len(board.pages) + 1))
    pages = tuple(board.pages[number - 1] for number in numbers)
    return replace(board, pages=pages, rules=tuple(_there(rule, screen.name, numbers) for rule in board.rules))


def stands_on(rule: RuleSpec, page: int) -> bool:
    """Whether alerts of the rule stand on the tiles of a page (from 0)."""
    return "tile" in rule.actions and (not rule.pages or page + 1 in rule.pages)


def acts(rule: RuleSpec) -> bool:
    """Whether the rule does anything that needs no screen."""
    return bool(rule.webhook) or any(action not in _SEEN for action in rule.actions)


def _there(rule: RuleSpec, screen: str | int, numbers: tuple[int, ...]) -> RuleSpec:
    """The rule in the screen's own page numbers; without what is to be seen where it is not for this screen."""
    pages = tuple(numbers.index(page) + 1 for page in rule.pages if page in numbers)
    if (rule.screens and screen not in rule.screens) or (rule.pages and not pages):
        return replace(rule, pages=(), actions=tuple(one for one in rule.actions if one not in _SEEN))
    return replace(rule, pages=pages)
