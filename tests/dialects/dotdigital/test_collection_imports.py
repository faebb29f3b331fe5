"""Imports of contacts in JSON over v2: `import-collection`."""

import json
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.dialects.dotdigital.vendor import Vendor, message

pytestmark = pytest.mark.mongo
PATH = "/v2/contacts/import-collection"


def address() -> str:
    return f"{uuid4().hex[:12]}@example.org"


async def collection(vendor: Vendor, *contacts: Any, **members: Any) -> httpx.Response:
    return await vendor.client.post(PATH, json={"addressBookIds": [], "contacts": contacts, **members})


async def test_a_collection_is_imported_with_all_that_a_contact_can_say(vendor: Vendor) -> None:
    book = await vendor.book()
    await vendor.field("COLOUR")
    contact = {
        "Email": "ana@example.org",
        "OptInType": "VerifiedDouble",
        "emailType": "PlainText",
        "mobileNumberId": "7",
        "DataFields": [
            {"Key": "FIRSTNAME", "Value": "Ana"},
            {"key": "colour", "value": "red"},
            {"key": "POSTCODE", "value": "N1 1AA"},
            {"key": "LASTSUBSCRIBED", "value": "2026-02-03T04:05:06Z"},
            {"key": "Preference:Marketing>Offers", "value": "True"},
            {"key": "NOBODY", "value": "x"},
        ],
        "consentFields": [{"key": "consenttext", "value": "Yes"}, {"key": "CONSENTDATETIME", "value": "2026-01-01T00:00:00Z"}],
    }
    response = await vendor.client.post(PATH, json={"AddressBookIds": [book], "MergeOption": "Overwrite", "Contacts": [contact]})
    assert response.json()["status"] == "NotFinished"
    import_id, status = await vendor.ended(response)
    assert (status, await vendor.report(import_id)) == ("Finished", {"newContacts": 1})
    ana = await vendor.person("ana@example.org")
    assert (ana["first_name"], ana["custom"], ana["preferences"]) == ("Ana", {"COLOUR": "red"}, {"Marketing>Offers": True})
    assert [each["id"] for each in ana["lists"]] == [book]
    assert (ana["channels"]["email"]["type"], ana["channels"]["email"]["opt_in"]["type"]) == ("plain", "verified_double")
    assert ana["channels"]["email"]["opt_in"]["at"] == "2026-02-03T04:05:06.000Z"
    (consent,) = ana["consents"]
    assert (consent["text"], consent["at"]) == ("Yes", "2026-01-01T00:00:00.000Z")


async def test_a_postcode_leaves_the_rest_of_the_address_alone(vendor: Vendor) -> None:
    email = address()
    await vendor.contact(email=email, addresses=[{"kind": "home", "city": "London", "postal_code": "N1"}])
    await vendor.ended(await collection(vendor, {"email": email, "dataFields": [{"key": "POSTCODE", "value": "N2"}]}))
    (home,) = (await vendor.person(email))["addresses"]
    assert (home["city"], home["postal_code"]) == ("London", "N2")


async def test_an_id_wins_over_the_email_beside_it(vendor: Vendor) -> None:
    old, new, other = address(), address(), address()
    number = await vendor.contact(email=old)
    contacts = [{"id": number, "email": new}, {"id": 0, "email": other}, {"id": 999_999_999, "email": address()}]
    import_id, _ = await vendor.ended(await collection(vendor, *contacts))
    assert await vendor.report(import_id) == {"newContacts": 1, "updatedContacts": 1, "invalidEntries": 1}
    assert (await vendor.native(number))["email"] == new
    assert await vendor.person(other)


@pytest.mark.parametrize(
    "contact",
    [
        5,
        "ana@example.org",
        [],
        {},
        {"email": None},
        {"email": {"at": "ana@example.org"}},
        {"email": "ana@example.org", "id": "seven"},
        {"email": "ana@example.org", "optInType": "Triple"},
        {"email": "ana@example.org", "emailType": 3},
        {"email": "ana@example.org", "dataFields": {"FIRSTNAME": "Ana"}},
        {"email": "ana@example.org", "dataFields": [{"value": "Ana"}]},
        {"email": "ana@example.org", "dataFields": [{"key": "FIRSTNAME", "value": {"is": "Ana"}}]},
        {"email": "ana@example.org", "dataFields": [{"key": "Preference:Offers", "value": "perhaps"}]},
        {"email": "ana@example.org", "consentFields": [7]},
        {"email": "ana@example.org", "consentFields": [{"key": "consentdatetime", "value": "soon"}]},
        {"email": "ana@example.org", "dataFields": [{"key": "FIRSTNAME", "value": "x" * 1_100_000}]},
    ],
    ids=lambda contact: json.dumps(contact)[:80],
)
async def test_what_is_wrong_with_one_contact_is_a_fault_of_its_own(vendor: Vendor, contact: Any) -> None:
    good = address()
    import_id, status = await vendor.ended(await collection(vendor, contact, {"email": good}))
    assert (status, await vendor.report(import_id)) == ("Finished", {"newContacts": 1, "invalidEntries": 1})
    assert await vendor.person(good)
    faults = await vendor.client.get(f"/v2/contacts/import/{import_id}/report-faults")
    assert faults.text.splitlines()[0].startswith("Reason,")
    assert faults.text.splitlines()[1].split(",")[0] in ("Invalid Email", "Invalid Entries")


async def test_a_collection_of_nothing_but_wrong_contacts_is_finished_all_the_same(vendor: Vendor) -> None:
    import_id, status = await vendor.ended(await collection(vendor, 1, {"dataFields": []}))
    assert (status, await vendor.report(import_id)) == ("Finished", {"invalidEntries": 2})


async def test_faults_have_the_columns_that_a_file_has(vendor: Vendor) -> None:
    wrong = {"email": "bo", "dataFields": [{"key": "firstname", "value": "Bo, the first"}]}
    import_id, _ = await vendor.ended(await collection(vendor, wrong))
    lines = (await vendor.client.get(f"/v2/contacts/import/{import_id}/report-faults")).text.splitlines()
    assert lines == ["Reason,EMAIL,FIRSTNAME", 'Invalid Email,bo,"Bo, the first"']


async def test_a_data_field_may_be_called_as_a_column_of_our_own_is(vendor: Vendor) -> None:
    for name in ("MATCH_BY", "ID", "EMAIL_TYPE"):
        await vendor.field(name)
    email, number = address(), await vendor.contact()
    values = [{"key": name, "value": name.lower()} for name in ("match_by", "id", "email_type")]
    contacts = [{"email": email, "emailType": "Html", "dataFields": values}, {"id": number}]
    import_id, _ = await vendor.ended(await collection(vendor, *contacts))
    assert await vendor.report(import_id) == {"newContacts": 1, "updatedContacts": 1}
    person = await vendor.person(email)
    assert person["custom"] == {"MATCH_BY": "match_by", "ID": "id", "EMAIL_TYPE": "email_type"}
    assert person["channels"]["email"]["type"] == "html"


async def test_the_first_of_two_contacts_with_one_email_wins(vendor: Vendor) -> None:
    email = address()
    names = [{"email": email.upper(), "dataFields": [{"key": "FIRSTNAME", "value": name}]} for name in ("Ana", "Bo")]
    import_id, _ = await vendor.ended(await collection(vendor, *names))
    assert await vendor.report(import_id) == {"newContacts": 1, "duplicateEmails": 1}
    assert (await vendor.person(email))["first_name"] == "Ana"


@pytest.mark.parametrize(
    ("merge", "left"), [(0, None), ("1", "Ana"), ("onlyOverwriteIfContactDataNotPopulated", "Ana"), (None, None)]
)
async def test_a_blank_clears_only_where_the_merge_option_overwrites(vendor: Vendor, merge: Any, left: str | None) -> None:
    email = address()
    await vendor.contact(email=email, first_name="Ana", last_name="Bo")
    blank = {"email": email, "dataFields": [{"key": "FIRSTNAME", "value": None}]}
    await vendor.ended(await collection(vendor, blank, mergeOption=merge))
    person = await vendor.person(email)
    assert (person.get("first_name"), person["last_name"]) == (left, "Bo")


@pytest.mark.parametrize("is_alone", [True, False])
async def test_a_blank_email_beside_an_id_clears_nothing(vendor: Vendor, is_alone: bool) -> None:
    email = address()
    number = await vendor.contact(email=email)
    contact = {"id": number, "email": "", "dataFields": [{"key": "FIRSTNAME", "value": "Ana"}]}
    await vendor.ended(await collection(vendor, contact, *([] if is_alone else [{"email": address()}])))
    person = await vendor.native(number)
    assert (person["email"], person["first_name"]) == (email, "Ana")


async def test_a_collection_is_taken_by_the_old_name_of_its_media_type(vendor: Vendor) -> None:
    body = json.dumps({"contacts": [{"email": address()}]})
    response = await vendor.client.post(PATH, content=body, headers={"Content-Type": "text/json"})
    assert response.status_code == 202, response.text


@pytest.mark.parametrize(
    ("members", "status", "said"),
    [
        ({"contacts": []}, 400, "Error: ERROR_CONTACTS_ARE_NOT_SPECIFIED"),
        ({"contacts": None}, 400, "Error: ERROR_CONTACTS_ARE_NOT_SPECIFIED"),
        ({}, 400, "Error: ERROR_CONTACTS_ARE_NOT_SPECIFIED"),
        ({"contacts": "ana"}, 400, "ERROR_PARAMETER_INVALID"),
        ({"contacts": [{"email": "a@example.org"}], "mergeOption": 3}, 400, "ERROR_PARAMETER_INVALID"),
        ({"contacts": [{"email": "a@example.org"}], "mergeOption": "NotAvailableInThisVersion"}, 400, "ERROR_PARAMETER_INVALID"),
        ({"contacts": [{"email": "a@example.org"}], "addressBookIds": "x"}, 400, "ERROR_PARAMETER_INVALID"),
        ({"contacts": [{"email": "a@example.org"}], "addressBookIds": [999_999]}, 404, "Error: ERROR_ADDRESSBOOK_NOT_FOUND"),
        ({"contacts": [{"email": "a@example.org"}], "addressBookIds": [-1]}, 404, "Error: ERROR_ADDRESSBOOK_NOT_FOUND"),
        ({"contacts": [{"email": "a@example.org"}], "addressBookIds": [0]}, 404, "Error: ERROR_ADDRESSBOOK_NOT_FOUND"),
        ({"contacts": [{"email": "a@example.org"}], "addressBookIds": [10**30]}, 404, "Error: ERROR_ADDRESSBOOK_NOT_FOUND"),
    ],
)
async def test_a_request_that_is_wrong_is_refused_as_a_whole(vendor: Vendor, members: Any, status: int, said: str) -> None:
    assert message(await vendor.client.post(PATH, json=members), status).endswith(said)


async def test_a_body_that_cannot_be_read_is_refused(vendor: Vendor) -> None:
    response = await vendor.client.post(PATH, content=b'{"contacts":[{"email":"a@', headers={"Content-Type": "application/json"})
    assert message(response, 400).endswith("ERROR_BODY_DOES_NOT_MATCH_CONTENT_TYPE")
    response = await vendor.client.post(PATH, content=b"<x/>", headers={"Content-Type": "text/xml"})
    assert message(response, 400).endswith("ERROR_CONTENT_TYPE_IS_NOT_SUPPORTED")
    response = await vendor.client.post(PATH, content=b"{}", headers={"Content-Length": str(50 * 1024 * 1024 + 1)})
    assert message(response, 413)
    assert (await vendor.client.get("/v1/jobs")).json()["items"] == []


async def test_a_collection_longer_than_a_megabyte_is_imported_whole(vendor: Vendor) -> None:
    contacts = [{"email": f"p{n}@example.org", "dataFields": [{"key": "FIRSTNAME", "value": "x" * 250}]} for n in range(4_500)]
    import_id, _ = await vendor.ended(await collection(vendor, *contacts))
    assert await vendor.report(import_id) == {"newContacts": 4_500}


async def test_a_collection_that_is_sent_again_with_its_key_is_the_same_import(vendor: Vendor) -> None:
    body, key = {"contacts": [{"email": address()}]}, {"Idempotency-Key": uuid4().hex}
    first, second = [await vendor.client.post(PATH, json=body, headers=key) for _ in range(2)]
    assert first.json()["id"] == second.json()["id"]


async def test_who_unsubscribed_stays_so_and_is_counted(vendor: Vendor) -> None:
    email = address()
    number = await vendor.contact(email=email, channels={"email": {"status": "unsubscribed"}})
    contact = {"email": email, "optInType": "Single", "dataFields": [{"key": "FIRSTNAME", "value": "Ana"}]}
    import_id, _ = await vendor.ended(await collection(vendor, contact, {"id": number}))
    assert await vendor.report(import_id) == {"unsubscribed": 2}
    stored = await vendor.native(number)
    assert (stored["channels"]["email"]["status"], stored.get("first_name")) == ("unsubscribed", None)
