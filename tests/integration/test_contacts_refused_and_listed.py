"""Single contacts over HTTP: what is refused and how it is said, and lists of contacts by filter and cursor."""

from collections.abc import AsyncIterator
from typing import Any
from uuid import uuid4

import pytest

from shared.contacts.composites import MOST_CONSENTS
from tests.support.resources import made, problem, resources
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


async def test_a_consent_beyond_the_most_of_a_contact_is_refused(api: System) -> None:
    contact = await made(api, consents=[{"text": f"yes {number}"} for number in range(MOST_CONSENTS)])
    body = {"first_name": "A", "consents": [{"text": "one more"}]}
    refused = problem(await api.client.patch(f"/v1/contacts/{contact['id']}", json=body), 422, "consents_full")
    assert (refused["field"], str(MOST_CONSENTS) in refused["detail"]) == ("consents", True)
    assert (await api.client.put(f"/v1/contacts/{contact['id']}", json=contact)).json() == contact
    await api.client.delete(f"/v1/contacts/{contact['id']}", params={"erase": True})


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
