"""Single contacts over the vendor's API: made, read, changed, deleted, revived."""

import asyncio
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.dialects.constant_contact.people import address, changed, field, get, make, put
from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo

INVALID = "contacts.api.validation.error"
CONFLICT = "contacts.api.conflict"


async def full(vendor: Vendor) -> dict[str, Any]:
    """A body with every member, and no id that is not the account's."""
    return {
        "email_address": {"address": address(), "permission_to_send": "explicit"},
        "first_name": "Ana",
        "last_name": "Bo",
        "job_title": "Baker",
        "company_name": "Bread",
        "birthday_month": 2,
        "birthday_day": 29,
        "anniversary": "11/15/2006",
        "custom_fields": [{"custom_field_id": await field(vendor, "Plan"), "value": "gold"}],
        "phone_numbers": [{"phone_number": "030 1234567", "kind": "home"}, {"phone_number": "030 7654321"}],
        "street_addresses": [
            {"kind": "home", "street": "High Street 5\nFlat 2", "city": "Bonn", "postal_code": "53111", "country": "Germany"}
        ],
        "list_memberships": [await vendor.list()],
        "taggings": [await vendor.tag()],
        "notes": [{"content": "newer"}, {"content": "older"}],
        "sms_channel": {
            "full_sms_address": "12025551234",
            "sms_channel_consents": [{"sms_consent_permission": "explicit", "consent_type": "promotional_sms"}],
        },
    }


async def test_a_contact_with_every_member_is_shown_as_it_was_sent(vendor: Vendor) -> None:
    sent = await full(vendor)
    made = await make(vendor, **sent)
    assert made == await get(vendor, made["contact_id"])
    assert {name: made[name] for name in ("first_name", "last_name", "job_title", "company_name")} == {
        "first_name": "Ana",
        "last_name": "Bo",
        "job_title": "Baker",
        "company_name": "Bread",
    }
    assert (made["birthday_month"], made["birthday_day"], made["anniversary"]) == (2, 29, "2006-11-15")
    assert (made["create_source"], made["update_source"]) == ("Account", "Account")
    assert made["email_address"] == {
        "address": sent["email_address"]["address"],
        "permission_to_send": "explicit",
        "created_at": made["created_at"],
        "updated_at": made["updated_at"],
        "opt_in_source": "Account",
        "opt_in_date": made["email_address"]["opt_in_date"],
        "confirm_status": "off",
    }
    assert made["custom_fields"] == sent["custom_fields"]
    assert made["list_memberships"] == sent["list_memberships"]
    assert made["taggings"] == sent["taggings"]
    assert [(each["phone_number"], each["kind"]) for each in made["phone_numbers"]] == [
        ("030 1234567", "home"),
        ("030 7654321", "other"),
    ]
    assert [each["content"] for each in made["notes"]] == ["newer", "older"]
    (home,) = made["street_addresses"]
    assert {name: home[name] for name in sent["street_addresses"][0]} == sent["street_addresses"][0]
    assert made["sms_channel"]["sms_address"] == "2025551234"
    assert made["sms_channel"]["dial_code"] == "1"
    assert made["sms_channel"]["country_code"] == "US"
    assert made["sms_channel"]["sms_channel_consents"][0]["sms_consent_permission"] == "explicit"
    native = await vendor.native(made["contact_id"])
    assert (native["addresses"][0]["street"], native["addresses"][0]["street2"]) == ("High Street 5", "Flat 2")
    assert native["mobile"] == "+12025551234"


async def test_parts_are_shown_only_where_they_are_asked_for(vendor: Vendor) -> None:
    made = await make(vendor, **await full(vendor))
    plain = await get(vendor, made["contact_id"], include="")
    parts = {"custom_fields", "phone_numbers", "street_addresses", "list_memberships", "taggings", "notes", "sms_channel"}
    assert not plain.keys() & parts
    assert plain.keys() | parts == made.keys()
    some = await get(vendor, made["contact_id"], include="notes,taggings")
    assert some.keys() & parts == {"notes", "taggings"}
    refused = await vendor.client.get(f"/v3/contacts/{made['contact_id']}", params={"include": "nots"})
    assert "include does not have a valid value" in errors(refused, 400, INVALID)[0]


async def test_ids_of_parts_are_uuids_that_stay(vendor: Vendor) -> None:
    made = await make(vendor, **await full(vendor))
    again = await changed(vendor, made["contact_id"], phone_numbers=[{"phone_number": "030 99999", "kind": "home"}])
    assert again["phone_numbers"][0]["phone_number_id"] == made["phone_numbers"][0]["phone_number_id"]
    ids = [each["note_id"] for each in made["notes"]] + [each["phone_number_id"] for each in made["phone_numbers"]]
    ids += [made["street_addresses"][0]["street_address_id"], made["sms_channel"]["sms_channel_id"]]
    assert len({UUID(each) for each in ids}) == 6


async def test_a_contact_that_was_read_can_be_sent_back_and_nothing_changes(vendor: Vendor) -> None:
    made = await make(vendor, **await full(vendor))
    assert await changed(vendor, made["contact_id"], **made) == made


async def test_what_a_put_leaves_out_is_cleared_if_it_is_a_scalar_and_kept_if_it_is_a_part(vendor: Vendor) -> None:
    made = await make(vendor, **await full(vendor))
    after = await changed(vendor, made["contact_id"], last_name="Cruz")
    assert after["last_name"] == "Cruz"
    assert not after.keys() & {"first_name", "job_title", "company_name", "birthday_month", "birthday_day", "anniversary"}
    kept = ("custom_fields", "street_addresses", "list_memberships", "taggings", "notes")
    assert [len(after[part]) for part in kept] == [1, 1, 1, 1, 2]
    assert after["email_address"]["address"] == made["email_address"]["address"]
    assert after["sms_channel"]["sms_address"] == "2025551234"


async def test_parts_that_a_put_sends_replace_the_set(vendor: Vendor) -> None:
    made = await make(vendor, **await full(vendor))
    other, news = await field(vendor, "Shoe"), await vendor.list()
    after = await changed(
        vendor,
        made["contact_id"],
        custom_fields=[{"custom_field_id": other, "value": 43}],
        list_memberships=[news],
        taggings=[],
        notes=[{"content": "newest"}, {"content": "newer"}],
        phone_numbers=[],
        street_addresses=[{"kind": "work", "street": "Low Street 1"}],
    )
    assert after["custom_fields"] == [{"custom_field_id": other, "value": "43"}]
    assert after["list_memberships"] == [news]
    assert after["taggings"] == after["phone_numbers"] == []
    assert [each["content"] for each in after["notes"]] == ["newest", "newer"]
    assert after["notes"][1] == made["notes"][0]
    assert [(each["kind"], each["street"]) for each in after["street_addresses"]] == [("work", "Low Street 1")]
    assert after == await get(vendor, made["contact_id"])


async def test_what_this_api_does_not_know_stays_whatever_it_sends(vendor: Vendor) -> None:
    await vendor.client.post("/v1/account/identifiers", json={"name": "crm"})
    beyond = {"title": "Dr", "website": "https://example.org", "identifiers": {"crm": "7"}, "preferences": {"weekly": True}}
    person = await vendor.contact(**beyond, phones=[{"kind": "fax", "number": "030 555"}, {"kind": "home", "number": "030 444"}])
    after = await changed(vendor, person, phone_numbers=[{"phone_number": "030 333", "kind": "work"}], first_name="Ana")
    assert [each["phone_number"] for each in after["phone_numbers"]] == ["030 333"]
    native = await vendor.native(person)
    assert {name: native[name] for name in beyond} == beyond
    assert [(each["kind"], each["number"]) for each in native["phones"]] == [("work", "030 333"), ("fax", "030 555")]


async def test_an_address_that_somebody_has_is_a_conflict_that_ends_in_the_id_of_its_owner(vendor: Vendor) -> None:
    owner = await make(vendor)
    taken = {"email_address": {"address": owner["email_address"]["address"].upper()}}
    message = f"Validation failed: Email already exists for contact {owner['contact_id']}"
    response = await vendor.client.post("/v3/contacts", json={**taken, "create_source": "Account"})
    assert errors(response, 409, CONFLICT) == [message]
    other = await make(vendor)
    assert errors(await put(vendor, other["contact_id"], **taken), 409, CONFLICT) == [message]


async def test_of_ten_that_create_one_contact_at_once_one_does_and_the_others_learn_its_id(vendor: Vendor) -> None:
    body = {"email_address": {"address": address()}, "create_source": "Account"}
    answers = await asyncio.gather(*(vendor.client.post("/v3/contacts", json=body) for _ in range(10)))
    (made,) = [each.json() for each in answers if each.status_code == 201]
    messages = [errors(each, 409, CONFLICT) for each in answers if each.status_code != 201]
    assert messages == [[f"Validation failed: Email already exists for contact {made['contact_id']}"]] * 9


async def test_an_account_that_is_full_is_told_so_without_a_conflict(vendor: Vendor) -> None:
    await make(vendor)
    await vendor.muster.gateway.accounts.set_limit(vendor.muster.account.number, "contacts", 1)
    response = await vendor.client.post("/v3/contacts", json={"email_address": {"address": address()}, "create_source": "Account"})
    assert (response.status_code, response.json()["error_key"]) == (403, "forbidden")


async def test_a_deleted_owner_of_an_address_is_named_too(vendor: Vendor) -> None:
    owner, other = await make(vendor), await make(vendor)
    await vendor.client.delete(f"/v3/contacts/{owner['contact_id']}")
    taken = {"email_address": {"address": owner["email_address"]["address"]}}
    (message,) = errors(await put(vendor, other["contact_id"], **taken), 409, CONFLICT)
    assert message == f"Validation failed: Email already exists for contact {owner['contact_id']}"


async def test_a_deleted_contact_is_shown_as_one_and_revived_by_the_account(vendor: Vendor) -> None:
    news = await vendor.list()
    made = await make(vendor, first_name="Ana", list_memberships=[news])
    path = f"/v3/contacts/{made['contact_id']}"
    gone = await vendor.client.request("DELETE", path, headers={"Content-Type": "application/json"})
    assert (gone.status_code, gone.content) == (204, b"")
    deleted = await get(vendor, made["contact_id"])
    assert "deleted_at" in deleted
    assert deleted["list_memberships"] == []
    assert errors(await vendor.client.delete(path), 404, "contacts.api.not_found")
    refused = await vendor.client.put(path, json={"update_source": "Contact"})
    assert "revived by Account only" in errors(refused, 400, INVALID)[0]
    back = await changed(vendor, made["contact_id"], list_memberships=[news], first_name="Ana")
    assert "deleted_at" not in back
    assert back["list_memberships"] == [news]


async def test_a_deleted_contact_comes_back_when_its_address_is_created_again(vendor: Vendor) -> None:
    made = await make(vendor, first_name="Ana", last_name="Bo")
    await vendor.client.delete(f"/v3/contacts/{made['contact_id']}")
    back = await make(vendor, email_address={"address": made["email_address"]["address"]}, last_name="Cruz")
    assert back["contact_id"] == made["contact_id"]
    assert (back["first_name"], back["last_name"]) == ("Ana", "Cruz")
    assert "deleted_at" not in back


async def test_who_acted_is_remembered(vendor: Vendor) -> None:
    made = await make(vendor, create_source="Contact", email_address={"address": address(), "permission_to_send": "implicit"})
    assert (made["create_source"], made["update_source"]) == ("Contact", "Contact")
    assert made["email_address"]["opt_in_source"] == "Contact"
    after = await changed(vendor, made["contact_id"], first_name="Ana")
    assert (after["create_source"], after["update_source"]) == ("Contact", "Account")


@pytest.mark.parametrize("path", ["nonsense", "12", "6f1c0de0-0000-4000-8000-000000000001"])
async def test_an_id_that_is_none_is_not_found(vendor: Vendor, path: str) -> None:
    for response in (
        await vendor.client.get(f"/v3/contacts/{path}"),
        await put(vendor, path),
        await vendor.client.delete(f"/v3/contacts/{path}"),
        await vendor.client.put(f"/v3/contacts/resubscribe/{path}", json={"list_ids": [str(uuid4())]}),
    ):
        errors(response, 404, "contacts.api.not_found")


async def test_each_unknown_id_in_a_body_is_named(vendor: Vendor) -> None:
    known, unknown = await vendor.list(), [str(uuid4()) for _ in range(3)]
    response = await vendor.client.post(
        "/v3/contacts",
        json={
            "email_address": {"address": address()},
            "create_source": "Account",
            "list_memberships": [known, unknown[0]],
            "taggings": [unknown[1]],
            "custom_fields": [{"custom_field_id": unknown[2], "value": "x"}],
        },
    )
    assert errors(response, 400, INVALID) == [
        f"list_memberships does not have a valid value: there is no list {unknown[0]}",
        f"taggings does not have a valid value: there is no tag {unknown[1]}",
        f"custom_fields does not have a valid value: there is no custom field {unknown[2]}",
    ]


async def test_a_body_that_is_not_json_is_refused(vendor: Vendor) -> None:
    response = await vendor.client.post("/v3/contacts", content=b"a=b", headers={"Content-Type": "text/plain"})
    errors(response, 415, "contacts.api.unsupported_media_type")
    response = await vendor.client.post("/v3/contacts", content=b"{", headers={"Content-Type": "application/json"})
    errors(response, 400, INVALID)


async def test_a_name_alone_is_not_enough_and_the_answer_says_so(vendor: Vendor) -> None:
    response = await vendor.client.post("/v3/contacts", json={"first_name": "Ana", "create_source": "Account"})
    assert "email_address or sms_channel is missing" in errors(response, 400, INVALID)[0]
