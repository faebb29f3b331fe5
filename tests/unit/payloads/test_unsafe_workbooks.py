"""Workbooks that are made to harm, or that are broken: refused before a parser sees them, with what to do."""

import io
import struct
import zipfile
from pathlib import Path

import pytest

from shared.payloads.frames import Request
from shared.payloads.workbook import read_workbook
from shared.readers import UnreadablePayload
from tests.support.books import locked_xlsx, ods, ods_row, sheet_of, xls, xlsx, zipped

SOUND = sheet_of(["email"], ["a@x.org"])


def lying() -> bytes:
    """Its directory says that the shared strings have 1,000 bytes; they have 90 million."""
    content = bytearray(xlsx("", xl__sharedStrings="a" * 90_000_000))
    for signature, place in ((b"PK\x03\x04", 22), (b"PK\x01\x02", 24)):
        at = content.index(b"xl/sharedStrings.xml", 0 if place == 22 else content.index(b"PK\x01\x02"))
        start = content.rindex(signature, 0, at)
        content[start + place : start + place + 4] = struct.pack("<I", 1_000)
    return bytes(content)


def twice() -> bytes:
    content = io.BytesIO(SOUND)
    with zipfile.ZipFile(content, "a") as archive, pytest.warns(UserWarning, match="Duplicate name"):
        archive.writestr("xl/workbook.xml", "<x/>")
    return content.getvalue()


def locked_member() -> bytes:
    """The directory says that its first part is encrypted, as zip programs do it."""
    content = bytearray(SOUND)
    content[content.index(b"PK\x01\x02") + 8] |= 1
    return bytes(content)


@pytest.mark.parametrize(
    "content, code",
    [
        (xlsx("", xl__sharedStrings="a" * 50_000_000), "workbook_too_large"),
        (lying(), "workbook_unsafe"),
        (zipped({f"xl/{number}.xml": "" for number in range(2_001)}), "workbook_too_large"),
        (zipped({f"xl/{number}.xml": "" for number in range(70_000)}, zipfile.ZIP_STORED), "workbook_too_large"),
        (twice(), "workbook_unsafe"),
        (xlsx("", xl__styles='<!DOCTYPE x [<!ENTITY a "aaa">]><styleSheet/>'), "workbook_unsafe"),
        (xlsx("", xl__styles=" " * 65_532 + "<!DOCTYPE x>"), "workbook_unsafe"),
        (xlsx("", xl__styles="<styleSheet/>".encode("utf-16")), "workbook_unsafe"),
        (locked_member(), "workbook_protected"),
        (locked_xlsx(), "workbook_protected"),
        (xls([["email"]], is_protected=True), "workbook_protected"),
        (ods(ods_row("email"), '<m><manifest:encryption-data manifest:checksum="x"/></m>'), "workbook_protected"),
        (SOUND[:-30], "workbook_damaged"),
        (SOUND[: len(SOUND) // 2], "workbook_damaged"),
        (xls([["email"]])[:1_000], "workbook_damaged"),
        (xlsx("<row"), "workbook_damaged"),
        (xlsx(""), "empty_file"),
        (zipped({"[Content_Types].xml": "", "xl/workbook.bin": ""}), "format_unsupported"),
        (zipped({"contacts.csv": "email\n"}), "not_text"),
        (zipped({"word/document.xml": ""}), "not_text"),
    ],
)
def test_a_workbook_that_cannot_be_read_is_refused_by_its_kind(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "book"
    path.write_bytes(content)
    with pytest.raises(UnreadablePayload) as caught:
        list(read_workbook(str(path), Request()))
    assert caught.value.code == code


@pytest.mark.parametrize("place", range(40, len(SOUND), 211))
def test_a_flipped_byte_never_passes_as_an_unknown_error(tmp_path: Path, place: int) -> None:
    path = tmp_path / "book"
    path.write_bytes(SOUND[:place] + bytes([SOUND[place] ^ 0xFF]) + SOUND[place + 1 :])
    codes = []
    try:
        list(read_workbook(str(path), Request()))
    except UnreadablePayload as refusal:
        codes.append(refusal.code)
    assert set(codes) <= {
        "workbook_damaged",
        "workbook_unsafe",
        "workbook_protected",
        "workbook_too_large",
        "empty_file",
        "not_text",
    }
