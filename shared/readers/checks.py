"""What can be wrong with a single CSV record, in the words that its sender will read.

Only records that the quick way could not wave through come here. A problem never loses the row: it is shown, cut short."""

from shared.readers.limits import MAX_CELL, MAX_COLUMNS, MAX_RECORD, MAX_SHOWN
from shared.readers.rows import Cell, Problem, SourceRow
from shared.readers.text import is_decoded, showable


def check_record(line: int, cells: list[str], columns: list[str], delimiter: str) -> SourceRow:
    """The row for a record that csv could read."""
    width = len(columns)
    if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
        cells = cells[:width]
    problem = _unreadable(cells, columns) or _too_many(cells, width, delimiter) or _too_long(cells, columns)
    return SourceRow(line, _shown(cells) if problem else list[Cell](cells), problem)


def damaged_row(line: int, text: str, delimiter: str, problem: Problem) -> SourceRow:
    """The row for lines that csv could not read: split at each delimiter, quotes and all."""
    return SourceRow(line, _shown(text[:MAX_RECORD].rstrip("\r\n").split(delimiter, MAX_COLUMNS)), problem)


def unclosed_quote(line: int) -> Problem:
    words = f"A quote opens on line {line} and is never closed. Close it, or double each quote that belongs to a value."
    return Problem("unclosed_quote", f"{words} The lines after it were read as rows of their own.")


def stray_quote(line: int) -> Problem:
    words = f'On line {line} a quoted value goes on after its closing quote. Write a quote within a value twice: "".'
    return Problem("stray_quote", words)


def cell_too_long(where: str) -> Problem:
    return Problem("cell_too_long", f"{where} is longer than {MAX_CELL:,} characters. Shorten it.")


def row_too_long(line: int) -> Problem:
    return Problem("row_too_long", f"Line {line} is longer than {MAX_RECORD:,} characters. Is a line break missing?")


def _unreadable(cells: list[str], columns: list[str]) -> Problem | None:
    for number, cell in enumerate(cells, start=1):
        if not is_decoded(cell):
            words = f"{_place(number, columns)} holds bytes that are not in the file's encoding. Save the file as UTF-8."
            return Problem("bad_bytes", words)
        if "\0" in cell:
            return Problem("nul_byte", f"{_place(number, columns)} holds a NUL byte. Remove it.")
    return None


def _too_many(cells: list[str], width: int, delimiter: str) -> Problem | None:
    if len(cells) <= width:
        return None
    name = "tab" if delimiter == "\t" else delimiter
    words = f"The row has {len(cells):,} cells, the header {width:,}. Put a value that holds a {name} in quotes."
    return Problem("too_many_cells", words)


def _too_long(cells: list[str], columns: list[str]) -> Problem | None:
    for number, cell in enumerate(cells, start=1):
        if len(cell) > MAX_CELL:
            return cell_too_long(_place(number, columns))
    return None


def _place(number: int, columns: list[str]) -> str:
    return f"Column '{columns[number - 1][:80]}'" if number <= len(columns) else f"Cell {number}"


def _shown(cells: list[str]) -> list[Cell]:
    return [showable(cell[:MAX_SHOWN]) for cell in cells[:MAX_COLUMNS]]
