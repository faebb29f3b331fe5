"""How PHP writes and reads arrays, which clients of this API know: lists where keys count up, objects elsewhere. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from services.gateway.problems import Problem

MOST_DEPTH = 8
"""Levels of brackets in the name of a form's field. Nothing that a contact can say has so many."""
_NAME = re.compile(r"([^\[\]]*)((?:\[[^\[\]]*\])*)")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_POSITION = re.compile("0|[1-9][0-9]{0,8}")
Key = int | str


def array(pairs: Iterable[tuple[Key, Any]]) -> list[Any] | dict[str, Any]:
    """As `json_encode` writes an array of these pairs: a list if the keys are 0, 1, 2 and so on, else an object.

    An array of nothing is a list.
    """
    found = dict(pairs)
    if list(found) == list(range(len(found))):
        return list(found.values())
    return {str(key): value for key, value in found.items()}


def key_of(text: str) -> Key:
    """A key as PHP keeps it: a number where the text is how that is written."""
    return int(text) if _POSITION.fullmatch(text) else text


def is_true(value: Any) -> bool:
    """Whether PHP takes the value for true, as forms and JSON send it; the words false and off are false too."""
    return bool(value) and str(value).strip().lower() not in ("0", "false", "off", "no")


def parse_form(text: str, most_fields: int) -> dict[Key, Any]:
    """A form, nested as the brackets in its names say: `0[tags][]=a` is `{0: {"tags": {0: "a"}}}`.

    An array stays a mapping from its keys, for only who reads it knows whether it is a list; see `as_list`. Raises Problem 400
    for more fields than `most_fields` and for brackets that do not fit.
    """
    try:
        fields = parse_qsl(text, keep_blank_values=True, max_num_fields=most_fields, errors="strict")
    except ValueError:
        raise Problem(400, "form_invalid", f"The body cannot be read as a form of at most {most_fields} fields.") from None
    found = _Array()
    for name, value in fields:
        _put(found, name, value)
    return found


def as_list(value: Any) -> Any:
    """A list as JSON or as a form sends it; anything else stays as it is."""
    if isinstance(value, Mapping) and list(value) == list(range(len(value))):
        return list(value.values())
    return value


class _Array(dict[Key, Any]):
    """An array that knows the number behind its greatest one: to look for it at each `[]` would take ever longer."""

    following = 0

    def __setitem__(self, key: Key, value: Any) -> None:
        super().__setitem__(key, value)
        if isinstance(key, int) and key >= self.following:
            self.following = key + 1


def _put(found: _Array, name: str, value: str) -> None:
    match = _NAME.fullmatch(name)
    if match is None or not match[1]:
        raise Problem(400, "form_invalid", "The name of a form's field is a word, and what follows it in brackets: 0[email].")
    inner = _BRACKETS.findall(match[2])
    if len(inner) > MOST_DEPTH:
        raise Problem(400, "form_invalid", f"The name of a form's field has at most {MOST_DEPTH} brackets.")
    here = found
    keys = [match[1], *inner]
    for text in keys[:-1]:
        key = here.following if text == "" else key_of(text)
        below = here.get(key)
        if not isinstance(below, _Array):
            below = here[key] = _Array()
        here = below
    here[here.following if keys[-1] == "" else key_of(keys[-1])] = value
