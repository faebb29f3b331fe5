"""From a payload that names contacts, or from a selection of them, to rows on their way into chunks. Reads either once."""

from collections.abc import AsyncIterator, Sequence
from contextlib import aclosing
from typing import Any

import msgspec

from services.lists.naming import Naming, is_headless, naming_of, need_column
from shared.contacts.matching import key_text
from shared.contacts.patch import FieldBook
from shared.contract.bulk_options import ChangeOptions
from shared.jobs.job import JobRefused, Problem
from shared.jobs.lanes import PlannedRow
from shared.jobs.planning import ChunkSink
from shared.payloads import PayloadRows
from shared.readers import SourceRow

ROW_BYTES = 4_000_000
_encode = msgspec.msgpack.Encoder().encode


class Planner:
    """Plans one payload."""

    def __init__(self, payload: PayloadRows, options: ChangeOptions, fields: FieldBook, row_limit: int) -> None:
        self._payload = payload
        self._options = options
        self._fields = fields
        self._row_limit = row_limit
        self._known_columns = -1
        self._is_headless = False
        self.naming = Naming(options.match)

    @property
    def columns(self) -> list[str]:
        """The headings, once the payload has been read."""
        return [self._options.match] if self._is_headless else list(self._payload.columns)

    @property
    def warnings(self) -> list[Problem]:
        """What the reader noticed."""
        return [Problem(warning.code, warning.message) for warning in self._payload.warnings]

    async def run(self, sink: ChunkSink) -> None:
        """Hand every row to the sink. Raises JobRefused and UnreadablePayload before anything else is written."""
        async with aclosing(aiter(self._payload)) as lists:
            async for rows in lists:
                await self._add(sink, rows)
        await self._add(sink, [])
        if sink.rows or self.columns:
            need_column(self.naming, self.columns, self._options)

    async def _add(self, sink: ChunkSink, rows: Sequence[SourceRow]) -> None:
        columns = self._payload.columns
        if len(columns) != self._known_columns:
            self.naming = naming_of(columns, self._options, self._fields, is_table=self._payload.is_table)
            if self._known_columns <= 0 and self._payload.is_table and is_headless(columns, self._options):
                # The number of a row of Parquet is its place, from 1: there is no line for a header that is none.
                self._is_headless = not rows or rows[0].line > 1
                rows = [SourceRow(1, [columns[0]], None), *rows] if self._is_headless else rows
            self._known_columns = len(columns)
        await sink.add([self._planned(row) for row in rows])
        if sink.rows > self._row_limit:
            raise JobRefused("too_many_rows", f"The payload has more than {self._row_limit} rows. Split it into smaller files.")

    def _planned(self, row: SourceRow) -> PlannedRow:
        cell = self.naming.cell(row.cells)
        code, message = (row.problem.code, row.problem.message) if row.problem else (None, None)
        content = _encode((row.line, row.cells, code, message))
        if len(content) > ROW_BYTES:
            cells = [str(cell)[:100] for cell in row.cells[:50]]
            content = _encode((row.line, cells, "row_too_long", f"The row is longer than {ROW_BYTES} bytes."))
        return PlannedRow(row.line, "" if cell is None else key_text(self.naming.match, cell), content)


async def plan_numbers(sink: ChunkSink, numbers: AsyncIterator[Sequence[int]]) -> None:
    """Hand these numbers to the sink, as rows that are counted from 1."""
    async for found in numbers:
        await sink.add([_numbered(line, number) for line, number in enumerate(found, sink.rows + 1)])


def _numbered(line: int, number: Any) -> PlannedRow:
    return PlannedRow(line, str(number), _encode((line, number)))
