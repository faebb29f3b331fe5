"""Selections as queries: what a condition finds, and what is refused before a job is made of it."""

from typing import Any

import pytest

from shared.contacts.choosing import MOST_LETTERS, SelectionProblem, query_of, without
from shared.contacts.fields import Field, FieldType, custom_path
from shared.contacts.patch import FieldBook
from shared.contacts.setters import PERMISSIONS
from shared.contacts.standing import EMAIL_GROUND
from shared.contract.selection import MAY_BE_WRITTEN_TO, ContactSelection, EmailGround

COLORS = Field("colors", FieldType.MULTI_SELECT, custom_path(7), choices=("red", "blue"))
BOOK = FieldBook({"colors": COLORS})


def compiled(field: str, op: str, value: Any) -> dict[str, Any]:
    """The part of the query that a condition becomes."""
    selection = ContactSelection.model_validate({"where": [{"field": field, "op": op, "value": value}]})
    part: dict[str, Any] = query_of(selection, 1, BOOK)["$and"][-1]
    return part


@pytest.mark.parametrize(
    ("op", "value", "matcher"),
    [
        ("eq", "red", {"$in": ["red"]}),
        ("in", ["red", "blue"], {"$in": ["red", "blue"]}),
        ("ne", "red", {"$nin": ["red"]}),
        ("is_set", False, {"$exists": False}),
    ],
)
def test_a_field_of_several_choices_is_compared_choice_by_choice(op: str, value: Any, matcher: dict[str, Any]) -> None:
    assert compiled("cf:colors", op, value) == {"custom.7": matcher}


def test_several_choices_have_no_order() -> None:
    with pytest.raises(SelectionProblem, match="no order"):
        compiled("cf:colors", "lt", "red")


@pytest.mark.parametrize("value", ["a\0b", "x" * (MOST_LETTERS + 1), "", 5])
@pytest.mark.parametrize("op", ["contains", "starts_with"])
def test_a_pattern_that_the_database_would_refuse_is_refused_here(op: str, value: Any) -> None:
    with pytest.raises(SelectionProblem, match="printable text"):
        compiled("first_name", op, value)


def test_a_pattern_is_text_and_no_expression() -> None:
    assert compiled("first_name", "starts_with", "a.*") == {"first_name": {"$regex": r"^a\.\*", "$options": "i"}}


def test_phones_and_addresses_are_found_by_their_kind() -> None:
    assert compiled("address:home:city", "eq", "Graz") == {"addresses": {"$elemMatch": {"kind": "home", "city": "Graz"}}}
    negative = {"addresses": {"$not": {"$elemMatch": {"kind": "home", "city": {"$in": ["Graz"]}}}}}
    assert compiled("address:home:city", "ne", "Graz") == negative


@pytest.mark.parametrize("field", ["tags", "lists", "phones", "no_such_field", "preference:$where", "consent:text", "custom"])
def test_what_is_no_field_to_compare_is_refused(field: str) -> None:
    with pytest.raises(SelectionProblem):
        compiled(field, "eq", "x")


def test_an_exclusion_leaves_out_deleted_contacts_too_unless_it_names_a_status() -> None:
    everybody = query_of(ContactSelection(all=True), 1, BOOK)
    (*_, left_out) = without(everybody, ContactSelection(tags=(3,)), 1, BOOK)["$and"]
    assert len(left_out["$nor"]) == 2
    (*_, left_out) = without(everybody, ContactSelection.model_validate({"tags": [3], "status": ["active"]}), 1, BOOK)["$and"]
    assert len(left_out["$nor"]) == 1


def test_contacts_are_found_by_any_of_the_grounds_that_are_given() -> None:
    assert set(EmailGround) == set(PERMISSIONS)
    selection = ContactSelection(email_grounds=MAY_BE_WRITTEN_TO)
    assert not selection.is_empty()
    ways = {"$or": [EMAIL_GROUND.query(word) for word in ("explicit", "implicit")]}
    assert query_of(selection, 1, BOOK) == {"$and": [{"deleted_at": {"$exists": False}}, ways]}
