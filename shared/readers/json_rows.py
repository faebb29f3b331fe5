"""JSON: an array of objects, or {"options": {...}, "contacts": [...]}, read one item at a time as the text arrives.

Never holds more than one unfinished item. (ijson was measured and left out: it is four times slower, and its paths
make 16,000 nested brackets cost 600 MB.)"""

import json
import re
from collections.abc import Callable
from typing import Any

from shared.readers.limits import MAX_CELL, MAX_RECORD
from shared.readers.objects import Objects
from shared.readers.rows import Problem, SourceRow, UnreadablePayload
from shared.readers.text import is_decoded

_SPACE = re.compile(r"[ \t\r\n]*+")
# How far before the end of the text at hand an error may be the mere lack of more: a pair of \u escapes, cut anywhere.
_DOUBT = 16
_MAX_IGNORED = 10


def _refuse_constant(name: str) -> float:
    raise ValueError(name)


_decode = json.JSONDecoder(parse_constant=_refuse_constant).raw_decode


class _MoreNeededError(Exception):
    """The text at hand ends before the current part does."""


class JsonRows:
    """The parser for a JSON document. `_step` is what is expected at `_at`; a step that lacks text is run again later."""

    def __init__(self) -> None:
        self.warnings: list[Problem] = []
        self.options: dict[str, Any] | None = None
        self._objects = Objects()
        self.columns = self._objects.columns
        self._text = ""
        self._at = 0
        self._passed = 0  # characters and line ends before the text at hand
        self._passed_lines = 0
        self._last = False
        self._is_plain = False
        self._items = 0
        self._has_contacts = False
        self._is_bare = True
        self.mark_line: int | None = None
        self._mark: int | None = None  # a place in the text at hand
        self._step: Callable[[list[SourceRow]], None] | None = self._open

    def feed(self, text: str, last: bool, mark: int | None = None) -> list[SourceRow]:
        self._drop_what_is_read()
        self._mark = None if mark is None else len(self._text) + mark
        if mark is not None:
            self.mark_line = self._items + 1
        self._text += text
        self._last = last
        self._is_plain = "\\u" not in self._text and is_decoded(self._text)
        rows: list[SourceRow] = []
        try:
            while self._step:
                self._step(rows)
            self._end()
        except _MoreNeededError:
            if len(self._text) - self._at > MAX_RECORD:
                raise self._too_long() from None
        except UnreadablePayload as problem:
            problem.rows = rows
            raise
        return rows

    def _open(self, rows: list[SourceRow]) -> None:
        at = self._skip(self._at)
        if at == len(self._text) and self._last:
            raise UnreadablePayload("empty_file", "The file is empty.")
        self._is_bare = self._char(at) == "["
        if not self._is_bare and self._char(at) != "{":
            raise self._refusal(at, "expected [ or {")
        self._at = at + 1
        self._step = self._first_item if self._is_bare else self._first_member

    def _first_member(self, rows: list[SourceRow]) -> None:
        at = self._skip(self._at)
        if self._char(at) == "}":
            raise self._refusal(at, 'the object has no list "contacts"')
        self._at, self._step = at, self._member

    def _member(self, rows: list[SourceRow]) -> None:
        start = self._skip(self._at)
        if self._char(start) != '"':
            raise self._refusal(start, "expected a name in quotes")
        key, at = self._value(start)
        if self._char(at) != ":":
            raise self._refusal(at, "expected a colon")
        at = self._skip(at + 1)
        if key == "contacts":
            if self._has_contacts or self._char(at) != "[":
                raise self._refusal(at, '"contacts" is to be one list')
            self._has_contacts = True
            self._at, self._step = at + 1, self._first_item
            return
        value, at = self._value(at)
        self._after(at, "}", self._member)
        self._keep(key, value)

    def _keep(self, key: str, value: Any) -> None:
        if key == "options" and isinstance(value, dict):
            self.options = value
        elif len(self.warnings) < _MAX_IGNORED:
            self.warnings.append(Problem("ignored_member", f"The part '{ascii(key)[1:81]}' of the document was not used."))

    def _first_item(self, rows: list[SourceRow]) -> None:
        at = self._skip(self._at)
        if self._char(at) == "]":
            self._close_list(at + 1)
        else:
            self._at, self._step = at, self._item

    def _item(self, rows: list[SourceRow]) -> None:
        start = self._skip(self._at)
        value, at = self._value(start)
        mark = self._char(at)
        if mark not in ",]":
            raise self._refusal(at, "expected a comma or ]")
        if at - start > MAX_RECORD:
            raise self._too_long()
        self._items += 1
        rows.append(self._objects.row(self._items, value, f"Item {self._items}", self._is_plain and at - start <= MAX_CELL))
        if self._mark is not None and at < self._mark:
            self.mark_line = self._items + 1
        if mark == ",":
            self._at = at + 1
        else:
            self._close_list(at + 1)

    def _close_list(self, at: int) -> None:
        self._at = at
        self._step = None if self._is_bare else self._after_list

    def _after_list(self, rows: list[SourceRow]) -> None:
        self._after(self._skip(self._at), "}", self._member)

    def _after(self, at: int, closing: str, step: Callable[[list[SourceRow]], None]) -> None:
        mark = self._char(at)
        if mark not in ("," + closing):
            raise self._refusal(at, f"expected a comma or {closing}")
        if mark == closing and not self._has_contacts:
            raise self._refusal(at, 'the object has no list "contacts"')
        self._at, self._step = at + 1, (step if mark == "," else None)

    def _end(self) -> None:
        self._at = self._skip(self._at)
        if self._at < len(self._text):
            raise self._refusal(self._at, "expected nothing more")

    def _value(self, at: int) -> tuple[Any, int]:
        """The value that begins at `at` and the place of the first character after it and the space that follows."""
        self._char(at)
        try:
            value, end = _decode(self._text, at)
        except json.JSONDecodeError as error:
            is_cut = error.msg.startswith("Unterminated") or error.pos >= len(self._text) - _DOUBT
            if is_cut and not self._last:
                raise _MoreNeededError from error
            raise self._refusal(error.pos, error.msg) from error
        except RecursionError as error:
            raise self._refusal(at, "nested too deeply") from error
        except ValueError as error:  # a constant that JSON does not know, or a number of thousands of digits
            raise self._refusal(at, "it holds NaN, Infinity or a number of thousands of digits") from error
        if isinstance(value, int | float) and end > len(self._text) - _DOUBT and not self._last:
            raise _MoreNeededError  # "1." and "1e" are read as 1 where the rest is not there yet
        return value, self._skip(end)

    def _skip(self, at: int) -> int:
        found = _SPACE.match(self._text, at)
        return found.end() if found else at

    def _char(self, at: int) -> str:
        if at < len(self._text):
            return self._text[at]
        if self._last:
            raise self._refusal(at, "the document ends too early")
        raise _MoreNeededError

    def _drop_what_is_read(self) -> None:
        self._passed += self._at
        self._passed_lines += self._text.count("\n", 0, self._at)
        self._text, self._at = self._text[self._at :], 0

    def _refusal(self, at: int, words: str) -> UnreadablePayload:
        line = self._passed_lines + self._text.count("\n", 0, at) + 1
        place = f"at character {self._passed + at + 1:,}, on line {line:,}"
        return UnreadablePayload("invalid_json", f"The document is not valid JSON {place}: {words}.")

    def _too_long(self) -> UnreadablePayload:
        words = f"Item {self._items + 1} of the document is longer than {MAX_RECORD:,} characters."
        return UnreadablePayload("record_too_long", words)
