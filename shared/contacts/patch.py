"""What one row or one JSON body wants to change: a flat patch from paths to checked values. Pure, and never half made.

In a patch a path with None is explicitly blank; a path that is not there was not mentioned.
"""

from collections.abc import Mapping, Sequence

from shared.contacts.nested import COMPOSITES, run, unknown_field
from shared.contacts.setters import FieldBook, Patch, RowProblem, Setter
from shared.contacts.targets import Target, resolve_target, target_names
from shared.contacts.values import ValueProblem

__all__ = [
    "ABSENT",
    "COMPOSITES",
    "FieldBook",
    "Patch",
    "RowProblem",
    "Setter",
    "Target",
    "parse_row",
    "patch_from_json",
    "resolve_target",
    "target_names",
]

ABSENT = b""
"""The cell of a column that a row does not have (a JSON object without the key). It says nothing, unlike a blank one."""


def parse_row(columns: Sequence[tuple[int, Target]], cells: Sequence[object]) -> Patch:
    """The patch of one row.

    Absent cells and those past the end of a short row set nothing; blank cells (None, or nothing but white space) set
    None. Columns without a target are not looked at. The first problem, in the order of `columns`, is raised as
    RowProblem and nothing is returned, so that no row is ever half applied.
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
                    raise RowProblem(problem.code, target.name, f"{target.name}: {problem.message}") from None
    return patch


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
