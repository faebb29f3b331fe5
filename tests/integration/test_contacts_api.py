"""Single contacts over HTTP: created, read, replaced, changed, deleted, restored, listed."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from services.gateway.native.contact_schema import ContactBody
from shared.contacts.decide import Decider, keys_in
from shared.contacts.merge import Rules
from tests.support.resources import address, changed, made, problem, resources
from tests.support.system import System

pytestmark = pytest.mark.mongo


@pytest.fixture(scope="module")
async def api(mongo_url: str) -> AsyncIterator[System]:
    async with resources(mongo_url) as whole:
        await whole.client.post("/v1/account/identifiers", json={"name": "crm"})
        for name in ("News", "Offers"):
            await whole.client.post("/v1/lists", json={"name": name})
        await whole.client.post("/v1/fields", json={"name": "Plan", "type": "text"})
        await whole.client.post("/v1/fields", json={"name": "Since", "type": "datetime"})
        yield whole


async def test_a_contact_is_created_and_read_back_as_it_was_written(api: System) -> None:
    body = {
        "email": "Ana.Full@Example.ORG",
        "mobile": "+447700900123",
        "identifiers": {"crm": "A-1"},
        "first_name": "Ana",
        "birthday_month": 2,
        "anniversary": "2020-02-29",
        "points": 7,
        "custom": {"plan": "gold", "Since": "2026-01-02T03:04:05.678Z"},
        "phones": [{"kind": "home", "number": "+49 30 1234567"}],
        "addresses": [{"kind": "work", "city": "Berlin"}],
        "lists": ["news"],
        "tags": ["Trial", "VIP"],
        "notes": ["called"],
        "consents": [{"text": "I agree", "at": "2026-01-02T03:04:05Z"}],
        "preferences": {"$weekly.digest": True},
        "channels": {"email": {"permission": "explicit", "opt_in": {"type": "double"}}},
    }
    response = await api.client.post("/v1/contacts", json=body)
    assert response.status_code == 201, response.text
    contact = response.json()
    assert response.headers["location"] == f"/v1/contacts/{contact['id']}"
    for by in (contact["id"], contact["uuid"]):
        assert (await api.client.get(f"/v1/contacts/{by}")).json() == contact
    assert contact["email"] == "Ana.Full@Example.ORG"
    assert contact["custom"] == {"Plan": "gold", "Since": "2026-01-02T03:04:05.678Z"}
    assert [(item["name"], item["status"]) for item in contact["lists"]] == [("News", "subscribed")]
    assert contact["tags"] == ["Trial", "VIP"]
    assert contact["preferences"] == {"$weekly.digest": True}
    assert contact["last_name"] is None
    assert contact["status"] == "active"
    assert contact["created_via"] == "api"


async def test_the_description_of_a_contact_fits_what_is_answered(api: System) -> None:
    contact = await made(api, tags=["x"], lists=["News"], phones=[{"kind": "home", "number": "030 1234567"}])
    shape = ContactBody.model_validate(contact)
    assert shape.model_extra is None
    assert set(contact) | {"deleted_at"} == set(ContactBody.model_fields)


async def test_a_contact_that_was_read_can_be_sent_back_and_nothing_changes(api: System) -> None:
    contact = await made(
        api,
        mobile="+447700900199",
        lists=["News"],
        tags=["a"],
        notes=["n"],
        custom={"plan": "x"},
        phones=[{"kind": "home", "number": "030 1234567"}, {"kind": "work", "number": "030 7654321"}],
        addresses=[{"kind": "home", "city": "Bonn"}],
        consents=[{"text": "yes", "at": "2026-01-02T03:04:05Z"}],
        preferences={"weekly": False},
        channels={
            "email": {"status": "subscribed", "permission": "explicit", "reason": "Soft bounced"},
            "sms": {"status": "unsubscribed", "reason": "Replied STOP"},
            "whatsapp": {"status": "pending"},
        },
    )
    assert [contact["channels"][name]["reason"] for name in ("email", "sms")] == ["Soft bounced", "Replied STOP"]
    assert contact["channels"]["whatsapp"] == {"status": "pending"}
    response = await api.client.put(f"/v1/contacts/{contact['id']}", json=contact)
    assert response.status_code == 200, response.text
    assert response.json() == contact


async def test_replacing_clears_what_is_not_mentioned_but_keeps_records(api: System) -> None:
    contact = await made(
        api,
        first_name="A",
        mobile="+447700900200",
        identifiers={"crm": "R-1"},
        custom={"plan": "x"},
        phones=[{"kind": "home", "number": "030 1234567"}],
        lists=["News", "Offers"],
        tags=["one", "two"],
        notes=["n"],
        consents=[{"text": "yes"}],
        preferences={"weekly": True, "daily": True},
        channels={"email": {"permission": "explicit"}},
    )
    body = {"email": contact["email"], "lists": ["Offers"], "tags": ["two", "three"], "preferences": {"daily": False}}
    after = (await api.client.put(f"/v1/contacts/{contact['uuid']}", json=body)).json()
    assert (after["id"], after["created_at"], after["notes"], after["consents"], after["channels"]) == (
        contact["id"],
        contact["created_at"],
        contact["notes"],
        contact["consents"],
        contact["channels"],
    )
    assert (after["first_name"], after["mobile"], after["identifiers"], after["custom"], after["phones"]) == (
        None,
        None,
        {},
        {},
        [],
    )
    assert [item["name"] for item in after["lists"]] == ["Offers"]
    assert after["tags"] == ["three", "two"]
    assert after["preferences"] == {"daily": False}


async def test_a_patch_changes_what_it_mentions_and_null_clears(api: System) -> None:
    contact = await made(
        api, first_name="A", last_name="B", custom={"plan": "x"}, tags=["one"], preferences={"weekly": True, "daily": True}
    )
    after = await changed(api, contact, first_name=None, tags=["two", "-one"], lists=["News"], preferences={"weekly": None})
    assert (after["first_name"], after["last_name"], after["tags"]) == (None, "B", ["two"])
    assert after["preferences"] == {"daily": True}
    cleared = await changed(api, contact, custom=None, tags=None, lists=None, preferences=None)
    assert (cleared["custom"], cleared["tags"], cleared["lists"], cleared["preferences"]) == ({}, [], [], {})
    assert (await changed(api, contact, tags=[], lists=[], preferences={}))["updated_at"] == cleared["updated_at"]


async def test_a_new_email_keeps_the_ids_and_its_letter_case(api: System) -> None:
    contact = await made(api)
    new = f"New.{address()}"
    after = await changed(api, contact, email=new)
    assert (after["id"], after["uuid"], after["email"]) == (contact["id"], contact["uuid"], new)
    assert (await changed(api, contact, email=new.upper()))["email"] == new.upper()
    assert (await api.client.get("/v1/contacts", params={"email": contact["email"]})).json()["items"] == []
    assert (await api.client.get("/v1/contacts", params={"email": new})).json()["items"][0]["id"] == contact["id"]


async def test_a_deleted_contact_is_gone_until_it_is_restored(api: System) -> None:
    contact = await made(api, first_name="A", tags=["kept"])
    path = f"/v1/contacts/{contact['id']}"
    assert (await api.client.delete(path)).status_code == 204
    for response in (await api.client.get(path), await api.client.delete(path), await api.client.patch(path, json={"title": "Dr"})):
        problem(response, 404, "not_found")
    gone = (await api.client.get(path, params={"deleted": True})).json()
    assert gone["status"] == "deleted"
    assert gone["deleted_at"]
    back = (await api.client.post(f"{path}/restore")).json()
    assert back == {**contact, "updated_at": back["updated_at"]}
    assert (await api.client.post(f"{path}/restore")).json() == back


async def test_creating_a_deleted_contact_again_brings_it_back_under_its_id(api: System) -> None:
    contact = await made(api, first_name="A")
    await api.client.delete(f"/v1/contacts/{contact['id']}")
    response = await api.client.post("/v1/contacts", json={"email": contact["email"], "last_name": "B"})
    assert response.status_code == 200
    assert [response.json()[name] for name in ("id", "first_name", "last_name")] == [contact["id"], "A", "B"]


async def test_an_erased_contact_is_gone_for_good(api: System) -> None:
    contact = await made(api)
    path = f"/v1/contacts/{contact['id']}"
    assert (await api.client.delete(path, params={"erase": True})).status_code == 204
    problem(await api.client.get(path, params={"deleted": True}), 404, "not_found")
    problem(await api.client.post(f"{path}/restore"), 404, "not_found")
    problem(await api.client.delete(path, params={"erase": True}), 404, "not_found")
    assert (await made(api, email=contact["email"]))["id"] != contact["id"]


async def test_only_an_explicit_word_subscribes_somebody_again(api: System) -> None:
    contact = await made(api, channels={"email": {"status": "unsubscribed"}})
    assert contact["status"] == "unsubscribed"
    assert contact["channels"]["email"]["opt_out"]["at"]
    path = f"/v1/contacts/{contact['id']}"
    problem(await api.client.patch(path, json={"lists": ["News"], "title": "Dr"}), 409, "not_resubscribed")
    assert (await api.client.get(path)).json() == contact
    after = await changed(api, contact, lists=["News"], channels={"email": {"status": "subscribed"}})
    assert (after["status"], [item["status"] for item in after["lists"]]) == ("active", ["subscribed"])


@pytest.mark.parametrize("verb", ["PATCH", "PUT"])
async def test_subscribing_again_clears_the_reason_also_where_the_body_was_read_and_still_has_it(api: System, verb: str) -> None:
    contact = await made(api, email_status="suppressed", email_reason="Hard bounced", whatsapp_status="unsubscribed")
    contact = await changed(api, contact, channels={"email": {"reason": "Complained"}, "whatsapp": {"status": "subscribed"}})
    assert (contact["status"], contact["channels"]["email"]["reason"]) == ("suppressed", "Complained")
    assert (await api.client.request(verb, f"/v1/contacts/{contact['id']}", json=contact)).json() == contact
    email, whatsapp = contact["channels"]["email"], contact["channels"]["whatsapp"]
    body = {**contact, "channels": {"email": {**email, "status": "subscribed"}, "whatsapp": whatsapp}}
    after = (await api.client.request(verb, f"/v1/contacts/{contact['id']}", json=body)).json()
    assert (after["status"], after["channels"]["email"].get("reason")) == ("active", None)
    assert after["channels"]["whatsapp"]["status"] == "subscribed"


@pytest.mark.parametrize("verb", ["PATCH", "PUT"])
async def test_a_new_subscription_to_sms_clears_the_reason_as_one_to_email_does(api: System, verb: str) -> None:
    contact = await made(api, sms_status="suppressed", sms_reason="Hard bounced")
    contact = await changed(api, contact, channels={"sms": {"reason": "Replied STOP"}})
    path, sms = f"/v1/contacts/{contact['id']}", contact["channels"]["sms"]
    assert (sms["status"], sms["reason"]) == ("suppressed", "Replied STOP")
    assert (await api.client.request(verb, path, json=contact)).json() == contact
    body = {**contact, "channels": {"sms": {**sms, "status": "subscribed"}}}
    after = (await api.client.request(verb, path, json=body)).json()["channels"]["sms"]
    assert (after["status"], after.get("reason")) == ("subscribed", None)


async def test_of_many_that_create_the_same_contact_at_once_one_makes_it_and_the_others_hear_its_id(api: System) -> None:
    email = address()
    answers = await asyncio.gather(*(api.client.post("/v1/contacts", json={"email": email}) for _ in range(8)))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 7
    assert len({answer.json()["id"] for answer in answers}) == 1


async def test_changes_at_once_to_one_contact_are_all_kept(api: System) -> None:
    contact = await made(api)
    names = [f"tag-{number}" for number in range(8)]
    await asyncio.gather(*(changed(api, contact, tags=[name]) for name in names))
    assert (await api.client.get(f"/v1/contacts/{contact['id']}")).json()["tags"] == names


async def test_a_key_that_one_contact_gives_up_and_another_takes_in_one_chunk_is_written(api: System) -> None:
    first = await made(api, identifiers={"crm": "gives"})
    contacts, mongo = api.gateway.contacts.of_account(api.account.number), api.platform.mongo
    rows = [
        {"identifiers.crm": "gives", "email": address()},
        {"identifiers.crm": "takes", "email": first["email"]},
    ]
    now = api.platform.clock.now()

    async def work(session: Any) -> None:
        keys = [key for row in rows for _, key in keys_in(row)]
        decider = Decider(Rules("identifier:crm"), await contacts.matching(session, [], keys), now)
        assert [str(decider.decide(row).outcome) for row in rows] == ["updated", "created"]
        await contacts.write(session, decider, now, "test")

    await asyncio.wait_for(mongo.transaction(work), 5)
    found = (await api.client.get("/v1/contacts", params={"email": first["email"]})).json()["items"]
    assert [contact["identifiers"] for contact in found] == [{"crm": "takes"}]
