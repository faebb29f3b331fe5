"""Contacts as the bytes of a file. Pure: the same contacts, columns and options always give the same bytes.

A file is its head, its parts with `between` where two that are not empty meet, and its tail. Nothing is ever joined: each
piece is compressed by itself, as a member of a gzip file or a frame of a zstd file.
"""

import csv
import io
import zlib
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

import msgspec

from services.exporter.layout import Form, Layout
from shared.contacts.columns import Column, ColumnType
from shared.contacts.present import Names, time_text
from shared.contract.bulk_options import ExportOptions
from shared.contract.formula import escape

GZIP_LEVEL = 6
ZSTD_LEVEL = 3
_GZIP_BITS = 31  # a gzip member whose header has no time and no name

Contacts = Sequence[Mapping[str, Any]]
_json = msgspec.json.Encoder().encode
_pack = msgspec.msgpack.Encoder().encode


class Renderer(Protocol):
    """Makes the pieces of one file."""

    media_type: str
    ending: str

    def head(self) -> bytes:
        """What the file begins with."""

    def part(self, contacts: Contacts) -> bytes:
        """The rows of these contacts; nothing for none."""

    def between(self) -> bytes:
        """What stands between two parts that are not empty."""

    def tail(self) -> bytes:
        """What the file ends with."""


def renderer(options: ExportOptions, columns: Sequence[Column], names: Names) -> Renderer:
    """What makes a file of these columns. For xlsx and parquet the pieces are what `books.assembler` makes the file of."""
    match options.format:
        case "csv":
            return _Squeezed(_Csv(options, columns, names), options.compression)
        case "ndjson":
            return _Squeezed(_Ndjson(columns, names), options.compression)
        case "json":
            return _Squeezed(_Json(columns, names), options.compression)
        case "xlsx":
            escaped = escape if options.formula_escape else str
            forms = [_cell_form(column, escaped) if column.type in _TEXTUAL else None for column in columns]
            return _Typed(Layout(columns, forms, names, None), *BOOKS["xlsx"])
        case "parquet":
            return _Typed(Layout(columns, [None] * len(columns), names, None), *BOOKS["parquet"])


BOOKS = {
    "xlsx": ("application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".xlsx"),
    "parquet": ("application/vnd.apache.parquet", ".parquet"),
}
"""Media type and ending of the formats that are no mere row of pieces."""


class _Csv:
    """RFC 4180: CRLF, quotes where they are needed."""

    media_type = "text/csv; charset=utf-8"
    ending = ".csv"

    def __init__(self, options: ExportOptions, columns: Sequence[Column], names: Names) -> None:
        escaped = escape if options.formula_escape else str
        self._layout = Layout(columns, [_cell_form(column, escaped) for column in columns], names, "")
        self._headings = [escaped(column.heading) for column in columns]
        self._mark = "\ufeff" if options.bom else ""
        self._delimiter = options.delimiter

    def head(self) -> bytes:
        return self._mark.encode() + self._written([self._headings])

    def part(self, contacts: Contacts) -> bytes:
        return self._written(self._layout.rows(contacts))

    def between(self) -> bytes:
        return b""

    def tail(self) -> bytes:
        return b""

    def _written(self, rows: Sequence[Sequence[str]]) -> bytes:
        text = io.StringIO()
        csv.writer(text, delimiter=self._delimiter, lineterminator="\r\n").writerows(rows)
        return text.getvalue().encode()


class _Ndjson:
    """One object a line. A value that a contact lacks is left out, for null would say that it is blank."""

    media_type = "application/x-ndjson"
    ending = ".ndjson"

    def __init__(self, columns: Sequence[Column], names: Names) -> None:
        forms = [time_text if column.type is ColumnType.DATETIME else None for column in columns]
        self._layout = Layout(columns, forms, names, None)
        self._names = [column.heading for column in columns]

    def head(self) -> bytes:
        return b""

    def part(self, contacts: Contacts) -> bytes:
        return b"".join([line + b"\n" for line in self.objects(contacts)])

    def between(self) -> bytes:
        return b""

    def tail(self) -> bytes:
        return b""

    def objects(self, contacts: Contacts) -> list[bytes]:
        names = self._names
        return [
            _json({name: cell for name, cell in zip(names, row, strict=True) if cell is not None})
            for row in self._layout.rows(contacts)
        ]


class _Json(_Ndjson):
    """One document, `{"contacts": [...]}`, an object a line."""

    media_type = "application/json"
    ending = ".json"

    def head(self) -> bytes:
        return b'{"contacts": [\n'

    def part(self, contacts: Contacts) -> bytes:
        return b",\n".join(self.objects(contacts))

    def between(self) -> bytes:
        return b",\n"

    def tail(self) -> bytes:
        return b"\n]}\n"


class _Typed:
    """Rows as typed values for `books`: lists of cells in MessagePack, null where a contact has no value."""

    def __init__(self, layout: Layout, media_type: str, ending: str) -> None:
        self._layout = layout
        self.media_type = media_type
        self.ending = ending

    def head(self) -> bytes:
        return b""

    def part(self, contacts: Contacts) -> bytes:
        return _pack(self._layout.rows(contacts)) if contacts else b""

    def between(self) -> bytes:
        return b""

    def tail(self) -> bytes:
        return b""


class _Squeezed:
    """The pieces of another renderer, each compressed. A head without contents still makes an empty file a sound one."""

    def __init__(self, inner: Renderer, compression: str) -> None:
        self._inner = inner
        self._squeeze, media_type, ending = _COMPRESSIONS[compression]
        self.media_type = media_type or inner.media_type
        self.ending = inner.ending + ending

    def head(self) -> bytes:
        return self._squeeze(self._inner.head())

    def part(self, contacts: Contacts) -> bytes:
        return self._squeeze(self._inner.part(contacts)) if contacts else b""

    def between(self) -> bytes:
        return self._some(self._inner.between())

    def tail(self) -> bytes:
        return self._some(self._inner.tail())

    def _some(self, piece: bytes) -> bytes:
        return self._squeeze(piece) if piece else b""


def _cell_form(column: Column, escaped: Callable[[str], str]) -> Form:
    if column.type is ColumnType.TEXTS:
        return lambda items: escaped(column.cell(items))
    if column.type is ColumnType.TEXT:
        return escaped
    return _UNESCAPED.get(column.type, column.cell)


_UNESCAPED: dict[ColumnType, Form] = {ColumnType.INTEGER: str, ColumnType.DATE: str, ColumnType.NUMBER: repr}
"""What `Column.cell` does, in one call; none of it is ever dangerous."""
_TEXTUAL = frozenset({ColumnType.TEXT, ColumnType.TEXTS})


def _gzip(piece: bytes) -> bytes:
    return zlib.compress(piece, GZIP_LEVEL, _GZIP_BITS)


def _zstd(piece: bytes) -> bytes:
    import zstandard  # noqa: PLC0415 - only where an export asks for it

    return zstandard.ZstdCompressor(level=ZSTD_LEVEL, write_checksum=True).compress(piece)


_COMPRESSIONS: dict[str, tuple[Callable[[bytes], bytes], str, str]] = {
    "none": (bytes, "", ""),
    "gzip": (_gzip, "application/gzip", ".gz"),
    "zstd": (_zstd, "application/zstd", ".zst"),
}
