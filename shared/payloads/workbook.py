"""Runs in a child: the rows of one sheet of a workbook (.xlsx, .xls, .ods), read by calamine.

The header is the first row that is not empty. Lines are the sheet's own row numbers. Cells come as text."""

from collections.abc import Iterator

from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from shared.contract.formula import unescape
from shared.payloads.archive import Archive, check_archive, protected
from shared.payloads.cells import Cells
from shared.payloads.child import run
from shared.payloads.containers import is_protected
from shared.payloads.frames import Done, Frame, Head, Refused, Request
from shared.payloads.limits import CPU_SECONDS
from shared.payloads.tables import Gathering, shortened, too_long
from shared.readers import Problem, UnreadablePayload
from shared.readers.checks import check_record
from shared.readers.headers import Header
from shared.readers.limits import MAX_CELL, MAX_COLUMNS, MAX_RECORD

_EXHAUSTED = Refused("workbook_too_large", "The workbook takes more memory than a file may. Split it, or save it as CSV.")
_MOST_NAMED = 20


def main(argument: str) -> None:
    """The child's whole life."""
    run(read_workbook, argument, CPU_SECONDS, _EXHAUSTED)


def read_workbook(path: str, request: Request) -> Iterator[Frame]:
    """The frames of the sheet that the request names, else of the first visible one with contents."""
    archive = None
    with open(path, "rb") as file:
        if file.read(2) == b"PK":
            archive = check_archive(file)
        elif is_protected(file):
            raise protected()
    try:
        workbook = CalamineWorkbook.from_path(path)
        sheet, warnings = _choose(workbook, request.sheet)
        workbook.close()
    except PasswordError as error:
        raise protected() from error
    except (CalamineError, OSError, ValueError) as error:
        words = f"The workbook cannot be read: {str(error)[:200]}. Save it anew as .xlsx, or as CSV."
        raise UnreadablePayload("workbook_damaged", words) from error
    return _Sheet(sheet, request.formula_escape, warnings, archive).frames()


class _Sheet:
    """One sheet on its way into frames."""

    def __init__(self, sheet: CalamineSheet, formula_escape: bool, warnings: list[Problem], archive: Archive | None) -> None:
        self._sheet = sheet
        self._formula_escape = formula_escape
        self._warnings = warnings
        self._archive = archive
        self._cells = Cells()
        self._gathering = Gathering()
        self._columns: list[str] | None = None
        self._beside = 0

    def frames(self) -> Iterator[Frame]:
        """Head, rows, Done."""
        gathering = self._gathering
        for line, row in enumerate(self._sheet.iter_rows(), start=1):
            texts = self._cells.texts(row)
            whole = "".join(texts)
            if not whole or whole.isspace():
                continue
            if "'" in whole and self._formula_escape:
                texts = [unescape(text) for text in texts]
            if self._columns is None:
                yield self._head(texts)
                continue
            self._row(line, texts, whole, self._columns)
            if gathering.is_full:
                yield gathering.take()
        if self._columns is None:
            raise UnreadablePayload("empty_file", f"The sheet '{self._sheet.name[:80]}' is empty.")
        yield gathering.take()
        self._tell()
        yield Done([(warning.code, warning.message) for warning in self._warnings])

    def _head(self, texts: list[str]) -> Head:
        while not texts[-1].strip():
            texts.pop()
        if len(texts) > MAX_COLUMNS:
            words = f"The first row of the sheet names {len(texts):,} columns, more than {MAX_COLUMNS}. Delete those not needed."
            raise UnreadablePayload("too_many_columns", words)
        header = Header(texts, self._warnings)
        self._columns = header.names
        return Head(header.names)

    def _row(self, line: int, texts: list[str], whole: str, columns: list[str]) -> None:
        if len(texts) > len(columns):
            self._beside += sum(1 for text in texts[len(columns) :] if text.strip())
            del texts[len(columns) :]
            if not any(texts):
                return
        if len(whole) <= MAX_CELL and "\0" not in whole:
            self._gathering.add(line, texts, len(whole))
        elif len(whole) > MAX_RECORD:
            self._gathering.add(line, shortened(texts), MAX_CELL, too_long(line))
        else:
            row = check_record(line, texts, columns, ",")
            self._gathering.add(line, row.cells, len(whole), row.problem)

    def _tell(self) -> None:
        if self._beside:
            words = f"{self._beside:,} cells stand right of the last heading and were left out. Give their columns a heading."
            self._warnings.append(Problem("cells_without_heading", words))
        if self._cells.long_numbers:
            words = (
                f"{self._cells.long_numbers:,} whole numbers have more than 15 digits, of which a workbook keeps 15. "
                "Format such columns as text, before the numbers are typed in."
            )
            self._warnings.append(Problem("long_numbers", words))
        if self._archive and self._archive.error_cells:
            words = f"The workbook has {self._archive.error_cells:,} cells with errors such as #N/A; they were read as empty."
            self._warnings.append(Problem("error_cells", words))


def _choose(workbook: CalamineWorkbook, wanted: str | int | None) -> tuple[CalamineSheet, list[Problem]]:
    """The sheet, and what is to be said about the choice. Hidden sheets are read when they are named, never by themselves."""
    sheets = [meta for meta in workbook.sheets_metadata if meta.typ == SheetTypeEnum.WorkSheet]
    visible = [meta.name for meta in sheets if meta.visible == SheetVisibleEnum.Visible] or [meta.name for meta in sheets]
    if wanted is not None:
        return workbook.get_sheet_by_name(_named(str(wanted), visible, [meta.name for meta in sheets])), []
    for name in visible:
        sheet = workbook.get_sheet_by_name(name)
        if sheet.height:
            return sheet, [_chosen(name, len(visible))] if len(visible) > 1 else []
    raise UnreadablePayload("empty_file", "The workbook is empty.")


def _named(wanted: str, visible: list[str], names: list[str]) -> str:
    """By name, letter case aside as in Excel, else by number among the visible ones."""
    folded = {name.casefold(): name for name in reversed(names)} | {name: name for name in names}
    found = folded.get(wanted) or folded.get(wanted.strip().casefold())
    if found is not None:
        return found
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 6 and 1 <= int(wanted) <= len(visible):
        return visible[int(wanted) - 1]
    listed = ", ".join(f"{number} '{name[:80]}'" for number, name in enumerate(visible[:_MOST_NAMED], start=1))
    raise UnreadablePayload("sheet_unknown", f"The workbook has no sheet '{wanted[:80]}'. Its sheets are {listed}.")


def _chosen(name: str, count: int) -> Problem:
    words = f"The workbook has {count:,} sheets. The rows of '{name[:80]}' were read; name another one in `sheet`."
    return Problem("sheet_chosen", words)
