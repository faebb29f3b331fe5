"""Contacts of v3 as native records, and the ways to what is wrong with them."""

from typing import Any

import pytest

from services.gateway.dialects.dotdigital.data_fields import data_fields
from services.gateway.dialects.dotdigital.v3.asking import said_contact
from services.gateway.dialects.dotdigital.v3.contact_record import Faults, Known, imported_record, native_record
from services.gateway.problems import Problem
from shared.contacts.fields import Field, FieldType
from shared.contacts.patch import FieldBook, patch_from_json

COLOUR = Field("Colour", FieldType.TEXT, "custom.1", max_length=20)
KNOWN = Known(data_fields([COLOUR]), frozenset({"customerId"}))
CONSENT = {"text": "a", "dateTimeConsented": "2026-11-21T09:00:00Z", "url": "b", "ipAddress": "c", "userAgent": "d"}


def record_of(contact: Any) -> dict[str, Any]:
    faults = Faults()
    record = native_record(contact, KNOWN, faults)
    assert faults.details == []
    return record


def faults_of(contact: Any) -> list[str]:
    faults = Faults(place=3)
    native_record(contact, KNOWN, faults)
    return [each["item"] for each in faults.details]


def test_all_that_a_contact_says_is_in_its_record_and_the_native_api_understands_it() -> None:
    record = record_of(
        {
            "identifiers": {"email": "ana@example.org", "mobileNumber": 447700900123, "contactId": 7, "customerId": "c-1"},
            "dataFields": {"firstName": None, "COLOUR": "red", "nobody": 1},
            "channelProperties": {
                "email": {"status": "Subscribed", "emailType": "PLAINTEXT", "optInType": "verifieddouble"},
                "sms": {"status": "noSubscription"},
                "whatsApp": {"status": None},
                "fax": {},
            },
            "lists": [1, 2],
            "preferences": [{"id": 4, "isOptedIn": False}],
            "consentRecords": [CONSENT],
            "status": "subscribed",
        }
    )
    patch = patch_from_json(record, FieldBook({"colour": COLOUR}, frozenset({"customerId"})))
    consent = patch.pop("consents")[0]
    assert patch == {
        "email": "ana@example.org",
        "mobile": "+447700900123",
        "identifiers.customerId": "c-1",
        "first_name": None,
        "custom.1": "red",
        "channels.email.status": "subscribed",
        "channels.email.type": "plain",
        "channels.email.opt_in.type": "verified_double",
        "channels.sms.status": "none",
        "lists": [1, 2],
        "preferences": {"4": False},
    }
    assert (consent["text"], consent["url"], consent["ip"], consent["user_agent"]) == ("a", "b", "c", "d")


def test_an_identifier_that_is_null_is_a_blank() -> None:
    assert record_of({"identifiers": {"email": "ana@example.org", "mobileNumber": None}})["mobile"] is None


def test_an_object_without_members_that_php_writes_as_a_list_says_nothing() -> None:
    assert record_of({"dataFields": [], "channelProperties": []}) == {}
    assert record_of({"channelProperties": {"email": [], "sms": {"status": "subscribed"}}}) == {"sms_status": "subscribed"}


@pytest.mark.parametrize("member", ["identifiers", "dataFields", "channelProperties", "lists", "preferences", "consentRecords"])
def test_a_member_that_is_null_says_nothing(member: str) -> None:
    assert record_of({member: None}) == {}


@pytest.mark.parametrize(
    ("contact", "item"),
    [
        (5, "contacts[3]"),
        ({"identifiers": []}, "contacts[3].identifiers"),
        ({"identifiers": {"email": True}}, "contacts[3].identifiers.email"),
        ({"identifiers": {"Email": "x"}}, "contacts[3].identifiers.Email"),
        ({"dataFields": [1]}, "contacts[3].dataFields"),
        ({"channelProperties": [1]}, "contacts[3].channelProperties"),
        ({"channelProperties": {"sms": "x"}}, "contacts[3].channelProperties.sms"),
        ({"channelProperties": {"email": {"status": "noSubscription"}}}, "contacts[3].channelProperties.email.status"),
        ({"channelProperties": {"email": {"emailType": 1}}}, "contacts[3].channelProperties.email.emailType"),
        ({"lists": 1}, "contacts[3].lists"),
        ({"lists": [True]}, "contacts[3].lists"),
        ({"lists": list(range(1, 102))}, "contacts[3].lists"),
        ({"preferences": {}}, "contacts[3].preferences"),
        ({"preferences": [{"id": 1, "isOptedIn": "yes"}]}, "contacts[3].preferences[0]"),
        ({"preferences": [{"id": "1", "isOptedIn": True}]}, "contacts[3].preferences[0]"),
        ({"consentRecords": [CONSENT] * 6}, "contacts[3].consentRecords"),
        ({"consentRecords": [CONSENT, 1]}, "contacts[3].consentRecords[1].text"),
        ({"consentRecords": [CONSENT | {"url": None}]}, "contacts[3].consentRecords[0].url"),
        ({"consentRecords": [CONSENT | {"text": ""}]}, "contacts[3].consentRecords[0].text"),
        ({"consentRecords": [CONSENT | {"ipAddress": " \u200b"}]}, "contacts[3].consentRecords[0].ipAddress"),
    ],
)
def test_a_fault_names_the_way_to_it(contact: Any, item: str) -> None:
    assert faults_of(contact) == [item]


def test_a_row_names_what_finds_its_contact_and_has_it_at_least_as_a_blank() -> None:
    faults = Faults()
    rows = [
        imported_record({"matchIdentifier": match, "identifiers": {"contactId": 7}}, KNOWN, faults)
        for match in ("email", "mobileNumber", "contactId", "customerId")
    ]
    assert faults.details == []
    assert rows == [
        {"id": 7, "match_by": "email", "email": None},
        {"id": 7, "match_by": "mobile", "mobile": None},
        {"id": 7, "match_by": "id"},
        {"id": 7, "match_by": "identifier:customerId", "identifier:customerId": None},
    ]


@pytest.mark.parametrize("blank", ["", " ", "\u200b"])
def test_a_blank_identifier_beside_the_one_that_finds_the_contact_says_nothing_and_null_clears(blank: str) -> None:
    blanks = dict.fromkeys(("email", "mobileNumber", "contactId", "customerId"), blank)
    made = imported_record({"matchIdentifier": "email", "identifiers": {**blanks, "email": "a@x.org"}}, KNOWN, Faults())
    assert made == {"match_by": "email", "email": "a@x.org"}
    assert imported_record({"matchIdentifier": "mobileNumber", "identifiers": blanks}, KNOWN, Faults()) == {
        "match_by": "mobile",
        "mobile": blank,
    }
    nulls = {"email": "a@x.org", "mobileNumber": None, "customerId": None}
    made = imported_record({"matchIdentifier": "email", "identifiers": nulls}, KNOWN, Faults())
    assert made == {"match_by": "email", "email": "a@x.org", "mobile": None, "identifier:customerId": None}


@pytest.mark.parametrize("member", ["text", "dateTimeConsented", "url", "ipAddress", "userAgent"])
def test_a_consent_with_a_blank_part_is_a_fault_of_an_import_too(member: str) -> None:
    faults, contact = Faults(), {"matchIdentifier": "email", "identifiers": {}, "consentRecords": [{**CONSENT, member: " "}]}
    imported_record(contact, KNOWN, faults)
    assert [each["item"] for each in faults.details] == [f"consentRecords[0].{member}"]


@pytest.mark.parametrize(
    "contact", [{"identifiers": {}}, {"identifiers": {}, "matchIdentifier": "shoe"}, {"matchIdentifier": "email"}, 1]
)
def test_a_row_without_identifiers_or_a_known_way_to_be_found_is_a_fault(contact: Any) -> None:
    faults = Faults()
    imported_record(contact, KNOWN, faults)
    assert len(faults.details) == 1


def test_of_many_faults_so_many_are_kept() -> None:
    faults = Faults(most=2)
    for _ in range(5):
        faults.add("x", "wrong")
    assert (len(faults.details), faults.is_full) == (2, True)


def test_a_contact_of_its_own_may_not_have_data_fields_that_there_are_not() -> None:
    with pytest.raises(Problem) as refused:
        said_contact({"dataFields": {"shoeSize": 43, "colour": "red"}, "lists": 1}, KNOWN)
    assert [each["item"] for each in refused.value.extra["details"]] == ["lists", "dataFields.shoeSize"]
