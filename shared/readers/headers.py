"""What the first line of a CSV file says: its delimiter, and the name of each column.

Counting decides, not statistics: a sniffer that guesses from the data calls some comma files space-separated."""

import csv
import re

from shared.contract.formula import unescape
from shared.readers.limits import MAX_CELL, MAX_COLUMNS
from shared.readers.quotes import Ending, Shape, examine
from shared.readers.rows import Problem, UnreadablePayload
from shared.readers.text import is_sound, showable

_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "vertical bar"}
_QUOTED = re.compile(r'"[^"]*"')
_MAX_LINES = 20


def check_delimiter(delimiter: str) -> str:
    """The delimiter a caller names: any one character that cannot be mistaken for a quote or the end of a line."""
    if len(delimiter) != 1 or delimiter in '"\r\n\0':
        raise UnreadablePayload("format_unsupported", "The delimiter must be a single character, for example ; or a tab.")
    return delimiter


def find_delimiter(lines: list[str], start: int, last: bool) -> str | None:
    """The most frequent candidate outside quotes in the header; a comma where none leads. None: more lines are needed."""
    text = ""
    for line in lines[start : start + _MAX_LINES]:
        text += line
        if text.count('"') % 2 == 0:
            break
    else:
        if not last and len(lines) - start < _MAX_LINES:
            return None
    bare = _QUOTED.sub("", text)
    counts = {delimiter: bare.count(delimiter) for delimiter in _DELIMITERS}
    most = max(counts.values())
    leaders = [delimiter for delimiter, count in counts.items() if count == most]
    return leaders[0] if len(leaders) == 1 else ","


def delimiter_warning(delimiter: str) -> Problem:
    return Problem("delimiter_detected", f"The columns were told apart by a {_DELIMITERS[delimiter]}, as in the first line.")


class Header:
    """The names of the columns, trimmed, each of them filled and different, and what had to be done for that."""

    def __init__(self, written: list[str], warnings: list[Problem]) -> None:
        if len(written) > MAX_COLUMNS:
            words = f"The first line names {len(written):,} columns, more than {MAX_COLUMNS}. Is the delimiter the right one?"
            raise UnreadablePayload("too_many_columns", words)
        self.names: list[str] = []
        self.warnings = warnings
        taken = {name.strip() for name in written}
        used: set[str] = set()
        for number, name in enumerate(written, start=1):
            used.add(self._name(number, name, used, taken))

    def _name(self, number: int, written: str, used: set[str], taken: set[str]) -> str:
        if not is_sound(written):
            written = showable(written)
            self.warnings.append(
                Problem("bad_bytes", f"The name of column {number} holds bytes that cannot be read: '{written[:80]}'.")
            )
        wanted = written.strip() or f"column {number}"
        name, copy = wanted, 1
        while name in used or (copy > 1 and name in taken):
            copy += 1
            name = f"{wanted} ({copy})"
        if copy > 1:
            words = f"Column {number} has the same name as an earlier one, '{wanted[:80]}', and was read as '{name[:90]}'."
            self.warnings.append(Problem("duplicate_header", words))
        self.names.append(name)
        return name


def read_header(
    lines: list[str], start: int, delimiter: str, last: bool, formula_escape: bool = False
) -> tuple[Header, int] | None:
    """The header and the index after it. None: more lines are needed."""
    first = lines[start]
    if len(first) > MAX_CELL * 4:
        raise UnreadablePayload("not_text", "The first line is far too long to name columns. Is this a CSV file?")
    # A width of one: how wide a row is, and so what looks like one, is only known after this.
    ending, after, *_ = examine(lines, start, Shape(delimiter, 1), last)
    if ending is Ending.MORE:
        return None
    if after - start > _MAX_LINES:
        ending, after = Ending.UNCLOSED, start + 1
    if ending is Ending.CLOSED:
        try:
            written = next(csv.reader(lines[start:after], delimiter=delimiter))
            return Header([unescape(name) for name in written] if formula_escape else written, []), after
        except csv.Error as error:
            raise UnreadablePayload("not_text", f"The first line cannot be read as names of columns: {error}.") from error
    words = "A quote in the first line has no partner. The line was read as if it had no quotes at all."
    bare = "".join(lines[start:after]).rstrip("\r\n").replace('"', "")
    return Header(bare.split(delimiter), [Problem("unclosed_quote", words)]), after
