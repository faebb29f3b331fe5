"""JSON bodies that may be very long, item by item: one list of an object with a few other members, or a whole list or object.

Nothing of them is built here as a whole, and nothing is held but the text itself. Pure.
"""

import re
from collections.abc import Callable, Generator, Iterator
from typing import Any, NoReturn

import msgspec

from services.gateway.long_bodies import SHORT_BYTES
from services.gateway.problems import Problem

MOST_DEPTH = 8
"""Levels of objects and lists within an item. Nothing that a contact can say has so many."""
MOST_MEMBERS = 100
"""Beside the list."""
ITEM_BYTES = 1024 * 1024
"""A longer item is none that anything reads: of it only the beginning is looked at."""
NAME_LENGTH = 255
"""Characters in the name of a member whose value is an item."""
_NAME_BYTES = 2 + 12 * NAME_LENGTH
"""As long as such a name can be in the text: quoted, each character a pair of escapes."""
_SHOWN_BYTES = 200
_BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SPACE = rb"[ \t\r\n]*+"
_STRING = rb'"(?:[^"\\]++|\\.)*+"'


def _nested(depth: int) -> bytes:
    within = rb"|" + _nested(depth - 1) if depth else b""
    return rb"[{\[](?:[^\"{}\[\]]++|" + _STRING + within + rb")*+[}\]]"


_VALUE = rb"(" + _nested(MOST_DEPTH) + rb"|" + _STRING + rb"|[^\[\]{}\",\s]++)"
_OPENING = re.compile(_SPACE + rb"\{" + _SPACE, re.DOTALL)
_NAME = re.compile(_SPACE + rb"(" + _STRING + rb")" + _SPACE + rb":" + _SPACE, re.DOTALL)
_MEMBER = re.compile(_VALUE + _SPACE + rb"([,}])", re.DOTALL)
_ITEM = re.compile(_SPACE + _VALUE + _SPACE + rb"([,\]])", re.DOTALL)
_EMPTY = re.compile(rb"\[" + _SPACE + rb"\]", re.DOTALL)
_AFTER = re.compile(_SPACE + rb"([,}])", re.DOTALL)
_END = re.compile(_SPACE + rb"\Z")
_INDENT = re.compile(_SPACE)
_LONE = re.compile(_VALUE + _SPACE + rb"\Z", re.DOTALL)
_decode = msgspec.json.Decoder().decode


class _Text:
    """A JSON text, in which one thing after the other is expected. What is not in place is Problem 400 `json_invalid`."""

    def __init__(self, text: bytes | bytearray) -> None:
        self._text = memoryview(text)
        self.start = len(_BYTE_ORDER_MARK) if self._text[:3] == _BYTE_ORDER_MARK else 0

    def byte(self, at: int) -> bytes:
        """The byte at this place; none behind the end."""
        return bytes(self._text[at : at + 1])

    def expect(self, pattern: re.Pattern[bytes], at: int) -> re.Match[Any]:
        """What the pattern finds at this place."""
        found = pattern.match(self._text, at)
        if found is None:
            raise _unreadable(f"what stands at byte {at + 1:,}, or behind it, is not in place")
        return found

    def items(self, at: int, cut: type[str] = str) -> Generator[Any, None, int]:
        """The items of the list that begins here; returns the place behind it. `cut`: what stands for one that is too long."""
        if empty := _EMPTY.match(self._text, at):
            return empty.end()
        at += 1
        while True:
            found = self.expect(_ITEM, at)
            yield _item(found[1], cut)
            at = found.end()
            if found[2] == b"]":
                return at


class LongList:
    """Reads an object with the list `name`. First run through `items`, then ask for the rest."""

    def __init__(self, text: bytes | bytearray, name: str, *, spelled: Callable[[str], str] = str) -> None:
        """`spelled` makes of a member's name, as it is written, the one by which it is known."""
        self.rest: dict[str, Any] = {}
        """The other members."""
        self.is_given = False
        """True when the list is there."""
        self._text = _Text(text)
        self._name = name
        self._spelled = spelled
        self._rest_bytes = 0

    def items(self) -> Iterator[Any]:
        """The items of the list, in order. In place of one that is too long comes the beginning of its text.

        The end of an item is found in one step that lets no other thread run: a second and more for one of tens of megabytes.

        Raises Problem: 400 `json_invalid`, also for what is nested too deeply; 413 `options_too_large` for long other members.
        """
        text = self._text
        at = text.expect(_OPENING, text.start).end()
        if text.byte(at) == b"}":
            text.expect(_END, at + 1)
            return
        closing = b","
        while closing == b",":
            named = text.expect(_NAME, at)
            name, at = self._spelled(_value(named[1])), named.end()
            if name == self._name and text.byte(at) == b"[":
                at = yield from self._list(at)
                found = text.expect(_AFTER, at)
                closing = bytes(found[1])
            else:
                found = text.expect(_MEMBER, at)
                self._keep(name, found[1])
                closing = bytes(found[2])
            at = found.end()
        text.expect(_END, at)

    def _list(self, at: int) -> Generator[Any, None, int]:
        if self.is_given:
            raise _unreadable(f"{self._name} is there twice")
        self.is_given = True
        return (yield from self._text.items(at))

    def _keep(self, name: str, text: Any) -> None:
        self._rest_bytes += len(text)
        if self._rest_bytes > SHORT_BYTES or len(self.rest) >= MOST_MEMBERS:
            detail = (
                f"Beside {self._name}, the body has more than {SHORT_BYTES} bytes or {MOST_MEMBERS} members. Say the rest briefly."
            )
            raise Problem(413, "options_too_large", detail, field="body")
        self.rest[name] = _value(text)


class Cut(str):
    """The beginning of the text of an item that is longer than any that is read."""

    __slots__ = ()


class LongArray:
    """Reads a list, or an object whose members are the items, whatever they are called."""

    def __init__(self, text: bytes | bytearray) -> None:
        self._text = _Text(text)

    def items(self) -> Iterator[tuple[int | str, Any]]:
        """The items in order, each with its place in the list, from 0, or with the name of its member.

        A name that comes twice is given twice. In place of an item that is too long comes a Cut.
        Raises Problem 400: `json_invalid`, also for what is nested too deeply; `invalid_request` for any other value, and for a
        name of more than NAME_LENGTH characters.
        """
        at = self._text.expect(_INDENT, self._text.start).end()
        match self._text.byte(at):
            case b"[":
                yield from self._list(at)
            case b"{":
                yield from self._object(at)
            case _:
                self._refuse(at)

    def _list(self, at: int) -> Iterator[tuple[int, Any]]:
        place, items = 0, self._text.items(at, Cut)
        while True:
            try:
                item = next(items)
            except StopIteration as end:
                self._text.expect(_END, end.value)
                return
            yield place, item
            place += 1

    def _object(self, at: int) -> Iterator[tuple[str, Any]]:
        text = self._text
        at = text.expect(_OPENING, at).end()
        if text.byte(at) == b"}":
            text.expect(_END, at + 1)
            return
        closing: Any = b","
        while closing == b",":
            named = text.expect(_NAME, at)
            found = text.expect(_MEMBER, named.end())
            yield _name(named[1]), _item(found[1], Cut)
            at, closing = found.end(), found[2]
        text.expect(_END, at)

    def _refuse(self, at: int) -> NoReturn:
        """Something else stands here: a value, or none at all."""
        found = self._text.expect(_LONE, at)
        if len(found[1]) <= ITEM_BYTES:
            _value(found[1])
        raise Problem(
            400, "invalid_request", "The body must be a JSON array, or an object whose members are the items.", field="body"
        )


def _name(text: Any) -> str:
    name = str(_value(text)) if len(text) <= _NAME_BYTES else None
    if name is None or len(name) > NAME_LENGTH:
        detail = (
            f"The name of a member has more than {NAME_LENGTH} characters. Send the items as a JSON array, or name them briefly."
        )
        raise Problem(400, "invalid_request", detail, field="body")
    return name


def _item(text: Any, cut: type[str]) -> Any:
    return _value(text) if len(text) <= ITEM_BYTES else cut(bytes(text[:_SHOWN_BYTES]).decode("utf-8", "replace"))


def _value(text: Any) -> Any:
    try:
        return _decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _unreadable(str(error)) from None


def _unreadable(words: str) -> Problem:
    return Problem(400, "json_invalid", f"The body cannot be read as JSON in UTF-8: {words}.", field="body")
