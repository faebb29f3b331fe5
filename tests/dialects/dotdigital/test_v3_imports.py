"""Imports over v3: what is accepted, what is refused, and what it does to contacts."""

from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.dialects.dotdigital.v3_imports import PATH, address, begun, result
from tests.dialects.dotdigital.vendor import Vendor, error

pytestmark = pytest.mark.mongo


async def test_a_contact_is_imported_with_all_that_it_can_say(vendor: Vendor) -> None:
    book, email = await vendor.book(), address()
    await vendor.field("COLOUR")
    contact = {
        "matchIdentifier": "email",
        "identifiers": {"email": email, "mobileNumber": "447700900123"},
        "dataFields": {"firstName": "Ana", "Colour": "red", "GENDER": None, "nobody": 1},
        "channelProperties": {
            "email": {
                "status": "subscribed",
                "emailType": "Html",
                "optInType": "VerifiedDouble",
                "resubscribeOptions": {"resubscribeWithNoChallenge": True, "preferredLocale": "en"},
            },
            "sms": {"status": "noSubscription"},
            "whatsApp": {"status": "SUBSCRIBED"},
        },
        "lists": [book],
        "preferences": [{"id": 1, "isOptedIn": True}, {"id": 2, "isOptedIn": False}],
        "consentRecords": [
            {
                "text": "Yes",
                "dateTimeConsented": "2026-11-21T09:00:00Z",
                "url": "https://example.org/s",
                "ipAddress": "192.0.2.1",
                "userAgent": "x",
            }
        ],
    }
    body = await result(vendor, await begun(vendor, contact))
    assert (body["status"], body["summary"]["newContacts"]) == ("Finished", 1)
    ana = await vendor.person(email)
    assert (ana["first_name"], ana["mobile"], ana["custom"]) == ("Ana", "+447700900123", {"COLOUR": "red"})
    assert [each["id"] for each in ana["lists"]] == [book]
    channels = ana["channels"]
    assert (channels["email"]["status"], channels["sms"]["status"], channels["whatsapp"]["status"]) == (
        "subscribed",
        "none",
        "subscribed",
    )
    assert (channels["email"]["type"], channels["email"]["opt_in"]["type"]) == ("html", "verified_double")
    assert ana["preferences"] == {"1": True, "2": False}
    assert (ana["consents"][0]["ip"], ana["consents"][0]["at"]) == ("192.0.2.1", "2026-11-21T09:00:00.000Z")


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("path", [PATH, f"{PATH}/"])
async def test_an_import_is_taken_with_either_method_and_either_spelling(vendor: Vendor, method: str, path: str) -> None:
    contacts = [{"matchIdentifier": "email", "identifiers": {"email": address()}}]
    response = await vendor.client.request(method, path, json={"contacts": contacts})
    assert (response.status_code, list(response.json())) == (202, ["importId"])


async def test_contacts_are_found_by_whichever_identifier_each_of_them_names(vendor: Vendor) -> None:
    await vendor.client.post("/v1/account/identifiers", json={"name": "customerId"})
    by_id = await vendor.contact()
    by_mobile = await vendor.contact(mobile="+447700900001")
    by_own = await vendor.contact(identifiers={"customerId": "c-1"})
    contacts = [
        {"matchIdentifier": "contactId", "identifiers": {"contactId": by_id}, "dataFields": {"FIRSTNAME": "A"}},
        {"matchIdentifier": "mobileNumber", "identifiers": {"mobileNumber": "447700900001"}, "dataFields": {"FIRSTNAME": "B"}},
        {
            "matchIdentifier": "customerId",
            "identifiers": {"customerId": "c-1", "email": address()},
            "dataFields": {"FIRSTNAME": "C"},
        },
        {"matchIdentifier": "email", "identifiers": {"email": address(), "contactId": by_id}, "dataFields": {"FIRSTNAME": "D"}},
    ]
    body = await result(vendor, await begun(vendor, *contacts))
    assert (body["summary"]["updatedContacts"], body["summary"]["newContacts"]) == (3, 1)
    assert [(await vendor.native(number))["first_name"] for number in (by_id, by_mobile, by_own)] == ["A", "B", "C"]


@pytest.mark.parametrize("name", ["mobileNumber", "contactId", "customerId"])
async def test_contacts_that_all_name_one_identifier_are_found_by_it(vendor: Vendor, name: str) -> None:
    await vendor.client.post("/v1/account/identifiers", json={"name": "customerId"})
    number = await vendor.contact(mobile="+447700900001", identifiers={"customerId": "c-1"})
    values = {"mobileNumber": "447700900001", "contactId": number, "customerId": "c-1"}
    contact = {"matchIdentifier": name, "identifiers": {name: values[name]}, "dataFields": {"lastName": "Bo"}}
    body = await result(vendor, await begun(vendor, contact))
    assert [each["contactId"] for each in body["updated"]] == [number]
    assert (await vendor.native(number))["last_name"] == "Bo"


@pytest.mark.parametrize(
    ("merge", "blank", "filled"),
    [(None, None, "new"), ("overwrite", None, "new"), ("OverwriteIfNotEmpty", "old", "new"), ("overwriteIfEmpty", "old", "old")],
)
async def test_null_is_a_blank_and_what_is_left_out_stays(
    vendor: Vendor, merge: str | None, blank: str | None, filled: str
) -> None:
    email = address()
    await vendor.contact(email=email, first_name="old", last_name="old", full_name="old")
    contact = {"matchIdentifier": "email", "identifiers": {"email": email}, "dataFields": {"firstName": None, "lastName": "new"}}
    await result(vendor, await begun(vendor, contact, mergeOption=merge))
    person = await vendor.person(email)
    assert (person.get("first_name"), person["last_name"], person["full_name"]) == (blank, filled, "old")


@pytest.mark.parametrize("is_alone", [True, False])
@pytest.mark.parametrize(("said", "left"), [("", True), (" ", True), (None, False)])
async def test_an_identifier_beside_the_match_is_cleared_by_null_and_by_no_blank(
    vendor: Vendor, is_alone: bool, said: str | None, left: bool
) -> None:
    await vendor.client.post("/v1/account/identifiers", json={"name": "customerId"})
    email = address()
    number = await vendor.contact(email=email, mobile="+447700900123", identifiers={"customerId": "c-1"})
    identifiers = {"email": email, "mobileNumber": said, "customerId": said}
    other = {"matchIdentifier": "mobileNumber", "identifiers": {"mobileNumber": "447700900124"}}
    contact = {"matchIdentifier": "email", "identifiers": identifiers}
    body = await result(vendor, await begun(vendor, contact, *([] if is_alone else [other]), mergeOption="overwrite"))
    assert (body["failures"], number in [each["contactId"] for each in body["updated"]]) == ([], True)
    person = await vendor.native(number)
    assert (bool(person.get("mobile")), "customerId" in person.get("identifiers", {})) == (left, left)


async def test_lists_that_no_account_can_have_are_failures_of_their_contact(vendor: Vendor) -> None:
    contacts = [{"matchIdentifier": "email", "identifiers": {"email": address()}, "lists": [number]} for number in (0, -1, 10**30)]
    body = await result(vendor, await begun(vendor, *contacts))
    codes = [each["failures"][0]["failureCode"] for each in body["failures"]]
    assert codes == ["invalidAddressBookIds", "invalidAddressBookIds", "invalidContact"]


async def test_a_body_whose_contacts_are_wrong_is_refused_with_every_fault(vendor: Vendor) -> None:
    good = {"matchIdentifier": "email", "identifiers": {"email": address()}}
    contacts: list[Any] = [
        good,
        {"identifiers": {"email": address()}},
        {"matchIdentifier": "nobody", "identifiers": {"email": ["x"], "shoeSize": "43"}},
        {"matchIdentifier": "email"},
        5,
        {**good, "channelProperties": {"email": {"status": "perhaps"}, "sms": 1}},
        {**good, "lists": ["News"], "preferences": [{"id": 1}], "consentRecords": [{"text": "Yes"}], "dataFields": [1]},
    ]
    response = await vendor.client.put(PATH, json={"contacts": contacts, "mergeOption": "sideways"})
    assert error(response, 400)[0] == "contacts:invalidContacts"
    assert [each["item"] for each in response.json()["details"]] == [
        "contacts[1].matchIdentifier",
        "contacts[2].identifiers.email",
        "contacts[2].identifiers.shoeSize",
        "contacts[2].matchIdentifier",
        "contacts[3].identifiers",
        "contacts[4]",
        "contacts[5].channelProperties.email.status",
        "contacts[5].channelProperties.sms",
        "contacts[6].dataFields",
        "contacts[6].lists",
        "contacts[6].preferences[0]",
        "contacts[6].consentRecords[0].dateTimeConsented",
        "mergeOption",
    ]
    assert (await vendor.client.get("/v1/jobs")).json()["items"] == []


async def test_no_more_than_fifty_faults_are_told(vendor: Vendor) -> None:
    response = await vendor.client.put(PATH, json={"contacts": [1] * 200})
    assert (error(response, 400)[0], len(response.json()["details"])) == ("contacts:invalidContacts", 50)


@pytest.mark.parametrize("body", [{}, {"contacts": []}, {"contacts": {}}, {"contacts": None}])
async def test_an_import_needs_a_contact(vendor: Vendor, body: Any) -> None:
    response = await vendor.client.put(PATH, json=body)
    assert error(response, 400)[0] == "contacts:invalidContacts"
    assert response.json()["details"][0]["item"] == "contacts"


@pytest.mark.parametrize("text", [b"", b"[]", b'{"contacts":[{]}', b'{"contacts":[1e400]}', b'{"contacts":[' + b"[" * 100_000])
async def test_a_body_that_is_no_json_is_refused(vendor: Vendor, text: bytes) -> None:
    response = await vendor.client.put(PATH, content=text, headers={"Content-Type": "application/json"})
    assert error(response, 400)[0] == "contacts:badJson"


async def test_a_body_of_more_than_fifty_megabytes_is_refused(vendor: Vendor) -> None:
    response = await vendor.client.put(PATH, content=b"{}", headers={"Content-Length": str(50 * 1024 * 1024 + 1)})
    assert error(response, 413)[0] == "contacts:payloadTooLarge"


async def test_an_import_that_is_sent_again_with_its_key_is_the_same(vendor: Vendor) -> None:
    body = {"contacts": [{"matchIdentifier": "email", "identifiers": {"email": address()}}]}
    key = {"Idempotency-Key": uuid4().hex}
    answers: list[httpx.Response] = [await vendor.client.put(PATH, json=body, headers=key) for _ in range(2)]
    assert answers[0].json() == answers[1].json()


async def test_imports_may_have_the_same_contact_under_two_names_and_no_identifier_is_taken_from_another(vendor: Vendor) -> None:
    taken = address()
    await vendor.contact(email=taken)
    number = await vendor.contact(mobile="+447700900002")
    contact = {"matchIdentifier": "mobileNumber", "identifiers": {"mobileNumber": "447700900002", "email": taken}}
    body = await result(vendor, await begun(vendor, contact))
    assert body["failures"][0]["failures"][0]["failureCode"] == "duplicateIdentifier"
    assert body["failures"][0]["contactId"] == number
    assert (await vendor.native(number))["email"] != taken
