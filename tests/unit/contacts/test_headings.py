"""Headings of one's own: each column has one, and no two have the same."""

import pytest

from shared.contacts.headings import HeadingProblem, titled
from tests.unit.contacts.exported import book
from tests.unit.exporter.files import columns_of

COLUMNS = columns_of(["email", "first_name", "cf:f text"], book())


def headings_of(**headings: str) -> list[str]:
    return [column.heading for column in titled(COLUMNS, headings)]


def test_a_column_without_a_heading_of_its_own_keeps_its_name() -> None:
    plain = [column.name for column in COLUMNS]
    assert headings_of() == plain
    assert headings_of(first_name="Given name", last_name="of a column that is not here") == [plain[0], "Given name", plain[2]]


def test_the_heading_changes_nothing_else_of_a_column() -> None:
    found = titled(COLUMNS, {"email": "E-mail"})[0]
    assert (found.name, found.type, found.path) == ("email", COLUMNS[0].type, COLUMNS[0].path)


@pytest.mark.parametrize(
    ("headings", "column"),
    [
        ({"email": "Name", "first_name": "Name"}, "first_name"),
        ({"email": "first_name"}, "email"),
        ({"first_name": "email"}, "first_name"),
    ],
)
def test_two_columns_with_one_heading_are_refused_by_the_one_that_was_given_it(headings: dict[str, str], column: str) -> None:
    with pytest.raises(HeadingProblem, match="would both have the heading") as refusal:
        titled(COLUMNS, headings)
    assert refusal.value.column == column


def test_columns_may_change_their_names_with_one_another() -> None:
    assert headings_of(email="first_name", first_name="email")[:2] == ["first_name", "email"]
