"""CSV: the standard library's reader in bulk, with a second look at every record that is not plainly well formed.

Line numbers are those of the file. No damage to one record costs another one: see `quotes`."""

import csv
import re
from itertools import islice, repeat
from typing import Any

from shared.readers.checks import cell_too_long, check_record, damaged_row, row_too_long, stray_quote, unclosed_quote
from shared.readers.escapes import has_leading_apostrophe, unescape_rows
from shared.readers.headers import check_delimiter, delimiter_warning, find_delimiter, read_header
from shared.readers.limits import (
    IMPATIENT_OPEN_QUOTE,
    MAX_CELL,
    MAX_OPEN_QUOTE,
    MAX_RECORD,
    PATIENCE_LINES,
    PATIENCE_PER_LINE,
)
from shared.readers.lines import Lines, blank_runs, count_lines, split_lines
from shared.readers.quotes import Ending, Shape, examine, is_plainly_closed
from shared.readers.rows import Problem, SourceRow, UnreadablePayload
from shared.readers.text import is_sound

_EXCEL_HINT = re.compile(r"sep=(.)[\r\n]*", re.IGNORECASE)
_WINDOW = 64  # lines: after trouble, little is read at once, lest a file full of it be read many times over
_WIDEST_WINDOW = 65_536
_new_row = tuple.__new__  # a third of the time of calling the class


class CsvRows:
    """The parser for delimited text. `_held` are whole lines of a record that has not ended yet."""

    def __init__(self, delimiter: str | None, formula_escape: bool = False) -> None:
        self.columns: list[str] = []
        self.warnings: list[Problem] = []
        self.options: dict[str, Any] | None = None
        self._delimiter = check_delimiter(delimiter) if delimiter else None
        self._formula_escape = formula_escape
        self._may_be_escaped = False
        self._shape: Shape | None = None
        self._lines = Lines()
        self._held: list[str] = []
        self._first = 1  # the number of the first held line
        self._unclosed = 0
        self._spent = 0
        self._window = _WINDOW
        self._bulk_pays = True
        self.mark_line: int | None = None

    def feed(self, text: str, last: bool, mark: int | None = None) -> list[SourceRow]:
        if mark is not None:
            self.mark_line = self._first + len(self._held) + self._lines.before(text[:mark])
        whole = self._lines.whole(text, last)
        rows: list[SourceRow] = []
        at = 0
        for start, end in blank_runs(whole):
            if at < start:
                rows += self._read(whole[at:start], last=False)
            at = start
            if self._held:  # it may be the blank lines that they wait for
                break
            self._first += count_lines(whole[start:end])
            at = end
        if at < len(whole) or last:
            rows += self._read(whole[at:], last)
        if last:
            self._finish()
        return rows

    def _read(self, whole: str, last: bool) -> list[SourceRow]:
        """The rows of these whole lines and of those held."""
        part = _Part(self._held + split_lines(whole), is_sound(whole) and all(map(is_sound, self._held)), last)
        rows: list[SourceRow] = []
        at = 0 if self._shape else self._read_header(part)
        if self._shape:
            at = self._read_rows(part, at, self._shape, rows)
            if self._formula_escape:
                self._unescape(whole, rows, self._shape)
        self._held = part.lines[at:]
        self._first += at
        return rows

    def _unescape(self, whole: str, rows: list[SourceRow], shape: Shape) -> None:
        """Looks at the cells only where the text has an apostrophe in front of one. Of held lines it knows from the call before."""
        self._may_be_escaped = has_leading_apostrophe(whole, shape.delimiter) or (bool(self._held) and self._may_be_escaped)
        if self._may_be_escaped:
            unescape_rows(rows)

    def _finish(self) -> None:
        if self._shape is None:
            raise UnreadablePayload("empty_file", "The file is empty.")
        if self._unclosed:
            words = (
                f"{self._unclosed:,} rows open a quote that is never closed; the lines after them were read as rows of their own."
            )
            self.warnings.append(Problem("replayed_unclosed_quote", words))

    def _read_header(self, part: "_Part") -> int:
        """The index of the first line after the header, or of the first line that is still needed to read it."""
        at = _skip_blank(part.lines, 0)
        hint = _EXCEL_HINT.fullmatch(part.lines[at]) if at < len(part.lines) else None
        if hint:
            self._delimiter = self._delimiter or check_delimiter(hint[1])
            at = _skip_blank(part.lines, at + 1)
        if at == len(part.lines):
            return at
        delimiter = self._delimiter or find_delimiter(part.lines, at, part.last)
        found = read_header(part.lines, at, delimiter, part.last, self._formula_escape) if delimiter else None
        if delimiter is None or found is None:
            return at
        header, after = found
        if self._delimiter is None and delimiter != ",":
            self.warnings.append(delimiter_warning(delimiter))
        self.columns = header.names
        self.warnings += header.warnings
        self._shape = Shape(delimiter, len(header.names))
        return after

    def _read_rows(self, part: "_Part", at: int, shape: Shape, rows: list[SourceRow]) -> int:
        """Adds the rows of the lines from `at` on; returns the index of the first line that has to wait for more."""
        if self._bulk_pays:
            in_bulk = self._in_bulk(part, at, shape)
            if in_bulk is not None:
                rows += in_bulk
                return len(part.lines)
        # Where one record spans lines others do: the next part is not read twice. Only the speed depends on this.
        start = at
        while at < len(part.lines):
            stop = self._short_of_mark(at, part.stop(at, self._window))
            done = self._one_by_one(part, at, stop, shape, rows)
            is_doubtful = done < stop or stop == at  # a line over the limit stands at `stop`
            self._window = _WINDOW if is_doubtful else min(self._window * 2, _WIDEST_WINDOW)
            at = self._doubtful(part, done, shape, rows) if is_doubtful else done
            if is_doubtful and at == done:
                break
        self._bulk_pays = len(rows) == at - start
        return at

    def _in_bulk(self, part: "_Part", at: int, shape: Shape) -> list[SourceRow] | None:
        """All rows at once, when every record is well formed and stands on one line."""
        if part.longest > MAX_RECORD:
            return None
        reader = csv.reader(islice(part.lines, at, None), delimiter=shape.delimiter, strict=True)
        try:
            records = list(reader)
        except csv.Error:
            return None
        if reader.line_num != len(records):
            return None
        first = self._first + at
        numbers = range(first, first + len(records))
        if part.is_plain and set(map(len, records)) == {shape.width}:
            return [_new_row(SourceRow, row) for row in zip(numbers, records, repeat(None), strict=False)]
        return [self._row(number, cells, part, shape) for number, cells in zip(numbers, records, strict=True) if cells]

    def _one_by_one(self, part: "_Part", at: int, stop: int, shape: Shape, rows: list[SourceRow]) -> int:
        """Adds rows up to the first doubtful record, or to `stop`; returns the index of the first line not used."""
        reader = csv.reader(part.lines[at:stop], delimiter=shape.delimiter, strict=True)
        done = at
        try:
            for cells in reader:
                end = at + reader.line_num
                if end - done == 1 and part.is_plain and len(cells) == shape.width:
                    rows.append(_new_row(SourceRow, (self._first + done, cells, None)))
                elif end - done > 1 and not self._is_closed(part, done, end, shape):
                    break
                elif cells:
                    rows.append(self._row(self._first + done, cells, part, shape))
                done = end
        except csv.Error:
            pass  # says little and not reliably where; `_doubtful` looks for itself
        return done

    def _row(self, line: int, cells: list[str], part: "_Part", shape: Shape) -> SourceRow:
        if part.is_sound and len(cells) <= shape.width and max(map(len, cells)) <= MAX_CELL:
            return _new_row(SourceRow, (line, cells, None))
        return check_record(line, cells, self.columns, shape.delimiter)

    def _doubtful(self, part: "_Part", at: int, shape: Shape, rows: list[SourceRow]) -> int:
        """Adds the row with a problem that begins at `at`; returns the index after it, or `at` when more lines are needed."""
        line = self._first + at
        if len(part.lines[at]) > MAX_RECORD:
            rows.append(damaged_row(line, part.lines[at], shape.delimiter, row_too_long(line)))
            return at + 1
        ending, after, opened, cost = examine(part.lines, at, shape, part.last, self._most(at))
        if ending is Ending.MORE:
            return at
        if ending is Ending.CLOSED:
            self._pass_mark(line, after - at)
            rows.append(self._closed(part, at, after, shape))
            return after
        self._spent += cost
        self._pass_mark(line, after - at)
        problem = stray_quote(self._first + opened)
        if ending is Ending.UNCLOSED:
            self._unclosed += 1
            problem = unclosed_quote(self._first + opened)
        rows.append(damaged_row(line, "".join(part.lines[at:after]), shape.delimiter, problem))
        return after

    def _short_of_mark(self, at: int, stop: int) -> int:
        """Where to stop reading at once: no record is read across the mark unless it is looked at by itself."""
        if self.mark_line is None or self._first + at >= self.mark_line:
            return stop
        return min(stop, self.mark_line - self._first)

    def _pass_mark(self, line: int, lines: int) -> None:
        """A record that begins before the mark and ends behind it did not end there."""
        if self.mark_line is not None and line < self.mark_line < line + lines:
            self.mark_line = line

    def _closed(self, part: "_Part", at: int, after: int, shape: Shape) -> SourceRow:
        """The row for a record that is well formed: csv saw only a part of it before, or its own limit for a cell was passed."""
        line, lines = self._first + at, part.lines[at:after]
        try:
            cells = next(csv.reader(lines, delimiter=shape.delimiter, strict=True))
        except csv.Error:
            return damaged_row(line, "".join(lines), shape.delimiter, cell_too_long(f"A value on line {line}"))
        return self._row(line, cells, part, shape)

    def _is_closed(self, part: "_Part", start: int, end: int, shape: Shape) -> bool:
        """Whether to believe csv that the record ends there."""
        most = self._most(start)
        if is_plainly_closed(part.lines[start:end], shape, most):
            return True
        return examine(part.lines, start, shape, part.last, most)[:2] == (Ending.CLOSED, end)

    def _most(self, at: int) -> int:
        """How long a quoted cell may be: see `PATIENCE_LINES`."""
        is_patient = self._spent <= PATIENCE_LINES + PATIENCE_PER_LINE * (self._first + at)
        return MAX_OPEN_QUOTE if is_patient else IMPATIENT_OPEN_QUOTE


class _Part:
    """The whole lines at hand."""

    def __init__(self, lines: list[str], is_sound: bool, last: bool) -> None:
        self.lines = lines
        self.is_sound = is_sound
        self.last = last
        self.longest = max(map(len, lines), default=0)
        self.is_plain = is_sound and self.longest <= MAX_CELL

    def stop(self, start: int, window: int) -> int:
        """The index after the next lines to read at once. Stops short of a line that is over the limit of a record."""
        end = min(start + window, len(self.lines))
        if self.longest <= MAX_RECORD:
            return end
        return next((i for i in range(start, end) if len(self.lines[i]) > MAX_RECORD), end)


def _skip_blank(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at
