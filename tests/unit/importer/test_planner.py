"""The pure parts of planning: keys that bring the rows of one contact together, and the gate."""

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.importer.planner import Fault, Survey
from services.importer.row_keys import RowKeys
from shared.contacts.matching import key_text
from shared.contacts.patch import FieldBook, RowProblem, parse_row, resolve_target
from shared.jobs.lanes import lane_of

BOOK = FieldBook(identifiers=frozenset({"crm"}))
WHO = UUID(int=171)
MATCHES = st.sampled_from(["email", "id", "uuid", "mobile", "identifier:crm"])
SPACES = ["", " ", "\u00a0", "\ufeff", "\u200b", "\t"]


def value_of(match: str, cell: object) -> object:
    """What the work makes of the cell, or None where it refuses it."""
    target = resolve_target(match, BOOK)
    assert target is not None
    try:
        return parse_row([(0, target)], [cell]).get(target.path)
    except RowProblem:
        return None


@st.composite
def spellings(draw: st.DrawFn) -> tuple[str, object, object]:
    """A match, and two cells that may well name one contact."""
    match = draw(MATCHES)
    by_match: dict[str, list[object]] = {
        "email": ["ana@example.org", "ANA@example.org", "Ana@Example.ORG"],
        "id": ["12", "012", "12.0", "0012.00", 12, 12.0],
        "uuid": [str(WHO), str(WHO).upper(), WHO.hex, "{" + str(WHO) + "}", WHO.urn],
        "mobile": ["+49 151 23456789", "+4915123456789", "0049 151 23456789", "+49-151-2345-6789"],
        "identifier:crm": ["A-1", "A-1", "A-2", 1, "1", 1.0],
    }
    forms = by_match[match]

    def one() -> object:
        form = draw(st.sampled_from(forms))
        edges = st.sampled_from(SPACES)
        return draw(edges) + form + draw(edges) if isinstance(form, str) else form

    return match, one(), one()


@given(spellings())
def test_rows_that_name_one_contact_are_in_one_lane_however_they_spell_it(case: tuple[str, object, object]) -> None:
    match, first, second = case
    value, other = value_of(match, first), value_of(match, second)
    if match == "email":
        value, other = str(value).lower(), str(other).lower()
    if value is not None and value == other:
        assert key_text(match, first) == key_text(match, second)


@given(MATCHES, st.text() | st.integers() | st.floats() | st.booleans())
def test_any_cell_has_a_key_and_any_key_a_lane(match: str, cell: object) -> None:
    assert 0 <= lane_of(key_text(match, cell), 16) < 16


@pytest.mark.parametrize("cell", ["", "  ", "\u00a0"])
@pytest.mark.parametrize("match", ["email", "id", "uuid", "mobile", "identifier:crm"])
def test_blank_cells_have_no_key(match: str, cell: str) -> None:
    assert key_text(match, cell) == ""


def test_the_survey_counts_all_and_names_the_first_few() -> None:
    survey = Survey()
    for line in range(2, 12):
        survey.add(line, Fault("odd" if line % 3 else "odd_third", None if line % 3 else "age") if line % 2 else None)
    assert survey.as_document() == {"rows": 10, "bad": 5, "codes": {"odd": 3, "odd_third": 2}}
    assert survey.first == ["line 3, age: odd_third", "line 5: odd", "line 7: odd"]


def test_numbers_of_one_contact_are_in_one_lane_however_their_column_is_read() -> None:
    target = resolve_target("mobile:us", BOOK)
    assert target is not None
    keys = RowKeys("email_or_mobile", [(0, target)])
    spelled = ["1231231234", "123-123-1234", "+1 123 123 1234", 1231231234]
    assert {keys.of([cell]) for cell in spelled} == {("mobile:+11231231234", "")}
    assert {value_of("mobile:us", cell) for cell in spelled} == {"+11231231234"}
