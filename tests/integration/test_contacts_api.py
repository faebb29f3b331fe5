"""Single contacts over HTTP: created, read, replaced, changed, deleted, restored, listed."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import httpx
import pytest

from services.gateway.native.contact_schema import ContactBody
from tests.support.resources import resources
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


def address() -> str:
    return f"{uuid4().hex[:12]}@example.org"


async def made(api: System, **members: Any) -> dict[str, Any]:
    response = await api.client.post("/v1/contacts", json={"email": address(), **members})
    assert response.status_code == 201, response.text
    return dict(response.json())


async def changed(api: System, contact: dict[str, Any], **members: Any) -> dict[str, Any]:
    response = await api.client.patch(f"/v1/contacts/{contact['id']}", json=members)
    assert response.status_code == 200, response.text
    return dict(response.json())


def problem(response: httpx.Response, status: int, code: str) -> dict[str, Any]:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    assert response.headers["content-type"] == "application/problem+json"
    return dict(response.json())


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
        channels={"email": {"permission": "explicit"}, "sms": {"status": "unsubscribed"}},
    )
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


@pytest.mark.parametrize(
    "field,members",
    [("email", {}), ("mobile", {"mobile": "+447700900301"}), ("identifiers.crm", {"identifiers": {"crm": "T-1"}})],
)
async def test_a_key_of_another_contact_is_refused_and_the_contact_named(api: System, field: str, members: dict[str, Any]) -> None:
    contact = await made(api, **members)
    body = members or {"email": contact["email"].upper()}
    refused = problem(await api.client.post("/v1/contacts", json=body), 409, "contact_exists")
    assert (refused["id"], refused["uuid"], refused["field"]) == (contact["id"], contact["uuid"], field)
    other = await made(api)
    refused = problem(await api.client.patch(f"/v1/contacts/{other['id']}", json=body), 409, "contact_exists")
    assert (refused["id"], refused["field"]) == (contact["id"], field)
    await api.client.delete(f"/v1/contacts/{contact['id']}", params={"erase": True})


async def test_a_contact_without_any_key_is_refused(api: System) -> None:
    problem(await api.client.post("/v1/contacts", json={"first_name": "A"}), 422, "key_missing")
    contact = await made(api)
    problem(await api.client.patch(f"/v1/contacts/{contact['id']}", json={"email": None}), 422, "key_missing")
    problem(await api.client.put(f"/v1/contacts/{contact['id']}", json={}), 422, "key_missing")
    assert (await api.client.get(f"/v1/contacts/{contact['id']}")).json() == contact


@pytest.mark.parametrize(
    "body,code,field",
    [
        ({"email": "nonsense"}, "email_invalid", "email"),
        ({"emial": "a@example.org"}, "unknown_field", "emial"),
        ({"email": "a@example.org", "lists": ["Nowhere"]}, "list_unknown", "lists"),
        ({"email": "a@example.org", "custom": {"nope": 1}}, "unknown_field", "custom.nope"),
        ({"email": {"$gt": ""}}, "type_invalid", "email"),
        ({"email": "a@example.org", "first_name": {"$ne": None}}, "type_invalid", "first_name"),
        ({"email": "a@example.org", "lists": [{"$gt": ""}]}, None, "lists"),
    ],
)
async def test_a_body_that_is_not_fit_is_refused_by_field_and_nothing_is_written(
    api: System, body: dict[str, Any], code: str | None, field: str
) -> None:
    response = await api.client.post("/v1/contacts", json=body)
    assert (response.status_code, response.json()["field"]) == (422, field), response.text
    assert code in (None, response.json()["code"])
    assert (await api.client.get("/v1/contacts", params={"email": "a@example.org"})).json()["items"] == []


@pytest.mark.parametrize(
    "content,status,code",
    [
        (b"{", 400, "json_invalid"),
        (b"[]", 422, "invalid_request"),
        (b'{"points": NaN}', 400, "json_invalid"),
        (b'{"first_name": "\\ud800"}', 400, "json_invalid"),
        (b'{"email": "a@example.org", "email": "b@example.org"}', 400, "json_invalid"),
        (b"[" * 100_000, 400, "json_invalid"),
        (b'{"email": "\xff"}', 400, "json_invalid"),
    ],
)
async def test_a_body_that_is_no_json_object_is_refused(api: System, content: bytes, status: int, code: str) -> None:
    problem(await api.client.post("/v1/contacts", content=content, headers={"Content-Type": "application/json"}), status, code)


async def test_a_body_of_another_type_is_refused(api: System) -> None:
    response = await api.client.post(
        "/v1/contacts", content=b"email=a", headers={"Content-Type": "application/x-www-form-urlencoded"}
    )
    problem(response, 415, "media_type_unsupported")


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


async def test_pages_hold_every_contact_once_and_cursors_are_checked(api: System) -> None:
    tag = f"page-{uuid4().hex[:8]}"
    numbers = [(await made(api, tags=[tag]))["id"] for _ in range(5)]
    found: list[int] = []
    params: dict[str, Any] = {"tag": tag, "limit": 2}
    while True:
        page = (await api.client.get("/v1/contacts", params=params)).json()
        found += [contact["id"] for contact in page["items"]]
        if "next_cursor" not in page:
            break
        params["cursor"] = page["next_cursor"]
    assert found == numbers
    for bad in ("x", "Y29udGFjdHM6MQ", params["cursor"] + "A"):
        problem(await api.client.get("/v1/contacts", params={"tag": tag, "cursor": bad}), 400, "cursor_invalid")
    problem(await api.client.get("/v1/contacts", params={"cursor": params["cursor"]}), 400, "cursor_invalid")


async def test_filters_find_what_they_say(api: System) -> None:
    tag = f"filter-{uuid4().hex[:8]}"
    plain = await made(api, tags=[tag], lists=["Offers"], mobile="+447700900401", identifiers={"crm": "F:1"})
    states: dict[str, int] = {"active": plain["id"]}
    for status in ("unsubscribed", "suppressed", "pending"):
        states[status] = (await made(api, tags=[tag], channels={"email": {"status": status}}))["id"]
    states["deleted"] = (await made(api, tags=[tag]))["id"]
    await api.client.delete(f"/v1/contacts/{states['deleted']}")

    async def ids(**params: Any) -> list[int]:
        response = await api.client.get("/v1/contacts", params={"tag": tag, **params})
        assert response.status_code == 200, response.text
        return [contact["id"] for contact in response.json()["items"]]

    for status, number in states.items():
        assert await ids(status=status) == [number]
    assert await ids(deleted=True) == sorted(states.values())
    assert len(await ids()) == 4
    offers = plain["lists"][0]
    for name in ("offers", offers["id"], offers["uuid"]):
        assert await ids(list=name) == [plain["id"]]
    assert await ids(list="nowhere") == await ids(tag="nowhere") == []
    assert await ids(email=plain["email"].upper()) == [plain["id"]]
    assert await ids(mobile="+44 7700 900401") == [plain["id"]]
    assert await ids(identifier="crm:F:1") == [plain["id"]]
    assert await ids(created_before=plain["created_at"]) == []
    assert await ids(created_after=plain["created_at"], created_before=plain["created_at"]) == []
    assert plain["id"] in await ids(updated_after=plain["updated_at"])


@pytest.mark.parametrize(
    "params",
    [
        {"limit": 0},
        {"limit": 501},
        {"status": "x"},
        {"created_after": "x"},
        {"colour": "red"},
        {"email[$gt]": ""},
        {"identifier": "x"},
    ],
)
async def test_a_filter_that_is_not_known_or_not_fit_is_refused(api: System, params: dict[str, Any]) -> None:
    assert (await api.client.get("/v1/contacts", params=params)).status_code == 422


async def test_an_extreme_moment_is_an_answer_and_no_failure(api: System) -> None:
    response = await api.client.get("/v1/contacts", params={"created_after": "0001-01-01T00:00:00+14:00"})
    problem(response, 422, "invalid_request")
