"""Where a CSV record really ends. One lost quote makes a CSV reader swallow hundreds of good rows into one cell.

Looks at one record, line by line, and is asked only about records that span lines or that csv refuses. A verdict depends
on the record's own lines from its first one on, so it is the same however the file arrived."""

import re
from enum import Enum
from itertools import islice
from typing import NamedTuple

from shared.readers.limits import FEWEST_INNER_DELIMITERS, FEWEST_INNER_ROWS, MAX_OPEN_LINES, MAX_OPEN_QUOTE

_TO_CLOSING_QUOTE = re.compile(r'[^"]*+(?:""[^"]*+)*+(")?')


class Shape(NamedTuple):
    """What a row of this file looks like."""

    delimiter: str
    width: int


class Ending(Enum):
    CLOSED = "the record is well formed"
    UNCLOSED = "a quote opens and its partner is missing: the lines after it are rows of their own"
    STRAY = "text follows a closing quote on the line where the quote opened"
    MORE = "cannot be said before more lines are there"


class Verdict(NamedTuple):
    """How the record ends, the index after its last line, the index of the line where its (last) quote opens, and how
    many lines it took to find out."""

    ending: Ending
    after: int
    opened: int
    cost: int


class _Line(NamedTuple):
    """One physical line, read from inside a quoted cell or from the start of a record."""

    is_open: bool
    reopened: bool  # the quote that is open at the end was opened on this line
    is_malformed: bool
    has_literal_quote: bool
    delimiters: int


def examine(lines: list[str], start: int, shape: Shape, last: bool, most: int = MAX_OPEN_QUOTE) -> Verdict:
    """The verdict on the record that begins at `lines[start]`; `last` says that no lines follow these.

    A quoted cell of more than `most` characters, or a record of four times as many, counts as never closed.
    """
    record = _Record(shape, start, most)
    for index in range(start, len(lines)):
        verdict = record.take(index, lines[index])
        if verdict:
            return verdict
    return record.unclosed() if last else Verdict(Ending.MORE, start, start, 0)


def is_plainly_closed(lines: list[str], shape: Shape, most: int) -> bool:
    """A quick yes to what `examine` would find CLOSED, for the lines of one record that csv's strict reader accepted."""
    rows = any(_looks_like_a_row(line, shape) for line in islice(lines, 1, None))
    return not rows and sum(map(len, lines)) <= most


class _Record:
    def __init__(self, shape: Shape, start: int, most: int) -> None:
        self._shape = shape
        self._most = most
        self._start = start
        self._opened = start
        self._is_open = False
        self._delimiters = 0
        self._has_literal_quote = False
        self._length = 0
        self._taken = 0
        self._quotes_opened = 0
        self._open_length = 0
        self._rows: list[int] = []  # the indices of later lines that look like rows of their own
        self._blamed: int | None = None

    def take(self, index: int, line: str) -> Verdict | None:
        if index > self._start and _looks_like_a_row(line, self._shape):
            self._rows.append(index)
            if self._blamed is None:
                self._blamed = self._opened
        self._taken += 1
        seen = _scan(line, self._is_open, self._shape.delimiter)
        if seen.is_malformed:
            return self._malformed(index)
        self._note(index, line, seen)
        if not seen.is_open:
            return self._closed(index)
        return self.unclosed() if self._goes_on_too_long(index) else None

    def unclosed(self) -> Verdict:
        line = self._opened if self._blamed is None else self._blamed
        return Verdict(Ending.UNCLOSED, line + 1, line, self._taken)

    def _note(self, index: int, line: str, seen: _Line) -> None:
        if seen.reopened:
            self._opened, self._open_length = index, 0
            self._quotes_opened += 1
        self._is_open = seen.is_open
        self._delimiters += seen.delimiters
        self._has_literal_quote |= seen.has_literal_quote
        self._length += len(line)
        self._open_length += len(line)

    def _malformed(self, index: int) -> Verdict:
        # Read from its own beginning, a malformed line is its own fault; reached from inside a quote, it is that quote's.
        if not self._is_open:
            return Verdict(Ending.STRAY, index + 1, index, self._taken)
        return self.unclosed()

    def _closed(self, index: int) -> Verdict:
        """A record of the right width is believed, unless it is one quoted cell around a number of whole rows."""
        has_right_width = self._delimiters + 1 == self._shape.width and not self._has_literal_quote
        if self._rows and (not has_right_width or self._is_one_cell_around_rows(index)):
            return self.unclosed()
        return Verdict(Ending.CLOSED, index + 1, self._opened, self._taken)

    def _is_one_cell_around_rows(self, index: int) -> bool:
        lines_within = index - self._start - 1
        rows_within = sum(1 for row in self._rows if row < index)
        delimiters_within = rows_within * (self._shape.width - 1)
        is_all_rows = rows_within == lines_within >= FEWEST_INNER_ROWS and delimiters_within >= FEWEST_INNER_DELIMITERS
        return is_all_rows and self._quotes_opened == 1

    def _goes_on_too_long(self, index: int) -> bool:
        lines_after = index - self._start
        is_mostly_rows = lines_after >= MAX_OPEN_LINES and len(self._rows) * 2 > lines_after
        return is_mostly_rows or self._open_length > self._most or self._length > 4 * self._most


def _looks_like_a_row(line: str, shape: Shape) -> bool:
    """As wide as the header, either by plain counting or when read with its quotes."""
    delimiters = line.count(shape.delimiter)
    if shape.width < 2 or delimiters < shape.width - 1:
        return False
    if delimiters == shape.width - 1:
        return True
    if '"' not in line:
        return False
    alone = _scan(line, False, shape.delimiter)
    sound = not (alone.is_open or alone.is_malformed or alone.has_literal_quote)
    return sound and alone.delimiters == shape.width - 1


def _scan(line: str, is_open: bool, delimiter: str) -> _Line:
    """One pass over the cells of a line, with the rules of csv's strict reader."""
    at, delimiters, has_literal_quote, reopened = 0, 0, False, False
    end = len(line.rstrip("\r\n"))
    while True:
        if is_open or line.startswith('"', at):
            quoted = _TO_CLOSING_QUOTE.match(line, at if is_open else at + 1)
            if quoted is None or not quoted[1]:
                return _Line(True, reopened or not is_open, False, has_literal_quote, delimiters)
            is_open, reopened = False, False
            at = quoted.end()
            if at < end and line[at] != delimiter:
                return _Line(False, False, True, has_literal_quote, delimiters)
        else:
            found = line.find(delimiter, at)
            stop = end if found < 0 else found
            has_literal_quote |= '"' in line[at:stop]
            at = stop
        if at >= end:
            return _Line(False, False, False, has_literal_quote, delimiters)
        delimiters += 1
        at += 1
