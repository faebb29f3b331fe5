"""Contacts of v2 as native records."""

from typing import Any

import pytest

from services.gateway.dialects.dotdigital.data_fields import data_fields
from services.gateway.dialects.dotdigital.v2.asking import said
from services.gateway.dialects.dotdigital.v2.contact_record import (
    ContactInput,
    imported_record,
    native_record,
    unknown_data_field,
)
from services.gateway.problems import Problem
from shared.contacts.fields import Field, FieldType
from shared.contacts.patch import FieldBook, patch_from_json

COLOUR = Field("Colour", FieldType.TEXT, "custom.1", max_length=20)
FIELDS = data_fields([COLOUR])
BOOK = FieldBook({"colour": COLOUR})
WHOLE = {
    "id": 7,
    "Email": "ana@example.org",
    "OPTINTYPE": "Double",
    "emailType": "PlainText",
    "mobileNumberId": "x",
    "dataFields": [
        {"key": " firstname ", "value": "Ana"},
        {"Key": "COLOUR", "Value": None},
        {"key": "PostCode", "value": "N1"},
        {"key": "preference:News", "value": "False"},
        {"key": "Preference:Blank", "value": None},
        {"key": "NOBODY", "value": "x"},
    ],
    "consentFields": [{"key": "ConsentText", "value": "Yes"}, {"key": "consentip", "value": "192.0.2.1"}, {"key": "x", "value": 1}],
}
RECORD = {
    "email": "ana@example.org",
    "opt_in_type": "Double",
    "email_type": "PlainText",
    "first_name": "Ana",
    "cf:Colour": None,
    "address:home:postal_code": "N1",
    "preferences": {"News": "False"},
    "consent:text": "Yes",
    "consent:ip": "192.0.2.1",
}


def test_all_that_a_contact_says_is_in_its_record_under_native_names() -> None:
    assert native_record(said(ContactInput, WHOLE), FIELDS) == RECORD
    assert imported_record(WHOLE, FIELDS) == {"match_by": "id", "id": 7, **RECORD}


def test_the_native_api_understands_the_record() -> None:
    patch = patch_from_json(RECORD, BOOK)
    assert (patch["addresses.home.postal_code"], patch["channels.email.type"], patch["custom.1"]) == ("N1", "plain", None)
    assert (patch["preferences"], patch["consents"]) == ({"News": False}, [{"text": "Yes", "ip": "192.0.2.1"}])


def test_what_a_contact_does_not_mention_is_not_in_its_record() -> None:
    assert native_record(said(ContactInput, {"email": "ana@example.org", "dataFields": None}), FIELDS) == {
        "email": "ana@example.org"
    }
    assert native_record(said(ContactInput, {}), FIELDS) == {}


@pytest.mark.parametrize("blank", ["", " ", "\u200b"])
def test_a_blank_email_beside_an_id_says_nothing(blank: str) -> None:
    assert imported_record({"id": 7, "email": blank}, FIELDS) == {"match_by": "id", "id": 7}
    assert imported_record({"email": blank}, FIELDS) == {"match_by": "email", "email": blank}
    assert imported_record({"id": 7, "email": [blank]}, FIELDS)["email"] == [blank]


@pytest.mark.parametrize("number", [0, -1, None])
def test_an_id_below_one_is_none(number: int | None) -> None:
    contact = {"id": number, "email": "ana@example.org"}
    assert said(ContactInput, contact).id is None
    assert imported_record(contact, FIELDS) == {"match_by": "email", "email": "ana@example.org"}


@pytest.mark.parametrize("contact", [5, None, "ana@example.org", [], [1], {"dataFields": [[]]}, {"consentFields": "x"}])
def test_a_record_for_an_import_is_made_of_anything(contact: Any) -> None:
    record = imported_record(contact, FIELDS)
    assert record["match_by"] == "email"
    assert not isinstance(record["email"], str)


def test_the_first_data_field_that_the_account_lacks_is_named() -> None:
    assert unknown_data_field(said(ContactInput, WHOLE), FIELDS) == "NOBODY"
    assert unknown_data_field(said(ContactInput, {"dataFields": [{"key": "colour"}]}), FIELDS) is None


@pytest.mark.parametrize("contact", [{"email": 5}, {"dataFields": "x"}, {"dataFields": [{"value": 1}]}, {"optInType": []}])
def test_a_contact_of_its_own_with_wrong_types_is_refused(contact: Any) -> None:
    with pytest.raises(Problem) as refused:
        said(ContactInput, contact)
    assert refused.value.code == "ERROR_PARAMETER_INVALID"
