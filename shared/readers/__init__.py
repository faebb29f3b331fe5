"""Readers: a payload's bytes in, numbered rows out, in any format, holding no more than a record and a piece.

Pure: no files, no waiting, no clock. `open_reader` is the way in; a delimiter or an encoding that is named wins over what
the bytes suggest."""

from shared.readers.payload import PayloadReader
from shared.readers.rows import ABSENT as ABSENT
from shared.readers.rows import Cell as Cell
from shared.readers.rows import Problem as Problem
from shared.readers.rows import Reader as Reader
from shared.readers.rows import SourceRow as SourceRow
from shared.readers.rows import UnreadablePayload as UnreadablePayload


def open_reader(
    format: str, *, file_name: str | None, delimiter: str | None, encoding: str | None, formula_escape: bool = False
) -> Reader:
    """A reader for "csv", "ndjson", "json" or "auto" (by name and first bytes). Gzip and zstd are unpacked in every format.

    `formula_escape`: undo in CSV what `shared.contract.formula.escape` did. Workbooks and Parquet are read by
    `shared.payloads`, which also reads all of these.

    Raises `UnreadablePayload`, as do the reader's own methods: `format_unsupported`, `encoding_unknown`, `empty_file`,
    `not_text`, `damaged_gzip`, `damaged_zstd`, `zstd_unsupported`, `payload_too_large`, `too_many_columns`, `invalid_json`,
    `record_too_long`.
    """
    return PayloadReader(format, file_name, delimiter, encoding, formula_escape=formula_escape)
