"""From a payload to rows on their way into chunks: one pass, or three where a rule about duplicates needs to know them first.

What it hands on is a function of the payload, the options and the account's fields alone.
"""

from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any

import msgspec

from services.importer.duplicates import KeyHashes, Repeated
from shared.contacts.mapping import MappingPlan, plan_mapping
from shared.contacts.matching import key_text, path_of_match
from shared.contacts.patch import FieldBook, RowProblem, parse_row
from shared.contract.options import HEAD_BYTES, MENDING_COLUMNS, Duplicates, ImportOptions, options_in_head
from shared.jobs.job import JobRefused, Problem
from shared.jobs.lanes import PlannedRow
from shared.jobs.planning import ChunkSink
from shared.payloads import PayloadRows
from shared.readers import ABSENT, SourceRow

DUPLICATE = "duplicate"
ROW_BYTES = 4_000_000
FIRST_PROBLEMS = 3

Blocks = Callable[[], AsyncIterator[bytes]]
_encode = msgspec.msgpack.Encoder().encode


@dataclass(slots=True)
class Survey:
    """What the quality gate has seen."""

    rows: int = 0
    bad: int = 0
    first: list[str] = field(default_factory=list)

    def add(self, line: int, message: str | None) -> None:
        """Count a row, and its problem if it has one."""
        self.rows += 1
        if message is not None:
            self.bad += 1
            if len(self.first) < FIRST_PROBLEMS:
                self.first.append(f"line {line}: {message}")


class Planner:
    """Plans one payload."""

    def __init__(self, blocks: Blocks, file_name: str, options: ImportOptions, fields: FieldBook, row_limit: int) -> None:
        self._blocks = blocks
        self._file_name = file_name
        self._options = options
        self._fields = fields
        self._row_limit = row_limit
        self._reader = self._open()
        self._mapping = MappingPlan()
        self._mapped_columns = -1
        self._key_column: int | None = None
        self._repeated = Repeated(set())
        self._head_has_options = False
        self.survey = Survey()

    @property
    def columns(self) -> list[str]:
        """The headings, once the payload has been read."""
        return list(self._reader.columns)

    @property
    def warnings(self) -> list[Problem]:
        """What the reader noticed."""
        return [Problem(warning.code, warning.message) for warning in self._reader.warnings]

    async def run(self, sink: ChunkSink) -> MappingPlan:
        """Hand every row to the sink. Raises JobRefused and UnreadablePayload before anything else is written."""
        if self._options.duplicates is not Duplicates.MERGE:
            await self._find_repeated()
        async with aclosing(self._rows()) as found:
            async for rows in found:
                await sink.add([self._planned(row) for row in rows])
                if sink.rows > self._row_limit:
                    words = f"The payload has more than {self._row_limit} rows. Split it into smaller files."
                    raise JobRefused("too_many_rows", words)
        if self._reader.options and not self._head_has_options:
            raise JobRefused(
                "options_late", "The document has `options` behind `contacts`. Put them first, or send them in the query."
            )
        self._map()
        self._check_gate()
        return self._mapping

    def _open(self) -> PayloadRows:
        options = self._options
        return PayloadRows(
            self._noted_blocks,
            file_name=self._file_name,
            format=options.format,
            delimiter=options.delimiter,
            encoding=options.encoding,
            sheet=options.sheet,
            formula_escape=options.formula_escape,
        )

    async def _rows(self) -> AsyncGenerator[list[SourceRow], None]:
        self._reader = self._open()
        self._mapped_columns = -1
        async with aclosing(aiter(self._reader)) as found:
            async for rows in found:
                self._map()
                yield rows
        self._map()

    async def _noted_blocks(self) -> AsyncIterator[bytes]:
        """The blocks of the payload; a look at the first of them tells whether the gateway could see the options."""
        head = b""
        async for block in self._blocks():
            if len(head) < HEAD_BYTES:
                head += block
                self._head_has_options = options_in_head(head) is not None
            yield block

    def _map(self) -> None:
        """Assign the columns known by now; JSON may bring more of them later."""
        columns = self._reader.columns
        if len(columns) == self._mapped_columns:
            return
        self._mapped_columns = len(columns)
        options, is_table = self._options, self._reader.is_table
        given = {**_mending(columns), **(options.mapping or {})}
        if not is_table:
            given = {column: target for column, target in given.items() if column in columns}
        self._mapping = plan_mapping(
            columns,
            given,
            self._fields,
            create_fields=options.create_fields,
            day_first=options.day_first,
            match=options.match,
            nested=not is_table,
        )
        self._key_column = next(
            (index for index, target in self._mapping.targets if target.path == path_of_match(options.match)), None
        )

    def _planned(self, row: SourceRow) -> PlannedRow:
        key = self._key(row.cells)
        code, message = (row.problem.code, row.problem.message) if row.problem else (None, None)
        if code is None and self._repeated:
            winner = self._repeated.winner(key, self._options.duplicates)
            if winner is not None and winner != row.line and self._bad(row.cells) is None:
                code, message = DUPLICATE, f"Line {winner} has the same {self._options.match}."
        if self._options.quality_gate is not None:
            self.survey.add(row.line, message if code else self._bad(row.cells))
        content = _encode((row.line, row.cells, code, message))
        if len(content) > ROW_BYTES:
            cells = [str(cell)[:100] for cell in row.cells[:50]]
            content = _encode((row.line, cells, "row_too_long", f"The row is longer than {ROW_BYTES} bytes."))
        return PlannedRow(row.line, key, content)

    def _key(self, cells: Sequence[Any]) -> str:
        column = self._key_column
        if column is None or column >= len(cells):
            return ""
        cell = cells[column]
        return key_text(self._options.match, cell) if cell is not None and cell != ABSENT else ""

    def _bad(self, cells: Sequence[Any]) -> str | None:
        try:
            patch = parse_row(self._mapping.targets, cells)
        except RowProblem as problem:
            return problem.message
        return None if patch.get(path_of_match(self._options.match)) is not None else f"The row has no {self._options.match}."

    async def _find_repeated(self) -> None:
        """Only good rows compete: one that is going to be rejected must not take the place of one that is not."""
        hashes = KeyHashes()
        async for rows in self._rows():
            hashes.add(self._key(row.cells) for row in rows if row.problem is None)
        self._repeated = hashes.repeated()
        if self._repeated:
            async for rows in self._rows():
                for row in rows:
                    key = self._key(row.cells)
                    if row.problem is None and self._repeated.may_repeat(key) and self._bad(row.cells) is None:
                        self._repeated.add(key, row.line)

    def _check_gate(self) -> None:
        gate, survey = self._options.quality_gate, self.survey
        if gate is None or survey.bad <= gate * survey.rows:
            return
        first = "; ".join(survey.first)
        raise JobRefused(
            "quality_gate",
            f"{survey.bad} of {survey.rows} rows are bad, more than the {gate:.1%} that the quality gate allows. Nothing was "
            f"written. "
            f"First problems: {first}",
        )

    def map_again(self, fields: FieldBook) -> MappingPlan:
        """Assign the columns anew, with fields that were made meanwhile."""
        self._fields = fields
        self._mapped_columns = -1
        self._map()
        return self._mapping

    def need_key(self) -> None:
        """Raises JobRefused when no column finds contacts."""
        if self._key_column is None:
            names = ", ".join(repr(column) for column in self.columns[:10])
            raise JobRefused(
                "match_column_missing",
                f"No column gives the {self._options.match} by which contacts are found. The columns are {names}. "
                f"Name the right one in `mapping`, or choose another `match`.",
            )


def _mending(columns: Sequence[str]) -> dict[str, None]:
    """The columns that a file of rejected rows has before the original ones."""
    first = tuple(columns[: len(MENDING_COLUMNS)])
    return dict.fromkeys(first) if first == MENDING_COLUMNS else {}
