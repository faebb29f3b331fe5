"""Bulk deletion of v3: sent, polled, told contact by contact."""

import asyncio
from datetime import timedelta
from typing import Any
from uuid import uuid4

import httpx
import pytest

from tests.dialects.dotdigital.v3_people import PATH, address, make, mobile
from tests.dialects.dotdigital.vendor import Vendor, error

pytestmark = pytest.mark.mongo

DELETE = f"{PATH}/delete"


async def ended(vendor: Vendor, delete_id: str) -> dict[str, Any]:
    """The deletion once it has ended."""
    async with asyncio.timeout(30):
        while True:
            response = await vendor.client.get(f"{DELETE}/{delete_id}")
            assert response.status_code == 200, response.text
            body: dict[str, Any] = response.json()
            if body["status"] not in ("NotStarted", "NotFinished"):
                return body
            assert set(body) == {"deleteId", "status"}
            await asyncio.sleep(0.02)


async def sent(vendor: Vendor, contacts: list[Any], **headers: str) -> httpx.Response:
    """The answer to a deletion."""
    return await vendor.client.post(DELETE, json=contacts, headers=headers)


async def test_contacts_are_deleted_by_any_identifier_and_each_is_told(vendor: Vendor) -> None:
    assert (await vendor.client.post("/v1/account/identifiers", json={"name": "crm"})).status_code == 201
    number = mobile()
    people = [
        await make(vendor),
        await make(vendor),
        await make(vendor, identifiers={"mobileNumber": number}),
        await make(vendor, identifiers={"email": address(), "crm": "A-1"}),
    ]
    stays, gone = await make(vendor), await make(vendor)
    await vendor.client.delete(f"{PATH}/contactId/{gone['contactId']}")
    ids = [each["contactId"] for each in people]
    unknown = [{"email": address()}, {"contactId": 987654}, {"email": gone["identifiers"]["email"]}, {"contactId": ids[0]}]
    wrong = [{"email": "bad@@x"}, {"mobileNumber": "12"}, {"contactId": "x"}, {"nobody": "1"}]
    named = [{"contactId": ids[0]}, {"email": people[1]["identifiers"]["email"].upper()}, {"mobileNumber": number}, {"crm": "A-1"}]
    response = await sent(vendor, [*named, *unknown, *wrong])
    assert (response.status_code, list(response.json())) == (202, ["deleteId"])
    result = await ended(vendor, response.json()["deleteId"])
    assert (list(result), result["status"]) == (["deleteId", "status", "summary", "deleted", "failures"], "Finished")
    assert result["summary"] == {"requestedContacts": 12, "deletedContacts": 4, "unknownContacts": 4, "invalidEntries": 4}
    assert result["deleted"] == [{"contactId": each} for each in ids]
    assert [each["identifier"] for each in result["failures"]] == [*unknown, *wrong]
    codes = [each["failures"][0]["failureCode"] for each in result["failures"]]
    assert codes[:4] == ["contactNotFound"] * 4
    assert codes[4:] == ["invalidEmail", "invalidPhoneNumber", "invalidContactId", "invalidMatchIdentifier"]
    left = (await vendor.client.get(PATH)).json()["_items"]
    assert [each["contactId"] for each in left] == [stays["contactId"]]
    assert (await vendor.native(ids[0]))["status"] == "deleted"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ([], "contacts:noContactsSpecified"),
        ({"email": "a@example.org"}, "contacts:invalidContacts"),
        ([{"email": "a@example.org", "contactId": 1}], "contacts:invalidContacts"),
        ([{"email": None}], "contacts:invalidContacts"),
        (["a@example.org"], "contacts:invalidContacts"),
        ([{"contactId": each} for each in range(1, 5002)], "contacts:invalidContacts"),
    ],
    ids=["nobody", "an object", "two identifiers", "null", "a text", "too many"],
)
async def test_a_body_that_is_no_list_of_identifiers_is_refused(vendor: Vendor, body: Any, code: str) -> None:
    response = await vendor.client.post(DELETE, json=body)
    assert error(response, 400)[0] == code


async def test_five_thousand_contacts_fit_into_one_deletion(vendor: Vendor) -> None:
    number = (await make(vendor))["contactId"]
    response = await sent(vendor, [{"contactId": number}, *({"email": f"nobody{each}@example.org"} for each in range(4999))])
    result = await ended(vendor, response.json()["deleteId"])
    assert result["summary"] == {"requestedContacts": 5000, "deletedContacts": 1, "unknownContacts": 4999, "invalidEntries": 0}


async def test_five_thousand_of_the_longest_identifiers_fit_and_more_than_that_does_not(vendor: Vendor) -> None:
    assert (await vendor.client.post("/v1/account/identifiers", json={"name": "crm"})).status_code == 201
    longest = [{"crm": f"{each:05}".ljust(255, "x")} for each in range(5000)]
    (made,) = [await make(vendor, identifiers=longest[-1])]
    result = await ended(vendor, (await sent(vendor, longest)).json()["deleteId"])
    assert result["summary"] == {"requestedContacts": 5000, "deletedContacts": 1, "unknownContacts": 4999, "invalidEntries": 0}
    assert result["deleted"] == [{"contactId": made["contactId"]}]
    assert [each["identifier"] for each in result["failures"]] == longest[:-1]
    assert error(await sent(vendor, [{"crm": "x" * (4 * 2**20)}]), 413)[0] == "contacts:payloadTooLarge"


async def test_a_value_too_long_for_any_contact_is_cut_and_stays_under_its_identifier(vendor: Vendor) -> None:
    wrong = [{"email": "x" * 9000}, {"mobileNumber": '"' * 9000}, {"contactId": 10**4000}, {"y" * 9000: "\x00" * 9000}]
    result = await ended(vendor, (await sent(vendor, wrong)).json()["deleteId"])
    assert [next(iter(each["identifier"])) for each in result["failures"]] == ["email", "mobileNumber", "contactId", "y" * 300]
    assert result["failures"][0]["identifier"]["email"] == "x" * 300
    codes = [each["failures"][0]["failureCode"] for each in result["failures"]]
    assert codes == ["invalidEmail", "invalidPhoneNumber", "invalidContactId", "invalidMatchIdentifier"]


async def test_who_is_not_there_is_named_in_the_rows_of_the_native_api_too(vendor: Vendor) -> None:
    email = address()
    delete_id = (await sent(vendor, [{"email": email}])).json()["deleteId"]
    assert await ended(vendor, delete_id) == await ended(vendor, delete_id.upper()) | {"deleteId": delete_id}
    (row,) = (await vendor.client.get(f"/v1/jobs/{delete_id}/rows")).json()["items"]
    assert row["message"].startswith('id: "nobody has {"email": "')


async def test_a_request_with_a_key_that_is_sent_again_is_answered_with_the_same_deletion(vendor: Vendor) -> None:
    contacts = [{"contactId": (await make(vendor))["contactId"]}]
    key = {"Idempotency-Key": uuid4().hex}
    first, second = [(await sent(vendor, contacts, **key)).json() for _ in range(2)]
    assert first == second
    assert (await ended(vendor, first["deleteId"]))["summary"]["deletedContacts"] == 1


async def test_an_id_that_is_no_deletion_is_not_found(vendor: Vendor) -> None:
    assert error(await vendor.client.get(f"{DELETE}/x"), 400)[0] == "contacts:invalidId"
    assert error(await vendor.client.get(f"{DELETE}/{uuid4()}"), 404)[0] == "contacts:deletionNotFound"


async def test_an_account_with_all_its_jobs_open_is_told_so(vendor: Vendor) -> None:
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, "open_jobs", 1)
    later = (vendor.muster.platform.clock.now() + timedelta(days=1)).isoformat()
    waiting = await vendor.client.post("/v1/deletions", json={"source": {"all": True}, "run_at": later})
    assert waiting.status_code == 202, waiting.text
    assert error(await sent(vendor, [{"contactId": 1}]), 429)[0] == "contacts:tooManyBulkDeleteJobs"


async def test_a_deletion_of_the_native_api_is_told_too(vendor: Vendor) -> None:
    email, nobody = address(), address()
    made = await make(vendor, email)
    response = await vendor.client.post("/v1/deletions", json={"source": {"emails": [email, nobody, "bad@@x"]}})
    assert response.status_code == 202, response.text
    result = await ended(vendor, response.json()["id"])
    assert result["deleted"] == [{"contactId": made["contactId"]}]
    assert [(each["identifier"], each["failures"][0]["failureCode"]) for each in result["failures"]] == [
        ({"email": nobody}, "contactNotFound"),
        ({"email": "bad@@x"}, "invalidEmail"),
    ]
