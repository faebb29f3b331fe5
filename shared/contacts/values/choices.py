"""Values out of a fixed set: true or false, one choice, several choices. Letter case is ignored; the set's spelling is stored."""

import json
from collections.abc import Callable, Iterable, Sequence

from shared.contacts.values.problem import ValueProblem, shown
from shared.contacts.values.text import as_text, trim

_BOOLEANS = dict.fromkeys(("true", "yes", "y", "1", "on", "t"), True) | dict.fromkeys(("false", "no", "n", "0", "off", "f"), False)
_NAMED = 10


def normalise_boolean(text: str) -> bool:
    """True for true, yes, y, 1, on, t; False for false, no, n, 0, off, f; else `boolean_invalid`."""
    try:
        return _BOOLEANS[text.lower()]
    except KeyError:
        raise ValueProblem("boolean_invalid", f"{shown(text)} is neither true nor false. Write true or false.") from None


def boolean_from_other(cell: object) -> bool:
    """JSON's true and false, and the numbers 1 and 0."""
    if isinstance(cell, (bool, int, float)) and cell in (0, 1):
        return bool(cell)
    raise ValueProblem("boolean_invalid", f"{shown(cell)} is neither true nor false. Write true or false.")


def choice_from_text(choices: Sequence[str]) -> Callable[[str], str]:
    """A function from a text to the choice that it names, in the choice's own spelling; else `choice_unknown`.

    An exact match comes first, so that two choices that differ in letter case only can both be named.
    """
    folded = {choice.casefold(): choice for choice in reversed(choices)} | {choice: choice for choice in choices}

    def choose(text: str) -> str:
        found = folded.get(text) or folded.get(text.casefold())
        if found is None:
            raise ValueProblem("choice_unknown", f"{shown(text)} is not one of the choices. {_listed(choices)}")
        return found

    return choose


def choices_from_text(choices: Sequence[str]) -> Callable[[str], list[str] | None]:
    """As `choice_from_text` for several, separated by | or ; (the first of them that occurs), each once, in the order written.

    A text that is one choice as a whole is that one; a JSON list is read first, as in `split_list`.
    """
    choose = choice_from_text(choices)
    whole = {choice.casefold() for choice in choices}

    def choose_all(text: str) -> list[str] | None:
        is_one = text.casefold() in whole and _json_list(text) is None
        return unique(map(choose, [text] if is_one else split_list(text, "|;"))) or None

    return choose_all


def choices_from_other(choices: Sequence[str]) -> Callable[[object], list[str] | None]:
    """The choices that a JSON list names; an empty list is blank. A single value counts as a list of one."""
    choose = choice_from_text(choices)

    def choose_all(cell: object) -> list[str] | None:
        return unique(map(choose, texts_of(cell))) or None

    return choose_all


def texts_of(cell: object) -> list[str]:
    """The trimmed, non-blank texts of a JSON list, or of a single value."""
    items = cell if isinstance(cell, (list, tuple)) else (cell,)
    return [text for text in (trim(as_text(item)) for item in items) if text]


def split_list(text: str, separators: str) -> list[str]:
    """The trimmed, non-blank parts of a text, split at the first of the separators that occurs in it.

    Only one kind separates, so `a, b|c` holds "a, b" and "c", and a trailing "|" keeps a lone "a, b" whole. A JSON list of
    texts, `["a|b", "c"]`, is what it says: so exports write what no separator can keep apart.
    """
    parts = _json_list(text)
    if parts is None:
        separator = next((mark for mark in separators if mark in text), None)
        parts = text.split(separator) if separator else [text]
    return [part for part in map(trim, parts) if part]


def join_list(items: Sequence[str], read: Callable[[str], Sequence[str] | None]) -> str:
    """The text that `read` (such as `split_list`) turns into these trimmed, non-blank items: `a|b`, or else a JSON list."""
    plain = "|".join(items)
    try:
        is_read_back = read(plain) == items
    except ValueProblem:
        is_read_back = False
    return plain if is_read_back else json.dumps(items, ensure_ascii=False)


def unique(items: Iterable[str]) -> list[str]:
    """Each item once, in the order of its first mention."""
    return list(dict.fromkeys(items))


def _json_list(text: str) -> list[str] | None:
    if text[:2] != '["' or text[-2:] != '"]':
        return None
    try:
        items = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return items if all(isinstance(item, str) for item in items) else None


def _listed(choices: Sequence[str]) -> str:
    if not choices:
        return "The field has none: add it to the field first."
    named = ", ".join(shown(choice)[1:-1] for choice in choices[:_NAMED])
    more = f" and {len(choices) - _NAMED} more" if len(choices) > _NAMED else ""
    return f"Choose from: {named}{more}."
