"""The vendor's clients create, read, change, list and delete contacts."""

import re
from uuid import uuid4

import pytest

from tests.dialects.constant_contact.official.behind import field, lists_of
from tests.dialects.constant_contact.official.client import Client, refused
from tests.dialects.constant_contact.vendor import Vendor

pytestmark = pytest.mark.mongo

EVERYTHING = "custom_fields,list_memberships,phone_numbers,street_addresses,taggings,notes"


def ana(**members: object) -> dict[str, object]:
    return {
        "email_address": {"address": "ana@example.org", "permission_to_send": "implicit"},
        "create_source": "Account",
        **members,
    }


async def test_a_client_creates_a_contact_with_all_that_belongs_to_it_and_reads_it(official: Client, vendor: Vendor) -> None:
    news, plan = await vendor.list(), await field(vendor, "plan")
    body = ana(
        first_name="Ana",
        birthday_month=7,
        birthday_day=24,
        anniversary="03/15/2019",
        custom_fields=[{"custom_field_id": plan, "value": "gold"}],
        phone_numbers=[{"phone_number": "555-1212", "kind": "work"}],
        street_addresses=[{"kind": "home", "street": "1 Mill Lane", "city": "Ely", "country": "United Kingdom"}],
        list_memberships=[news],
    )
    created = await official.answer("create_contact", body)
    assert created["status"] == 201
    contact = await official("get_contact_by_id", created["body"]["contact_id"], include=EVERYTHING)
    assert contact["email_address"]["address"] == "ana@example.org"
    assert contact["email_address"]["permission_to_send"] == "implicit"
    expected = {
        "first_name": "Ana",
        "birthday_month": 7,
        "birthday_day": 24,
        "anniversary": "2019-03-15",
        "create_source": "Account",
    }
    assert {name: contact[name] for name in expected} == expected
    assert [(each["custom_field_id"], each["value"]) for each in contact["custom_fields"]] == [(plan, "gold")]
    assert [(each["phone_number"], each["kind"]) for each in contact["phone_numbers"]] == [("555-1212", "work")]
    assert [(each["street"], each["kind"]) for each in contact["street_addresses"]] == [("1 Mill Lane", "home")]
    assert contact["list_memberships"] == [news]


async def test_a_client_reads_of_a_contact_only_what_it_asks_for(official: Client, vendor: Vendor) -> None:
    person = await vendor.contact(lists=[await vendor.list()])
    assert not set(EVERYTHING.split(",")) & (await official("get_contact_by_id", person)).keys()


async def test_a_client_finds_the_contact_that_has_the_address_already(official: Client, vendor: Vendor) -> None:
    there = (await official("create_contact", ana()))["contact_id"]
    raised = await refused(official, 409, "create_contact", ana())
    (error,) = raised.body
    assert error["error_key"] == "contacts.api.conflict"
    assert re.search(r"already exists for contact ([0-9a-f-]{36})\.?$", error["error_message"])
    assert error["error_message"].split("already exists for contact")[1].strip(" .") == there


async def test_a_client_puts_a_contact_and_what_it_leaves_out_is_gone(official: Client, vendor: Vendor) -> None:
    news = await vendor.list()
    body = ana(first_name="Ana", last_name="Ortiz", list_memberships=[news])
    person = (await official("create_contact", body))["contact_id"]
    update = {"email_address": {"address": "ana@example.org"}, "first_name": "Anna", "update_source": "Account"}
    changed = await official("update_contact", person, update)
    assert (changed["contact_id"], changed["first_name"], changed.get("last_name")) == (person, "Anna", None)
    assert await lists_of(vendor, person) == [news]


async def test_a_client_lists_contacts_page_by_page(official: Client, vendor: Vendor) -> None:
    people = [await vendor.contact() for _ in range(5)]
    page = await official("get_all_contacts", limit=2, include_count=True)
    assert page["contacts_count"] == 5
    found, pages = [each["contact_id"] for each in page["contacts"]], 1
    while "_links" in page:
        page = await official.follow(page)
        found += [each["contact_id"] for each in page["contacts"]]
        pages += 1
    assert (sorted(found), pages) == (sorted(people), 3)


async def test_a_client_finds_contacts_by_address_list_and_tag(official: Client, vendor: Vendor) -> None:
    news, gold = await vendor.list(), await vendor.tag("gold")
    one, other = await vendor.contact(email="ana@example.org", lists=[news]), await vendor.contact(tags=["gold"])
    assert await found(official, email="ana@example.org") == [one]
    assert await found(official, lists=news) == [one]
    assert await found(official, tags=gold) == [other]
    assert sorted(await found(official, created_after="2020-01-01T00:00:00Z")) == sorted([one, other])
    assert await found(official, created_after="2096-01-01T00:00:00Z") == []


async def test_a_client_deletes_a_contact_which_is_then_listed_among_the_deleted(official: Client, vendor: Vendor) -> None:
    person, kept = await vendor.contact(), await vendor.contact()
    gone = await official.answer("delete_contact", person)
    assert (gone["status"], gone["body"]) == (204, None)
    assert await found(official, status="deleted") == [person]
    assert await found(official) == [kept]


async def test_a_client_signs_a_person_up_and_then_changes_them(official: Client, vendor: Vendor) -> None:
    news, sport = await vendor.list(), await vendor.list()
    form = {"email_address": "ana@example.org", "first_name": "Ana", "list_memberships": [news]}
    created = await official.answer("create_or_update_contact", form)
    assert (created["status"], created["body"]["action"]) == (201, "created")
    changed = await official.answer("create_or_update_contact", {**form, "last_name": "Ortiz", "list_memberships": [sport]})
    assert (changed["status"], changed["body"]) == (200, {**created["body"], "action": "updated"})
    contact = await official("get_contact_by_id", created["body"]["contact_id"], include="list_memberships")
    assert (contact["first_name"], contact["last_name"]) == ("Ana", "Ortiz")
    assert contact["email_address"]["permission_to_send"] == "explicit"
    assert sorted(contact["list_memberships"]) == sorted([news, sport])


async def test_a_client_reads_a_contact_that_has_a_telephone_and_no_address(official: Client) -> None:
    consent = {"sms_consent_permission": "explicit", "consent_type": "promotional_sms"}
    channel = {"full_sms_address": "+15712351234", "sms_channel_consents": [consent]}
    created = await official("create_contact", {"first_name": "Dee", "create_source": "Contact", "sms_channel": channel})
    contact = await official("get_contact_by_id", created["contact_id"], include="sms_channel")
    assert (contact["sms_channel"]["dial_code"], contact["sms_channel"]["sms_address"]) == ("1", "5712351234")
    assert [each["sms_consent_permission"] for each in contact["sms_channel"]["sms_channel_consents"]] == ["explicit"]
    assert "email_address" not in contact


async def test_a_client_signs_a_person_up_with_all_that_the_form_has(official: Client, vendor: Vendor) -> None:
    plan = await field(vendor, "plan")
    form = {
        "email_address": "ana@example.org",
        "list_memberships": [await vendor.list()],
        "job_title": "Baker",
        "company_name": "Example",
        "phone_number": "555-1212",
        "custom_fields": [{"custom_field_id": plan, "value": "gold"}],
        "anniversary": "03/15/2019",
        "birthday_month": 7,
        "birthday_day": 24,
        "street_address": {"kind": "home", "street": "1 Mill Lane", "city": "Ely", "postal_code": "CB7 4AA"},
    }
    person = (await official("create_or_update_contact", form))["contact_id"]
    contact = await official("get_contact_by_id", person, include=EVERYTHING)
    assert {name: contact[name] for name in ("job_title", "anniversary", "birthday_day")} == {
        "job_title": "Baker",
        "anniversary": "2019-03-15",
        "birthday_day": 24,
    }
    assert [each["phone_number"] for each in contact["phone_numbers"]] == ["555-1212"]
    assert [each["street"] for each in contact["street_addresses"]] == ["1 Mill Lane"]
    assert [each["value"] for each in contact["custom_fields"]] == ["gold"]


async def test_a_client_invites_somebody_who_had_left_to_come_back(official: Client, vendor: Vendor) -> None:
    news, person = await vendor.list(), await vendor.contact(channels={"email": {"status": "unsubscribed"}})
    assert (await official("get_contact_by_id", person))["email_address"]["permission_to_send"] == "unsubscribed"
    assert (await official.answer("resubscribe_contact", person, {"list_ids": [news]}))["status"] == 200
    contact = await official("get_contact_by_id", person, include="list_memberships")
    assert contact["email_address"]["permission_to_send"] == "pending_confirmation"
    assert contact["list_memberships"] == [news]


async def test_a_client_reads_a_page_with_a_contact_that_has_more_than_the_vendor_knows(official: Client, vendor: Vendor) -> None:
    fields = {f"f{number}": "v" * 300 for number in range(26)}
    for name in fields:
        await field(vendor, name)
    address = {"street": "s" * 200, "street2": "t" * 200, "city": "c" * 60, "country": "d" * 60}
    person = await vendor.contact(
        email=f"{'a' * 64}@{'b' * 30}.co",
        first_name="a" * 60,
        custom=fields,
        phones=[{"kind": "home", "number": f"030 555 0{number} 1234567 ext 89"} for number in range(4)],
        addresses=[{"kind": "home", **address}] * 4,
        tags=[f"T{number}" for number in range(51)],
        notes=[f"{number}" for number in range(151)],
    )
    other = await vendor.contact()
    page = await official("get_all_contacts", include=EVERYTHING)
    assert [each["contact_id"] for each in page["contacts"]] == [person, other]
    before = await vendor.native(person)
    shown = page["contacts"][0]
    assert (await official.answer("update_contact", person, {**shown, "update_source": "Account"}))["status"] == 200
    assert await vendor.native(person) == before


async def test_a_client_finds_the_new_ids_of_contacts_by_their_numbers(official: Client, vendor: Vendor) -> None:
    person = await vendor.contact()
    number = str((await vendor.native(person))["id"])
    found = await official("get_contact_id_xrefs", number)
    assert found["xrefs"] == [{"sequence_id": number, "contact_id": person}]


async def test_a_client_counts_contacts(official: Client, vendor: Vendor) -> None:
    for _ in range(2):
        await official("create_contact", {**ana(), "email_address": {"address": f"{uuid4().hex[:12]}@example.org"}})
    counts = await official("get_contact_counts")
    assert counts["total"] == 2
    assert counts.keys() >= {"explicit", "implicit", "pending", "unsubscribed"}


@pytest.mark.parametrize("contact_id", ["04fe9a97-a579-43c5-bb1a-58ed29bf0a6a", "no-id"])
async def test_a_client_learns_that_there_is_no_such_contact(official: Client, contact_id: str) -> None:
    raised = await refused(official, 404, "get_contact_by_id", contact_id)
    assert [error["error_key"] for error in raised.body] == ["contacts.api.not_found"]


async def test_a_client_learns_what_its_contact_lacks(official: Client) -> None:
    raised = await refused(official, 400, "create_contact", {"first_name": "Ana"})
    assert any(error["error_message"].startswith("create_source is missing") for error in raised.body)


async def found(official: Client, **query: object) -> list[str]:
    """The ids that a page of contacts shows."""
    return [each["contact_id"] for each in (await official("get_all_contacts", **query))["contacts"]]
