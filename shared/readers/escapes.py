"""Takes the apostrophe off that exports put before a cell which a spreadsheet would run.

Most files have none in front of a cell, and must not be slower for it: one search of the text, and no look at the rows."""

from typing import cast

from shared.contract.formula import unescape
from shared.readers.rows import SourceRow


def has_leading_apostrophe(lines: str, delimiter: str) -> bool:
    """False only if no cell of these whole lines begins with an apostrophe."""
    if "'" not in lines:
        return False
    starts = frozenset(("", delimiter, '"', "\n", "\r"))
    return any(before[-1:] in starts for before in lines.split("'")[:-1])


def unescape_rows(rows: list[SourceRow]) -> None:
    """Changes the cells, all of them text, in place."""
    for _, cells, _ in rows:
        texts = cast("list[str]", cells)
        if [text for text in texts if text[:1] == "'"]:
            cells[:] = map(unescape, texts)
