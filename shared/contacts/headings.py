"""Other headings for the columns of a file than their canonical names. Pure; no file has two columns with one heading."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from shared.contacts.columns import Column


class HeadingProblem(Exception):
    """Why the columns of a file cannot have the headings they should have: the column, and what to do."""

    def __init__(self, column: str, message: str) -> None:
        super().__init__(column, message)
        self.column = column
        self.message = message

    def __str__(self) -> str:
        return self.message


def titled(columns: Sequence[Column], headings: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns with these headings, which stand under their canonical names. A heading for a column that is not here is nothing.

    Raises HeadingProblem where two columns would have one heading.
    """
    found = tuple(replace(column, title=headings.get(column.name, "")) for column in columns)
    taken: dict[str, Column] = {}
    for column in found:
        other = taken.setdefault(column.heading, column)
        if other is not column:
            one, another = (column, other) if column.title else (other, column)
            detail = f"{one.name} and {another.name} would both have the heading {column.heading!r}. Give one of them another."
            raise HeadingProblem(one.name, detail)
    return found
