"""Single contacts of v3: made, read by any identifier, replaced, deleted."""

from typing import Any

import pytest

from tests.dialects.dotdigital.v3_people import PATH, address, get, make, mobile
from tests.dialects.dotdigital.vendor import Vendor, error

pytestmark = pytest.mark.mongo


async def full(vendor: Vendor) -> dict[str, Any]:
    """A body with every member."""
    await vendor.field("FAVOURITE")
    await vendor.field("VISITS", "number")
    await vendor.field("MEMBER", "boolean")
    return {
        "identifiers": {"email": address(), "mobileNumber": mobile()},
        "dataFields": {"firstName": "Ana", "POSTCODE": "N1 1AA", "favourite": "red", "visits": 3, "member": True},
        "channelProperties": {
            "email": {"status": "subscribed", "emailType": "plainText", "optInType": "verifiedDouble"},
            "sms": {"status": "subscribed"},
            "whatsApp": {"status": "unsubscribed"},
        },
        "lists": [await vendor.book("Spring")],
        "preferences": [{"id": 7, "isOptedIn": True}],
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


async def test_a_contact_with_every_member_is_shown_with_all_of_them(vendor: Vendor) -> None:
    sent = await full(vendor)
    response = await vendor.client.post(f"{PATH}/", json=sent)
    assert response.status_code == 201, response.text
    made = response.json()
    assert made == await get(vendor, "contactId", made["contactId"])
    assert list(made)[:5] == ["contactId", "status", "created", "updated", "identifiers"]
    assert (made["status"], made["identifiers"]) == ("subscribed", sent["identifiers"])
    fields = made["dataFields"]
    assert (fields["FIRSTNAME"], fields["POSTCODE"], fields["FAVOURITE"]) == ("Ana", "N1 1AA", "red")
    assert (fields["VISITS"], fields["MEMBER"], fields["LASTNAME"]) == (3, True, None)
    assert made["channelProperties"] == {
        "email": {"emailType": "PlainText", "optInType": "VerifiedDouble", "status": "subscribed"},
        "sms": {"countryCode": "GB", "status": "subscribed"},
        "whatsApp": {"status": "unsubscribed"},
    }
    assert made["lists"] == [{"id": sent["lists"][0], "name": "Spring", "status": "subscribed"}]
    assert made["preferences"] == [{"id": 7, "isOptedIn": True, "publicName": "7", "privateName": "7"}]
    (record,) = made["consentRecords"]
    assert record.pop("dateTimeCreated")
    assert record == sent["consentRecords"][0] | {"dateTimeConsented": "2026-11-21T09:00:00.000Z"}


async def test_a_contact_is_found_by_each_of_its_identifiers(vendor: Vendor) -> None:
    assert (await vendor.client.post("/v1/account/identifiers", json={"name": "crm-id"})).status_code == 201
    email, number = address(), mobile()
    made = await make(vendor, identifiers={"email": email, "mobileNumber": number, "crm-id": "A/1 ü"})
    assert made["identifiers"] == {"email": email, "mobileNumber": number, "crm-id": "A/1 ü"}
    assert await get(vendor, "email", email.upper()) == made
    assert await get(vendor, "email", email.replace("@", "%40")) == made
    assert await get(vendor, "mobileNumber", number) == await get(vendor, "mobileNumber", f"+{number}") == made
    assert await get(vendor, "crm-id", "A%2F1%20%C3%BC") == made


async def test_the_query_says_what_is_shown_of_a_contact(vendor: Vendor) -> None:
    await vendor.field("FAVOURITE")
    made = await make(vendor, dataFields={"favourite": "red", "FIRSTNAME": "Ana"})
    number = made["contactId"]
    always = {"contactId", "status", "created", "updated", "identifiers"}
    some = await get(vendor, "contactId", number, **{"data-fields": "favourite|firstname"})
    assert (set(some), some["dataFields"]) == (always | {"dataFields"}, {"FAVOURITE": "red", "FIRSTNAME": "Ana"})
    assert set(await get(vendor, "contactId", number, include="lists,channelProperties")) == always | {"lists", "channelProperties"}
    whole = await get(vendor, "contactId", number, **{"data-fields": "[[ALL]]"})
    assert whole["dataFields"] == made["dataFields"]
    response = await vendor.client.get(f"{PATH}/contactId/{number}", params={"include": "secrets"})
    assert error(response, 400)[0] == "contacts:invalidFilter"


@pytest.mark.parametrize(
    ("identifier", "value"),
    [("contactId", "x"), ("contactId", "0"), ("email", "bad@@x"), ("mobileNumber", "0123"), ("nobody", "1"), ("email", "%20")],
)
async def test_what_can_name_nobody_is_an_invalid_id(vendor: Vendor, identifier: str, value: str) -> None:
    response = await vendor.client.get(f"{PATH}/{identifier}/{value}")
    assert error(response, 400)[0] == "contacts:invalidId"
    assert response.json()["details"][0]["item"] == identifier


@pytest.mark.parametrize("path", [PATH, f"{PATH}/import/5", "/v2/contacts", "/v2/address-books", "/v1/contacts", "/v1/jobs"])
async def test_a_slash_at_the_end_of_a_path_changes_nothing(vendor: Vendor, path: str) -> None:
    plain, slashed = [await vendor.client.get(each) for each in (f"{path}?limit=2", f"{path}/?limit=2")]
    assert (plain.status_code, plain.json()) == (slashed.status_code, slashed.json())


@pytest.mark.parametrize("path", ["email", "email/"])
async def test_an_identifier_without_a_value_is_no_address(vendor: Vendor, path: str) -> None:
    assert error(await vendor.client.get(f"{PATH}/{path}"), 404)[0] == "contacts:notFound"


async def test_a_slash_that_is_escaped_is_a_part_of_the_value(vendor: Vendor) -> None:
    assert (await vendor.client.post("/v1/account/identifiers", json={"name": "crm"})).status_code == 201
    made = await make(vendor, identifiers={"crm": "A/"})
    assert await get(vendor, "crm", "A%2F") == made
    assert error(await vendor.client.get(f"{PATH}/crm/A/"), 404)[0] == "contacts:contactNotFound"


async def test_a_contact_that_there_is_not_or_that_is_deleted_is_not_found(vendor: Vendor) -> None:
    email = address()
    made = await make(vendor, email)
    deleted = await vendor.client.delete(f"{PATH}/email/{email}")
    assert (deleted.status_code, deleted.json()) == (200, {"contactId": made["contactId"]})
    for method in ("GET", "PUT", "DELETE"):
        response = await vendor.client.request(method, f"{PATH}/email/{email}", json={"identifiers": {"email": email}})
        assert error(response, 404) == ("contacts:contactNotFound", "The contact was not found.")
        assert response.json()["details"] == [{"item": "email", "description": "not found using identifier"}]
    assert error(await vendor.client.get(f"{PATH}/contactId/999999"), 404)[0] == "contacts:contactNotFound"


async def test_an_identifier_that_somebody_has_is_named_in_the_conflict(vendor: Vendor) -> None:
    email, number = address(), mobile()
    first = await make(vendor, identifiers={"email": email, "mobileNumber": number})
    response = await vendor.client.post(PATH, json={"identifiers": {"email": email}})
    assert error(response, 409)[0] == "contacts:idAlreadyExists"
    (found,) = response.json()["details"]
    assert found["item"] == "email"
    assert str(first["contactId"]) in found["description"]
    response = await vendor.client.post(PATH, json={"identifiers": {"email": address(), "mobileNumber": number}})
    assert (error(response, 409)[0], response.json()["details"][0]["item"]) == ("contacts:idAlreadyExists", "mobileNumber")
    other = await make(vendor)
    response = await vendor.client.put(f"{PATH}/contactId/{other['contactId']}", json={"identifiers": {"email": email}})
    assert (error(response, 409)[0], response.json()["details"][0]["item"]) == ("contacts:idAlreadyExists", "email")


async def test_a_deleted_contact_that_is_made_again_comes_back_as_the_same(vendor: Vendor) -> None:
    email = address()
    made = await make(vendor, email, dataFields={"FIRSTNAME": "Ana", "LASTNAME": "Bo"})
    await vendor.client.delete(f"{PATH}/contactId/{made['contactId']}")
    again = await make(vendor, email, dataFields={"FIRSTNAME": "Anna", "LASTNAME": None})
    assert (again["contactId"], again["dataFields"]["FIRSTNAME"], again["dataFields"]["LASTNAME"]) == (
        made["contactId"],
        "Anna",
        "Bo",
    )


@pytest.mark.parametrize(
    ("body", "item"),
    [
        (b"[]", "body"),
        (b"{}", "identifiers"),
        (b'{"identifiers": {}}', "identifiers"),
        (b'{"identifiers": {"contactId": 5, "email": "a@example.org"}}', "identifiers.contactId"),
        (b'{"identifiers": {"email": "bad@@x"}}', "identifiers.email"),
        (b'{"identifiers": {"mobileNumber": "12"}}', "identifiers.mobileNumber"),
        (b'{"identifiers": {"email": "a@example.org"}, "dataFields": {"NOBODY": 1}}', "dataFields.NOBODY"),
        (b'{"identifiers": {"email": "a@example.org"}, "dataFields": {"FIRSTNAME": []}}', "dataFields.FIRSTNAME"),
        (b'{"identifiers": {"email": "a@example.org"}, "lists": [987654]}', "lists"),
    ],
)
async def test_a_body_that_is_not_valid_is_refused_with_what_is_to_blame(vendor: Vendor, body: bytes, item: str) -> None:
    response = await vendor.client.post(PATH, content=body, headers={"Content-Type": "application/json"})
    assert (error(response, 400)[0], response.json()["details"][0]["item"]) == ("contacts:invalidContacts", item)
    assert not (await vendor.client.get(PATH)).json()["_items"]


async def test_a_body_that_is_no_json_is_refused_as_such(vendor: Vendor) -> None:
    response = await vendor.client.post(PATH, content=b"{", headers={"Content-Type": "application/json"})
    assert error(response, 400)[0] == "contacts:badJson"


async def test_a_replaced_contact_is_what_the_body_says(vendor: Vendor) -> None:
    sent = await full(vendor)
    made = await make(vendor, **sent)
    other, email = await vendor.book(), address()
    native = f"/v1/contacts/{made['contactId']}"
    assert (await vendor.client.patch(native, json={"tags": ["kept"], "job_title": "Baker"})).status_code == 200
    body = {"identifiers": {"email": email}, "dataFields": {"LASTNAME": "Bo"}, "lists": [other]}
    response = await vendor.client.put(f"{PATH}/contactId/{made['contactId']}", json=body)
    assert response.status_code == 200, response.text
    now = response.json()
    assert (now["contactId"], now["identifiers"], now["preferences"]) == (made["contactId"], {"email": email}, [])
    assert {name: value for name, value in now["dataFields"].items() if value is not None} == {"LASTNAME": "Bo"}
    assert [each["id"] for each in now["lists"]] == [other]
    assert now["consentRecords"] == made["consentRecords"]
    assert now["channelProperties"]["email"] == made["channelProperties"]["email"]
    stored = await vendor.native(made["contactId"])
    assert (stored["tags"], stored["job_title"], stored["addresses"]) == (["kept"], "Baker", [])


async def test_a_replacement_needs_identifiers(vendor: Vendor) -> None:
    number = (await make(vendor))["contactId"]
    bodies: tuple[dict[str, Any], ...] = ({"dataFields": {}}, {"identifiers": {}})
    for body in bodies:
        response = await vendor.client.put(f"{PATH}/contactId/{number}", json=body)
        assert (error(response, 400)[0], response.json()["details"][0]["item"]) == ("contacts:invalidContacts", "identifiers")
