"""What one row or one JSON body wants to change: a flat patch from paths to checked values. Pure, and never half made.

In a patch a path with None is explicitly blank; a path that is not there was not mentioned.
"""

from collections.abc import Mapping, Sequence
from datetime import date

from shared.contacts.nested import COMPOSITES, run, unknown_field
from shared.contacts.setters import FieldBook, Patch, RowProblem, Setter
from shared.contacts.targets import Target, in_turn, resolve_target, target_names
from shared.contacts.values import ValueProblem

__all__ = [
    "ABSENT",
    "COMPOSITES",
    "FieldBook",
    "Patch",
    "RowProblem",
    "Setter",
    "Target",
    "check_birthday",
    "in_turn",
    "parse_row",
    "patch_from_json",
    "problems_of",
    "resolve_target",
    "target_names",
]

ABSENT = b""
"""The cell of a column that a row does not have (a JSON object without the key). It says nothing, unlike a blank one."""
_BIRTHDAY = frozenset({"birthday_month", "birthday_day"})


def parse_row(columns: Sequence[tuple[int, Target]], cells: Sequence[object], *, checks_birthday: bool = False) -> Patch:
    """The patch of one row.

    Absent cells and those past the end of a short row set nothing; blank cells (None, or nothing but white space) set
    None. Columns without a target are not looked at. The first problem, in the order of `columns`, is raised as
    RowProblem and nothing is returned, so that no row is ever half applied. `checks_birthday`: see `check_birthday`.
    """
    patch: Patch = {}
    width = len(cells)
    for index, target in columns:
        if index < width:
            cell = cells[index]
            if cell.__class__ is not bytes:
                try:
                    target.setter(cell, patch)
                except ValueProblem as problem:
                    raise RowProblem(problem.code, target.field, f"{target.field}: {problem.message}") from None
    if checks_birthday:
        check_birthday(patch)
    return patch


def problems_of(
    columns: Sequence[tuple[int, Target]], cells: Sequence[object], *, checks_birthday: bool = False
) -> list[RowProblem]:
    """Every problem of a row, in the order of `columns`: none exactly where `parse_row` gives a patch, else its problem first.

    A cell has one problem at most. A birthday is checked last, and where its month and day are sound by themselves.
    """
    patch: Patch = {}
    problems: list[RowProblem] = []
    width = len(cells)
    for index, target in columns:
        if index < width and cells[index].__class__ is not bytes:
            try:
                run(target.setter, cells[index], patch, target.field)
            except RowProblem as problem:
                problems.append(problem.with_traceback(None))  # which would hold this list, and so itself
    if checks_birthday and not any(problem.field in _BIRTHDAY for problem in problems):
        try:
            check_birthday(patch)
        except RowProblem as problem:
            problems.append(problem.with_traceback(None))
    return problems


def check_birthday(patch: Patch) -> None:
    """Raises RowProblem `date_invalid` unless the patch has both month and day of a birthday that there is, or neither."""
    month, day = patch.get("birthday_month"), patch.get("birthday_day")
    if (month is None) != (day is None):
        missing = "month" if month is None else "day"
        words = f"the {missing} is missing. Write birthday_month and birthday_day, or neither."
        raise RowProblem("date_invalid", "birthday_day", f"birthday_day: {words}")
    try:
        date(2000, month or 1, day or 1)
    except ValueError:
        words = f"month {month} has no day {day}. Write a day that there is."
        raise RowProblem("date_invalid", "birthday_day", f"birthday_day: {words}") from None


def patch_from_json(body: Mapping[str, object], fields: FieldBook) -> Patch:
    """The patch of an API body, whose keys are canonical names. A key that no field has is RowProblem `unknown_field`.

    Dates here have no day-first form. Paths are set in the order of the body, so of two keys for one path the later wins.
    """
    patch: Patch = {}
    for name, value in body.items():
        target = resolve_target(name, fields)
        if target is None:
            raise unknown_field(name, "Leave it out, or define it as a custom field first.")
        run(target.setter, value, patch, target.name)
    return patch
