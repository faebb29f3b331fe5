"""Workbooks and Parquet files, made of the typed rows that `render` keeps as parts. In bounded memory, whatever their length.

The same parts always give the same bytes. The libraries are loaded only when a file is made: they are large.
"""

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, date, datetime
from functools import partial
from tempfile import TemporaryDirectory
from typing import Any, Protocol

import msgspec

from shared.contacts.columns import Column, ColumnType
from shared.contract.bulk_options import ExportOptions
from shared.contract.formula import escape

MOST_XLSX_ROWS = 1_048_575
"""Contacts in one workbook: the rows of a sheet less the header."""
ROW_GROUP_ROWS = 50_000
COPY_BYTES = 1 << 20

_MOST_DIGITS = 10**15
"""From here on a spreadsheet loses the last digits of a number."""
_FIRST_DAY = date(1900, 3, 1)
"""Before it spreadsheets disagree about which day a number is."""
_MADE_AT = datetime(2000, 1, 1, tzinfo=UTC)
_HEXADECIMAL = re.compile(r"_(?=x[0-9A-Fa-f]{4}_)")
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]")
_unpack = msgspec.msgpack.Decoder().decode


class Sink(Protocol):
    """Takes a file's bytes in order."""

    def write(self, data: bytes, /) -> Any:
        """Take the next bytes."""


Assemble = Callable[[Iterable[bytes], Sink], None]
Rows = list[list[Any]]
Write = Callable[[int, int, Any], Any]
"""Writes a value into the cell of a row and a column, both counted from 0."""


def assembler(options: ExportOptions, columns: Sequence[Column], kept: Sequence[int] | None = None) -> Assemble | None:
    """What makes the file of its parts, in order; None for the formats whose parts are the file.

    A workbook shows only the `kept` of its columns, by their positions, where they are given.
    """
    match options.format:
        case "xlsx":
            shown = range(len(columns)) if kept is None else kept
            return partial(_assemble_xlsx, columns, shown, options.formula_escape)
        case "parquet":
            return partial(_assemble_parquet, columns)
    return None


def used_columns(columns: Sequence[Column], parts: Iterable[bytes]) -> Sequence[int]:
    """Positions of the columns in which any row of these parts has a value; of all columns where none has one."""
    used: set[int] = set()
    for rows in _rows_of(parts):
        for row in rows:
            used.update(place for place, value in enumerate(row) if value is not None)
    return sorted(used) or range(len(columns))


def _rows_of(parts: Iterable[bytes]) -> Iterator[Rows]:
    return (_unpack(part) for part in parts if part)


def _assemble_xlsx(columns: Sequence[Column], kept: Sequence[int], is_escaped: bool, parts: Iterable[bytes], sink: Sink) -> None:
    import xlsxwriter  # noqa: PLC0415
    from xlsxwriter.worksheet import Worksheet  # noqa: PLC0415

    class Sheet(Worksheet):  # type: ignore[misc]
        """Writes every text as that text: the library takes one in <r> tags for markup, and doubles only every other escape."""

        def _xml_rich_inline_string(self, string: str, attributes: Any = ()) -> None:
            self._xml_inline_string(string, False, attributes)

        @staticmethod
        def _escape_control_characters(data: Any) -> Any:
            if not isinstance(data, str):
                return data
            return _CONTROLS.sub(lambda match: f"_x{ord(match[0]):04X}_", _HEXADECIMAL.sub("_x005F_", data))

    with TemporaryDirectory() as folder:
        book = xlsxwriter.Workbook(f"{folder}/book.xlsx", {"constant_memory": True, "tmpdir": folder})
        book.set_properties({"created": _MADE_AT})
        sheet = book.add_worksheet("contacts", worksheet_class=Sheet)
        try:
            shown = [columns[place] for place in kept]
            headings = [escape(column.heading) if is_escaped else column.heading for column in shown]
            _fill(sheet, headings, [(place, _cell_writer(book, sheet, columns[place])) for place in kept], parts)
            book.close()
        finally:
            sheet._opt_close()  # the library would leave its file open where a part cannot be had
        with open(book.filename, "rb") as file:
            while block := file.read(COPY_BYTES):
                sink.write(block)


def _fill(sheet: Any, headings: Sequence[str], writers: Sequence[tuple[int, Write]], parts: Iterable[bytes]) -> None:
    sheet.freeze_panes(1, 0)
    for place, heading in enumerate(headings):
        sheet.write_string(0, place, heading)
    number = 0
    for rows in _rows_of(parts):
        for row in rows:
            number += 1
            for place, (position, write) in enumerate(writers):
                value = row[position]
                if value is not None:
                    write(number, place, value)


def _cell_writer(book: Any, sheet: Any, column: Column) -> Write:
    match column.type:
        case ColumnType.BOOLEAN:
            write: Write = sheet.write_boolean
        case ColumnType.INTEGER | ColumnType.NUMBER:
            write = partial(_write_number, sheet, column)
        case ColumnType.DATE:
            write = partial(_write_day, sheet, book.add_format({"num_format": "yyyy-mm-dd"}))
        case ColumnType.DATETIME:
            write = partial(_write_moment, sheet, book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss.000"}), column)
        case _:
            write = sheet.write_string
    return write


def _write_number(sheet: Any, column: Column, row: int, place: int, value: float) -> None:
    """A number that a cell would round is written as text."""
    if abs(value) < _MOST_DIGITS and float(f"{value:.15g}") == value:
        sheet.write_number(row, place, value)
    else:
        sheet.write_string(row, place, column.cell(value))


def _write_day(sheet: Any, form: Any, row: int, place: int, value: str) -> None:
    day = date.fromisoformat(value)
    if day < _FIRST_DAY:
        sheet.write_string(row, place, value)
    else:
        sheet.write_datetime(row, place, day, form)


def _write_moment(sheet: Any, form: Any, column: Column, row: int, place: int, value: datetime) -> None:
    """In UTC, for a cell has no zone."""
    moment = value.astimezone(UTC).replace(tzinfo=None)
    if moment.date() < _FIRST_DAY:
        sheet.write_string(row, place, column.cell(value))
    else:
        sheet.write_datetime(row, place, moment, form)


def _assemble_parquet(columns: Sequence[Column], parts: Iterable[bytes], sink: Sink) -> None:
    import pyarrow as pa  # noqa: PLC0415
    from pyarrow import parquet  # noqa: PLC0415

    types = {
        ColumnType.TEXT: pa.string(),
        ColumnType.INTEGER: pa.int64(),
        ColumnType.NUMBER: pa.float64(),
        ColumnType.BOOLEAN: pa.bool_(),
        ColumnType.DATE: pa.date32(),
        ColumnType.DATETIME: pa.timestamp("ms", "UTC"),
        ColumnType.TEXTS: pa.list_(pa.string()),
    }
    schema = pa.schema([(column.heading, types[column.type]) for column in columns])

    def batch(rows: Rows) -> Any:
        cells = zip(*rows, strict=True)
        arrays = [
            pa.array(_arrow_values(column, values), types[column.type]) for column, values in zip(columns, cells, strict=True)
        ]
        return pa.record_batch(arrays, schema=schema)

    file = pa.PythonFile(_Counted(sink), mode="w")
    with closing(file), parquet.ParquetWriter(file, schema, compression="zstd") as writer:
        held: list[Any] = []
        for rows in _rows_of(parts):
            held.append(batch(rows))
            if sum(map(len, held)) >= ROW_GROUP_ROWS:
                writer.write_table(pa.Table.from_batches(held))
                held = []
        if held:
            writer.write_table(pa.Table.from_batches(held))


def _arrow_values(column: Column, values: Sequence[Any]) -> Sequence[Any]:
    match column.type:
        case ColumnType.DATE:
            return [value and date.fromisoformat(value) for value in values]
        case ColumnType.NUMBER:
            return [None if value is None else float(value) for value in values]
    return values


class _Counted:
    """A sink as the file that pyarrow writes to."""

    closed = False

    def __init__(self, sink: Sink) -> None:
        self._sink = sink
        self._written = 0

    def write(self, data: Any) -> int:
        self._sink.write(bytes(data))
        self._written += len(data)
        return len(data)

    def tell(self) -> int:
        return self._written

    def flush(self) -> None:
        """The sink has it already."""

    def close(self) -> None:
        """The sink is its owner's to close."""
