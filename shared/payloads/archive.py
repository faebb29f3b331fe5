"""Looks at a zip file before a native parser does: what it is, and that opening it cannot cost more than is allowed.

What its headers say of sizes is not believed: every part that a parser may read is inflated once and counted."""

import zipfile
import zlib
from collections.abc import Iterator
from typing import IO, Literal

from shared.payloads.limits import MAX_DIRECTORY_BYTES, MAX_PARTS, MAX_PLAIN_BYTES, MAX_RATIO, SMALL_PLAIN_BYTES
from shared.readers import UnreadablePayload

_ENDING = b"PK\x05\x06"
_ENDING_BYTES = 22
_LONGEST_ENDING = _ENDING_BYTES + 65_535
_LOCAL_BYTES = 30
_IS_ENCRYPTED = 1
_BLOCK = 65_536
_XML = (".xml", ".rels")
_DOCTYPE = b"<!DOCTYPE"
_ERRORS = (b' t="e"', b" t='e'", b'calcext:value-type="error"')
_UTF16 = (b"\xff\xfe", b"\xfe\xff", b"<\0", b"\0<")

Kind = Literal["xlsx", "ods"]


class Archive:
    """A checked workbook: what it is, and how many cells hold an error, by what its text says."""

    def __init__(self, kind: Kind, error_cells: int) -> None:
        self.kind = kind
        self.error_cells = error_cells


def check_archive(file: IO[bytes]) -> Archive:
    """Raises UnreadablePayload: `workbook_too_large`, `workbook_unsafe`, `workbook_protected`, `workbook_damaged`,
    `format_unsupported`, `not_text`."""
    _check_ending(file)
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError) as error:
        raise _damaged() from error
    names = [part.filename for part in parts]
    kind = _kind(names)
    _check_sizes(parts)
    if len(set(names)) < len(names):
        raise _unsafe("has two parts of the same name")
    errors = sum(_check_part(file, part) for part in parts if part.filename.lower().endswith(_XML))
    return Archive(kind, errors)


def _check_ending(file: IO[bytes]) -> None:
    """A directory too long to be one of a workbook is not read at all."""
    size = file.seek(0, 2)
    file.seek(max(0, size - _LONGEST_ENDING))
    tail = file.read()
    at = tail.rfind(_ENDING)
    if at < 0 or len(tail) - at < _ENDING_BYTES:
        raise _damaged()
    count, length = (int.from_bytes(tail[at + start : at + end], "little") for start, end in ((10, 12), (12, 16)))
    if count > MAX_PARTS or length > MAX_DIRECTORY_BYTES:
        raise _too_large(f"has more than {MAX_PARTS:,} parts")


def _kind(names: list[str]) -> Kind:
    if "xl/workbook.xml" in names or ("[Content_Types].xml" in names and any(name.endswith("workbook.xml") for name in names)):
        return "xlsx"
    if "xl/workbook.bin" in names:
        words = "This is a binary workbook (.xlsb), which cannot be read. Save it as .xlsx or CSV."
        raise UnreadablePayload("format_unsupported", words)
    if "content.xml" in names:
        return "ods"
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise UnreadablePayload("not_text", "This is a document, not a workbook. Send the list itself, as CSV or as a workbook.")
    raise UnreadablePayload("not_text", "This is a zip archive without a workbook. Unpack it and send the file in it.")


def _check_sizes(parts: list[zipfile.ZipInfo]) -> None:
    if len(parts) > MAX_PARTS:
        raise _too_large(f"has more than {MAX_PARTS:,} parts")
    if any(part.flag_bits & _IS_ENCRYPTED for part in parts):
        raise protected()
    plain, packed = sum(part.file_size for part in parts), sum(part.compress_size for part in parts)
    if plain > MAX_PLAIN_BYTES:
        raise _too_large(f"holds more than {MAX_PLAIN_BYTES >> 20} MiB")
    if plain > SMALL_PLAIN_BYTES and plain > packed * MAX_RATIO:
        raise _too_large(f"is compressed more than {MAX_RATIO}-fold, as no table is")


def _check_part(file: IO[bytes], part: zipfile.ZipInfo) -> int:
    """How many cells with errors the part has."""
    found, before, errors = 0, b"", 0
    for plain in _inflated(file, part):
        if not found and plain.startswith(_UTF16):
            raise _unsafe("has a part that is not written in UTF-8")
        found += len(plain)
        if found > part.file_size:
            raise _unsafe("holds more than its directory says")
        text = before + plain
        if _DOCTYPE in text:
            raise _unsafe("declares a document type, which can make a program read other files")
        if part.filename == "META-INF/manifest.xml" and b"encryption-data" in text:
            raise protected()
        errors += sum(text.count(mark) for mark in _ERRORS)
        before = plain[-len(_DOCTYPE) + 1 :]
    if found != part.file_size:
        raise _damaged()
    return errors


def _inflated(file: IO[bytes], part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The plain bytes, a bounded number at a time."""
    file.seek(part.header_offset)
    local = file.read(_LOCAL_BYTES)
    if local[:4] != b"PK\x03\x04":
        raise _damaged()
    name, extra = (int.from_bytes(local[at : at + 2], "little") for at in (26, 28))
    file.seek(part.header_offset + _LOCAL_BYTES + name + extra)
    left = part.compress_size
    if part.compress_type == zipfile.ZIP_STORED:
        while left and (block := file.read(min(left, _BLOCK))):
            left -= len(block)
            yield block
        return
    if part.compress_type != zipfile.ZIP_DEFLATED:
        raise _unsafe("is compressed in a way that workbooks are not")
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    while left and not inflater.eof and (block := file.read(min(left, _BLOCK))):
        left -= len(block)
        while block and not inflater.eof:
            try:
                plain = inflater.decompress(block, _BLOCK * 4)
            except zlib.error as error:
                raise _damaged() from error
            if plain:
                yield plain
            block = inflater.unconsumed_tail
    rest = inflater.flush()
    if rest:
        yield rest


def protected() -> UnreadablePayload:
    """The refusal of a workbook that only a password opens."""
    return UnreadablePayload("workbook_protected", "The workbook is protected by a password. Save it without one.")


def _too_large(what: str) -> UnreadablePayload:
    return UnreadablePayload("workbook_too_large", f"The workbook {what}. Split it, or save it as CSV.")


def _unsafe(what: str) -> UnreadablePayload:
    return UnreadablePayload("workbook_unsafe", f"The workbook {what}. Open it in a spreadsheet program and save it anew.")


def _damaged() -> UnreadablePayload:
    words = "The workbook is damaged, and was perhaps cut off on its way here. Save it anew, or as CSV."
    return UnreadablePayload("workbook_damaged", words)
