"""Rows out of JSON objects: keys become columns in first-seen order, a key that is missing is ABSENT.

Also the one place that knows which values cannot be stored, so that a strange one costs its row and never the job."""

from types import NoneType
from typing import Any

from shared.readers.limits import MAX_CELL, MAX_COLUMNS, MAX_DEPTH, MAX_SHOWN
from shared.readers.rows import ABSENT, Cell, Problem, SourceRow, UnreadablePayload
from shared.readers.text import is_decoded, is_sound, showable

_LEAST, _MOST = -(2**63), 2**63 - 1  # what the database can hold
_INFINITE = (float("inf"), float("-inf"))
_NEVER_FLAWED = frozenset([str, bool, bytes, NoneType])
_new_row = tuple.__new__  # a third of the time of calling the class
_HIDDEN = "(cannot be shown)"


class Objects:
    """Grows the columns while rows are read."""

    def __init__(self) -> None:
        self.columns: list[str] = []
        self._keys: list[str] = []  # as written; the same as the columns unless a name had to be trimmed
        self._index: dict[str, int] = {}

    def row(self, line: int, value: Any, where: str, is_plain: bool) -> SourceRow:
        """The row for one value. `is_plain`: its text was short and without escapes, so no string in it can have a flaw."""
        if not isinstance(value, dict):
            words = f"{where} is not an object. Write a contact as {{...}} with a name for each value."
            return SourceRow(line, [], Problem("not_an_object", words))
        cells = list(value.values()) if list(value) == self._keys else self._placed(value)
        if is_plain and _NEVER_FLAWED.issuperset(map(type, cells)):
            return _new_row(SourceRow, (line, cells, None))
        return check_cells(line, cells, self.columns, where)

    def _placed(self, value: dict[str, Any]) -> list[Cell]:
        cells: list[Cell] = [ABSENT] * len(self.columns)
        for key, cell in value.items():
            index = self._index.get(key)
            if index is None:
                index = self._add(key)
            cells += [ABSENT] * (index + 1 - len(cells))
            cells[index] = cell
        return cells

    def _add(self, key: str) -> int:
        name = showable(key).strip() or f"column {len(self.columns) + 1}"
        index = self._index.get(name)
        if index is None:
            index = len(self.columns)
            if index == MAX_COLUMNS:
                words = f"The objects have more than {MAX_COLUMNS} different names. Are values used as names?"
                raise UnreadablePayload("too_many_columns", words)
            self.columns.append(name)
            self._keys.append(key)
            self._index[name] = index
        self._index[key] = index
        return index


def check_cells(line: int, cells: list[Cell], columns: list[str], where: str) -> SourceRow:
    """The row, with a problem where a value cannot be stored; `where` is what the message calls the row."""
    for number, cell in enumerate(cells):
        flaw = _flaw(cell, 1)
        if flaw:
            code, words = flaw
            message = f"{where}: the value of '{showable(columns[number][:80])}' {words}."
            return SourceRow(line, [_shown(cell) for cell in cells], Problem(code, message))
    return SourceRow(line, cells, None)


def _flaw(value: Any, depth: int) -> tuple[str, str] | None:
    """A code and the rest of a sentence, when the value cannot be kept."""
    kind = type(value)
    if kind is str:
        return _flaw_of_text(value)
    if kind is int:
        return None if _LEAST <= value <= _MOST else ("number_out_of_range", "is too large a number. Write it as text, in quotes")
    if kind is float:
        return ("number_out_of_range", "is too large a number") if value in _INFINITE else None
    if kind is list or kind is dict:
        return _flaw_within(value, depth)
    return None


def _flaw_of_text(text: str) -> tuple[str, str] | None:
    if "\0" in text:
        return "nul_byte", "holds a NUL character"
    if not is_decoded(text):
        return "bad_bytes", "holds characters that cannot be read"
    return ("cell_too_long", f"is longer than {MAX_CELL:,} characters") if len(text) > MAX_CELL else None


def _flaw_within(value: list[Any] | dict[str, Any], depth: int) -> tuple[str, str] | None:
    if depth == MAX_DEPTH:
        return "too_deep", f"is nested more than {MAX_DEPTH} levels deep"
    inner = [*value, *value.values()] if isinstance(value, dict) else value
    flaws = (_flaw(item, depth + 1) for item in inner)
    return next((flaw for flaw in flaws if flaw), None)


def _shown(cell: Cell) -> Cell:
    if isinstance(cell, str):
        return cell if is_sound(cell) and len(cell) <= MAX_SHOWN else showable(cell[:MAX_SHOWN])
    return _HIDDEN if _flaw(cell, 1) else cell
