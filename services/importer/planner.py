"""From a payload to rows on their way into chunks: one pass, or three where a rule about duplicates needs to know them first.

What it hands on is a function of the payload, the options and the account's fields alone.
"""

from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import msgspec

from services.importer.dropping import Dropping
from services.importer.duplicates import KeyHashes, Repeated
from services.importer.row_keys import gives_keys, row_keys
from services.importer.said_keys import BESIDE, MADE
from shared.contacts.mapping import MappingPlan, plan_mapping
from shared.contacts.merge import EMAIL_OR_MOBILE, MATCH_BY, ROW, code_of_missing, words_of_match, words_of_row
from shared.contacts.patch import COMPOSITES, FieldBook, RowProblem, parse_row
from shared.contacts.refused import REFUSED, Refused
from shared.contract.options import HEAD_BYTES, MENDING_COLUMNS, Duplicates, ImportOptions, options_in_head
from shared.jobs.job import JobRefused, Problem
from shared.jobs.lanes import PlannedRow
from shared.jobs.planning import ChunkSink
from shared.payloads import PayloadRows
from shared.readers import SourceRow, UnreadablePayload

DUPLICATE = "duplicate"
ROW_BYTES = 4_000_000
FIRST_PROBLEMS = 3
ALL_IN_ONE_LANE = 2**63
"""More rows than a payload can have: whatever is spread in runs, all of it is in the first one."""

Blocks = Callable[[], AsyncIterator[bytes]]
_encode = msgspec.msgpack.Encoder().encode


class Fault(NamedTuple):
    """Why a row is bad: a stable code, and the field where one is to blame. It quotes no cell: jobs keep it."""

    code: str
    field: str | None = None


@dataclass(slots=True)
class Survey:
    """What the quality gate has seen."""

    rows: int = 0
    bad: int = 0
    first: list[str] = field(default_factory=list)
    codes: Counter[str] = field(default_factory=Counter)

    def add(self, line: int, fault: Fault | None) -> None:
        """Count a row, and its fault if it has one."""
        self.rows += 1
        if fault is not None:
            self.bad += 1
            self.codes[fault.code] += 1
            if len(self.first) < FIRST_PROBLEMS:
                where = f"line {line}, {fault.field}" if fault.field else f"line {line}"
                self.first.append(f"{where}: {fault.code}")

    def as_document(self) -> dict[str, Any]:
        """What stays with a job that was refused for it."""
        return {"rows": self.rows, "bad": self.bad, "codes": dict(self.codes)}


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
        self._keys = row_keys(options.match, ())
        self._dropping = Dropping(options)
        self._width: int | None = None
        self._repeated = Repeated(set())
        self._head_has_options = False
        self._makes_unnamed = False
        self.survey = Survey()

    @property
    def columns(self) -> list[str]:
        """The headings, once the payload has been read; those of objects as far as rows that the job takes have them."""
        return list(self._reader.columns[: self._width])

    @property
    def warnings(self) -> list[Problem]:
        """What the reader noticed, and which rows were dropped."""
        noticed = [Problem(warning.code, warning.message) for warning in self._reader.warnings]
        return [*noticed, dropped] if (dropped := self._dropping.problem) else noticed

    @property
    def dropped(self) -> int:
        """How many rows the job does not take."""
        return self._dropping.dropped

    @property
    def is_in_one_lane(self) -> bool:
        """True where no key of a row tells which other rows are of its contact, or of one that it merges.

        All of them are worked in file order then. The columns of objects are not known before the last one.
        """
        match, knows_columns = self._options.match, self._reader.is_table
        may_meet = match in (EMAIL_OR_MOBILE, ROW) and (self._keys.are_of_two_kinds or not knows_columns)
        return may_meet or (self._options.taken == "merge" and (not knows_columns or gives_keys(self._mapping.targets, match)))

    async def run(self, sink: ChunkSink) -> MappingPlan:
        """Hand every row to the sink. Raises JobRefused and UnreadablePayload before anything else is written."""
        if self._options.duplicates is not Duplicates.MERGE:
            await self._find_repeated()
        async with aclosing(self._rows()) as found:
            async for rows in found:
                if not sink.rows and self.is_in_one_lane:
                    sink.keep_order(ALL_IN_ONE_LANE)
                await sink.add([self._planned(row) for row in rows])
                if sink.rows > self._row_limit:
                    words = f"The payload has more than {self._row_limit} rows. Split it into smaller files."
                    raise JobRefused("too_many_rows", words)
        if self._reader.options and not self._head_has_options:
            raise JobRefused(
                "options_late", "The document has `options` behind `contacts`. Put them first, or send them in the query."
            )
        self._map()
        if sink.rows:
            self._need_key()  # first: without the column every row is bad
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
            mark_bytes=options.most_bytes,
        )

    async def _rows(self, *, to_end: bool = True) -> AsyncGenerator[list[SourceRow], None]:
        """The rows that the job takes. Of the others none is given; `to_end`: they are counted."""
        self._reader = self._open()
        self._mapped_columns = -1
        self._dropping = Dropping(self._options)
        self._width = None
        async with aclosing(aiter(self._reader)) as found:
            try:
                async for rows in found:
                    taken = self._dropping.taken(rows, self._reader.mark_line)
                    if self._dropping.dropped and self._width is None:
                        self._width = self._width_of(taken)
                    self._map()
                    yield taken
                    if self._dropping.dropped and not to_end:
                        return
            except UnreadablePayload:
                if not self._dropping.dropped:
                    raise
                self._dropping.is_cut_short = True  # what is not taken may be anything
        self._map()

    def _width_of(self, last: Sequence[SourceRow]) -> int:
        """How many columns the rows that the job takes have, with these last of them."""
        if self._reader.is_table:
            return len(self._reader.columns)
        return max(0, self._mapped_columns, *(len(row.cells) for row in last))

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
        columns = self._reader.columns if self._width is None else self.columns
        if len(columns) == self._mapped_columns:
            return
        self._mapped_columns = len(columns)
        options, is_table = self._options, self._reader.is_table
        given = {**_mending(columns), **(options.mapping or {})}
        if not is_table and options.columns == "guess":
            given = {column: target for column, target in given.items() if column in columns}
        self._mapping = plan_mapping(
            columns,
            given,
            self._fields,
            create_fields=options.create_fields,
            day_first=options.day_first,
            match=options.match,
            nested=not is_table,
            only_given=options.columns == "given",
        )
        self._keys = row_keys(options.match, self._mapping.targets)

    def _planned(self, row: SourceRow) -> PlannedRow:
        key, beside = self._keys.of(row.cells)
        self._makes_unnamed = self._makes_unnamed or key == MADE
        code, message = (row.problem.code, row.problem.message) if row.problem else (None, None)
        if code is None and self._repeated:
            winner = self._repeated.winner(key, self._options.duplicates)
            if winner is not None and winner != row.line and self._bad(row.cells) is None:
                code, message = DUPLICATE, f"Line {winner} {_sameness(self._options.match)}."
        if self._options.quality_gate is not None:
            self.survey.add(row.line, self._surveyed(row.cells, code))
        content = _encode((row.line, row.cells, code, message))
        if len(content) > ROW_BYTES:
            cells = [str(cell)[:100] for cell in row.cells[:50]]
            content = _encode((row.line, cells, "row_too_long", f"The row is longer than {ROW_BYTES} bytes."))
        return PlannedRow(row.line, f"{key}{BESIDE}{beside}" if beside else key, content)

    def _surveyed(self, cells: Sequence[Any], code: str | None) -> Fault | None:
        """What the gate has against a row. One that is skipped on purpose is not bad."""
        if code is None:
            return self._bad(cells)
        is_skipped = code == DUPLICATE and self._options.duplicates is not Duplicates.REJECT
        return None if is_skipped else Fault(code)

    def _bad(self, cells: Sequence[Any]) -> Fault | None:
        try:
            patch = parse_row(self._mapping.targets, cells, checks_birthday=self._options.columns == "given")
        except Refused:
            return Fault(REFUSED)  # its code and field are the payload's own words
        except RowProblem as problem:
            return Fault(problem.code, _head(problem.field))
        if self._keys.are_in(patch):
            return None
        return Fault(code_of_missing(words_of_row(patch.get(MATCH_BY) or self._options.match)[0]))

    async def _find_repeated(self) -> None:
        """Only good rows compete: one that is going to be rejected must not take the place of one that is not."""
        hashes = KeyHashes()
        async for rows in self._rows(to_end=False):
            hashes.add(key for row in rows if row.problem is None for key in self._keys.rivals(row.cells))
        self._repeated = hashes.repeated()
        if self._repeated:
            async for rows in self._rows(to_end=False):
                for row in rows:
                    key, beside = self._keys.rivals(row.cells)
                    comes_again = self._repeated.may_repeat(key) or (beside and self._repeated.may_repeat(beside))
                    if row.problem is None and comes_again and self._bad(row.cells) is None:
                        self._repeated.add(key, row.line, beside)

    def _check_gate(self) -> None:
        gate, survey = self._options.quality_gate, self.survey
        if gate is None or survey.rows < self._options.quality_gate_from or survey.bad <= gate * survey.rows:
            return
        first = "; ".join(survey.first)
        raise JobRefused(
            "quality_gate",
            f"{survey.bad} of {survey.rows} rows are bad, more than the {gate:.1%} that the quality gate allows. Nothing was "
            f"written. First problems: {first}. Mend the rows, and send the file again.",
            {"survey": survey.as_document()},
        )

    def _need_key(self) -> None:
        """Raises JobRefused when no column finds contacts, unless a row needs none: one that makes its own, or that is refused."""
        if not (self._keys or self._makes_unnamed or any(target.path == REFUSED for _, target in self._mapping.targets)):
            names = ", ".join(repr(column) for column in self.columns[:10])
            what = (
                f"No column gives the {words_of_match(self._options.match)} by which contacts are found. The columns are {names}."
            )
            advice = "Name the right one in `mapping`, or choose another `match`."
            raise JobRefused("match_column_missing", what if self._options.columns == "given" else f"{what} {advice}")

    def map_again(self, fields: FieldBook) -> MappingPlan:
        """Assign the columns anew, with fields that were made meanwhile."""
        self._fields = fields
        self._mapped_columns = -1
        self._map()
        return self._mapping


def _head(field: str) -> str:
    """The field as far as the account named it: within a JSON object the payload itself may name what it likes."""
    return next((name for name in COMPOSITES if field.startswith(f"{name}.")), field)


def _sameness(match: str) -> str:
    return "names the same contact" if match == ROW else f"has the same {words_of_match(match)}"


def _mending(columns: Sequence[str]) -> dict[str, None]:
    """The columns that a file of rejected rows has before the original ones."""
    first = tuple(columns[: len(MENDING_COLUMNS)])
    return dict.fromkeys(first) if first == MENDING_COLUMNS else {}
