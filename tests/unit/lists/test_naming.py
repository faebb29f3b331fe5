"""Which column of a file names the contacts."""

from typing import Any

import pytest

from services.lists.naming import is_headless, naming_of, need_column
from shared.contacts.patch import FieldBook
from shared.contract.bulk_options import ChangeOptions
from shared.contract.options import MENDING_COLUMNS
from shared.jobs.job import JobRefused
from shared.readers import ABSENT

BOOK = FieldBook(identifiers=frozenset({"crm"}))


def column(columns: list[str], **options: Any) -> int | None:
    """The place of the column that is found in a table."""
    return naming_of(columns, ChangeOptions(**options), BOOK, is_table=True).column


@pytest.mark.parametrize(
    ("columns", "options", "place"),
    [
        (["Name", "E-Mail"], {}, 1),
        (["Name", "Email address", "First name", "First name"], {}, 1),
        (["anything"], {}, 0),
        ([*MENDING_COLUMNS, "anything"], {}, 3),
        ([*MENDING_COLUMNS, "Email", "Name"], {}, 3),
        (["Name", "Town"], {}, None),
        (["id", "email"], {"match": "id"}, 0),
        (["Name", "Mobile"], {"match": "mobile"}, 1),
        (["Name", "CRM"], {"match": "identifier:crm"}, 1),
        (["Name", "Kundennummer"], {"match": "id", "column": "kundennummer"}, 1),
        (["Email", "Private mail"], {"column": "Private mail"}, 1),
        (["Email"], {"column": "Mail"}, None),
        (["email", "E-Mail"], {}, 0),
    ],
)
def test_the_column_is_found_by_its_heading_or_by_being_the_only_one(
    columns: list[str], options: dict[str, Any], place: int | None
) -> None:
    assert column(columns, **options) == place


def test_two_columns_that_could_both_be_meant_are_refused() -> None:
    with pytest.raises(JobRefused, match="could both name") as refused:
        column(["E-Mail", "e mail"])
    assert refused.value.problem.code == "match_column_twice"


def test_a_file_without_a_column_for_the_match_is_refused() -> None:
    options = ChangeOptions()
    naming = naming_of(["Name", "Town"], options, BOOK, is_table=True)
    with pytest.raises(JobRefused) as refused:
        need_column(naming, ["Name", "Town"], options)
    assert refused.value.problem.code == "match_column_missing"


@pytest.mark.parametrize(
    ("columns", "options", "is_one"),
    [
        (["ana@example.org"], {}, True),
        (["email"], {}, False),
        (["ana@example.org", "Ana"], {}, False),
        (["ana@example.org"], {"column": "ana@example.org"}, False),
        (["4711"], {"match": "id"}, True),
        (["4711"], {"match": "email"}, False),
        (["+447700900123"], {"match": "mobile"}, True),
        (["4711"], {"match": "identifier:crm"}, False),
        ([""], {}, False),
    ],
)
def test_a_heading_that_is_itself_a_name_is_no_header(columns: list[str], options: dict[str, Any], is_one: bool) -> None:
    assert is_headless(columns, ChangeOptions(**options)) == is_one


def test_items_of_a_document_are_found_by_the_match_alone_for_an_id_may_be_another_systems() -> None:
    naming = naming_of(["id", "email"], ChangeOptions(), BOOK, is_table=False)
    assert [naming.cell(cells) for cells in ([7, ABSENT], [7, "a@example.org"], [7])] == [None, "a@example.org", None]
    options = ChangeOptions()
    with pytest.raises(JobRefused, match="No column gives the email"):
        need_column(naming_of(["id"], options, BOOK, is_table=False), ["id"], options)
