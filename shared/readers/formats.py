"""Tells what a payload is from its name and its first piece, and refuses what is no text at all, by its name.

The first bytes outrank the name, except that a file called .csv or .tsv is taken at its word."""

import json
from typing import Final, Literal

from shared.readers.rows import UnreadablePayload

Format = Literal["csv", "ndjson", "json"]
FORMATS: Final = ("auto", "csv", "ndjson", "json")

Binary = Literal["zip", "ole", "parquet"]
_ZIP = b"PK\x03\x04"
_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PARQUET = b"PAR1\x15"
_AS_IT_IS = "Send it as it is, neither compressed nor called another format"

_BINARY = (
    (b"\xd0\xcf\x11\xe0", "an old Excel workbook (.xls)", _AS_IT_IS),
    (b"%PDF-", "a PDF document", "Send the list itself, as CSV"),
    (b"\x1f\x8b", "a gzip file within another archive", "Compress it once"),
    (b"BZh91AY&SY", "a bzip2 archive", "Unpack it"),
    (b"\xfd7zXZ", "an xz archive", "Unpack it"),
    (b"\x28\xb5\x2f\xfd", "a zstd file within another archive", "Compress it once"),
    (b"7z\xbc\xaf", "a 7-Zip archive", "Unpack it"),
    (b"Rar!\x1a\x07", "a RAR archive", "Unpack it"),
    (b"\x89PNG", "a PNG picture", "Send the list itself, as CSV"),
    (b"\xff\xd8\xff", "a JPEG picture", "Send the list itself, as CSV"),
    (_PARQUET, "a Parquet file", _AS_IT_IS),
    (b"SQLite format 3\0", "an SQLite database", "Export its table as CSV"),
)
_SPREADSHEETS = (b"xl/", b"[Content_Types].xml", b"opendocument.spreadsheet")
_CONTROLS = bytes(range(9)) + bytes(range(14, 32))
_FEWEST_CONTROLS = 64
_LINES = (".ndjson", ".jsonl")


def binary_kind(head: bytes) -> Binary | None:
    """What a payload that begins so is to be opened as, when it is no text: a zip or OLE container, or a Parquet file.

    Asks for eight bytes. What is in a container, only its parser can say.
    """
    if head.startswith(_ZIP):
        return "zip"
    if head.startswith(_OLE):
        return "ole"
    return "parquet" if head.startswith(_PARQUET) else None


def refuse_binary(piece: bytes) -> None:
    """Raises when the first piece of the payload is certainly not text."""
    if piece.startswith(_ZIP):
        is_workbook = any(mark in piece for mark in _SPREADSHEETS)
        kind, advice = ("a spreadsheet (.xlsx or .ods)", _AS_IT_IS) if is_workbook else ("a zip archive", "Unpack it")
        raise _not_text(kind, advice)
    for mark, kind, advice in _BINARY:
        if piece.startswith(mark):
            raise _not_text(kind, advice)


def refuse_noise(text: str) -> None:
    """Raises when the decoded beginning is mostly characters that no text holds."""
    controls = sum(text.count(chr(control)) for control in _CONTROLS)
    if controls > max(_FEWEST_CONTROLS, len(text) // 20):
        raise _not_text("a binary file", "Save it as CSV")


def recognise(file_name: str | None, text: str) -> Format:
    """The format of a payload that begins with this text."""
    name = (file_name or "").lower().removesuffix(".gz").removesuffix(".zst")
    if name.endswith((".csv", ".tsv")):
        return "csv"
    start = text.lstrip()
    if start.startswith("["):
        return "json"
    if start.startswith("{"):
        return "ndjson" if name.endswith(_LINES) else _lines_or_document(start)
    if start[:9].lower().startswith(("<?xml", "<!doctype", "<html")):
        words = "This is a web page or an XML document. Send CSV, JSON, or JSON lines."
        raise UnreadablePayload("format_unsupported", words)
    if name.endswith(_LINES):
        return "ndjson"
    return "json" if name.endswith(".json") else "csv"


def _lines_or_document(start: str) -> Format:
    """An object alone on the first line is a line of NDJSON, unless it is a document that holds the contacts."""
    line = start.split("\n", 1)[0]
    try:
        first = json.loads(line)
    except (ValueError, RecursionError):
        # A document spread over lines opens with a bare brace or a member; a line of NDJSON ends in its own brace.
        return "ndjson" if line.rstrip().endswith("}") and '"contacts"' not in line else "json"
    return "json" if isinstance(first.get("contacts"), list) else "ndjson"


def _not_text(kind: str, advice: str) -> UnreadablePayload:
    return UnreadablePayload("not_text", f"This is {kind}, not a text file. {advice} and send that.")
