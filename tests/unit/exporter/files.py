"""Contacts, columns and whole files, for the tests of rendering."""

import zlib
from collections.abc import Mapping, Sequence
from typing import Any

import zstandard

from services.exporter.render import Renderer, renderer
from shared.contacts.columns import Column, resolve_column
from shared.contacts.patch import FieldBook
from shared.contract.bulk_options import ExportOptions
from shared.readers import open_reader
from tests.unit.contacts.exported import NAMES

Contacts = Sequence[Mapping[str, Any]]


def columns_of(names: Sequence[str], fields: FieldBook) -> list[Column]:
    """The columns of these names."""
    found = [resolve_column(name, fields) for name in names]
    assert None not in found
    return [column for column in found if column]


def made(options: ExportOptions, columns: Sequence[Column]) -> Renderer:
    """A renderer with the names of the tests."""
    return renderer(options, columns, NAMES)


def pieces(of: Renderer, parts: Sequence[Contacts]) -> list[bytes]:
    """The pieces of a file in order, as a download sends them."""
    sent = [of.head()]
    rendered = [part for part in map(of.part, parts) if part]
    for number, part in enumerate(rendered):
        sent += [of.between(), part] if number else [part]
    return [*sent, of.tail()]


def plain(data: bytes, compression: str) -> bytes:
    """The file without its compression, every member and frame read."""
    if compression == "zstd":
        return zstandard.ZstdDecompressor().stream_reader(data, read_across_frames=True).read()
    while compression == "gzip" and data:
        member = zlib.decompressobj(wbits=31)
        return member.decompress(data) + plain(member.unused_data, "gzip")
    return data


def rows_read(data: bytes, format: str, delimiter: str | None = None) -> tuple[list[str], list[list[Any]], list[Any]]:
    """Headings, rows and warnings of a file, as an import reads it."""
    reader = open_reader(format, file_name=None, delimiter=delimiter, encoding=None)
    rows = [row for found in reader.feed(data) for row in found]
    rows += reader.close()
    assert all(row.problem is None for row in rows), [row.problem for row in rows]
    return list(reader.columns), [list(row.cells) for row in rows], list(reader.warnings)
