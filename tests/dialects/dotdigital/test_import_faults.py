"""What became of rows that were not applied: counted under the vendor's words, and listed so that a naive reader is not misled."""

import csv
import io
from typing import Any

import pytest

from tests.dialects.dotdigital.vendor import Vendor, message

pytestmark = pytest.mark.mongo
REASONS = {
    "Hard Bounced": ("hard bounced", "hardBounced"),
    "Soft bounced": ("soft bounced", "softBounced"),
    "Complained to ISP": ("spam complaint", "ispComplaints"),
    "Mail Blocked": ("mail blocked", "mailBlocked"),
    "Suppressed by Domain": ("domain suppressed", "domainSuppressed"),
    "Blocker": ("blocked", "blocked"),
    "Globally Suppressed": ("by our lawyer", "globallySuppressed"),
}


async def suppress(vendor: Vendor, contact_id: int, reason: str) -> None:
    """As somebody at the native API does it."""
    status = {"status": "suppressed", "reason": reason}
    response = await vendor.client.patch(f"/v1/contacts/{contact_id}", json={"channels": {"email": status}})
    assert response.status_code == 200, response.text


async def test_every_reason_of_a_suppression_has_its_word_and_its_figure(vendor: Vendor) -> None:
    book, emails = await vendor.book(), []
    for number, (reason, _) in enumerate(REASONS.values()):
        emails.append(f"p{number}@example.org")
        await suppress(vendor, await vendor.contact(email=emails[-1], first_name="Old"), reason)
    import_id = await vendor.imported("\n".join(["Email,FIRSTNAME", *(f"{email.upper()},New" for email in emails)]), book=book)
    assert await vendor.faults(import_id) == [(word, email.upper()) for word, email in zip(REASONS, emails, strict=True)]
    assert await vendor.report(import_id) == dict.fromkeys((figure for _, figure in REASONS.values()), 1)
    for email in emails:
        person = await vendor.person(email)
        assert (person["first_name"], person["channels"]["email"]["status"], person.get("lists", [])) == ("Old", "suppressed", [])


async def test_who_unsubscribed_or_left_the_book_or_has_not_confirmed_stays_so(vendor: Vendor) -> None:
    book = await vendor.book()
    await vendor.contact(email="no@example.org", channels={"email": {"status": "unsubscribed"}})
    await vendor.contact(email="maybe@example.org", channels={"email": {"permission": "pending_confirmation"}})
    left = await vendor.contact(email="left@example.org", lists=[book])
    response = await vendor.client.post(f"/v2/address-books/{book}/contacts/unsubscribe", json={"email": "left@example.org"})
    assert response.status_code == 200, response.text
    rows = ["Email", "no@example.org", "left@example.org", "maybe@example.org", "new@example.org"]
    import_id = await vendor.imported("\n".join(rows), book=book)
    assert await vendor.faults(import_id) == [
        ("Unsubscribed", "no@example.org"),
        ("Unsubscribed", "left@example.org"),
        ("Pending optin", "maybe@example.org"),
    ]
    assert await vendor.report(import_id) == {"newContacts": 1, "unsubscribed": 2, "pendingDoubleOptin": 1}
    assert [each["status"] for each in (await vendor.native(left))["lists"]] == ["unsubscribed"]
    assert await vendor.report(await vendor.imported("Email\nleft@example.org\n")) == {"updatedContacts": 1}


async def test_a_deleted_contact_comes_back_and_is_no_fault_unless_it_had_unsubscribed(vendor: Vendor) -> None:
    back = await vendor.contact(email="back@example.org")
    gone = await vendor.contact(email="gone@example.org", channels={"email": {"status": "unsubscribed"}})
    for contact_id in (back, gone):
        assert (await vendor.client.delete(f"/v1/contacts/{contact_id}")).status_code == 204
    import_id = await vendor.imported("Email\nback@example.org\ngone@example.org\n")
    assert await vendor.faults(import_id) == [("Unsubscribed", "gone@example.org")]
    assert "deleted_at" not in await vendor.native(back)
    assert (await vendor.native(gone))["channels"]["email"]["status"] == "unsubscribed"


async def test_reason_and_email_are_found_by_splitting_whatever_the_cells_hold(vendor: Vendor) -> None:
    rows: list[list[Any]] = [
        ["Note", "street", "E-mail", "Unknown one"],
        ["x, y", 'the "old" mill\r\nUnsubscribed,victim@example.org', "a@example.org, b@example.org", "kept"],
        ["", "", 'no "address"\nat all', ""],
        ["  ", "=1+1", "", "too", "wide"],
    ]
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    await vendor.field("NOTE")
    import_id = await vendor.imported(text.getvalue())
    assert await vendor.faults(import_id) == [
        ("Invalid Email", "a@example.org b@example.org"),
        ("Invalid Email", "no address at all"),
        ("Invalid Entries", ""),
    ]
    whole = csv.reader(await vendor.fault_lines(import_id))
    assert list(whole) == [
        ["Reason", "E-mail", "Note", "street", "Unknown one"],
        ["Invalid Email", "a@example.org b@example.org", "x, y", 'the "old" mill Unsubscribed,victim@example.org', "kept"],
        ["Invalid Email", "no address at all", "", "", ""],
        ["Invalid Entries", "", "  ", "=1+1", "too", "wide"],
    ]


async def test_faults_come_in_the_order_of_the_file_and_however_many_there_are(vendor: Vendor) -> None:
    rows = [f"{'bad' if number % 3 else 'p@example.org'},{number:0500}" for number in range(1_000)]
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, "watchdog_percent", 0)
    import_id = await vendor.imported("\n".join(["Email,Note", *rows]))
    assert await vendor.report(import_id) == {"newContacts": 1, "invalidEntries": 666, "duplicateEmails": 333}
    lines = (await vendor.fault_lines(import_id))[1:]
    assert [int(line.split(",")[2]) for line in lines] == list(range(1, 1_000))
    assert lines[2].startswith("Duplicate,p@example.org,")


async def test_a_collection_has_faults_under_the_names_of_its_data_fields(vendor: Vendor) -> None:
    await vendor.field("PLAN")
    contacts = [
        {"email": "no address", "dataFields": [{"key": "firstname", "value": "Ana"}, {"key": "PLAN", "value": "a,b"}]},
        {"email": "ana@example.org"},
        {"email": "ANA@example.org", "optInType": "Single"},
    ]
    body = {"addressBookIds": [], "contacts": contacts}
    import_id, status = await vendor.ended(await vendor.client.post("/v2/contacts/import-collection", json=body))
    assert status == "Finished"
    assert await vendor.faults(import_id) == [("Invalid Email", "no address"), ("Duplicate", "ANA@example.org")]
    head, first, _ = csv.reader(await vendor.fault_lines(import_id))
    assert (head[1].lower(), [name for name in head if "match" in name.lower()]) == ("email", [])
    assert (first[head.index("FIRSTNAME")], first[head.index("PLAN")]) == ("Ana", "a,b")


@pytest.mark.parametrize("is_of_ids", [False, True])
async def test_what_finds_the_contacts_of_a_collection_is_no_column_and_one_of_a_file_is(vendor: Vendor, is_of_ids: bool) -> None:
    contacts = [{"email": "no address"}, *([{"id": 999_999}] if is_of_ids else [])]
    import_id, _ = await vendor.ended(await vendor.client.post("/v2/contacts/import-collection", json={"contacts": contacts}))
    head = (await vendor.fault_lines(import_id))[0]
    assert (head.startswith("Reason,"), "match" in head.lower()) == (True, False)
    import_id = await vendor.imported("Email,match_by\nno address,mine\n")
    assert await vendor.fault_lines(import_id) == ["Reason,Email,match_by", "Invalid Email,no address,mine"]


async def test_when_the_import_is_forgotten_its_faults_and_its_report_are_gone(vendor: Vendor) -> None:
    import_id = await vendor.imported("Email\nbad\n")
    assert (await vendor.client.delete(f"/v1/jobs/{import_id}")).status_code in (202, 204)
    for what in ("report", "report-faults"):
        response = await vendor.client.get(f"/v2/contacts/import/{import_id}/{what}")
        assert message(response, 404) == "Error: ERROR_IMPORT_REPORT_NOT_FOUND"
    assert await vendor.status(import_id) == "Unknown"
