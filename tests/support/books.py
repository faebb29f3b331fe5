"""Workbooks as bytes: sound ones by a writer, strange ones by hand, and the old binary kind record by record."""

import io
import struct
import zipfile
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import xlsxwriter

_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0"
_TEXT = "urn:oasis:names:tc:opendocument:xmlns:text:1.0"
_ODF = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"


def written(fill: Callable[[Any], None]) -> bytes:
    """A workbook that `fill` writes with xlsxwriter."""
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    fill(book)
    book.close()
    return content.getvalue()


def sheet_of(*rows: Iterable[Any], name: str | None = None) -> bytes:
    """A workbook of one sheet with these rows."""

    def fill(book: Any) -> None:
        sheet = book.add_worksheet(name)
        for number, row in enumerate(rows):
            sheet.write_row(number, 0, row)

    return written(fill)


def zipped(parts: Mapping[str, str | bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip archive of these parts."""
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", compression) as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return content.getvalue()


def xlsx(rows: str, **more: str | bytes) -> bytes:
    """An .xlsx whose one sheet has these rows as XML; further parts by name, with / written as two underscores."""
    sheet = f'<?xml version="1.0"?><worksheet xmlns="{_MAIN}"><sheetData>{rows}</sheetData></worksheet>'
    parts: dict[str, str | bytes] = {
        "[Content_Types].xml": "<Types/>",
        "_rels/.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>'
        '<sheet name="S" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_RELATIONS}"><Relationship Id="rId1" '
        f'Type="{_OFFICE}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": sheet,
    }
    return zipped(parts | {name.replace("__", "/") + ".xml": text for name, text in more.items()})


def ods(rows: str, manifest: str = "<m/>") -> bytes:
    """An .ods whose one sheet has these rows as XML."""
    content = (
        f'<office:document-content xmlns:office="{_ODF}" xmlns:table="{_TABLE}" xmlns:text="{_TEXT}"><office:body>'
        f'<office:spreadsheet><table:table table:name="S">{rows}</table:table></office:spreadsheet></office:body>'
        "</office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    return zipped({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def ods_row(*cells: str, repeated: int = 1) -> str:
    """A row of text cells."""
    texts = "".join(f'<table:table-cell office:value-type="string"><text:p>{cell}</text:p></table:table-cell>' for cell in cells)
    return f'<table:table-row table:number-rows-repeated="{repeated}">{texts}</table:table-row>'


def xls(rows: Iterable[Iterable[str | float | bool]], *, is_protected: bool = False) -> bytes:
    """An .xls (BIFF8) of one sheet: text, numbers and booleans."""
    cells = b"".join(_cell(row, column, value) for row, line in enumerate(rows) for column, value in enumerate(line))
    sheet = _begin(0x10) + cells + _record(0x0A)
    name = b"Contacts"
    locked = _record(0x2F, struct.pack("<HHH", 1, 1, 1)) if is_protected else b""
    start = len(_begin(5)) + len(locked) + 4 + 8 + len(name) + 4
    place = struct.pack("<IBBBB", start, 0, 0, len(name), 0) + name
    return _container("Workbook", _begin(5) + locked + _record(0x85, place) + _record(0x0A) + sheet)


def locked_xlsx() -> bytes:
    """What Excel makes of an .xlsx with a password, as far as its outside goes."""
    return _container("EncryptedPackage", b"\0" * 5000)


def _begin(kind: int) -> bytes:
    return _record(0x809, struct.pack("<HHHHII", 0x600, kind, 0, 0, 0, 0))


def _record(kind: int, data: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(data)) + data


def _cell(row: int, column: int, value: str | float | bool) -> bytes:
    place = struct.pack("<HHH", row, column, 0)
    if isinstance(value, bool):
        return _record(0x205, place + struct.pack("<BB", value, 0))
    if isinstance(value, str):
        return _record(0x204, place + struct.pack("<HB", len(value), 1) + value.encode("utf-16-le"))
    return _record(0x203, place + struct.pack("<d", value))


def _container(name: str, stream: bytes) -> bytes:
    """An OLE compound file with one stream, in sectors of 512 bytes: the table of sectors, the directory, the stream."""
    stream = stream.ljust(4096, b"\0")  # shorter ones would go into a table of their own
    count = -(-len(stream) // 512)
    chain = [0xFFFFFFFD, 0xFFFFFFFE, *range(3, count + 2), 0xFFFFFFFE]
    table = struct.pack(f"<{len(chain)}I", *chain).ljust(512, b"\xff")
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    header += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0) + struct.pack("<I", 0)
    directory = _entry("Root Entry", 5, 0xFFFFFFFE, 0, child=1) + _entry(name, 2, 2, len(stream))
    return header.ljust(512, b"\xff") + table + directory.ljust(512, b"\0") + stream.ljust(count * 512, b"\0")


def _entry(name: str, kind: int, start: int, size: int, child: int = 0xFFFFFFFF) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<HBBIII", len(text), kind, 1, 0xFFFFFFFF, 0xFFFFFFFF, child)
    return text.ljust(64, b"\0") + links + bytes(36) + struct.pack("<IQ", start, size)
