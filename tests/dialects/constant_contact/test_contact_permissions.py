"""Who may be written to, as the vendor's API shows it, finds it and lets it be changed."""

import itertools
from typing import Any

import pytest

from tests.dialects.constant_contact.people import address, changed, found, get, make, put
from tests.dialects.constant_contact.vendor import Vendor, errors

pytestmark = pytest.mark.mongo

INVALID = "contacts.api.validation.error"
WORDS = ("explicit", "implicit", "not_set", "pending_confirmation", "temp_hold", "unsubscribed")
STATUSES = ("", "subscribed", "unsubscribed", "suppressed", "pending", "none")


async def every_kind(vendor: Vendor) -> list[dict[str, Any]]:
    """Contacts with every pair of status and permission in either channel, and no address in the other; one in five deleted."""
    lines = ["email,mobile,email_permission,email_status,sms_permission,sms_status"]
    for number, (status, permission) in enumerate(itertools.product(STATUSES, ("", *WORDS))):
        email = f"p{number}@example.org"
        lines += [f"{email},,{permission},{status},,", f",+4477009{number:05},,,{permission},{status}"]
    for match in ("email", "mobile"):
        other = 1 if match == "email" else 0
        rows = [line for line in lines[1:] if line.split(",")[other] == ""]
        await vendor.muster.imported("\n".join([lines[0], *rows]).encode(), match=match)
    contacts = (await vendor.client.get("/v3/contacts", params={"limit": 500, "include": "sms_channel"})).json()["contacts"]
    for contact in contacts[::5]:
        await vendor.client.delete(f"/v3/contacts/{contact['contact_id']}")
    page = await vendor.client.get("/v3/contacts", params={"status": "all", "limit": 500, "include": "sms_channel"})
    return list(page.json()["contacts"])


async def test_the_filters_find_just_those_contacts_that_show_the_word(vendor: Vendor) -> None:
    contacts = await every_kind(vendor)
    alive = [each for each in contacts if "deleted_at" not in each]
    assert len(alive) < len(contacts) > 80

    def showing(*words: str) -> list[str]:
        return [
            each["contact_id"]
            for each in alive
            if each.get("email_address", {"permission_to_send": "not_set"})["permission_to_send"] in words
        ]

    def showing_sms(*words: str) -> list[str]:
        return [
            each["contact_id"]
            for each in alive
            if "sms_channel" in each and each["sms_channel"]["sms_channel_consents"][0]["sms_consent_permission"] in words
        ]

    for word in WORDS[2:]:
        assert await found(vendor, status=word, limit=500) == showing(word) != []
    assert await found(vendor, status="active", limit=500) == showing("explicit", "implicit") != []
    assert await found(vendor, status="active,unsubscribed", limit=500) == showing("explicit", "implicit", "unsubscribed")
    deleted = [each["contact_id"] for each in contacts if "deleted_at" in each]
    assert await found(vendor, status="deleted", limit=500) == deleted != []
    assert await found(vendor, status="deleted,temp_hold", limit=500) == sorted([*deleted, *showing("temp_hold")])
    assert await found(vendor, limit=500) == [each["contact_id"] for each in alive]
    for word in ("explicit", "unsubscribed", "pending_confirmation", "not_set"):
        assert await found(vendor, sms_status=word, limit=500) == showing_sms(word) != []
    assert await found(vendor, sms_status="all", limit=500) == [each["contact_id"] for each in alive if "sms_channel" in each]
    counts = (await vendor.client.get("/v3/contacts/counts")).json()
    assert counts == {
        "total": len(alive),
        "explicit": len(showing("explicit")),
        "implicit": len(showing("implicit")),
        "pending": len(showing("pending_confirmation")),
        "unsubscribed": len(showing("unsubscribed")),
    }


async def test_a_contact_without_a_stated_permission_is_implicit(vendor: Vendor) -> None:
    assert (await get(vendor, await vendor.contact()))["email_address"]["permission_to_send"] == "implicit"


async def test_an_opt_out_is_shown_with_its_source_its_time_and_its_reason_and_can_be_found_by_its_time(vendor: Vendor) -> None:
    made = await make(vendor)
    await make(vendor)
    said = {"address": made["email_address"]["address"], "permission_to_send": "unsubscribed", "opt_out_reason": "too many"}
    body = {"update_source": "Contact", "email_address": said}
    email = (await vendor.client.put(f"/v3/contacts/{made['contact_id']}", json=body)).json()["email_address"]
    assert (email["permission_to_send"], email["opt_out_source"], email["opt_out_reason"]) == (
        "unsubscribed",
        "Contact",
        "too many",
    )
    assert "opt_in_date" not in email
    left = email["opt_out_date"]
    assert await found(vendor, optout_after=left) == [made["contact_id"]]
    assert await found(vendor, optout_before=left) == []
    assert (await vendor.native(made["contact_id"]))["status"] == "unsubscribed"


async def test_the_account_does_not_bring_back_who_unsubscribed_but_the_person_does(vendor: Vendor) -> None:
    news, person = await vendor.list(), await vendor.contact(channels={"email": {"status": "unsubscribed"}})
    mail = (await get(vendor, person))["email_address"]["address"]
    for members in (
        {"email_address": {"address": mail, "permission_to_send": "implicit"}},
        {"list_memberships": [news]},
    ):
        errors(await put(vendor, person, **members), 400, INVALID)
    assert (await get(vendor, person))["email_address"]["permission_to_send"] == "unsubscribed"
    agreed = {"email_address": {"address": mail, "permission_to_send": "explicit"}, "list_memberships": [news]}
    back = await changed(vendor, person, update_source="Contact", **agreed)
    assert back["email_address"]["permission_to_send"] == "explicit"
    assert back["email_address"]["opt_in_source"] == "Contact"
    assert "opt_out_date" not in back["email_address"]
    assert back["list_memberships"] == [news]


@pytest.mark.parametrize("word", WORDS)
async def test_a_permission_is_shown_as_it_was_sent(vendor: Vendor, word: str) -> None:
    made = await make(vendor, email_address={"address": address(), "permission_to_send": word})
    assert made["email_address"]["permission_to_send"] == word
    other = await make(vendor)
    said = {"address": other["email_address"]["address"], "permission_to_send": word}
    assert (await changed(vendor, other["contact_id"], email_address=said))["email_address"]["permission_to_send"] == word
    assert await found(vendor, status="active" if word in WORDS[:2] else word) == [made["contact_id"], other["contact_id"]]


async def test_a_consent_for_sms_is_given_and_taken_back(vendor: Vendor) -> None:
    def sms(word: str) -> dict[str, Any]:
        consent = {"sms_consent_permission": word, "consent_type": "promotional_sms"}
        return {"sms_channel": {"full_sms_address": "+447700900123", "sms_channel_consents": [consent]}}

    made = await make(vendor, **sms("explicit"))
    assert made["sms_channel"]["sms_channel_consents"][0].keys() == {"sms_consent_permission", "consent_type", "opt_in_date"}
    after = await changed(vendor, made["contact_id"], **sms("unsubscribed"))
    assert after["sms_channel"]["sms_channel_consents"][0]["sms_consent_permission"] == "unsubscribed"
    assert (await vendor.native(made["contact_id"]))["channels"]["sms"]["status"] == "unsubscribed"
    errors(await put(vendor, made["contact_id"], **sms("explicit")), 400, INVALID)
    back = await changed(vendor, made["contact_id"], update_source="Contact", **sms("explicit"))
    assert back["sms_channel"]["sms_channel_consents"][0]["sms_consent_permission"] == "explicit"


async def test_a_contact_that_unsubscribed_is_asked_once_whether_it_wants_to_come_back(vendor: Vendor) -> None:
    news, person = await vendor.list(), await vendor.contact(channels={"email": {"status": "unsubscribed"}})
    path = f"/v3/contacts/resubscribe/{person}"
    response = await vendor.client.put(path, json={"list_ids": [news]})
    assert response.status_code == 200, response.text
    after = await get(vendor, person)
    assert after["email_address"]["permission_to_send"] == "pending_confirmation"
    assert after["email_address"]["confirm_status"] == "pending"
    assert after["list_memberships"] == [news]
    assert "only a contact that unsubscribed" in errors(await vendor.client.put(path, json={"list_ids": [news]}), 400, INVALID)[0]
    said = {"address": after["email_address"]["address"], "permission_to_send": "unsubscribed"}
    await changed(vendor, person, email_address=said)
    assert "nobody is asked twice" in errors(await vendor.client.put(path, json={"list_ids": [news]}), 400, INVALID)[0]
    assert errors(await vendor.client.put(path, json={}), 400, INVALID) == ["list_ids is missing"]


async def test_the_account_does_not_answer_for_somebody_whom_it_has_asked(vendor: Vendor) -> None:
    news, made = await vendor.list(), await make(vendor)
    person, mail = made["contact_id"], made["email_address"]["address"]

    def said(word: str) -> dict[str, Any]:
        return {"email_address": {"address": mail, "permission_to_send": word}}

    await changed(vendor, person, update_source="Contact", **said("unsubscribed"))
    await vendor.client.put(f"/v3/contacts/resubscribe/{person}", json={"list_ids": [news]})
    for word in ("explicit", "implicit", "not_set"):
        assert "only the contact itself answers" in errors(await put(vendor, person, **said(word)), 400, INVALID)[0]
    assert (await changed(vendor, person, **said("pending_confirmation")))["update_source"] == "Account"
    after = await changed(vendor, person, update_source="Contact", **said("explicit"))
    assert after["email_address"]["permission_to_send"] == "explicit"


@pytest.mark.parametrize("word", ["temp_hold", "unsubscribed"])
async def test_a_contact_is_made_as_one_who_may_not_be_written_to_and_is_on_no_list(vendor: Vendor, word: str) -> None:
    made = await make(
        vendor, email_address={"address": address(), "permission_to_send": word}, list_memberships=[await vendor.list()]
    )
    assert (made["email_address"]["permission_to_send"], made["list_memberships"]) == (word, [])
