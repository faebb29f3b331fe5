"""`sign_up_form`: a contact is made or changed by what a person filled in, once however many forms come at a time."""

import asyncio
from typing import Any

import pytest

from tests.dialects.constant_contact.people import address, field, found, get, make, sign_up
from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo

INVALID = "contacts.api.validation.error"


async def test_a_form_makes_a_contact_and_the_next_one_changes_it(vendor: Vendor) -> None:
    mail, news, offers = address(), await vendor.list(), await vendor.list()
    plan, shoe = await field(vendor, "Plan"), await field(vendor, "Shoe")
    first = await sign_up(
        vendor,
        [news],
        email_address=mail,
        first_name="Ana",
        phone_number="030 1234567",
        custom_fields=[{"custom_field_id": plan, "value": "gold"}],
        street_address={"kind": "home", "street": "High Street 5", "city": "Bonn"},
    )
    assert first.status_code == 201, first.text
    person = first.json()["contact_id"]
    assert first.json() == {"contact_id": person, "action": "created"}
    second = await sign_up(
        vendor,
        [offers],
        email_address=mail.upper(),
        last_name="Bo",
        custom_fields=[{"custom_field_id": shoe, "value": "43"}],
        street_address={"kind": "home", "city": "Berlin"},
    )
    assert (second.status_code, second.json()) == (200, {"contact_id": person, "action": "updated"})
    after = await get(vendor, person)
    assert (after["first_name"], after["last_name"]) == ("Ana", "Bo")
    assert after["email_address"]["permission_to_send"] == "explicit"
    assert after["email_address"]["opt_in_source"] == "Contact"
    assert (after["create_source"], after["update_source"]) == ("Contact", "Contact")
    assert after["list_memberships"] == [news, offers]
    assert {each["custom_field_id"]: each["value"] for each in after["custom_fields"]} == {plan: "gold", shoe: "43"}
    assert [(each["kind"], each["phone_number"]) for each in after["phone_numbers"]] == [("other", "030 1234567")]
    assert [(each.get("street"), each["city"]) for each in after["street_addresses"]] == [(None, "Berlin")]


async def test_ten_forms_for_one_contact_at_once_make_it_once(vendor: Vendor) -> None:
    mail, lists = address(), [await vendor.list() for _ in range(10)]
    answers = await asyncio.gather(*(sign_up(vendor, [each], email_address=mail) for each in lists))
    assert sorted(each.status_code for each in answers) == [200] * 9 + [201]
    (person,) = {each.json()["contact_id"] for each in answers}
    assert await found(vendor, email=mail) == await found(vendor) == [person]
    assert set((await get(vendor, person))["list_memberships"]) == set(lists)


async def test_an_address_that_is_sent_is_not_mixed_with_the_one_that_was_there(vendor: Vendor) -> None:
    home = {"kind": "home", "street": "1 Old Rd", "city": "Oldtown", "postal_code": "11111", "country": "US"}
    made, news = await make(vendor, street_addresses=[home, {**home, "kind": "work"}]), await vendor.list()
    mail = made["email_address"]["address"]
    await sign_up(vendor, [news], email_address=mail, street_address={"kind": "home", "street": "2 New St", "city": "Newtown"})
    await sign_up(vendor, [news], email_address=mail, street_address={"kind": "work", "country": "Germany"})
    new, work = (await get(vendor, made["contact_id"]))["street_addresses"]
    assert (new["street"], new["city"]) == ("2 New St", "Newtown")
    assert not new.keys() & {"postal_code", "country"}
    assert (work["street"], work["country"]) == ("1 Old Rd", "Germany")


async def test_whoever_unsubscribed_signs_up_again(vendor: Vendor) -> None:
    mail, news = address(), await vendor.list()
    person = await vendor.contact(email=mail, channels={"email": {"status": "unsubscribed"}})
    assert (await sign_up(vendor, [news], email_address=mail)).json() == {"contact_id": person, "action": "updated"}
    after = await get(vendor, person)
    assert after["email_address"]["permission_to_send"] == "explicit"
    assert after["list_memberships"] == [news]
    assert (await vendor.native(person))["status"] == "active"


async def test_whoever_was_deleted_is_restored(vendor: Vendor) -> None:
    made = await make(vendor, first_name="Ana")
    await vendor.client.delete(f"/v3/contacts/{made['contact_id']}")
    response = await sign_up(vendor, [await vendor.list()], email_address=made["email_address"]["address"])
    assert response.json() == {"contact_id": made["contact_id"], "action": "updated"}
    after = await get(vendor, made["contact_id"])
    assert "deleted_at" not in after
    assert after["first_name"] == "Ana"


async def test_a_mobile_number_finds_a_contact_where_there_is_no_address(vendor: Vendor) -> None:
    news, offers = await vendor.list(), await vendor.list()
    consent = {"sms_consent_permission": "explicit", "consent_type": "promotional_sms", "consent_medium_type": "website"}
    channel = {"sms_address": "7700900123", "dial_code": "44", "country_code": "GB", "sms_channel_consents": [consent]}
    first = await sign_up(vendor, [news], sms_channel=channel)
    second = await sign_up(vendor, [offers], sms_channel=channel)
    assert (first.status_code, second.status_code) == (201, 200)
    assert first.json()["contact_id"] == second.json()["contact_id"]
    after = await get(vendor, first.json()["contact_id"])
    assert "email_address" not in after
    assert (after["sms_channel"]["dial_code"], after["sms_channel"]["country_code"]) == ("44", "GB")
    assert after["sms_channel"]["sms_channel_consents"][0]["sms_consent_permission"] == "explicit"


async def test_whoever_is_known_by_a_mobile_number_only_signs_up_with_an_address_too(vendor: Vendor) -> None:
    news, mail = await vendor.list(), address()
    channel = {"full_sms_address": "+447700900123"}
    owner = (await sign_up(vendor, [news], sms_channel=channel)).json()["contact_id"]
    with_mail = await sign_up(vendor, [news], email_address=mail, sms_channel=channel)
    assert (with_mail.status_code, with_mail.json()) == (200, {"contact_id": owner, "action": "updated"}), with_mail.text
    after = await get(vendor, owner)
    assert (after["email_address"]["address"], after["email_address"]["permission_to_send"]) == (mail, "explicit")
    assert await found(vendor) == [owner]
    taken = await sign_up(vendor, [news], email_address=address(), sms_channel=channel)
    assert errors(taken, 409, "contacts.api.conflict") == [f"Validation failed: SMS address already exists for contact {owner}"]


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"email_address": "ana@example.org"}, "list_memberships is missing"),
        ({"email_address": "ana@example.org", "list_memberships": []}, "list_memberships does not have a valid value"),
        ({"list_memberships": ["LIST"]}, "email_address is missing"),
        ({"email_address": "ana", "list_memberships": ["LIST"]}, "email_address does not have a valid value"),
        ({"email_address": f"{'a' * 50}@example.org", "list_memberships": ["LIST"]}, "email_address does not have a valid value"),
        ({"email_address": "a@example.org", "list_memberships": ["LIST"], "phone_number": "none"}, "phone_number does not have"),
        ({"email_address": "a@example.org", "list_memberships": ["LIST"], "street_address": {}}, "street_address.kind is missing"),
        ({"email_address": "a@example.org", "list_memberships": ["LIST"], "anniversary": "soon"}, "anniversary does not have"),
    ],
)
async def test_a_form_that_is_wrong_is_refused_by_name(vendor: Vendor, body: dict[str, Any], message: str) -> None:
    if body.get("list_memberships"):
        body = {**body, "list_memberships": [await vendor.list()]}
    response = await vendor.client.post("/v3/contacts/sign_up_form", json=body)
    assert message in errors(response, 400, INVALID)[0]
