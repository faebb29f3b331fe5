"""Whole physical lines out of text that comes in parts. Only \\n, \\r\\n and \\r end a line, as spreadsheets understand it.

An endless line is not collected: of a line over the limit only a beginning longer than the limit is kept."""

import io

from shared.readers.limits import MAX_RECORD


def split_lines(text: str) -> list[str]:
    """The lines with their ends. (`str.splitlines` would also split at form feeds and other separators.)"""
    return list(io.StringIO(text, newline=""))


class Lines:
    """Holds the unfinished last line back until its end has come."""

    def __init__(self) -> None:
        self._tail = ""

    def whole(self, text: str, last: bool) -> str:
        """Everything up to the end of the last finished line; the rest stays for the next call."""
        text = self._tail + text
        cut = len(text) if last else max(text.rfind("\n"), text.rfind("\r")) + 1
        self._tail = text[cut : cut + MAX_RECORD + 1]
        return text[:cut]
