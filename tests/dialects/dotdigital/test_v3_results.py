"""The result of an import over v3, as the vendor's SDK reads it."""

from typing import Any
from uuid import uuid4

import pytest
from fastapi import FastAPI

from tests.dialects.dotdigital.v3_imports import PATH, address, begun, named, result
from tests.dialects.dotdigital.vendor import Vendor, error
from tests.e2e.conftest import open_tenant
from tests.support.system import System

pytestmark = pytest.mark.mongo


def codes(body: dict[str, Any]) -> list[str]:
    return [failure["failureCode"] for each in body["failures"] for failure in each["failures"]]


async def test_the_result_tells_of_every_contact_in_the_order_of_the_request(vendor: Vendor) -> None:
    old, new, changed = address(), address(), address()
    same = await vendor.contact(email=old)
    updated = await vendor.contact(email=changed, mobile="+447700900123")
    contacts = [
        named(new),
        named("bad@@x", dataFields={"firstName": "Bad"}),
        named(old),
        named(changed, dataFields={"firstName": "Bo"}),
        named(new.upper()),
    ]
    body = await result(vendor, await begun(vendor, *contacts))
    assert list(body) == ["importId", "status", "summary", "created", "updated", "failures"]
    assert (body["status"], list(body["summary"].items())) == (
        "Finished",
        [
            ("newContacts", 1),
            ("updatedContacts", 2),
            ("globallySuppressed", 0),
            ("invalidEntries", 1),
            ("duplicateIdentifiers", 1),
        ],
    )
    created = int((await vendor.person(new))["id"])
    assert body["created"] == [{"contactId": created, "identifiers": {"email": new}}]
    assert body["updated"] == [
        {"contactId": same, "identifiers": {"email": old}},
        {"contactId": updated, "identifiers": {"email": changed, "mobileNumber": "447700900123"}},
    ]
    bad, twice = body["failures"]
    assert (bad["matchIdentifier"], bad["identifiers"]) == ("email", {"email": "bad@@x"})
    assert (list(bad), bad["failures"][0]["failureCode"]) == (["matchIdentifier", "identifiers", "failures"], "invalidEmail")
    assert (twice["identifiers"], twice["failures"][0]["failureCode"]) == ({"email": new.upper()}, "duplicateIdentifier")
    assert all(failure["description"] for each in body["failures"] for failure in each["failures"])


@pytest.mark.parametrize(
    ("contact", "code"),
    [
        (named("nobody"), "invalidEmail"),
        ({"matchIdentifier": "mobileNumber", "identifiers": {"mobileNumber": "07700"}}, "invalidPhoneNumber"),
        ({"matchIdentifier": "contactId", "identifiers": {"contactId": 999_999}}, "invalidContactId"),
        ({"matchIdentifier": "contactId", "identifiers": {"contactId": "seven"}}, "invalidContactId"),
        ({"matchIdentifier": "mobileNumber", "identifiers": {"email": "ana@example.org"}}, "invalidMatchIdentifier"),
        ({"matchIdentifier": "email", "identifiers": {}}, "noValidIdentifiers"),
        (named("ana@example.org", lists=[999_999]), "invalidAddressBookIds"),
        (named("ana@example.org", dataFields={"LASTSUBSCRIBED": "soon"}), "invalidContact"),
        (named("ana@example.org", dataFields={"FIRSTNAME": {"is": "Ana"}}), "invalidContact"),
        (
            named(
                "ana@example.org",
                consentRecords=[{"text": "a", "dateTimeConsented": "soon", "url": "b", "ipAddress": "c", "userAgent": "d"}],
            ),
            "consentRecordsNotApplied",
        ),
    ],
    ids=lambda case: case if isinstance(case, str) else "",
)
@pytest.mark.parametrize("is_alone", [True, False])
async def test_a_wrong_value_is_a_failure_of_its_contact(vendor: Vendor, contact: Any, code: str, is_alone: bool) -> None:
    others = [] if is_alone else [named(), {"matchIdentifier": "mobileNumber", "identifiers": {"mobileNumber": "447700900123"}}]
    body = await result(vendor, await begun(vendor, contact, *others))
    assert (body["status"], codes(body), len(body["created"])) == ("Finished", [code], len(others))
    assert body["failures"][0]["matchIdentifier"] == contact["matchIdentifier"]
    shown = {name: value for name, value in contact["identifiers"].items() if value != "seven"}
    assert body["failures"][0]["identifiers"] == shown
    assert body["summary"]["invalidEntries"] == 1


async def test_who_may_not_be_written_to_is_counted_as_suppressed_with_the_id(vendor: Vendor) -> None:
    gone, blocked = address(), address()
    first = await vendor.contact(email=gone, channels={"email": {"status": "unsubscribed"}})
    second = await vendor.contact(email=blocked, channels={"email": {"status": "suppressed", "reason": "blocked"}})
    contacts = [named(email, channelProperties={"email": {"status": "subscribed"}}) for email in (gone, blocked)]
    body = await result(vendor, await begun(vendor, *contacts))
    assert body["summary"]["globallySuppressed"] == 2
    assert codes(body) == ["globallySuppressed", "blocker"]
    assert [each["contactId"] for each in body["failures"]] == [first, second]
    assert (await vendor.native(first))["channels"]["email"]["status"] == "unsubscribed"


async def test_a_contact_that_was_deleted_comes_back_as_updated(vendor: Vendor) -> None:
    email = address()
    number = await vendor.contact(email=email)
    await vendor.client.delete(f"/v1/contacts/{number}")
    body = await result(vendor, await begun(vendor, named(email)))
    assert [each["contactId"] for each in body["updated"]] == [number]
    assert (body["failures"], body["summary"]["invalidEntries"], body["summary"]["updatedContacts"]) == ([], 0, 1)


async def test_the_result_of_a_file_that_came_over_v2_can_be_read(vendor: Vendor) -> None:
    email = address()
    import_id = await vendor.imported(f"Email,FIRSTNAME\n{email},Ana\nbo,Bo\n,Cy\n")
    body = await result(vendor, import_id)
    assert (len(body["created"]), codes(body)) == (1, ["invalidEmail", "noValidIdentifiers"])
    assert [each["identifiers"] for each in body["failures"]] == [{"email": "bo"}, {}]


async def test_the_report_of_an_import_over_v3_can_be_read_over_v2(vendor: Vendor) -> None:
    import_id = await begun(vendor, named(), named("bo"))
    await result(vendor, import_id)
    assert (await vendor.status(import_id), await vendor.report(import_id)) == ("Finished", {"newContacts": 1, "invalidEntries": 1})
    faults = await vendor.client.get(f"/v2/contacts/import/{import_id}/report-faults")
    assert faults.text.splitlines()[1].startswith("Invalid Email,bo")


async def test_a_file_that_cannot_be_read_is_failed_for_v3_has_no_other_word(vendor: Vendor) -> None:
    import_id, status = await vendor.ended(await vendor.send_file(b"PK\x03\x04 no workbook", "people.xlsx"))
    assert status == "InvalidFileFormat"
    body = await result(vendor, import_id)
    assert (body["status"], body["created"], body["updated"], body["failures"]) == ("Failed", [], [], [])


async def test_an_id_that_is_none_and_one_that_nobody_has_are_told_apart(vendor: Vendor) -> None:
    assert error(await vendor.client.get(f"{PATH}/seven"), 400)[0] == "contacts:invalidId"
    assert error(await vendor.client.get(f"{PATH}/{uuid4()}"), 404)[0] == "contacts:importNotFound"


async def test_a_contact_that_was_erased_since_leaves_its_id_at_most(vendor: Vendor) -> None:
    email = address()
    import_id = await begun(vendor, named(email), named())
    await result(vendor, import_id)
    number = int((await vendor.person(email))["id"])
    await vendor.client.delete(f"/v1/contacts/{number}", params={"erase": True})
    assert email not in str(await result(vendor, import_id))


async def test_a_result_of_many_contacts_comes_whole_and_in_order(vendor: Vendor) -> None:
    contacts = [named(f"p{number}@example.org" if number % 7 else f"p{number}") for number in range(2_100)]
    body = await result(vendor, await begun(vendor, *contacts))
    assert [each["identifiers"]["email"] for each in body["created"]] == [f"p{n}@example.org" for n in range(2_100) if n % 7]
    assert [each["identifiers"]["email"] for each in body["failures"]] == [f"p{n}" for n in range(0, 2_100, 7)]


async def test_the_import_of_another_account_is_not_found(vendor: Vendor, shared_muster: System, shared_app: FastAPI) -> None:
    async with open_tenant(shared_muster, shared_app) as other:
        import_id = await begun(Vendor(other), named())
        assert error(await vendor.client.get(f"{PATH}/{import_id}"), 404)[0] == "contacts:importNotFound"
        await result(Vendor(other), import_id)


async def test_an_import_that_was_rejected_for_its_quality_says_what_was_found(vendor: Vendor) -> None:
    contacts = [named(), *(named(f"p{number}") for number in range(110))]
    body = await result(vendor, await begun(vendor, *contacts))
    assert (body["status"], body["created"], body["failures"]) == ("RejectedByWatchdog", [], [])
    assert (body["summary"]["newContacts"], body["summary"]["invalidEntries"]) == (0, 110)
