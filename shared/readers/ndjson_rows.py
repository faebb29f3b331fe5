"""NDJSON: one object a line. Blank lines are skipped, a bad line is a row with a problem; nothing refuses the payload."""

from typing import Any

import msgspec

from shared.readers.checks import row_too_long
from shared.readers.limits import MAX_CELL, MAX_RECORD
from shared.readers.lines import Lines, split_lines
from shared.readers.objects import Objects
from shared.readers.rows import Problem, SourceRow, UnreadablePayload

_decode = msgspec.json.Decoder().decode


class NdjsonRows:
    """The parser for JSON lines."""

    def __init__(self) -> None:
        self.warnings: list[Problem] = []
        self.options: dict[str, Any] | None = None
        self._objects = Objects()
        self.columns = self._objects.columns
        self._lines = Lines()
        self._number = 0
        self._is_empty = True
        self.mark_line: int | None = None

    def feed(self, text: str, last: bool, mark: int | None = None) -> list[SourceRow]:
        rows: list[SourceRow] = []
        number = self._number
        if mark is not None:
            self.mark_line = number + self._lines.before(text[:mark]) + 1
        try:
            for line in split_lines(self._lines.whole(text, last)):
                number += 1
                if not line.isspace():
                    rows.append(self._row(number, line))
        except UnreadablePayload as problem:
            problem.rows = rows
            raise
        self._number = number
        self._is_empty = self._is_empty and not rows
        if last and self._is_empty:
            raise UnreadablePayload("empty_file", "The file is empty.")
        return rows

    def _row(self, number: int, line: str) -> SourceRow:
        if len(line) > MAX_RECORD:
            return SourceRow(number, [], row_too_long(number))
        try:
            value = _decode(line)
        except msgspec.DecodeError as error:
            return _invalid(number, "invalid_json", f"is not valid JSON: {error}")
        except RecursionError:
            return _invalid(number, "too_deep", "is nested too deeply")
        except UnicodeEncodeError as error:
            return _invalid(number, "bad_bytes", f"holds a byte that is not in the file's encoding, at character {error.start + 1}")
        is_plain = len(line) <= MAX_CELL and "\\u" not in line
        return self._objects.row(number, value, f"Line {number}", is_plain)


def _invalid(number: int, code: str, words: str) -> SourceRow:
    return SourceRow(number, [], Problem(code, f"Line {number} {words}."))
