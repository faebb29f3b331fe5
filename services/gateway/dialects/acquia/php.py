"""How PHP writes and reads arrays, which clients of this API know: lists where keys count up, objects elsewhere. Pure."""

import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import unquote_to_bytes

from services.gateway.problems import Problem

MOST_DEPTH = 8
"""Levels of brackets in the name of a form's field. Nothing that a query can say has so many."""
FIELD_BYTES = 1024 * 1024
"""Of a field as it is sent, with its name. Longer than anything that is kept, however it is escaped."""
_FIELD = re.compile(rb"[^&]+")
_NAME = re.compile(r"([^\[\]]*)((?:\[[^\[\]]*\])*)")
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_POSITION = re.compile("0|[1-9][0-9]{0,8}")
Key = int | str


class TooManyItems(Exception):
    """A form has more keys on its uppermost level than whoever reads it takes."""


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


def parse_form(
    text: str | bytes | bytearray, most_fields: int, *, most_items: int | None = None, most_depth: int = MOST_DEPTH
) -> dict[Key, Any]:
    """A form, nested as the brackets in its names say: `0[tags][]=a` is `{0: {"tags": {0: "a"}}}`.

    An array stays a mapping from its keys, for only who reads it knows whether it is a list; see `as_list`. Nothing beyond a
    limit is built. Raises TooManyItems, and Problem 400 for more fields than `most_fields`, of which an array is one too, for
    one of more than FIELD_BYTES, and for brackets that do not fit.
    """
    form = _Form(most_fields, most_items, most_depth)
    for found in _FIELD.finditer(text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text):
        if found.end() - found.start() > FIELD_BYTES:
            raise _invalid(f"A form's field has at most {FIELD_BYTES:,} bytes, as they are sent.")
        name, _, value = found[0].partition(b"=")
        try:
            form.put(_plain(name), _plain(value))
        except UnicodeDecodeError:
            raise _invalid("The body cannot be read as a form in UTF-8.") from None
    return form.found


def as_list(value: Any) -> Any:
    """A list as JSON or as a form sends it; anything else stays as it is."""
    if isinstance(value, Mapping) and list(value) == list(range(len(value))):
        return list(value.values())
    return value


class _Array(dict[Key, Any]):
    """An array that knows the number behind its greatest one: to look for it at each `[]` would take ever longer."""

    __slots__ = ("following",)

    def __init__(self) -> None:
        super().__init__()
        self.following = 0

    def __setitem__(self, key: Key, value: Any) -> None:
        super().__setitem__(key, value)
        if isinstance(key, int) and key >= self.following:
            self.following = key + 1


class _Form:
    """A form on its way into arrays, which counts what it takes in: arrays need many times the room of their names."""

    def __init__(self, most_fields: int, most_items: int | None, most_depth: int) -> None:
        self.found = _Array()
        self._most_fields = most_fields
        self._most_items = most_items
        self._most_depth = most_depth
        self._count = 0

    def put(self, name: str, value: str) -> None:
        """Raises as `parse_form` does."""
        here = self.found
        *way, last = self._keys(name)
        for text in way:
            key = here.following if text == "" else key_of(text)
            below = here.get(key)
            if not isinstance(below, _Array):
                below = _Array()
                self._add(here, key, below)
            here = below
        self._add(here, here.following if last == "" else key_of(last), value)

    def _keys(self, name: str) -> list[str]:
        match = _NAME.fullmatch(name)
        if match is None or not match[1]:
            raise _invalid("The name of a form's field is a word, and what follows it in brackets: 0[email].")
        inner = _BRACKETS.findall(match[2])
        if len(inner) > self._most_depth:
            raise _invalid(f"The name of a form's field has at most {self._most_depth} brackets.")
        return [match[1], *inner]

    def _add(self, here: _Array, key: Key, value: Any) -> None:
        if here is self.found and len(here) == self._most_items and key not in here:
            raise TooManyItems
        self._count += 1
        if self._count > self._most_fields:
            raise _invalid(f"A form has at most {self._most_fields:,} fields, and an array in it is one too.")
        here[key] = value


def _plain(written: bytes) -> str:
    return unquote_to_bytes(written.replace(b"+", b" ")).decode()


def _invalid(detail: str) -> Problem:
    return Problem(400, "form_invalid", detail)
