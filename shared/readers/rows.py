"""What every reader gives: rows with their place in the source, problems in words, and the refusal of a whole payload.

Nothing here knows a format. ABSENT must stay distinct from "" and None: it changes nothing where an empty cell might."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final, NamedTuple, Protocol

Cell = str | bytes | int | float | bool | list[Any] | dict[str, Any] | None

ABSENT: Final = b""
"""As a cell: this row has no value for this column at all. A row that is shorter than the header ends in absent cells."""


@dataclass(frozen=True, slots=True)
class Problem:
    """Something a person should know: a stable code, and words to act on."""

    code: str
    message: str


class SourceRow(NamedTuple):
    """One record of the payload.

    `line` is the number, from 1, of the record's first physical line (CSV, NDJSON) or of the item (JSON array).
    A row with a problem is to be rejected; its cells are there to be shown, cut and made printable where need be.
    """

    line: int
    cells: list[Cell]
    problem: Problem | None


class UnreadablePayload(Exception):
    """The payload as a whole cannot be read: the job is refused before anything is written."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.rows: list[SourceRow] = []
        """The rows in front of what cannot be read, as far as they were not given yet."""


class Reader(Protocol):
    """Bytes in, rows out. The rows, columns and warnings depend on the bytes alone, never on how they were split."""

    @property
    def columns(self) -> list[str]:
        """Header names, trimmed. JSON and NDJSON: the keys in first-seen order, growing while rows are read."""

    @property
    def is_table(self) -> bool:
        """True for formats whose columns stand in a header and whose cells are plain text; known once there are rows."""

    @property
    def warnings(self) -> list[Problem]:
        """What the reader noticed about the payload as a whole; complete after `close`."""

    @property
    def options(self) -> dict[str, Any] | None:
        """The `options` object of a JSON document, if it has one; certain after `close`."""

    def feed(self, block: bytes) -> Iterator[list[SourceRow]]:
        """Read a block. To be run through to its end before the next call: it inflates and parses as it is asked.

        Gives a list for each piece of bounded size, and an empty one where a piece has no row.
        """

    @property
    def mark_line(self) -> int | None:
        """Of the rows given last and of all before them, those from this line on did not end at the mark; None before it.

        Of an item of a list, what follows it belongs to it: a comma or the bracket.
        """

    def mark(self) -> None:
        """Remember that what was fed so far ends here. Once; it changes nothing about the rows."""

    def close(self) -> list[SourceRow]:
        """End of input: the last rows."""


class Parser(Protocol):
    """The part of a reader that knows one format: characters in, rows out."""

    columns: list[str]
    warnings: list[Problem]
    options: dict[str, Any] | None
    mark_line: int | None

    def feed(self, text: str, last: bool, mark: int | None = None) -> list[SourceRow]:
        """Parse the next characters; `last` says that none follow, `mark` how many of them stand before the mark."""
