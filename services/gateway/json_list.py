"""The JSON object of a body in which one list may be very long: its items one after the other, and the few other members.

Nothing of the list is built here, and nothing is held of it but the text itself. Pure.
"""

import re
from collections.abc import Callable, Generator, Iterator
from typing import Any

import msgspec

from services.gateway.long_bodies import SHORT_BYTES
from services.gateway.problems import Problem

MOST_DEPTH = 8
"""Levels of objects and lists within an item. Nothing that a contact can say has so many."""
MOST_MEMBERS = 100
"""Beside the list."""
ITEM_BYTES = 1024 * 1024
"""A longer item is none that anything reads: of it only the beginning is looked at."""
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
_decode = msgspec.json.Decoder().decode


class LongList:
    """Reads an object with the list `name`. First run through `items`, then ask for the rest."""

    def __init__(self, text: bytes | bytearray, name: str, *, spelled: Callable[[str], str] = str) -> None:
        """`spelled` makes of a member's name, as it is written, the one by which it is known."""
        self.rest: dict[str, Any] = {}
        """The other members."""
        self.is_given = False
        """True when the list is there."""
        self._text = memoryview(text)
        self._name = name
        self._spelled = spelled
        self._rest_bytes = 0

    def items(self) -> Iterator[Any]:
        """The items of the list, in order. In place of one that is too long comes the beginning of its text.

        The end of an item is found in one step that lets no other thread run: a second and more for one of tens of megabytes.

        Raises Problem: 400 `json_invalid`, also for what is nested too deeply; 413 `options_too_large` for long other members.
        """
        start = len(_BYTE_ORDER_MARK) if self._text[:3] == _BYTE_ORDER_MARK else 0
        at = self._expect(_OPENING, start).end()
        if self._byte(at) == b"}":
            self._expect(_END, at + 1)
            return
        closing = b","
        while closing == b",":
            named = self._expect(_NAME, at)
            name, at = self._spelled(_value(named[1])), named.end()
            if name == self._name and self._byte(at) == b"[":
                at = yield from self._list(at)
                found = self._expect(_AFTER, at)
                closing = bytes(found[1])
            else:
                found = self._expect(_MEMBER, at)
                self._keep(name, found[1])
                closing = bytes(found[2])
            at = found.end()
        self._expect(_END, at)

    def _list(self, at: int) -> Generator[Any, None, int]:
        """The items of the list that begins here; returns the place behind it."""
        if self.is_given:
            raise _unreadable(f"{self._name} is there twice")
        self.is_given = True
        if empty := _EMPTY.match(self._text, at):
            return empty.end()
        at += 1
        while True:
            found = self._expect(_ITEM, at)
            item = found[1]
            yield _value(item) if len(item) <= ITEM_BYTES else bytes(item[:_SHOWN_BYTES]).decode("utf-8", "replace")
            at = found.end()
            if found[2] == b"]":
                return at

    def _byte(self, at: int) -> bytes:
        return bytes(self._text[at : at + 1])

    def _keep(self, name: str, text: Any) -> None:
        self._rest_bytes += len(text)
        if self._rest_bytes > SHORT_BYTES or len(self.rest) >= MOST_MEMBERS:
            detail = (
                f"Beside {self._name}, the body has more than {SHORT_BYTES} bytes or {MOST_MEMBERS} members. Say the rest briefly."
            )
            raise Problem(413, "options_too_large", detail, field="body")
        self.rest[name] = _value(text)

    def _expect(self, pattern: re.Pattern[bytes], at: int) -> re.Match[Any]:
        found = pattern.match(self._text, at)
        if found is None:
            raise _unreadable(f"what stands at byte {at + 1:,}, or behind it, is not in place")
        return found


def _value(text: Any) -> Any:
    try:
        return _decode(text)
    except (msgspec.DecodeError, ValueError, RecursionError) as error:
        raise _unreadable(str(error)) from None


def _unreadable(words: str) -> Problem:
    return Problem(400, "json_invalid", f"The body cannot be read as JSON in UTF-8: {words}.", field="body")
