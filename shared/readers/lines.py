"""Whole physical lines out of text that comes in parts. Only \\n, \\r\\n and \\r end a line, as spreadsheets understand it.

An endless line is not collected: of a line over the limit only a beginning longer than the limit is kept."""

import io
import re
from collections.abc import Iterator

from shared.readers.limits import MAX_RECORD, MIN_BLANK_RUN

_MARKS = tuple(end * MIN_BLANK_RUN for end in ("\n", "\r\n", "\r"))
_RUN = re.compile(r"(?:\A|(?<=\n)|(?<=\r)(?!\n))[\r\n]{" + str(MIN_BLANK_RUN) + r",}+")


def split_lines(text: str) -> list[str]:
    """The lines with their ends. (`str.splitlines` would also split at form feeds and other separators.)"""
    return list(io.StringIO(text, newline=""))


def blank_runs(text: str) -> Iterator[tuple[int, int]]:
    """Where long runs of blank lines begin and end, in whole lines."""
    if any(mark in text for mark in _MARKS):  # a hundredth of the time of the search
        yield from (found.span() for found in _RUN.finditer(text))


def count_lines(text: str) -> int:
    """How many lines `split_lines` would make of a text that ends with one."""
    return text.count("\n") + text.count("\r") - text.count("\r\n")


class Lines:
    """Holds the unfinished last line back until its end has come."""

    def __init__(self) -> None:
        self._tail = ""

    def before(self, text: str) -> int:
        """How many lines end in what is held and in `text`, the beginning of what comes next. A carriage return ends one."""
        return count_lines(self._tail + text)

    def whole(self, text: str, last: bool) -> str:
        """Everything up to the end of the last finished line; the rest stays for the next call."""
        text = self._tail + text
        cut = len(text) if last else max(text.rfind("\n"), text.rfind("\r")) + 1
        self._tail = text[cut : cut + MAX_RECORD + 1]
        return text[:cut]
