"""Which rows of a payload a job takes: those up to a number of rows and a number of bytes. The others are counted. Pure."""

from bisect import bisect_left
from collections.abc import Sequence

from shared.contract.options import ImportOptions
from shared.jobs.job import Problem
from shared.readers import SourceRow


class Dropping:
    """Sees the rows of one payload go by, in order."""

    def __init__(self, options: ImportOptions) -> None:
        self._most_rows = options.most_rows
        self._most_bytes = options.most_bytes
        self._taken = 0
        self._first: int | None = None
        self._reason = ""
        self.dropped = 0
        self.is_cut_short = False
        """True where the rows behind those that the job takes could not be counted to their end."""

    def taken(self, rows: list[SourceRow], mark_line: int | None) -> list[SourceRow]:
        """Those of the next rows that the job takes. Those from `mark_line` on do not end within the bytes that it takes."""
        within = len(rows) if mark_line is None else bisect_left(rows, mark_line, key=lambda row: row.line)
        room = within if self._most_rows is None else min(within, self._most_rows - self._taken)
        taken = rows if room == len(rows) else rows[:room]
        self._taken += room
        if room < len(rows):
            self._drop(rows[room:], is_past_mark=room == within)
        return taken

    @property
    def problem(self) -> Problem | None:
        """What to know about the rows that were dropped; None where none was."""
        if self._first is None:
            return None
        how_many = "1 row was dropped. Send it" if self.dropped == 1 else f"{self.dropped:,} rows were dropped. Send them"
        at_least = "At least " if self.is_cut_short else ""
        words = f"Line {self._first} is the first that was not processed: the job takes {self._reason}. {at_least}{how_many}"
        words = f"{words} in another file."
        return Problem("rows_dropped", words)

    def _drop(self, rows: Sequence[SourceRow], *, is_past_mark: bool) -> None:
        if self._first is None:
            self._first = rows[0].line
            limit = "1 row" if self._most_rows == 1 else f"{self._most_rows or 0:,} rows"
            self._reason = f"what ends within its first {self._most_bytes or 0:,} bytes" if is_past_mark else limit
        self.dropped += len(rows)
