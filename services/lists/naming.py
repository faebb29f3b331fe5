"""Which column of a payload names the contacts. Pure, and a function of the headings, the options and the account's fields.

A table with one column is a list of names, whatever its heading says; one whose heading is itself a name has no header.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from shared.contacts.mapping import MappingProblem, forgiving, plan_mapping
from shared.contacts.matching import name_in, path_of_match
from shared.contacts.patch import FieldBook
from shared.contacts.values import ValueProblem
from shared.contract.bulk_options import ChangeOptions
from shared.contract.options import MENDING_COLUMNS
from shared.jobs.job import JobRefused
from shared.readers import ABSENT


@dataclass(frozen=True, slots=True)
class Naming:
    """Where a row names its contact."""

    match: str
    column: int | None = None

    def cell(self, cells: Sequence[Any]) -> Any:
        """What names the contact of the row; None where it has none."""
        if self.column is None or self.column >= len(cells) or cells[self.column] == ABSENT:
            return None
        return cells[self.column]


def naming_of(columns: Sequence[str], options: ChangeOptions, fields: FieldBook, *, is_table: bool) -> Naming:
    """What is known of it by these columns; JSON may bring more of them later. Raises JobRefused where two could be meant."""
    return Naming(options.match, _column(columns, options, fields, is_table))


def is_headless(columns: Sequence[str], options: ChangeOptions) -> bool:
    """True for a table of one column whose heading is an address, a number or whatever the contacts are named by.

    A custom identifier may look like anything, so there the first line is always a header.
    """
    if len(columns) != 1 or options.column is not None or options.match.startswith("identifier:"):
        return False
    try:
        return name_in(options.match, columns[0], 0) is not None
    except ValueProblem:
        return False


def need_column(naming: Naming, columns: Sequence[str], options: ChangeOptions) -> None:
    """Raises JobRefused when nothing names the contacts."""
    if naming.column is not None:
        return
    names = ", ".join(repr(column) for column in columns[:10])
    if options.column is not None:
        raise JobRefused("match_column_missing", f"There is no column {options.column!r}. The columns are {names}.")
    raise JobRefused(
        "match_column_missing",
        f"No column gives the {options.match} by which contacts are found. The columns are {names}. "
        f"Name the right one in `column`, or choose another `match`.",
    )


def _column(columns: Sequence[str], options: ChangeOptions, fields: FieldBook, is_table: bool) -> int | None:
    if options.column is not None:
        spelling = forgiving(options.column)
        exact = [index for index, heading in enumerate(columns) if heading == options.column]
        near = [index for index, heading in enumerate(columns) if spelling and forgiving(heading) == spelling]
        return _only(exact or near, columns)
    first = len(MENDING_COLUMNS) if tuple(columns[: len(MENDING_COLUMNS)]) == MENDING_COLUMNS else 0
    meant = [index for index in range(first, len(columns)) if _means([columns[index]], options.match, fields, is_table)]
    if not meant and is_table and len(columns) - first == 1:
        return first
    if len(meant) > 1:
        meant = [meant[index] for index in _means([columns[index] for index in meant], options.match, fields, is_table)]
    return _only(meant, columns)


def _means(headings: Sequence[str], match: str, fields: FieldBook, is_table: bool) -> list[int]:
    """Which of these headings say what contacts are matched by: the best one, or all where none is better."""
    try:
        plan = plan_mapping(headings, None, fields, match=match, nested=not is_table)
    except MappingProblem:
        return list(range(len(headings)))
    return [index for index, target in plan.targets if target.path == path_of_match(match)]


def _only(indexes: Sequence[int], columns: Sequence[str]) -> int | None:
    if len(indexes) > 1:
        names = " and ".join(repr(columns[index]) for index in indexes)
        raise JobRefused("match_column_twice", f"The columns {names} could both name the contacts. Name one of them in `column`.")
    return indexes[0] if indexes else None
